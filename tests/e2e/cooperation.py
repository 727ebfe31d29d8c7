#!/usr/bin/env python3
"""Cooperation between two members: offers and requests followed to their close, playbooks shared, used and withdrawn; what does not count."""
import json
import os
import re
import signal

from notice_life import call, free_port, moment, must, reason, running, start, work
from tap import SOURCE, done, ok, serai, until

text = (SOURCE / "agreements/eco.agreement").read_text()
agreement = work / "agreement"
agreement.write_text('agreement "Cooperation (illustrative, for a test)" version 1\nparties KZ TR\n'
                     "trust: a certificate counts when 1 parties vouch for it\ntrust: a key no longer counts when 1 parties report it\n"
                     "trust: a member is admitted or suspended when 1 parties say so\ntrust: a record is witnessed when 1 parties have cosigned it\n\n"
                     'article 33 "Sharing"\n\n' + 'sharing "cyber"\n  under article 33\n  unmarked counts as amber\n  passed on up to green\n  clients up to amber\n  detectors up to amber\n')


def playbook(name="SPECIMEN phishing", modified="2026-01-01T00:00:00.000Z", **more):
    start_, act, end = (f"{k}--00000000-0000-4000-8000-00000000000{i}" for i, k in enumerate(("start", "action", "end"), 1))
    return {"type": "playbook", "spec_version": "cacao-2.0", "id": "playbook--00000000-0000-4000-8000-00000000000a", "name": name,
            "description": "Фишинг против банков", "playbook_types": ["mitigation"], "playbook_activities": ["contain-threat"],
            "created_by": "identity--00000000-0000-4000-8000-00000000000b", "created": "2026-01-01T00:00:00.000Z", "modified": modified,
            "workflow_start": start_, "workflow": {start_: {"type": "start", "on_completion": act},
                                                   act: {"type": "action", "name": "SPECIMEN", "on_completion": end, "agent": "individual--00000000-0000-4000-8000-00000000000c",
                                                         "commands": [{"type": "manual", "command": "SPECIMEN: block the sender"}]},
                                                   end: {"type": "end"}},
            "agent_definitions": {"individual--00000000-0000-4000-8000-00000000000c": {"type": "individual", "name": "duty officer"}}, **more}


def run(*args):
    code, out, err = serai(*args)
    return code, (json.loads(out) if code == 0 else err)


def listed(at, **query):
    q = "&".join(f"{k}={v}" for k, v in query.items())
    return call(at, "/v1/capabilities" + (f"?{q}" if q else ""))[1]


def request(at, id):
    return next((r for r in listed(at)["requests"] if r["id"] == id), None)


def doctor(member, word):
    code, out, err = serai("doctor", "--json", "--quick", work / member, env={**os.environ, "SERAI_DATA": str(SOURCE)})
    return [f["seen"] for f in json.loads(out)["findings"] if f["word"] == word]


def record(at, id):
    status, got = call(at, f"/v1/cooperation/record?id={id}")
    return got.get("note") if status == 200 else None


