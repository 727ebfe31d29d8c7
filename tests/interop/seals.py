#!/usr/bin/env python3
"""Visible seals: ours read and verified by an independent reader, an independent writer's by ours."""
import base64
import collections
import datetime
import json
import string

from interop import against, chance, must, need, node, none_differ, package_version, packages, run, scratch
from tap import SERAI, done, ok, serai

packages()
need("openssl")
against(f"@noble/curves {package_version('@noble/curves')}", must("openssl", "version").decode().strip(),
        "node:crypto " + must("node", "--version").decode().strip())
work = scratch()
anchors = work / "anchors"
anchors.mkdir()
CURVES = ["prime256v1", "secp384r1", "secp521r1", "brainpoolP224r1", "brainpoolP256r1", "brainpoolP384r1", "brainpoolP512r1"]
TODAY = datetime.datetime.now(datetime.timezone.utc).date()
CAPITALS = string.ascii_uppercase + string.digits
PURPOSES = ["work", "pilgrimage", "tourism", "treatment", "education", "transit", "business", "family", "transport", "official"]


def make_signers():
    out = {}
    for i, curve in enumerate(CURVES):
        key, pem = work / f"{curve}.pem", anchors / f"{curve}.pem"
        must("openssl", "ecparam", "-name", curve, "-genkey", "-noout", "-out", key)
        must("openssl", "req", "-x509", "-new", "-key", key, "-subj", f"/C=KZ/CN=S{i}", "-set_serial", hex(0x1A20 + i), "-days", 400,
             "-addext", "keyUsage=critical,digitalSignature", "-addext", "basicConstraints=critical,CA:FALSE", "-out", pem)
        out[curve] = {"curve": curve, "key": str(key), "certificate": str(pem), "name": f"KZS{i}", "reference": f"{0x1A20 + i:X}"}
    return out


def word(low, high, letters=CAPITALS):
    return "".join(chance.choice(letters) for _ in range(chance.randint(low, high)))


def c40(text):
    """Bytes in hexadecimal; written here once more, apart from seal.mjs."""
    out = bytearray()
    for i in range(0, len(text), 3):
        value = [3 if c in " <" else ord(c) - 44 if c.isdigit() else ord(c) - 51 for c in text[i:i + 3]]
        if len(value) == 1:
            out += bytes([0xFE, ord(text[i]) + 1])
        else:
            number = 1600 * value[0] + 40 * value[1] + (value[2] if len(value) == 3 else 0) + 1
            out += number.to_bytes(2, "big")
    return out.hex()


def number_of(day):
    return int(day[5:7] + day[8:10] + day[:4]).to_bytes(3, "big").hex()


def zone(width, second):
    return "".join([(chance.choice(["V<", "P<", "I<"]) + "KAZ" + word(2, 8, string.ascii_uppercase) + "<<" + word(2, 8, string.ascii_uppercase))
                    .ljust(width, "<"), word(second, second)])


def day():
    return str(TODAY + datetime.timedelta(days=chance.randint(-300, 300)))


# Kinds of documents: what is asked for, and the messages that must stand in the seal for it.


def visa(narrow=False):
    width = 36 if narrow else 44
    lines = "V" + zone(width, 28)[1:]
    number, purpose, first, permission = word(9, 9), chance.randrange(10), day(), word(4, 20)
    stay = [chance.randint(1, 255) for _ in range(2)] + [0]
    entries = chance.randint(0, 255)
    fields = {"mrz": lines[:width] + "\\n" + lines[width:], "number-of-entries": entries, "passport-number": number,
              "duration-of-stay": f"P{stay[1]}M{stay[0]}D", "travel-purpose": PURPOSES[purpose], "valid-from": first, "permission-id": permission}
    inner = "530103" + number_of(first) + "02" + f"{len(permission):02x}" + permission.encode().hex()
    return "visa", "5D01", fields, [("02" if narrow else "01", c40(lines)), ("03", f"{entries:02x}"), ("04", bytes(stay).hex()), ("05", c40(number)),
                                    ("06", f"530101{purpose + 1:02x}"), ("07", inner)]


def two_lines(name, reference, zone_tag, *more):
    def make():
        lines = zone(36, 36)
        fields, messages = {"mrz": lines[:36] + "\\n" + lines[36:]}, [(zone_tag, c40(lines))]
        for tag, field, length in more:
            text = word(length, length)
            fields[field] = text
            messages.append((tag, c40(text)))
        return name, reference, fields, messages
    return make


