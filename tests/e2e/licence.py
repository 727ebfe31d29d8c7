#!/usr/bin/env python3
"""serai licence recognise: from what a licence says to what an agreement makes of it."""
import json
import pathlib
import shutil
import tempfile

from tap import SOURCE, done, ok, serai

work = pathlib.Path(tempfile.mkdtemp(prefix="serai-licence-"))
ECO = SOURCE / "agreements/eco.agreement"

TR = {"issuer": "TR", "result": "genuine", "status": "valid", "birth": "1990-05-05", "issue": "2020-05-01", "expiry": "2030-05-01",
      "residence": "TR", "privileges": [{"category": "B"}, {"category": "C", "codes": ["01"]}, {"category": "D", "to": "2025-01-01"},
                                        {"category": "A", "codes": [{"code": "999"}]}, {"category": "ZZ"}]}
PK = {"issuer": "PK", "result": "well-formed", "examined": True, "status": "valid", "birth": "1990-05-05", "issue": "2024-05-01",
      "expiry": "2029-05-01", "residence": "PK", "privileges": [{"category": "Motorcar"}, {"category": "LTV"}, {"category": "HTV"}]}


def recognise(licence, *args):
    """(exit code, {category: decision}, stderr)"""
    path = work / "licence.json"
    path.write_text(licence if isinstance(licence, str) else json.dumps(licence))
    code, out, err = serai("licence", "recognise", "--agreement", ECO, "--at", "2027-03-01", "--in", "IR", "--json", path, *args)
    return code, {d["category"]: d for d in json.loads(out)["categories"]} if out else {}, err


def codes(d):
    return [r["code"] for r in d["reasons"]]


code, got, err = recognise(TR)
ok(code == 0 and got["B"]["outcome"] == "recognised" and got["B"]["until"] == "2030-05-01" and got["B"]["article"] == "11",
   "a Turkish B in Iran", code, got, err)
ok(got["C"]["outcome"] == "recognised with restrictions" and got["C"]["codes"][0]["known"], "a known code restricts", got["C"])
ok(got["A"]["outcome"] == "recognised with restrictions" and got["A"]["findings"] == ["CODE_UNKNOWN"], "an unknown code restricts",
   got["A"])
ok(got["D"]["outcome"] == "not recognised" and "licence-expired" in codes(got["D"]), "an expired category", got["D"])
ok(got["ZZ"]["outcome"] == "not recognised" and codes(got["ZZ"]) == ["category-unknown"], "an unknown category", got["ZZ"])

code, got, err = recognise(PK)
ok(code == 3 and all(set(d["missing"]) == {"licence.permit", "licence.translation"} for d in got.values()),
   "Pakistan: the permit or the translation is asked for", code, got, err)
code, got, err = recognise(PK, "licence.translation=yes")
ok(code == 0 and all(d["outcome"] == "recognised" and d["scheme"] == "domestic" for d in got.values()), "with a translation", got)
ok([d["vienna"] for d in got.values()] == ["B", "B", "C"], "mapped to the letters of 1968", got)
code, got, err = recognise(PK, "licence.translation=no", "licence.permit=no")
ok(code == 1 and got["LTV"]["outcome"] == "not recognised", "with neither", code, got)

code, got, err = recognise(TR, "--resident-since", "2026-09-01", "--category", "B")
ok(code == 0 and list(got) == ["B"] and got["B"]["until"] == "2027-03-01" and "duty" in codes(got["B"]), "a resident in time", got)
code, got, err = recognise(TR, "--resident-since", "2026-08-31", "--category", "B")
ok(code == 1 and "residence-term" in codes(got["B"]), "a resident after the grace period", got)
code, got, err = recognise({**TR, "residence": ""}, "--category", "B")
ok(code == 3 and "driver.residence" in got["B"]["missing"], "nobody knows where the driver lives", got)
code, got, err = recognise({k: v for k, v in TR.items() if k != "status"}, "--category", "B")
ok(code == 3 and got["B"]["missing"] == ["licence.status"], "nobody asked at home", got)
for status in ("suspended", "withdrawn", "stolen"):
    code, got, err = recognise({**TR, "status": status}, "--category", "B")
    ok(code == 1, f"{status} at home", code, got)
