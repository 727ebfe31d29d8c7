// Elliptic curves of seals in @noble/curves, which does its own arithmetic; brainpool curves by RFC 5639.
import { createHash } from 'node:crypto';
import { ecdsa, weierstrassN } from '@noble/curves/abstract/weierstrass.js';
import { p256, p384, p521 } from '@noble/curves/nist.js';
import { sha224, sha256, sha384, sha512 } from '@noble/hashes/sha2.js';

function brainpool(hash, p, a, b, Gx, Gy, n) {
  const [P, A, B, X, Y, N] = [p, a, b, Gx, Gy, n].map((hex) => BigInt('0x' + hex));
  return ecdsa(weierstrassN({ p: P, a: A, b: B, Gx: X, Gy: Y, n: N, h: 1n }), hash, { lowS: false });
}

// By the OpenSSL name of the curve: bytes of a coordinate, hash that goes with it, implementation.
export const curves = {
  prime256v1: { size: 32, hash: 'sha256', curve: p256 },
  secp384r1: { size: 48, hash: 'sha384', curve: p384 },
  secp521r1: { size: 66, hash: 'sha512', curve: p521 },
  brainpoolP224r1: {
    size: 28,
    hash: 'sha224',
    curve: brainpool(
      sha224,
      'd7c134aa264366862a18302575d1d787b09f075797da89f57ec8c0ff',
      '68a5e62ca9ce6c1c299803a6c1530b514e182ad8b0042a59cad29f43',
      '2580f63ccfe44138870713b1a92369e33e2135d266dbb372386c400b',
      '0d9029ad2c7e5cf4340823b2a87dc68c9e4ce3174c1e6efdee12c07d',
      '58aa56f772c0726f24c6b89e4ecdac24354b9e99caa3f6d3761402cd',
      'd7c134aa264366862a18302575d0fb98d116bc4b6ddebca3a5a7939f',
    ),
  },
  brainpoolP256r1: {
    size: 32,
    hash: 'sha256',
    curve: brainpool(
      sha256,
      'a9fb57dba1eea9bc3e660a909d838d726e3bf623d52620282013481d1f6e5377',
      '7d5a0975fc2c3057eef67530417affe7fb8055c126dc5c6ce94a4b44f330b5d9',
      '26dc5c6ce94a4b44f330b5d9bbd77cbf958416295cf7e1ce6bccdc18ff8c07b6',
      '8bd2aeb9cb7e57cb2c4b482ffc81b7afb9de27e1e3bd23c23a4453bd9ace3262',
      '547ef835c3dac4fd97f8461a14611dc9c27745132ded8e545c1d54c72f046997',
      'a9fb57dba1eea9bc3e660a909d838d718c397aa3b561a6f7901e0e82974856a7',
    ),
  },
  brainpoolP384r1: {
    size: 48,
    hash: 'sha384',
    curve: brainpool(
      sha384,
      '8cb91e82a3386d280f5d6f7e50e641df152f7109ed5456b412b1da197fb71123acd3a729901d1a71874700133107ec53',
      '7bc382c63d8c150c3c72080ace05afa0c2bea28e4fb22787139165efba91f90f8aa5814a503ad4eb04a8c7dd22ce2826',
      '4a8c7dd22ce28268b39b55416f0447c2fb77de107dcd2a62e880ea53eeb62d57cb4390295dbc9943ab78696fa504c11',
      '1d1c64f068cf45ffa2a63a81b7c13f6b8847a3e77ef14fe3db7fcafe0cbd10e8e826e03436d646aaef87b2e247d4af1e',
      '8abe1d7520f9c2a45cb1eb8e95cfd55262b70b29feec5864e19c054ff99129280e4646217791811142820341263c5315',
      '8cb91e82a3386d280f5d6f7e50e641df152f7109ed5456b31f166e6cac0425a7cf3ab6af6b7fc3103b883202e9046565',
    ),
  },
  brainpoolP512r1: {
    size: 64,
    hash: 'sha512',
    curve: brainpool(
      sha512,
      'aadd9db8dbe9c48b3fd4e6ae33c9fc07cb308db3b3c9d20ed6639cca703308717d4d9b009bc66842aecda12ae6a380e62881ff2f2d82c68528aa6056583a48f3',
      '7830a3318b603b89e2327145ac234cc594cbdd8d3df91610a83441caea9863bc2ded5d5aa8253aa10a2ef1c98b9ac8b57f1117a72bf2c7b9e7c1ac4d77fc94ca',
      '3df91610a83441caea9863bc2ded5d5aa8253aa10a2ef1c98b9ac8b57f1117a72bf2c7b9e7c1ac4d77fc94cadc083e67984050b75ebae5dd2809bd638016f723',
      '81aee4bdd82ed9645a21322e9c4c6a9385ed9f70b5d916c1b43b62eef4d0098eff3b1f78e2d0d48d50d1687b93b97d5f7c6d5047406a5e688b352209bcb9f822',
      '7dde385d566332ecc0eabfa9cf7822fdf209f70024a57b1aa000c55b881f8111b2dcde494a5f485e5bca4bd88a2763aed1ca2b2fa8f0540678cd1e0f3ad80892',
      'aadd9db8dbe9c48b3fd4e6ae33c9fc07cb308db3b3c9d20ed6639cca70330870553e5c414ca92619418661197fac10471db1d381085ddaddb58796829ca90069',
    ),
  },
};

export function holds(name, publicPoint, message, signature) {
  const { hash, curve } = curves[name];
  const digest = createHash(hash).update(message).digest();
  try {
    return curve.verify(signature, digest, publicPoint, { lowS: false, prehash: false });
  } catch {
    return false;
  }
}

export function sign(name, secret, message) {
  const { hash, curve } = curves[name];
  const digest = createHash(hash).update(message).digest();
  const signature = curve.sign(digest, secret, { lowS: false, prehash: false });
  return signature.toCompactRawBytes ? signature.toCompactRawBytes() : signature;
}
