#!/usr/bin/env python3
"""The roadside check from outside: command line and HTTP, cards and mobile licences, Pakistan's categories from end to end, and attacks."""
import base64
import json
import os
import pathlib
import re
import shutil
import signal
import sqlite3
import sqlite3
import subprocess
import tempfile
import urllib.error
import urllib.request

from tap import SERAI, SOURCE, done, ok, serai, skip, vectors

work = pathlib.Path(tempfile.mkdtemp(prefix="serai-roadside-"))
ENV = {"SERAI_DATA": str(SOURCE)}
ir = work / "ir"
root = vectors("licence")


def run(*args, **more):
    return serai(*args, env=ENV, **more)


def check(*args, node=ir, stdin=None):
    """(exit code, answer, stderr)"""
    code, out, err = run("licence", "check", "--node", node, "--json", *args, stdin=stdin)
    return code, json.loads(out) if out else {}, err


def by_category(answer):
    return {c["category"]: c for c in answer.get("categories", [])}


def findings(answer):
    return [f["reason"] for f in answer.get("findings", [])]


code, out, err = run("init", "--specimen", "--sign-in", "off", "--member", "IR", "--desks", "KZ PK TR", "--listen", "127.0.0.1:0", ir)
ok(code == 0, "a node with desks", err)
if root:
    for f in (root / "pki").glob("*-iaca.der"):
        shutil.copy(f, ir / "anchors" / f.name)
run("licence", "register", "--node", ir / "desks/pk", "add", "--number", "SPECIMEN-LTV", "--status", "valid", "--categories", "LTV;PSV")
run("licence", "register", "--node", ir / "desks/pk", "add", "--number", "SPECIMEN-OUT", "--status", "suspended", "--reason", "court-order",
    "--since", "2026-01-01")

# ---- Pakistan from end to end ----
PK = "issuer=PK,number=SPECIMEN-LTV,categories=LTV+PSV+HTV,issued=2024-05-01,expiry=2029-05-01,birth=1990-05-05"
HOW = ("--residence", "PK")
code, got, err = check("--typed", PK, *HOW)
ok(code == 3 and got["outcome"] == "refer" and got["strength"] == "typed", "a typed card alone: refer", code, got, err)
ok({"licence.examined", "licence.permit", "licence.translation"} <= set(by_category(got)["LTV"]["missing"]) and "needs" in findings(got),
   "what is needed is named", by_category(got).get("LTV"))
code, got, err = check("--typed", PK, *HOW, "--examined", "yes", "--permit", "yes")
ok(code == 0 and got["outcome"] == "recognised" and by_category(got)["LTV"]["vienna"] == "B" and by_category(got)["LTV"]["article"] == "11" and
   by_category(got)["LTV"]["until"] == "2029-05-01", "examined, and with a permit: recognised", code, got, err)
ok(by_category(got)["HTV"]["outcome"] == "not recognised", "a category that home does not grant", by_category(got).get("HTV"))
ok(got["status"]["state"] == "answered" and got["status"]["word"] == "valid" and got["status"]["from"] == "PK", "the issuer was asked", got["status"])
code, got, err = check("--typed", PK, *HOW, "--examined", "yes", "--permit", "no", "--translation", "no")
ok(code == 1 and got["outcome"] == "not recognised", "with neither permit nor translation", got)
code, got, err = check("--typed", PK, *HOW, "--examined", "no", "--permit", "yes")
ok(code in (1, 3) and not got["outcome"].startswith("recognised"), "the officer found something", got)
code, got, err = check("--typed", PK.replace("LTV+PSV+HTV", "LTV:999"), *HOW, "--examined", "yes", "--permit", "yes")
ok(code == 0 and got["outcome"] == "recognised with restrictions" and "CODE_UNKNOWN" in findings(got), "an unknown code restricts", got)
code, got, err = check("--typed", PK.replace("LTV+PSV+HTV", "XYZ"), *HOW, "--examined", "yes", "--permit", "yes")
ok(code == 1 and "CATEGORY_UNKNOWN" in findings(got), "an unknown category grants nothing", got)

