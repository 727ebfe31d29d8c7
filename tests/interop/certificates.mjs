// A receipt checked from its text and the verifier key alone (C2SP signed-note), with the Ed25519 of node:crypto and of
// @noble/curves.
import { createHash, createPublicKey, verify } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { ed25519 } from '@noble/curves/ed25519.js';

const SPKI = Buffer.from('302a300506032b6570032100', 'hex'); // RFC 8410, before the 32 bytes of the key

export function check(note, vkey) {
  const [name, hash, ...rest] = vkey.split('+');
  const key = Buffer.from(rest.join('+'), 'base64');
  const id = createHash('sha256').update(`${name}\n`).update(key).digest().subarray(0, 4);
  if (id.toString('hex') !== hash || key[0] !== 1 || key.length !== 33) return 'key';
  const cut = note.lastIndexOf('\n\n');
  const text = Buffer.from(note.slice(0, cut + 1));
  for (const line of note.slice(cut + 2).split('\n').filter(Boolean)) {
    const [dash, by, base64] = line.split(' ');
    const signature = Buffer.from(base64, 'base64');
    if (dash !== '\u2014' || by !== name || !signature.subarray(0, 4).equals(id)) continue;
    const spki = createPublicKey({ key: Buffer.concat([SPKI, key.subarray(1)]), format: 'der', type: 'spki' });
    const one = verify(null, text, spki, signature.subarray(4));
    const two = ed25519.verify(signature.subarray(4), text, key.subarray(1));
    return one && two ? 'genuine' : one || two ? 'disagree' : 'forged';
  }
  return 'not signed by this key';
}

const given = JSON.parse(readFileSync(0));
console.log(JSON.stringify(given.map(({ note, vkey }) => check(note, vkey))));
