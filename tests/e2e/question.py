#!/usr/bin/env python3
"""The status question: a patrol's node asks the member that issued a licence, and both sides can say who looked at it."""
import base64
import hashlib
import json
import os
import pathlib
import shutil
import signal
import sqlite3
import subprocess
import tempfile
import threading
import time
import urllib.error
import urllib.request

from tap import SERAI, SOURCE, done, ok, serai

work = pathlib.Path(tempfile.mkdtemp(prefix="serai-question-"))
ENV = {"SERAI_DATA": str(SOURCE)}
ir, kz = work / "ir", work / "ir/desks/kz"


def run(*args, stdin=None):
    return serai(*args, env=ENV, stdin=stdin)


def ask(number, *args, to="KZ", purpose="road-check"):
    code, out, err = run("licence", "ask", "--node", ir, "--to", to, "--number", number, "--json",
                         *(["--purpose", purpose] if purpose else []), *args)
    return code, json.loads(out) if out else {"status": {}}, err


def questions(node, *args):
    code, out, err = run("licence", "questions", "--node", node, "--json", *args)
    return json.loads(out)["cases"] if code == 0 else [{"error": err}]


code, out, err = run("init", "--specimen", "--sign-in", "off", "--member", "IR", "--desks", "KZ TR", "--listen", "127.0.0.1:0", ir)
ok(code == 0, "a node with two desks", err)

# ---- what the register says, as a word of the agreement ----
for number, code_wanted, word, fact in [("SPECIMEN-0001", 0, "valid", "valid"), ("SPECIMEN-0002", 1, "suspended", "suspended"),
                                        ("SPECIMEN-0003", 1, "stolen", "stolen"), ("SPECIMEN-0004", 1, "expired", "expired"),
                                        ("SPECIMEN-0005", 1, "valid", "disqualified")]:
    code, got, err = ask(number)
    s = got["status"]
    ok(code == code_wanted and s.get("state") == "answered" and s.get("word") == word and got.get("fact") == fact,
       f"{number}: {word}, which is {fact}", code, got, err)
code, got, err = ask("NEVER-ISSUED")
ok(code == 3 and got["status"]["state"] == "unknown" and got["fact"] is None and "word" not in got["status"],
   "a licence that was never issued is unknown, not invalid", code, got, err)
code, got, err = ask("SPECIMEN-0001", to="UZ")
ok(code == 3 and got["status"]["state"] == "unreachable" and got["fact"] is None, "a member without a desk is unreachable", got, err)
code, got, err = ask("SPECIMEN-0001", "--birth", "1991-01-01")
ok(code == 3 and got["status"]["state"] == "unknown", "another birth date learns nothing", got, err)
code, got, err = ask("SPECIMEN-0001", "--birth", "1990-05-14")
ok(code == 0, "the right one does", got, err)

digest = hashlib.sha256(b"serai licence\nKZ\nSPECIMEN0002").hexdigest()
code, out, err = run("licence", "ask", "--node", ir, "--to", "KZ", "--digest", digest, "--purpose", "road-check", "--json")
ok(code == 1 and json.loads(out)["status"]["word"] == "suspended", "by digest, as anybody computes it", code, out, err)
code, out, err = run("licence", "ask", "--node", ir, "--to", "KZ", "--number", "-", "--purpose", "road-check", stdin=b"specimen 0001\n")
ok(code == 0 and out.startswith("answered: valid"), "the number from standard input", code, out, err)

# ---- purposes and legal basis ----
code, got, err = ask("SPECIMEN-0001", purpose=None)
ok(code == 3 and got["status"] == {**got["status"], "state": "refused", "reason": "purpose-missing"}, "no purpose, no answer", got)
code, got, err = ask("SPECIMEN-0001", purpose="curiosity")
ok(code == 3 and got["status"]["reason"] == "purpose", "a purpose that is not allowed", got)
code, got, err = ask("SPECIMEN-0001", to="FR")
ok(code == 3 and got["status"]["reason"] == "not-a-party", "a state that is no party", got)

# ---- both sides hold it ----
ours, theirs = questions(ir), questions(kz)
by_reference = {c["reference"]: c for c in theirs}
sent = [c for c in ours if c["member"] == "KZ" and c["state"] != "refused"]
ok(len(sent) >= 10 and all(c["reference"] in by_reference for c in sent), "what was sent is at both sides", len(sent))
ok(all(by_reference[c["reference"]]["purpose"] == c["purpose"] == "road-check" and c["article"] == "11" for c in sent),
   "with purpose and article")
