#!/usr/bin/env python3
"""Assets by product against advisories and KEV, on a folder and by a running node: matched, closed, told as figures, erased."""
import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import urllib.request

from tap import SERAI, SOURCE, done, ok, serai

work = pathlib.Path(tempfile.mkdtemp(prefix="serai-exposure-"))
node = work / "kz"
ok(serai("init", "--specimen", "--sign-in", "off", "--member", "KZ", "--listen", "127.0.0.1:0", node)[0] == 0, "a node")
WHO = ("--office", "cert-desk", "--purpose", "SPECIMEN drill of patches")


def run(name, *more, place=("--node", node)):
    code, text, err = serai("exposure", name, *place, *more)
    return code, json.loads(text) if code < 2 and "--json" in more and text.startswith("{") else text, err


def put(name, content):
    (work / name).write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return work / name


def advisory(number, day, *products):
    leaf = lambda i, p: {"category": "vendor", "name": p[0], "branches": [{"category": "product_name", "name": p[1], "branches": [
        {"category": "product_version_range", "name": p[2], "product": {"name": "SPECIMEN", "product_id": f"P{i}"}}]}]}
    return {"document": {"csaf_version": "2.0", "publisher": {"namespace": "https://specimen.example"},
                         "tracking": {"id": f"SPECIMEN-{number}", "current_release_date": f"2026-01-{day:02}T00:00:00Z"}},
            "product_tree": {"branches": [leaf(i, p) for i, p in enumerate(products)]},
            "vulnerabilities": [{"cve": p[4], "product_status": {p[3]: [f"P{i}"]}, "scores": [{"products": [f"P{i}"], "cvss_v3": {"baseScore": 9.8}}]}
                                for i, p in enumerate(products)]}


HEAD = "vendor,product,version,count,organisation,sector,internet_facing\n"
rows = HEAD + "".join(f"Acme Inc.,Acme Pump,1.{i % 3},2,ORG-{i},{'energy' if i < 6 else 'health'},yes\n" for i in range(8)) + "Bolt,Valve,7,1,ORG-1,energy,no\n"
table = put("assets.csv", rows)
code, answer, err = run("import", *WHO, "--list", "ministry", "--json", table)
ok(code == 0 and answer["taken"] == 9 and answer["installations"] == 17 and answer["format"] == "csv", "a list is taken in", code, answer, err)
code, _, err = run("import", *WHO, "--list", "bad", put("hosts.csv", "product,hostname\nPump,db1\n"))
ok(code == 1 and "hostname" in err and "leave the column out" in err, "a list that names hosts is refused and says which column", code, err)
code, _, err = run("import", *WHO, "--list", "bad", put("address.csv", "product,remark\nPump,10.0.0.7\n"))
ok(code == 1 and "10.0.0.7" not in err, "an address in it too, and it is not repeated", code, err)
ok(run("import", "--list", "x", table)[0] == 2, "nobody does it without an office and a purpose")

one = put("one.json", advisory(1, 1, ("ACME", "Pump", "<1.2", "known_affected", "CVE-2026-0001"), ("Acme", "Pump", "1.2", "fixed", "CVE-2026-0001")))
kev = put("kev.json", {"catalogVersion": "1", "vulnerabilities": [
    {"cveID": "CVE-2026-0001", "vendorProject": "Acme", "product": "Pump", "dueDate": "2026-01-10"},
    {"cveID": "CVE-2026-0002", "vendorProject": "Bolt", "product": "Valve", "dueDate": "2026-01-10"}]})
code, _, err = run("match", *WHO, "--kev", kev, one)
matched = json.loads(serai("exposure", "match", "--node", node, *WHO, "--json")[1])
ok(code == 1 and matched["affected"] == 6 and matched["fixed"] == 2 and matched["unknown"]["kev-alone"] == 1 and matched["open"] == 6,
   "affected, fixed, and exploited without an advisory", code, matched, err)

