// Mobile licences by two independent implementations: what they issue and present, and what they say of others'.
import { createHash, createHmac, createPrivateKey, createPublicKey, diffieHellman, hkdfSync, randomBytes, sign, timingSafeEqual, verify,
  X509Certificate } from 'node:crypto';
import { DeviceResponse, Document, MDoc, Verifier } from '@auth0/mdl';
import * as owf from '@owf/mdoc';
import { COSEKeyFromJWK } from 'cose-kit';

// Not readFileSync: a library opens standard input for itself and it no longer blocks.
const given = [];
for await (const chunk of process.stdin) given.push(chunk);
const { issue = [], judge = [], clock } = JSON.parse(Buffer.concat(given));
const bytes = (s) => new Uint8Array(Buffer.from(s, 'base64'));
const text = (b) => Buffer.from(b).toString('base64');
const coseKey = (jwk) => new Uint8Array(COSEKeyFromJWK(jwk));
const jwkOf = (pem) => createPrivateKey(pem).export({ format: 'jwk' });
const publicOf = (jwk) => Object.fromEntries(Object.entries(jwk).filter(([k]) => k !== 'd'));

// --- what @owf/mdoc leaves to its user ---

const HASH = { ES256: 'sha256', ES384: 'sha384', ES512: 'sha512', EdDSA: null };
const curveOf = { 1: 'P-256', 2: 'P-384', 3: 'P-521', 6: 'Ed25519', 4: 'X25519' };
const url = (b) => Buffer.from(b).toString('base64url');

function keyOf(k, secret) {
  const okp = k.keyType === 1;
  const jwk = { kty: okp ? 'OKP' : 'EC', crv: curveOf[k.curve], x: url(k.x), ...(okp ? {} : { y: url(k.y) }), ...(secret ? { d: url(k.d) } : {}) };
  return secret ? createPrivateKey({ key: jwk, format: 'jwk' }) : createPublicKey({ key: jwk, format: 'jwk' });
}

// The user of the library has to say how a raw point becomes a key.
function pointKey(point) {
  const n = (point.length - 1) / 2;
  const crv = { 32: 'P-256', 48: 'P-384', 66: 'P-521' }[n];
  return { kty: 'EC', crv, x: url(point.subarray(1, 1 + n)), y: url(point.subarray(1 + n)) };
}

// It gives whole keys where it makes a code, and bare numbers where it checks one.
const secrets = new Map();
function agree(privateKey, publicKey) {
  const bare = secrets.get(text(privateKey));
  return diffieHellman({ privateKey: bare ? createPrivateKey({ key: bare, format: 'jwk' }) : keyOf(owf.CoseKey.decode(privateKey), true),
    publicKey: publicKey[0] === 4 ? createPublicKey({ key: pointKey(publicKey), format: 'jwk' }) : keyOf(owf.CoseKey.decode(publicKey), false) });
}

// Not CoseKey.fromJwk: that knows P-256 and Ed25519 alone.
function owfKey(jwk, kind = owf.CoseKey) {
  const part = (v) => (v ? new Uint8Array(Buffer.from(v, 'base64url')) : undefined);
  if (jwk.d) secrets.set(text(part(jwk.d)), jwk);
  return kind.create({ keyType: jwk.kty === 'OKP' ? owf.KeyType.Okp : owf.KeyType.Ec, curve: owf.Curve[jwk.crv], x: part(jwk.x),
    ...(jwk.y ? { y: part(jwk.y) } : {}), ...(jwk.d ? { d: part(jwk.d) } : {}), ...(jwk.alg ? { algorithm: owf.SignatureAlgorithm[jwk.alg] } : {}) });
}

