#!/usr/bin/env python3
"""A traveller's way: what is needed, the lane's receipt, stays and what was missed, a complaint and its appeal."""
import datetime
import json
import os
import pathlib
import re
import shutil
import signal
import sqlite3
import subprocess
import tempfile
import time
import urllib.error
import urllib.request

from tap import SERAI, SOURCE, done, ok, on_paper, pdf_text, serai

work = pathlib.Path(tempfile.mkdtemp(prefix="serai-travel-"))
ENV = {"SERAI_DATA": str(SOURCE)}
ir, kz = work / "ir", work / "ir/desks/kz"
ECO = SOURCE / "agreements/eco.agreement"
LINES = "P<KAZSPECIMEN<<AIGERIM<<<<<<<<<<<<<<<<<<<<<<\nN123456785KAZ9005145F3105135<<<<<<<<<<<<<<<2"
SECRET = "SPECIMEN text of a complaint, تأخیر شش ساعت"
today = datetime.datetime.now(datetime.timezone.utc).date()


def run(*args, stdin=None):
    return serai(*args, env=ENV, stdin=stdin)


def day(n):
    return (today + datetime.timedelta(days=n)).isoformat()


# ---- what is needed ----
code, out, err = run("need", "--agreement", ECO, "--nationality", "PK", "--purpose", "pilgrimage", "--route", "IR,2027-03-01,2027-03-20,air", "--json")
leg = json.loads(out)["legs"][0] if code == 0 else {}
ok(code == 0 and leg["ways"][0]["permission"] is None and leg["ways"][0]["days"] == 30 and leg["ways"][0]["enough"], "a pilgrim needs no visa", code, out[:300], err)
ok(any(d["what"].startswith("register") and d["within_days"] == 10 for d in leg["ways"][0]["duties"]), "and registers within ten days", leg)
code, out, err = run("need", "--agreement", ECO, "--nationality", "PK", "--route", "IR,2027-03-01", "--json")
ok(code == 3 and "travel.purpose" in json.loads(out)["legs"][0]["missing"], "what was not said and decides is named", code, out[:300])
code, out, err = run("need", "--agreement", ECO, "--nationality", "DE", "--purpose", "tourism", "--route", "TM,2027-03-01,,air")
ok(code == 1 and "an officer decides" in out, "where no article admits, an officer decides", code, out[:300])
code, out, err = run("need", "--agreement", ECO, "--nationality", "TR", "--purpose", "tourism", "--stays", "none", "--json",
                     "--route", "IR,2027-03-01,2027-03-20,air;TM,2027-03-21,2027-03-25,air;IR,2027-03-26,2027-04-20,air")
legs = json.loads(out)["legs"]
ok(legs[2]["ways"][0]["days"] == 10 and legs[2]["ways"][0]["enough"] is False, "an earlier leg of the journey counts", legs[2]["ways"][0])
code, out, err = run("need", "--agreement", ECO, "--nationality", "PK", "--purpose", "tourism", "--route", "IR,2027-03-01,,road", "--licence", "PK,LTV", "--age", "40", "--json")
ways = json.loads(out)["legs"][0]["licence"][0]["ways"]
ok(len(ways) == 2 and {t["fact"] for w in ways for t in w["things"]} >= {"licence.permit", "licence.translation"}, "a permit or a translation", ways)


def way(kind, *args):
    code, out, err = run("need", "--agreement", ECO, "--nationality", "PK", "--route", "IR,2027-03-01,2027-05-20,air", "--json", *args)
    return next((w["application"] for w in json.loads(out)["legs"][0]["ways"] if w["permission"] == kind), err)


