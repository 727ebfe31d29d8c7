#!/usr/bin/env python3
"""The border check as its users meet it: members made, a visa issued, checked, used up, misused, repeated."""
import base64
import concurrent.futures
import json
import pathlib
import signal
import subprocess
import tempfile
import time
import urllib.request

from tap import SERAI, done, inspect, ok, serai

work = pathlib.Path(tempfile.mkdtemp(prefix="serai-border-"))
NOW = int(time.time())
DAY = 86400


def at(days):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(NOW + days * DAY))


def digit(s):
    value = {c: i for i, c in enumerate("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")} | {"<": 0}
    return str(sum(value[c] * w for c, w in zip(s, [7, 3, 1] * 30)) % 10)


def passport(number="N12345678", state="KAZ", name="SPECIMEN<<AIGERIM", birth="900514", expiry="310513", code="P<"):
    one = (code + state + name).ljust(44, "<")
    two = number + digit(number) + state + birth + digit(birth) + "F" + expiry + digit(expiry) + "<" * 14 + "<"
    two += digit(two[0:10] + two[13:20] + two[21:43])
    path = work / f"{state}-{number}-{len(list(work.iterdir()))}.txt"
    path.write_text(one + "\n" + two + "\n")
    return path


def node(member, *believes, options=()):
    folder = work / member
    code, out, err = serai("init", "--specimen", "--member", member.upper()[:2], "--listen", "127.0.0.1:0", *options, folder)
    ok(code == 0, f"init {member}", out, err)
    for other in believes:
        code, out, err = serai("trust", "import", "--node", folder, work / other / "country.der", work / other / "signer.der")
        ok(code == 0, f"{member} believes {other}", out, err)
    return folder


def issue(member, lines, out, *args):
    code, text, err = serai("issue", "--node", work / member, "--passport", lines, "--purpose", "pilgrimage", "--out",
                            work / out, "--json", *args)
    ok(code == 0, f"issue {out}", text, err)
    return work / (out + ".png")


def check(folder, *args):
    code, out, err = serai("check", "--json", "--node", folder, *args)
    try:
        return code, json.loads(out)
    except ValueError:
        return code, {"verdict": None, "stderr": err}


def codes(answer):
    return [r["code"] for r in answer.get("reasons", [])]


ordinary = ["--purpose", "pilgrimage", "--mode", "air"]
kz = node("kz")
ir = node("ir", "kz")
tm = node("tm", "kz")
stranger = node("tr")
east = node("uz", "kz", options=["--utc-offset", "+05:00"])
own = passport(state="FRA")  # of no party: only the ECO visa speaks for the traveller
visa = issue("kz", own, "visa", "--entries", "2", "--stay", "30")
single = issue("kz", own, "single")
twice = issue("kz", own, "twice", "--entries", "2")

code, a = check(kz, *ordinary, own, single)
ok(code == 0 and a["evidence"][1]["result"] == "genuine", "the issuer's own lane believes its own visa", a)
code, first = check(ir, *ordinary, "--movement", "entry", "--id", "one", own, visa)
ok(code == 0 and first["verdict"] == "admit" and first["stay"]["left"] == 30, "lines and picture: admit with 30 days", first)
ok([e["result"] for e in first["evidence"]] == ["well-formed", "genuine"], "each piece of evidence has its result", first)
code, again = check(ir, *ordinary, "--movement", "entry", "--id", "one", own, visa)
ok(code == 0 and again["repeated"] and again["receipt"] == first["receipt"] and again["at"] == first["at"],
   "the same request again is the answer of then", again)
code, other = check(ir, "--purpose", "work", "--mode", "air", "--id", "one", own, visa)
ok(code == 2 and "another request" in other["stderr"], "the same id for another request is refused", other)

code, out, err = serai("trust", "key", "--node", ir)
key = out.strip()
receipt = work / "receipt"
receipt.write_text(first["receipt"])
code, out, err = serai("receipt", "verify", "--key", key, receipt)
ok(code == 0 and "verdict admit" in out and "article 7" in out, "the receipt verifies anywhere", out, err)
ok(not any(word in first["receipt"] for word in ("SPECIMEN<", "AIGERIM", "N12345678", "900514")), "no personal data in it")
receipt.write_text(first["receipt"].replace("verdict admit", "verdict refer"))
code, out, err = serai("receipt", "verify", "--key", key, receipt)
ok(code == 1 and "forged" in out, "an altered receipt is forged", out, err)

for raw in ("AIGERIM", "N12345678", "900514"):
    found = [f.name for f in (work / "ir").rglob("*") if f.is_file() and raw.encode() in f.read_bytes()]
    ok(not found, f"the store keeps no {raw}", found)

