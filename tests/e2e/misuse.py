#!/usr/bin/env python3
"""What people do wrong, by mistake or on purpose: nothing may hang, mislead, or be admitted for it."""
import base64
import json
import os
import pathlib
import shutil
import socket
import subprocess
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor

from tap import SERAI, SOURCE, done, inspect, ok, serai

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
    code, out, err = serai("init", "--specimen", "--sign-in", "off", "--member", member.upper(), "--listen", "127.0.0.1:0", work / member)
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

# Issuing: everything that can be known before is looked at before, because a number once given is recorded.
def refused(what, wanted, *args, code=2, out="no"):
    got, text, err = serai("issue", "--node", kz, "--passport", french, "--purpose", "work", "--out", work / out, *args)
    ok(got == code and wanted in err and not (work / (out + ".seal")).exists(), what, got, text, err)


before = serai("store", "status", "--json", kz)[1]
refused("a visa that is over already", "over already", "--from", day(-40), "--until", day(-10))
refused("a signer whose certificate has ended", "signer.der, is valid from", "--at", "2030-01-01")
refused("a clock before the certificate begins", "is valid from", "--at", "2020-01-01", "--until", day(30))
refused("a word that belongs to no option", '"extra" belongs to no option', "extra")
refused("a folder that is not there", "cannot write", out="nowhere/visa")
refused("a visa beyond the passport", "earlier last day", "--until", "2040-01-01", code=1)
ok(serai("store", "status", "--json", kz)[1] == before, "nothing refused is recorded", before)
code, out, err = serai("issue", "--json", "--node", kz, "--passport", french, "--purpose", "work", "--out", work / 'odd"\\\n name')
ok(code == 0 and json.loads(out)["png"] == str(work / 'odd"\\\n name.png') and out.count("\n") == 1,
   "one object a line, whatever the file is called", out, err)

# Input that never ends or never begins.
os.mkfifo(work / "fifo")
(work / "chip").mkdir()
os.mkfifo(work / "chip" / "fifo")
waiting = [(c, subprocess.Popen([SERAI, *c.split(), work / place], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True))
           for c, place in (("inspect", "fifo"), ("inspect", "chip"), ("mrz parse", "fifo"), ("barcode read", "fifo"),
                            ("seal verify", "fifo"), ("agreement check", "fifo"), (f"check --node {ir}", "fifo"))]
for command, process in waiting:
    try:
        out, err = process.communicate(timeout=60)
    except subprocess.TimeoutExpired:
        process.kill()
        out, err = process.communicate()
    ok(process.returncode == 2 and "nobody writes" in err, f"{command} on a pipe that nobody writes to", process.returncode, err)
process = subprocess.run(["bash", "-c", f"{SERAI} inspect --json <(sleep 0.3; cat {french})"], capture_output=True, text=True)
ok(process.returncode == 0 and json.loads(process.stdout)["kind"] == "mrz", "a pipe that somebody writes to", process)
code, out, err = serai("inspect", "/dev/zero")
ok(code == 2 and "longer than" in err, "a device without end", err)
device = work / "device"
os.mkfifo(device)
reader = os.open(device, os.O_RDONLY | os.O_NONBLOCK)
code, out, err = serai("barcode", "draw", "-o", device, visa)
ok(code == 0 and device.is_fifo() and os.read(reader, 8)[1:4] == b"PNG", "what is no file is written to, not replaced", code, err)

# Names of files are hostile text too.
odd = work / "odd\x1b[31m"
odd.write_bytes(french.read_bytes())
for args in (("inspect", odd), ("inspect", work / "gone\x1b[31m"), ("receipt", "verify", "--key", "x", odd)):
    code, out, err = serai(*args)
    ok("\x1b" not in out + err, f"{args[0]}: no control characters on a terminal", out, err)

# The command line itself.
code, overview, err = serai("--help")
for command in COMMANDS:
    code, out, err = serai(command, "--help")
    ok(code == 0 and all(len(line) <= 100 for line in (overview + out).splitlines()), f"{command} --help fits 100 columns",
       [line for line in out.splitlines() if len(line) > 100])
    ok("Exit 0" in out, f"{command} --help says how it ends", out)
    code, out, err = serai(command, "--no-such-option")
    ok(code == 2 and err.startswith(f"serai {command}") and not out, f"{command}: an unknown option", code, out, err)