const context = {
  crypto: {
    random: (n) => new Uint8Array(randomBytes(n)),
    digest: ({ digestAlgorithm, bytes: b }) => new Uint8Array(createHash(digestAlgorithm.replace('-', '')).update(b).digest()),
    calculateEphemeralMacKey: ({ privateKey, publicKey, sessionTranscriptBytes, info }) => {
      const salt = createHash('sha256').update(sessionTranscriptBytes).digest();
      const k = new Uint8Array(hkdfSync('sha256', agree(privateKey, publicKey), salt, Buffer.from(info), 32));
      return owf.CoseKey.create({ keyType: owf.KeyType.Oct, k, algorithm: owf.MacAlgorithm.HS256 });
    },
  },
  cose: {
    sign1: {
      sign: ({ toBeSigned, key, algorithm }) => new Uint8Array(sign(HASH[owf.SignatureAlgorithm[algorithm ?? key.algorithm]], toBeSigned,
        { key: keyOf(key, true), dsaEncoding: 'ieee-p1363' })),
      verify: ({ key, sign1 }) => (HASH[sign1.signatureAlgorithmName] === null) === (key.keyType === owf.KeyType.Okp) && verify(HASH[sign1.signatureAlgorithmName], sign1.toBeSigned, { key: keyOf(key, false), dsaEncoding: 'ieee-p1363' },
        sign1.signature),
    },
    mac0: {
      sign: ({ key, toBeAuthenticated }) => new Uint8Array(createHmac('sha256', key.k).update(toBeAuthenticated).digest()),
      verify: ({ mac0, key }) => {
        const want = createHmac('sha256', key.k).update(mac0.toBeAuthenticated).digest();
        return want.length === mac0.tag.length && timingSafeEqual(want, mac0.tag);
      },
    },
  },
  x509: {
    getIssuerNameField: ({ certificate, field }) => new X509Certificate(certificate).issuer.split('\n').filter((l) => l.startsWith(`${field}=`))
      .map((l) => l.slice(field.length + 1)),
    getPublicKey: ({ certificate }) => owfKey(new X509Certificate(certificate).publicKey.export({ format: 'jwk' })),
    verifyCertificateChain: ({ trustedCertificates, x5chain, now }) => {
      const leaf = new X509Certificate(x5chain[0]);
      const at = now ?? new Date();
      if (!trustedCertificates.some((t) => leaf.verify(new X509Certificate(t).publicKey))) throw new Error('no trusted certificate signed it');
      if (at < new Date(leaf.validFrom) || at > new Date(leaf.validTo)) throw new Error('outside the validity of the certificate');
    },
    getCertificateData: ({ certificate }) => {
      const c = new X509Certificate(certificate);
      return { issuerName: c.issuer, subjectName: c.subject, serialNumber: c.serialNumber, thumbprint: c.fingerprint256,
        notBefore: new Date(c.validFrom), notAfter: new Date(c.validTo), pem: c.toString() };
    },
  },
};

// --- issuing and presenting ---

const DAY = 86400e3;
const values = (o) => ({ ...o.values, portrait: bytes(o.portrait) });
const TYPE = 'org.iso.18013.5.1.mDL', SPACE = 'org.iso.18013.5.1';

async function auth0Issue(o) {
  const signed = new Date(Math.floor(Date.now() / 1000) * 1000 - 1000);
  const document = await new Document(TYPE).addIssuerNameSpace(SPACE, values(o)).useDigestAlgorithm(o.digest)
    .addValidityInfo({ signed, validFrom: signed, validUntil: new Date(+signed + 60 * DAY) })
    .addDeviceKeyInfo({ deviceKey: publicOf(jwkOf(o.device)) })
    .sign({ issuerPrivateKey: jwkOf(o.issuer), issuerCertificate: new X509Certificate(bytes(o.certificate)).toString(), alg: o.alg });
  const fields = [...Object.keys(o.values), 'portrait'].map((n) => ({ path: [`$['${SPACE}']['${n}']`], intent_to_retain: false }));
  const builder = DeviceResponse.from(new MDoc([document]).encode())
    .usingPresentationDefinition({ id: 'all', input_descriptors: [{ id: TYPE, format: { mso_mdoc: { alg: ['EdDSA', 'ES256'] } },
      constraints: { limit_disclosure: 'required', fields } }] })
    .usingSessionTranscriptBytes(Buffer.from(bytes(o.session_bytes)));
  const way = o.mac ? builder.authenticateWithMAC(jwkOf(o.device), coseKey(publicOf(jwkOf(o.reader))), 'HS256')
    : builder.authenticateWithSignature(jwkOf(o.device), o.device_alg);
  return (await way.sign()).encode();
}

