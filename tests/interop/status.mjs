// Status tokens as @sd-jwt/jwt-status-list reads and makes them, in CBOR by cborg; signatures by node's own crypto.
import { readFileSync } from 'node:fs';
import { X509Certificate, createPrivateKey, sign, verify } from 'node:crypto';
import { StatusList, createHeaderAndPayload, getListFromStatusListJWT } from '@sd-jwt/jwt-status-list';
import { decode, encode } from 'cborg';

const read = (bytes) => decode(bytes, { useMaps: true, tags: { 18: (inner) => inner() } });
const b64 = (s) => Buffer.from(s, 'base64');
const ecdsa = (key) => ({ key, dsaEncoding: 'ieee-p1363' });
const toSign = (head, payload) => encode(['Signature1', head, new Uint8Array(0), payload]);

function readJwt(token) {
  const [head, claims, proof] = token.split('.');
  const header = JSON.parse(Buffer.from(head, 'base64url'));
  const certificate = new X509Certificate(b64(header.x5c[0]));
  const list = getListFromStatusListJWT(token);
  return { holds: verify('sha256', Buffer.from(`${head}.${claims}`), ecdsa(certificate.publicKey), Buffer.from(proof, 'base64url')),
    typ: header.typ, values: list.statusList, claims: { ...JSON.parse(Buffer.from(claims, 'base64url')), status_list: undefined } };
}

function readCwt(token) {
  const [head, , payload, proof] = read(token);
  const header = read(head);
  const certificate = new X509Certificate(header.get(33));
  const claims = read(payload);
  const list = claims.get(65533);
  const packed = Buffer.from(list.get('lst')).toString('base64url');
  return { holds: verify('sha256', toSign(head, payload), ecdsa(certificate.publicKey), proof), typ: header.get(16),
    values: StatusList.decompressStatusList(packed, list.get('bits')).statusList, claims: { sub: claims.get(2), iat: claims.get(6) } };
}

function makeJwt({ values, bits, uri, iat, exp, key, certificate }) {
  const { header, payload } = createHeaderAndPayload(new StatusList(values, bits), { sub: uri, iat, exp }, { alg: 'ES256', typ: '', x5c: [certificate] });
  const input = [header, payload].map((o) => Buffer.from(JSON.stringify(o)).toString('base64url')).join('.');
  return Buffer.from(`${input}.${sign('sha256', Buffer.from(input), ecdsa(createPrivateKey(key))).toString('base64url')}`);
}

function makeCwt({ values, bits, uri, iat, exp, key, certificate }) {
  const list = new StatusList(values, bits);
  const head = encode(new Map([[1, -7], [16, 'application/statuslist+cwt'], [33, new Uint8Array(b64(certificate))]]));
  const lst = new Uint8Array(Buffer.from(list.compressStatusList(), 'base64url'));
  const payload = encode(new Map([[2, uri], [6, iat], [4, exp], [65533, new Map([['bits', bits], ['lst', lst]])]]));
  const proof = sign('sha256', toSign(head, payload), ecdsa(createPrivateKey(key)));
  return Buffer.concat([Buffer.from([0xd2]), encode([head, new Map(), payload, new Uint8Array(proof)])]);
}

const work = { readJwt: (g) => readJwt(b64(g.token).toString().trim()), readCwt: (g) => readCwt(b64(g.token)),
  makeJwt: (g) => ({ token: makeJwt(g).toString('base64') }), makeCwt: (g) => ({ token: makeCwt(g).toString('base64') }) };
const one = (g) => {
  try {
    return work[g.what](g);
  } catch (e) {
    return { refused: String(e.stack) };
  }
};
console.log(JSON.stringify(JSON.parse(readFileSync(0)).map(one)));