def insurance():
    texts = [word(12, 12), "Мұхтар Әбілқасым", "درخشان", "Öz" * 30]
    fields = dict(zip(["social-insurance-number", "surname", "first-name", "birth-name"], texts))
    return "social-insurance-card", "FC04", fields, [("01", c40(texts[0]))] + [(f"{i + 2:02X}", t.encode().hex()) for i, t in enumerate(texts[1:])]


def authorization():
    number, name, passport, place, kind = word(6, 15), word(9, 30), word(12, 12), word(3, 12), word(3, 40)
    sex, entries = chance.choice("FM"), chance.randint(0, 255)
    born, first, last = day(), day(), str(TODAY + datetime.timedelta(days=90))
    text = {"authorization-number": number, "name": name, "passport-number": passport, "date-of-birth": born, "nationality": "TJK", "sex": sex,
            "place-of-issue": place, "valid-from": first, "valid-until": last, "duration-of-stay": "30D", "number-of-entries": entries, "class": kind}
    values = [c40(number), c40(name), c40(passport), "00" + number_of(born), c40("TJK"), sex.encode().hex(), c40(place), "00" + number_of(first),
              "00" + number_of(last), c40("30D"), f"{entries:02x}", c40(kind)]
    return "travel-authorization", "06", text, [(f"{i + 1:02X}", v) for i, v in enumerate(values)]


KINDS = [visa, lambda: visa(True), two_lines("residence-permit", "FB06", "02", ("03", "passport-number", 9)),
         two_lines("emergency-travel-document", "5E03", "02"), two_lines("arrival-attestation", "FD02", "02", ("03", "register-number", 12)),
         two_lines("supplementary-sheet", "FA06", "04", ("05", "sheet-number", 9)), insurance]
IDB_KINDS = [visa, lambda: visa(True), two_lines("emergency-travel-document", "5E03", "02"), authorization]
IDB_TAG = {"visa": "01", "emergency-travel-document": "02", "travel-authorization": "06"}


def idb_group(kind, messages):
    body = "".join(tag.lower() + (f"{len(v) // 2:02x}" if len(v) < 256 else f"81{len(v) // 2:02x}") + v for tag, v in messages)
    return [{"tag": IDB_TAG[kind], "value": body}]


def plan():
    """Every kind, form and curve that go together."""
    for curve in CURVES:
        for make in KINDS:
            yield curve, chance.choice(["vds", "vds3"]), make()
        for make in IDB_KINDS if curve != "brainpoolP224r1" else []:
            yield curve, "idb", make()


def issue(i, curve, form, what):
    kind, _, fields, _ = what
    by, out = signers[curve], work / f"{i:03}.seal"
    extra = [o for o in ("--zip", "--with-certificate") if form == "idb" and chance.random() < 0.5]
    code, _, err = serai("seal", "issue", "--type", kind, "--key", by["key"], "--certificate", by["certificate"], "--form", form,
                         "--country", "KAZ", "--issued", TODAY, "--signed", TODAY, *extra, *(w for k, v in fields.items() for w in ("--field", f"{k}={v}")), "-o", out)
    if code:
        ok(False, f"issue {kind} as {form} on {curve}", err)
        return None
    return {"form": "idb" if form == "idb" else "vds", "signer": curve, "bytes": base64.b64encode(out.read_bytes()).decode(),
            "extra": extra, "asked": form, "what": what}


def reading_differs(item, seal):
    kind, reference, _, messages = item["what"]
    by = signers[item["signer"]]
    wanted = {"country": "KAZ", "signed": str(TODAY), "noble": True, "node": True, "damaged": False,
              "messages": [{"tag": t, "value": v} for t, v in messages]}
    if item["form"] == "vds":
        wanted |= {"version": 3 if item["asked"] == "vds3" else 4, "signer": by["name"], "issued": str(TODAY), "type": reference}
        seal["reference"] = seal["reference"].lstrip("0")
        wanted["reference"] = by["reference"]
    else:
        der = must("openssl", "x509", "-in", by["certificate"], "-outform", "der")
        wanted |= {"zipped": "--zip" in item["extra"], "mask": 0, "messages": idb_group(kind, messages),
                   "certificate": base64.b64encode(der).decode() if "--with-certificate" in item["extra"] else None}
    differ = {k: (v, seal.get(k)) for k, v in wanted.items() if seal.get(k) != v}
    return (item["asked"], item["signer"], kind, differ) if differ else None


signers = make_signers()
items = [s for i, p in enumerate(plan()) for s in [issue(i, *p)] if s]