# ---- the status at home ----
code, got, err = check("--typed", PK.replace("SPECIMEN-LTV", "SPECIMEN-OUT"), *HOW, "--examined", "yes", "--permit", "yes")
ok(code == 1 and got["status"]["word"] == "suspended" and got["status"]["reason"] == "court-order" and got["status"]["since"] == "2026-01-01" and
   "home-status" in findings(got), "suspended at home", got)
code, got, err = check("--typed", PK.replace("SPECIMEN-LTV", "NEVER"), *HOW, "--examined", "yes", "--permit", "yes")
ok(code == 3 and got["status"]["state"] == "unknown" and "home-unknown" in findings(got), "not known at home: refer", got)
code, got, err = check("--typed", PK.replace("issuer=PK", "issuer=UZ"), *HOW, "--examined", "yes", "--permit", "yes")
ok(code != 0 and got["status"]["state"] == "unreachable", "unreachable is never valid", got)
code, got, err = check("--typed", PK.replace("issuer=PK", "issuer=UZ").replace("LTV+PSV+HTV", "B"), *HOW, "--examined", "yes")
ok(code == 3 and got["outcome"] == "refer" and by_category(got)["B"]["missing"] == ["licence.status"], "unreachable: refer, and it says why", got)
code, got, err = check("--typed", PK, *HOW, "--examined", "yes", "--permit", "yes", "--no-ask")
ok(code == 3 and got["status"]["state"] == "not asked" and "status at home" in got["not_checked"], "not asked is named", got)
code, got, err = check("--typed", PK, *HOW, "--examined", "yes", "--permit", "yes", "--purpose", "curiosity")
ok(code == 3 and got["status"]["state"] == "refused", "a purpose that is not allowed is refused", got["status"])

# ---- recorded once ----
code, first, err = check("--typed", PK, *HOW, "--examined", "yes", "--permit", "yes", "--id", "stop-1")
code, again, err = check("--typed", PK, *HOW, "--examined", "yes", "--permit", "yes", "--id", "stop-1")
ok(again["repeated"] and {**again, "repeated": False} == first, "the same request again: the same answer", first, again)
code, got, err = check("--typed", PK, *HOW, "--examined", "yes", "--id", "stop-1")
ok(code == 2 and "another request" in err, "the same id, another request", code, err)
with sqlite3.connect(f"file:{ir}/store.db?mode=ro", uri=True) as db:
    kept = str(db.execute("SELECT * FROM checks").fetchall())
ok("stop-1" in kept and "SPECIMEN" not in kept.replace("ir.specimen", "") and "1990-05-05" not in kept and "LTV" not in kept,
   "nothing of the licence is kept with the check", kept[:600])
ok("SPECIMEN" not in first["receipt"] and "licence check stop-1" in first["receipt"], "nor in the receipt", first["receipt"])

# ---- words ----
def words(language, key):
    """What the catalogue of the language has under that name."""
    return re.search(r'^msgctxt "%s"\nmsgid ".*"\nmsgstr "(.+)"$' % re.escape(key), (SOURCE / f"po/{language}.po").read_text(encoding="utf-8"), re.M)[1]


for language in ("fa", "ru", "tr", "kk", "ar", "uz"):
    code, got, err = check("--typed", PK, *HOW, "--examined", "yes", "--permit", "yes", "--language", language)
    _, asked, _ = check("--typed", PK, *HOW, "--language", language)
    ltv = by_category(asked)["LTV"]
    ok(dict(zip(ltv["missing"], ltv["missing_said"]))["licence.permit"] == words(language, "fact.licence.permit") and len(ltv["missing"]) == len(ltv["missing_said"]),
       f"what is missing by its name in {language}", ltv)
    ok(got["said"] == words(language, "outcome.recognised") and got["categories"][0]["name"] and
       [(f["said"], f["do"]) for f in got["findings"]] == [(words(language, f"licence.{f['reason']}"), words(language, f"licence.do.{f['reason']}")) for f in got["findings"]], f"in {language}", got)
