#!/usr/bin/env python3
"""A drill between two members: by the clock, answered, scored, stopped at both; contacts tested; and no detector believes any of it."""
import json
import re
import signal
import time

from notice_life import call, free_port, must, reason, running, start, work
from tap import SOURCE, done, ok, serai, until

MARK, BEGINS = "marking-definition--e8e2c15e-63a3-4f5d-b192-a88bec144461", "e8e2c15e"
text = "article 33 \"Sharing\"\n\n" + 'sharing "cyber"\n  under article 33\n  unmarked counts as amber\n  passed on up to green\n  clients up to amber\n  detectors up to amber\n'
agreement = work / "agreement"
agreement.write_text('agreement "Drills (illustrative, for a test)" version 1\nparties KZ TR\n'
                     "trust: a certificate counts when 1 parties vouch for it\ntrust: a key no longer counts when 1 parties report it\n"
                     "trust: a member is admitted or suspended when 1 parties say so\ntrust: a record is witnessed when 1 parties have cosigned it\n\n" + text)


def stamp(seconds):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + seconds))


def indicator(begins, *marks):
    return {"type": "indicator", "spec_version": "2.1", "id": f"indicator--{begins}-0000-4000-8000-000000000001", "created": "2026-01-01T00:00:00.000Z", "modified": "2026-01-01T00:00:00.000Z",
            "pattern": "[domain-name:value = 'drill.example']", "pattern_type": "stix", "valid_from": "2026-01-01T00:00:00Z", **({"object_marking_refs": list(marks)} if marks else {})}


def bundle(*objects):
    definition = {"type": "marking-definition", "spec_version": "2.1", "id": MARK, "created": "2026-01-01T00:00:00.000Z", "definition_type": "statement", "definition": {"statement": "EXERCISE EXERCISE EXERCISE"}}
    return {"type": "bundle", "id": "bundle--00000000-0000-4000-8000-000000000009", "objects": [definition, *objects]}


def plan(obj):
    ask = {"to": ["TR"], "what": "question", "content": "EXERCISE who is on duty?", "expect": [{"answer": "seen", "within": 10}]}
    return {"title": "EXERCISE SPECIMEN", "from": stamp(-60), "until": stamp(3600), "participants": ["TR"],
            "injects": [{**ask, "id": "i1", "after": 0, "what": "object", "title": "EXERCISE indicator", "content": bundle(obj)},
                        {**ask, "id": "i2", "after": 30, "title": "EXERCISE question"}, {**ask, "id": "i3", "after": 40, "title": "EXERCISE never"}]}


def file(name, value):
    (work / name).write_text(json.dumps(value))
    return work / name


def run(*args):
    code, out, err = serai(*args)
    return code, (json.loads(out) if code == 0 else err)


def drill(at):
    got = call(at, "/v1/drills")[1]["drills"]
    return got[0] if got else None


