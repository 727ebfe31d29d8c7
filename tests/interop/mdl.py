#!/usr/bin/env python3
"""Mobile licences against @auth0/mdl and @owf/mdoc: they issue and ours verifies, ours issues and they verify."""
import base64
import json
import subprocess

from interop import against, must, node, none_differ, package_version, packages, scratch, tap

packages()
PEERS = {"auth0": "@auth0/mdl", "owf": "@owf/mdoc"}
against(*(f"{n} {package_version(n)}" for n in PEERS.values()))
home = scratch()
# OpenID4VP 1.0: the only form of transcript that both take without a device engagement.
SESSION = b"\x83\xf6\xf6\x82\x71OpenID4VPHandover\x58\x20" + bytes(range(32))
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF SPECIMEN"


def b64(data):
    return base64.b64encode(data).decode()


def put(name, data):
    path = home / name
    path.write_bytes(data if isinstance(data, bytes) else json.dumps(data).encode())
    return path


KINDS = {"P-256": ("EC", "P-256", "ES256"), "P-384": ("EC", "P-384", "ES384"), "P-521": ("EC", "P-521", "ES512"),
         "Ed25519": ("ED25519", None, "EdDSA"), "brainpoolP256r1": ("EC", "brainpoolP256r1", "ES256"), "X25519": ("X25519", None, None)}


def key(name, kind):
    algorithm, curve, _ = KINDS[kind]
    path = home / f"{name}-{kind}.key"
    if not path.exists():
        must("openssl", "genpkey", "-algorithm", algorithm, *(["-pkeyopt", f"ec_paramgen_curve:{curve}"] if curve else []), "-out", path)
        put(f"{name}-{kind}.pem", must("openssl", "pkey", "-in", path, "-pubout"))
    return path


def certify(name, path, ca=None):
    """The profile of ISO/IEC 18013-5 Annex B, made by openssl."""
    own = ("keyUsage=critical,digitalSignature\nextendedKeyUsage=critical,1.0.18013.5.1.2\nauthorityKeyIdentifier=keyid\n"
           "crlDistributionPoints=URI:https://licences.example/crl\n" if ca else
           "basicConstraints=critical,CA:TRUE,pathlen:0\nkeyUsage=critical,keyCertSign,cRLSign\n")
    conf = put(f"{name}.ext", (own + "subjectKeyIdentifier=hash\nissuerAltName=URI:https://licences.example\n").encode())
    csr, crt = home / f"{name}.csr", home / f"{name}.der"
    must("openssl", "req", "-new", "-key", path, "-subj", f"/C=KZ/CN={name} SPECIMEN", "-out", csr)
    signer = ["-CA", home / f"{ca}.der", "-CAkey", key("authority", "P-256"), "-set_serial", "77"] if ca else ["-signkey", path]
    must("openssl", "x509", "-req", "-in", csr, *signer, "-days", "300", "-extfile", conf, "-outform", "DER", "-out", crt)
    return crt


root = certify("authority", key("authority", "P-256"))
session = put("session.cbor", SESSION)
portrait = put("face.jpg", JPEG)
NAMES = ["family_name", "given_name", "birth_date", "issue_date", "expiry_date", "issuing_country", "issuing_authority", "document_number",
         "portrait", "un_distinguishing_sign", "driving_privileges"]
request = home / "request.cbor"
must(tap.SERAI, "licence", "request", "--elements", ",".join(NAMES), "--out", request)
order = put("order.json", {
    "issuer": "KZ", "number": "SPECIMEN-7", "family_name": "SPECIMEN", "given_name": "ANNA", "authority": "SPECIMEN", "birth": "1990-05-05",
    "issue": "2024-05-01", "expiry": "2036-05-01", "privileges": [{"category": "B", "from": "2012-05-01"}]})
# Dates of @auth0/mdl are made of texts by name; of @owf/mdoc they are its caller's.
VALUES = {"family_name": "SPECIMEN", "given_name": "ANNA", "birth_date": "1990-05-05", "issue_date": "2024-05-01", "expiry_date": "2036-05-01",
          "issuing_country": "KZ", "issuing_authority": "SPECIMEN", "document_number": "SPECIMEN-7", "un_distinguishing_sign": "KZ",
          "driving_privileges": [{"vehicle_category_code": "B", "issue_date": "2012-05-01"}]}