code, a = check(ir, *ordinary, "--movement", "entry", own, visa)
ok(code == 0, "second entry of two", a)
code, a = check(ir, *ordinary, "--movement", "entry", own, visa)
ok(code == 1 and a["verdict"] == "refer", "a third entry of two is referred", a)
code, a = check(ir, *ordinary, "--movement", "entry", "--officer-admits", own, visa)
ok(code == 1 and a["verdict"] == "refer" and a["officer_admits"], "an officer may decide otherwise, and it is written down", a)

code, a = check(ir, *ordinary, passport("X76543210", "FRA"), single)
ok(code == 1 and codes(a)[0] == "permission-mismatch" and "passport number" in a["reasons"][0]["text"],
   "the visa of another passport", a)
code, a = check(ir, *ordinary, passport(state="FRA", name="ANOTHER<<PERSON"), single)
ok(code == 1 and codes(a)[0] == "permission-mismatch" and "name" in a["reasons"][0]["text"], "the visa of another name", a)
code, a = check(ir, *ordinary, passport(state="FRA", birth="900515"), single)
ok(code == 1 and a["verdict"] == "refer", "the visa of another birth date", a)
code, a = check(tm, *ordinary, own, single)
ok(code == 1 and "reserved" in codes(a), "a member with a reservation", a)
code, a = check(stranger, *ordinary, own, single)
ok(a["verdict"] == "refer" and a["evidence"][1]["result"] == "no-anchor", "a node that does not know the signer", a)
code, a = check(ir, "--mode", "air", own, single)
ok(a["verdict"] in ("admit", "refer") and (code == 0 or code == 3), "no purpose stated", a)
code, a = check(ir, *ordinary, passport())
ok(code == 3 and "document.examined" in a["missing"], "lines alone: the missing fact is named", a)
code, a = check(ir, *ordinary, "--examined", "--movement", "entry", "--at", at(1), passport("T11111111", "TUR"))
ok(code == 0 and a["stay"]["left"] == 30, "lines and an officer's eyes", a)
code, a = check(ir, *ordinary, "--movement", "exit", "--examined", "--at", at(10), passport("T11111111", "TUR"))
ok(a["verdict"] is not None, "an exit is recorded", a)
leaving = ["--movement", "exit", "--examined", "--id", "leaving", passport("T33333333", "TUR")]
code, a = check(ir, *ordinary, "--at", at(10), *leaving)
code, b = check(ir, *ordinary, "--at", at(11), *leaving)
ok(b.get("repeated") and b["receipt"] == a["receipt"], "the same exit sent again is the answer of then", a, b)
code, a = check(ir, *ordinary, "--examined", "--at", at(40), passport("T11111111", "TUR"))
ok(code == 0 and a["stay"]["used"] == 10 and a["stay"]["left"] == 20, "ten days used, twenty left", a)
code, a = check(ir, *ordinary, "--examined", "--at", at(2000), passport("T11111111", "TUR"))
ok(code == 1, "an expired passport is referred", a)
last_evening = time.strftime("%Y-%m-%dT20:00:00Z", time.gmtime(NOW + 90 * DAY))
code, a = check(ir, *ordinary, "--at", last_evening, own, single)
ok(code == 0, "the evening of the last day of the visa", a)
code, a = check(east, *ordinary, "--at", last_evening, own, single)
ok(code == 1, "where that evening is the next morning, the visa has ended", a)
code, a = check(ir, *ordinary, "--at", at(200), own, single)
ok(code == 1, "after the last day of the visa", a)

seal = bytearray((work / "single.seal").read_bytes())
for place in (30, 60, len(seal) - 5):
    bad = bytearray(seal)
    bad[place] ^= 1
    (work / "bad.seal").write_bytes(bad)
    code, a = check(ir, *ordinary, own, work / "bad.seal")
    ok(code == 1 and a["verdict"] == "refer" and a["evidence"][1]["result"] in ("forged", "malformed"),
       f"a seal with byte {place} altered", a)
(work / "bad.seal").write_bytes(seal[:60])
code, a = check(ir, *ordinary, own, work / "bad.seal")
ok(code == 1 and a["evidence"][1]["result"] == "malformed", "a seal cut short", a)
(work / "noise.jpg").write_bytes(b"\xff\xd8\xff\xe0" + bytes(2000))
code, a = check(ir, *ordinary, own, work / "noise.jpg")
ok(a["verdict"] == "refer" and a["evidence"][1]["result"] == "malformed", "a picture that is none", a)
code, a = check(ir, *ordinary, "--id", "no/slash", own)
ok(code == 2 and "id" in a["stderr"], "an id with a slash", a)
code, a = check(ir, *ordinary, "--id", "x" * 65, own)
ok(code == 2, "an id of 65 characters", a)

