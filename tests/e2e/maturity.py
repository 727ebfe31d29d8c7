#!/usr/bin/env python3
"""A team's self-assessment between three members: assessed, published to a reviewer alone, confirmed and disputed, exported; boards of exposure told to the members; what does not go."""
import base64
import datetime
import hashlib
import json
import re
import signal
import subprocess

from notice_life import call, free_port, must, reason, running, start, work
from tap import SOURCE, done, ok, serai, until

agreement = work / "agreement"
agreement.write_text('agreement "Maturity (illustrative, for a test)" version 1\nparties KZ TR UZ\n'
                     "trust: a certificate counts when 1 parties vouch for it\ntrust: a key no longer counts when 1 parties report it\n"
                     "trust: a member is admitted or suspended when 1 parties say so\ntrust: a record is witnessed when 1 parties have cosigned it\n\n"
                     'article 33 "Sharing"\n\n' + 'sharing "cyber"\n  under article 33\n  unmarked counts as amber\n  passed on up to green\n  clients up to amber\n  detectors up to amber\n')
MEMBERS = ("KZ", "TR", "UZ")
YEAR = datetime.datetime.now(datetime.timezone.utc).year


def run(*args):
    code, out, err = serai(*args)
    return code, (json.loads(out) if out.startswith("{") and "--json" in args else out if code == 0 else err)


def show(at, **query):
    return call(at, "/v1/maturity" + ("?" + "&".join(f"{k}={v}" for k, v in query.items()) if query else ""))[1]


def of(shown, parameter):
    return next(p for p in shown["parameters"] if p["id"] == parameter)


def signed(folder, **record):
    """A record that its member's node would not sign, by its key (C2SP signed-note)."""
    _, _, name, id, secret = (folder / "node.key").read_text().strip().split("+", 4)
    text = "serai cooperation 1\n" + json.dumps(record, sort_keys=True, separators=(",", ":")) + "\n"
    (work / "uz.der").write_bytes(bytes.fromhex("302e020100300506032b657004220420") + base64.b64decode(secret)[1:33])
    (work / "uz.text").write_text(text)
    signature = subprocess.run(["openssl", "pkeyutl", "-sign", "-rawin", "-keyform", "DER", "-inkey", work / "uz.der", "-in", work / "uz.text"], stdout=subprocess.PIPE, check=True).stdout
    return f"{text}\n\u2014 {name} {base64.b64encode(bytes.fromhex(id) + signature).decode()}\n"


def held(at):
    return [(a["who"], a["record"]["reason"]) for a in call(at, "/v1/cyber/releases?act=held")[1]["acts"]]


def members(at):
    return call(at, "/v1/exposure/members")[1]


def post(at, path, body):
    return call(at, path, body)


def octets(at, path, text):
    import urllib.request
    q = urllib.request.Request(at.rstrip("/") + path + "?office=cert&purpose=SPECIMEN&list=all", text.encode() if isinstance(text, str) else text, {"Content-Type": "application/octet-stream"})
    with urllib.request.urlopen(q, timeout=30) as r:
        return json.loads(r.read())