got = way("work permit", "--purpose", "work", "--language", "fa")
ok(got["fee"] == {"amount": "120.50", "currency": "USD", "missing": []} and "application_fee" not in got, "one amount, from the agreement's table", got)
ok([f["title"] for f in got["files"] if not f["optional"]] == ["قرارداد کار"] and any(i["name"] == "employer" for i in got["asks"]), "what is handed in", got)
ok(got["consulted"] == [{"member": "PK", "days": 10, "silence": "no objection"}] and got["consulted_days"] == 10 and got["officers"] == 2, "who is consulted, and how long", got)
ok(got["page"] == "/apply.html?kind=work%20permit&purpose=work" and got["article"] == "20", "where to apply, and by which article", got)
got = way("eco visa", "--purpose", "tourism")
ok(got["fee"] == {"amount": None, "currency": None, "missing": ["traveller.age"]}, "a fee that turns on what was not said is not guessed", got)
ok(way("eco visa", "--purpose", "tourism", "--age", "17")["fee"]["amount"] == "30", "said, it is known")
got = way("eco visa", "--purpose", "treatment")
ok(got["fee"] == {"amount": "0", "currency": None, "missing": []} and got["consulted_days"] is None, "free, and nobody is consulted", got)
got = way("eco visa", "--purpose", "work")
ok(got["fee"]["amount"] == "80" and got["page"] is None and got["officers"] is None, "where the agreement has no application, no line of it", got)
ok(way(None, "--purpose", "pilgrimage", "--document", "passport") is None, "who needs no permission is told nothing of one")
code, out, err = run("need", "--agreement", ECO, "--nationality", "PK", "--purpose", "work", "--route", "IR,2027-03-01,2027-03-20,air")
ok("120.50 USD" in out and "Contract of employment" in out and "up to 10 days: Pakistan (PK)" in out and
   "/apply.html?kind=work%20permit&purpose=work" in out, "the same in words", out)

for bad in (["--route", "IR"], ["--route", "IR,2027-13-01"], ["--route", "Iran,2027-03-01"], ["--route", "IR,2027-03-02,2027-03-01"], ["--route", ";" * 40],
            ["--stays", "never", "--route", "IR,2027-03-01"], ["--age", "old", "--route", "IR,2027-03-01"], ["--licence", "PK,<B>", "--route", "IR,2027-03-01"]):
    code, out, err = run("need", "--agreement", ECO, "--nationality", "PK", *bad)
    ok(code == 2 and err, f"usage: {' '.join(bad)[:40]}", code, err)
code, out, err = run("need", "--agreement", ECO, "--nationality", "PK", "--purpose", "pilgrimage", "--route", "IR,2027-03-01,2027-03-20,air", "--language", "fa", "--pdf", work / "need.pdf")
ok(code == 0 and (work / "need.pdf").read_bytes().startswith(b"%PDF") and "همراه" in out, "on paper, in Persian", code, err)
said = pdf_text(work / "need.pdf")
ok("همراه" in said and re.search("1 ?از", said) and len(said) > 500, "the paper says it, sheet by sheet", said[:200])

# ---- a node with a desk of another member ----
code, out, err = run("init", "--specimen", "--sign-in", "off", "--member", "IR", "--desks", "KZ", "--listen", "127.0.0.1:0", ir)
ok(code == 0, "a node", err)
(work / "lines.txt").write_text(LINES + "\n")
check = ["--purpose", "tourism", "--mode", "air", "--examined", "--json"]


def at(n, hour=8):
    return f"{day(n)}T{hour:02}:00:00Z"


for node, name, n, movement in ((kz, "kz-in", -60, "entry"), (kz, "kz-out", -51, "exit"), (ir, "ir-in-1", -25, "entry"), (ir, "ir-in-2", -5, "entry")):
    code, out, err = run("check", "--node", node, *check, "--movement", movement, "--id", name, "--at", at(n), work / "lines.txt")
    ok(code in (0, 1), f"{name}: {movement}", code, out[:300], err)
answer = json.loads(out)
code, out, err = run("stays", "overdue", "--node", ir, "--within", "30", "--json")
over = json.loads(out)["stays"]
ok(code == 1 and len(over) == 1 and over[0]["exit_missing"] and re.fullmatch("[0-9a-f]{64}", over[0]["traveller"]), "inside, and an exit is missing", code, out, err)
ok("N12345678" not in out and "SPECIMEN" not in out, "told by keyed hash alone", out)