for args in (("trust", "list", "--node", kz, "extra"), ("trust", "key", "--node", kz, "extra"), ("completion", "bash", "extra"),
             ("store", "status", kz, "extra", "more"), ("serve", kz, "extra"), ("init", "--specimen", "--sign-in", "off", "--member", "KZ", "a", "b")):
    code, out, err = serai(*args)
    ok(code == 2 and not out, f"{args[0]}: a word too many", code, out, err)
first = serai("check", "--json", "--node", ir, kazakh)[1]
receipt = work / "receipt"
receipt.write_text(json.loads(first)["receipt"])
vkey = serai("trust", "key", "--node", kz)[1].strip()
(work / "none").write_text("no receipt\n")
code, out, err = serai("receipt", "verify", "--key", vkey, receipt)
ok(code == 3, "a receipt of another node", code, out, err)
for files, wanted in (((receipt, work / "none"), 1), ((work / "none", receipt), 1), ((work / "gone", receipt), 2)):
    code, out, err = serai("receipt", "verify", "--json", "--key", vkey, *files)
    ok(code == wanted and all(json.loads(line)["detail"] for line in out.splitlines()), "of several receipts the gravest decides",
       code, out, err)

# A node's folder is looked at before it is made.
(work / "a text").write_text("agreement\n")
for what, wanted, args in (("an address that is none", "`listen`", ("--listen", "foo")),
                           ("a name with a blank", "`name`", ("--name", "a b")),
                           ("a value of two lines", "one line", ("--name", "a\nlisten = 0.0.0.0:1")),
                           ("an agreement that is not there", str(work / "gone"), ("--agreement", work / "gone")),
                           ("an agreement with a fault", "a text:1:", ("--agreement", work / "a text")),
                           ("a state that is no party", "no party", ("--member", "ZZ"))):
    code, out, err = serai("init", "--specimen", "--sign-in", "off", "--member", "KZ", *args, work / "new")
    ok(code == 2 and wanted in err and not (work / "new").exists(), f"init with {what}", code, out, err)
for i in range(5):  # half-made folders are finished by the next call
    process = subprocess.Popen([SERAI, "init", "--specimen", "--sign-in", "off", "--member", "KZ", work / f"half{i}"], stdout=subprocess.DEVNULL)
    time.sleep(0.002 * i)
    process.kill()
    process.wait()
    code, out, err = serai("init", "--specimen", "--sign-in", "off", "--member", "KZ", work / f"half{i}")
    ok(code == 0 and serai("trust", "key", "--node", work / f"half{i}")[0] == 0, f"init after one that was killed ({i})", out, err)
code, out, err = serai("serve", work / "gone")
ok(code == 2 and "No such file" in err and "serai init" in err, "serve where no node is", err)
text = (kz / "node.conf").read_text()
for change, wanted in ((("member = KZ", "member = kz"), ":2:10:"), (("name =", "nmae ="), ":3:1:"),
                       (("store = store.db\n", ""), "store"), (("member", "languages = fa\nmember"), "stands on line 2 already")):
    (kz / "node.conf").write_text(text.replace(*change))
    code, out, err = serai("trust", "key", "--node", kz)
    ok(code == 2 and wanted in err, f"node.conf with {change[1]!r}", err)
(kz / "node.conf").write_text(text)
code, out, err = serai("check", "--node", ir, "--id", "", kazakh)
ok(code == 2 and "--id" in err, "an empty id", err)
code, out, err = serai("check", "--node", ir, "--stay", "99999999999999999999", kazakh)
ok(code == 2 and "--stay" in err, "more days than there are", err)

for i, (file, content, wanted) in enumerate((("signer.key", b"junk", "private key"), ("signer.der", b"junk", "signer.der is no certificate"),
                                             ("signer.key", (ir / "signer.key").read_bytes(), "not that of the key"))):
    spoilt = work / f"spoilt{i}"
    shutil.copytree(kz, spoilt)
    (spoilt / file).write_bytes(content)
    code, out, err = serai("issue", "--node", spoilt, "--passport", french, "--purpose", "work", "--out", work / "no")
    ok(code == 2 and str(spoilt) in err and wanted in err, f"issue with a wrong {file}", err)
for anchor in (spoilt / "anchors").iterdir():
    anchor.unlink()
code, out, err = serai("trust", "import", "--node", spoilt, ir / "country.der")
ok(code == 0, "the first anchor of a node that has none", err)