code, board, err = run("board", "--json")
text = json.dumps(board)
ok(code == 0 and board["member"] == "KZ" and board["least"] == 5, "a board", board, err)
ok(not any(word in text for word in ("ORG-", "pump", "Pump", "CVE", "SPECIMEN-")), "it names no organisation, product or vulnerability", text)
by = {r["sector"]: r for r in board["sectors"]}
ok(by["health"]["organisations"] is None and by["energy"]["organisations"] is None or by["health"]["organisations"] is None and board["all"][0]["organisations"] is None,
   "two of health are hidden, and do not follow from the sum", board)
ok(run("board", "--detail")[0] == 2, "no detail without an office and a purpose")
code, detail, err = run("board", "--detail", *WHO, "--json")
first = next(f for f in detail["findings"] if f["organisation"] == "ORG-0")
ok(code == 0 and len(detail["findings"]) == 6 and first["exploited"] and first["severity"] == "critical" and first["advisory"] == "SPECIMEN-1" and
   first["place"].startswith("/vulnerabilities/0/product_status/known_affected"), "the member sees its own, with the place in the advisory", first, err)
closing = ("--organisation", "ORG-0", "--product", first["product"], "--id", first["id"], "--reason", "filtered SPECIMEN")
ok(run("close", *WHO, *closing)[0] == 0 and run("close", *WHO, *closing)[0] == 1, "closed once by an office")
matched = json.loads(serai("exposure", "match", "--node", node, *WHO, "--json")[1])
ok(matched["open"] == 5 and matched["affected"] == 6, "what a person closed stays closed", matched)
newer = put("newer.json", advisory(1, 2, ("Acme", "Pump", "vers:all/*", "known_not_affected", "CVE-2026-0001")))
server = subprocess.Popen([SERAI, "serve", "--quiet", node], stdout=subprocess.PIPE, text=True, env={**os.environ, "SERAI_DATA": str(SOURCE)})
try:
    url = ("--url", server.stdout.readline().strip())
    live = lambda: json.loads(urllib.request.urlopen(url[1] + "v1/exposure", timeout=30).read())
    now = live()
    ok(now["advisories"] == 1 and now["rows"] == 9 and now["open"] == 5 and now["board"]["member"] == "KZ", "a node that starts has what is kept in its engine", now)
    ok(now["board"]["median_days_to_close"] is None and now["board"]["median_days_open"] is not None, "no age of the one that was closed", now["board"])
    more = put("more.csv", HEAD + "Acme,Acme Pump,1.0,1,ORG-20,rail,no\n")
    ok(run("import", *WHO, "--list", "second", more, place=url)[0] == 0 and live()["open"] == 6, "a list opens what it is about, without a match", live())
    ok(run("erase", *WHO, "--list", "second", place=url)[0] == 0 and live()["open"] == 5, "and closes it when it is gone", live())
    code, _, err = run("match", *WHO, newer, place=url)
    ok(code == 0, "by a running node: a newer version of the advisory closes what was open", code, err)
    code, _, err = run("match", *WHO, one, place=url)
    ok(code == 2 and "newer version" in err, "and an older one is not taken any more", code, err)
    code, board, err = run("board", "--json", place=url)
    ok(code == 0 and board["sectors"] == [] and board["all"][0]["organisations"] == 0, "nothing is open", board, err)
    ok(run("erase", *WHO, "--list", "ministry", place=url)[0] == 0, "the list is erased")
    matched = json.loads(serai("exposure", "match", *url, *WHO, "--json")[1])
    ok(matched["lists"] == 0 and matched["rows"] == 0, "and gone", matched)
finally:
    server.terminate()
    server.wait()

files = [p for p in node.rglob("*") if p.is_file()]
ok(not any(word in p.read_bytes() for p in files for word in (b"ORG-3", b"Acme Pump", b"acme/pump")), "nothing of it stands readable in the folder")
shutil.rmtree(work)
done()