# ---- the lane's receipt ----
(work / "receipt.txt").write_text(answer["receipt"])
code, vkey, err = run("trust", "key", "--node", ir)
vkey = vkey.strip()
ok(code == 0 and "+" in vkey, "the key that verifies receipts", vkey, err)
code, out, err = run("receipt", "verify", "--key", vkey, "--code", answer["code"], work / "receipt.txt")
ok(code == 0 and "genuine" in out, "the code is of this receipt", code, out, err)
code, out, err = run("receipt", "verify", "--key", vkey, "--code", answer["code"].lower().replace("-", " "), work / "receipt.txt")
ok(code == 0, "as people write it", code, out, err)
code, out, err = run("receipt", "verify", "--key", vkey, "--code", "AAAA-BBBB-CCCC-DDDD", work / "receipt.txt")
ok(code == 1 and "another check" in out, "another code is not", code, out, err)
(work / "altered.txt").write_text(answer["receipt"].replace("verdict admit", "verdict refer", 1) if "verdict admit" in answer["receipt"] else answer["receipt"].replace("verdict refer", "verdict admit", 1))
code, out, err = run("receipt", "verify", "--key", vkey, work / "altered.txt")
ok(code == 1, "an altered receipt is forged", code, out, err)
for name in ("r.pdf", "r.png", "r.html"):
    code, out, err = run("receipt", "print", "--key", vkey, "--url", "https://border.example", "--language", "fa", "--out", work / name, work / "receipt.txt")
    ok(code == 0 and (work / name).stat().st_size > 500, f"printed: {name}", code, err)
said = pdf_text(work / "r.pdf")
ok(answer["code"] in said and "رسید" in said and "SPECIMEN" in said, "the strip says it, and that it is for trials", said)
html = (work / "r.html").read_text()
ok('dir="rtl"' in html and answer["code"] in html and f"https://border.example/complaints.html#{answer['code']}" in html, "with the link to complain", html[:500])
ok("SPECIMEN" not in html.replace("ir.specimen", "") and "N1234" not in html, "and nothing of the traveller")
serai("receipt", "print", "--key", vkey, "--url", "https://border.example", "--language", "fa", "--out", work / "ru.html", work / "receipt.txt", env={**ENV, "LANG": "C.UTF-8", "LANGUAGE": "ru"})
ok((work / "ru.html").read_text() == html, "the same, whatever the officer's terminal speaks")
code, out, err = run("receipt", "print", "--key", vkey, "--out", work / "x.pdf", work / "altered.txt")
ok(code == 1 and not (work / "x.pdf").exists(), "an altered one is not printed", code, err)

# ---- the node runs ----
with open(ir / "node.conf", "a") as f:
    f.write("complaint-offices = border-office customs\nappeal-offices = ombudsman border-office\ncomplaint-answer-days = 20\n")
serving = subprocess.Popen([SERAI, "serve", ir], stdout=subprocess.PIPE, stderr=open(work / "stderr", "w"), text=True, env={**os.environ, **ENV})
base = serving.stdout.readline().strip().rstrip("/")


def call(method, path, body=None):
    data = json.dumps(body).encode() if body is not None else None
    request = urllib.request.Request(base + path, data, {"Content-Type": "application/json"} if data else {}, method=method)
    try:
        with urllib.request.urlopen(request, timeout=60) as r:
            return r.status, json.loads(r.read())
    except urllib.error.HTTPError as e:
        return e.code, json.loads(e.read())


