#!/usr/bin/env python3
"""A mobile licence from its issuer to the road: issued, asked for, presented, inspected; spoiled at each stage."""
import datetime
import json
import pathlib
import subprocess
import tempfile

from tap import done, inspect, ok, serai

home = pathlib.Path(tempfile.mkdtemp())
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF SPECIMEN"
SESSION = b"\x83\xf6\xf6\x82\x41\x01\xf6"
TODAY = datetime.date.today()


def put(name, data):
    path = home / name
    path.write_bytes(data if isinstance(data, bytes) else json.dumps(data).encode())
    return path


def key(name, *how):
    path = home / f"{name}.key"
    subprocess.run(["openssl", "genpkey", *how, "-out", str(path)], check=True, capture_output=True)
    public = subprocess.run(["openssl", "pkey", "-in", str(path), "-pubout"], check=True, capture_output=True)
    return path, put(f"{name}.pem", public.stdout)


def ec(curve):
    return "-algorithm", "EC", "-pkeyopt", f"ec_paramgen_curve:{curve}"


LICENCE = {
    "issuer": "KZ", "number": "SPECIMEN-7", "family_name": "SPECIMEN", "given_name": "ANNA",
    "family_name_national": "ҮЛГІ", "authority": "SPECIMEN", "sex": 2,
    "birth": "1990-05-05", "issue": "2024-05-01", "expiry": str(TODAY + datetime.timedelta(days=2000)),
    "privileges": [{"category": "B", "from": "2012-05-01", "codes": ["01", {"code": "S01", "sign": "<=", "value": "3500"}]}],
    "elements": {"org.iso.18013.5.1": {"age_over_18": True}, "org.iso.18013.5.1.KZ": {
        "blood": "A+", "list": [1, -2, {"deep": [None, {"date": "2020-02-29"}]}], "bytes": {"base64": "AQI="}}},
    "status": "valid", "translation": True, "licence.category": "B",
}

node = home / "node"
code, _, err = serai("init", "--specimen", "--sign-in", "off", "--member", "KZ", node)
ok(code == 0, "a node with a signer of licences", err)
data, portrait = put("licence.json", LICENCE), put("face.jpg", JPEG)
session = put("session.cbor", SESSION)
phone, phone_public = key("phone", *ec("P-256"))
licence, answer = home / "licence.cbor", home / "answer.cbor"


def issue(what=data, out=licence, *args):
    return serai("licence", "issue", "--node", node, "--data", what, "--portrait", portrait, "--device-key",
                 phone_public, "--out", out, *args)


def present(*args, licence=licence, out=answer, device=phone):
    return serai("licence", "present", "--licence", licence, "--device-key", device, "--session", session, "--out", out, *args)


def judged(path, *args, profile="strict"):
    code, objects = inspect("--node", node, "--profile", profile, "--session", session, *args, path)
    return code, objects[0] if objects else {}


code, out, err = issue(data, licence, "--json")
said = json.loads(out) if code == 0 else {}
ok(said.get("algorithm") == "ES256" and said.get("findings") == [], "issued by the node's signer", out, err)
code, got = judged(licence)
ok(code == 0 and got["kind"] == "mdoc" and got["result"] == "genuine", "what the issuer signed is genuine", got)

code, _, err = present("--elements", "family_name,driving_privileges,org.iso.18013.5.1.KZ/list")
code, got = judged(answer)
document = got.get("fields", {}).get("documents", [{}])[0]
ok(code == 0 and document.get("device") == "signature-holds", "the answer of the phone is genuine", got)
ok(document.get("elements") == {
    "org.iso.18013.5.1": {"family_name": "SPECIMEN", "driving_privileges": [
        {"vehicle_category_code": "B", "issue_date": "2012-05-01",
         "codes": [{"code": "01"}, {"code": "S01", "sign": "<=", "value": "3500"}]}]},
    "org.iso.18013.5.1.KZ": {"list": [1, -2, {"deep": [None, "2020-02-29"]}]}}, "and holds what was chosen, nothing else", document)
code, out, err = serai("licence", "recognise", "--node", node, "--in", "KZ", data)
ok(code in (0, 1, 3) and "member" not in err, "the same file says what is to be recognised", code, out, err)

# --- proof by a code, keys that only agree ---

for name, how in {"P-256": ec("P-256"), "P-521": ec("P-521"), "brainpool": ec("brainpoolP384r1"),
                  "X25519": ("-algorithm", "X25519"), "X448": ("-algorithm", "X448")}.items():
    device, public = key(f"device-{name}", *how)
    reader, reader_public = key(f"reader-{name}", *how)
    one, out = home / f"{name}.cbor", home / f"{name}-answer.cbor"
    a = serai("licence", "issue", "--node", node, "--data", data, "--portrait", portrait, "--device-key", public, "--out", one)
    b = present("--all", "--reader-key", reader_public, licence=one, out=out, device=device)
    code, got = judged(out, "--reader-key", reader)
    ok(code == 0 and got["fields"]["documents"][0]["device"] == "code-holds", f"{name}: proof by a code", a, b, got)
    code, got = judged(out, "--reader-key", key(f"other-{name}", *how)[0])
    ok(code == 1 and got["reason"] == "DEVICE_MAC", f"{name}: not in another reader's session", got)