code, out, err = run("licence", "check", "--node", ir, "--typed", PK, *HOW)
ok(code == 3 and "refer" in out and "LTV = B" in out and "? international permit [licence.permit]" in out and "[typed, " in out, "for people", out, err)

# ---- mobile licences ----
if root:
    cases = {c["id"]: c for c in json.loads((root / "generated/index.json").read_text())["cases"]}
    c = cases["auth0-kz-es256-full"]
    if c:
        (work / "session").write_bytes(bytes.fromhex(c["transcript_hex"]))
        code, got, err = check("--at", c["now"], "--session", work / "session", root / c["file"])
        ok(got["evidence"][0]["result"] == "genuine" and got["strength"] == "signed" and got["licence"]["issuer"] == "KZ" and
           "device" not in got["not_checked"], "signed, device proved", got, err)
        code, got, err = check("--at", c["now"], root / c["file"])
        ok(got["strength"] == "signed, device not proved" and "device" in findings(got) and "device" in got["not_checked"], "without the session", got)
        licence = got["licence"]
        run("licence", "register", "--node", ir / "desks/kz", "add", "--number", licence["number"], "--status", "valid")
        code, got, err = check("--at", c["now"], "--residence", "KZ", "--session", work / "session", root / c["file"])
        ok(code == 0 and got["outcome"].startswith("recognised"), "recognised", got, err)
        typed = f"issuer=KZ,number={licence['number']},birth={licence['birth']}"
        code, got, err = check("--at", c["now"], "--residence", "KZ", "--session", work / "session", "--typed", typed, root / c["file"])
        ok(code == 0 and got["strength"] == "signed", "what was typed agrees", got)
        code, got, err = check("--at", c["now"], "--residence", "KZ", "--session", work / "session", "--typed", "issuer=KZ,number=OTHER",
                               "--examined", "yes", root / c["file"])
        ok(code == 3 and got["outcome"] == "refer" and "contradiction" in findings(got), "what was typed contradicts: refer", got)
        code, got, err = check("--at", "2050-01-01", "--residence", "KZ", root / c["file"])
        ok(not got["outcome"].startswith("recognised"), "long after", got["outcome"], got["evidence"])
        code, out, err = run("init", "--specimen", "--sign-in", "off", "--member", "IR", "--listen", "127.0.0.1:0", work / "bare")
        code, got, err = check("--at", c["now"], root / c["file"], node=work / "bare")
        ok(code == 3 and got["evidence"][0]["result"] == "no-anchor" and got["licence"] is None and "no-anchor" in findings(got) and
           licence["number"] not in json.dumps(got), "no anchor: nothing of it is used", got)
    bad = ran = 0
    for c in json.loads((root / "bad/index.json").read_text())["cases"]:
        if not c.get("file") or c["kind"] not in ("response", "mdoc", "document", "issuerSigned", cases["auth0-kz-es256-full"]["kind"]):
            continue
        if c["id"] == "315-anchor-other-state":  # every authority is an anchor here
            continue
        args = ["--at", c["now"]]
        if c.get("transcript_hex"):
            (work / "t").write_bytes(bytes.fromhex(c["transcript_hex"]))
            args += ["--session", work / "t"]
        code, got, err = check(*args, "--residence", "KZ", "--examined", "yes", "--no-ask", root / c["file"])
        ran += 1
        refused = c["expect"]["lenient"] != "OK"
        if refused and (code == 0 or (got.get("licence") and got["evidence"][0]["result"] != "expired")):
            bad += 1
            print("#", c["id"], c["expect"]["lenient"], code, got.get("outcome"), got.get("evidence"))
        if not refused and not got.get("licence"):
            bad += 1
            print("#", c["id"], "refused", got.get("evidence"))
    ok(ran > 50 and bad == 0, f"{ran} licences with one defect each: none used, none refused that holds", bad)

