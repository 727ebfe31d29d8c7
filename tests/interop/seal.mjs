// A reader and writer of VDS (ICAO Doc 9303-13) and IDB (ICAO TR "Datastructure for Barcode") of its own: no line of it is
// shared with the program under test. It is small because it believes its input; only tests use it.
import { createHash } from 'node:crypto';
import { deflateSync, inflateSync } from 'node:zlib';

const valueOf = (c) => (c === ' ' || c === '<' ? 3 : c >= 'A' ? c.charCodeAt(0) - 65 + 14 : c.charCodeAt(0) - 48 + 4);
const charOf = (v) => {
  if (v === 3) return ' ';
  if (v < 4 || v > 39) throw new Error(`C40 value ${v}`);
  return v < 14 ? String.fromCharCode(44 + v) : String.fromCharCode(51 + v);
};

export function c40Read(bytes) {
  let text = '';
  for (let i = 0; i < bytes.length; i += 2) {
    if (bytes[i] === 0xfe) {
      text += String.fromCharCode(bytes[i + 1] - 1);
      continue;
    }
    const v = bytes[i] * 256 + bytes[i + 1] - 1;
    const [a, b, c] = [Math.floor(v / 1600), Math.floor(v / 40) % 40, v % 40];
    text += charOf(a) + charOf(b) + (c === 0 ? '' : charOf(c));
  }
  return text;
}

export function c40Write(text) {
  const out = [];
  for (let i = 0; i < text.length; i += 3) {
    const part = [...text.slice(i, i + 3)];
    if (part.length === 1) {
      out.push(0xfe, part[0].charCodeAt(0) + 1);
      continue;
    }
    const v = 1600 * valueOf(part[0]) + 40 * valueOf(part[1]) + (part[2] ? valueOf(part[2]) : 0) + 1;
    out.push(v >> 8, v & 255);
  }
  return Buffer.from(out);
}

export function dateRead(bytes) {
  const t = String(bytes.readUIntBE(0, 3)).padStart(8, '0');
  return `${t.slice(4)}-${t.slice(0, 2)}-${t.slice(2, 4)}`;
}

export function dateWrite(iso) {
  const [y, m, d] = iso.split('-');
  const out = Buffer.alloc(3);
  out.writeUIntBE(Number(m + d + y), 0, 3);
  return out;
}

export function tlvRead(bytes) {
  const out = [];
  for (let i = 0; i < bytes.length; ) {
    const tag = bytes[i++];
    let n = bytes[i++];
    if (n > 0x80) {
      const octets = n & 0x7f;
      n = bytes.readUIntBE(i, octets);
      i += octets;
    }
    if (i + n > bytes.length) throw new Error(`message ${tag} goes beyond the end`);
    out.push({ tag, value: bytes.subarray(i, i + n), begin: i - (n > 127 ? (n > 255 ? 4 : 3) : 2) });
    i += n;
  }
  return out;
}

export function tlvWrite(tag, value) {
  const n = value.length;
  const head = n < 128 ? [tag, n] : n < 256 ? [tag, 0x81, n] : [tag, 0x82, n >> 8, n & 255];
  return Buffer.concat([Buffer.from(head), value]);
}

const shown = (m) => ({ tag: m.tag.toString(16).toUpperCase().padStart(2, '0'), value: m.value.toString('hex') });

export function vdsRead(bytes) {
  if (bytes[0] !== 0xdc) throw new Error('no VDS');
  const version = bytes[1] + 1;
  const country = c40Read(bytes.subarray(2, 4));
  let at = 4;
  let signer;
  let reference;
  if (version === 3) {
    const text = c40Read(bytes.subarray(4, 10));
    [signer, reference, at] = [text.slice(0, 4), text.slice(4), 10];
  } else {
    const text = c40Read(bytes.subarray(4, 8));
    const length = parseInt(text.slice(4, 6), 16);
    const n = 2 * Math.ceil(length / 3);
    [signer, reference, at] = [text.slice(0, 4), c40Read(bytes.subarray(8, 8 + n)), 8 + n];
    if (reference.length !== length) throw new Error(`reference ${reference} is not ${length} long`);
  }
  const issued = dateRead(bytes.subarray(at, at + 3));
  const signed = dateRead(bytes.subarray(at + 3, at + 6));
  const type = bytes.subarray(at + 6, at + 8).toString('hex').toUpperCase();
  const all = tlvRead(bytes.subarray(at + 8));
  const last = all.pop();
  if (last.tag !== 0xff) throw new Error('no signature at the end');
  return {
    form: 'vds',
    version,
    country,
    signer,
    reference,
    issued,
    signed,
    type,
    messages: all.map(shown),
    covered: bytes.subarray(0, at + 8 + last.begin),
    signature: last.value,
  };
}

