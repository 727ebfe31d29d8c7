// Nanoseconds per call of what other implementations do with the same input: the median of several rounds after a warm-up.
import { X509Certificate, verify } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { parse } from 'mrz';
import { parseMRZ } from 'mrz-fast';
import { curves, holds } from './curves.mjs';
import { vdsRead } from './seal.mjs';

const { zone, seals, quick } = JSON.parse(readFileSync(0));
const ROUND = quick ? 60e6 : 300e6;

function time(work) {
  const rounds = [];
  for (let r = 0; r < 6; r++) {
    let n = 0;
    const begin = process.hrtime.bigint();
    let spent = 0;
    for (let batch = 1; spent < ROUND; batch = Math.min(batch * 2, 1024)) {
      for (let i = 0; i < batch; i++) work();
      n += batch;
      spent = Number(process.hrtime.bigint() - begin);
    }
    if (r > 0) rounds.push(spent / n);
  }
  return rounds.sort((a, b) => a - b)[2];
}

function need(holds, what) {
  if (!holds) throw new Error(`${what} does not accept the input`);
}

function seal({ curve, bytes, certificate }) {
  const data = Buffer.from(bytes, 'base64');
  const key = { key: new X509Certificate(readFileSync(certificate)).publicKey, dsaEncoding: 'ieee-p1363' };
  const spki = key.key.export({ type: 'spki', format: 'der' });
  const point = spki.subarray(spki.length - 1 - 2 * curves[curve].size);
  const noble = () => {
    const s = vdsRead(data);
    return holds(curve, point, s.covered, s.signature);
  };
  const node = () => {
    const s = vdsRead(data);
    return verify(curves[curve].hash, s.covered, key, s.signature);
  };
  need(noble() && node(), curve);
  return { noble: time(noble), node: time(node) };
}

need(parse(zone).format === 'TD3' && parseMRZ(zone).fields.documentNumber === 'L898902C3', 'mrz');
console.log(
  JSON.stringify({
    mrz: time(() => parse(zone)),
    fast: time(() => parseMRZ(zone)),
    seals: Object.fromEntries(seals.map((s) => [s.curve, seal(s)])),
  }),
);
