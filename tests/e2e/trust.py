#!/usr/bin/env python3
"""Importing, listing, explaining and reporting what a node believes, from outside."""
import base64
import json
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
import time
import urllib.request

from tap import SERAI, done, ok, serai, vectors

work = pathlib.Path(tempfile.mkdtemp(prefix="serai-trust-"))


def node(name, member):
    code, out, err = serai("init", "--specimen", "--sign-in", "off", "--member", member, "--listen", "127.0.0.1:0", work / name)
    ok(code == 0, f"a node of {member}", out, err)
    return work / name


def run(*args):
    subprocess.run([str(a) for a in args], check=True, capture_output=True)


def imported(folder, *files, code=0, args=()):
    got, out, err = serai("trust", "import", "--json", "--node", folder, *args, *files)
    counts = json.loads(out) if out.startswith("{") else {}
    ok(got == code, f"import of {', '.join(pathlib.Path(f).name for f in files)} ends {code}", got, out, err)
    return counts, err


def listed(folder, *args):
    code, out, err = serai("trust", "list", "--json", "--node", folder, *args)
    return [json.loads(line) for line in out.splitlines()] if code == 0 else []


def explained(folder, thing):
    code, out, err = serai("trust", "explain", "--json", "--node", folder, thing)
    return code, json.loads(out) if out.startswith("{") else {"stderr": err}


ir, kz = node("ir", "IR"), node("kz", "KZ")

# Any order: the signer waits, and counts when its country signer comes.
counts, _ = imported(ir, kz / "signer.der")
ok(counts.get("waiting") == 1 and counts["certificates"] == 1, "a signer before its country signer waits", counts)
ok(not any(a["country"] == "KZ" for a in listed(ir)), "and is not believed")
waiting = listed(ir, "--waiting")
ok(len(waiting) == 1 and "country signer" in waiting[0]["issuer"], "the list says for whom it waits", waiting)
code, e = explained(ir, kz / "signer.der")
ok(code == 3 and e["result"] == "no-anchor" and e["here"] == "waiting" and "import the country signer" in e["do"], "explain says what to do", e)
counts, _ = imported(ir, kz / "country.der")
ok(counts.get("certified") == 1, "its country signer makes it count", counts)
of_kz = {a["use"]: a for a in listed(ir) if a["country"] == "KZ"}
ok(set(of_kz) == {"issuer", "candidate"} and of_kz["candidate"]["why"] == "certified", "it is certified, not vouched for", of_kz)
ok(of_kz["issuer"]["origins"][0]["member"] == "IR" and of_kz["issuer"]["origins"][0]["at"], "the origin names member and time", of_kz)
code, e = explained(ir, of_kz["candidate"]["sha256"][:12])
ok(code == 0 and e["candidates"][0]["outcome"] == "signed it" and len(e["by"]) == 1, "explain by the beginning of a digest", e)
code, e = explained(ir, of_kz["issuer"]["key_id"])
ok(e.get("result") == "genuine" and e["here"] == "own-decision", "explain by key identifier", e)
code, out, err = serai("trust", "explain", "--node", ir, "feedfacefeed")
ok(code == 2 and "no such file" in err, "explain of nothing known", err)
counts, _ = imported(ir, kz / "country.der", kz / "signer.der")
ok(counts.get("already") == 2 and counts["certificates"] == 0, "the same again changes nothing", counts)
counts, _ = imported(ir, kz / "signer.der", args=("--vouch",))
ok(any(a["use"] == "signer" and a["country"] == "KZ" and a["why"] == "own-decision" for a in listed(ir)), "--vouch believes the very certificate")

# What fails its proof is refused, said, and stops nothing else.
altered = bytearray((kz / "signer.der").read_bytes())
altered[-1] ^= 1
(work / "altered.der").write_bytes(altered)
root = bytearray((kz / "country.der").read_bytes())
root[-1] ^= 1
(work / "root.der").write_bytes(root)
tr = node("tr", "TR")
(work / "text").write_text("no certificate\n")
counts, err = imported(ir, work / "altered.der", work / "root.der", work / "text", tr / "country.der", code=1)
ok(counts.get("refused") == 3 and counts["certificates"] == 1, "three are refused, the fourth is taken", counts, err)
ok("altered.der" in err and ": chain: " in err and "RFC 5280" in err and "get the certificate again" in err,
   "a refusal names file, reason, clause and what to do", err)
ok(": signature: " in err, "a country signer that did not sign itself", err)
code, out, err = serai("trust", "import", "--node", ir, work / "nowhere")
ok(code == 2 and "nowhere" in err, "a path that is not there", err)

# Forms.
tm = node("tm", "TM")
run("openssl", "x509", "-inform", "der", "-in", kz / "country.der", "-out", work / "kz.pem")
run("openssl", "x509", "-inform", "der", "-in", tr / "country.der", "-out", work / "tr.pem")
run("openssl", "crl2pkcs7", "-nocrl", "-certfile", work / "kz.pem", "-certfile", work / "tr.pem", "-outform", "der", "-out", work / "two.p7b")
counts, _ = imported(tm, work / "two.p7b")
ok(counts.get("certificates") == 2, "PKCS #7 without a signer", counts)


def der(tag, body):
    n = len(body)
    length = bytes([n]) if n < 128 else bytes([0x82, n >> 8, n & 255])
    return bytes([tag]) + length + body


uz = node("uz", "UZ")
bare = der(0x30, b"\x02\x01\x00" + der(0x31, b"".join((n / "country.der").read_bytes() for n in (kz, tr))))
(work / "bare.bin").write_bytes(bare)
counts, _ = imported(uz, work / "bare.bin")
ok(counts.get("certificates") == 2, "a CscaMasterList without CMS", counts)