# ---- HTTP: the same flow ----
log = open(work / "log", "w+")
node = subprocess.Popen([SERAI, "serve", ir], stdout=subprocess.PIPE, stderr=log, text=True, env={**os.environ, **ENV})
url = node.stdout.readline().strip().rstrip("/")


def call(path, body=None, headers=None):
    data = body if isinstance(body, (bytes, type(None))) else json.dumps(body).encode()
    request = urllib.request.Request(url + path, data, {**({"Content-Type": "application/json"} if data is not None else {}), **(headers or {})})
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.status, answer.read(), answer.headers
    except urllib.error.HTTPError as e:
        return e.code, e.read(), e.headers


TYPED = {"issuer": "PK", "number": "SPECIMEN-LTV", "categories": ["LTV", "PSV", {"category": "HTV"}], "issued": "2024-05-01", "expiry": "2029-05-01",
         "birth": "1990-05-05"}
REQUEST = {"id": "http-1", "typed": TYPED, "driver": {"residence": "PK"}, "examined": True, "permit": True}
try:
    status, body, _ = call("/v1/licence", REQUEST)
    http = json.loads(body)
    ok(status == 200 and http["outcome"] == "recognised" and not http["repeated"], "POST /v1/licence", status, body)
    status, body, _ = call("/v1/licence", REQUEST)
    ok(json.loads(body) == {**http, "repeated": True}, "again", body)
    status, body, _ = call("/v1/licence", {**REQUEST, "permit": False})
    ok(status == 409, "the same id, another request", status, body)
    for what, text, wanted in (("no JSON", b"{", 400), ("a list", b"[]", 400), ("nothing to check", b"{}", 400), ("an unknown member", b'{"x":1}', 400),
                               ("evidence of two kinds", b'{"evidence":[{"text":"a","base64":"YQ=="}]}', 400),
                               ("broken base64", b'{"evidence":[{"base64":"!"}]}', 400), ("a day that is none", b'{"typed":{"issuer":"PK","number":"1","expiry":"2027-02-30"}}', 400),
                               ("an issuer that is none", b'{"typed":{"issuer":"Pakistan","number":"1"}}', 400),
                               ("many pieces", json.dumps({"evidence": [{"text": "x"}] * 17}).encode(), 413),
                               ("many categories", json.dumps({"typed": {**TYPED, "categories": ["B"] * 65}}).encode(), 413),
                               ("a purpose in capitals", json.dumps({**REQUEST, "id": "p", "purpose": "X Y"}).encode(), 400),
                               ("an id that is none", json.dumps({**REQUEST, "id": "a b"}).encode(), 400)):
        status, body, _ = call("/v1/licence", text)
        ok(status == wanted and json.loads(body)["detail" if "detail" in json.loads(body) else "error"], f"{what}: {wanted}", status, body)
    for what, evidence in (("noise", {"base64": base64.b64encode(os.urandom(4096)).decode()}), ("an endless map", {"base64": base64.b64encode(b"\xbf" * 4096).decode()}),
                           ("text", {"text": "hello"}), ("a QR that opens a session", {"text": "mdoc:owBjMS4wAYIB2BhYS6"}),
                           ("a damaged barcode", {"kind": "barcode", "text": "@\nANSI 6360"}), ("other lines", {"kind": "mrz", "text": "D1XXX<<<<<<<<<<<<<<<<<<<<<<<<<"})):
        status, body, _ = call("/v1/licence", {"evidence": [evidence], "examined": True})
        got = json.loads(body)
        ok(status == 200 and got["outcome"] == "refer" and got["licence"] is None and got["strength"] == "nothing" and got["findings"],
           f"{what}: refer, and nothing is made of it", status, body)
    if root:
        c = cases["auth0-kz-es256-full"]
        body = {"evidence": [{"base64": base64.b64encode((root / c["file"]).read_bytes()).decode()}], "session":
                base64.b64encode(bytes.fromhex(c["transcript_hex"])).decode(), "driver": {"residence": "KZ"}, "language": "ru", "id": "m-1"}
        status, body, _ = call("/v1/licence", body)
        mobile = json.loads(body)
        ok(status == 200 and mobile["evidence"][0]["kind"] == "mdoc", "a mobile licence over HTTP", body[:400])
    status, body, headers = call("/v1/licence/pack")
    pack = json.loads(body)
    ok(status == 200 and pack["member"] == "IR" and pack["expires"] > pack["at"] and pack["agreement"]["text"].startswith("#") or
       "agreement" in pack["agreement"]["text"], "what a phone needs", body[:200])
    ok(not root or {a["state"] for a in pack["anchors"]} >= {"KZ", "PK", "TR"}, "authorities", [a["state"] for a in pack["anchors"]])
    ok(call("/v1/licence/pack", headers={"If-None-Match": headers["ETag"]})[0] == 304 and call("/v1/licence/pack")[1] == body, "unchanged: 304")
    log.flush()
    text = (work / "log").read_text()
    ok("SPECIMEN" not in text and "1990" not in text, "the log names nobody", text[-400:])