def order(curve, form, what):
    """A seal for the independent writer to make."""
    kind, reference, _, messages = what
    by = signers[curve]
    return {"form": form[:3], "by": curve, "signer": by["name"], "reference": by["reference"], "country": "KAZ", "issued": str(TODAY),
            "signed": str(TODAY), "version": 3 if form == "vds3" else 4, "type": reference, "what": what,
            "messages": idb_group(kind, messages) if form == "idb" else [{"tag": t, "value": v} for t, v in messages],
            "zipped": chance.random() < 0.5, "withCertificate": chance.random() < 0.5}


# A seal of a member who writes to the officer's terminal: colours, window title, text turned around.
RUDE = ["A\x1b[31mB\x1b]0;x\x07", "\u009b31m\u202eabc", "plain"]
rude = ("social-insurance-card", "FC04", {}, [("01", c40("ABCDEFGHIJKL"))] + [(f"{i + 2:02X}", t.encode().hex()) for i, t in enumerate(RUDE)])

orders = [order(*p) for p in plan()] + [order("prime256v1", "vds", rude)]
answer = node("seals.mjs", {"signers": signers, "read": items, "write": orders})
for form in ("vds3", "vds", "idb"):
    these = [(item, seal) for item, seal in zip(items, answer["read"]) if item["asked"] == form]
    none_differ([d for item, seal in these for d in [reading_differs(item, seal)] if d],
                f"{len(these)} seals issued as {form}: read, verified, refused with a bit changed")


def inspect(profile, contents):
    """What serai inspect says of each, with the signers as anchors."""
    names = []
    for i, data in enumerate(contents):
        names.append(work / f"theirs-{i:03}")
        names[-1].write_bytes(data)
    _, out, err = serai("inspect", "--json", "--anchors", anchors, "--profile", profile, *names)
    objects = [json.loads(line) for line in out.splitlines()]
    ok(len(objects) == len(contents), f"serai reads {len(contents)} seals, {profile}", err)
    return objects


def content_differs(o, seen):
    """What serai shows of a seal of the independent writer, against what went in."""
    kind, reference, fields, _ = o["what"]
    shown = {m["name"]: m.get("value") for m in (seen.get("fields") or {}).get("messages", [])}
    wanted = {k: str(v).replace("\\n", "\n") for k, v in fields.items()}
    differ = {k: (v, shown.get(k)) for k, v in wanted.items() if (shown.get(k) or "").rstrip("<") != v.rstrip("<")}
    if seen["result"] != "genuine" or seen["fields"]["type"] != kind or seen["findings"] or differ:
        return o["form"], o["by"], kind, seen["result"], seen["reason"], differ, seen["findings"]
    if o["form"] == "vds" and (seen["fields"]["version"], seen["fields"]["document_ref"]) != (o["version"], reference):
        return o["form"], o["by"], kind, seen["fields"]
    return None


made = [base64.b64decode(w) for w in answer["written"]]
(work / "rude.seal").write_bytes(made.pop())
orders.pop()
for command in (["inspect"], ["seal", "verify"]):
    code, out, err = serai(*command, "--anchors", anchors, work / "rude.seal")
    ok(code == 0 and "plain" in out and not any(c in out for c in "\x1b\x07\u009b\u202e"), f"serai {' '.join(command)} passes nothing to the terminal", repr(out), err)
none_differ([d for o, seen in zip(orders, inspect("strict", made)) for d in [content_differs(o, seen)] if d],
            f"{len(made)} seals of the independent writer: genuine in the strict profile, with the fields that went in")


def alter(o, data):
    """One bit of content or signature; an IDB stays Base32, and one that is compressed may no longer inflate."""
    data = bytearray(data)
    size = len(data)
    if o["form"] == "idb":
        at = chance.randrange(30, size - 8)
        data[at] = ord(chance.choice([c for c in "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567" if ord(c) != data[at]]))
    else:
        data[chance.randrange(2, size)] ^= 1 << chance.randrange(8)
    return bytes(data)


# A certificate inside an IDB is not covered by the signature: one that is altered there is no anchor, and changes nothing.
covered = [(o, data) for o, data in zip(orders, made) if o["form"] == "vds" or not o["withCertificate"]]
outcome = collections.Counter(seen["result"] for seen in inspect("lenient", [alter(o, data) for o, data in covered]))
print(f"# altered seals: {dict(outcome)}")
ok(outcome["forged"] > len(covered) / 2 and not outcome["genuine"] and not outcome["expired"], "no altered seal is genuine", outcome)
done()