def folded(name, data):
    line = name + ":: " + base64.b64encode(data).decode()
    return line[:76] + "".join("\n " + line[i:i + 75] for i in range(76, len(line), 75)) + "\n"


(work / "pkd.ldif").write_text("version: 1\n\ndn: cn=x,o=dsc,c=KZ\n" + folded("userCertificate;binary", (kz / "signer.der").read_bytes()) +
                               "\ndn: cn=y,o=dsc,c=TR\n" + folded("userCertificate;binary", (tr / "signer.der").read_bytes()) +
                               folded("cACertificate;binary", (ir / "country.der").read_bytes()) + "\nbroken line\n")
counts, err = imported(uz, work / "pkd.ldif", code=1)
ok(counts.get("certified") == 2 and counts["waiting"] == 1 and "line" in err and ": ldif: " in err,
   "LDIF: signers count by their country signer, a country signer waits for somebody's word", counts, err)
ok(not any(a["country"] == "IR" for a in listed(uz)), "nobody vouched for what came in LDIF")

# Master lists: real ones when they are at hand.
lists = vectors("travel/emrtd/masterlist")
if lists:
    counts, _ = imported(uz, lists)
    ok(counts.get("lists") == 1 and len(listed(uz, "--state", "DE")) > 5, "a master list with its country signer", counts)
    ok(all(a["use"] == "issuer" for a in listed(uz, "--state", "DE", "--use", "issuer")), "filters")
eco = vectors("travel/emrtd/csca_eco.bin")
if eco:
    counts, err = imported(uz, eco)
    ok(counts.get("certificates") == 44 and counts["refused"] == 0, "links with equal names, keys of one subject: all are taken", counts, err)
sod = vectors("travel/emrtd/sod/DE_EF_SOD.bin")
if sod and lists:
    code, e = explained(uz, sod)
    ok(code == 0 and e["result"] == "genuine" and any(c["outcome"] == "signed it" for c in e["candidates"]), "explain the signer of a chip", e)

# Killed at any time, the import goes on where it stopped.
many = work / "many"
many.mkdir()
plain = (kz / "country.der").read_bytes()
run("openssl", "ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", work / "k.key")
for i in range(12):
    run("openssl", "req", "-x509", "-new", "-key", work / "k.key", "-subj", f"/C=UT/O=SPECIMEN/CN=SPECIMEN {i}", "-days", "30", "-outform", "der",
        "-out", many / f"{i}.der")
for i in range(3000):
    os.symlink(many / f"{i % 12}.der", many / f"l{i:05}.der")
af = node("af", "AF")
for wait in (0.0, 0.01, 0.03, 0.06, 0.1):
    p = subprocess.Popen([SERAI, "trust", "import", "--node", af, many], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    time.sleep(wait)
    p.send_signal(signal.SIGKILL)
    p.wait()
    ok(serai("trust", "list", "--node", af)[0] == 0, f"the node opens after an import killed after {wait} s")
log = af / "anchors" / "imports.log"
counts, _ = imported(af, many)
ok(len([a for a in listed(af) if a["country"] == "UT"]) == 12, "then it is all there", counts)
whole = log.read_bytes()
log.write_bytes(whole[:-5])
code, out, err = serai("trust", "import", "--node", af, many)
ok(code == 0 and "cut off" in err and len(listed(af, "--state", "UT")) == 12, "a torn end is cut off and said", err)
ok(len(log.read_bytes()) >= len(whole), "and what was lost comes again")
log.write_bytes(b"something else entirely\n")
code, out, err = serai("trust", "import", "--node", af, kz / "country.der")
ok(code == 2 and "no log of imports" in err, "a file that is no log is not written over", err)
log.write_bytes(whole)

# A full disk: what was there before stays, and it is said.
full = subprocess.run(["sh", "-c", f"ulimit -f {len(whole) // 512 + 2}; trap '' XFSZ; exec {SERAI} trust import --node {af} {lists or many}"],
                      capture_output=True, text=True)
if lists:
    ok(full.returncode == 2 and "cannot be written" in full.stderr, "a disk that is full", full.stderr)
ok(len(listed(af, "--state", "UT")) == 12, "loses nothing of before")

# Older lists, made by openssl from what is here, are refused by what is newest: see the unit tests.
code, out, err = serai("trust", "export", "--node", ir, "--format", "pem", "--out", work / "all.pem")
ok(code == 0 and (work / "all.pem").read_text().count("BEGIN CERTIFICATE") == len(listed(ir)), "export as PEM", err)
code, out, err = serai("trust", "export", "--node", ir, "--format", "folder", "--out", work / "all")
back = node("back", "AZ")
counts, _ = imported(back, work / "all")
ok(counts.get("certificates") == len(listed(ir)), "a folder that was exported is imported elsewhere", counts, err)

# The report, from the command line and over HTTP.
code, out, err = serai("trust", "list", "--node", ir, "--report")
report = json.loads(out)
states = {m["state"]: m for m in report["members"]}
ok(states["KZ"]["missing"][0] == "current-crl" and "country-signer" in states["PK"]["missing"], "the report says what is missing", states["KZ"]["missing"])
server = subprocess.Popen([SERAI, "serve", "--quiet", ir], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
url = server.stdout.readline().strip()
with urllib.request.urlopen(url + "v1/trust?state=KZ") as answer:
    of_kz = json.load(answer)
ok([m["state"] for m in of_kz["members"]] == ["KZ"] and of_kz["members"][0]["signers"] == 1, "GET /v1/trust?state=KZ", of_kz["members"])
try:
    urllib.request.urlopen(url + "v1/trust?state=kz")
    ok(False, "a state in small letters")
except urllib.error.HTTPError as error:
    ok(error.code == 400, "a state in small letters", error.code)
server.terminate()
server.wait()
shutil.rmtree(work)
done()