ok(sum(c["state"] == "refused" for c in ours) == 3, "refusals are recorded too", [c["state"] for c in ours])
mine = questions(kz, "--subject", "KZ:SPECIMEN-0002")
ok(len(mine) == 2 and {c["member"] for c in mine} == {"IR"}, "the holder's extract: who looked at this licence", mine)
ok(questions(kz, "--subject", f"KZ:{digest}") == mine, "the same by digest")
ok(len(questions(ir, "--subject", "KZ:SPECIMEN-0002")) == 2, "at the asker too")
ok(questions(kz, "--subject", "KZ:SPECIMEN-9999") == [], "nothing about a licence nobody asked about")
for name, node in (("asker", ir), ("answerer", kz)):
    with sqlite3.connect(f"file:{node}/store.db?mode=ro", uri=True) as db:
        rows = db.execute("SELECT origin, other, reference, kind, hex(subject), purpose, article, state FROM cases").fetchall()
        rows += db.execute("SELECT id, what, state FROM case_events").fetchall()
    ok(rows and "SPECIMEN0" not in str(rows).upper().replace("-", ""), f"no number in any column but the body: {name}")
    ok(b"SPECIMEN-000" not in (node / "store.db").read_bytes(), f"and none in the whole store: {name}")

# ---- the register ----
csv = work / "register.csv"
csv.write_text("number,status,since,until,categories\nSPECIMEN-A,Suspended,2026-01-01,,B:2020-01-01:2099-01-01\n"
               "SPECIMEN-B,HandedOver,,,B;C:::01 78\n")
ok(run("licence", "register", "--node", kz, "import", csv)[:2] == (0, "2 entries recorded\n"), "a register from CSV")
js = work / "register.json"
js.write_text(json.dumps([{"number": "SPECIMEN-A", "status": "valid", "since": "2026-06-01"}, {"number": "SPECIMEN-C", "status": "withdrawn"}]))
ok(run("licence", "register", "--node", kz, "import", js)[0] == 0, "and from JSON")
code, got, err = ask("SPECIMEN-A")
ok(code == 0 and got["status"]["since"] == "2026-06-01", "the newest state counts", got)
code, got, err = ask("SPECIMEN-B")
ok(code == 0 and got["status"]["word"] == "handed-over" and got["status"]["categories"][1]["codes"] == "01 78", "words of TACHOnet", got)
code, out, err = run("licence", "register", "--node", kz, "show", "--number", "SPECIMEN-A", "--json")
ok(code == 0 and [e["status"] for e in json.loads(out)["entries"]] == ["valid", "suspended"], "its history is kept", out)
code, out, err = run("licence", "register", "--node", kz, "set", "--number", "SPECIMEN-A", "--status", "suspended", "--since", "2099-01-01")
code, got, err = ask("SPECIMEN-A")
ok(code == 0, "a suspension that begins later does not hold yet", got)
for args, what in ((("add", "--number", "SPECIMEN-A", "--status", "valid"), "a licence is added once"),
                   (("set", "--number", "SPECIMEN-Z", "--status", "valid"), "an unknown one is not changed"),
                   (("add", "--number", "SPECIMEN-Z", "--status", "fine"), "a word that is none"),
                   (("add", "--number", "--", "--status", "valid"), "a number that is none")):
    code, out, err = run("licence", "register", "--node", kz, *args)
    ok(code == 2 and err.startswith("serai licence register:"), what, code, out, err)

# ---- a running node ----
log = open(work / "log", "w+")
node = subprocess.Popen([SERAI, "serve", ir], stdout=subprocess.PIPE, stderr=log, text=True, env={**os.environ, **ENV})
url = node.stdout.readline().strip().rstrip("/")


