"""A little OpenID provider on loopback, with faults, and the keys of a passkey: for the tests of signing in."""
import base64
import hashlib
import hmac
import http.server
import json
import secrets
import ssl
import struct
import threading
import time
import urllib.parse

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

CLIENT, SECRET = "serai-specimen", "SPECIMEN secret & more"


def b64(b):
    return base64.urlsafe_b64encode(b).rstrip(b"=").decode()


class Key:
    def __init__(self, kid):
        self.kid, self.key = kid, rsa.generate_private_key(65537, 2048)

    def jwk(self):
        return {"kty": "RSA", "use": "sig", "alg": "RS256", "kid": self.kid, "e": "AQAB",
                "n": b64(self.key.public_key().public_numbers().n.to_bytes(256, "big"))}


class Provider:
    """fault: what is wrong with the next tokens, "" for nothing; claims: more of them; key: that signs. tls: files of certificate and key."""

    def __init__(self, tls=None):
        self.fault, self.claims, self.subject = "", {}, "SPECIMEN-1"
        self.key, self.shown = Key("one"), None
        self.codes, self.used, self.asked_keys, self.problems = {}, set(), 0, []
        provider = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                provider.get(self)

            def do_POST(self):
                provider.post(self)

            def log_message(self, *args):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        if tls:
            self.server.handle_error = lambda *args: None  # a client that does not believe the certificate
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*tls)
            self.server.socket = context.wrap_socket(self.server.socket, server_side=True, do_handshake_on_connect=False)
            self.url = f"https://localhost:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self):
        self.server.shutdown()

    @staticmethod
    def say(h, status, body, **headers):
        data = json.dumps(body).encode() if not isinstance(body, bytes) else body
        h.send_response(status)
        for name, value in {"Content-Type": "application/json", "Content-Length": str(len(data)), **headers}.items():
            h.send_header(name, value)
        h.end_headers()
        h.wfile.write(data)

    def get(self, h):
        path, _, query = h.path.partition("?")
        if path == "/.well-known/openid-configuration":
            self.say(h, 200, {"issuer": self.url, "authorization_endpoint": self.url + "/authorize", "token_endpoint": self.url + "/token",
                              "jwks_uri": self.url + "/keys", "response_types_supported": ["code"], "code_challenge_methods_supported": ["S256"]})
        elif path == "/keys":
            self.asked_keys += 1
            self.say(h, 200, b"{" * 300000 if self.fault == "large keys" else {"keys": [(self.shown or self.key).jwk()]})
        elif path == "/authorize":
            self.say(h, 302, {}, Location=self.authorize(query))
        else:
            self.say(h, 404, {})

    def authorize(self, query):
        """Where the browser is sent back to: everybody is let in."""
        asked = dict(urllib.parse.parse_qsl(query))
        if asked.get("code_challenge_method") != "S256" or asked.get("client_id") != CLIENT or asked.get("scope") != "openid":
            self.problems.append(f"asked {asked}")
        code = secrets.token_urlsafe(16)
        self.codes[code] = asked
        return asked["redirect_uri"] + "?" + urllib.parse.urlencode({"code": code, "state": asked["state"], "iss": self.url})

    def post(self, h):
        form = dict(urllib.parse.parse_qsl(h.rfile.read(int(h.headers["Content-Length"])).decode()))
        asked = self.codes.get(form.get("code"))
        if not asked or form["code"] in self.used:
            return self.say(h, 400, {"error": "invalid_grant"})
        self.used.add(form["code"])
        proof = b64(hashlib.sha256(form.get("code_verifier", "").encode()).digest())
        if proof != asked["code_challenge"] or form.get("client_secret") != SECRET or form.get("redirect_uri") != asked["redirect_uri"]:
            self.problems.append(f"traded {sorted(form)}")
            return self.say(h, 400, {"error": "invalid_grant"})
        self.say(h, 200, {"token_type": "Bearer", "id_token": self.token(asked)})

    def token(self, asked):
        now, f = int(time.time()), self.fault
        head = {"alg": {"none": "none", "hmac": "HS256"}.get(f, "RS256"), "kid": "unknown" if f == "kid" else self.key.kid}
        claims = {"iss": self.url, "sub": self.subject, "aud": CLIENT, "nonce": asked["nonce"], "iat": now, "exp": now + 300, **self.claims}
        claims.update({"aud": {"aud": "other"}, "iss": {"iss": "http://127.0.0.1:1"}, "nonce": {"nonce": b64(bytes(32))},
                       "expired": {"exp": now - 100, "iat": now - 400}, "azp": {"aud": [CLIENT, "other"], "azp": "other"}}.get(f, {}))
        text = f"{b64(json.dumps(head).encode())}.{b64(json.dumps(claims).encode())}"
        if f == "none":
            return text + "."
        if f == "hmac":
            public = self.key.key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
            return text + "." + b64(hmac.new(public, text.encode(), "sha256").digest())
        signature = self.key.key.sign(text.encode(), padding.PKCS1v15(), hashes.SHA256())
        return text + "." + b64(signature[:-1] + bytes([signature[-1] ^ 1]) if f == "signature" else signature)


def cbor(v):
    """As much of CBOR as an authenticator says."""
    def head(major, n):
        return bytes([major << 5 | n]) if n < 24 else bytes([major << 5 | 24, n]) if n < 256 else struct.pack(">BH", major << 5 | 25, n)
    if isinstance(v, int):
        return head(0, v) if v >= 0 else head(1, -1 - v)
    if isinstance(v, bytes):
        return head(2, len(v)) + v
    if isinstance(v, str):
        return head(3, len(v.encode())) + v.encode()
    return head(5, len(v)) + b"".join(cbor(k) + cbor(x) for k, x in v.items())


class Passkey:
    """A passkey whose holder may do wrong: of another place or origin, without asking for a PIN, with a counter that goes back."""

    def __init__(self, origin, place="localhost"):
        self.origin, self.place, self.counter, self.flags = origin, place, 0, 5
        self.id, self.handle, self.key = secrets.token_bytes(32), b"", ec.generate_private_key(ec.SECP256R1())

    def client(self, act, challenge, **more):
        return json.dumps({"type": f"webauthn.{act}", "challenge": challenge, "origin": self.origin, "crossOrigin": False, **more}).encode()

    def data(self, flags, rest=b""):
        return hashlib.sha256(self.place.encode()).digest() + struct.pack(">BI", flags, self.counter) + rest

    def register(self, begun):
        p = self.key.public_key().public_numbers()
        cose = cbor({1: 2, 3: -7, -1: 1, -2: p.x.to_bytes(32, "big"), -3: p.y.to_bytes(32, "big")})
        data = self.data(self.flags | 0x40, bytes(16) + struct.pack(">H", len(self.id)) + self.id + cose)
        self.handle = base64.urlsafe_b64decode(begun["handle"] + "==")
        return {"clientData": b64(self.client("create", begun["challenge"])),
                "attestation": b64(cbor({"fmt": "none", "attStmt": {}, "authData": data}))}

    def prove(self, begun, act="get"):
        client, data = self.client(act, begun["challenge"]), self.data(self.flags)
        signature = self.key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        return {"id": b64(self.id), "handle": b64(self.handle), "clientData": b64(client), "authenticatorData": b64(data), "signature": b64(signature)}