export function vdsWrite(given, sign) {
  const reference = given.reference;
  const names =
    given.version === 3
      ? c40Write(given.signer + reference.padStart(5, '0'))
      : Buffer.concat([
          c40Write(given.signer + reference.length.toString(16).toUpperCase().padStart(2, '0')),
          c40Write(reference),
        ]);
  const covered = Buffer.concat([
    Buffer.from([0xdc, given.version - 1]),
    c40Write(given.country),
    names,
    dateWrite(given.issued),
    dateWrite(given.signed),
    Buffer.from(given.type, 'hex'),
    ...given.messages.map((m) => tlvWrite(parseInt(m.tag, 16), Buffer.from(m.value, 'hex'))),
  ]);
  return Buffer.concat([covered, tlvWrite(0xff, sign(covered))]);
}

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

function base32Read(text) {
  let bits = '';
  for (const c of text) {
    if (!BASE32.includes(c)) throw new Error(`Base32 character ${c}`);
    bits += BASE32.indexOf(c).toString(2).padStart(5, '0');
  }
  return Buffer.from(bits.match(/[01]{8}/g).map((b) => parseInt(b, 2)));
}

function base32Write(bytes) {
  const bits = [...bytes].map((b) => b.toString(2).padStart(8, '0')).join('');
  return bits.match(/[01]{1,5}/g).map((b) => BASE32[parseInt(b.padEnd(5, '0'), 2)]).join('');
}

const ALGORITHM = { 1: 'sha256', 2: 'sha384', 3: 'sha512' };

export function idbRead(text) {
  const flag = text.charCodeAt(4) - 65;
  if (text.slice(0, 4) !== 'RDB1' || !(flag & 1)) throw new Error('no signed IDB');
  let bytes = base32Read(text.slice(5));
  if (flag & 2) bytes = inflateSync(bytes);
  const parts = tlvRead(bytes.subarray(12));
  const group = parts.find((p) => p.tag === 0x61);
  const signature = parts[parts.length - 1];
  if (signature.tag !== 0x7f) throw new Error('no signature at the end');
  const next = parts[parts.indexOf(group) + 1];
  const certificate = parts.find((p) => p.tag === 0x7e);
  return {
    form: 'idb',
    zipped: (flag & 2) !== 0,
    country: c40Read(bytes.subarray(0, 2)),
    hash: ALGORITHM[bytes[2]],
    reference: bytes.subarray(3, 8).toString('hex'),
    mask: bytes[8],
    signed: dateRead(bytes.subarray(9, 12)),
    messages: tlvRead(group.value).map(shown),
    certificate: certificate ? certificate.value.toString('base64') : null,
    covered: bytes.subarray(0, 12 + next.begin),
    signature: signature.value,
  };
}

export function idbWrite(given, certificate, hash, sign) {
  const covered = Buffer.concat([
    c40Write(given.country),
    Buffer.from([Number(Object.keys(ALGORITHM).find((k) => ALGORITHM[k] === hash))]),
    createHash('sha1').update(certificate).digest().subarray(15),
    Buffer.from([0]),
    dateWrite(given.signed),
    tlvWrite(0x61, Buffer.concat(given.messages.map((m) => tlvWrite(parseInt(m.tag, 16), Buffer.from(m.value, 'hex'))))),
  ]);
  const bytes = Buffer.concat([
    covered,
    given.withCertificate ? tlvWrite(0x7e, certificate) : Buffer.alloc(0),
    tlvWrite(0x7f, sign(covered)),
  ]);
  return 'RDB1' + 'BD'[given.zipped ? 1 : 0] + base32Write(given.zipped ? deflateSync(bytes) : bytes);
}
