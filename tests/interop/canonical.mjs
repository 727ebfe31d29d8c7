// VDS-NC with the npm package canonicalize (RFC 8785), JSON.parse, and the signatures of node:crypto.
import { X509Certificate, createPrivateKey, sign, verify } from 'node:crypto';
import { readFileSync } from 'node:fs';
import canonicalize from 'canonicalize';

const HASH = { ES256: 'sha256', ES384: 'sha384', ES512: 'sha512' };
const given = JSON.parse(readFileSync(0));

function make({ alg, key, data }) {
  const covered = canonicalize(JSON.parse(data));
  const by = { key: createPrivateKey(readFileSync(key)), dsaEncoding: 'ieee-p1363' };
  return { canonical: covered, signature: sign(HASH[alg], Buffer.from(covered), by).toString('base64url') };
}

function check(text) {
  const { data, sig } = JSON.parse(text);
  const covered = canonicalize(data);
  const certificate = new X509Certificate(Buffer.from(sig.cer, 'base64url'));
  const key = { key: certificate.publicKey, dsaEncoding: 'ieee-p1363' };
  const signature = Buffer.from(sig.sigvl, 'base64url');
  return {
    alg: sig.alg,
    holds: verify(HASH[sig.alg], Buffer.from(covered), key, signature),
    altered: verify(HASH[sig.alg], Buffer.from(covered + ' '), key, signature),
    same: text.includes(covered),
    header: data.hdr,
    message: canonicalize(data.msg),
  };
}

console.log(
  JSON.stringify({
    made: given.make.map(make),
    checked: given.check.map(check),
    messages: given.messages.map((m) => canonicalize(JSON.parse(m))),
  }),
);
