#!/usr/bin/env python3
"""Notices of persons between two members: proposed, reviewed, active, flagged, suspended, prolonged, withdrawn; redress; and attempts to get round each safeguard."""
import json
import os
import re
import signal

from notice_life import CHECKED, act, call, confirm, draft, faults, free_port, moment, must, notice, propose, reason, row, running, start, state, work
from tap import SOURCE, done, ok, serai, until


def warned(member, days):
    """What serai doctor would say of own notices that end soon, on that day from now."""
    code, out, err = serai("doctor", "--json", "--quick", "--at", moment(days), work / member, env={**os.environ, "SERAI_DATA": str(SOURCE)})
    return next((f["seen"] for f in json.loads(out)["findings"] if f["word"] == "notice-expiring"), None)


def sealed_bodies(folder):
    """Salt and beginning of each large sealed body in the logs of notices: without the salt nobody can open it, and without either nothing is left."""
    out = []
    for p in folder.rglob("*"):
        if p.is_file() and "bodies" in p.parts and {"notices", "notice-desk"} & set(p.parts):
            data = p.read_bytes()
            while len(data) >= 4:
                n = int.from_bytes(data[:4], "big")
                if n >= 0xfffffffe:
                    data = data[4:]
                    continue
                out += [data[4:36], data[36:68]] if n > 1500 else []
                data = data[4 + n:]
    return out


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
    (kz, at_kz), (tr, at_tr) = start("KZ"), start("TR")

    # Refused at intake: each with its own reason.
    for what, n, wanted in (
        ("a religious matter", notice(checklist={"political": False, "military": False, "religious": True, "racial": False}), "neutrality"),
        ("a penalty below the threshold", notice(basis={**notice()["basis"], "penalty_months": 23}), "threshold"),
        ("without a warrant", notice(basis={k: v for k, v in notice()["basis"].items() if k != "warrant"}), "no-warrant"),
        ("an article that is none of the kind's", notice(basis={**notice()["basis"], "article": "5"}), "legal-basis"),
        ("an excluded class", notice(basis={**notice()["basis"], "offence": "family matter"}), "excluded"),
        ("a category of its own", notice(category="blasphemy"), "category"),
        ("an expiry too late", notice(expires=moment(1900)), "expiry"),
        ("nobody's check-list", notice(checklist=None), "check-list"),
        ("arrest of a victim", notice(kind="protection", category="human trafficking", if_flagged=None, person={**notice()["person"], "status": "victim"}), "protected"),
        ("another person's telephone in the text", notice(facts="Call his brother: +77010001122."), "others-data"),
    ):
        got = propose(at_kz, n)
        ok(got[0] == 200 and not got[1]["accepted"] and wanted in faults(got) and all(f["todo"] for f in got[1]["faults"]), "refused at intake: " + what, got)
    status, got = draft(at_kz, notice(person={**notice()["person"], "names": [{"text": "SPECIMEN"}]}))
    ok(status == 400 and got["error"]["reason"] == "notice", "a name without script and kind is no name", status, got)
    status, got = draft(at_kz, notice(colour="red"))
    ok(status == 400 and got["error"]["reason"] == "notice", "a member nobody knows", status, got)
    ok(call(at_kz, "/v1/notices")[1]["notices"] == [], "and nothing was published")

    # Two officers of the authority.
    status, got = draft(at_kz, notice())
    reference = got["reference"]
    ok(reason(call(at_kz, "/v1/notices/sign", {"officer": "a-one", "reference": reference})) == (403, "same-officer"), "who drafted it does not sign it")
    status, got = call(at_kz, "/v1/notices/sign", {"officer": "b.two", "reference": reference})
    id = got.get("id")
    ok(status == 200 and got["accepted"] and id and got["reviewer"] == "TR", "another officer does; the other member reviews it", status, got)
    ok(reason(call(at_kz, "/v1/notices/sign", {"officer": "c.three", "reference": reference})) == (404, "draft-unknown"), "once")
    ok(state(at_kz, id) == "proposed", "it is not active", row(at_kz, id))

    # Not without a review, nor by whom, nor of what.
    ok(until(lambda: (row(at_tr, id) or {}).get("for_review")), "it is at its reviewer", row(at_tr, id))
    ok(reason(confirm(at_kz, id, "a.one")) == (403, "not-reviewer"), "the issuer does not review its own")
    ok(reason(confirm(at_tr, id, "r.one", digest="00" * 32)) == (409, "changed"), "nor does a review of another version count")
    ok(reason(confirm(at_tr, id, "r.one", checked=CHECKED[:3])) == (400, "check-list"), "nor one with a question left out")
    ok(reason(call(at_tr, "/v1/notices/show", {"id": id, "officer": "r.one"})) == (400, "purpose"), "nobody looks without a purpose")
    looked = until(lambda: (x := call(at_tr, "/v1/notices/show", {"id": id, "officer": "r.one", "purpose": "review"})) and x[1].get("notice") and x)
    status, got = looked or (0, None)
    ok(status == 200 and got["notice"]["person"]["names"][1]["text"] == "СПЕЦИМЕН Самат", "the reviewer reads it", status, got)
    cases = call(at_tr, "/v1/cases?kind=notice%20look-up")[1]["cases"]
    ok(cases and all(c["purpose"] == "review" for c in cases), "which leaves an entry", cases)
    status, got = confirm(at_tr, id, "r.one")
    ok(status == 200 and not got["published"] and state(at_tr, id) == "proposed", "one officer confirms: that is not enough", status, got)
    ok(reason(confirm(at_tr, id, "R-ONE")) == (403, "same-officer"), "nor is the same one twice")
    status, got = confirm(at_tr, id, "s.two")
    ok(status == 200 and got["published"], "the second one does", status, got)
    ok(until(lambda: state(at_kz, id) == "active"), "active at its issuer", row(at_kz, id))
    ok(until(lambda: state(at_tr, id) == "active"), "and at the other member", row(at_tr, id))
    ok(row(at_tr, id)["acts"] and row(at_tr, id)["action"] == "arrest", "who acts on it")

    # Only the issuer.
    for what in ("suspended", "withdrawn", "cancelled"):
        ok(reason(act(at_tr, what, id)) == (403, "not-ours"), "another member's notice cannot be " + what)
    ok(reason(draft(at_tr, notice(id=id))) == (404, "unknown"), "nor edited")
    (work / "forged").write_text('serai notice statement 1\n' + json.dumps({"at": moment(0), "id": id, "officer": "x.x", "reason": "no", "what": "withdrawn"}, separators=(",", ":"), sort_keys=True)
                                 + "\n\n— tr.specimen AAAA\n")
    serai("log", "publish", "--url", at_tr, "--stream", "notices", "--type", "notice-state", work / "forged")

    # Redress: filed, linked, suspended while pending; the owner is asked before anything is said.
    status, filed = call(at_tr, "/v1/complaints", {"subject": "notice-access", "text": "SPECIMEN: what is kept about me?", "language": "en"})
    reference = filed.get("complaint", filed).get("reference")
    ok(status == 201 and reference, "a person asks what is kept", status, filed)
    where = {"reference": reference, "id": id, "officer": "r.one"}
    ok(reason(call(at_tr, "/v1/redress/disclose", where)) == (409, "state"), "nothing is said of a notice that is not linked")
    ok(call(at_tr, "/v1/redress/link", where)[0] == 200, "linked")
    ok(reason(call(at_tr, "/v1/redress/disclose", where)) == (409, "owner"), "nor before the owner was asked")
    ok(call(at_tr, "/v1/redress/consult", where)[0] == 200, "the owner is asked")
    ok(reason(call(at_tr, "/v1/redress/disclose", where)) == (409, "owner"), "and has its days")

    # Declined by a member: others see it, and why.
    ok(reason(act(at_kz, "flagged", id, "a.one")) == (403, "own"), "nobody flags their own")
    ok(act(at_tr, "flagged", id, "r.one", "SPECIMEN: a national of ours is not extradited")[1].get("published"), "a member declines")
    ok(not row(at_tr, id)["acts"] and row(at_tr, id)["action"] == "inform" and state(at_tr, id) == "active", "it does not act, and informs instead", row(at_tr, id))
    ok(until(lambda: (row(at_kz, id) or {}).get("flags")), "the issuer sees the flag")
    ok("extradited" in row(at_kz, id)["flags"][0]["reason"], "and why", row(at_kz, id)["flags"])
    ok(act(at_tr, "unflagged", id)[1].get("published") and row(at_tr, id)["acts"], "and takes it back")

    ok(until(lambda: call(at_kz, "/v1/redress/answer", {**where, "member": "TR", "officer": "a.one"})[0] == 200), "the owner agrees")

    # Suspended: nobody acts. Resumed by two.
    ok(act(at_kz, "suspended", id, "a.one")[1].get("published"), "suspended")
    ok(until(lambda: state(at_tr, id) == "suspended") and not row(at_tr, id)["acts"], "nobody acts on it", row(at_tr, id))
    got = until(lambda: (x := call(at_tr, "/v1/redress/disclose", where)) and x[0] == 200 and x)
    ok(got and got[1]["notice"]["id"] == id and got[1]["looked_at"][-1]["purpose"] == "review", "the extract: what is kept, and who looked", got)
    ok(reason(call(at_tr, "/v1/redress/restrict", where)) == (400, "reason"), "a restriction has a reason")
    ok(not act(at_kz, "resumed", id, "a.one")[1].get("published") and act(at_kz, "resumed", id, "b.two")[1].get("published"), "resumed by two officers")
    ok(state(at_kz, id) == "active", "active again")

    ok(id in (warned("KZ", 181) or "") and not warned("KZ", 179), "the doctor warns of a notice 120 days before it ends", warned("KZ", 181), warned("KZ", 179))

    # Prolonged by an assessment of this one; nothing else may change with it.
    status, shown = call(at_kz, "/v1/notices/show", {"id": id, "officer": "a.one", "purpose": "review"})
    longer = {**shown["notice"], "expires": moment(330), "review_due": moment(200)}
    got = propose(at_kz, longer)
    ok(got[0] == 200 and got[1]["reviewer"] == "TR", "without an assessment a longer expiry is a new version for review", got)
    ok(row(at_kz, id)["version"] == 1, "the version before stays in force")
    code, out, err = serai("notice", "prolong", "--url", at_kz, "--officer", "a.one", "--expires", moment(330), "--review-due", moment(200),
                           "--reason", "SPECIMEN: still sought, warrant renewed", id, "--json")
    reference = json.loads(out)["reference"] if code == 0 else None
    ok(code == 0, "an officer assesses it", code, out, err)
    code, out, err = serai("notice", "propose", "--url", at_kz, "--officer", "b.two", "--sign", str(reference), "--json")
    got = json.loads(out) if code == 0 else {}
    ok(code == 0 and got["reviewer"] is None and got["version"] == 3, "another one signs: no review is needed", code, out, err)
    ok(row(at_kz, id)["version"] == 3, "in force", row(at_kz, id))
    ok(not warned("KZ", 209) and id in (warned("KZ", 211) or ""), "the doctor warns of the day that it was prolonged to, 120 days before", warned("KZ", 209), warned("KZ", 211))
    ok(not warned("TR", 211), "its owner alone")
    code, out, err = serai("notice", "prolong", "--url", at_kz, "--officer", "a.one", "--expires", moment(330), "--review-due", moment(200), "--reason", "all", id, id)
    ok(code == 2, "not several at a time", code, err)
    got = propose(at_kz, {**shown["notice"], "action": "locate", "expires": moment(340)})
    ok(got[0] == 200 and got[1]["reviewer"] == "TR" and until(lambda: row(at_tr, id)["proposed_version"] == 4), "a change of substance goes to review", got)
    ok(row(at_tr, id)["action"] == "arrest" and row(at_tr, id)["version"] == 3 and row(at_tr, id)["acts"], "the prolonged one is in force at the other member, the change for nobody before it")
    ok(act(at_tr, "refused", id, "r.one", "SPECIMEN: no ground", digest=row(at_tr, id)["digest"])[1].get("published"), "refused")
    ok(row(at_tr, id)["version"] == 3 and state(at_tr, id) == "active", "the version before stays")

    # A request of deletion.
    status, filed = call(at_kz, "/v1/complaints", {"subject": "notice-deletion", "text": "SPECIMEN: that is not me", "language": "en"})
    mine = {"reference": filed.get("complaint", filed).get("reference"), "id": id, "officer": "a.one"}
    ok(call(at_kz, "/v1/redress/link", mine)[1].get("suspended") and state(at_kz, id) == "suspended", "suspended while a deletion is pending", row(at_kz, id))

    # Withdrawn while the other member is cut off: at once there when it is back; then no copy is left anywhere.
    tr.send_signal(signal.SIGTERM)
    tr.wait(60)
    pieces = sealed_bodies(work / "KZ")
    ok(len(pieces) >= 4 and any(pieces[0] in p.read_bytes() for p in (work / "TR").rglob("*") if p.is_file()), "its sealed bodies stand in both members' files", len(pieces))
    ok(act(at_kz, "withdrawn", id, "a.one")[1].get("published") and state(at_kz, id) == "withdrawn", "withdrawn")
    tr, at_tr = start("TR")
    ok(until(lambda: state(at_tr, id) == "withdrawn"), "known with the first sync", row(at_tr, id))
    ok(until(lambda: row(at_kz, id)["erased"] == 2), "both members sign that it is erased", row(at_kz, id))
    ok(call(at_tr, "/v1/notices/show", {"id": id, "officer": "r.one", "purpose": "supervision"})[1].get("notice") is None, "nothing of it can be shown")
    for m, p in (("KZ", kz), ("TR", tr)):
        p.send_signal(signal.SIGTERM)
        p.wait(60)
        must("backup", "--node", work / m, "--out", work / f"{m}.backup")
    left = [str(p) for p in [*work.rglob("*")] if p.is_file() and (set(p.relative_to(work).parts[:1]) & {"KZ", "TR", "KZ.backup", "TR.backup"})
            and any(w in p.read_bytes() for w in [*pieces, b"SPECIMEN Samat", "СПЕЦИМЕН Самат".encode(), b"N7654321"])]
    ok(not left, "no file holds a salt, a body, a name or a number, a backup neither", left)
    code, out, err = serai("log", "streams", "--node", work / "KZ")
    ok(code == 0 and "notices" in out, "the log keeps its commitments", code, out, err)

    kz, at_kz = start("KZ")
    status, got = call(at_kz, "/v1/notices/statistics")
    wanted = next(k for k in got["kinds"] if k["kind"] == "wanted")
    ok(status == 200 and wanted["withdrawn"] == 1 and got["withdrawn_within_limit"] == 1 and got["redress"]["deletion"]["filed"] == 1, "figures to publish", got)
finally:
    for p in running:
        if p.poll() is None:
            p.send_signal(signal.SIGTERM)
            p.wait(60)
done()
