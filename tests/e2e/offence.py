#!/usr/bin/env python3
"""Offences: Iran notifies Kazakhstan of fines; paid, contested, transferred, withdrawn; nothing is lost, nothing forged counts."""
import json
import os
import pathlib
import shutil
import signal
import sqlite3
import subprocess
import tempfile
import time
import urllib.error
import urllib.request

from tap import SERAI, SOURCE, done, ok, serai

work = pathlib.Path(tempfile.mkdtemp(prefix="serai-offence-"))
ENV = {"SERAI_DATA": str(SOURCE)}
ir, kz = work / "ir", work / "ir/desks/kz"
NOW = int(time.time())
AT = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(NOW - 3600))


def run(*args, stdin=None):
    return serai(*args, env=ENV, stdin=stdin)


def offence(node, *args, stdin=None):
    return run("licence", "offence", "--node", node, *args, stdin=stdin)


def note(name, **more):
    return {"id": name, "licence": {"issuer": "KZ", "number": "SPECIMEN-0001"}, "act": {"class": "speeding", "code": "IR-105", "words": "SPECIMEN: 142 km/h"},
            "place": "SPECIMEN road 44", "at": AT, "amount": "1500.50", "currency": "IRR", "driver": "SPECIMEN AIGERIM", **more}


def notify(name, **more):
    return offence(ir, "notify", "-", "--json", stdin=json.dumps(note(name, **more)).encode())


def show(node, name):
    code, out, err = offence(node, "show", name, "--json")
    return json.loads(out) if code == 0 else {"error": err, "state": None, "steps": []}


def steps(node, name):
    return [(s["by"], s["step"]) for s in show(node, name)["steps"]]


def say(node, name, step, *args):
    code, out, err = offence(node, "answer", name, step, "--json", *args)
    return code, json.loads(out) if out else {"error": err}


code, out, err = run("init", "--specimen", "--sign-in", "off", "--member", "IR", "--desks", "KZ TR", "--listen", "127.0.0.1:0", ir)
ok(code == 0, "a node with two desks, which know the way back", err)

# ---- notified, paid ----
code, out, err = notify("fine-1")
ok(code == 0 and json.loads(out)["notice"] == "acknowledged", "KZ acknowledges a fine of a specimen driver", code, out, err)
code, out, err = notify("fine-1")
ok(code == 0 and json.loads(out)["repeated"], "the same again is the same notice", out, err)
code, out, err = notify("fine-1", amount="9")
ok(code == 2 and "another notice" in err, "another one under its reference is refused", code, err)
there = show(kz, "fine-1")
ok(there["side"] == "theirs" and there["notice"]["redress"] and there["notice"]["act"]["class_name"] == "Speeding" and there["notice"]["deadline"] > AT[:10],
   "it says how to contest, until when, and its class in words", there)
code, got = say(kz, "fine-1", "paid", "--amount", "1500.50", "--currency", "IRR", "--day", AT[:10], "--payment", "KZ-77")
ok(code == 0 and got["notice"] == "paid" and got["delivered"], "KZ marks it paid", code, got)
ok(show(ir, "fine-1")["steps"] == show(kz, "fine-1")["steps"] and show(ir, "fine-1")["steps"][0]["payment"] == "KZ-77", "both hold the same step",
   show(ir, "fine-1"))
code, got = say(kz, "fine-1", "transferred")
ok(code == 1 and got["refused"] == "state", "what was paid is not transferred", got)
code, got = say(ir, "fine-1", "closed")
ok(code == 0 and show(kz, "fine-1")["state"] == "closed", "IR closes it", got)

