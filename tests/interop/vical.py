#!/usr/bin/env python3
"""The bloc's list of licence authorities, read by a small reader of its own and openssl; and one that these wrote, here."""
import datetime
import json

from interop import against, must, need, run, scratch
from tap import SOURCE, done, ok, serai

need("openssl")
against(must("openssl", "version").decode().strip())
work = scratch()
MDL = "org.iso.18013.5.1.mDL"


class Tag:
    def __init__(self, number, value):
        self.number, self.value = number, value


def decode(data, at=0):
    """(value, next offset) of one CBOR item of definite length in preferred form (RFC 8949)."""
    major, low = data[at] >> 5, data[at] & 31
    at += 1
    if low >= 28:
        raise ValueError("indefinite or reserved")
    n = low
    if low >= 24:
        size = 1 << low - 24
        n, at = int.from_bytes(data[at:at + size], "big"), at + size
        if n < (24 if size == 1 else 1 << 4 * size):
            raise ValueError("not preferred")
    if major == 0:
        return n, at
    if major == 1:
        return -1 - n, at
    if major in (2, 3):
        if at + n > len(data):
            raise ValueError("truncated")
        part = data[at:at + n]
        return (part if major == 2 else part.decode()), at + n
    if major == 4:
        items = []
        for _ in range(n):
            item, at = decode(data, at)
            items.append(item)
        return items, at
    if major == 5:
        pairs = {}
        for _ in range(n):
            key, at = decode(data, at)
            value, at = decode(data, at)
            if key in pairs:
                raise ValueError("twice")
            pairs[key] = value
        return pairs, at
    if major == 6:
        value, at = decode(data, at)
        return Tag(n, value), at
    return {20: False, 21: True, 22: None}[n], at


def whole(data):
    value, at = decode(data)
    if at != len(data):
        raise ValueError("trailing")
    return value


def head(major, n):
    if n < 24:
        return bytes([major << 5 | n])
    for low, size in ((24, 1), (25, 2), (26, 4), (27, 8)):
        if n < 1 << 8 * size:
            return bytes([major << 5 | low]) + n.to_bytes(size, "big")


def encode(v):
    if isinstance(v, Tag):
        return head(6, v.number) + encode(v.value)
    if isinstance(v, int):
        return head(0, v) if v >= 0 else head(1, -1 - v)
    if isinstance(v, bytes):
        return head(2, len(v)) + v
    if isinstance(v, str):
        return head(3, len(v.encode())) + v.encode()
    if isinstance(v, list):
        return head(4, len(v)) + b"".join(map(encode, v))
    return head(5, len(v)) + b"".join(encode(k) + encode(x) for k, x in v.items())