try:
    address = {}
    for m in ("KZ", "TR"):
        at = f"127.0.0.1:{free_port()}"
        must("init", "--specimen", "--sign-in", "off", "--member", m, "--agreement", agreement, "--listen", "127.0.0.1:0", "--peer-listen", at,
             "--peer-address", f"https://{at}", work / m)
    fingerprint = {m: re.search(r"((?:[0-9a-f]{4} ){15}[0-9a-f]{4})", must("trust", "member", "list", "--node", work / m)).group(1) for m in ("KZ", "TR")}
    everything = []
    for m in ("KZ", "TR"):
        must("trust", "acts", "--node", work / m, "--out", work / "one.acts")
        everything.append((work / "one.acts").read_text().rstrip("\n") + "\n")
    (work / "all.acts").write_text("\n".join(everything))
    for m, o in (("KZ", "TR"), ("TR", "KZ")):
        must("join", "--node", work / m, "--agreement", agreement, "--from", work / "all.acts", "--out", work / "out", "--fingerprint", fingerprint[o])
    (kz, at_kz), (tr, at_tr) = start("KZ"), start("TR")

    # An offer of one, a request of the other.
    common = ("--office", "cert", "--capability", "forensics", "--languages", "ru,en", "--from", moment(1), "--until", moment(9), "--contact", "cert", "--json")
    code, offer = run("capability", "offer", "--url", at_tr, "--tlp", "green", "--places", "2", "--zone", "180", *common)
    ok(code == 0, "a member offers", code, offer)
    code, asked = run("capability", "request", "--url", at_kz, "--tlp", "amber", "--to", "TR", "--urgency", "high", "--answer-by", moment(2), "--zone", "300", "--text", "SPECIMEN: two disks", *common)
    ok(code == 0, "another one asks", code, asked)
    id = asked["id"]
    ok(until(lambda: request(at_tr, id)), "which the one that was asked sees", listed(at_tr))
    ok(until(lambda: any(o["id"] == offer["id"] for o in listed(at_kz)["offers"])), "and the offer is at the other")
    ok(record(at_kz, id) and record(at_kz, id) == record(at_tr, id), "both hold the same bytes")
    code, out = run("capability", "matches", "--url", at_kz, "--request", id, "--json")
    ok(code == 0 and out["matches"][0]["offer"]["id"] == offer["id"] and "language: ru" in out["matches"][0]["reasons"] and "hours apart: 2" in out["matches"][0]["reasons"],
       "the offer fits, with reasons", out)
    titles = [listed(at_kz, language=x)["requests"][0]["title"] for x in ("en", "fa", "uz")]
    ok(titles == ["Forensic examination", "بررسی جرم‌شناسی رایانه‌ای", "Kompyuter ekspertizasi"], "kinds in the languages of the console", titles)
    ok(doctor("TR", "request-unanswered") and not doctor("KZ", "request-unanswered"), "the doctor reminds who is to answer")

    # What does not go.
    where = {"office": "cert", "request": id, "contact": "cert"}
    ok(reason(call(at_kz, "/v1/capabilities/reply", {**where, "answer": "yes"})) == (403, "own"), "nobody answers an own request")
    ok(reason(call(at_tr, "/v1/capabilities/reply", {**where, "answer": "declined"})) == (400, "request"), "who declines says why")
    ok(reason(call(at_tr, "/v1/capabilities/close", {"office": "cert", "subject": id, "outcome": "helped"})) == (403, "not-party"), "no outcome from one who took no part")
    for what, body, wanted in (("red", {"tlp": "red", "to": ["TR"]}, (422, "tlp")), ("amber for all", {"tlp": "amber"}, (422, "tlp")), ("a State that is not bound", {"tlp": "amber", "to": ["UZ"]}, (403, "member")),
                               ("a deadline that is over", {"tlp": "green", "answer_by": moment(-1)}, (400, "request"))):
        n = {"office": "cert", "capability": "training", "languages": ["en"], "from": moment(1), "until": moment(2), "urgency": "low", "answer_by": moment(1), "zone": 0, "contact": "cert", "text": "x"}
        ok(reason(call(at_kz, "/v1/capabilities/request", {**n, **body})) == wanted, "refused: " + what)

    # Speaking for another: said in the own log, it is held back at the other member.
    forged = work / "forged"
    forged.write_text(record(at_kz, id).replace('"high"', '"low"'))
    code, out, err = serai("log", "publish", "--url", at_tr, "--stream", "cooperation", "--type", "cooperation", forged)
    ok(code == 0, "a member puts another's words into its log", out, err)
    held = until(lambda: [h for h in call(at_kz, "/v1/cyber/releases?act=held")[1].get("acts", [])] or None) if call(at_kz, "/v1/cyber/releases")[0] == 200 else True
    ok(held, "held back with the reason")
    ok(request(at_kz, id)["urgency"] == "high" and len(listed(at_kz)["requests"]) == 1, "and nobody believes it")

    code, reply = run("capability", "reply", "--url", at_tr, "--office", "cert", "--request", id, "--answer", "yes", "--offer", offer["id"], "--contact", "cert", "--json")
    ok(code == 0, "answered", code, reply)
    code, err = run("capability", "reply", "--url", at_tr, "--office", "cert", "--request", id, "--answer", "yes", "--contact", "cert", "--json")
    ok(code == 1 and "before" in err, "once", code, err)
    ok(until(lambda: request(at_kz, id)["state"] == "answered"), "seen by who asked", request(at_kz, id))
    ok(reason(call(at_tr, "/v1/capabilities/accept", {"office": "cert", "request": id, "reply": reply["id"]})) == (403, "not-requester"), "only who asked accepts")
    ok(run("capability", "accept", "--url", at_kz, "--office", "cert", "--request", id, "--reply", reply["id"], "--json")[0] == 0, "accepted")
    ok(until(lambda: request(at_tr, id)["state"] == "agreed"), "agreed at both", request(at_tr, id))
    ok(next(o for o in listed(at_tr)["offers"])["load"] == 1, "the offer serves one now")
    for at, outcome, evaluation in ((at_tr, "helped", "5"), (at_kz, "partly", "3")):
        ok(run("capability", "close", "--url", at, "--office", "cert", "--subject", id, "--outcome", outcome, "--evaluation", evaluation, "--json")[0] == 0, "each side tells how it went")
    same = until(lambda: (a := request(at_kz, id)) == (b := request(at_tr, id)) and a["state"] == "closed" and a["answers"][0].get("closed") and a)
    ok(same and same["closed"]["evaluation"] == 3 and same["answers"][0]["closed"]["evaluation"] == 5, "the same at both, with both evaluations", request(at_kz, id), request(at_tr, id))
    ok(record(at_kz, reply["id"]) == record(at_tr, reply["id"]), "and the same bytes")

    # Playbooks.
    file = work / "playbook.json"
    file.write_text(json.dumps(playbook(), ensure_ascii=False))
    share = ("playbook", "share", "--url", at_kz, "--office", "cert", "--tlp", "green", "--json")
    code, out = run(*share, file)
    ok(code == 0, "a playbook is shared", code, out)
    secret = work / "secret.json"
    secret.write_text(json.dumps(playbook(authentication_info_definitions={"http-basic--00000000-0000-4000-8000-00000000000d": {"type": "http-basic", "user_id": "a", "password": "SPECIMEN"}})))
    code, err = run(*share, secret)
    ok(code == 1 and "clear" in err, "one with a secret is not", code, err)
    code, err = run(*share, "--confirmed", "cert", secret)
    ok(code == 1, "whoever confirms it", code, err)
    loop = playbook(modified="2026-01-02T00:00:00.000Z")
    steps = list(loop["workflow"])
    loop["workflow"][steps[1]]["on_completion"] = steps[1]
    looping = work / "loop.json"
    looping.write_text(json.dumps(loop))
    code, err = run(*share, looping)
    ok(code == 3 and "cycle" in err, "one with a loop is referred to a person", code, err)
    ok(run(*share, "--confirmed", "cert-lead", looping)[0] == 0, "who confirms it, as a new version")
    code, err = run(*share, file)
    ok(code in (0, 1) and (code == 0 or "before" in err), "the same again changes nothing", code, err)

    def library(at, query=""):
        return call(at, "/v1/playbooks" + query)[1]["playbooks"]

    ok(until(lambda: library(at_tr) and library(at_tr)[0]["versions"] == 2), "at the other member in two versions", library(at_tr))
    book = library(at_tr)[0]
    ok(book["confirmed"] == "cert-lead" and book["owner"] == "KZ", "with who confirmed it", book)
    code, out = run("playbook", "list", "--url", at_tr, "--words", "БАНКОВ", "--activity", "contain-threat", "--json")
    ok(code == 0 and len(out["playbooks"]) == 1, "found by words and activity", out)
    code, out = run("playbook", "list", "--url", at_tr, "--words", "ransomware", "--json")
    ok(code == 0 and not out["playbooks"], "not by others", out)
    which = ("--owner", "KZ", "--playbook-id", book["playbook_id"])
    code, out = run("playbook", "get", "--url", at_tr, *which, "--version", "2026-01-01T00:00:00.000Z", "--json")
    ok(code == 0 and out["playbook"] == file.read_text(), "got byte for byte", code)
    used = ("playbook", "used", "--url", at_tr, "--office", "cert", *which, "--used", moment(-1), "--outcome", "worked", "--minutes", "40", "--json")
    ok(run(*used, "--version", book["version"])[0] == 0, "used by the other")
    ok(run(*used, "--version", "2030-01-01T00:00:00.000Z")[0] == 1, "not a version that there is none of")
    got = until(lambda: (x := library(at_kz)) and x[0]["used_by"] and x[0])
    ok(got and got["used_by"][0]["member"] == "TR" and got["used_by"][0]["outcomes"]["worked"] == 1 and got["used_by"][0]["minutes"] == 40, "which its owner sees", library(at_kz))
    ok(reason(call(at_tr, "/v1/playbooks/withdraw", {"office": "cert", "playbook_id": book["playbook_id"], "reason": "x"})) == (404, "unknown"), "only its owner withdraws it")
    ok(run("playbook", "withdraw", "--url", at_kz, "--office", "cert", "--playbook-id", book["playbook_id"], "--reason", "SPECIMEN: superseded", "--json")[0] == 0, "withdrawn")
    ok(until(lambda: not library(at_tr)) and not library(at_kz), "not listed any more", library(at_tr))
    ok(library(at_tr, "?state=withdrawn")[0]["reason"] == "SPECIMEN: superseded", "but among the withdrawn")
    ok(reason(call(at_tr, f"/v1/playbooks/text?owner=KZ&playbook_id={book['playbook_id']}")) == (410, "withdrawn"), "nor given")

    # Two versions and the withdrawal within a second: what came last counts.
    quick = {**playbook("SPECIMEN quick"), "id": "playbook--00000000-0000-4000-8000-00000000000d"}
    for modified in ("2026-01-01T00:00:00.000Z", "2026-01-02T00:00:00.000Z"):
        (work / "quick.json").write_text(json.dumps({**quick, "modified": modified}))
        ok(run(*share, work / "quick.json")[0] == 0, f"a version of {modified[:10]} is shared")
    ok(run("playbook", "withdraw", "--url", at_kz, "--office", "cert", "--playbook-id", quick["id"], "--reason", "SPECIMEN", "--json")[0] == 0 and
       not [b for b in library(at_kz) if b["playbook_id"] == quick["id"]], "and withdrawn at once", library(at_kz))

    # A restart changes nothing.
    before = listed(at_tr)
    tr.send_signal(signal.SIGTERM)
    tr.wait(60)
    tr, at_tr = start("TR")
    ok(listed(at_tr) == before, "the same after a restart", listed(at_tr))
finally:
    for p in running:
        if p.poll() is None:
            p.send_signal(signal.SIGTERM)
            p.wait(60)
done()
