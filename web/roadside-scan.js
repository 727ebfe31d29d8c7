// Codes in what the camera sees: by the browser itself where it can, else by the node. Which of both it is, the page says.

import * as api from "./api.js";
import { still } from "./camera.js";
import { ofCode, ofFile } from "./roadside-evidence.js";

const WANTED = ["qr_code", "pdf417"];
const OF_NODE = ["mdoc", "mdoc-request", "barcode", "mrz", "licence-mrz"];

let detector;

/** The browser's own reader of both kinds of codes, or null. */
export async function ownReader() {
  if (detector === undefined) {
    detector = null;
    try {
      const formats = await globalThis.BarcodeDetector?.getSupportedFormats();
      if (WANTED.every(f => formats?.includes(f)))
        detector = new BarcodeDetector({ formats: WANTED });
    } catch { /* it has the name and not the thing: the node reads */ }
  }
  return detector;
}

/** { item }, { word } or { garbled } out of a picture or the camera's view by the browser itself; null when there is no code. */
export async function read(source) {
  const own = await ownReader();
  const codes = own ? await own.detect(source) : [];
  return codes.length ? ofCode(codes[0].rawValue) : null;
}

/** A code that is in order and nothing of a licence: a camera meets such, and they are not sent. */
const foreign = seen => seen?.item?.kind === "any" ? { word: "foreign" } : seen;

const bytesOfHex = hex => Uint8Array.from(hex.match(/../g) ?? [], h => parseInt(h, 16));

/** The node tells what it read: evidence goes on as the picture it was in, other content is looked at here. */
async function byNode(view) {
  const bytes = await still(view);
  const seen = await api.inspect(bytes);
  if (OF_NODE.includes(seen.kind))
    return { picture: bytes };
  const content = seen.fields?.content;
  return typeof content === "string" && /^[0-9a-f]+$/.test(content) ? foreign(ofFile(bytesOfHex(content))) : null;
}

/** For Camera: the first code. What the browser garbles goes to the node as a picture. */
export async function look(view) {
  if (!await ownReader())
    return byNode(view);
  const seen = await read(view);
  return seen?.garbled ? byNode(view) : foreign(seen);
}