# ---- contested, transferred, withdrawn, unknown ----
notify("fine-2")
code, got = say(kz, "fine-2", "contested")
ok(code == 2 and "reason" in got["error"], "a complaint gives its reason", got)
code, got = say(kz, "fine-2", "contested", "--reason", "SPECIMEN: was not there", "--before", "SPECIMEN court")
ok(code == 0 and show(ir, "fine-2")["state"] == "contested", "contested", got)
code, got = say(kz, "fine-2", "transferred")
ok(code == 0 and steps(ir, "fine-2") == [("KZ", "contested"), ("KZ", "transferred")], "and accepted for enforcement", got)
code, out, err = offence(kz, "withdraw", "fine-2", "--reason", "x")
ok(code == 1 and "not-yours" in out, "only who notified withdraws", out, err)
code, out, err = offence(ir, "withdraw", "fine-2", "--reason", "SPECIMEN: another driver")
ok(code == 0 and show(kz, "fine-2")["state"] == "withdrawn", "IR withdraws it", out, err)
code, out, err = notify("fine-3", licence={"issuer": "KZ", "number": "NEVER-ISSUED"})
ok(code == 0 and json.loads(out)["notice"] == "unknown", "a licence that KZ never issued", out, err)
code, out, err = notify("fine-4", licence={"issuer": "FR", "number": "1"})
ok(code == 1 and json.loads(out)["refused"] == "not-a-party", "a state that is no party", out, err)
for more, what in (({"redress": ""}, None), ({"points": 3}, "a member that is not known"), ({"act": {"class": "spitting"}}, "a class that is none"),
                   ({"currency": "rials"}, "a currency that is none"), ({"licence": {"issuer": "KZ"}}, "neither number nor plate")):
    if what:
        code, out, err = notify("bad", **more)
        ok(code == 2 and "SPECIMEN" not in err, what, code, err)

# ---- a fine is no fact ----
code, out, err = run("licence", "ask", "--node", ir, "--to", "KZ", "--number", "SPECIMEN-0001", "--purpose", "road-check", "--json")
ok(code == 0 and json.loads(out)["fact"] == "valid" and "fine" not in out, "the status of the licence says nothing of fines", out)

# ---- the person's extract ----
code, out, err = offence(kz, "list", "--subject", "KZ:SPECIMEN 0001", "--json")
mine = json.loads(out)["offences"]
ok([o["reference"] for o in mine] == ["fine-2", "fine-1"], "the holder's extract: the notices about this licence", out)
code, out, err = run("licence", "questions", "--node", kz, "--subject", "KZ:SPECIMEN-0001", "--json")
ok({c["purpose"] for c in json.loads(out)["cases"] if c["kind"] == "offence"} == {"offence-notice"}, "with purpose and article among the questions", out)
for name, node in (("notifier", ir), ("home", kz)):
    with sqlite3.connect(f"file:{node}/store.db?mode=ro", uri=True) as db:
        rows = db.execute("SELECT origin, other, reference, kind, purpose, article, state FROM cases").fetchall()
        rows += db.execute("SELECT id, what, state FROM case_events").fetchall()
    ok(rows and "SPECIMEN" not in str(rows), f"nothing of a person in any column but the body: {name}")

# ---- kill -9 between the steps ----
for i in range(12):
    for args in ((ir, "notify", "-"), (kz, "answer", f"crash-{i}", "paid"), (ir, "answer", f"crash-{i}", "closed")):
        p = subprocess.Popen([SERAI, "licence", "offence", "--node", args[0], *args[1:]], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
                             stderr=subprocess.DEVNULL, env={**os.environ, **ENV})
        p.stdin.write(json.dumps(note(f"crash-{i}")).encode())
        p.stdin.close()
        try:
            p.wait(timeout=0.004 * (i + 1))
        except subprocess.TimeoutExpired:
            p.send_signal(signal.SIGKILL)
            p.wait()
recorded = [f"crash-{i}" for i in range(12) if show(ir, f"crash-{i}")["state"]]
before = {name: steps(ir, name) for name in recorded}
for _ in range(3):
    for node in (kz, ir):
        offence(node, "send")