# (issuer, device, by code, digest)
CASES = [("P-256", "P-256", False, "SHA-256"), ("P-256", "P-256", True, "SHA-256"), ("P-384", "P-384", False, "SHA-384"),
         ("P-384", "P-384", True, "SHA-384"), ("P-521", "P-521", False, "SHA-512"), ("P-521", "P-521", True, "SHA-512"),
         ("Ed25519", "Ed25519", False, "SHA-256"), ("P-256", "Ed25519", False, "SHA-256"), ("P-256", "X25519", True, "SHA-256"),
         ("brainpoolP256r1", "brainpoolP256r1", False, "SHA-256")]


def called(c):
    return f"issuer {c[0]}, device {c[1]}, {'code' if c[2] else 'signature'}, {c[3]}"


def signer(kind):
    path = key("signer", kind)
    return path, home / f"signer-{kind}.der" if (home / f"signer-{kind}.der").exists() else certify(f"signer-{kind}", path, "authority")


def verdict(answer, reader=None, profile="strict"):
    done = subprocess.run([str(tap.SERAI), "inspect", "--json", "--anchors", str(root), "--session", str(session), "--profile", profile,
                           *(["--reader-key", str(reader)] if reader else []), str(answer)], capture_output=True)
    got = json.loads(done.stdout.splitlines()[0])
    return got["reason"] or ("OK" if got["result"] == "genuine" else got["result"]), got


def readable(what):
    return what["why"] if not what["ok"] else "OK"


tag24 = b"\xd8\x18\x58" + bytes([len(SESSION)]) + SESSION
common = {"session": b64(SESSION), "session_bytes": b64(tag24)}

# --- ours issues, they verify ---

# What each does not do; everything else must hold. @auth0/mdl agrees on secrets over P-256, P-384 and P-521 only. @owf/mdoc looks for the
# algorithm of a code in the header that is not protected and writes it there, so it refuses every code and makes none that is one; its digest
# identifiers are 32 bits where ISO/IEC 18013-5 has 31, which the strict profile refuses.
X25519, BRAINPOOL = ("P-256", "X25519", True, "SHA-256"), ("brainpoolP256r1", "brainpoolP256r1", False, "SHA-256")


def verifies(peer, c):
    if c == BRAINPOOL:
        return {"auth0": "Unsupported key curve", "owf": "Error decoding DeviceKey"}[peer]
    if c[2] and peer == "owf":
        return "Device MAC must use alg 5"
    return "Unable to verify deviceAuth MAC: Expected COSE Key type: EC2" if c == X25519 else "OK"


def issues(peer, c):
    """Why it does not; or what ours says, strict and lenient."""
    if c == BRAINPOOL:
        return "Unsupported JWK EC curve"
    if peer == "auth0":
        return "Expected COSE Key type: EC2" if c == X25519 else {"strict": "OK", "lenient": "OK"}
    return {"strict": "DIGEST_ID_RANGE", "lenient": "COSE_ALG" if c[2] else "OK"}


judge, about = [], []
for c in CASES:
    issuer_key, certificate = signer(c[0])
    device, reader = key("device", c[1]), key("reader", c[1]) if c[2] else None
    licence, answer = home / "licence.cbor", home / "answer.cbor"
    must(tap.SERAI, "licence", "issue", "--key", issuer_key, "--certificate", certificate, "--authority", root, "--data", order, "--portrait",
         portrait, "--device-key", device.with_suffix(".pem"), "--digest", c[3], "--out", licence)
    must(tap.SERAI, "licence", "present", "--licence", licence, "--device-key", device, "--session", session, "--all",
         *(["--reader-key", reader.with_suffix(".pem")] if reader else []), "--out", answer)
    said, got = verdict(answer, reader)
    tap.ok(said == "OK" and got["fields"]["documents"][0]["device"] == ("code-holds" if c[2] else "signature-holds"),
           f"ours, verified by ours: {called(c)}", got)
    for peer in PEERS:
        for spoiled in False, True:
            data = answer.read_bytes()
            data = data.replace(b"SPECIMEN-7", b"SPECIMEN-8") if spoiled else data
            judge.append({**common, "peer": peer, "response": b64(data), "roots": [b64(root.read_bytes())],
                          **({"reader": reader.read_text()} if reader else {})})
            about.append((peer, c, spoiled))
