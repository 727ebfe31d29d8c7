#!/usr/bin/env python3
"""A permission from application to revocation: applied for in KZ, IR consulted, two officers, issued, admitted at IR's lane, revoked, referred."""
import base64
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request

from tap import SERAI, SOURCE, done, ok, on_paper, pdf_text, serai, until

MEMBERS = ("KZ", "IR")
work = pathlib.Path(tempfile.mkdtemp(prefix="serai-permission-"))
running = []


def check_digit(s):
    weights = (7, 3, 1)
    return str(sum((0 if c == "<" else int(c) if c.isdigit() else ord(c) - 55) * weights[i % 3] for i, c in enumerate(s)) % 10)


def passport(number, state, name, birth="880303", sex="M", expiry="351231"):
    number = number.ljust(9, "<")
    line = number + check_digit(number) + state + birth + check_digit(birth) + sex + expiry + check_digit(expiry) + "<" * 15
    return f"P<{state}{name}".ljust(44, "<") + "\n" + line + check_digit(line[:10] + line[13:20] + line[21:43])


def must(*args):
    code, out, err = serai(*args)
    if code:
        ok(False, " ".join(map(str, args)), code, out, err)
    return out


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def start(name):
    p = subprocess.Popen([SERAI, "serve", "--quiet", work / name], stdout=subprocess.PIPE, stderr=open(work / f"{name}.err", "a"),
                         text=True, env={**os.environ, "SERAI_DATA": str(SOURCE)})
    running.append(p)
    return p, p.stdout.readline().strip().rstrip("/")


def stop(p):
    p.send_signal(signal.SIGTERM)
    return p.wait(30)


def call(url, body=None):
    data = json.dumps(body).encode() if body is not None else None
    request = urllib.request.Request(url, data, {"Content-Type": "application/json"} if data else {})
    try:
        with urllib.request.urlopen(request, timeout=60) as r:
            return r.status, json.loads(r.read())
    except urllib.error.HTTPError as e:
        return e.code, json.loads(e.read())


def reason(answer):
    return answer[0], answer[1].get("error", {}).get("reason")


def check(url, lines, seal, **more):
    got = call(url + "/v1/check", {"travel": {"purpose": "tourism", "mode": "air"}, "document_examined": True,
                                   "evidence": [{"kind": "mrz", "text": lines},
                                                {"kind": "seal", "base64": base64.b64encode(seal).decode()}], **more})[1]
    return got if "verdict" in got else {"verdict": "none", "evidence": [{}, {}], **got}


agreement = work / "agreement"
# A national of UZ applies in KZ for a visa that is used in IR; here IR is consulted about tourists.
text = (SOURCE / "agreements/eco.agreement").read_text().replace("witnessed when 6", "witnessed when 1")
text = re.sub(r"(permission eco visa for tourism\n(?:  .*\n)*?)  consult home within 5 days, silence is no objection",
              r"\1  consult IR within 5 days, silence is no objection", text)
