#!/usr/bin/python3
"""Writes sign-in.json: passkeys (python3-fido2) and ID tokens (python3-cryptography), of SPECIMEN keys."""
import base64, hashlib, hmac, json, os, struct
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa, utils
from fido2 import cbor
from fido2.cose import ES256, EdDSA, RS256

def b64(b): return base64.urlsafe_b64encode(b).rstrip(b'=').decode()
PK = padding.PKCS1v15()
keys = {'ES256': ec.generate_private_key(ec.SECP256R1()), 'EdDSA': ed25519.Ed25519PrivateKey.generate(),
        'RS256': rsa.generate_private_key(65537, 2048)}
cose = {'ES256': ES256, 'EdDSA': EdDSA, 'RS256': RS256}

def sign(alg, key, m):
    if alg == 'ES256': return key.sign(m, ec.ECDSA(hashes.SHA256()))
    return key.sign(m) if alg == 'EdDSA' else key.sign(m, PK, hashes.SHA256())

def client(type, **more):
    d = {'type': type, 'challenge': b64(b'c' * 32), 'origin': 'https://serai.example', 'crossOrigin': False}
    d.update(more)
    return json.dumps(d, separators=(',', ':')).encode()

def data(flags, counter, rest=b'', place='serai.example'):
    return hashlib.sha256(place.encode()).digest() + struct.pack('>BI', flags, counter) + rest

out = {'passkeys': [], 'made': [], 'said': [], 'tokens': {}}
for alg, key in keys.items():
    k = cbor.encode(dict(cose[alg].from_cryptography_key(key.public_key())))
    rest = bytes(16) + struct.pack('>H', 4) + b'SPEC' + k
    def made(name, reason, c, d, fmt='none', st=None, tail=b'', cut=0):
        o = cbor.encode({'fmt': fmt, 'attStmt': st or {}, 'authData': d}) + tail
        out['made'].append([alg + ' ' + name, reason, c.hex(), o[:len(o) - cut].hex()])
    def said(name, reason, c, d, held=5, spoil=b''):
        s = sign(alg, key, d + hashlib.sha256(c).digest())
        out['said'].append([alg + ' ' + name, reason, c.hex(), d.hex(), (s + spoil).hex(), held, k.hex()])
    c, g = client('webauthn.create'), client('webauthn.get')
    good, proof = data(0x45, 7, rest), data(5, 7)
    made('good', '', c, good)
    made('self-signed', '', c, good, 'packed', {'alg': cose[alg].ALGORITHM,
         'sig': sign(alg, key, good + hashlib.sha256(c).digest())})
    made('self-signed for other data', 'passkey-attestation', c, good, 'packed',
         {'alg': cose[alg].ALGORITHM, 'sig': sign(alg, key, good)})
    made('other format', 'passkey-attestation', c, good, 'tpm')
    made('trailing', 'attestation', c, good, tail=b'\0')
    made('cut', 'attestation', c, good, cut=1)
    made('data cut', 'authenticator-data', c, good[:-1])
    made('data trailing', 'authenticator-data', c, good + b'\0')
    made('no passkey', 'authenticator-data', c, data(5, 7))
    said('good', '', g, proof)
    said('no counter', '', g, data(5, 0), 0)
    said('same counter', 'passkey-counter', g, proof, 7)
    said('counter back', 'passkey-counter', g, proof, 8)
    said('counter gone', 'passkey-counter', g, data(5, 0), 5)
    said('cut', 'authenticator-data', g, proof[:-1])
    said('trailing', 'authenticator-data', g, proof + b'\0')
    said('spoilt signature', 'passkey-signature', g, proof, spoil=b'\1')
    for f, type, d in ((made, 'webauthn.create', rest), (said, 'webauthn.get', b'')):
        n = 0x45 if d else 5
        f('type', 'passkey-type', client('webauthn.get' if d else 'webauthn.create'), data(n, 7, d))
        f('challenge', 'passkey-challenge', client(type, challenge=b64(b'd' * 32)), data(n, 7, d))
        f('short challenge', 'passkey-challenge', client(type, challenge=b64(b'c' * 31)), data(n, 7, d))
        f('origin', 'passkey-origin', client(type, origin='https://serai.example.evil'), data(n, 7, d))
        f('frame', 'passkey-origin', client(type, crossOrigin=True), data(n, 7, d))
        f('top', 'passkey-origin', client(type, topOrigin='https://evil.example'), data(n, 7, d))
        f('place', 'passkey-place', client(type), data(n, 7, d, 'evil.example'))
        f('unverified', 'passkey-verification', client(type), data(n & ~4, 7, d))
        f('absent', 'passkey-verification', client(type), data(n & ~1, 7, d))
        f('no json', 'client-data', client(type)[:-1], data(n, 7, d))
        f('more json', 'client-data', client(type) + b'x', data(n, 7, d))