code, out, err = serai("store", "backup", kz, work / "backup")
ok(code == 0 and all(f.stat().st_mode & 0o777 == 0o600 for f in (work / "backup").iterdir()), "a backup is its owner's alone",
   [(f.name, oct(f.stat().st_mode)) for f in (work / "backup").iterdir()])
pem = work / "two.pem"
pem.write_bytes(b"".join(subprocess.run(["openssl", "x509", "-inform", "der", "-in", kz / f], capture_output=True).stdout
                         for f in ("country.der", "signer.der")))
code, objects = inspect(pem)
ok(any(f["reason"] == "more-certificates" for f in objects[0]["findings"]), "of several certificates in one file, and says so", objects)
code, out, err = serai("agreement", "decide", SOURCE / "agreements/eco.agreement", "--on", "2027-03-01")
ok(code == 3, "a decision without facts is undetermined", code)

# The interface, by hand.
issued_once = issue(french, "once", "--entries", "1")
server = subprocess.Popen([SERAI, "serve", "--quiet", ir], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
host = server.stdout.readline().strip().removeprefix("http://").rstrip("/")


def talk(text):
    with socket.create_connection(host.split(":")) as s:
        s.settimeout(5)
        s.sendall(text.replace("HOST", host).encode())
        data = b""
        while piece := s.recv(65536):
            data += piece
    return data.decode(errors="replace")


body = json.dumps({"id": "", "evidence": [{"kind": "mrz", "text": kazakh.read_text()}]})
post = "POST /v1/check HTTP/1.1\r\nContent-Type: application/json\r\nConnection: close\r\n"
got = talk(f"{post}Host: HOST\r\nContent-Length: {len(body)}\r\n\r\n{body}")
ok(" 400 " in got and '\\"id\\"' in got, "an empty id over HTTP", got)
body = body.replace('"id": "", ', "")
inside = "GET /v1/health HTTP/1.1\r\nHost: HOST\r\n\r\n"
post = post.replace("Connection: close\r\n", "")
for what, text in (("two hosts", f"GET /v1/health HTTP/1.1\r\nHost: HOST\r\nHost: other.example\r\n\r\n"),
                   ("two lengths", f"{post}Host: HOST\r\nContent-Length: 0\r\nContent-Length: {len(inside)}\r\n\r\n{inside}"),
                   ("a length and pieces", f"{post}Host: HOST\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n{inside}")):
    got = talk(text)
    ok(got.startswith("HTTP/1.1 400") and "framing" in got and got.count("HTTP/1.1 ") == 1, f"{what}: refused, and the line is closed", got)
one = base64.b64encode(issued_once.read_bytes()).decode()


def enter(name):
    text = json.dumps({"id": name, "movement": "entry", "travel": {"purpose": "pilgrimage", "mode": "air"},
                       "evidence": [{"kind": "mrz", "text": french.read_text()}, {"kind": "seal", "base64": one}]})
    got = talk(f"{post}Host: HOST\r\nConnection: close\r\nContent-Length: {len(text)}\r\n\r\n{text}")
    return json.loads(got.partition("\r\n\r\n")[2])["verdict"]


with ThreadPoolExecutor(16) as lanes:
    verdicts = list(lanes.map(enter, [f"lane-{i}" for i in range(32)]))
ok(sorted(verdicts) == ["admit"] + ["refer"] * 31, "one entry is one entry, however many lanes see the visa at once", verdicts)
with ThreadPoolExecutor(16) as lanes:
    ok(set(lanes.map(enter, ["lane-0"] * 16)) == {verdicts[0]}, "the same id again has the same answer")
server.terminate()
ok(server.wait(20) == 0, "SIGTERM stops it")

# What is kept of all this.
kept = b"".join(f.read_bytes() for f in ir.iterdir() if f.is_file() and f.name != "agreement")
code, out, err = serai("agreement", "--help")
example = " ".join(out[out.index("serai agreement decide agreements"):].replace("\\\n", " ").split()[1:])
code, out, err = serai(*example.replace("agreements/", f"{SOURCE}/agreements/").split())
ok(code == 0 and "ADMIT" in out, "the example of the help admits", example, out, err)
ok(not any(word in kept for word in (b"N12345678", b"N00000001", b"AIGERIM", b"OTHER<<PERSON")), "no name and no number is kept")
done()
