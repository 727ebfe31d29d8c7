#!/usr/bin/env python3
"""VDS-NC and canonical JSON: texts in every spelling, canonicalised and signed by others, and ours checked by them."""
import base64
import json
import struct

from interop import against, chance, must, need, node, none_differ, package_version, packages, scratch
from tap import done, ok, serai, vectors

packages()
need("openssl")
against(f"canonicalize {package_version('canonicalize')}", "node:crypto " + must("node", "--version").decode().strip())
work = scratch()
anchors = work / "anchors"
anchors.mkdir()
CURVES = {"ES256": "prime256v1", "ES384": "secp384r1", "ES512": "secp521r1"}
ODD = ["", "\u0000", "\u001f", "\"\\/\b\f\n\r\t", "\u007f", "\u2028\u2029", "\ufb33", "\U0001f600", "\ue000", "\uffff", "é", "e\u0301", "<&>'"]
NUMBERS = ["0", "-0", "1", "-1", "1.0", "100", "1e0", "1E+2", "1e21", "999999999999999999999", "1e-6", "1e-7", "0.000001", "123456789012345678901",
           "9007199254740993", "5e-324", "2.2250738585072014e-308", "1.7976931348623157e308", "0.1", "4.35", "333333333.33333329", "-1E-400"]


def signer(alg):
    key, certificate = work / f"{alg}.key", anchors / f"{alg}.pem"
    must("openssl", "ecparam", "-name", CURVES[alg], "-genkey", "-noout", "-out", key)
    must("openssl", "req", "-x509", "-new", "-key", key, "-subj", f"/C=KZ/CN={alg[2:]}", "-days", 400,
         "-addext", "keyUsage=critical,digitalSignature", "-addext", "extendedKeyUsage=critical,2.23.136.1.1.14.2",
         "-addext", "basicConstraints=critical,CA:FALSE", "-out", certificate)
    der = must("openssl", "x509", "-in", certificate, "-outform", "der")
    return {"key": str(key), "pem": certificate, "der": base64.urlsafe_b64encode(der).decode().rstrip("=")}


def characters():
    kind = chance.random()
    if kind < 0.3:
        return chance.choice(ODD)
    low, high = chance.choice([(0x20, 0x7e), (0x80, 0x7ff), (0x400, 0x4ff), (0x600, 0x6ff), (0xe000, 0xffff), (0x10000, 0x10ffff)])
    return "".join(chr(chance.randint(low, high)) for _ in range(chance.randint(1, 6)))


def blank():
    return chance.choice(["", "", "", " ", "\n\t ", "\r\n"])


def quoted(text):
    """A string in one of its many spellings."""
    out = '"'
    for c in text:
        units = struct.unpack(f">{len(c.encode('utf-16-be')) // 2}H", c.encode("utf-16-be"))
        short = {'"': '\\"', "\\": "\\\\", "/": "\\/", "\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t"}.get(c)
        if short and (chance.random() < 0.5):
            out += short
        elif c < " " or c in '"\\' or chance.random() < 0.2:
            out += "".join(("\\u%04x" if chance.random() < 0.5 else "\\u%04X") % u for u in units)
        else:
            out += c
    return out + '"'


def number():
    if chance.random() < 0.4:
        return chance.choice(NUMBERS)
    while True:
        x = struct.unpack("<d", chance.randbytes(8))[0]
        if x == x and abs(x) != float("inf"):
            return chance.choice([repr(x), f"{x:.16e}", f"{x:.3e}"])


def members(pairs):
    chance.shuffle(pairs)
    return "{" + blank() + ",".join(f"{blank()}{quoted(k)}{blank()}:{blank()}{v}{blank()}" for k, v in pairs) + "}"


def value(depth):
    kind = chance.random()
    if depth == 0 or kind < 0.35:
        return chance.choice([lambda: quoted(characters()), number, lambda: chance.choice(["true", "false", "null"])])()
    if kind < 0.55:
        return "[" + blank() + ",".join(blank() + value(depth - 1) + blank() for _ in range(chance.randint(0, 4))) + "]"
    return message(depth - 1)


def message(depth):
    names = {characters() for _ in range(chance.randint(0, 6))}
    return members([(k, value(depth)) for k in sorted(names)])


def inspect(texts):
    names = []
    for i, text in enumerate(texts):
        names.append(work / f"{i:03}.json")
        names[-1].write_text(text, newline="")
    _, out, err = serai("inspect", "--json", "--anchors", anchors, *names)
    objects = [json.loads(line) for line in out.split("\n") if line]
    ok(len(objects) == len(texts), f"serai reads {len(texts)} texts", err)
    return objects


signers = {alg: signer(alg) for alg in CURVES}
orders = []
for _ in range(150):
    alg = chance.choice(list(CURVES))
    data = members([("hdr", members([("t", '"visa"'), ("v", chance.choice(["1", "1.0", "1e0"])), ("is", '"KAZ"')])), ("msg", message(4))])
    orders.append({"alg": alg, "key": signers[alg]["key"], "data": data})

# Ours, of messages in any spelling.
issued = []
messages = [message(4) for _ in range(60)]
for i, text in enumerate(messages):
    alg = chance.choice(list(CURVES))
    (work / "message").write_text(text, newline="")
    code, out, err = serai("seal", "issue", "--form", "vds-nc", "--type", "visa", "--country", "KAZ", "--key", signers[alg]["key"],
                           "--certificate", signers[alg]["pem"], "--message", work / "message", "-o", "-")
    if code:
        ok(False, f"a message is issued on {alg}", text, err)
    else:
        issued.append((alg, text, out))

answer = node("canonical.mjs", {"make": orders, "check": [out for _, _, out in issued], "messages": [text for _, text, _ in issued]})
none_differ([(alg, text, c) for (alg, text, _), c, m in zip(issued, answer["checked"], answer["messages"])
             if not (c["holds"] and not c["altered"] and c["same"] and c["alg"] == alg and c["message"] == m
                     and c["header"] == {"t": "visa", "v": 1, "is": "KAZ"})],
            f"{len(issued)} texts issued here are canonical, and their signatures hold in node:crypto")


def text_of(o, made, canonical=False):
    alg = o["alg"]
    sig = members([("alg", quoted(alg)), ("cer", f'"{signers[alg]["der"]}"'), ("sigvl", f'"{made["signature"]}"')])
    return members([("data", made["canonical"] if canonical else o["data"]), ("sig", sig)])


theirs = [text_of(o, made) for o, made in zip(orders, answer["made"])]
none_differ([(seen["result"], seen["reason"], seen["findings"], text) for text, seen in zip(theirs, inspect(theirs)) if seen["result"] != "genuine"],
            f"{len(theirs)} texts canonicalised and signed by others are genuine in any spelling")


def one_number_more(o, made):
    """The same text with a message of one more member: no signature of it."""
    parsed = json.loads(made["canonical"])
    parsed["msg"]["zz-added"] = 1
    return text_of({"alg": o["alg"], "data": json.dumps(parsed)}, made)


altered = [one_number_more(o, made) for o, made in zip(orders, answer["made"])]
none_differ([(seen["result"], seen["reason"]) for seen in inspect(altered) if seen["result"] != "forged"], "with one member more all are forged")
done()
