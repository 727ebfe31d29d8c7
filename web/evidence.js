// What the traveller presents: lines typed or swiped, files, pictures. Nothing leaves memory before a check.

const ZONES = [{ lines: 2, width: 44 }, { lines: 2, width: 36 }, { lines: 3, width: 30 }];
const TOTAL = 11 * 1024 * 1024; // with base64 this stays below what the node takes
const SIDE = 3000;

const isSealText = text => /^\s*(\{|[RN]DB1)/.test(text);

/** Per line: how many characters, how many it should have, and whether that is "short", "full" or "long". */
export function measure(text) {
  const lines = text.split("\n").map(l => l.trimEnd());
  while (lines.length > 1 && lines.at(-1) === "")
    lines.pop();
  if (!text.trim() || isSealText(text))
    return { seal: isSealText(text), complete: isSealText(text), lines: [] };
  const fits = ZONES.filter(z => lines.length <= z.lines && lines.every((l, i) => l.length <= z.width && (i === lines.length - 1 || l.length === z.width)));
  const nearest = ZONES.reduce((a, z) => Math.abs(z.width - lines[0].length) < Math.abs(a.width - lines[0].length) ? z : a);
  const zone = fits.length === 1 || fits.some(z => z.width === lines[0].length) ? fits.find(z => z.width === lines[0].length) ?? fits[0] : lines.length > 1 ? nearest : null;
  return {
    complete: !!zone && lines.length === zone.lines && lines.every(l => l.length === zone.width),
    lines: lines.map(l => {
      const width = zone?.width ?? (ZONES.some(z => z.width === l.length) ? l.length : 44);
      return { n: l.length, width, state: l.length === width ? "full" : l.length > width ? "long" : "short" };
    }),
  };
}

/** Capitals only, as the zone has them; the caret stays. Texts of seals are left alone. */
export function capitals(area) {
  if (isSealText(area.value) || area.value === area.value.toUpperCase())
    return;
  const { selectionStart, selectionEnd } = area;
  area.value = area.value.toUpperCase();
  area.setSelectionRange(selectionStart, selectionEnd);
}

export const linesItem = text => ({ kind: isSealText(text) ? "seal" : "mrz", text: isSealText(text) ? text.trim() : text.replace(/[ \t]+$/gm, "").trim() });

function base64(bytes) {
  let text = "";
  for (let i = 0; i < bytes.length; i += 0x8000)
    text += String.fromCharCode(...bytes.subarray(i, i + 0x8000));
  return btoa(text);
}

const pictureType = b =>
  b[0] === 0x89 && b[1] === 0x50 ? "image/png" : b[0] === 0xff && b[1] === 0xd8 ? "image/jpeg" : null;

/** A canvas as JPEG bytes, its longer side at most SIDE. */
export async function frame(source, width, height, side = SIDE, quality = 0.9) {
  const scale = Math.min(1, side / Math.max(width, height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
  canvas.getContext("2d").drawImage(source, 0, 0, canvas.width, canvas.height);
  const blob = await new Promise(done => canvas.toBlob(done, "image/jpeg", quality));
  return new Uint8Array(await blob.arrayBuffer());
}

async function shrink(file) {
  const bitmap = await createImageBitmap(file);
  try {
    return await frame(bitmap, bitmap.width, bitmap.height);
  } finally {
    bitmap.close();
  }
}

/** The pieces of one traveller. */
export class Pieces {
  #items = [];

  get list() { return this.#items; }
  get size() { return this.#items.reduce((n, p) => n + p.bytes.length, 0); }

  addBytes(name, bytes) {
    if (this.#items.length === 15)
      throw new RangeError("many");
    if (this.size + bytes.length > TOTAL)
      throw new RangeError("large");
    const type = pictureType(bytes);
    this.#items.push({ name, bytes, kind: type ? "picture" : "any", url: type && URL.createObjectURL(new Blob([bytes], { type })) });
  }

  async addFile(file) {
    const small = file.size <= TOTAL / 2 ? new Uint8Array(await file.arrayBuffer()) : null;
    this.addBytes(file.name, small ?? await shrink(file));
  }

  remove(i) {
    const [gone] = this.#items.splice(i, 1);
    if (gone?.url)
      URL.revokeObjectURL(gone.url);
  }

  clear() {
    while (this.#items.length)
      this.remove(0);
  }

  items() {
    return this.#items.map(p => ({ kind: p.kind, base64: base64(p.bytes) }));
  }
}