ok(offence(ir, "send")[0] == 0 and offence(kz, "send")[0] == 0, "after crashes everything arrives", offence(ir, "send"), offence(kz, "send"))
ok(all(steps(ir, n) == steps(kz, n) and steps(ir, n)[:len(before[n])] == before[n] for n in recorded), "and both hold the same, nothing lost",
   [(n, before[n], steps(ir, n), steps(kz, n)) for n in recorded])

# ---- a running node: what the phone sends ----
notify("fine-5")
log = open(work / "log", "w+")
node = subprocess.Popen([SERAI, "serve", ir], stdout=subprocess.PIPE, stderr=log, text=True, env={**os.environ, **ENV})
url = node.stdout.readline().strip().rstrip("/")


def http(path, body=None):
    request = urllib.request.Request(url + path, json.dumps(body).encode() if body is not None else None, {"Content-Type": "application/json"} if body is not None else {})
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as e:
        return e.code, json.load(e)


phone = {"id": "offence-00112233445566778899aabb", "reference": "road-1", "member": "KZ", "licence": {"issuer": "KZ", "number": "SPECIMEN-0002"}, "act": "speeding",
         "place": "Road 44, km 12", "at": AT, "amount": "1500.50", "currency": "IRR"}
status, got = http("/v1/offences", phone)
ok(status == 200 and got["state"] == "received" and got["delivered"] and not got["repeated"], "what the page Roadside sends", status, got)
status, got = http("/v1/offences", phone)
ok(status == 200 and got["repeated"], "the same again: 200", status, got)
status, got = http("/v1/offences", {**phone, "amount": "1"})
ok(status == 409 and got["error"]["reason"] == "request-conflict", "other content under its id: 409", status, got)
status, got = http("/v1/offences", {**phone, "id": "offence-words", "act": "SPECIMEN: drove backwards"})
ok(status == 200, "an act in the officer's own words", status, got)
status, got = http("/v1/offences?side=ours&most=1")
ok(status == 200 and len(got["offences"]) == 1 and got["offences"][0]["notice"]["act"]["class"] == "other" and got["next"], "a page of them", got)
status, got = http("/v1/offences?state=closed")
ok(status == 200 and got["offences"] and all(o["state"] == "closed" for o in got["offences"]), "by state", status)
status, got = http("/v1/offences/answer", {"reference": "fine-5", "step": "paid", "amount": "1500.50", "currency": "IRR"})
ok(status == 200 and got["notice"] == "paid" and got["delivered"], "paid here", status, got)
status, got = http("/v1/offences/answer", {"reference": "fine-5", "step": "paid", "amount": "1500.50", "currency": "IRR"})
ok(status == 200 and got["repeated"], "said again: the same step", status, got)
status, got = http("/v1/offences/answer", {"reference": "fine-5", "step": "transferred"})
ok(status == 409 and got["error"]["reason"] == "not-yours", "only home transfers", status, got)
status, got = http("/v1/offences/answer", {"reference": "fine-99", "step": "paid"})
ok(status == 404, "no such notice", status, got)
code, out, err = offence(ir, "show", phone["id"])
ok(code == 0 and "Road 44" in out, "the command shows while the node runs", err)
node.send_signal(signal.SIGKILL)
node.wait()
ok(steps(kz, "fine-5") == [("IR", "paid")] and show(kz, phone["id"])["state"] == "acknowledged", "after kill -9 home has what was said")
log.seek(0)
text = log.read()
ok("/v1/offences" in text and "SPECIMEN" not in text and "fine-5" not in text, "nothing personal in the log", text[-300:])

# ---- retention ----
later = time.strftime("%Y-%m-%d", time.gmtime(NOW + 90 * 86400))
code, out, err = run("store", "expire", kz, "--before", later, "--json")
ok(code == 0 and show(kz, "fine-1")["state"] is None, "erased after the retention", code, out, err)
ok(b"SPECIMEN AIGERIM" not in (kz / "store.db").read_bytes(), "with its bytes")

shutil.rmtree(work)
done()
