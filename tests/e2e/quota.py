#!/usr/bin/env python3
"""What a lane counts and what it is told: quotas of the agreement, and insurance."""
import datetime
import json
import pathlib
import tempfile

from tap import SOURCE, done, ok, serai

work = pathlib.Path(tempfile.mkdtemp(prefix="serai-quota-"))
ENV = {"SERAI_DATA": str(SOURCE)}
LINES = "P<KAZSPECIMEN<<AIGERIM<<<<<<<<<<<<<<<<<<<<<<\nN123456785KAZ9005145F3105135<<<<<<<<<<<<<<<2\n"
AGREEMENT = """agreement "Quotas (illustrative)" version 1
  note en "An illustrative text. It claims nothing about any treaty in force."
parties IR KZ
in force from 2026-01-01
words for travel.purpose: work, tourism, study

quota "workers" when travel.purpose is work
  IR: 2 per year

article 1 "Travel"
  text en "Whoever travels for one of the purposes may stay for thirty days."
  when travel.purpose in work, tourism, study
  allow stay of 30 days per visit
  example "a tourist"
    given on 2027-03-01, purpose tourism, entering IR, nationality KZ
    gives admit, by article 1

article 2 "Insurance"
  text en "Whoever studies is insured for 30 000 US dollars, and whoever brings a vehicle has its card."
  require travel.purpose is not study or (insurance.until is today or later and insurance.cover is at least 30000 USD)
  require travel.purpose is not study or not vehicle.brought or vehicle.insurance card
  example "a tourist is not asked"
    given on 2027-03-01, purpose tourism, entering IR, nationality KZ
    gives admit, by article 1
"""
(work / "q.agreement").write_text(AGREEMENT)
(work / "lines.txt").write_text(LINES)
node = work / "ir"
code, out, err = serai("init", "--specimen", "--sign-in", "off", "--member", "IR", "--agreement", work / "q.agreement", "--listen", "127.0.0.1:0", node, env=ENV)
ok(code == 0, "a node of that agreement", err)
year = datetime.datetime.now(datetime.timezone.utc).year


def check(name, *args, at=f"{year}-06-01T08:00:00Z", movement="entry", purpose="work", where=node):
    code, out, err = serai("check", "--node", where, "--json", "--examined", "--mode", "air", "--purpose", purpose, "--movement", movement, "--id", name, "--at", at,
                           *args, work / "lines.txt", env=ENV)
    answer = json.loads(out) if out else {"verdict": err, "reasons": [], "missing": []}
    return answer["verdict"], {r["code"] for r in answer["reasons"]}, set(answer.get("missing", []))


# ---- a quota ----
ok(check("one")[0] == "admit", "the first of two", check("one"))
ok(check("one")[0] == "admit", "sent again it is the same entry")
ok(check("look", movement="none")[0] == "admit", "who is only looked at is not counted")
ok(check("two")[0] == "admit", "the second of two")
got = check("three")
ok(got[0] == "refer" and "quota-exhausted" in got[1], "the quota of the year is used up", got)
ok(check("tourist", purpose="tourism")[0] == "admit", "others do not fall under it")
got = check("four", "--officer-admits")
ok(got[0] == "refer", "an officer lets one more in", got)
ok(check("next", at=f"{year + 1}-01-01T12:00:00Z")[0] == "admit", "the next year begins anew")
with open(node / "node.conf", "a") as f:
    f.write("sync-from = ../ir-state\n")
got = check("edge", at=f"{year + 1}-01-02T12:00:00Z", movement="none")
ok(got[0] == "refer" and "quota.used" in got[2] or "not" in got[0], "an edge does not know the count: it says so", got)
text = (node / "node.conf").read_text().replace("sync-from = ../ir-state\n", "")
(node / "node.conf").write_text(text)

# ---- insurance ----
policy, card = ("--insurance", f"{year}-12-31,30000,USD"), ("--vehicle", "none")
ok(check("s1", *policy, *card, purpose="study")[0] == "admit", "insured, without a vehicle")
ok(check("s2", *policy, "--vehicle", "card", purpose="study")[0] == "admit", "with a vehicle and its card")
for name, what, args in (("s3", "a vehicle without its card", (*policy, "--vehicle", "no-card")), ("s4", "too little", ("--insurance", f"{year}-12-31,29999,USD", *card)),
                         ("s5", "ended", ("--insurance", f"{year}-05-31,30000,USD", *card))):
    got = check(name, *args, purpose="study")
    ok(got[0] == "refer" and "requirement-not-met" in got[1], what, got)
got = check("s6", "--insurance", f"{year}-12-31,90000,EUR", *card, purpose="study")
ok(got[0] == "refer" and "unknown-word" in got[1], "another currency is not converted", got)
got = check("s7", *card, purpose="study")
ok(got[0] == "refer" and {"insurance.until", "insurance.cover"} <= got[2], "nobody asked for it: named", got)
got = check("s7", *policy, *card, purpose="study")
ok("another request" in got[0] or "request-conflict" in got[0], "another insurance under the same id is another request", got)
for bad in (("--insurance", "soon"), ("--insurance", f"{year}-12-31,30000"), ("--insurance", f"{year}-12-31,30000,XXX"), ("--vehicle", "lorry")):
    code, out, err = serai("check", "--node", node, *bad, work / "lines.txt", env=ENV)
    ok(code == 2 and err, f"usage: {' '.join(bad)}", code, err)
done()
