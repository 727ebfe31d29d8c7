// What the traveller presents: lines typed or swiped, files, pictures. Nothing leaves memory before a check.

const ZONES = [{ lines: 2, width: 44 }, { lines: 2, width: 36 }, { lines: 3, width: 30 }];
const TOTAL = 11 * 1024 * 1024; // with base64 this stays below what the node takes
const SIDE = 3000;
const CHIP_FILES = 64;
const CHIP_TOTAL = 4 * 1024 * 1024;

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

export function base64(bytes) {
  let text = "";
  for (let i = 0; i < bytes.length; i += 0x8000)
    text += String.fromCharCode(...bytes.subarray(i, i + 0x8000));
  return btoa(text);
}

export const pictureType = b =>
  b[0] === 0x89 && b[1] === 0x50 ? "image/png" : b[0] === 0xff && b[1] === 0xd8 ? "image/jpeg" : null;

// First bytes of EF.SOD, EF.COM, data groups 1 to 16, EF.CardAccess (Doc 9303-10 4.6, 4.7; Doc 9303-11 9.2.10).
const CHIP_NAMES = { 0x77: "SOD", 0x60: "COM", 0x31: "CardAccess", 0x61: "DG1", 0x75: "DG2", 0x63: "DG3", 0x76: "DG4", 0x65: "DG5", 0x66: "DG6",
  0x67: "DG7", 0x68: "DG8", 0x69: "DG9", 0x6a: "DG10", 0x6b: "DG11", 0x6c: "DG12", 0x6d: "DG13", 0x6e: "DG14", 0x6f: "DG15", 0x70: "DG16" };

/** "DG1" for a file of a chip: its tag, and a length that ends where the file ends; else null. */
export function chipFile(b) {
  const name = CHIP_NAMES[b[0]];
  if (!name || b.length < 3)
    return null;
  let n = b[1], head = 2;
  if (n > 0x80 && n <= 0x84) {
    head += n - 0x80;
    n = b.subarray(2, head).reduce((v, x) => v * 256 + x, 0);
  } else if (n === 0x80) {
    return name; // of indefinite length: its reader sees to it
  }
  return head + n === b.length ? name : null;
}

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
  get size() { return this.#items.reduce((n, p) => n + p.size, 0); }
  get chip() { return this.#items.find(p => p.kind === "chip") ?? null; }

  /** One read-out: a file of the same kind as one that is there takes its place. */
  #addToChip(name, bytes) {
    const chip = this.chip ?? { name: "chip", kind: "chip", files: new Map(), size: 0, url: null };
    const size = chip.size + bytes.length - (chip.files.get(name)?.length ?? 0);
    if (size > CHIP_TOTAL || chip.files.size - chip.files.has(name) >= CHIP_FILES)
      throw new RangeError("large");
    chip.files.set(name, bytes);
    chip.size = size;
    delete chip.active; // these belonged to the files as they were read
    delete chip.record;
    if (!this.chip)
      this.#items.push(chip);
  }

  /** What a reader read takes the place of what was there. */
  setChip(files, active, record) {
    this.remove(this.#items.indexOf(this.chip));
    for (const f of files)
      this.addBytes(f.name, Uint8Array.from(atob(f.base64), c => c.charCodeAt(0)));
    if (active && this.chip)
      this.chip.active = active;
    if (record && this.chip)
      this.chip.record = record;
  }

  addBytes(name, bytes) {
    const part = chipFile(bytes);
    if (this.size + bytes.length > TOTAL)
      throw new RangeError("large");
    if (this.#items.length === 15 && !(part && this.chip))
      throw new RangeError("many");
    if (part) {
      this.#addToChip(part, bytes);
      return;
    }
    const type = pictureType(bytes);
    this.#items.push({ name, bytes, size: bytes.length, kind: type ? "picture" : "any", url: type && URL.createObjectURL(new Blob([bytes], { type })) });
  }

  /** What is ready to be sent: an item of evidence with its text or base64. */
  addItem(name, item) {
    const size = (item.text ?? item.base64).length;
    if (this.size + size > TOTAL)
      throw new RangeError("large");
    if (this.#items.length === 15)
      throw new RangeError("many");
    this.#items.push({ name, kind: item.kind, size, url: null, item });
  }

  async addFile(file) {
    const small = file.size <= TOTAL / 2 ? new Uint8Array(await file.arrayBuffer()) : null;
    this.addBytes(file.name, small ?? await shrink(file));
  }

  remove(i) {
    const [gone] = i < 0 ? [] : this.#items.splice(i, 1);
    if (gone?.url)
      URL.revokeObjectURL(gone.url);
  }

  clear() {
    while (this.#items.length)
      this.remove(0);
  }

  items() {
    return this.#items.map(p => p.item ? p.item : p.kind === "chip"
      ? { kind: "chip", files: [...p.files.values()].map(base64), ...(p.active && { active_authentication: p.active }),
          ...(p.record && { chip_authentication: p.record }) }
      : { kind: p.kind, base64: base64(p.bytes) });
  }
}