agreement.write_text(text)
ok("consult IR within 5 days" in text, "the agreement of this test consults IR")
LINES = passport("U12345678", "UZB", "SPECIMEN<<TIMUR")
try:
    address = {}
    for m in MEMBERS:
        at = f"127.0.0.1:{free_port()}"
        address[m] = f"https://{at}"
        must("init", "--specimen", "--sign-in", "off", "--member", m, "--agreement", agreement, "--listen", "127.0.0.1:0", "--peer-listen", at,
             "--peer-address", address[m], work / m)
    fingerprint = {m: re.search(r"((?:[0-9a-f]{4} ){15}[0-9a-f]{4})", must("trust", "member", "list", "--node", work / m)).group(1)
                   for m in MEMBERS}
    everything = []
    for m in MEMBERS:
        must("trust", "acts", "--node", work / m, "--out", work / "one.acts")
        everything.append((work / "one.acts").read_text().rstrip("\n") + "\n")
    (work / "all.acts").write_text("\n".join(everything))
    for m in MEMBERS:
        must("join", "--node", work / m, "--agreement", agreement, "--from", work / "all.acts", "--out", work / "out",
             *(x for o in MEMBERS if o != m for x in ("--fingerprint", fingerprint[o])))
    must("trust", "import", "--node", work / "IR", work / "KZ/country.der", work / "KZ/signer.der")
    with open(work / "KZ/node.conf", "a") as f:
        f.write("visa-officers = a.officer b.officer c.officer\n")
    kz, ir = start("KZ"), start("IR")
    at_kz, at_ir = kz[1], ir[1]

    # What can be applied for, and what is missing.
    status, kinds = call(at_kz + "/v1/permissions?language=fa")
    tourism = next(k for k in kinds["permissions"] if "tourism" in k["purposes"])
    ok(status == 200 and tourism["fee"] == {"amount": None, "currency": None, "missing": ["traveller.age"]} and "روادید" in tourism["title"], "what can be applied for, in Persian", tourism)
    whole = {"id": "specimen-applicant-1", "purpose": "tourism", "kind": "eco visa", "passport": LINES, "from": "2026-12-01", "until": "2027-03-01",
             "entries": 2, "stay": 20, "contact": "specimen@example.org", "payment": "SPECIMEN-1",
             "answers": {"place of stay": "SPECIMEN hotel", "days of stay": "20"}, "submit": True}
    status, answer = call(at_kz + "/v1/applications", {**whole, "answers": {}, "stay": 31})
    ok(status == 422 and {(f["field"], f["code"]) for f in answer["faults"]} ==
       {("stay", "too-long"), ("answers.place of stay", "missing"), ("answers.days of stay", "missing")} and answer["faults"][0]["article"] == "20",
       "what is missing is named by field and article", answer)
    status, answer = call(at_kz + "/v1/applications", {**whole, "payment": ""})
    ok(status == 422 and [(f["field"], f["text"]) for f in answer["faults"]] == [("payment", "The reference of the payment of 60 USD is missing.")],
       "a grown-up pays what the table of the agreement says", answer)
    ok(call(at_kz + "/v1/applications")[1]["applications"] == [], "and nothing is recorded")

    # Applied for; the answer was lost, and the same comes again.
    status, first = call(at_kz + "/v1/applications", whole)
    status, again = call(at_kz + "/v1/applications", whole)
    ok(status == 200 and again["repeated"] and again["secret"] == first["secret"], "the same application again is one, with the same code", again)
    ok(first["application"]["fee"] == {"amount": "60", "currency": "USD", "missing": []}, "and is told so with the application", first["application"]["fee"])
    reference, secret = first["application"]["reference"], first["secret"]
    ok(reason(call(at_kz + "/v1/applications", {**whole, "stay": 10})) == (409, "request-conflict"), "another one under its id is refused")
    ok(first["application"]["state"] == "consulting", "members are consulted", first["application"]["state"])
    follow = {"reference": reference, "secret": secret}
    ok(call(at_kz + "/v1/applications/follow", follow)[1]["application"]["state"] == "consulting", "the applicant follows it")
    ok(reason(call(at_kz + "/v1/applications/follow", {**follow, "secret": "A" * len(secret)})) == (404, "no-application") ==
       reason(call(at_kz + "/v1/applications/follow", {**follow, "reference": "KZAAAAAAAAAA"})), "and nobody without the code")
    seen = call(at_kz + "/v1/applications/follow", follow)[1]["application"]
    ok("consulted" not in seen and "decisions" not in seen and "who" not in json.dumps(seen["events"]), "who sees no opinion and no office", seen)

    # IR is asked, and answers.
    def show(officer="a.officer"):
        return call(at_kz + "/v1/applications/show", {"reference": reference, "officer": officer})[1]["application"]

    inbox = until(lambda: call(at_ir + "/v1/consultations")[1]["consultations"])
    ok(inbox and inbox[0]["member"] == "KZ" and inbox[0]["open"] and inbox[0]["article"] == "20", "IR has the question", inbox)
    asked = {"member": "KZ", "reference": inbox[0]["reference"], "officer": "consul.1"}
    about = call(at_ir + "/v1/consultations/show", asked)[1]["consultation"]
    ok(about["traveller"]["surname"] == "SPECIMEN" and about["stay"] == 20 and "contact" not in json.dumps(about), "and no more than it needs", about)
    decide = {"reference": reference, "revision": 1, "decision": "grant"}
    ok(reason(call(at_kz + "/v1/applications/decide", {**decide, "officer": "a.officer"})) == (409, "state"), "nothing is decided meanwhile")
    ok(reason(call(at_ir + "/v1/consultations/answer", {**asked, "opinion": "objection"})) == (400, "reason"), "an objection has a reason")
    ok(call(at_ir + "/v1/consultations/answer", {**asked, "opinion": "objection", "reason": "SPECIMEN: known under another name"})[0] == 200,
       "IR objects")
    ok(reason(call(at_ir + "/v1/consultations/answer", {**asked, "opinion": "no objection"})) == (409, "case-state"), "once")
    opinions = until(lambda: (o := show()["consulted"])[0]["opinion"] == "objection" and o)
    ok(opinions and opinions[0]["officer"] == "consul.1" and opinions[0]["objects"] and not opinions[0]["late"], "the objection arrives", opinions)
    ok(show()["state"] == "to decide", "and the application is to be decided")

    # Two officers.
    ok(reason(call(at_kz + "/v1/applications/decide", {**decide, "officer": "a.officer"})) == (409, "objection"), "to grant against an objection needs a reason")
    grant = {**decide, "reason": "SPECIMEN: another person, the birth dates differ"}
    ok(reason(call(at_kz + "/v1/applications/decide", {**grant, "officer": "x.officer"})) == (403, "officer"), "and an officer of the desk")
    for same in ("a.officer", "A.Officer", "a-officer", "aofficer"):
        status, got = call(at_kz + "/v1/applications/decide", {**grant, "officer": same})
        ok(status == 200 and got["application"]["state"] == "to decide", f"one person, written {same}, is one officer", status, got)
    ok(reason(call(at_kz + "/v1/applications/decide", {**grant, "officer": "b.officer", "revision": 2})) == (409, "changed"), "of the revision that is there")
    ok(reason(call(at_kz + "/v1/applications/issue", {"reference": reference, "officer": "a.officer"})) == (409, "state"), "nothing is issued before")
    status, got = call(at_kz + "/v1/applications/decide", {**grant, "officer": "b.officer"})
    ok(status == 200 and got["application"]["state"] == "granted", "a second officer grants", status, got)

    status, kind, said = on_paper(at_kz + "/v1/applications/follow?language=en", follow)
    ok(status == 200 and kind == "application/pdf" and "Answer to an application" in said and reference in said, "the applicant prints the answer", status, kind, said)
    status, kind, said = on_paper(at_kz + "/v1/applications/show?language=ru", {"reference": reference, "officer": "a.officer"})
    ok(status == 200 and "Ответ на заявление" in said and "officer" not in said and "birth dates" not in said, "the office prints it too, without officers and what was said among them", status, kind, said)
    status, kind, said = on_paper(at_kz + "/v1/applications/follow", {**follow, "secret": "wrong"})
    ok(status == 404 and kind == "application/json", "no paper without the secret", status, kind, said)

    # Issued, once.
    issue = {"reference": reference, "officer": "a.officer", "place": "SPECIMEN"}
    status, issued = call(at_kz + "/v1/applications/issue", issue)
    ok(status == 200 and base64.b64decode(issued["pdf"])[:5] == b"%PDF-" and base64.b64decode(issued["png"])[1:4] == b"PNG", "it is issued", status)
    status, again = call(at_kz + "/v1/applications/issue", issue)
    ok(status == 200 and again["seal"] == issued["seal"] and again["repeated"], "asked again it is the same seal")
    status, own = call(at_kz + "/v1/applications/own-file", {**follow, "name": "issued.pdf"})
    ok(status == 200 and own["data"] == issued["pdf"], "the applicant has it too", status)
    seal = base64.b64decode(issued["seal"])
    got = check(at_ir, LINES, seal)
    ok(got["verdict"] == "admit" and got["evidence"][1]["result"] == "genuine", "admitted at IR's lane", got)

    # Extended: the old one is superseded everywhere.
    extend = {"reference": reference, "officer": "a.officer", "second": "a-officer", "until": "2027-04-15", "form": "digital"}
    ok(reason(call(at_kz + "/v1/applications/extend", extend)) == (403, "officer"), "an extension needs two officers too")
    status, longer = call(at_kz + "/v1/applications/extend", {**extend, "second": "b.officer"})
    ok(status == 200 and longer["permission"] != issued["permission"] and longer["until"] == "2027-04-15", "extended", status, str(longer)[:300])
    again = call(at_kz + "/v1/applications/extend", {**extend, "second": "b.officer"})
    ok(again[1].get("seal") == longer["seal"], "asked again it is the same", again[0])
    ok(reason(call(at_kz + "/v1/applications/extend", {**extend, "second": "b.officer", "until": "2027-05-01"})) == (409, "extensions"),
       "as often as the agreement lets it")
    got = until(lambda: (c := check(at_ir, LINES, seal))["verdict"] == "refer" and c, 90)
    ok(got and got["evidence"][1]["result"] == "revoked" and "superseded" in json.dumps(got["evidence"][1]), "the old one is referred at IR after its sync",
       got or check(at_ir, LINES, seal))
    seal = base64.b64decode(longer["seal"])
    got = check(at_ir, LINES, seal)
    ok(got["verdict"] == "admit", "and the new one, a digital authorisation, is admitted", got)

    # Revoked.
    revoke = {"permission": longer["permission"], "officer": "a.officer", "class": "fraud", "reason": "SPECIMEN: the booking was false", "article": "20",
              "appeal": "SPECIMEN: to the court within 30 days"}
    ok(reason(call(at_kz + "/v1/permissions/revoke", {**revoke, "permission": "K00000000"})) == (404, "no-permission"), "only what was issued is revoked")
    ok(reason(call(at_kz + "/v1/permissions/revoke", {**revoke, "class": "disliked"})) == (400, "request"), "for a reason of the list")
    ok(reason(call(at_kz + "/v1/permissions/revoke", {k: v for k, v in revoke.items() if k != "appeal"})) == (400, "request"), "with a way to appeal")
    status, gone = call(at_kz + "/v1/permissions/revoke", revoke)
    ok(status == 200 and gone["class"] == "fraud", "revoked", status, gone)
    ok(call(at_kz + "/v1/permissions/revoke", revoke)[1]["repeated"], "once")
    ok(check(at_kz, LINES, seal)["evidence"][1]["result"] == "revoked", "KZ's lanes know at once")
    got = until(lambda: (c := check(at_ir, LINES, seal))["verdict"] == "refer" and c, 90)
    ok(got and got["evidence"][1]["result"] == "revoked" and "fraud" in json.dumps(got["evidence"][1]) and "since" in json.dumps(got["evidence"][1]),
       "IR's lanes after its sync: since when, and the class of reason", got or (work / "IR.err").read_text()[-800:])
    log = json.loads(serai("sync", "status", "--node", work / "IR", "--json")[1])
    ok(any("/permissions/all/" in x["origin"] for x in log["logs"]), "by KZ's log", [x["origin"] for x in log["logs"]])
    stop(ir[0])
    ir = start("IR")
    ok(check(ir[1], LINES, seal)["verdict"] == "refer", "also after a restart, and without a line")

    # What is left.
    events = [e["what"] for e in show()["events"]]
    ok(all(w in events for w in ("begun", "submitted", "consulted", "answered", "voted", "granted", "issued", "extended", "revoked", "looked at")),
       "every step stands in the application", events)
    figures = {s["what"]: s["n"] for s in call(at_kz + "/v1/permissions/statistics")[1]["statistics"]}
    ok(figures.get("submitted") == figures.get("granted") == figures.get("issued") == figures.get("revoked") == 1, "and is counted", figures)
    personal = [b"SPECIMEN", b"U12345678", b"example.org", b"TIMUR"]
    found = [f.name for f in (work / "KZ").rglob("*") if f.is_file() and f.name.startswith(("store.db", "log")) and f.suffix not in (".key",)
             for p in personal if p in f.read_bytes() and f.name != "log.key"]
    logs = [str(f) for f in (work / "KZ/logs").rglob("*") if f.is_file() for p in (b"U12345678", b"TIMUR", b"example.org") if p in f.read_bytes()]
    ok(not logs, "nothing personal stands in the logs", logs)

    # Declined, in another application, on the command line.
    (work / "second.json").write_text(json.dumps({**whole, "id": "specimen-applicant-2", "passport": passport("U87654321", "UZB", "SPECIMEN<<LOLA")}))
    stop(kz[0])
    code, out, err = serai("permission", "apply", "--node", work / "KZ", "--json", work / "second.json")
    second = json.loads(out)["application"]["reference"] if code == 0 else ""
    ok(code == 0, "applied for on the command line", code, out, err)
    later = time.strftime("%Y-%m-%dT12:00:00Z", time.gmtime(time.time() + 7 * 86400))
    code, out, err = serai("permission", "show", "--node", work / "KZ", "--reference", second, "--officer", "a.officer", "--at", later, "--json")
    view = json.loads(out)["application"] if code == 0 else {}
    ok(code == 0 and view["state"] == "to decide" and view["consulted"][0]["opinion"] == "silent: no objection",
       "silence counts as the agreement says", code, out[-400:], err)
    code, out, err = serai("permission", "decide", "--node", work / "KZ", "--reference", second, "--officer", "a.officer", "--decision", "decline",
                           "--revision", "1", "--at", later)
    ok(code == 2 and "says why" in err or "who declines" in err, "declining without a reason is refused", code, out, err)
    for officer, state in (("b.officer", "to decide"), ("c.officer", "declined")):
        code, out, err = serai("permission", "decide", "--node", work / "KZ", "--reference", second, "--officer", officer, "--decision", "decline",
                               "--revision", "1", "--reason", "SPECIMEN reason", "--article", "20", "--appeal", "SPECIMEN court", "--at", later)
        ok(code == 0 and f"state: {state}" in out, f"after {officer}: {state}", code, out, err)
    for language, words in (("en", ("Answer to an application", "Declined", "Reason", "How to appeal")), ("fa", ("پاسخ به درخواست", "پذیرفته نشد")), ("ru", ("Ответ на заявление",))):
        code, out, err = serai("permission", "show", "--node", work / "KZ", "--reference", second, "--officer", "a.officer", "--at", later,
                               "--pdf", work / f"{language}.pdf", "--language", language)
        said = pdf_text(work / f"{language}.pdf") if code == 0 else ""
        ok(code == 0 and all(w in said for w in (*words, second, "SPECIMEN reason", "SPECIMEN court", "20")), f"the answer on paper: {language}", code, err, said)
        ok("officer" not in said and "silent" not in said, "without offices and opinions", said)
    code, out, err = serai("permission", "list", "--node", work / "KZ", "--pdf", work / "none.pdf")
    ok(code == 2 and "permission show" in err and not (work / "none.pdf").exists(), "what makes no paper says so", code, out, err)
    code, out, err = serai("permission", "list", "--node", work / "KZ", "--state", "declined")
    ok(code == 0 and second in out and "SPECIMEN" not in out, "listed without anything personal", code, out, err)
    code, out, err = serai("store", "check", work / "KZ")
    ok(code == 0, "the store is whole", code, out, err)
finally:
    for p in running:
        if p.poll() is None:
            stop(p)
    shutil.rmtree(work, ignore_errors=True)
done()