# ID tokens of time 1000000, with the nonce that 96 bytes 'r' give.
def jwk(kid, key):
    p = key.public_key().public_numbers()
    return {'kty': 'RSA', 'kid': kid, 'use': 'sig', 'n': b64(p.n.to_bytes(256, 'big')), 'e': 'AQAB'}
one, two = keys['RS256'], rsa.generate_private_key(65537, 2048)
ecp, edp = keys['ES256'].public_key().public_numbers(), keys['EdDSA'].public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
out['keys'] = json.dumps({'keys': [jwk('one', one),
    {'kty': 'EC', 'crv': 'P-256', 'kid': 'ec', 'x': b64(ecp.x.to_bytes(32, 'big')), 'y': b64(ecp.y.to_bytes(32, 'big'))},
    {'kty': 'OKP', 'crv': 'Ed25519', 'kid': 'ed', 'alg': 'EdDSA', 'x': b64(edp)}]})
out['rotated'] = json.dumps({'keys': [jwk('two', two)]})
out['nonce'] = b64(b'r' * 32)
def jws(key, alg, m):
    if alg == 'RS256': return key.sign(m, PK, hashes.SHA256())
    if alg == 'PS256': return key.sign(m, padding.PSS(padding.MGF1(hashes.SHA256()), 32), hashes.SHA256())
    if alg == 'EdDSA': return key.sign(m)
    if alg == 'ES256':
        r, s = utils.decode_dss_signature(key.sign(m, ec.ECDSA(hashes.SHA256())))
        return r.to_bytes(32, 'big') + s.to_bytes(32, 'big')
    if alg == 'HS256': return hmac.new(key.public_key().public_bytes(serialization.Encoding.PEM,
        serialization.PublicFormat.SubjectPublicKeyInfo), m, 'sha256').digest()
    return b''
def token(name, reason, key=one, alg='RS256', kid='one', by=None, **more):
    cl = {'iss': 'https://id.example', 'aud': 'serai', 'sub': 'SPECIMEN', 'nonce': out['nonce'], 'iat': 1000000,
          'exp': 1000300}
    cl.update(more)
    t = b64(json.dumps({'alg': alg, 'kid': kid}).encode()) + '.' + b64(json.dumps(cl).encode())
    s = by(t.encode()) if by else jws(key, alg, t.encode())
    out['tokens'][name] = [reason, t + '.' + b64(s)]
token('good', '')
token('list', '', aud=['serai'])
token('party', '', aud=['serai', 'other'], azp='serai')
token('none', 'token-format', alg='none')
token('none signed', 'token-algorithm', alg='HS256')
token('other key', 'token-signature', two)
token('aud', 'token-audience', aud='other')
token('many', 'token-audience', aud=['serai', 'other'])
token('azp', 'token-audience', azp='other')
token('iss', 'token-issuer', iss='https://id.example/')
token('nonce', 'token-nonce', nonce='x')
token('expired', 'token-expired', exp=999940)
token('future', 'token-time', iat=1000061)
token('nbf', 'token-time', nbf=1000061)
token('old', 'token-time', iat=999399)
token('nobody', 'token-subject', sub='')
token('unknown', 'token-key', kid='three')
for alg, kid in (('ES256', 'ec'), ('EdDSA', 'ed'), ('PS256', 'one')):
    key = keys[alg] if alg != 'PS256' else one
    token(alg, '', key, alg, kid)
    token(alg + ' for other data', 'token-signature', key, alg, kid, by=lambda m: jws(key, alg, m + b'x'))
    token(alg + ' by the key of another kind', 'token-key', key, alg, 'one' if alg != 'PS256' else 'ec')
token('ES256 as DER', 'token-signature', keys['ES256'], 'ES256', 'ec', by=lambda m: sign('ES256', keys['ES256'], m))
token('PS256 as RS256', 'token-signature', one, 'PS256', by=lambda m: jws(one, 'RS256', m))
token('RS256 as PS256', 'token-signature', one, 'RS256', by=lambda m: jws(one, 'PS256', m))
token('HS512', 'token-algorithm', alg='HS512', by=lambda m: hmac.new(b'SPECIMEN', m, 'sha512').digest())
token('small none', 'token-algorithm', alg='None', by=lambda m: b'x')
token('large', 'token-format', pad='x' * 16384)
token('two', 'rotated', two, kid='two')
with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), 'sign-in.json'), 'w') as f:
    json.dump(out, f, indent=1)
    f.write('\n')
