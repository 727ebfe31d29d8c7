#!/usr/bin/python3
"""Writes the seeds of the targets passkey and id-token, out of tests/vectors/prove/sign-in.json."""
import json, os, struct

root = os.path.join(os.path.dirname(os.path.abspath(__file__)), '..')
rows = json.load(open(os.path.join(root, '../vectors/prove/sign-in.json')))


def put(target, name, data):
    folder = os.path.join(root, 'corpus', target)
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, name.replace(' ', '-')), 'wb') as f:
        f.write(data)


def part(data):
    return struct.pack('>H', len(data)) + data


for name, _, client, attestation in rows['made']:
    if name.startswith('ES256') or name.endswith(('good', 'self-signed')):
        put('passkey', 'made ' + name, b'\0' + part(bytes.fromhex(client)) + bytes.fromhex(attestation))
for name, _, client, data, signature, _, key in rows['said']:
    if name.startswith('EdDSA') or name.endswith('good'):
        put('passkey', 'said ' + name, b'\1' + b''.join(part(bytes.fromhex(x)) for x in (client, data, signature)) + bytes.fromhex(key))
made = next(r for r in rows['made'] if r[0] == 'RS256 good')
put('passkey', 'attestation alone', bytes.fromhex(made[3]))
put('passkey', 'client data alone', bytes.fromhex(made[2]))
put('passkey', 'key alone', bytes.fromhex(rows['said'][0][6]))
put('passkey', 'authenticator data alone', bytes.fromhex(rows['said'][0][3]))
for name, (_, token) in rows['tokens'].items():
    if name != 'large':
        put('id-token', name, token.encode() + b'\n' + rows['keys'].encode())
put('id-token', 'keys alone', b'\n' + rows['keys'].encode())
