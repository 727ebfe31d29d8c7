#!/usr/bin/env python3
"""What people do wrong, by mistake or on purpose: nothing may hang, mislead, or be admitted for it."""
import json
import os
import pathlib
import socket
import subprocess
import tempfile
import time

from tap import SERAI, done, inspect, ok, serai

work = pathlib.Path(tempfile.mkdtemp(prefix="serai-misuse-"))
NOW = int(time.time())
COMMANDS = ("check", "inspect", "mrz", "seal", "barcode", "issue", "agreement", "trust", "receipt", "init", "serve", "store",
            "completion")


def day(n):
    return time.strftime("%Y-%m-%d", time.gmtime(NOW + n * 86400))


def digit(s):
    value = {c: i for i, c in enumerate("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")} | {"<": 0}
    return str(sum(value[c] * w for c, w in zip(s, [7, 3, 1] * 30)) % 10)


def passport(number, state="KAZ", name="SPECIMEN<<AIGERIM", birth="900514", expiry="310513"):
    one = ("P<" + state + name).ljust(44, "<")
    two = number + digit(number) + state + birth + digit(birth) + "F" + expiry + digit(expiry) + "<" * 15
    two += digit(two[0:10] + two[13:20] + two[21:43])
    path = work / f"{state}-{number}.txt"
    path.write_text(one + "\n" + two + "\n")
    return path


def node(member, *believes):
    code, out, err = serai("init", "--specimen", "--member", member.upper(), "--listen", "127.0.0.1:0", work / member)
    ok(code == 0, f"init {member}", out, err)
    for other in believes:
        serai("trust", "import", "--node", work / member, work / other / "country.der", work / other / "signer.der")
    return work / member


def issue(lines, out, *args):
    code, text, err = serai("issue", "--node", kz, "--passport", lines, "--purpose", "pilgrimage", "--out", work / out, *args)
    ok(code == 0, f"issue {out}", text, err)
    return work / (out + ".seal")


def check(*args):
    code, out, err = serai("check", "--json", "--node", ir, "--purpose", "pilgrimage", "--mode", "air", *args)
    answer = json.loads(out) if code != 2 else {"verdict": None, "reasons": [], "stderr": err}
    return code, answer, [r["code"] for r in answer["reasons"]]


kz = node("kz")
ir = node("ir", "kz")
french, kazakh, other = passport("N12345678", "FRA"), passport("N00000001"), passport("X99999999", "FRA", "OTHER<<PERSON")
visa = issue(french, "visa")
later = issue(french, "later", "--from", day(20), "--until", day(60))

# Evidence that speaks against its bearer.
altered = bytearray(visa.read_bytes())
altered[40] ^= 1
forged = work / "forged.seal"
forged.write_bytes(altered)
code, a, codes = check("--examined", kazakh)
ok(code == 0, "lines and an officer's eyes are enough without a visa", a)
code, a, codes = check("--examined", kazakh, forged)
ok(code == 1 and a["verdict"] == "refer" and codes[0] == "signature" and a["stay"] is None and "article -" in a["receipt"],
   "a forged seal refers, also where an article admits without one", a)
code, a, codes = check(french, visa, forged)
ok(code == 1 and a["verdict"] == "refer", "a forged seal beside a genuine one refers", a)
code, a, codes = check("--examined", kazakh, visa)
ok(code == 1 and codes[0] == "permission-mismatch", "somebody else's visa refers", a)
code, a, codes = check(french, other, visa)
ok(code == 1 and codes[0] == "documents-differ", "two passports of two people refer", a)

# Dates and several permissions.
code, a, codes = check(french, later)
ok(code == 1, "a visa that begins later", a)
for pair in ((later, visa), (visa, later)):
    code, a, codes = check(french, *pair)
    ok(code == 0, "of two visas the one that is valid counts, whichever comes first", a)
code, a, codes = check("--at", "2100-01-01", french, visa)
ok(code == 1 and a["verdict"] == "refer", "a visa is not good again when its two digits come again", a)
code, a, codes = check(french, work / "visa.pdf")
ok(a["evidence"][1]["reason"] == "unknown-kind" and "PNG or JPEG" in a["evidence"][1]["detail"], "a PDF is told what is wanted", a)
done()