def integer(n):
    body = n.to_bytes(n.bit_length() // 8 + 1, "big")
    return b"\x02" + bytes([len(body)]) + body


def to_der(raw):
    body = integer(int.from_bytes(raw[:32], "big")) + integer(int.from_bytes(raw[32:], "big"))
    return b"\x30" + bytes([len(body)]) + body


def to_raw(der):
    r_length = der[3]
    r, s = der[4:4 + r_length], der[6 + r_length:]
    return int.from_bytes(r, "big").to_bytes(32, "big") + int.from_bytes(s, "big").to_bytes(32, "big")


def signed_bytes(protected, payload):
    return encode(["Signature1", protected, b"", payload])


def field(der, name, *options):
    (work / "one.der").write_bytes(der)
    return must("openssl", "x509", "-inform", "der", "-in", work / "one.der", "-noout", *options).decode().split("=", 1)[-1].strip()


def extension(der, text):
    (work / "one.der").write_bytes(der)
    lines = must("openssl", "x509", "-inform", "der", "-in", work / "one.der", "-noout", "-text").decode().splitlines()
    return [lines[i + 1].strip() for i, line in enumerate(lines) if text in line]


def read(file, root):
    """What a list says, once openssl has verified its signer under the root and its signature."""
    protected, unprotected, payload, signature = whole(file)
    if whole(protected) != {1: -7}:
        raise ValueError("another algorithm")
    chain = unprotected[33] if isinstance(unprotected[33], list) else [unprotected[33]]
    (work / "signer.der").write_bytes(chain[0])
    must("openssl", "x509", "-inform", "der", "-in", work / "signer.der", "-out", work / "signer.pem")
    must("openssl", "x509", "-inform", "der", "-in", root, "-out", work / "root.pem")
    if run("openssl", "verify", "-no-CApath", "-no-CAstore", "-x509_strict", "-CAfile", work / "root.pem", work / "signer.pem")[0]:
        raise ValueError("another root")
    if "1.0.18013.5.1.8" not in extension(chain[0], "Extended Key Usage: critical")[0] or \
            extension(chain[0], "Key Usage: critical")[0] not in ("Non Repudiation", "1.0.18013.5.1.8") or \
            "Non Repudiation" not in " ".join(extension(chain[0], "Key Usage: critical")):
        raise ValueError("no signer of lists")
    (work / "key.pem").write_bytes(must("openssl", "x509", "-in", work / "signer.pem", "-noout", "-pubkey"))
    (work / "signed").write_bytes(signed_bytes(protected, payload))
    (work / "signature").write_bytes(to_der(signature))
    if run("openssl", "dgst", "-sha256", "-verify", work / "key.pem", "-signature", work / "signature", work / "signed")[0]:
        raise ValueError("signature")
    return whole(payload)


def when(tagged):
    return datetime.datetime.strptime(tagged.value, "%Y-%m-%dT%H:%M:%SZ") if tagged.number == 0 else None


# --- ours, read there ---

MEMBERS = ("IR", "KZ", "TR")
for m in MEMBERS:
    serai("init", "--specimen", "--sign-in", "off", "--member", m, "--listen", "127.0.0.1:0", work / m, env={"SERAI_DATA": str(SOURCE)})
keys = {m: serai("trust", "key", "--node", work / m)[1].strip() for m in MEMBERS}
for m in MEMBERS:
    (work / m / "trust/members").write_text("".join(f"{x} {keys[x]}\n" for x in MEMBERS))
    serai("trust", "propose", "--node", work / m, "--yes", "--for", "driving licences", *(work / x / "authority.der" for x in MEMBERS))
    serai("trust", "acts", "--node", work / m, "--out", work / f"{m}.acts")
serai("trust", "receive", "--node", work / "IR", *(work / f"{x}.acts" for x in MEMBERS))
code, out, err = serai("trust", "export", "--node", work / "IR", "--format", "vical", "--out", work / "ir.vical")
ok(code == 0, "the list is signed", code, out, err)
file = (work / "ir.vical").read_bytes()
vical = read(file, work / "IR/vical-root.der")
ok(vical["version"] == "1.0" and "IR" in vical["vicalProvider"] and vical["vicalIssueID"] == 3, "openssl verifies chain and signature", vical)
ok(datetime.timedelta(days=80) < when(vical["nextUpdate"]) - when(vical["date"]) <= datetime.timedelta(days=90), "the next one within 90 days")
entries = vical["certificateInfos"]
ok(sorted(e["certificate"] for e in entries) == sorted((work / m / "authority.der").read_bytes() for m in MEMBERS), "the three authorities")
for e in entries:
    der = e["certificate"]
    serial, ski = int(field(der, "serial", "-serial"), 16), extension(der, "Subject Key Identifier")[0].replace(":", "").lower()
    end = datetime.datetime.strptime(field(der, "enddate", "-enddate"), "%b %d %H:%M:%S %Y GMT")
    ok(e["serialNumber"].number == 2 and int.from_bytes(e["serialNumber"].value, "big") == serial and e["ski"].hex() == ski and
       when(e["notAfter"]) == end and e["docType"] == [MDL] and e["certificateProfile"] == ["urn:oid:1.0.18013.5.1.7"] and
       f"C = {e['issuingCountry']}" in field(der, "subject", "-subject").replace("C=", "C = "),
       f"entry of {e['issuingCountry']}: what it says is what openssl finds in its certificate", e)
for what, broken, root in (("a changed byte", bytes([*file[:len(file) // 2], file[len(file) // 2] ^ 1, *file[len(file) // 2 + 1:]]), "IR"),
                           ("another root", file, "KZ")):
    try:
        read(broken, work / root / "vical-root.der")
        ok(False, f"{what} is found")
    except (ValueError, KeyError, IndexError, AttributeError, AssertionError):
        ok(True, f"{what} is found")

# --- theirs, read here ---


def write(payload, key, signer):
    protected = encode({1: -7})
    (work / "signed").write_bytes(signed_bytes(protected, payload))
    signature = must("openssl", "dgst", "-sha256", "-sign", key, work / "signed")
    return encode([protected, {33: signer}, payload, to_raw(signature)])


vical["vicalProvider"], vical["vicalIssueID"] = "SPECIMEN of another hand", 1
theirs = work / "theirs.vical"
theirs.write_bytes(write(encode(vical), work / "IR/vical.key", (work / "IR/vical.der").read_bytes()))
code, out, err = serai("inspect", "--json", "--profile", "strict", "--anchors", work / "IR/vical-root.der", theirs)
ok(code == 0 and json.loads(out)["fields"]["entries"] == 3, "a list that openssl signed: genuine here, strict", out, err)
theirs.write_bytes(write(encode(vical), work / "IR/list.key", (work / "IR/list.der").read_bytes()))
code, out, err = serai("inspect", "--json", "--profile", "lenient", "--anchors", work / "IR/country.der", theirs)
ok(code != 0 and json.loads(out)["reason"] == "CERT_EKU", "a signer of master lists signs none of these", out)
done()