try:
    for m in MEMBERS:
        at = f"127.0.0.1:{free_port()}"
        must("init", "--specimen", "--sign-in", "off", "--member", m, "--agreement", agreement, "--listen", "127.0.0.1:0", "--peer-listen", at,
             "--peer-address", f"https://{at}", work / m)
    fingerprint = {m: re.search(r"((?:[0-9a-f]{4} ){15}[0-9a-f]{4})", must("trust", "member", "list", "--node", work / m)).group(1) for m in MEMBERS}
    everything = []
    for m in MEMBERS:
        must("trust", "acts", "--node", work / m, "--out", work / "one.acts")
        everything.append((work / "one.acts").read_text().rstrip("\n") + "\n")
    (work / "all.acts").write_text("\n".join(everything))
    for m in MEMBERS:
        others = [a for o in MEMBERS if o != m for a in ("--fingerprint", fingerprint[o])]
        must("join", "--node", work / m, "--agreement", agreement, "--from", work / "all.acts", "--out", work / "out", *others)
    with open(work / "KZ/node.conf", "a") as f:
        f.write("exposure-offices = cert cert-lead\n")
    (kz, at_kz), (tr, at_tr), (uz, at_uz) = (start(m) for m in MEMBERS)

    # Assessing.
    empty = show(at_kz)
    ok(len(empty["parameters"]) == 45 and empty["assessed"] == 0 and empty["profile"] == "none", "45 parameters, none assessed", empty)
    for language, title in (("", "Task given to the team"), ("xx", "Task given to the team"), ("../en", "Task given to the team"), ("ru", "Поручение команде"), ("kk", "Топқа берілген міндет")):
        ok(of(show(at_kz, language=language), "O-1")["title"] == title, f"titles in the languages of the console: {language}", of(show(at_kz, language=language), "O-1"))
    for language, html in (("ar", '<html lang="ar" dir="rtl">'), ("ky", '<html lang="ky" dir="ltr">'), ('"><script>', '<html lang="en" dir="ltr">')):
        page = must("maturity", "export", "--url", at_kz, "--format", "html", "--language", language)
        ok(html in page and "<script" not in page and ("المهمة المسندة إلى الفريق" in page) == (language == "ar"), f"a page to print in {language}", page[:300])
    file = work / "mandate.txt"
    file.write_text("SPECIMEN decree")
    digest = must("maturity", "digest", file).strip()
    ok(digest == hashlib.sha256(file.read_bytes()).hexdigest(), "the digest of a file that stays here", digest)
    code, out = run("maturity", "assess", "--url", at_kz, "--office", "csirt-lead", "--parameter", "O-1", "--level", "3", "--evidence", 'SPECIMEN "decree" 7', "--digest", digest, "--json")
    ok(code == 0 and out["level"] == 3, "a level with evidence", code, out)
    for what, body in (("no evidence", {"parameter": "O-2", "level": 2}), ("no such parameter", {"parameter": "O-12", "level": 0}), ("no such level", {"parameter": "O-2", "level": 5, "evidence": "x"}),
                       ("a year to come", {"parameter": "O-2", "level": 0, "year": YEAR + 1}), ("no digest", {"parameter": "O-2", "level": 1, "evidence": "x", "digest": "12"}), ("no role", {"office": "a b", "parameter": "O-2", "level": 0})):
        ok(reason(post(at_kz, "/v1/maturity/assess", {"office": "csirt-lead", **body})) == (400, "request"), "refused: " + what)
    ok(reason(post(at_kz, "/v1/maturity/publish", {"office": "csirt-lead", "reviewers": ["TR"]})) == (409, "incomplete"), "what must be assessed is not: not published")
    for p in empty["parameters"]:
        if p["id"] != "O-1":
            call(at_kz, "/v1/maturity/assess", {"office": "csirt-lead", "parameter": p["id"], "level": p["asks"]["basic"] if p["id"] != "T-4" else 1, "evidence": "=SPECIMEN <b>", "year": YEAR})
        call(at_kz, "/v1/maturity/assess", {"office": "csirt-lead", "parameter": p["id"], "level": 1, "evidence": "SPECIMEN", "year": YEAR - 1})
    code, out = run("maturity", "check", "--url", at_kz, "--profile", "basic", "--json")
    ok(code == 1 and [m["id"] for m in out["missing"]] == ["T-4"] and out["missing"][0]["asks"] == 2, "the one gap is named", code, out)
    call(at_kz, "/v1/maturity/assess", {"office": "csirt-lead", "parameter": "T-4", "level": 2, "evidence": "SPECIMEN"})
    code, out = run("maturity", "check", "--url", at_kz, "--profile", "basic", "--json")
    ok(code == 0 and out["met"], "and closed", out)
    own = show(at_kz)
    ok(own["profile"] == "basic" and own["gaps"]["basic"] == [] and "O-1" not in own["gaps"]["intermediate"] and "O-2" in own["gaps"]["intermediate"], "the profile, and gaps to the next", own["gaps"])
    ok([y["year"] for y in own["years"]] == [YEAR - 1, YEAR] and own["years"][0]["overall"] == 100 < own["years"][1]["overall"], "years side by side", own["years"])
    code, out = run("maturity", "compare", "--url", at_kz, "--year", str(YEAR), "--with", str(YEAR - 1), "--json")
    ok(code == 0 and next(p for p in out["parameters"] if p["id"] == "O-1")["change"] == 2, "by parameter too", out)
    code, out = run("maturity", "export", "--url", at_kz, "--format", "csv")
    ok(code == 0 and out.count("\n") == 46 and '"\'=SPECIMEN <b>"' in out and f'"SPECIMEN ""decree"" 7","{digest}"' in out, "a table; what would be a formula is text", out[:600])
    code, out = run("maturity", "export", "--url", at_kz, "--format", "html")
    ok(code == 0 and "<meter" in out and "=SPECIMEN &lt;b&gt;" in out and "<b>" not in out, "a page to print, escaped", out[:300])

    # Publishing and reviewing.
    ok(reason(post(at_kz, "/v1/maturity/publish", {"office": "csirt-lead", "reviewers": ["KZ"]})) in ((403, "own"), (400, "request")), "the own member is no reviewer")
    ok(reason(post(at_kz, "/v1/maturity/publish", {"office": "csirt-lead", "reviewers": ["KZ"], "to": ["TR"]})) == (403, "own"), "nor with others in the audience")
    ok(reason(post(at_kz, "/v1/maturity/publish", {"office": "csirt-lead", "reviewers": ["UZ"], "to": ["TR"]})) == (400, "request"), "a reviewer has to get what it reviews")
    code, out = run("maturity", "publish", "--url", at_kz, "--office", "csirt-lead", "--reviewers", "TR", "--json")
    ok(code == 0 and out["to"] == ["TR"] and out["tlp"] == "amber", "the whole goes to the reviewer alone", code, out)
    id = out["id"]
    got = until(lambda: next((a for a in show(at_tr)["received"] if a["id"] == id), None))
    ok(got and of(got, "O-1")["evidence"] == 'SPECIMEN "decree" 7' and of(got, "O-1")["digest"] == digest and of(got, "O-1")["office"] == "csirt-lead", "who has it with evidence", got and of(got, "O-1"))
    view = {"office": "cert", "assessment": id, "parameter": "O-1", "verdict": "confirmed", "reason": "SPECIMEN: seen"}
    ok(reason(post(at_kz, "/v1/maturity/review", view)) == (403, "own"), "nobody reviews the own member")
    ok(reason(post(at_uz, "/v1/maturity/review", view)) == (404, "unknown"), "nor what was not published to it")
    ok(reason(post(at_tr, "/v1/maturity/review", {**view, "assessment": "0" * 32})) == (404, "unknown"), "nor what was never published")
    ok(reason(post(at_tr, "/v1/maturity/review", {**view, "parameter": "O-12"})) == (400, "request") and reason(post(at_tr, "/v1/maturity/review", {k: v for k, v in view.items() if k != "reason"})) == (400, "request"),
       "a parameter of the framework, and a reason")
    ok(run("maturity", "review", "--url", at_tr, "--office", "cert", "--assessment", id, "--parameter", "O-1", "--verdict", "confirmed", "--reason", "SPECIMEN: seen", "--json")[0] == 0, "confirmed")
    ok(post(at_tr, "/v1/maturity/review", {**view, "parameter": "P-1", "verdict": "disputed", "level": 1, "reason": "SPECIMEN: not signed"})[0] == 200, "disputed with a reason")
    back = until(lambda: (r := of(show(at_kz), "P-1")["reviews"]) and of(show(at_kz), "O-1")["reviews"] and r)
    ok(back and back[0]["member"] == "TR" and back[0]["verdict"] == "disputed" and back[0]["level"] == 1, "the owner sees both", back)
    one = call(at_kz, f"/v1/cooperation/record?id={back[0]['id']}")[1]
    ok(one["note"] == call(at_tr, f"/v1/cooperation/record?id={back[0]['id']}")[1]["note"] and "tr" in one["note"].rsplit("\u2014", 1)[1], "signed by the reviewer, the same bytes at both", one["note"][-120:])
    ok("kz" in call(at_tr, f"/v1/cooperation/record?id={id}")[1]["note"].rsplit("\u2014", 1)[1], "and the assessment by its owner")
    # A review of the own assessment put into the own log by hand: it does not count at the other.
    forged = work / "forged"
    forged.write_text(one["note"])
    ok(serai("log", "publish", "--url", at_kz, "--stream", "cooperation", "--type", "cooperation", forged)[0] == 0, "the owner puts the reviewer's words into its own log")
    ok(reason(post(at_kz, "/v1/maturity/publish", {"office": "csirt-lead", "scope": "profile"})) == (403, "consent"), "no profile without consent")
    code, out = run("maturity", "publish", "--url", at_kz, "--office", "csirt-lead", "--scope", "profile", "--consent", "yes", "--json")
    ok(code == 0, "the profile goes to all", code, out)
    seen = until(lambda: next((m for m in show(at_uz)["members"] if m["member"] == "KZ"), None))
    ok(seen and seen["profile"] == "basic" and seen["overall"] == own["overall"], "and is seen by who reviews nothing", seen)
    ok(show(at_uz)["received"] == [] and call(at_uz, f"/v1/cooperation/record?id={id}")[0] == 404, "who has nothing of the rest")
    ok(len([r for p in show(at_tr)["received"][0]["parameters"] for r in p["reviews"]]) == 2, "two reviews and no third", show(at_tr)["refused"])

    # The board between members.
    def table(n, sector="energy", more=""):
        return "vendor,product,version,count,organisation,sector,internet_facing\n" + "".join(f"Acme,Pump,1,1,ORG-{i},{sector},yes\n" for i in range(n)) + more

    advisory = {"document": {"csaf_version": "2.0", "publisher": {"namespace": "https://specimen.example"}, "tracking": {"id": "SPECIMEN-1", "current_release_date": "2026-01-02T00:00:00Z"}},
                "product_tree": {"branches": [{"category": "vendor", "name": "Acme", "branches": [{"category": "product_name", "name": "Pump", "branches": [
                    {"category": "product_version_range", "name": "<2", "product": {"name": "SPECIMEN", "product_id": "P"}}]}]}]},
                "vulnerabilities": [{"cve": "CVE-2026-0001", "product_status": {"known_affected": ["P"]}, "scores": [{"products": ["P"], "cvss_v3": {"baseScore": 9.8}}]}]}
    octets(at_kz, "/v1/exposure/assets", table(12, more="".join(f"Acme,Pump,1,1,SOLO-{i},health,no\n" for i in range(3))))
    ok(call(at_kz, "/v1/exposure")[1]["open"] == 0, "assets alone: nothing is open")
    octets(at_kz, "/v1/exposure/advisories", json.dumps(advisory))
    now = call(at_kz, "/v1/exposure")[1]
    ok(now["open"] == 15 and now["advisories"] == 1 and now["rows"] == 15, "an advisory comes in: matched without being asked", now)
    judged = now["judged"]
    octets(at_kz, "/v1/exposure/kev", json.dumps({"catalogVersion": "1", "vulnerabilities": [{"cveID": "CVE-2026-0009", "vendorProject": "Nobody", "product": "Nothing", "dueDate": "2026-02-01"}]}))
    call(at_kz, "/v1/exposure")
    ok(reason(post(at_kz, "/v1/exposure/publish", {"office": "cert", "purpose": "SPECIMEN"})) == (403, "consent"), "figures stay without consent")
    ok(reason(post(at_kz, "/v1/exposure/publish", {"office": "cert", "consent": "yes"})) == (400, "request"), "nor without a purpose")
    code, out = run("exposure", "publish", "--url", at_kz, "--office", "cert", "--purpose", "SPECIMEN", "--consent", "yes", "--json")
    ok(code == 0, "told to the members", code, out)
    text = json.dumps(out)
    ok("health" not in text and not any(w in text for w in ("ORG-", "SOLO-", "Pump", "pump", "CVE", "SPECIMEN-1")), "no small sector, organisation, product or vulnerability in it", text)
    board = until(lambda: next((m for m in members(at_tr)["members"] if m["member"] == "KZ"), None))
    ok(board and board["sectors"] == {"energy": 10} and board["worst"]["critical"] in (15, None) and board["worst"]["high"] is None, "rounded at the others", board)
    code, err = run("exposure", "publish", "--url", at_kz, "--office", "cert", "--purpose", "SPECIMEN", "--consent", "yes", "--json")
    ok(code == 1 and ("one a day" in err or "fewer than 5" in err), "at most once a day, and not when few changed", code, err)
    ok(run("exposure", "board", "--members", "--url", at_tr, "--json")[1]["members"][0]["as_of"] == board["as_of"], "side by side with the date of the figures")
    # Said again under another member's log: held back there, and the board stays its author's.
    forged.write_text(call(at_kz, f"/v1/cooperation/record?id={board['id']}")[1]["note"])
    ok(serai("log", "publish", "--url", at_uz, "--stream", "cooperation", "--type", "cooperation", forged)[0] == 0, "another member replays the board")
    ok(members(at_tr)["refused"] == [] and [m["member"] for m in members(at_tr)["members"]] == ["KZ"], "nobody takes it for its own", members(at_tr))
    # A member whose program signs small cells: refused where they arrive, with the reason.
    then = datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    common = {"kind": "exposure-board", "member": "UZ", "office": "cert", "tlp": "green", "consent": "yes", "at": then, "as_of": then, "least": 5}
    for cells in ({"worst": ["critical:3"]}, {"sectors": ["energy:17"]}, {"total": 20, "sectors": ["energy:10"]}):
        forged.write_text(signed(work / "UZ", **common, **cells))
        ok(serai("log", "publish", "--url", at_uz, "--stream", "cooperation", "--type", "cooperation", "--at", then, forged)[0] == 0, "small cells in the own log")
    ok(until(lambda: held(at_kz).count(("UZ", "small-cell")) == 3), "held back at the others as small cells", held(at_kz))
    ok([m["member"] for m in members(at_kz)["members"]] == ["KZ"], "and on no board")
    # Details: the desk's own offices.
    who = {"office": "cert", "purpose": "SPECIMEN"}
    ok(call(at_kz, "/v1/exposure/detail", who)[0] == 200 and reason(call(at_kz, "/v1/exposure/detail", {**who, "office": "press"})) == (403, "office"), "details for the desk's offices only")
    ok(reason(call(at_kz, "/v1/exposure/close", {**who, "office": "press", "organisation": "ORG-1", "product": "acme/pump", "id": "CVE-2026-0001", "reason": "x"})) == (403, "office"), "nor does another close")
    octets(at_kz, "/v1/exposure/assets", table(2))
    ok(call(at_kz, "/v1/exposure")[1]["open"] == 2, "a list in its place closes what is gone, at once", call(at_kz, "/v1/exposure")[1])
    ok(call(at_kz, "/v1/exposure")[1]["judged"] >= judged, "judged only by changes")
    code, out = run("exposure", "erase", "--url", at_kz, "--office", "cert", "--purpose", "SPECIMEN", "--list", "all")
    ok(code == 0 and call(at_kz, "/v1/exposure")[1]["rows"] == 0 and call(at_kz, "/v1/exposure")[1]["open"] == 0, "erased from the engine too", code, out)
finally:
    for p in running:
        if p.poll() is None:
            p.send_signal(signal.SIGTERM)
            p.wait(60)
done()