issue = [{**common, "peer": peer, "issuer": signer(c[0])[0].read_text(), "certificate": b64(signer(c[0])[1].read_bytes()),
          "device": key("device", c[1]).read_text(), "alg": KINDS[c[0]][2], "device_alg": KINDS[c[1]][2], "digest": c[3], "mac": c[2],
          "values": VALUES, "portrait": b64(JPEG), "request": b64(request.read_bytes()),
          **({"reader": key("reader", c[1]).read_text()} if c[2] else {})} for peer in PEERS for c in CASES]
answers = node("mdl.mjs", {"issue": issue, "judge": judge})
for (peer, c, spoiled), got in zip(about, answers["judged"]):
    name = f"ours, verified by {PEERS[peer]}: {called(c)}"
    if spoiled:
        tap.ok(not got["ok"], f"{name}: another number is refused", got)
        continue
    want = verifies(peer, c)
    tap.ok(readable(got).startswith(want), f"{name}: {want}", readable(got))

# --- they issue, ours verifies ---

for o, got, c in zip(issue, answers["issued"], CASES * 2):
    name = f"{PEERS[o['peer']]}: {called(c)}"
    want = issues(o["peer"], c)
    if not got["ok"]:
        tap.ok(isinstance(want, str) and got["why"].startswith(want), f"{name}: not issued: {want}", got["why"])
        continue
    answer = put("peer.cbor", base64.b64decode(got["response"]))
    reader = key("reader", c[1]) if c[2] else None
    said = {p: verdict(answer, reader, p)[0] for p in ("strict", "lenient")}
    if o["peer"] == "owf" and said["strict"] == said["lenient"]:
        want = {**want, "strict": want["lenient"]}  # once in 2048 all identifiers are small
    tap.ok(said == want, f"{name}, verified by ours: {want}", said, verdict(answer, reader, "lenient")[1].get("detail"))

# --- the corpus of bad licences ---

path = tap.vectors("licence/bad/index.json")
cases = [c for c in json.loads(path.read_text())["cases"] if c.get("kind") == "device-response" and c.get("transcript_hex")] if path else []
folder = path.parent.parent if path else None


def pem_of(der):
    return subprocess.run(["openssl", "pkey", "-inform", "DER", "-in", str(der)], capture_output=True, check=True).stdout.decode()


def corpus(c, peer):
    plain = bytes.fromhex(c["transcript_hex"])
    n = len(plain)
    head = bytes([0x40 + n]) if n < 24 else bytes([0x58, n]) if n < 256 else b"\x59" + n.to_bytes(2, "big")
    return {"peer": peer, "response": b64((folder / c["file"]).read_bytes()), "roots": [b64((folder / a).read_bytes()) for a in c["anchors"]],
            "session": b64(plain), "session_bytes": b64(b"\xd8\x18" + head + plain), "now": c["now"],
            **({"reader": pem_of(folder / c["reader_key"])} if c.get("reader_key") else {})}


if cases:
    got = node("mdl.mjs", {"judge": [corpus(c, p) for p in PEERS for c in cases]})["judged"]
    bad = [c for c in cases if c["expect"]["strict"] != "OK"]
    print(f"# {len(bad)} answers to be refused, {len(cases) - len(bad)} to be accepted")
    for i, p in enumerate(PEERS):
        mine = dict(zip((c["id"] for c in cases), got[i * len(cases):(i + 1) * len(cases)]))
        accepted = [c["id"] for c in bad if mine[c["id"]]["ok"]]
        refused = [c["id"] for c in cases if c["expect"]["strict"] == "OK" and not mine[c["id"]]["ok"]]
        print(f"# {PEERS[p]} accepts {len(accepted)} of {len(bad)} bad ones, refuses {len(refused)} of {len(cases) - len(bad)} good ones")
        recorded = f"{PEERS[p]} {package_version(PEERS[p])}"
        none_differ([(c["id"], c["peers"][recorded], mine[c["id"]]) for c in cases if recorded in (c.get("peers") or {}) and
                     mine[c["id"]]["ok"] != (c["peers"][recorded] == "accept")], f"{recorded} says what is recorded of it, file by file")
        tap.ok(len(accepted) > 0, f"{PEERS[p]} accepts what must be refused: the comparison still means something", len(accepted))
tap.done()
