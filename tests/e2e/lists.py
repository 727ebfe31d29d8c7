#!/usr/bin/env python3
"""Published lists: imported, compared, held, removed; persons, companies and payments screened, by command, over HTTP and as clients of yente ask."""
import json
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
import urllib.error
import urllib.parse
import urllib.request

from tap import SERAI, SOURCE, done, ok, serai

work = pathlib.Path(tempfile.mkdtemp(prefix="serai-lists-"))
node = work / "kz"

UN = """<?xml version="1.0" encoding="UTF-8"?>
<CONSOLIDATED_LIST dateGenerated="2026-05-02"><INDIVIDUALS>
<INDIVIDUAL><DATAID>900001</DATAID><FIRST_NAME>QASYM</FIRST_NAME><SECOND_NAME>SPECIMENULY</SECOND_NAME><UN_LIST_TYPE>Sample</UN_LIST_TYPE>
<REFERENCE_NUMBER>SPi.001</REFERENCE_NUMBER><NATIONALITY><VALUE>Kazakhstan</VALUE></NATIONALITY>
<INDIVIDUAL_ALIAS><QUALITY>Low</QUALITY><ALIAS_NAME>Abu Namuna</ALIAS_NAME></INDIVIDUAL_ALIAS>
<INDIVIDUAL_DATE_OF_BIRTH><TYPE_OF_DATE>EXACT</TYPE_OF_DATE><DATE>1970-03-01</DATE></INDIVIDUAL_DATE_OF_BIRTH>
<INDIVIDUAL_DOCUMENT><TYPE_OF_DOCUMENT>Passport</TYPE_OF_DOCUMENT><NUMBER>N 0000001</NUMBER><ISSUING_COUNTRY>Kazakhstan</ISSUING_COUNTRY></INDIVIDUAL_DOCUMENT></INDIVIDUAL>
<INDIVIDUAL><DATAID>900002</DATAID><REFERENCE_NUMBER>SPi.002</REFERENCE_NUMBER></INDIVIDUAL></INDIVIDUALS></CONSOLIDATED_LIST>"""
FTM = [{"id": "NK-1", "schema": "Company", "properties": {"name": ["Obrazets Trading LLP"], "leiCode": ["529900T8BM49AURSDO55"],
                                                          "swiftBic": ["SPCMKZKA"], "jurisdiction": ["kz"], "topics": ["sanction"]},
        "datasets": ["sample"], "last_change": "2026-01-01T00:00:00"}]
FTM += [{"id": f"NK-{i}", "schema": "Person", "properties": {"name": [f"Specimen {chr(0x61 + i % 26) * 3}{chr(0x61 + i // 26 % 26)}ov"]}} for i in range(2, 60)]


def must(*args, code=0):
    got, out, err = serai(*args)
    if got != code:
        ok(False, " ".join(map(str, args)), got, out, err)
    return out + err


def call(base, path, body=None, headers=None):
    data = json.dumps(body).encode() if body is not None else None
    request = urllib.request.Request(base + path, data, {**({"Content-Type": "application/json"} if data else {}), **(headers or {})})
    try:
        with urllib.request.urlopen(request, timeout=30) as r:
            return r.status, json.loads(r.read())
    except urllib.error.HTTPError as e:
        return e.code, json.loads(e.read())


