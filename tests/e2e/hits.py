#!/usr/bin/env python3
"""Hits between two members: a notice of one, a traveller at the other; two officers, the owner asked and answering, remembered; withdrawn and no hit from then on."""
import json
import re
import signal

from event_stream import Stream
from notice_life import act, call, confirm, draft, free_port, must, notice, reason, row, running, start, state, work
from tap import SOURCE, done, ok, serai, until

text = (SOURCE / "agreements/eco.agreement").read_text()
agreement = work / "agreement"
agreement.write_text('agreement "Notices (illustrative, for a test)" version 1\nparties KZ TR\n'
                     "trust: a certificate counts when 1 parties vouch for it\ntrust: a key no longer counts when 1 parties report it\n"
                     "trust: a member is admitted or suspended when 1 parties say so\ntrust: a record is witnessed when 1 parties have cosigned it\n\n" + text[text.index('article 31 "Notices"'):text.index('article 33 ')])
try:
    address = {}
    for m in ("KZ", "TR"):
        at = f"127.0.0.1:{free_port()}"
        address[m] = f"https://{at}"
        must("init", "--specimen", "--sign-in", "off", "--member", m, "--agreement", agreement, "--listen", "127.0.0.1:0", "--peer-listen", at,
             "--peer-address", address[m], work / m)
    fingerprint = {m: re.search(r"((?:[0-9a-f]{4} ){15}[0-9a-f]{4})", must("trust", "member", "list", "--node", work / m)).group(1)
                   for m in ("KZ", "TR")}
    everything = []
    for m in ("KZ", "TR"):
        must("trust", "acts", "--node", work / m, "--out", work / "one.acts")
        everything.append((work / "one.acts").read_text().rstrip("\n") + "\n")
    (work / "all.acts").write_text("\n".join(everything))
    for m, o in (("KZ", "TR"), ("TR", "KZ")):
        must("join", "--node", work / m, "--agreement", agreement, "--from", work / "all.acts", "--out", work / "out", "--fingerprint", fingerprint[o])
    for m in ("KZ", "TR"):
        conf = (work / m / "node.conf").read_text()
        if "lookup" not in conf:
            (work / m / "node.conf").write_text(conf + "lookup = lookup\n")
    (kz, at_kz), (tr, at_tr) = start("KZ"), start("TR")

    def digit(s):
        return str(sum((0 if c == "<" else int(c) if c.isdigit() else ord(c) - 55) * (7, 3, 1)[i % 3] for i, c in enumerate(s)) % 10)

    def lines(number, born="800301", name="SPECIMEN<<SAMAT"):
        n, b, e, rest = number + digit(number), born + digit(born), "310513" + digit("310513"), "<" * 15
        return f"P<KAZ{name}".ljust(44, "<") + f"\n{n}KAZ{b}M{e}{rest}" + digit(n + b + e + rest)

    def check(number, **more):
        return call(at_tr, "/v1/check", {"travel": {"mode": "road", "stay_days": 5}, "evidence": [{"kind": "mrz", "text": lines(number, **more)}]})[1]

    def codes(answer):
        return [r["code"] for r in answer["reasons"]]

    who = {"office": "border-office", "purpose": "border-check"}

    def hits(what, base=None, **more):
        return call(base or at_tr, f"/v1/hits/{what}", more)

    def close(id, officer, outcome, **more):
        return hits("close", id=id, officer=officer, outcome=outcome, reason="SPECIMEN reason", **who, **more)

    before = check("N12345678")
    ok("screening" not in before, "a node without notices screens nothing", before)

    # KZ's notice, confirmed by TR.
    reference = draft(at_kz, notice())[1]["reference"]
    id = call(at_kz, "/v1/notices/sign", {"officer": "b.two", "reference": reference})[1]["id"]
    ok(until(lambda: (row(at_tr, id) or {}).get("for_review")), "it is at its reviewer")
    ok(codes(check("N12345678")).count("name-hit") == 0, "what is only proposed alerts nobody")
    ok(until(lambda: call(at_tr, "/v1/notices/show", {"id": id, "officer": "r.one", "purpose": "review"})[1].get("notice")), "which reads it")
    confirm(at_tr, id, "r.one")
    status, got = confirm(at_tr, id, "s.two")
    ok(status == 200, "confirmed", status, got)
    ok(until(lambda: state(at_tr, id) == "active"), "in force at TR", row(at_tr, id))

    # A traveller of that name.
    first = until(lambda: (x := check("N12345678")) and "name-hit" in codes(x) and x)
    ok(first and first["verdict"] == "refer" and first["screening"]["second_look"], "a second look is asked for", first)
    text = json.dumps({k: v for k, v in first.items() if k != "traveller"})
    ok(id not in text and "wanted" not in text and "heroin" not in text and "W-17" not in text, "the answer says nothing of the notice")
    ok("name-hit" not in (first["receipt"] or "") and id not in (first["receipt"] or ""), "nor does the receipt")
    hit = first["screening"]["hits"][0]["id"]
    stream = Stream(at_tr, "?topics=hits")
    until(lambda: b"retry: " in stream.text)
    until(stream.events, 1)  # of the check before
    told = len(stream.events())
    ok(check("N8888888<", born="910707", name="NOBODY<<AT ALL")["screening"]["hits"] == [] and not until(lambda: len(stream.events()) > told, 1),
       "a check without a hit tells nobody of one", stream.text)
    check("N12345678")
    ok(until(lambda: len(stream.events()) > told) and {t for t, _ in stream.events()} == {"hits"}, "one with a hit tells those who wait for them", stream.text)
    stream.close()
    ok(check("N12345678", born="910707")["screening"]["hits"] == [], "a namesake born on another day is none")
    ok(check("N12345678")["screening"]["hits"][0]["id"] == hit, "met again, it is the same hit")

    # The number of a document that stands in the notice, under another name, born on another day.
    number = check("N7654321<", born="910707", name="ANDERS<<BAHROM")
    ok(number["verdict"] == "refer" and codes(number).count("document-hit") == 1 and number["screening"]["hits"][0]["by"] == "document number",
       "a document by its number alone", number)
    text = json.dumps({k: v for k, v in number.items() if k != "traveller"})
    ok(id not in text and "SAMAT" not in text.upper() and "wanted" not in text, "the answer says nothing of the notice here either")
    by_number = number["screening"]["hits"][0]["id"]
    status, shown = hits("show", id=by_number, officer="o.one", **who)
    ok(status == 200 and {a["what"]: a["how"] for a in shown["attributes"]}["document"] == "agrees" and shown["listed"]["id"] == id, "the officer sees which", shown)
    ok(check("N7654322<", born="910707", name="ANDERS<<BAHROM")["screening"]["hits"] == [], "a number that is not it is none")
    ok(close(by_number, "o.one", "no match")[0] == 200 and close(by_number, "o.two", "no match")[0] == 200, "closed as somebody else's")
    number = check("N7654321<", born="910707", name="ANDERS<<BAHROM")
    ok(number["screening"]["hits"] == [] and number["screening"]["remembered"] == 1, "and remembered", number)

    # Nobody looks without a purpose; who looks is entered.
    ok(reason(hits("show", id=hit, officer="o.one")) == (400, "purpose"), "not without a purpose")
    ok(reason(hits("show", id=hit, purpose="border-check")) == (403, "officer"), "not by nobody")
    status, shown = hits("show", id=hit, officer="o.one", **who)
    ok(status == 200 and shown["listed"]["id"] == id and shown["listed"]["action"] == "arrest" and "heroin" in shown["listed"]["facts"], "the officer sees it", status, shown)
    ok([n["cyrillic"] for n in shown["listed"]["names"]].count("специмен самат") >= 1 and shown["traveller"]["names"][0]["latin"] == "specimen samat",
       "in three scripts", shown)
    ok({a["what"]: a["how"] for a in shown["attributes"]} == {"birth": "agrees", "sex": "agrees", "nationality": "agrees", "document": "differs"},
       "what agrees and differs", shown["attributes"])
    ok(shown["events"][-1]["what"] == "looked" and shown["events"][-1]["officer"] == "o.one", "and that it was looked at stands there", shown["events"])
    status, lane = hits("show", id=hit, officer="o.two", office="lane", purpose="border-check")
    ok(status == 200 and not lane["sees_all"] and "facts" not in lane["listed"] and "heroin" not in json.dumps(lane), "another office sees what is compared, no more", lane)

    # Two officers close it, as the notice's kind asks; it is remembered for this document alone.
    ok(reason(close(hit, "o.one", "refused")) == (400, "outcome"), "there is no such outcome as refusing")
    status, got = close(hit, "o.one", "possible")
    ok(status == 200 and got["second_officer"], "the first officer's word waits", got)
    ok(reason(close(hit, "O.ONE", "possible")) == (403, "same-officer"), "one officer is not two")
    status, got = close(hit, "o.two", "possible")
    ok(status == 200 and got["outcome"] == "possible" and got["owner_asked"], "the second one closes it, and the owner is asked", got)
    task = until(lambda: (x := hits("tasks", at_kz)[1]["tasks"]) and x[0])
    ok(task and task["side"] == "theirs" and task["member"] == "TR" and task["open"], "the question is at the owner", task)
    status, got = hits("task", at_kz, member="TR", reference=task["reference"], officer="k.one", **who)
    ok(status == 200 and got["notice"] == id and got["traveller"]["number"] == "N12345678", "who shows whom was met", got)
    status, got = hits("answer", at_kz, member="TR", reference=task["reference"], officer="k.one", says="not the person", text="SPECIMEN: another face", **who)
    ok(status == 200 and got["told"] == 0, "answers; without consent nobody else is told", status, got)
    said = until(lambda: (x := hits("show", id=hit, officer="o.one", **who)[1]["owner"]) and x["says"] and x)
    ok(said and said["says"] == "not the person" and said["officer"] == "k.one", "the answer is back", said)
    ok(close(hit, "o.one", "no match")[0] == 200 and close(hit, "o.two", "no match")[0] == 200, "two officers close it otherwise")
    again = check("N12345678")
    ok(again["screening"]["hits"] == [] and again["screening"]["remembered"] == 1, "nobody is stopped twice for the same namesake", again)
    ok("name-hit" in codes(check("N87654321")), "another document asks again")

    status, figures = hits("statistics")
    ok(status == 200 and figures["figures"][0]["owner"] == "KZ" and figures["figures"][0]["no_match"] == 2, "counted by owner and kind", figures)
    code, out, err = serai("hit", "list", "--url", at_tr, "--json")
    ok(code == 0 and "SPECIMEN" not in out and len(json.loads(out)["hits"]) == 3, "serai hit list, without names", code, out, err)

    # Numbers that are lost are made anew before anybody is checked.
    numbers = work / "TR/lookup/names/notices.documents"
    for spoil in (numbers.unlink, lambda: numbers.write_bytes(numbers.read_bytes()[:-3] + b"00\n")):
        tr.send_signal(signal.SIGTERM)
        tr.wait(60)
        spoil()
        tr, at_tr = start("TR")
        again = check("N7654321<", born="910707", name="ANDERS<<BAHROM")
        ok(again["screening"]["answer"] == "none" and again["screening"]["remembered"] == 1, "numbers made anew at the start", again)

    # Suspended by its owner: from then on no hit, and an open one says so.
    other = json.loads(out)["hits"][0]["id"]
    status, got = act(at_kz, "suspended", id, "a.one")
    ok(status == 200, "suspended", status, got)
    ok(until(lambda: state(at_tr, id) == "suspended"), "at TR too", row(at_tr, id))
    ok(check("N87654321")["screening"]["hits"] == [], "suspended: nobody is stopped for it")
    ok(hits("show", id=other, officer="o.one", **who)[1]["advice"] == "suspended", "an open hit says: do not act, ask the owner")
    for m in ("KZ", "TR"):
        ok("SPECIMEN" not in (work / f"{m}.err").read_text() and "SAMAT" not in (work / f"{m}.err").read_text(), f"no name in a log line of {m}")
finally:
    for p in running:
        if p.poll() is None:
            p.send_signal(signal.SIGTERM)
            p.wait(60)
done()