device, public = key("device-ed", "-algorithm", "ED25519")
serai("licence", "issue", "--node", node, "--data", data, "--portrait", portrait, "--device-key", public, "--out", home / "ed.cbor")
present("--all", licence=home / "ed.cbor", device=device, out=home / "ed-answer.cbor")
code, got = judged(home / "ed-answer.cbor")
ok(code == 0 and got["fields"]["documents"][0]["device"] == "signature-holds", "Ed25519: proof by a signature", got)

# --- requests ---


def certify(name, eku, ca=None):
    path, _ = key(name, *ec("P-256"))
    extensions = ("basicConstraints=critical,CA:TRUE,pathlen:0\nkeyUsage=critical,keyCertSign,cRLSign\nsubjectKeyIdentifier=hash\n"
                  "issuerAltName=URI:https://readers.example\n" if not ca else
                  f"keyUsage=critical,digitalSignature\nextendedKeyUsage=critical,{eku}\nsubjectKeyIdentifier=hash\n"
                  "authorityKeyIdentifier=keyid\nissuerAltName=URI:https://readers.example\n"
                  "crlDistributionPoints=URI:https://readers.example/crl\n")
    conf = put(f"{name}.ext", extensions.encode())
    csr = home / f"{name}.csr"
    subprocess.run(["openssl", "req", "-new", "-key", str(path), "-subj", f"/C=KZ/CN={name} SPECIMEN", "-out", str(csr)], check=True)
    signer = ["-CA", str(home / f"{ca}.crt"), "-CAkey", str(home / f"{ca}.key"), "-set_serial", "77"] if ca else ["-signkey", str(path)]
    subprocess.run(["openssl", "x509", "-req", "-in", str(csr), *signer, "-days", "300", "-extfile", str(conf), "-out",
                    str(home / f"{name}.crt")], check=True, capture_output=True)
    return path, home / f"{name}.crt"


certify("readers", None)
police, police_crt = certify("police", "1.0.18013.5.1.6", "readers")
request = home / "request.cbor"
for whole in [], ["--whole"]:
    name = "all at once" if whole else "each by itself"
    code, _, err = serai("licence", "request", "--elements", "family_name,portrait", "--retain", "document_number", "--key", police,
                         "--certificate", police_crt, "--session", session, *whole, "--out", request)
    code, objects = inspect("--anchors", home / "readers.crt", "--profile", "strict", "--session", session, request)
    got = objects[0]
    ok(code == 0 and got["kind"] == "mdoc-request" and got["result"] == "genuine" and got["fields"]["requests"][0]["elements"] ==
       {"org.iso.18013.5.1": {"family_name": False, "portrait": False, "document_number": True}}, f"a request signed, {name}", err, got)
    code, objects = inspect("--anchors", home / "readers.crt", "--session", put("other.cbor", b"\x83\xf6\xf6\xf6"), request)
    ok(code == 1 and objects[0]["reason"] == "COSE_SIG", f"{name}: not in another session", objects)
    code, objects = inspect("--node", node, "--session", session, request)
    ok(code == 3 and objects[0]["reason"] == "CERT_UNTRUSTED", f"{name}: a reader nobody vouches for", objects)
    spoiled = request.read_bytes().replace(b"portrait", b"portraiu")
    code, objects = inspect("--anchors", home / "readers.crt", "--session", session, put("spoiled.cbor", spoiled))
    ok(code == 1 and objects[0]["reason"] == "COSE_SIG", f"{name}: another element is asked for", objects)
code, _, err = present("--request", request)
code, got = judged(answer)
ok(code == 0 and set(got["fields"]["documents"][0]["elements"]["org.iso.18013.5.1"]) == {"family_name", "portrait", "document_number"},
   "the answer holds what was asked", err, got)
serai("licence", "request", "--elements", "family_name", "--out", request)
code, objects = inspect("--node", node, request)
ok(code == 3 and objects[0]["reason"] == "CERT_MISSING", "a request without signature", objects)

# --- spoiled ---

present("--all")
whole = answer.read_bytes()


def spoil(old, new, reason, what, result="forged"):
    assert whole.count(old) >= 1, what
    code, got = judged(put("spoiled.cbor", whole.replace(old, new, 1)))
    ok(code != 0 and got.get("reason") == reason and got.get("result") == result, f"{what}: {reason}", got.get("reason"), got.get("result"),
       got.get("detail"))