async function owfIssue(o) {
  const signed = new Date(Math.floor(Date.now() / 1000) * 1000 - 1000);
  const device = jwkOf(o.device);
  const issuer = new owf.Issuer(TYPE, context).addIssuerNamespace(SPACE, values(o));
  const issuerSigned = await issuer.sign({ signingKey: owfKey({ ...jwkOf(o.issuer), alg: o.alg }),
    algorithm: owf.SignatureAlgorithm[o.alg], digestAlgorithm: o.digest, certificates: [bytes(o.certificate)],
    validityInfo: { signed, validFrom: signed, validUntil: new Date(+signed + 60 * DAY) },
    deviceKeyInfo: { deviceKey: owfKey(publicOf(device), owf.DeviceKey) } });
  const signingKey = owfKey({ ...device, alg: o.device_alg });
  const answer = await owf.Holder.createDeviceResponseForDeviceRequest({ deviceRequest: owf.DeviceRequest.decode(bytes(o.request)),
    sessionTranscript: owf.SessionTranscript.decode(bytes(o.session)), issuerSigned: [issuerSigned],
    ...(o.mac ? { mac: { ephemeralKey: owfKey(publicOf(jwkOf(o.reader))), signingKey } } : { signature: { signingKey } }) }, context);
  return answer.encode();
}

// --- verifying ---

async function auth0Judge(c) {
  const roots = c.roots.map((r) => new X509Certificate(bytes(r)).toString());
  await new Verifier(roots).verify(Buffer.from(bytes(c.response)), { encodedSessionTranscript: Buffer.from(bytes(c.session_bytes)),
    ...(c.reader ? { ephemeralReaderKey: coseKey(jwkOf(c.reader)) } : {}) });
}

async function owfJudge(c) {
  const failed = [];
  await owf.Verifier.verifyDeviceResponse({ deviceResponse: bytes(c.response), sessionTranscript: owf.SessionTranscript.decode(bytes(c.session)),
    trustedCertificates: c.roots.map(bytes), ...(c.now ? { now: new Date(c.now) } : {}),
    ...(c.reader ? { ephemeralReaderKey: owfKey(jwkOf(c.reader)) } : {}),
    onCheck: (x) => { if (x.status === 'FAILED') failed.push(x.reason ?? x.check); } }, context);
  if (failed.length) throw new Error(failed[0]);
}

async function said(work) {
  try {
    return { ok: true, value: await work() };
  } catch (e) {
    return { ok: false, why: String(e?.message ?? e).split('\n')[0].slice(0, 200) };
  }
}

// The verifiers of one library read the clock of the process.
const RealDate = Date;
function setClock(t) {
  globalThis.Date = t ? class extends RealDate {
    constructor(...a) { a.length ? super(...a) : super(t); }
    static now() { return RealDate.parse(t); }
  } : RealDate;
}

const out = { issued: [], judged: [] };
for (const o of issue) {
  const r = await said(() => (o.peer === 'auth0' ? auth0Issue(o) : owfIssue(o)));
  out.issued.push(r.ok ? { ok: true, response: text(r.value) } : r);
}
for (const c of judge) {
  setClock(c.now);
  out.judged.push(await said(() => (c.peer === 'auth0' ? auth0Judge(c) : owfJudge(c)).then(() => undefined)));
  setClock(null);
}
// Nanoseconds of one verification, the median of rounds after a warm-up.
if (clock) {
  const rounds = [];
  for (let r = 0; r < 6; r++) {
    const begin = process.hrtime.bigint();
    for (let i = 0; i < clock.times; i++) await auth0Judge(clock);
    if (r > 0) rounds.push(Number(process.hrtime.bigint() - begin) / clock.times);
  }
  out.nanoseconds = rounds.sort((a, b) => a - b)[2];
}
console.log(JSON.stringify(out));
