// A log read from its files as C2SP tlog-tiles, tlog-checkpoint, tlog-cosignature and tlog-proof say, in nothing but this file,
// SHA-256 of node and Ed25519 of @noble/curves. Given: {folder, key, witness?, bodies?, proofs: [{file, entry}]}; base64 and hex.
import { createHash, createHmac, hkdfSync, createDecipheriv } from "node:crypto";
import { readFileSync, existsSync } from "node:fs";
import { ed25519 } from "@noble/curves/ed25519.js";

const sha256 = (...parts) => parts.reduce((h, p) => h.update(p), createHash("sha256")).digest();
const leafHash = (entry) => sha256(Buffer.from([0]), entry);
const nodeHash = (l, r) => sha256(Buffer.from([1]), l, r);

function treeHash(leaves) {
  if (leaves.length === 0) return sha256();
  if (leaves.length === 1) return leaves[0];
  let k = 1;
  while (2 * k < leaves.length) k *= 2;
  return nodeHash(treeHash(leaves.slice(0, k)), treeHash(leaves.slice(k)));
}

function path(kind, index, width) {
  let groups = String(index);
  while (groups.length % 3) groups = "0" + groups;
  groups = groups.match(/.../g).map((g, i, all) => (i + 1 < all.length ? "x" : "") + g);
  return `${kind}/${groups.join("/")}${width < 256 ? `.p/${width}` : ""}`;
}

function vkey(text) {
  const [name, id, ...rest] = text.split("+");
  const key = Buffer.from(rest.join("+"), "base64");
  if (sha256(name, "\n", key).subarray(0, 4).toString("hex") !== id) throw new Error("the key's id");
  return { name, id, type: key[0], pub: key.subarray(1) };
}

function openNote(text) {
  const end = text.lastIndexOf("\n\n");
  return {
    text: text.slice(0, end + 1),
    lines: text.slice(end + 2).trimEnd().split("\n").map((line) => {
      const [dash, name, blob] = line.split(" ");
      if (dash !== "\u2014") throw new Error("no signature line");
      return { name, blob: Buffer.from(blob, "base64") };
    }),
  };
}

function signedBy(note, k) {
  const line = note.lines.find((l) => l.name === k.name && l.blob.subarray(0, 4).toString("hex") === k.id);
  if (!line) return false;
  const rest = line.blob.subarray(4);
  if (k.type === 1) return ed25519.verify(rest, Buffer.from(note.text), k.pub);
  const time = rest.readBigUInt64BE(0);
  return ed25519.verify(rest.subarray(8), Buffer.from(`cosignature/v1\ntime ${time}\n${note.text}`), k.pub) && Number(time);
}

function checkpoint(note) {
  const [origin, size, root, ...rest] = note.text.split("\n");
  if (rest.join("") !== "") throw new Error("more than three lines");
  return { origin, size: Number(size), root: Buffer.from(root, "base64") };
}

const shape = (bytes, width, each) => {
  const out = [];
  let at = 0;
  for (let i = 0; i < width; i++) {
    const [item, n] = each(bytes, at);
    out.push(item);
    at += n;
  }
  if (at !== bytes.length) throw new Error("bytes follow the last entry");
  return out;
};
const entriesOf = (b, w) => shape(b, w, (x, at) => [x.subarray(at + 2, at + 2 + x.readUInt16BE(at)), 2 + x.readUInt16BE(at)]);
const bodiesOf = (b, w) =>
  shape(b, w, (x, at) => {
    const n = x.readUInt32BE(at);
    return n >= 0xfffffffe ? [n === 0xffffffff ? "erased" : "none", 4] : [x.subarray(at + 4, at + 4 + n), 4 + n];
  });

// Deterministic CBOR of the headers: a map of small numbers to numbers, texts and byte strings.
function header(entry) {
  let at = 0;
  const item = () => {
    const major = entry[at] >> 5, low = entry[at++] & 31;
    const long = low < 24 ? 0 : 1 << (low - 24);
    const n = long ? Number("0x" + entry.subarray(at, at + long).toString("hex")) : low;
    at += long;
    if (major === 0) return n;
    if (major === 2 || major === 3) return (at += n), major === 2 ? entry.subarray(at - n, at) : entry.toString("utf8", at - n, at);
    if (major === 5) return Object.fromEntries(Array.from({ length: n }, () => [item(), item()]));
    throw new Error("another item");
  };
  return item();
}

