// What a code or a text holds, as far as it must be known to send it on or to say what to do instead. Nothing is verified here.

import { base64 } from "./evidence.js";

const LINKS = /^(https?|[a-z0-9-]*openid4vp|haip|openid-credential-offer|mdoc-request):/i;

/** Bytes of base64, base64url or hexadecimal text; null when it is none of them. */
export function bytesOf(text) {
  const t = text.replace(/\s+/g, "");
  if (/^([0-9a-f]{2}){8,}$/i.test(t))
    return Uint8Array.from(t.match(/../g), h => parseInt(h, 16));
  if (!/^[A-Za-z0-9+/_-]{12,}={0,2}$/.test(t))
    return null;
  try {
    return Uint8Array.from(atob(t.replace(/-/g, "+").replace(/_/g, "/").replace(/=+$/, "")), c => c.charCodeAt(0));
  } catch {
    return null;
  }
}

/** The bytes that a scanner gave as characters up to 255; null when there are others. */
export function latin1(text) {
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c > 255)
      return null;
    bytes[i] = c;
  }
  return bytes;
}

/** Where the first key of a CBOR map begins, -1 when the bytes do not begin with a map (RFC 8949 3.1). */
function firstKey(b) {
  if (b[0] >= 0xa1 && b[0] <= 0xb7 || b[0] === 0xbf)
    return 1;
  return b[0] === 0xb8 ? 2 : b[0] === 0xb9 ? 3 : -1;
}

/** "mdoc", "engagement" (ISO/IEC 18013-5 8.2: its first key is 0), "request", or null: by the keys of the outermost map. */
export function cborKind(b) {
  if (b[0] === 0xd8 && b[1] === 0x18)
    return "mdoc"; // an embedded item: its reader sees to it
  const at = firstKey(b);
  if (at < 0 || at >= b.length)
    return null;
  if (b[at] <= 0x1b)
    return "engagement";
  if (b[at] < 0x61 || b[at] > 0x78)
    return null;
  const head = String.fromCharCode(...b.subarray(0, 400));
  return head.includes("docRequests") ? "request" : "mdoc";
}

const ofBytes = bytes => {
  const kind = cborKind(bytes);
  return kind === "mdoc" ? { item: { kind: "mdoc", base64: base64(bytes) } } : kind ? { word: kind } : null;
};

const isBarcode = text => /^@/.test(text) && /(ANSI |AAMVA)/.test(text.slice(0, 40));
const isLines = text => /^(D1[A-Z]{3}|[A-Z0-9<]{9}\s+FACHE)/.test(text);

/**
 * What a text is: { item } to send as evidence, or { word }: "engagement", "link", "request", "empty", said to the officer with what to do.
 * Text that is not known is sent as it is: the node says what it thinks of it.
 */
export function ofText(raw) {
  const text = raw.trim();
  if (!text)
    return { word: "empty" };
  if (/^mdoc:/i.test(text)) {
    const bytes = bytesOf(text.slice(5).replace(/^\/\//, ""));
    return bytes && ofBytes(bytes) || { word: "engagement" };
  }
  if (LINKS.test(text))
    return { word: "link" };
  if (isBarcode(text)) {
    const bytes = latin1(raw.replace(/^\s+/, ""));
    return { item: bytes ? { kind: "barcode", base64: base64(bytes) } : { kind: "barcode", text: raw } };
  }
  if (isLines(text))
    return { item: { kind: "mrz", text } };
  const bytes = bytesOf(text);
  return bytes && ofBytes(bytes) || { item: { kind: "any", text } };
}

/** What a camera read: characters, which may stand for bytes. { garbled } when the browser lost bytes: the picture must go to the node. */
export function ofCode(text) {
  const bytes = latin1(text);
  if (bytes && bytes.length > 16 && bytes.some(b => b > 126 || b < 9) && !isBarcode(text))
    return ofBytes(bytes) ?? { garbled: true };
  if (!bytes && /\ufffd/.test(text))
    return { garbled: true };
  return ofText(text);
}

/** A file: text is looked at as text, a map as an mdoc, the rest is sent as it is. Pictures are not for here. */
export function ofFile(bytes) {
  const known = ofBytes(bytes);
  if (known)
    return known;
  if (bytes.every(b => b >= 9 && b < 127))
    return ofText(new TextDecoder().decode(bytes));
  if (bytes[0] === 0x40)
    return { item: { kind: "barcode", base64: base64(bytes) } };
  return { item: { kind: "any", base64: base64(bytes) } };
}
