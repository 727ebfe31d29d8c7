#!/usr/bin/env python3
"""A running node takes what its files say: acts, reports, imports, without a restart, whole or not at all."""
import base64
import json
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
import threading
import time
import urllib.error
import urllib.request

from tap import SERAI, SOURCE, done, ok, serai

MEMBERS = "IR KZ TR UZ PK".split()
work = pathlib.Path(tempfile.mkdtemp(prefix="serai-reload-"))
agreement = work / "bloc.agreement"
agreement.write_text((SOURCE / "agreements/eco.agreement").read_text().replace("counts when 3 parties", "counts when 4 parties"))
LINES = "P<KAZSPECIMEN<<AIGERIM<<<<<<<<<<<<<<<<<<<<<<\nN123456785KAZ9005145F3105135<<<<<<<<<<<<<<<2\n"


def must(name, what, *args):
    code, out, err = serai("trust", what, "--node", work / name, *args)
    if code != 0:
        ok(False, f"{name}: trust {what} {' '.join(map(str, args))}", code, out, err)
    return out


def send(source, *targets):
    must(source, "acts", "--out", work / f"{source}.acts")
    for t in targets:
        must(t, "receive", work / f"{source}.acts")


for m in MEMBERS:
    code, out, err = serai("init", "--specimen", "--sign-in", "off", "--member", m, "--listen", "127.0.0.1:0", "--agreement", agreement, work / m)
    if code:
        ok(False, f"init {m}", out, err)
keys = {m: serai("trust", "key", "--node", work / m)[1].strip() for m in MEMBERS}
for m in MEMBERS:
    (work / m / "trust/members").write_text("".join(f"{x} {keys[x]}\n" for x in MEMBERS))
(work / "passport.txt").write_text(LINES)
code, out, err = serai("issue", "--node", work / "KZ", "--passport", work / "passport.txt", "--purpose", "work", "--entries", 0, "--stay", 30,
      "--place", "ALMATY", "--out", work / "visa", env={"SERAI_DATA": str(SOURCE)})
if code:
    ok(False, "KZ issues a visa", out, err)
EVIDENCE = [{"kind": "mrz", "text": LINES},
            {"kind": "picture", "base64": base64.b64encode((work / "visa.png").read_bytes()).decode()}]

log = open(work / "log", "w")
node = subprocess.Popen([SERAI, "serve", "--quiet", work / "IR"], stdout=subprocess.PIPE, stderr=log, text=True,
                        env={**os.environ, "SERAI_DATA": str(SOURCE)})
url = node.stdout.readline().strip()
number = 0


def get(path):
    try:
        with urllib.request.urlopen(url + path, timeout=60) as answer:
            return json.loads(answer.read())
    except urllib.error.HTTPError as e:
        return json.loads(e.read())