// salt || sealed body: AES-256-GCM under HKDF of the salt, the commitment under the salt itself.
function openBody(h, kept) {
  const salt = kept.subarray(0, 32), sealed = kept.subarray(32), tag = sealed.subarray(-16);
  if (!sha256(sealed).equals(h[6])) throw new Error("not the sealed body of the entry");
  const key = Buffer.from(hkdfSync("sha256", salt, Buffer.alloc(0), "serai log body", 32));
  const open = createDecipheriv("aes-256-gcm", key, Buffer.alloc(12)).setAuthTag(tag);
  const body = Buffer.concat([open.update(sealed.subarray(0, -16)), open.final()]);
  if (!createHmac("sha256", salt).update(body).digest().equals(h[7])) throw new Error("not what the entry commits to");
  return body.toString("base64");
}

function readLog({ folder, key, witness, bodies }) {
  const note = openNote(readFileSync(`${folder}/checkpoint`, "utf8"));
  const k = vkey(key), c = checkpoint(note);
  const file = (kind, index, width) => readFileSync(`${folder}/${path(kind, index, width)}`);
  const rows = [[]], entries = [], opened = [];
  for (let i = 0; i * 256 < c.size; i++) {
    const width = Math.min(256, c.size - i * 256);
    const bundle = entriesOf(file("tile/entries", i, width), width);
    const beside = bodies ? bodiesOf(file("bodies", i, width), width) : [];
    bundle.forEach((entry, j) => {
      entries.push(entry);
      rows[0].push(leafHash(entry));
      const h = bodies && entry[0] >> 5 === 5 && header(entry);
      if (!h || !h[7]) return;
      const alone = `${folder}/body/${h[6].toString("hex")}`;
      const kept = beside[j] === "none" && existsSync(alone) ? readFileSync(alone) : beside[j];
      opened.push(typeof kept === "string" ? kept : kept.length ? openBody(h, kept) : "erased");
    });
  }
  for (let level = 0; rows[level].length; level++) { // each tile against the hashes of those below it
    const row = rows[level], up = [];
    for (let i = 0; i * 256 < row.length; i++) {
      const part = row.slice(i * 256, i * 256 + 256);
      if (!file(`tile/${level}`, i, part.length).equals(Buffer.concat(part))) throw new Error(`tile ${level}/${i}`);
      if (part.length === 256) up.push(treeHash(part));
    }
    rows.push(up);
  }
  return {
    origin: c.origin, size: c.size, root: treeHash(rows[0]).equals(c.root), signed: signedBy(note, k) === true,
    cosigned: witness ? signedBy(note, vkey(witness)) : null, opened,
    headers: entries.filter((e) => e[0] >> 5 === 5).map((e) => header(e)[1]),
    last: entries.length ? entries[entries.length - 1].toString("base64") : null,
  };
}

// RFC 9162 2.1.3.2, with the forms of tlog-proof around it.
function checkProof({ file, entry }, key) {
  const text = readFileSync(file, "utf8"), head = text.slice(0, text.indexOf("\n\n")).split("\n");
  const note = openNote(text.slice(text.indexOf("\n\n") + 2)), c = checkpoint(note);
  const index = Number(head.find((l) => l.startsWith("index ")).slice(6));
  const hashes = head.filter((l) => /^[A-Za-z0-9+/]{43}=$/.test(l)).map((l) => Buffer.from(l, "base64"));
  let fn = index, sn = c.size - 1, r = leafHash(Buffer.from(entry, "base64"));
  for (const p of hashes) {
    if (sn === 0) return false;
    if (fn % 2 || fn === sn) {
      r = nodeHash(p, r);
      while (fn % 2 === 0 && fn !== 0) (fn = Math.floor(fn / 2)), (sn = Math.floor(sn / 2));
    } else r = nodeHash(r, p);
    fn = Math.floor(fn / 2);
    sn = Math.floor(sn / 2);
  }
  return sn === 0 && r.equals(c.root) && signedBy(note, vkey(key)) === true && head[0].startsWith("c2sp.org/tlog-proof");
}

const given = JSON.parse(readFileSync(0, "utf8"));
const out = {};
try {
  Object.assign(out, readLog(given));
  out.proofs = (given.proofs ?? []).map((p) => checkProof(p, given.key));
} catch (e) {
  out.error = String(e.stack);
}
console.log(JSON.stringify(out));