def commands():
    (work / "un.xml").write_text(UN)
    (work / "ftm.jsonl").write_text("".join(json.dumps(e) + "\n" for e in FTM))
    terms = ("--node", node, "--basis", "SPECIMEN law 12", "--by", "o-17")
    code, out, err = serai("list", "import", work / "un.xml", "--as", "un", "--node", node)
    ok(code == 2 and "purpose" in err, "a list without purpose and basis is not taken", code, out, err)
    code, out, err = serai("list", "import", work / "un.xml", "--as", "un", "--purpose", "border", *terms)
    ok(code == 1 and "1 did not read" in out, "an entry that does not read is told, the others are taken", code, out, err)
    ok('"line":8' in must("list", "show", "un", "--quarantine", "--node", node), "with its line")
    must("list", "import", work / "ftm.jsonl", "--as", "sample", "--purpose", "money-laundering", *terms)
    ok("nothing changed" in must("list", "import", work / "ftm.jsonl", "--as", "sample", "--node", node), "the same file again changes nothing")
    ok("SPi.001 Person" in must("list", "show", "un", "SPi.001", "--node", node), "an entry is shown")
    must("list", "show", "un", "SPi.009", "--node", node, code=1)

    ask = ("notice", "screen", "--node", node, "--officer", "o-1", "--purpose")
    code, out, err = serai("notice", "screen", "--node", node, "--officer", "o-1", "Qasym Specimenuly")
    ok(code == 2 and "purpose" in err, "no question without a purpose", code, err)
    code, out, err = serai(*ask, "border-check", "Касым Специменулы", "--birth-date", "1970-03-01", "--json")
    got = json.loads(out or "{}")
    ok(code == 1 and got.get("id") == "SPi.001" and got["alerts"] and "another script" in got["explanations"]["name"]["detail"],
       "a name in another script is found, with its reasons", code, out, err)
    ok(serai(*ask, "payment", "Qasym Specimenuly")[0] == 0, "a list for the border says nothing to a bank")
    code, out, err = serai(*ask, "border-check", "--threshold", "0.3", "Abu Namuna")
    ok(code == 0 and "no alert" in out, "a weak alias alone alerts nobody", code, out)
    code, out, err = serai(*ask, "payment", "--lei", "5299 00T8 BM49 AURS DO55", "--schema", "Company", "--json")
    ok(code == 1 and json.loads(out)["score"] == .98, "an identifier is found exactly", code, out, err)
    for more, code_is, score in (((), 1, .98), (("--country", "kz"), 1, .98), (("--country", "tr", "--threshold", ".8"), 1, .85),
                                 (("--country", "tr"), 0, None)):
        code, out, err = serai(*ask, "border-check", "--passport", "n-0000001", *more, "Bahrom Anders", "--json")
        ok(code == code_is and (not score or json.loads(out)["score"] == score), "a passport by its number under another name", more, code, out, err)
    ok(serai(*ask, "border-check", "--passport", "N1", "Bahrom Anders")[0] == 0, "not by a number that is none")
    ok(serai(*ask, "border-check", "--passport", "0N0000001", "Bahrom Anders")[0] == 0, "zeros in front are of the number")
    ok(serai(*ask, "payment", "--bic", "SPCMKZKAXXX", "--schema", "Organization", "Obrazets Treyding")[0] == 1, "a bank by its BIC")
    asked = [json.loads(line) for line in (node / "lookup/lists/asked").read_text().splitlines()]
    ok(len(asked) == 11 and asked[0]["purpose"] == "border-check" and "Specimen" not in json.dumps(asked), "each left an entry, without the name", asked)

    (work / "in.csv").write_text("id,name,country,lei\n" + "".join(f'{i},"Nobody Whatever{i}",kz,\n' for i in range(9000)) +
                                 'hit,"Obrazets Trading",kz,\nlei,Another Name,,529900T8BM49AURSDO55\nbad\n')
    code, out, err = serai(*ask, "customer", "--in", work / "in.csv", "--out", work / "out.jsonl", "--list", "sample", "--threads", "2")
    rows = [json.loads(line) for line in (work / "out.jsonl").read_text().splitlines()]
    ok(code == 1 and {r.get("id") for r in rows if r.get("results")} >= {"hit", "lei"} and rows[-1].get("reason") == "row",
       "a file is screened; a row that does not read is told", code, out, err, rows[-3:])
    ok(not (work / "out.jsonl.progress").exists(), "no trace of progress is left")
    resumed(ask)

    (work / "less.jsonl").write_text("".join(json.dumps(e) + "\n" for e in FTM[:30]))
    code, out, err = serai("list", "import", work / "less.jsonl", "--as", "sample", "--node", node)
    ok(code == 1 and "HELD" in out, "a list that loses half is held", code, out, err)
    ok(serai(*ask, "customer", "Specimen zzzbov")[0] >= 0 and "removed NK-59" in must("list", "diff", "sample", "--node", node), "what is missing in it is shown")


def resumed(ask):
    """A run that stopped behind its first batch goes on there, to the same result."""
    whole = (work / "out.jsonl").read_bytes()
    lines = (work / "in.csv").read_text().splitlines(True)
    at = len("".join(lines[:4097]).encode())
    st = (work / "in.csv").stat()
    (work / "again.jsonl").write_bytes(b"torn")
    (work / "again.jsonl.progress").write_text(f"{st.st_size} {st.st_mtime_ns // 10**9}.{st.st_mtime_ns % 10**9:09d} {at} 0 4097 4096 0 0\n")
    code, out, err = serai(*ask, "customer", "--in", work / "in.csv", "--out", work / "again.jsonl", "--list", "sample")
    ok(code == 1 and "goes on behind line 4097" in err and (work / "again.jsonl").read_bytes() == whole, "a run that was cut off goes on", code, out, err)