finally:
    node.send_signal(signal.SIGTERM)
    node.wait(20)


def bare(answer):
    """Without what belongs to one call, and the question's own reference and time."""
    a = {k: v for k, v in answer.items() if k not in ("id", "at", "receipt", "salt", "repeated")}
    return json.dumps({**a, "status": {k: v for k, v in a["status"].items() if k not in ("reference", "as_of")}}, sort_keys=False)


code, got, err = check("--typed", PK, *HOW, "--examined", "yes", "--permit", "yes")
ok(bare(got) == bare(http), "command line and HTTP say the same, byte for byte", bare(got), bare(http))
if root:
    code, got, err = check("--session", work / "session", "--residence", "KZ", "--language", "ru", root / cases["auth0-kz-es256-full"]["file"])
    ok(bare(got) == bare(mobile), "of a mobile licence too", bare(got)[:600], bare(mobile)[:600])

# ---- decided again ----
code, out, err = run("agreement", "redecide", "--node", ir, "--json")
r = json.loads(out)
ok(code == 0 and r["agreed"] > 5 and r["agreed"] + r["without_facts"] == r["checks"] and r["proved"] == r["agreed"],
   "roadside checks decided again, each on the facts that its receipt commits to", r)
db = sqlite3.connect(next(ir.glob("*.db")))
one, facts = next((i, f) for i, f in db.execute("SELECT request_id, facts FROM checks") if f and b'"outcome":"recognised' in f and b'"driver.age"' in f)
for what, changed, why in (("the status at home", facts.replace(b'"licence.status":"valid"', b'"licence.status":"suspended"'), "verdict"),
                           ("the age, which changes nothing", facts.replace(b'"driver.age":', b'"driver.age":1'), "committed")):
    db.execute("UPDATE checks SET facts = ? WHERE request_id = ?", (changed, one))
    db.commit()
    code, out, err = run("agreement", "redecide", "--node", ir, "--json")
    found = [d["reason"] for d in json.loads(out)["disagreements"] if d["id"] == one]
    ok(code == 1 and changed != facts and found == [why], f"changed since: {what}", found, facts)
db.close()

# ---- mistakes ----
for args in ((), ("--typed", "issuer=PK"), ("--typed", "number=1"), ("--typed", "issuer=PK,number=1,colour=red"), ("--typed", "issuer=PK,number=1,expiry=soon"),
             ("--examined", "perhaps", "--typed", PK), (work / "none",), ("--session", work / "none", "--typed", PK), ("--at", "noon", "--typed", PK)):
    code, got, err = check(*args)
    ok(code == 2 and err, "usage: " + " ".join(map(str, args)), code, got, err)

shutil.rmtree(work)
done()