for result in ("forged", "malformed", "revoked"):
    code, got, err = recognise({**TR, "result": result, "examined": True})
    ok(code == 1, f"a {result} licence, also when examined", code, got)

# people cannot state away what the licence says
code, got, err = recognise(TR, "licence.codes=none", "licence.category=a", "--category", "C")
ok(got["C"]["outcome"] == "recognised with restrictions" and got["C"]["vienna"] == "C", "stated codes do not replace read ones", got)

# facts alone
code, out, err = serai("licence", "recognise", "--agreement", ECO, "--at", "2027-03-01", "licence.category=LTV", "licence.issuer=PK",
                       "licence.result=genuine", "licence.status=valid", "licence.permit=yes", "licence.codes=none",
                       "licence.from=2024-01-01", "licence.expiry=2029-01-01", "driver.age=30", "driver.residence=PK",
                       "travel.entering=IR")
ok(code == 0 and "1968 B" in out and "until 2029-01-01" in out, "facts alone", code, out, err)
code, got, err = recognise({"licence.issuer": "TR", "licence.category": "B", "driver.residence": "TR", "driver.age": 30,
                            "licence.permit": True, "licence.from": "2020-01-01"})
ok(code == 3 and "licence.codes" in got["B"]["missing"], "facts in a file, some missing", code, got, err)

# languages
for language, word in (("fa", "به رسمیت شناخته می‌شود"), ("ru", "признаётся"), ("tr", "tanınır"), ("kk", "recognised")):
    code, out, err = serai("licence", "recognise", "--agreement", ECO, "--at", "2027-03-01", "--in", "IR", "--language", language,
                           work / "licence.json", "licence.result=genuine", "licence.status=valid", "licence.codes=none",
                           "licence.expiry=2030-01-01")
    ok(code == 0 and word in out, f"in {language}", code, out, err)

# a node knows its agreement and its member
code, out, err = serai("init", "--specimen", "--sign-in", "off", "--member", "IR", "--listen", "127.0.0.1:0", work / "ir")
ok(code == 0, "a node", out, err)
(work / "licence.json").write_text(json.dumps(TR))
code, out, err = serai("licence", "recognise", "--node", work / "ir", "--at", "2027-03-01", "--category", "B", work / "licence.json")
ok(code == 0 and "recognised" in out, "by the agreement of a node", code, out, err)

# mistakes
for what, text in (("no JSON", "{"), ("a list", "[]"), ("an unknown member", '{"colour": "red"}'), ("a date that is none",
                   '{"expiry": "2027-02-30"}'), ("a fact that is none", '{"licence.colour": "red"}'), ("privileges as text",
                   '{"privileges": "B"}'), ("codes as text", '{"privileges": [{"category": "B", "codes": "01"}]}'),
                   ("a scheme that is none", '{"privileges": [{"category": "B", "scheme": "2050"}]}')):
    code, got, err = recognise(text)
    ok(code == 2 and err.startswith("serai licence:"), what, code, err)
many = {**TR, "privileges": [{"category": "B"}] * 65}
ok(recognise(many)[0] == 2, "too many categories")
for args in ((), ("recognise",), ("recognize", "x"), ("recognise", work / "licence.json"), ("recognise", "--agreement", ECO),
             ("recognise", "--agreement", ECO, "licence.colour=red"), ("recognise", "--agreement", work / "none", work / "licence.json")):
    code, out, err = serai("licence", *args)
    ok(code == 2 and err, "usage: " + " ".join(map(str, args)), code, out, err)

shutil.rmtree(work)
done()