spoil(b"SPECIMEN-7", b"SPECIMEN-8", "DIGEST_MISMATCH", "another number")
spoil(b"elementValue\x62KZ", b"elementValue\x62TJ", "DIGEST_MISMATCH", "another country")
spoil(b"validUntil\xc0\x742", b"validUntil\xc0\x743", "COSE_SIG", "valid for longer")
spoil(b"SHA-256", b"SHA-512", "COSE_SIG", "another digest")
spoil(b"org.iso.18013.5.1.mDL", b"org.iso.18013.5.1.mDM", "DOCTYPE", "another type of document")
spoil(whole[-20:-10], bytes(10), "DEVICE_SIG", "another proof of the device")
code, got = judged(put("spoiled.cbor", whole + b"\0"))
ok(code == 1 and got["reason"] == "CBOR_TRAILING", "bytes behind it: CBOR_TRAILING", got)
code, got = judged(put("spoiled.cbor", whole[:-100]))
ok(code == 1 and got["reason"] == "CBOR_TRUNCATED", "cut off: CBOR_TRUNCATED", got)
code, objects = inspect("--node", node, "--session", put("other.cbor", b"\x83\xf6\xf6\xf6"), answer)
ok(code == 1 and objects[0]["reason"] == "DEVICE_SIG", "played again in another session: DEVICE_SIG", objects)
code, objects = inspect("--node", node, "--at", str(TODAY + datetime.timedelta(days=91)), "--session", session, answer)
ok(code == 1 and objects[0]["reason"] == "MSO_EXPIRED", "after ninety days: MSO_EXPIRED", objects)
code, objects = inspect("--node", node, "--at", str(TODAY - datetime.timedelta(days=1)), "--session", session, answer)
ok(code == 3 and objects[0]["reason"] in ("MSO_NOT_YET", "CERT_VALIDITY"), "before it was issued", objects)
code, objects = inspect("--session", session, answer)
ok(code == 3 and objects[0]["reason"] == "CERT_UNTRUSTED", "an authority nobody vouches for: CERT_UNTRUSTED", objects)

# --- not issued ---


def refused(what, reason, change=None, *args, code=1):
    given = put("refused.json", {**LICENCE, **(change or {})})
    got, out, err = issue(given, home / "refused.cbor", *args)
    ok(got == code and reason in err and not (home / "refused.cbor").exists(), f"not issued: {what}: {reason}", got, err)


refused("another country", "COUNTRY_MISMATCH", {"issuer": "TJ"})
refused("a licence that is over", "LICENCE_EXPIRED", {"expiry": "2025-01-01"})
refused("an element twice", "ELEMENT_DUP", {"elements": {"org.iso.18013.5.1": {"sex": 1}}})
refused("a date as text", "DATA_TYPE", {"elements": {"org.iso.18013.5.1": {"portrait_capture_date": "2020-01-01"}}})
refused("a category twice", "CATEGORY_DUP", {"privileges": [{"category": "B"}, {"category": "B"}]})
refused("a name that is not Latin", "DATA_VALUE", {"family_name": "ҮЛГІ"})
refused("longer than its signer", "WARN_UNTIL_AFTER_DS", None, "--valid", "457")
refused("an unknown member", "member", {"colour": "red"}, code=2)
refused("a day that is none", "value", {"birth": "1990-02-30"}, code=2)
refused("half a number", "value", {"elements": {"x": {"y": 0.5}}}, code=2)
code, _, err = serai("licence", "issue", "--node", node, "--data", data, "--device-key", phone_public, "--out", home / "refused.cbor")
ok(code == 1 and "DATA_MISSING" in err and "portrait" in err, "not issued: no portrait: DATA_MISSING", err)
code, _, err = serai("licence", "issue", "--key", phone, "--certificate", node / "licence-signer.der", "--data", data, "--portrait", portrait,
                     "--device-key", phone_public, "--out", home / "refused.cbor")
ok(code == 1 and "COSE_SIG" in err, "not issued: the key of another: COSE_SIG", err)
code, _, err = serai("licence", "issue", "--key", node / "country.key", "--certificate", node / "country.der", "--data", data, "--portrait",
                     portrait, "--device-key", phone_public, "--out", home / "refused.cbor")
ok(code == 1 and "CERT_EKU" in err, "not issued: a signer of seals: CERT_EKU", err)
code, _, err = issue(put("ltv.json", {**LICENCE, "privileges": [{"category": "LTV"}]}))
ok(code == 0 and "CATEGORY_UNKNOWN" in err, "a category of its own is issued and said", err)
code, _, err = present("--all", device=police)
ok(code == 1 and "DEVICE_KEY" in err, "not presented by another device: DEVICE_KEY", err)
code, _, err = present("--elements", "no_such_element")
ok(code == 2 and "no element of that name" in err, "not presented: an element that is not there", err)
for line in ["issue"], ["present", "--all"], ["request"], ["issue", "--data", data], ["issue", "--valid", "0"]:
    code, _, err = serai("licence", *line)
    ok(code == 2 and err, f"usage: {' '.join(map(str, line[:2]))}", err)
done()