def post(body):
    request = urllib.request.Request(url + "/v1/licence/question", json.dumps(body).encode(), {"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.status, json.loads(answer.read())
    except urllib.error.HTTPError as e:
        return e.code, json.loads(e.read())


def get(path):
    with urllib.request.urlopen(url + path, timeout=60) as answer:
        return json.loads(answer.read())


try:
    status, got = post({"to": "KZ", "number": "SPECIMEN-0002", "purpose": "road-check"})
    ok(status == 200 and got["status"]["word"] == "suspended" and got["fact"] == "suspended", "over HTTP", status, got)
    reference = got["status"]["reference"]
    status, again = post({"to": "KZ", "reference": reference})
    ok(status == 200 and again == got, "and looked up again by its reference", again)
    ok(post({"to": "KZ", "reference": "IR-NONE"})[0] == 404, "a reference that was not given")
    ok(post({"to": "KZ"})[0] == 400 and post({"to": "KZ", "number": "1", "x": "y"})[0] == 400, "no question")
    answers = []
    threads = [threading.Thread(target=lambda n=n: answers.append(post({"to": "KZ" if n % 2 else "TR", "number": f"SPECIMEN-000{1 + n % 5}",
                                                                        "purpose": "road-check"}))) for n in range(40)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    ok(len(answers) == 40 and all(s == 200 and a["status"]["state"] == "answered" for s, a in answers), "forty at once", answers[:3])
    ok(len({a["status"]["reference"] for _, a in answers}) == 40, "each with a reference of its own")
    page, seen = get("/v1/cases?most=7&side=ours"), []
    while True:
        seen += page["cases"]
        if page["next"] is None:
            break
        page = get(f"/v1/cases?most=7&side=ours&before={page['next']}")
    ok(len(seen) == len(questions(ir)) and seen[0]["seq"] > seen[-1]["seq"], "the audit, page by page", len(seen))
    ok(get("/v1/cases?state=refused&most=500")["cases"][0]["events"][0]["state"] == "refused", "by state")
    ok(len(questions(ir, "--side", "ours")) == len(seen), "questions also while the node runs")
    code, got, err = ask("SPECIMEN-0001")
    ok(code == 2 and "process" in err and "--url" in err, "asking beside it says why not, and how", code, err)
    for number, wanted, word in (("SPECIMEN-0001", 0, "valid"), ("SPECIMEN-0002", 1, "suspended"), ("NEVER-ISSUED", 3, None)):
        code, out, err = run("licence", "ask", "--url", url, "--to", "KZ", "--number", number, "--purpose", "road-check", "--json")
        ok(code == wanted and json.loads(out)["status"].get("word") == word, f"--url asks the running node: {number}", code, out, err)
    code, out, err = run("licence", "ask", "--url", url + "/", "--to", "KZ", "--number", "-", "--purpose", "road-check", "--birth", "1990-05-14",
                         stdin=b"specimen 0002\n")
    lines = out.splitlines()
    ok(code == 1 and lines[0] == "answered: suspended" and "reason      court-order" in lines and "since       2026-01-15" in lines and
       "category    B not entitled" in lines, "for people, as without a running node", code, out, err)
    code, again, err = run("licence", "ask", "--url", url, "--to", "KZ", "--reference", lines[-1].split()[-1])
    ok(code == 1 and again == out, "by its reference", code, again, out)
    code, _, err = run("licence", "ask", "--url", url, "--to", "KZ", "--reference", "IR-NONE")
    ok(code == 2 and "not asked under this reference" in err, "a reference that was not given", code, err)
    for args in (("--url", url, "--node", ir), ("--url", url, "--seconds", "61"), ()):
        code, _, err = run("licence", "ask", *args, "--to", "KZ", "--number", "1", "--purpose", "road-check")
        ok(code == 2 and err, "usage: " + " ".join(map(str, args[:1] + args[2:])), err)

    # Killed in the middle of asking: what was answered is there, at both sides, and both stores are whole.
    told = []

    def forever():
        while True:
            try:
                told.append(post({"to": "KZ", "number": "SPECIMEN-0001", "purpose": "road-check"})[1]["status"]["reference"])
            except Exception:
                return

    threads = [threading.Thread(target=forever) for _ in range(4)]
    for t in threads:
        t.start()
    deadline = time.monotonic() + 60
    while len(told) < 40 and time.monotonic() < deadline:
        time.sleep(0.01)
    node.send_signal(signal.SIGKILL)
    for t in threads:
        t.join()
finally:
    node.kill()
    node.wait()
for name, home in (("asker", ir), ("answerer", kz)):
    known = {c["reference"]: c["state"] for c in questions(home)}
    ok(all(known.get(r) == "answered" for r in told), f"after kill -9 every answer told is on disk: {name}", len(told))
    ok(run("store", "check", home)[0] == 0, f"and the store is whole: {name}")
code, got, err = ask("SPECIMEN-0001")
ok(code == 0, "and it asks again", got, err)
code, _, err = run("licence", "ask", "--url", url, "--to", "KZ", "--number", "SPECIMEN-0001", "--purpose", "road-check")
ok(code == 2 and "Is the node running?" in err, "a node that does not run", code, err)
log.seek(0)
text = log.read()
ok("SPECIMEN" not in text and "/v1/licence/question" in text, "no number in the log", text[-400:])

# ---- proof for a third party, and the extract for the holder ----
def vkey(node):
    """The public key of a node, as whoever gets it from the member has it."""
    name, _, key = (node / "node.key").read_text().strip().split("+", 2)[2].split("+", 2)
    seed = base64.b64decode(key)[1:]
    der = bytes.fromhex("302e020100300506032b657004220420") + seed
    pub = b"\x01" + subprocess.run(["openssl", "pkey", "-inform", "DER", "-pubout", "-outform", "DER"], input=der, check=True,
                                   capture_output=True).stdout[-32:]
    key_hash = hashlib.sha256(name.encode() + b"\n" + pub).hexdigest()[:8]
    return f"{name}+{key_hash}+{base64.b64encode(pub).decode()}"


ir_key, kz_key = vkey(ir), vkey(kz)
code, got, err = ask("SPECIMEN-0002")
reference, proof = got["status"]["reference"], work / "proof"
for node in (ir, kz):
    code, out, err = run("licence", "questions", "--node", node, "--prove", reference, "--out", proof)
    ok(code == 0 and b"SPECIMEN-0002" not in proof.read_bytes(), "proof of a question, from either side", err)
    code, out, err = run("ask", "verify", "--key", ir_key, "--key", kz_key, proof)
    ok(code == 0 and "IR asked KZ" in out and "KZ said answered" in out and "road-police" in out, "the two keys prove it", out, err)
code, out, err = run("ask", "verify", "--json", "--key", ir_key, "--key", "KZ=" + ir_key, proof)
ok(code == 1 and json.loads(out)["reason"] == "key", "another key does not", out, err)
code, out, err = run("ask", "verify", "--key", "TR=" + ir_key, "--key", kz_key, proof)
ok(code == 1, "nor the same key as another member's", out, err)
spoilt = bytearray(proof.read_bytes())
spoilt[spoilt.index(b"road-check")] ^= 1
(work / "spoilt").write_bytes(spoilt)
code, out, err = run("ask", "verify", "--json", "--key", ir_key, "--key", kz_key, work / "spoilt")
ok(code == 1 and json.loads(out)["reason"] == "signature", "a changed purpose is found", out, err)
code, out, err = run("ask", "verify", "--key", ir_key, "--key", kz_key, ir / "agreement")
ok(code in (1, 2), "a file that is no proof", code, err)
code, out, err = run("licence", "questions", "--node", ir, "--prove", "NONE", "--out", proof)
ok(code == 2 and "no question has this reference" in err, "a reference that was not given", err)

code, out, err = run("extract", "--node", ir, "--subject", "KZ:SPECIMEN-0002")
ok(code == 0 and 'IR asked KZ whether the licence is valid' in " ".join(out.split()) and "suspended, since 2026-01-15" in " ".join(out.split())
   and reference in out and "SPECIMEN-0002" not in out and max(map(len, out.splitlines())) <= 80, "the extract, in words", out, err)
code, out, err = run("extract", "--node", kz, "--subject", "KZ:-", "--out", work / "extract.json", stdin=b"specimen 0002\n")
extract = json.loads((work / "extract.json").read_text())
ok(code == 0 and extract["questions"] and all(q["side"] == "theirs" and q["member"] == "IR" for q in extract["questions"]) and
   (work / "extract.json").stat().st_mode & 0o077 == 0, "and as JSON, for its reader alone", out, err)
code, out, err = run("extract", "--node", ir, "--subject", "KZ:NOBODY-HAS-IT")
ok(code == 0 and "Nobody asked about it" in out, "nothing is kept: that is said", out, err)
code, out, err = run("extract", "--node", ir, "--subject", "12")
ok(code == 2, "a subject without a number", err)

# ---- erased after its time ----
code, out, err = run("store", "expire", ir, "--before", "2999-01-01", "--json")
ok(code == 0 and json.loads(out)["cases"] >= 60 and questions(ir) == [], "erased when its time is over", out, err)
ok(b"SPECIMEN" not in (ir / "store.db").read_bytes(), "and no byte of a number is left")
ok(json.loads(run("store", "status", ir, "--json")[1])["erased_cases"] >= 60, "the erasure itself is recorded")

shutil.rmtree(work)
done()