try:
    # ---- stays: what was missed, and other members ----
    who = {"issuer": "KZ", "number": "n-123456 78", "office": "border-office", "purpose": "stay-count"}
    status, got = call("POST", "/v1/stays", who)
    ok(status == 200 and len(got["stays"]) == 2 and got["stays"][0]["exit_missing"], "the bearer of a document, as an officer gives it", status, got)
    before = got["standing"]
    status, got = call("POST", "/v1/movements", {"id": "fix-1", "movement": "exit", "issuer": "KAZ", "number": "N12345678", "day": day(-20), "office": "border-office", "reason": "exit-lane-down"})
    ok(status == 200 and not got["stays"][0]["exit_missing"] and got["stays"][0]["to"] == day(-20), "a missed exit is put right", status, got)
    status, got = call("POST", "/v1/movements", {"id": "fix-2", "movement": "exit", "issuer": "KZ", "number": "N12345678", "day": day(-22), "office": "border-office", "reason": "exit-lane-down"})
    ok(status == 409 and got["error"]["reason"] == "no-gap", "where nothing is missing, nothing is put right", status, got)
    status, got = call("POST", "/v1/movements", {"id": "fix-3", "movement": "entry", "issuer": "KZ", "number": "N12345678"})
    ok(status == 400, "an entry is recorded by a check alone", status, got)
    status, alone = call("POST", "/v1/stays", who)
    ok(alone["repairs"] == [{**alone["repairs"][0], "office": "border-office", "reason": "exit-lane-down"}] and alone["standing"]["left"] > before["left"], "who and why is kept; the days are counted again", alone["standing"], before)
    status, asked = call("POST", "/v1/stays", {**who, "ask": True, "role": "border-office"})
    theirs = {e["member"]: e for e in asked["elsewhere"]}
    ok(status == 200 and theirs["KZ"]["state"] == "answered" and theirs["KZ"]["stays"] == [{"from": day(-60), "to": day(-51), "exit_missing": False, "entry_missing": False}],
       "another member says its days of entry and exit", status, theirs.get("KZ"))
    ok(asked["counts_elsewhere"] and asked["standing"]["left"] == alone["standing"]["left"] - 10 and asked["undetermined"], "its ten days count; who did not answer leaves it undetermined",
       asked["standing"], alone["standing"])
    status, got = call("POST", "/v1/stays", {**who, "ask": True, "purpose": "curiosity"})
    ok(status == 403 and got["error"]["reason"] == "not-agreed", "for no other purpose", status, got)
    status, got = call("POST", "/v1/stays", {k: v for k, v in who.items() if k != "office"})
    ok(status == 400, "no office, no look", status, got)
    status, got = call("GET", "/v1/cases?kind=stays%20look-up")
    ok(len(got["cases"]) == 4 and [c["purpose"] for c in got["cases"]] == ["curiosity"] + 3 * ["stay-count"], "each look-up left an entry", status, got)
    code, out, err = run("stays", "overdue", "--node", ir, "--within", "30", "--json")
    ok(code == 1 and len(json.loads(out)["stays"]) == 1, "who is about to be over; also while the node runs", code, out, err)
    status, got = call("POST", "/v1/movements", {"id": "lane-9-1", "movement": "exit", "issuer": "KZ", "number": "N12345678"})
    ok(status == 200 and got["stays"][-1]["to"] == day(0), "an exit lane records the exit", status, got)
    code, out, err = run("stays", "overdue", "--node", ir, "--within", "3650", "--all", "--json")
    ok(code == 0 and json.loads(out)["stays"] == [], "nobody is inside any more", code, out, err)

    status, got = call("POST", "/v1/movements", {"id": "lane-9-1", "movement": "exit", "issuer": "KZ", "number": "N12345678"})
    ok(status == 200 and len(got["stays"]) == 2, "sent again without a time it is the same exit", status, got)
    time.sleep(1.1)  # the node's clock has seconds
    status, got = call("POST", "/v1/movements", {"id": "lane-9-1", "movement": "exit", "issuer": "KZ", "number": "N12345678"})
    ok(status == 200 and len(got["stays"]) == 2, "also at another second", status, got)
    status, got = call("POST", "/v1/movements", {"id": "lane-9-1", "movement": "exit", "issuer": "KZ", "number": "N87654321"})
    ok(status == 409, "its id is of no other movement", status, got)

    # ---- checks that a lane sends late ----
    def digit(text):
        return str(sum(int(c, 36) * w for c, w in zip(text.replace("<", "0"), (7, 3, 1) * len(text))) % 10)

    def bearer(number):
        first, rest = LINES.split("\n")
        body = number + digit(number) + rest[10:43]
        return first + "\n" + body + digit(body[:10] + body[13:20] + body[21:43])

    other = {"issuer": "KZ", "number": "N87654321", "office": "border-office", "purpose": "stay-count"}
    stays_of = lambda: call("POST", "/v1/stays", other)[1]["stays"]
    late = {"travel": {"purpose": "tourism", "mode": "air"}, "document_examined": True, "movement": "entry", "evidence": [{"kind": "mrz", "text": bearer("N87654321")}]}
    status, got = call("POST", "/v1/check", {**late, "id": "late-1", "asked": at(-2)})
    ok(status == 200 and got["verdict"] == "admit" and stays_of() == [], "a verdict that comes late lets nobody in", status, got, stays_of())
    status, got = call("POST", "/v1/check", {**late, "id": "late-2", "asked": at(-2), "officer_admits": True})
    ok(status == 200 and [(s["from"], s["to"]) for s in stays_of()] == [(day(-2), None)], "what the officer decided is recorded, when it was decided", status, got, stays_of())
    for what, more in (("as it was", {"asked": at(-2)}), ("at another time", {"asked": at(-1)}), ("without a time", {})):
        status, got = call("POST", "/v1/check", {**late, "id": "late-2", "officer_admits": True, **more})
        ok(status == 200 and got["repeated"] and len(stays_of()) == 1, f"sent again {what}, it is one record", status, got, stays_of())
    status, got = call("POST", "/v1/check", {**late, "id": "late-2", "asked": at(-2)})
    ok(status == 409, "another decision under its id is refused", status, got)
    status, got = call("POST", "/v1/check", {**late, "id": "late-3", "movement": "exit", "asked": at(-1)})
    ok(status == 200 and stays_of()[0]["to"] is None, "nor does a late check let anybody out", status, got, stays_of())
    status, got = call("POST", "/v1/check", {**late, "id": "late-4", "movement": "exit", "asked": at(-1), "officer_admits": True})
    ok(status == 200 and [(s["from"], s["to"]) for s in stays_of()] == [(day(-2), day(-1))], "but an officer", status, got, stays_of())
    for what, asked_at in (("eight days ago", at(-8)), ("no time", "yesterday"), ("not even text", 17), ("before all time", "1969-12-31T00:00:00Z")):
        ok(call("POST", "/v1/check", {**late, "id": "late-5", "asked": asked_at})[0] == 400, f"asked {what}: refused")
    status, got = call("POST", "/v1/check", {**late, "id": "late-6", "asked": at(2), "officer_admits": True})
    ok(status == 200 and stays_of()[-1]["from"] == day(0), "of a clock that runs ahead: now", status, got, stays_of())

    # ---- a complaint ----
    complaint = {"id": "0123456789abcdef0123", "code": answer["code"].lower(), "subject": "delay", "text": SECRET, "contact": "specimen@example.org", "language": "fa"}
    status, filed = call("POST", "/v1/complaints", complaint)
    ok(status == 201 and filed["complaint"]["state"] == "received" and filed["complaint"]["due"], "filed by the code of the receipt", status, filed)
    status, again = call("POST", "/v1/complaints", complaint)
    ok(status == 200 and again["follow"] == filed["follow"] and again["repeated"], "sent again: the same complaint", status, again)
    ok(call("POST", "/v1/complaints", {**complaint, "text": "other"})[0] == 409, "another one under its id: refused")
    ok(call("POST", "/v1/complaints", {**complaint, "id": "0123456789abcdef9999", "code": "ZZZZ-ZZZZ-ZZZZ-ZZZZ"})[0] == 404, "no check, no complaint")
    status, got = call("POST", "/v1/complaints", {**complaint, "id": "0123456789abcdef8888", "text": "x" * 4001})
    ok(status == 413, "a text has its limit", status, got)
    ok(call("POST", "/v1/complaints", {**complaint, "id": "0123456789abcdef7777", "text": "ش" * 4000})[0] == 201, "of characters, in any script")
    wrong = ("B" if filed["follow"][0] == "A" else "A") + filed["follow"][1:]
    ok(call("POST", "/v1/complaints/follow", {"follow": wrong})[0] == 404 and call("POST", "/v1/complaints/follow", {"follow": answer["code"]})[0] == 404, "a wrong code finds nothing")
    status, got = call("POST", "/v1/complaints/follow", {"follow": filed["follow"]})
    ok(status == 200 and got["text"] == SECRET and "contact" not in got, "its traveller follows it", status, got)
    ref = filed["complaint"]["reference"]
    act = lambda step, office, **more: call("POST", "/v1/complaints/step", {"reference": ref, "step": step, "office": office, **more})
    status, got = call("GET", "/v1/complaints")
    ok(status == 200 and any(c["reference"] == ref for c in got["complaints"]) and "SPECIMEN text" not in json.dumps(got), "listed without its text", status)
    ok(act("read", "border-office")[1]["contact"] == "specimen@example.org", "an office reads it by name")
    ok(act("answer", "post-office", outcome="upheld", text="x")[0] == 403, "an office that may not answer")
    ok(act("acknowledge", "border-office")[1]["state"] == "acknowledged", "acknowledged")
    status, got = act("answer", "border-office", outcome="not-upheld", text="SPECIMEN answer")
    ok(status == 200 and got["state"] == "answered" and got["appeal_until"], "answered", status, got)
    ok(act("answer", "customs", outcome="upheld", text="x")[0] == 409, "after the end nobody answers")
    status, got = call("POST", "/v1/complaints/appeal", {"follow": filed["follow"], "text": "SPECIMEN appeal"})
    ok(status == 200 and got["state"] == "appealed", "appealed", status, got)
    status, got = act("decide", "border-office", outcome="not-upheld", text="x")
    ok(status == 403 and got["error"]["reason"] == "same-office", "not decided by who answered, though it may decide others", status, got)
    ok(act("decide", "customs", outcome="upheld", text="x")[1]["error"]["reason"] == "office", "nor by who decides nothing")
    status, got = act("decide", "ombudsman", outcome="upheld", text="SPECIMEN decision")
    ok(status == 200 and got["decided_by"] == "ombudsman", "decided by another office", status, got)
    papers = (["follow", "--follow", filed["follow"], "--language", "en"], ["show", ref, "--office", "ombudsman"])
    for i, paper in enumerate(papers):
        code, out, err = run("complaint", paper[0], "--url", base, *paper[1:], "--pdf", work / f"c{i}.pdf")
        said = pdf_text(work / f"c{i}.pdf") if code == 0 else ""
        ok(code == 0 and all(x in said for x in (ref, "SPECIMEN answer", "SPECIMEN appeal", "SPECIMEN decision", "ombudsman")), f"on paper: {paper[0]}", code, err, said)
        ok("specimen@example" not in said and filed["follow"] not in said, "without contact and code", said)
        ok(("Complaint and what became of it" in said) == (i == 0) and ("شکایت" in said) == (i == 1), "in the language asked for, or that of the complaint", said)
    status, kind, said = on_paper(base + "/v1/complaints/follow?language=en", {"follow": filed["follow"]})
    ok(status == 200 and kind == "application/pdf" and "Complaint and what became of it" in said and all(x in said for x in (ref, "SPECIMEN answer", "SPECIMEN decision")), "the node prints the same", status, kind, said)
    ok("specimen@example" not in said and filed["follow"] not in said, "also without contact and code", said)
    status, kind, said = on_paper(base + "/v1/complaints/follow?language=../../etc/passwd", {"follow": filed["follow"]})
    ok(status == 200 and "Complaint and what became of it" in said, "a language that is none is English, and names no file", status, kind, said)
    status, kind, said = on_paper(base + "/v1/complaints/follow", {"follow": filed["follow"]})
    ok(status == 200 and "شکایت" in said, "in the complaint's language when none is asked for", status, kind, said)
    status, kind, said = on_paper(base + "/v1/complaints/follow", {"follow": "A" * len(filed["follow"])})
    ok(status in (400, 404) and kind == "application/json" and "error" in json.loads(said), "no paper of a code that is none", status, kind, said)
    ok((work / "c0.pdf").stat().st_mode & 0o777 == 0o600, "for its owner's eyes")
    code, out, err = run("complaint", "follow", "--url", base, "--follow", filed["follow"], "--pdf", work / "none/c.pdf")
    ok(code == 2 and "c.pdf" in err, "where nothing can be written it is said", code, err)
    code, out, err = run("complaint", "close", "--url", base, ref, "--office", "ombudsman", "--json")
    ok(code == 0 and json.loads(out)["state"] == "closed", "closed, on the command line", code, out, err)
    code, out, err = run("complaint", "list", "--node", ir, "--json")
    ok(code == 0 and len(json.loads(out)["complaints"]) == 2, "nothing is late", code, out, err)
    code, out, err = run("complaint", "list", "--node", ir, "--within", "5", "--json")
    ok([c["reference"] != ref for c in json.loads(out)["complaints"]] == [True], "what is due soon", code, out, err)
    status, got = call("GET", "/v1/complaints/statistics")
    ok(status == 200 and got["filed"] == 2 and got["upheld"] is None and got["by_subject"]["delay"] is None, "figures tell no few apart", status, got)
    metrics = urllib.request.urlopen(base + "/metrics", timeout=60).read().decode()
    ok("serai_complaints_late 0" in metrics, "lateness is watched")
    status, got = call("GET", "/v1/need?nationality=PK&purpose=pilgrimage&route=IR,2027-03-01,2027-03-20,air&document=passport")
    ok(status == 200 and got["legs"][0]["outcome"] == "way", "what is needed, over HTTP", status)
    need = base + "/v1/need?nationality=PK&purpose=pilgrimage&route=IR,2027-03-01,2027-03-20,air&document=passport&language="
    for language, words in (("en", "What do I need?"), ("fa", "همراه")):
        status, kind, said = on_paper(need + language)
        ok(status == 200 and kind == "application/pdf" and words in said, f"the same on paper: {language}", status, kind, said[:300])
    for accept in ("*/*", "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8", "application/pdf;q=0", "application/pdf, application/json", "application/pdfx"):
        ok(on_paper(need + "en", accept=accept)[1] == "application/json", f"who does not ask for paper alone has JSON: {accept}")
    ok(on_paper(base + "/v1/complaints/statistics")[1] == "application/json", "nor is there paper of everything")
    status, kind, said = on_paper(base + "/v1/need?nationality=PK")
    ok(status == 400 and kind == "application/json", "a refusal is no paper", status, kind, said)
    status, got = call("GET", "/v1/need?nationality=PK&purpose=work&route=IR,2027-03-01,,air&permission=")
    page = next(w["application"]["page"] for w in got["legs"][0]["ways"] if w["permission"] == "work permit")
    ok(urllib.request.urlopen(base + page, timeout=60).status == 200, "the page to apply at is there", page)
    ok(call("GET", "/v1/need?nationality=PK")[0] == 400 and call("GET", "/v1/need?name=SPECIMEN")[0] == 400, "what is not asked for is not taken")