try:
    for m in ("KZ", "TR"):
        at = f"127.0.0.1:{free_port()}"
        must("init", "--specimen", "--sign-in", "off", "--member", m, "--agreement", agreement, "--listen", "127.0.0.1:0", "--peer-listen", at, "--peer-address", f"https://{at}", work / m)
    fingerprint = {m: re.search(r"((?:[0-9a-f]{4} ){15}[0-9a-f]{4})", must("trust", "member", "list", "--node", work / m)).group(1) for m in ("KZ", "TR")}
    everything = []
    for m in ("KZ", "TR"):
        must("trust", "acts", "--node", work / m, "--out", work / "one.acts")
        everything.append((work / "one.acts").read_text().rstrip("\n") + "\n")
    (work / "all.acts").write_text("\n".join(everything))
    for m, o in (("KZ", "TR"), ("TR", "KZ")):
        must("join", "--node", work / m, "--agreement", agreement, "--from", work / "all.acts", "--out", work / "out", "--fingerprint", fingerprint[o])
    (kz, at_kz), (tr, at_tr) = start("KZ"), start("TR")

    good = indicator(BEGINS, MARK)
    code, out = run("drill", "check", "--url", at_kz, "--json", file("plan.json", plan(good)))
    ok(code == 0 and out["injects"] == 3 and out["exercise"] is True, "a plan is in order", code, out)
    for what, obj in (("a real object", indicator("00000000")), ("a mark that was forged", indicator("00000000", MARK)), ("one that was taken off", indicator(BEGINS))):
        code, err = run("drill", "start", "--url", at_kz, "--office", "cert", "--json", file("bad.json", plan(obj)))
        ok(code == 1 and "mark" in err, "no drill with " + what, code, err)
    code, started = run("drill", "start", "--url", at_kz, "--office", "cert", "--json", work / "plan.json")
    ok(code == 0, "it is announced", code, started)
    ok(run("drill", "start", "--url", at_kz, "--office", "cert", "--json", work / "plan.json")[0] == 1, "once")
    got = until(lambda: (d := drill(at_tr)) and d["injects"] and d)
    ok(got and got["state"] == "running" and [i["inject"] for i in got["injects"]] == ["i1"], "the inject that is due is at the participant, by the clock", got)
    ok(got and got["exercise"] == "EXERCISE" and MARK in got["injects"][0]["content"], "marked in each part")
    where = {"office": "cert", "said": got["injects"][0]["id"], "answer": "seen"}
    ok(reason(call(at_kz, "/v1/drills/answer", where)) == (403, "not-asked"), "its organiser does not answer")
    got = call(at_tr, "/v1/drills/answer", {**where, "text": "SPECIMEN text"})
    ok(got[0] == 200, "answered", got)
    ok(reason(call(at_tr, "/v1/drills/answer", where)) == (409, "again"), "once")
    ok(reason(call(at_tr, "/v1/drills/stop", {"office": "cert", "drill": started["id"]})) == (403, "not-organiser"), "a participant does not stop it")
    ok(until(lambda: drill(at_kz)["injects"][0]["answers"]), "the answer is at the organiser")
    ok(run("drill", "inject", "--url", at_kz, "--drill", started["id"], "--inject", "i2", "--json")[0] == 0, "an inject before its time")
    ok(until(lambda: len(drill(at_tr)["injects"]) == 2), "arrives")

    # None of it is an object here.
    for at in (at_kz, at_tr):
        status, objects = call(at, "/v1/cyber/objects?officer=o-1")
        ok(BEGINS not in json.dumps(objects), "no object of the drill in the store", status)
        for path in ("/v1/cyber/releases", "/v1/cyber/rules", "/v1/cyber/inbox?officer=o-1", "/v1/cyber/alerts?officer=o-1", "/v1/exposure", "/v1/exposure/members", "/v1/cyber/quarantine?most=100"):
            status, got = call(at, path)
            ok(status == 200 and BEGINS not in json.dumps(got) and "drill.example" not in json.dumps(got), f"nor anything of it in {path}", status, got)
    for what, obj, wanted in (("a drill's", good, "exercise"), ("a forged one", indicator("00000000", MARK), "put on it"), ("a stripped one", indicator(BEGINS), "taken off")):
        (work / "domains.csv").write_text("domain\ndrill.example\n")
        code, out, err = serai("cyber", "match", "--indicators", file("bundle.json", bundle(obj)), work / "domains.csv")
        ok("indicator" not in out and wanted in out + err, "no detector believes " + what + " indicator", code, out, err)
    code, out, err = serai("cyber", "match", "--indicators", file("bundle.json", bundle(indicator("00000000"))), work / "domains.csv")
    ok("indicator--00000000" in out, "while it finds a real one", code, out, err)

    # A back-up of the organiser, taken while the drill runs.
    (work / "passphrase").write_text("SPECIMEN passphrase 1\n")
    keys = ("--with-keys", "--passphrase-file", work / "passphrase")
    code, out, err = serai("backup", "--node", work / "KZ", "--out", work / "kz.backup", *keys)
    ok(code == 0, "backed up while it runs", out, err)
    code, out = run("drill", "stop", "--url", at_kz, "--drill", started["id"], "--office", "cert", "--json")
    ok(code == 0, "stopped", code, out)
    ok(until(lambda: drill(at_tr)["state"] == "stopped"), "at the participant too")
    ok(all("content" not in i and i["live"] is False for i in drill(at_tr)["injects"]), "nothing of it is shown as work")
    ok(reason(call(at_kz, "/v1/drills/inject", {"drill": started["id"], "inject": "i3"})) == (410, "stopped"), "no inject after the stop")
    ok(reason(call(at_tr, "/v1/drills/answer", {**where, "answer": "other"})) == (410, "stopped"), "no answer either")
    code, out, err = serai("drill", "report", "--url", at_kz, "--drill", started["id"])
    ok(code == 0 and out.startswith("EXERCISE EXERCISE EXERCISE") and re.search(r"i1 +TR +seen .*in-time", out) and "i3" in out and "not-sent" in out and "SPECIMEN text" not in out, "a report to read, without what persons wrote", code, out, err)
    ok(reason(call(at_tr, f"/v1/drills/report?drill={started['id']}")) == (404, "unknown"), "made where the plan is")

    # Contacts.
    ok(run("contacts", "set", "--url", at_tr, "--office", "cert", "--tlp", "green", "--role", "duty", "--phone", "SPECIMEN", "--json")[0] == 0, "a contact is listed")
    ok(reason(call(at_tr, "/v1/contacts/set", {"office": "cert", "tlp": "green", "role": "press", "mail": "specimen.person@member.example", "fingerprint": "00"})) == (422, "person"), "persons are not")
    ok(until(lambda: call(at_kz, "/v1/contacts")[1]["contacts"]), "at the other member")
    test = {"office": "cert", "tlp": "amber", "to": ["TR"], "tested": "TR", "role": "duty", "within": 3600}
    ok(reason(call(at_kz, "/v1/contacts/test", {**test, "role": "legal", "channel": "desk"})) == (404, "unknown"), "what is not listed is not tested")
    desk, phone = call(at_kz, "/v1/contacts/test", {**test, "channel": "desk"})[1], call(at_kz, "/v1/contacts/test", {**test, "channel": "phone"})[1]
    ok("code" not in desk and len(phone["code"]) == 16, "over the telephone a code is said", desk, phone)
    ok(until(lambda: len(call(at_tr, "/v1/contacts")[1]["tests"]) == 2) and phone["code"] not in json.dumps(call(at_tr, "/v1/contacts")[1]), "which the record does not hold")
    got = call(at_tr, "/v1/contacts/acknowledge", {"office": "cert", "test": phone["id"], "code": "0" * 16})
    ok(reason(got) == (403, "code"), "a guess is no answer", got)
    ok(run("contacts", "acknowledge", "--url", at_tr, "--office", "cert", "--test", phone["id"], "--code", phone["code"], "--json")[0] == 0, "a person acknowledges")
    ok(run("contacts", "acknowledge", "--url", at_tr, "--office", "cert", "--test", desk["id"], "--json")[0] == 0, "at the desk without a code")
    got = until(lambda: (r := call(at_kz, "/v1/contacts")[1]["results"]) and r[0]["acknowledged"] == 2 and r)
    ok(got and got[0]["sent"] == 2 and got[0]["missed"] == 0 and got[0]["age_days"] == 0, "counted by member", call(at_kz, "/v1/contacts")[1]["results"])

    # Put back, it runs as it did then; nobody is fooled who heard of the stop.
    kz.kill()
    kz.wait(60)
    code, out, err = serai("restore", *keys, work / "kz.backup", work / "AGAIN")
    ok(code == 0, "restored", out, err)
    again, at_again = start("AGAIN")
    back = until(lambda: drill(at_again))
    ok(back and back["id"] == started["id"] and [i["inject"] for i in back["injects"]] == ["i1", "i2"], "the drill is there as it was, and nothing of it is said anew", back)
    got = call(at_again, "/v1/drills/inject", {"drill": started["id"], "inject": "i1"})
    ok(got[0] >= 400, "what was said is not said again", got)
    status, objects = call(at_again, "/v1/cyber/objects?officer=o-1")
    ok(status == 200 and BEGINS not in json.dumps(objects), "nor is any of it an object", status, objects)
    call(at_again, "/v1/drills/inject", {"drill": started["id"], "inject": "i3"})
    there = drill(at_tr)
    ok(there["state"] == "stopped" and len(there["injects"]) == 2 and not any(i["live"] for i in there["injects"]), "at the participant it stays stopped", there)
finally:
    for p in running:
        if p.poll() is None:
            p.send_signal(signal.SIGTERM)
            p.wait(60)
done()