# A revocation list of the issuer: whatever its signer signed is worth nothing any more.
(work / "index.txt").write_text("R\t301231235959Z\t" + time.strftime("%y%m%d%H%M%SZ", time.gmtime(NOW - 60)) + "\t10\tunknown\t/CN=ES\n")
(work / "number").write_text("01\n")
(work / "ca.cnf").write_text(f"[ca]\ndefault_ca = d\n[d]\ndatabase = {work}/index.txt\ncrlnumber = {work}/number\n"
                             "default_md = sha256\ndefault_crl_days = 30\ncrl_extensions = x\n[x]\nauthorityKeyIdentifier = keyid\n")
subprocess.run(["openssl", "x509", "-inform", "der", "-in", kz / "country.der", "-out", work / "country.pem"], check=True)
subprocess.run(["openssl", "ca", "-config", work / "ca.cnf", "-gencrl", "-keyfile", kz / "country.key", "-cert", work / "country.pem",
                "-out", work / "crl.pem"], check=True, capture_output=True)
subprocess.run(["openssl", "crl", "-in", work / "crl.pem", "-outform", "der", "-out", work / "kz.crl"], check=True)
code, objects = inspect("--anchors", kz / "country.der", work / "kz.crl")
ok(code == 0 and objects[0]["kind"] == "crl" and objects[0]["result"] == "genuine", "a revocation list made by another program", objects)
code, out, err = serai("trust", "import", "--node", tm, work / "kz.crl")
ok(code == 0 and "1 revocation list" in out, "a node imports it", out, err)
code, a = check(tm, *ordinary, own, single)
ok(code == 1 and a["evidence"][1]["result"] == "revoked" and codes(a)[0] == "revoked", "the seal of a revoked signer", a)
code, out, err = serai("trust", "import", "--node", stranger, work / "kz.crl")
ok(code == 0 and "1 waits for its issuer" in out, "a list whose issuer is not known waits for it", out, err)

# A running node keeps the store to itself; the other tools say so and lose nothing.
server = subprocess.Popen([SERAI, "serve", ir], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
url = server.stdout.readline().strip()
ok(url.startswith("http://127.0.0.1:"), "the node says where it is", url)
code, out, err = serai("serve", ir)
ok(code == 2 and str(server.pid) in err, "a second instance is refused and told who holds the store", err)
code, out, err = serai("check", "--json", "--url", url, *ordinary, "--id", "one", "--movement", "entry", own, visa)
again = json.loads(out) if code != 2 else {}
ok(again.get("repeated") and again.get("receipt") == first["receipt"], "over HTTP the same record", out, err)
def lane(n):
    body = json.dumps({"id": f"lane-{n}", "travel": {"purpose": "pilgrimage", "mode": "air"}, "movement": "entry", "evidence": [
        {"kind": "mrz", "text": own.read_text()},
        {"kind": "seal", "base64": base64.b64encode((work / "twice.seal").read_bytes()).decode()}]}).encode()
    request = urllib.request.Request(url + "v1/check", body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer)["verdict"]


with concurrent.futures.ThreadPoolExecutor(12) as lanes:
    verdicts = list(lanes.map(lane, range(12)))
ok(sorted(verdicts) == ["admit"] * 2 + ["refer"] * 10, "twelve lanes at once share the two entries of a visa", verdicts)
code, out, err = serai("check", "--url", url, *ordinary, "--examined", passport("T22222222", "TUR"))
ok(code == 0 and "ADMIT" in out and "30 days left" in out and "\033" not in out, "for people, and no colours in a file", out, err)
server.send_signal(signal.SIGTERM)
ok(server.wait(20) == 0, "SIGTERM stops it")
code, out, err = serai("check", "--url", url, own)
ok(code == 2 and "serai serve" in err, "a node that is not there", err)
check(stranger, *ordinary, "--at", at(2), own)
code, out, err = serai("serve", stranger, timeout=20)
ok(code == 2 and "set the clock" in err, "a clock before the newest record", err)

code, out, err = serai("issue", "--node", kz, "--passport", own, "--purpose", "espionage", "--out", work / "x")
ok(code == 2 and not (work / "x.png").exists(), "a purpose that seals cannot say", err)
bad = work / "bad.txt"
bad.write_text(own.read_text().replace("N12345678", "N12345679"))
code, out, err = serai("issue", "--node", kz, "--passport", bad, "--purpose", "work", "--out", work / "x")
ok(code == 1 and "read" in err, "no visa on lines that do not read well", err)
code, out, err = serai("issue", "--node", kz, "--passport", own, "--purpose", "work", "--until", "2040-01-01", "--out", work / "x")
ok(code == 1 and "passport ends" in err, "no visa beyond the passport", err)
done()