def check():
    """The result of the visa's seal, and the verdict, as the running node gives them."""
    global number
    number += 1
    body = json.dumps({"id": f"reload-{threading.get_ident()}-{number}", "evidence": EVIDENCE, "document_examined": True,
                       "travel": {"purpose": "work", "mode": "air", "stay_days": 9}}).encode()
    request = urllib.request.Request(url + "v1/check", data=body, headers={"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=60) as answer:
        got = json.loads(answer.read())
    seals = [e["result"] for e in got["evidence"] if e["kind"] in ("vds", "idb", "picture")]
    return (seals[0] if seals else "none"), got["verdict"], got


def within(seconds, what, holds):
    """Whether it becomes true in that time; says how long it took."""
    began = time.monotonic()
    while time.monotonic() - began < seconds:
        if holds():
            print(f"# {what}: after {time.monotonic() - began:.2f} s", flush=True)
            return True
        time.sleep(0.02)
    return False


def logged(text):
    return text in (work / "log").read_text()


try:
    result, verdict, whole = check()
    ok(result == "no-anchor", "at the start nobody vouches for KZ", result, verdict)

    # Four voices, one after the other; the node runs.
    must("KZ", "propose", "--yes", work / "KZ/country.der", work / "KZ/signer.der")
    send("KZ", "IR", "TR", "UZ", "PK")
    for m in ("TR", "UZ", "PK"):
        must(m, "confirm", "--yes", "--of", "KZ")
        send(m, "IR")
    ok(within(60, "the fourth voice", lambda: check()[0] == "genuine"), "the visa counts once four vouch, without a restart", check()[0:2])
    result, verdict, whole = check()
    ok(verdict == "admit", "and the traveller is admitted", verdict, whole.get("reasons"))

    # A member's key is reported: the next check after a second refers.
    must("IR", "report", "--yes", "--reason", "laptop stolen", "UZ")
    ok(within(60, "the report", lambda: check()[1] == "refer"), "a key reported compromised stops counting at once: the check refers", check()[0:2])
    result, verdict, whole = check()
    ok(result == "no-anchor", "its voice is gone, so that three are left of four", result)
    members = {m["state"]: m["key"] for m in get("v1/trust")["members"]}
    ok(members["UZ"] == "compromised", "GET /v1/trust shows it", members)

    # An import, believed on this node's word; then half a second later it counts.
    anchors = get("v1/node")["anchors"]
    code, out, err = serai("trust", "import", "--node", work / "IR", "--vouch", work / "KZ/country.der", work / "KZ/signer.der")
    ok(code == 0, "import of the signer", out, err)
    ok(within(60, "the import", lambda: check()[1] == "admit"), "an import counts without a restart", check()[0:2])
    later = get("v1/node")["anchors"]
    ok(later["count"] > anchors["count"] and later["read"] >= anchors["read"] and later["not_taken"] is None,
       "GET /v1/node tells how many and when they were read", anchors, later)

    # Files that lost something: what was read stays in force, and the node says so.
    imports = work / "IR/anchors/imports.log"
    good = imports.read_bytes()
    imports.write_bytes(good[:len(good) - 400])
    ok(within(60, "the damage", lambda: get("v1/node")["anchors"]["not_taken"]), "a log that lost records is noticed", get("v1/node"))
    ok(check()[1] == "admit", "what was believed stays in force", check()[0:2])
    ready = get("v1/ready")
    ok(ready["ready"] and "imports.log" in (ready["anchors"]["detail"] or ""), "GET /v1/ready says so", ready)
    ok(within(60, "log line", lambda: logged("stays in force")), "and the log", (work / "log").read_text())

    # Even then a report counts.
    must("IR", "report", "--yes", "--reason", "also stolen", "TR")
    ok(within(60, "the report", lambda: {m["state"]: m["key"] for m in get("v1/trust")["members"]}["TR"] == "compromised"),
       "a report counts even while the anchors cannot be read")
    ok(get("v1/node")["anchors"]["not_taken"] and check()[1] == "admit", "which still stay in force", check()[0:2])
    imports.write_bytes(good)
    ok(within(60, "mended", lambda: get("v1/node")["anchors"]["not_taken"] is None), "a log put back is taken again", get("v1/node"))
    with imports.open("ab") as f:
        f.write(b"\0\0\1\0Cno whole record")
    ok(within(60, "torn", lambda: logged("no whole record")), "a torn end is said, and takes nothing away", (work / "log").read_text())
    ok(check()[1] == "admit" and get("v1/node")["anchors"]["count"] == later["count"], "all whole records count", check()[0:2])
    imports.unlink()
    ok(within(60, "gone", lambda: "not there" in (get("v1/node")["anchors"]["not_taken"] or "")), "a log that is gone is no empty one")
    ok(check()[1] == "admit", "what was believed stays in force", check()[0:2])
    imports.write_bytes(good)
    node.send_signal(signal.SIGHUP)
    ok(within(60, "SIGHUP", lambda: get("v1/node")["anchors"]["not_taken"] is None), "SIGHUP makes it look at once, and ends nothing")

    # Checks from several threads while the list goes back and forth: each answer is one of the two, whole.
    seen, wrong, stop = set(), [], threading.Event()

    def lane():
        while not stop.is_set():
            try:
                result, verdict, whole = check()
            except Exception as e:
                wrong.append(repr(e))
                continue
            seen.add((result, verdict))
            if (result, verdict) not in (("genuine", "admit"), ("no-anchor", "refer")):
                wrong.append((result, verdict))

    imports.unlink()
    node.send_signal(signal.SIGTERM)
    node.wait(30)
    shutil.rmtree(work / "IR/trust/acts")
    (work / "IR/trust/seen").unlink(missing_ok=True)
    node = subprocess.Popen([SERAI, "serve", "--quiet", work / "IR"], stdout=subprocess.PIPE, stderr=log, text=True,
                            env={**os.environ, "SERAI_DATA": str(SOURCE)})
    url = node.stdout.readline().strip()
    for m in ("KZ", "TR", "UZ", "PK"):
        send(m, "IR")
    ok(within(60, "all four", lambda: check()[0] == "genuine"), "four voices again", check()[0:2])
    sha = [e["sha256"] for e in json.loads(serai("trust", "bloc", "--node", work / "KZ", "--json")[1])["entries"]
           if e["purpose"] == "visible seals"]
    lanes = [threading.Thread(target=lane) for _ in range(4)]
    for t in lanes:
        t.start()
    for _ in range(4):
        must("KZ", "withdraw", "--yes", "--reason", "specimen", *sha)
        send("KZ", "IR")
        within(60, "withdrawn", lambda: get("v1/trust?state=KZ")["list"] and check()[0] == "no-anchor")
        must("KZ", "propose", "--yes", work / "KZ/signer.der")
        send("KZ", "IR")
        within(60, "back", lambda: check()[0] == "genuine")
    stop.set()
    for t in lanes:
        t.join()
    ok(not wrong and len(seen) == 2, "no check sees half of a change", seen, wrong[:5])
finally:
    node.send_signal(signal.SIGTERM)
    code = node.wait(30)
ok(code == 0, "stopped as asked", code, (work / "log").read_text()[-2000:])
shutil.rmtree(work)
done()
