// Reads and verifies seals, and writes and signs others: seal.mjs for the format, @noble/curves for the signature, node:crypto
// as a second opinion about it.
import { X509Certificate, createPrivateKey, verify } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { curves, holds, sign } from './curves.mjs';
import { idbRead, idbWrite, vdsRead, vdsWrite } from './seal.mjs';

const given = JSON.parse(readFileSync(0));
const signers = {};
for (const [name, s] of Object.entries(given.signers)) {
  const certificate = new X509Certificate(readFileSync(s.certificate));
  const spki = certificate.publicKey.export({ type: 'spki', format: 'der' });
  const { size } = curves[s.curve];
  const secret = createPrivateKey(readFileSync(s.key)).export({ type: 'sec1', format: 'der' });
  signers[name] = {
    curve: s.curve,
    key: certificate.publicKey,
    der: certificate.raw,
    point: spki.subarray(spki.length - 1 - 2 * size),
    secret: secret.subarray(secret.indexOf(0x04) + 2, secret.indexOf(0x04) + 2 + size),
  };
}

function read(item) {
  const signer = signers[item.signer];
  const bytes = Buffer.from(item.bytes, 'base64');
  const seal = item.form === 'idb' ? idbRead(bytes.toString('latin1')) : vdsRead(bytes);
  const key = { key: signer.key, dsaEncoding: 'ieee-p1363' };
  const damaged = Buffer.from(seal.covered);
  damaged[damaged.length - 1] ^= 1;
  return {
    ...seal,
    covered: undefined,
    signature: undefined,
    noble: holds(signer.curve, signer.point, seal.covered, seal.signature),
    node: verify(curves[signer.curve].hash, seal.covered, key, seal.signature),
    damaged: holds(signer.curve, signer.point, damaged, seal.signature),
  };
}

function write(item) {
  const signer = signers[item.by];
  const by = (covered) => sign(signer.curve, signer.secret, covered);
  const out =
    item.form === 'idb' ? Buffer.from(idbWrite(item, signer.der, curves[signer.curve].hash, by)) : vdsWrite(item, by);
  return out.toString('base64');
}

console.log(JSON.stringify({ read: given.read.map(read), written: given.write.map(write) }));