def http(base):
    ask = {"purpose": "border-check", "officer": "o-1", "properties": {"name": ["قاسم"], "passportNumber": ["N0000001"]}}
    status, got = call(base, "/v1/notices/screen", ask)
    ok(status == 200 and got["results"] and got["results"][0]["explanations"]["identifier"]["candidate"] == "N 0000001",
       "POST /v1/notices/screen: a passport by its number", status, got)
    ok(call(base, "/v1/notices/screen", {**ask, "purpose": "curiosity"})[0] == 400, "not without a purpose that is known")
    status, got = call(base, "/v1/cases")
    text = json.dumps(got)
    ok("name look-up" in text and "N0000001" not in text and "SPECIMENULY" not in text.upper().replace("QASYM ", ""), "the entry holds no name", status, text[:400])
    status, got = call(base, "/v1/lists")
    ok(status == 200 and {x["name"]: x["held"] for x in got["lists"]} == {"un": False, "sample": True}, "GET /v1/lists", status, got)

    queries = {"queries": {"q1": {"schema": "Company", "properties": {"name": ["OBRAZETS TRADING"], "jurisdiction": ["kz"]}},
                           'q"2': {"schema": "Person", "properties": {"name": ["Nobody Whatever"]}}}}
    status, got = call(base, "/match/default", queries)
    ok(status == 400 and "purpose" in got["detail"], "POST /match without a purpose", status, got)
    why = "?purpose=customer&officer=o-1"
    status, got = call(base, "/match/sample" + why, queries)
    one = got["responses"]["q1"]["results"][0] if status == 200 and got["responses"]["q1"]["results"] else {}
    ok(one.get("id") == "NK-1" and one["match"] and one["score"] > .9 and one["schema"] == "Company" and "sample" in one["datasets"]
       and one["features"]["name"] > .9 and got["limit"] == 5, "POST /match/{dataset}", status, json.dumps(got)[:900])
    ok(status == 200 and got["responses"]['q"2'] == {"status": 200, "results": [], "total": {"value": 0, "relation": "eq"},
                                                    "query": {"schema": "Person", "properties": {"name": ["Nobody Whatever"]}}}, "a query without a result", got)
    status, got = call(base, "/match/un?purpose=border-check&officer=o-1", {"queries": {"p": {"schema": "Person", "properties": {"name": ["Bahrom Anders"], "passportNumber": ["n-0000001"]}}}})
    one = (status == 200 and got["responses"]["p"]["results"] or [{}])[0]
    ok(one.get("id") == "SPi.001" and one["match"] and one["score"] == .98 and one["features"]["identifier"] == 1, "POST /match: a passport by its number under another name", status, got)
    for more, n in (("&threshold=1&cutoff=1", 0), ("&exclude_dataset=sample", 0), ("&include_dataset=sample", 1), ("&exclude_schema=Company", 0),
                    ("&topics=crime", 0), ("&topics=crime&topics=sanction", 1), ("&changed_since=2026-02-01", 0), ("&changed_since=2025-12-31", 1),
                    ("&exclude_entity_ids=NK-1", 0), ("&algorithm=best", 1)):
        status, got = call(base, "/match/default" + why + more, queries)
        ok(status == 200 and sum(r["id"] == "NK-1" for r in got["responses"]["q1"]["results"]) == n, f"/match{more}", status, json.dumps(got)[:500])
    ok(call(base, "/match/default" + why + "&algorithm=logic-v2", queries)[0] == 400, "an algorithm that is not ours is not ours")
    ok(call(base, "/match/nothing" + why, queries)[0] == 404, "no such list")
    ok(call(base, "/match/default" + why, {"queries": {}})[0] == 400, "no query")
    headers = {"Serai-Purpose": "customer", "Serai-Officer": "o-1"}
    status, got = call(base, "/search/default?q=" + urllib.parse.quote("Образец Трейдинг") + "&schema=LegalEntity", headers=headers)
    ok(status == 200 and isinstance(got["results"], list) and "total" in got, "GET /search", status, got)
    status, got = call(base, "/entities/NK-1", headers=headers)
    ok(status == 200 and got["properties"]["leiCode"] == ["529900T8BM49AURSDO55"], "GET /entities", status, got)
    ok(call(base, "/entities/SPi.001", headers=headers)[0] == 404, "an entry of the border is none for a bank")
    ok({d["name"] for d in call(base, "/catalog")[1]["datasets"]} == {"default", "un", "sample"}, "GET /catalog")
    ok(call(base, "/algorithms")[1]["default"] == "serai-1" and call(base, "/healthz")[1] == {"status": "ok"}, "GET /algorithms, /healthz")

    ok(serai("list", "confirm", "sample", "--node", node)[0] == 2, "nobody takes a held version without a name")
    must("list", "confirm", "sample", "--by", "o-17", "--node", node)
    status, got = call(base, "/entities/NK-50", headers=headers)
    ok(status == 404, "what was removed is gone for the node that runs, at once", status, got)
    must("list", "remove", "sample", "--by", "o-17", "--reason", "SPECIMEN", "--node", node)
    status, got = call(base, "/match/default" + why, queries)
    ok(status == 200 and not got["responses"]["q1"]["results"], "a list that is taken away alerts no more", status, got)


must("init", "--specimen", "--sign-in", "off", "--member", "KZ", "--listen", "127.0.0.1:0", node)
commands()
p = subprocess.Popen([SERAI, "serve", "--quiet", node], stdout=subprocess.PIPE, stderr=open(work / "err", "a"), text=True,
                     env={**os.environ, "SERAI_DATA": str(SOURCE)})
try:
    base = p.stdout.readline().strip().rstrip("/")
    if ok(bool(base), "the node runs", (work / "err").read_text()):
        http(base)
finally:
    p.send_signal(signal.SIGTERM)
    p.wait(60)
shutil.rmtree(work, ignore_errors=True)
done()