finally:
    serving.send_signal(signal.SIGTERM)
    serving.wait(30)

log = (work / "stderr").read_text() + serving.stdout.read()
for word in ("SPECIMEN text", "specimen@example", filed["follow"], answer["code"], "pilgrimage", "N12345678", "123456 78"):
    ok(word not in log, f"not in the log: {word[:16]}", log[:500])
raw = b"".join(p.read_bytes() for p in ir.glob("store.db*"))
for word in ("SPECIMEN text", "specimen@example", filed["follow"], "N12345678"):
    ok(word.encode() not in raw, f"not in the store: {word[:16]}")

# ---- a term that passes, and the end ----
with sqlite3.connect(ir / "store.db") as db:
    db.execute("UPDATE complaints SET due = 1000 WHERE state = 'received'")
code, out, err = run("complaint", "list", "--node", ir, "--late", "--json")
late = json.loads(out)["complaints"]
ok(code == 1 and len(late) == 1 and late[0]["late"] and late[0]["may_appeal"], "a term that passed is told, and may be appealed", code, out, err)
with sqlite3.connect(ir / "store.db") as db:
    db.execute("UPDATE complaints SET last = 1000 WHERE state = 'closed'")
code, out, err = run("complaint", "tidy", "--node", ir, "--json")
ok(code == 0 and json.loads(out)["erased"] == 1, "erased at the end", code, out, err)
code, out, err = run("complaint", "follow", "--node", ir, "--follow", filed["follow"], "--json")
gone = json.loads(out)
ok(code == 0 and gone["erased"] and gone["text"] is None and all(e["text"] is None for e in gone["events"]), "no text is left", code, out, err)
code, out, err = run("complaint", "file", "--node", ir, "--code", answer["code"], "--text", "SPECIMEN at a desk", "--language", "ur", "--pdf", work / "f.pdf", "--json")
made, said = (json.loads(out), pdf_text(work / "f.pdf")) if code == 0 else ({}, "")
ok(code == 0 and made["follow"] in said and made["complaint"]["reference"] in said and "SPECIMEN at a desk" in said, "received, with the code, on paper", code, err, said)
code, out, err = run("complaint", "tidy", "--node", ir, "--pdf", work / "t.pdf")
ok(code == 2 and "no complaint" in err and not (work / "t.pdf").exists(), "what is no complaint is not printed", code, out, err)
shutil.rmtree(work)
done()
