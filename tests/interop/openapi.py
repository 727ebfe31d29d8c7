#!/usr/bin/env python3
"""The description of the HTTP interface by an OpenAPI validator; what a node answers by the schemas in it."""
import base64
import json
import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request

from interop import against, node, none_differ, package_version, packages, scratch
import chips
from tap import SERAI, SOURCE, done, ok, serai

packages()
against(*(f"{p} {package_version(p)}" for p in ("@seriousme/openapi-schema-validator", "ajv", "ajv-formats")))
work = scratch()
LINES = "P<KAZSPECIMEN<<AIGERIM<<<<<<<<<<<<<<<<<<<<<<\nN123456785KAZ9005145F3105135<<<<<<<<<<<<<<<2"
(work / "passport.txt").write_text(LINES + "\n")
description = json.loads((SOURCE / "web/openapi.json").read_text())
answers = []


def call(base, method, path, body=None, query="", headers=None, described=None):
    data = json.dumps(body).encode() if isinstance(body, (dict, list)) else body
    sent = {"Content-Type": "application/json"} if isinstance(body, (dict, list)) else {}
    request = urllib.request.Request(base + path + query, data, {**sent, **(headers or {})}, method=method.upper())
    try:
        with urllib.request.urlopen(request, timeout=30) as r:
            status, kind, text = r.status, r.headers["Content-Type"], r.read()
    except urllib.error.HTTPError as e:
        status, kind, text = e.code, e.headers["Content-Type"], e.read()
    answers.append({"method": method, "path": described or path, "status": status, "type": kind.split(";")[0], "body": text.decode()})
    return status, text.decode()


POSTS = "draw 30\ngather 1\npost sarakhs\n  name fa سرخس\n  zone +03:30\n  neighbour TM serahs\n  at 36.54 61.16\n  gate exit lorry\n    capacity 4\n    kept 50\n    lead 5\n    early 1440\n    late 1440\n"


def exposure(base):
    octets, who = {"Content-Type": "application/octet-stream"}, {"office": "cert-desk", "purpose": "SPECIMEN"}
    asked = "?office=cert-desk&purpose=SPECIMEN"
    branch = {"category": "vendor", "name": "Acme", "branches": [{"category": "product_name", "name": "Pump", "branches": [
        {"category": "product_version_range", "name": "<2", "product": {"name": "SPECIMEN", "product_id": "P"}}]}]}
    advisory = {"document": {"csaf_version": "2.0", "publisher": {"namespace": "https://specimen.example"},
                             "tracking": {"id": "SPECIMEN-1", "current_release_date": "2026-01-02T00:00:00Z"}},
                "product_tree": {"branches": [branch]}, "vulnerabilities": [{"cve": "CVE-2026-0001", "product_status": {"known_affected": ["P"]}}]}
    older = json.loads(json.dumps(advisory).replace("2026-01-02", "2026-01-01"))
    catalogue = {"catalogVersion": "1", "vulnerabilities": [{"cveID": "CVE-2026-0001", "vendorProject": "Acme", "product": "Pump", "dueDate": "2026-02-01"}]}
    for path, query, body, wanted in (("assets", "&list=one", b"vendor,product,version,organisation\nAcme,Pump,1,ORG-1\n,,,\n", 200),
                                      ("assets", "&list=one", b"product,hostname\nA,x\n", 422), ("assets", "", b"product\nA\n", 400),
                                      ("assets", "&list=one&x=y", b"product\nA\n", 400), ("advisories", "", json.dumps(advisory).encode(), 200),
                                      ("advisories", "", json.dumps(older).encode(), 409), ("advisories", "", b"{}", 422),
                                      ("kev", "", json.dumps(catalogue).encode(), 200), ("kev", "", b"{}", 422)):
        status, text = call(base, "post", f"/v1/exposure/{path}", body, asked + query, octets)
        ok(status == wanted, f"POST /v1/exposure/{path}: {wanted}", status, text[:300])
    close = {**who, "organisation": "ORG-1", "product": "acme/pump", "id": "CVE-2026-0001", "reason": "SPECIMEN"}
    status, text = call(base, "get", "/v1/exposure/advisories", query=asked + "&product=pump")
    kept = json.loads(text)["advisories"] if status == 200 else [{}]
    ok(status == 200 and len(kept) == 1 and kept[0]["tracking_id"] == "SPECIMEN-1", "GET /v1/exposure/advisories: by product", status, text[:300])
    ok(json.loads(call(base, "get", "/v1/exposure/advisories", query=asked + "&product=turbine")[1])["advisories"] == [], "GET /v1/exposure/advisories: none of another")
    for query, wanted in ((asked + f"&id={kept[0].get('id')}", 200), (asked + "&id=" + "0" * 64, 404), (f"?id={kept[0].get('id')}", 400)):
        status, text = call(base, "get", "/v1/exposure/advisory", query=query)
        ok(status == wanted, f"GET /v1/exposure/advisory: {wanted}", status, text[:300])
    ok(call(base, "get", "/v1/exposure/advisories")[0] == 400, "GET /v1/exposure/advisories: nobody looks without a purpose")
    for body, wanted in ((json.dumps(advisory).encode(), 200), (b"{}", 200), (b"[]", 422), (b"{", 422)):
        status, text = call(base, "post", "/v1/exposure/advisories/check", body, headers=octets)
        ok(status in (wanted, 400) if wanted == 422 else status == wanted, f"POST /v1/exposure/advisories/check: {wanted}", status, text[:300])
    for path, body, wanted in (("match", who, 200), ("match", {}, 400), ("detail", who, 200), ("detail", {"office": "x"}, 400), ("close", close, 200), ("close", close, 404),
                               ("erase", {**who, "list": "one"}, 200), ("erase", who, 400)):
        status, text = call(base, "post", f"/v1/exposure/{path}", body)
        ok(status == wanted, f"POST /v1/exposure/{path}: {wanted}", status, text[:300])
    ok(call(base, "get", "/v1/exposure/board")[0] == 200, "GET /v1/exposure/board")
    ok(call(base, "get", "/v1/exposure")[0] == 200, "GET /v1/exposure")


def slots(base):
    place, board = "sarakhs/exit/lorry", "/v1/posts/{post}/waiting"
    ok(call(base, "get", "/v1/posts")[0] == 200, "GET /v1/posts")
    for post, query, status in (("sarakhs", "", 200), ("sarakhs", "?hours=168", 200), ("nowhere", "", 404), ("sarakhs", "?hours=x", 400)):
        ok(call(base, "get", f"/v1/posts/{post}/waiting", query=query, described=board)[0] == status, f"GET {board}{query}: {status}")
    tomorrow = time.strftime("%Y-%m-%d", time.gmtime(time.time() + 86400))
    status, text = call(base, "get", "/v1/slots", query=f"?place={place}&day={tomorrow}&days=20")
    starts = [s["start"] for s in json.loads(text)["slots"] if s["can"] == "book"]
    ok(status == 200 and len(starts) > 40, "GET /v1/slots", status, text[:300])
    for query, status in (("?place=nowhere", 404), (f"?place={place}&day=x", 400), (f"?place={place}&days=99", 400)):
        ok(call(base, "get", "/v1/slots", query=query)[0] == status, f"GET /v1/slots{query}: {status}")
    me = {"state": "IRN", "number": "S00000001", "plate": "12A345"}
    status, text = call(base, "post", "/v1/slots", {"id": "0123456789abcdef", "place": place, "start": starts[2], **me})
    ok(status == 200, "POST /v1/slots", status, text[:300])
    got = json.loads(text)
    other = {**me, "number": "S00000002"}
    for what, path, body, wanted in (("again", "", {"id": "0123456789abcdef", "place": place, "start": starts[2], **me}, 200),
                                     ("a second one", "", {"place": place, "start": starts[3], **me}, 409), ("no such gate", "", {"place": "x", "start": starts[3], **other}, 404),
                                     ("no slot then", "", {"place": place, "start": starts[3].replace(":00Z", ":01Z"), **other}, 404), ("no time", "", {"place": place, "start": "x", **other}, 400),
                                     ("one that waits", "", {"place": place, "start": starts[2], **other, "plate": "W1"}, 200),
                                     ("shown", "/show", {"code": got["code"]}, 200), ("of nobody", "/show", {"code": "AAAA-AAAA-AAAA-AAAA"}, 404), ("no code", "/show", {"cod": "x"}, 400),
                                     ("another plate", "/change", {"code": got["code"], **me, "plate": "99B1"}, 200), ("once more", "/change", {"code": got["code"], **me, "plate": "99B2"}, 409),
                                     ("another document", "/change", {"code": got["code"], **other}, 403), ("of nobody", "/change", {"code": "x", **me}, 404),
                                     ("in other hands", "/check", {"token": got["token"], "place": place, **other}, 200), ("used", "/check", {"token": got["code"], **me, "plate": "99B1", "use": True}, 200),
                                     ("no document", "/check", {"token": got["code"]}, 400), ("used up", "/cancel", {"code": got["code"]}, 409), ("of nobody", "/cancel", {"code": "x"}, 404)):
        status, text = call(base, "post", f"/v1/slots{path}", body)
        ok(status == wanted, f"POST /v1/slots{path}: {what}", status, text[:300])
    for body, status in (({**other, "office": "border-office"}, 200), ({**other, "office": "border-office"}, 404), (other, 400)):
        body = {k: v for k, v in body.items() if k != "plate"}
        ok(call(base, "post", "/v1/slots/release", body)[0] == status, f"POST /v1/slots/release: {status}")
    ok(call(base, "get", "/v1/slots/events", query="?most=10")[0] == 200 and call(base, "get", "/v1/slots/events", query="?after=x")[0] == 400, "GET /v1/slots/events")
    ok(call(base, "get", "/v1/slots/audit")[0] == 200, "GET /v1/slots/audit")
    for query, status in (("", 200), ("?most=5&content=true", 200), ("?most=x", 400)):
        ok(call(base, "get", "/v1/cyber/quarantine", query=query)[0] == status, f"GET /v1/cyber/quarantine{query}: {status}")
    for path, query, wanted in (("objects", "?officer=o-17", 200), ("objects", "?officer=o-17&text=x&type=indicator&whose=own&most=3&before=9", 200), ("objects", "", 400),
                                ("objects", "?officer=o-17&whose=nobody", 400), ("object", "?officer=o-17&id=indicator--00000000-0000-4000-8000-000000000001", 404), ("object", "?officer=o-17&id=x", 400)):
        ok(call(base, "get", f"/v1/cyber/{path}", query=query)[0] == wanted, f"GET /v1/cyber/{path}{query}: {wanted}")
    for body, status in (({"place": place, "arrived": 3, "gone": 1}, 200), ({"place": "x"}, 404), ({"place": place, "arrived": -1}, 400)):
        ok(call(base, "post", "/v1/waiting", body)[0] == status, f"POST /v1/waiting: {status}")


def cooperation(base):
    """Offers, requests and playbooks; a node without part in the federation says that it is not ready."""
    id = "0123456789abcdef0123456789abcdef"
    for path, query in (("/v1/capabilities", "?language=fa"), ("/v1/capabilities/matches", f"?request={id}"), ("/v1/cooperation/record", f"?id={id}"), ("/v1/cooperation/record", ""),
                        ("/v1/playbooks", "?words=x"), ("/v1/playbooks/text", "?owner=KZ"), ("/v1/playbooks/versions", "?owner=KZ&playbook_id=x"),
                        ("/v1/maturity", "?year=2026&language=fa"), ("/v1/maturity/check", "?profile=basic"), ("/v1/maturity/compare", ""), ("/v1/maturity/export", "?format=html"),
                        ("/v1/exposure/members", ""), ("/v1/drills", ""), ("/v1/drills/report", f"?drill={id}"), ("/v1/contacts", "")):
        status, text = call(base, "get", path, query=query)
        ok(status in (200, 400, 404, 503), f"GET {path}{query}: {status}", text[:300])
    status, text = call(base, "post", "/v1/cooperation/preview", {"kind": "playbook", "office": "cert", "tlp": "green", "playbook": "{}"})
    ok(status in (422, 503), f"POST /v1/cooperation/preview: {status}", text[:300])
    for playbook in ("{}", "x"):
        status, text = call(base, "post", "/v1/playbooks/look", {"playbook": playbook, "language": "fa"})
        ok(status in (200, 422, 503), f"POST /v1/playbooks/look: {status}", text[:300])
    for path in ("capabilities/offer", "capabilities/request", "capabilities/reply", "capabilities/accept", "capabilities/close", "playbooks/share", "playbooks/used", "playbooks/withdraw",
                 "maturity/assess", "maturity/publish", "maturity/review", "exposure/publish", "drills/check", "drills/start", "drills/inject", "drills/answer", "drills/stop",
                 "contacts/set", "contacts/withdraw", "contacts/test", "contacts/acknowledge"):
        status, text = call(base, "post", f"/v1/{path}", {"office": "cert"})
        ok(status in (400, 403, 404, 409, 503), f"POST /v1/{path}: {status}", text[:300])


def published_lists(base):
    """Published lists, by the node's own operations and those of yente."""
    ask = {"purpose": "customer", "officer": "SPECIMEN-1", "schema": "Company", "properties": {"name": ["Obrazets Trading"], "leiCode": "529900T8BM49AURSDO55"}}
    for body, wanted in ((ask, 200), ({**ask, "threshold": 0.5, "lists": ["specimen"]}, 200), ({**ask, "purpose": "none"}, 400), ({**ask, "properties": {}}, 400),
                         ({**ask, "more": 1}, 400), ({k: v for k, v in ask.items() if k != "officer"}, 400)):
        status, text = call(base, "post", "/v1/notices/screen", body)
        ok(status == wanted, f"POST /v1/notices/screen: {wanted}", status, text[:300])
    why = "?purpose=customer&officer=SPECIMEN-1"
    queries = {"queries": {"q": {"schema": "Company", "properties": {"name": ["Obrazets Trading"]}}, "none": None}}
    for dataset, query, body, wanted in (("default", why, queries, 200), ("specimen", why + "&threshold=0.7&limit=3", queries, 200), ("other", why, queries, 404),
                                         ("default", "", queries, 400), ("default", why, {}, 400), ("default", why + "&limit=x", queries, 400)):
        status, text = call(base, "post", f"/match/{dataset}", body, query, described="/match/{dataset}")
        ok(status == wanted, f"POST /match/{dataset}{query}: {wanted}", status, text[:300])
    for path, url, wanted in (("/search/{dataset}", f"/search/default{why}&q=Obrazets+Trading", 200), ("/search/{dataset}", f"/search/other{why}", 404),
                              ("/search/{dataset}", "/search/default", 400), ("/entities/{entity_id}", f"/entities/S-2{why}", 200),
                              ("/entities/{entity_id}", f"/entities/none{why}", 404), ("/entities/{entity_id}", "/entities/S-2", 400)):
        status, text = call(base, "get", url, described=path)
        ok(status == wanted, f"GET {url}: {wanted}", status, text[:300])
    for path in ("/v1/lists", "/catalog", "/algorithms", "/healthz"):
        ok(call(base, "get", path)[0] == 200, f"GET {path}")


def releases(base):
    """Objects for other members: there are none here, so that each operation says what is missing."""
    one, nobody = "indicator--00000000-0000-4000-8000-000000000001", {"officer": "o-17"}
    for what, path, body, wanted in (("nothing there", "preview", {**nobody, "to": ["TR"], "ids": [one]}, 404), ("nothing there", "release", {**nobody, "to": "all", "ids": [one]}, 404),
                                     ("to nobody", "preview", {**nobody, "ids": [one]}, 400), ("by nobody", "release", {"to": "all", "ids": [one]}, 400),
                                     ("no such group", "preview", {**nobody, "group": "none", "ids": [one]}, 403), ("not released", "recall", {**nobody, "ids": [one]}, 404),
                                     ("no ids", "recall", nobody, 400), ("not there", "copy", {**nobody, "most": "green", "ids": [one]}, 404),
                                     ("no marking", "copy", {**nobody, "most": "pink", "ids": [one]}, 400)):
        status, text = call(base, "post", f"/v1/cyber/{path}", body)
        ok(status == wanted, f"POST /v1/cyber/{path}: {what}", status, text[:300])
    ends = time.strftime("%Y-%m-%dT00:00:00Z", time.gmtime(time.time() + 30 * 86400))
    words = {**nobody, "to": ["TR"], "types": ["indicator"], "most": "green", "article": "33", "until": ends}
    status, text = call(base, "post", "/v1/cyber/rules", words)
    ok(status == 200, "POST /v1/cyber/rules", status, text[:300])
    rule = json.loads(text)["id"]
    for path, body, wanted in (("rules", {**words, "article": "1"}, 403), ("rules", {**words, "until": "2020-01-01T00:00:00Z"}, 422), ("rules", nobody, 400),
                               ("rule-preview", {**words, "days": 7}, 200), ("rule-preview", {**nobody, "id": "U-none", "days": 7}, 404), ("rule-preview", nobody, 400),
                               ("rule", {**nobody, "step": "confirm", "id": rule}, 403), ("rule", {"officer": "o-18", "step": "confirm", "id": rule}, 200),
                               ("rule", {"officer": "o-18", "step": "confirm", "id": rule}, 409), ("rule", {**nobody, "step": "suspend", "all": True}, 200),
                               ("rule", {**nobody, "step": "remove", "id": "U-none"}, 404), ("rule", nobody, 400)):
        status, text = call(base, "post", f"/v1/cyber/{path}", body)
        ok(status == wanted, f"POST /v1/cyber/{path}: {wanted}", status, text[:300])
    for path in ("rules", "recalls"):
        ok(call(base, "get", f"/v1/cyber/{path}")[0] == 200, f"GET /v1/cyber/{path}")
    for query, wanted in (("", 200), ("?act=release", 200), ("?before=x", 400)):
        ok(call(base, "get", "/v1/cyber/releases", query=query)[0] == wanted, f"GET /v1/cyber/releases{query}")
    for query, wanted in (("", 200), ("?state=expired&most=5", 200), ("?value=evil.example", 200), ("?state=x", 400), ("?most=x", 400)):
        status, text = call(base, "get", "/v1/cyber/indicators", query=query)
        ok(status == wanted, f"GET /v1/cyber/indicators{query}", status, text[:300])
    ok(call(base, "get", "/v1/cyber/indicator", query=f"?id={one}")[0] == 404, "GET /v1/cyber/indicator: not there")
    row = {"indicator": one, "observer": "SPECIMEN", "day": "2026-01-01", "count": 0}
    for body, wanted in (({**nobody, "sightings": [row]}, 200), ({"sightings": [row]}, 400), ({**nobody, "tlp": "pink", "sightings": [row]}, 400)):
        status, text = call(base, "post", "/v1/cyber/sightings", body)
        ok(status == wanted, f"POST /v1/cyber/sightings: {wanted}", status, text[:300])
    alert = {**nobody, "alert": "A-" + "0" * 32}
    for method, path, query, body, wanted in (
            ("get", "inbox", "?officer=SPECIMEN&most=5", None, 200), ("get", "inbox", "", None, 400), ("get", "inbox", "?officer=SPECIMEN&next=x", None, 400),
            ("post", "inbox", "", {**nobody, "item": "x"}, 400), ("get", "alerts", "?officer=SPECIMEN", None, 200), ("post", "alerts", "", {**nobody, "sightings": [row]}, 200),
            ("post", "alerts/take", "", alert, 404), ("post", "alerts/close", "", {**alert, "outcome": "benign", "reason": "SPECIMEN"}, 404),
            ("post", "alerts/opinion", "", {**alert, "opinion": "agree"}, 404)):
        status, text = call(base, method, f"/v1/cyber/{path}", body, query=query) if body else call(base, method, f"/v1/cyber/{path}", query=query)
        ok(status == wanted, f"{method} /v1/cyber/{path}{query}: {wanted}", status, text[:300])


def exercise(base, seal):
    releases(base)
    for path in ("/v1/health", "/v1/ready", "/v1/node", "/v1/agreement", "/v1/agreement/text", "/v1/words", "/v1/trust/acts", "/openapi.json"):
        ok(call(base, "get", path)[0] == 200, f"GET {path}")
    for language in ("en", "fa"):
        call(base, "get", "/v1/agreement", query=f"?language={language}")
    for query in ("", "?on=2027-03-01&member=IR&article=5"):
        call(base, "get", "/v1/agreement/bound", query=query)
    for path in ("/v1/federation", "/v1/operator"):
        ok(call(base, "get", path)[0] == 200, f"GET {path}")
    for body, wanted in (({"changes": ["article 5: with reservation of KZ: not bound"], "travellers": 500}, 200), ({"changes": ["article 99: treatment 1 days"]}, 422), ({}, 400)):
        ok(call(base, "post", "/v1/agreement/what-if", body)[0] == wanted, f"POST /v1/agreement/what-if: {wanted}")
    call(base, "get", "/v1/agreement/bound", query="?on=yesterday")
    call(base, "get", "/v1/agreement/bound", query="?member=XX")
    call(base, "get", "/v1/agreement", query="?language=%00")
    call(base, "get", "/v1/health", query="?none=1")
    for query, status in (("", 200), ("?state=IR", 200), ("?state=DE", 200), ("?state=Iran", 400)):
        ok(call(base, "get", "/v1/trust", query=query)[0] == status, f"what is believed{query}: {status}")
    for body in ({"mrz": LINES}, {"can": "123456"}, {"can": "12"}, {}):
        ok(call(base, "post", "/v1/read", body)[0] >= 400, "no reader stands at this node", body)
    call(base, "get", "/v1/node", headers={"Host": "elsewhere.example"})
    mrz, picture = {"kind": "mrz", "text": LINES}, {"kind": "picture", "base64": base64.b64encode(seal).decode()}
    full = {"id": "one", "travel": {"purpose": "pilgrimage", "mode": "air", "stay_days": 10}, "movement": "entry", "evidence": [mrz, picture],
            "document_examined": True}
    for body in (full, full, {"evidence": [mrz]}, {"evidence": [{"kind": "mrz", "text": LINES.replace("90", "9O")}]}, {"evidence": [picture]},
                 {**full, "id": "two", "document_examined": False}, {**full, "id": "three", "movement": "exit"}):
        status, text = call(base, "post", "/v1/check", body)
        ok(status == 200 and json.loads(text)["verdict"] in ("admit", "refer"), "a check is answered", status, text[:300])
    def chip(files, **more):
        return {"evidence": [mrz, {"kind": "chip", "files": [base64.b64encode(f).decode() for f in files], **more}]}

    read = list(chips.Signer(work / "n", work).read_out(LINES.replace("P<KAZ", "P<IRN").replace("KAZ", "IRN")).values())
    asked = {"challenge": base64.b64encode(bytes(8)).decode(), "response": base64.b64encode(bytes(64)).decode()}
    for body in (chip(read), chip(reversed(read)), chip(read[:1]), chip(read[1:]), chip([b"x"]), chip(read, active_authentication=asked),
                 chip([read[0], read[2][:-1] + b"x", *read[3:]])):
        status, text = call(base, "post", "/v1/check", body)
        ok(status == 200 and json.loads(text)["chip"]["result"] != "well-formed", "a chip is answered", status, text[:300])
    for body, status in ((chip([]), 400), (chip([b""]), 400), (chip([b"x"] * 65), 413), (chip([bytes(5 << 20)]), 413),
                         (chip(read, text="x"), 400), (chip(read, active_authentication={**asked, "challenge": "AA=="}), 400),
                         (chip(read, active_authentication={"challenge": asked["challenge"]}), 400),
                         ({"evidence": [{**mrz, "files": ["AAAA"]}]}, 400), ({"evidence": [{"kind": "chip", "text": "x"}]}, 400),
                         ({"evidence": [{"kind": "chip", "files": "AAAA"}]}, 400), ({"evidence": [{"kind": "chip", "files": [1]}]}, 400),
                         ({"evidence": [{**mrz, "active_authentication": asked}]}, 400)):
        got, text = call(base, "post", "/v1/check", body)
        ok(got == status and json.loads(text)["error"]["detail"], f"a chip of another kind: {status}", got, text[:300])
    for body, status in (({**full, "movement": "exit"}, 409), ({}, 400), ([], 400), (b"{", 400), ({**full, "more": 1}, 400), ({"evidence": [mrz] * 17}, 413),
                         ({"evidence": []}, 400), (b" " * (20 << 20), 413)):
        got, text = call(base, "post", "/v1/check", body, headers={"Content-Type": "application/json"})
        ok(got == status, f"a request of another kind: {status}", got, text[:300])
    ok(call(base, "post", "/v1/check", b"x", headers={"Content-Type": "text/plain"})[0] == 415, "another media type: 415")
    ok(call(base, "post", "/v1/check", full, headers={"Origin": "http://elsewhere.example"})[0] == 403, "another origin: 403")
    ok(call(base, "get", "/v1/check")[0] == 405, "another method: 405")
    typed = {"issuer": "PK", "number": "SPECIMEN-1", "categories": ["LTV", {"category": "PSV", "codes": ["01", "ZZ"]}], "expiry": "2099-05-01"}
    stop = {"id": "stop", "typed": typed, "examined": True, "permit": True, "language": "fa", "driver": {"residence": "PK"}}
    lines = "D1FRA22BX004172370214LEFEBVRE4"
    for body in (stop, stop, {"evidence": [{"text": lines}], "typed": typed}, {"evidence": [{"base64": "omFhAQ=="}, {"text": "mdoc:owBj"}], "ask": False}):
        status, text = call(base, "post", "/v1/licence", body)
        ok(status == 200 and json.loads(text)["outcome"] != "recognised", "a roadside check is answered", status, text[:300])
    for body, status in (({**stop, "permit": False}, 409), ({}, 400), ([], 400), (b"{", 400), ({**stop, "more": 1}, 400),
                         ({"evidence": [{"text": "x"}] * 17}, 413)):
        got, text = call(base, "post", "/v1/licence", body, headers={"Content-Type": "application/json"})
        ok(got == status, f"a roadside check of another kind: {status}", got, text[:300])
    ok(call(base, "get", "/v1/licence/pack")[0] == 200, "GET /v1/licence/pack")
    question = {"to": "KZ", "number": "SPECIMEN-0001", "purpose": "road-check"}
    for what, body, wanted in (("answered", question, 200), ("unknown there", {**question, "number": "NEVER-ISSUED"}, 200),
                               ("unreachable", {**question, "to": "UZ"}, 200), ("refused", {**question, "purpose": "curiosity"}, 200),
                               ("no question", {"to": "KZ"}, 400), ("of a reference that was not given", {"to": "KZ", "reference": "IR-NONE"}, 404)):
        status, _ = call(base, "post", "/v1/licence/question", body)
        ok(status == wanted, f"POST /v1/licence/question: {what}", status)
    put = {"Content-Type": "application/octet-stream", "Serai-To": "KZ", "Serai-Topic": "no such record", "Serai-Purpose": "road-check"}
    for what, more, wanted in (("not agreed", {"Serai-Reference": "ask-1"}, 409), ("an own topic", {"Serai-Topic": "licence status"}, 400),
                               ("another type", {"Content-Type": "text/plain"}, 415)):
        status, text = call(base, "post", "/v1/ask", b"SPECIMEN", headers={**put, **more})
        ok(status == wanted, f"POST /v1/ask: {what}", status, text[:300])
    for query, wanted in (("?reference=ask-1", 409), ("?reference=none", 404), ("", 400)):
        status, text = call(base, "get", "/v1/ask", query=query)
        ok(status == wanted, f"GET /v1/ask{query}", status, text[:300])
    status, text = call(base, "post", "/v1/ask/reply", b"x", headers={**put, "Serai-From": "KZ", "Serai-Reference": "none"})
    ok(status == 404, "POST /v1/ask/reply: of no question", status, text[:300])
    ok(call(base, "get", "/v1/cases")[0] == 200 and call(base, "get", "/v1/cases", query="?most=0")[0] == 400, "GET /v1/cases")
    note = {"id": "fine-1", "licence": {"issuer": "KZ", "number": "SPECIMEN-0001"}, "act": "speeding", "place": "Road 44, km 12",
            "at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()), "amount": "1500.50", "currency": "IRR"}
    for what, body, wanted in (("a fine", note, 201), ("the same", note, 200), ("another under its id", {**note, "place": "elsewhere"}, 409),
                               ("no act", {"id": "fine-2"}, 400)):
        status, text = call(base, "post", "/v1/offences", body)
        ok(status in (wanted, 200) if wanted == 201 else status == wanted, f"POST /v1/offences: {what}", status, text[:300])
    ok(call(base, "get", "/v1/offences")[0] == 200 and call(base, "get", "/v1/offences", query="?most=0")[0] == 400, "GET /v1/offences")
    for what, step, wanted in (("withdrawn", {"reference": "fine-1", "step": "withdrawn", "reason": "SPECIMEN"}, 200),
                               ("of no notice", {"reference": "fine-9", "step": "withdrawn", "reason": "SPECIMEN"}, 404),
                               ("no step", {"reference": "fine-1"}, 400)):
        status, text = call(base, "post", "/v1/offences/answer", step)
        ok(status == wanted, f"POST /v1/offences/answer: {what}", status, text[:300])
    record = {"stream": "licence", "records": [{"type": "licence-status", "subject": "IR 1", "base64": base64.b64encode(b"SPECIMEN").decode()}]}
    for what, body, wanted in (("published", record, 200), ("no such audience", {**record, "audience": "KZ+TR"}, 400), ("no record", {**record, "records": []}, 400),
                               ("no body", {**record, "records": [{"type": "x"}]}, 400), ("no base64", {**record, "records": [{"type": "x", "base64": "?"}]}, 400)):
        status, text = call(base, "post", "/v1/records", body)
        ok(status == wanted, f"POST /v1/records: {what}", status, text[:300])
    for query, status in (("?nationality=PK&purpose=pilgrimage&route=IR,2027-03-01,2027-03-20,road&licence=PK,LTV&age=40", 200), ("?nationality=DE&route=TM,2027-03-01", 200),
                          ("?nationality=PK&route=IR,2027-03-01,,air;TR,2027-04-01,,air&vehicle=car&language=fa", 200), ("?nationality=PK&purpose=work&route=IR,2027-03-01", 200), ("?nationality=PK&purpose=tourism&route=IR,2027-03-01,2027-05-30,air", 200),
                          ("?route=IR", 400), ("?name=SPECIMEN", 400)):
        ok(call(base, "get", "/v1/need", query=query)[0] == status, f"GET /v1/need: {status}")
    look = {"issuer": "KZ", "number": "N12345678", "office": "border-office", "purpose": "stay-count"}
    for what, path, body, wanted in (("a look", "/v1/stays", look, 200), ("no such article", "/v1/stays", {**look, "ask": True, "purpose": "curiosity"}, 403), ("no office", "/v1/stays", {"issuer": "KZ", "number": "1"}, 400),
                                     ("an exit", "/v1/movements", {"id": "m-1", "movement": "exit", "issuer": "KZ", "number": "N12345678"}, 200),
                                     ("no gap", "/v1/movements", {"id": "m-2", "movement": "exit", "issuer": "KZ", "number": "N7", "day": "2026-01-01", "office": "border-office", "reason": "stamp-seen"}, 409),
                                     ("no movement", "/v1/movements", {"id": "m-3", "movement": "jump", "issuer": "KZ", "number": "N7"}, 400)):
        status, text = call(base, "post", path, body)
        ok(status == wanted, f"POST {path}: {what}", status, text[:300])
    ok(call(base, "get", "/v1/stays/overdue", query="?within=30&all=1")[0] == 200 and call(base, "get", "/v1/stays/overdue", query="?within=x")[0] == 400, "GET /v1/stays/overdue")
    code = json.loads(call(base, "post", "/v1/check", full)[1])["code"]
    status, text = call(base, "post", "/v1/complaints", {"id": "0123456789abcdef", "code": code, "subject": "delay", "text": "SPECIMEN"})
    ok(status == 201, "POST /v1/complaints: filed", status, text[:300])
    filed = json.loads(text)
    for what, path, body, wanted in (("again", "", {"id": "0123456789abcdef", "code": code, "subject": "delay", "text": "SPECIMEN"}, 200), ("another under its id", "", {"id": "0123456789abcdef", "code": code, "text": "x"}, 409),
                                     ("no check", "", {"code": "AAAA-AAAA-AAAA-AAAA", "text": "x"}, 404), ("no text", "", {"code": code}, 400), ("too long", "", {"code": code, "text": "x" * 5000}, 413),
                                     ("followed", "/follow", {"follow": filed["follow"]}, 200), ("a wrong code", "/follow", {"follow": code}, 404),
                                     ("too early", "/appeal", {"follow": filed["follow"], "text": "x"}, 409), ("of nobody", "/appeal", {"follow": "x", "text": "x"}, 404),
                                     ("read", "/step", {"reference": filed["complaint"]["reference"], "step": "read", "office": "border-office"}, 200),
                                     ("answered", "/step", {"reference": filed["complaint"]["reference"], "step": "answer", "office": "border-office", "outcome": "partly", "text": "SPECIMEN"}, 200),
                                     ("again", "/step", {"reference": filed["complaint"]["reference"], "step": "answer", "office": "border-office", "outcome": "partly", "text": "x"}, 409),
                                     ("appealed", "/appeal", {"follow": filed["follow"], "text": "SPECIMEN"}, 200),
                                     ("by the same office", "/step", {"reference": filed["complaint"]["reference"], "step": "decide", "office": "border-office", "outcome": "upheld", "text": "x"}, 403),
                                     ("unknown", "/step", {"reference": "C-NONE", "step": "read", "office": "border-office"}, 404)):
        status, text = call(base, "post", f"/v1/complaints{path}", body)
        ok(status == wanted, f"POST /v1/complaints{path}: {what}", status, text[:300])
    ok(call(base, "get", "/v1/complaints", query="?within=40")[0] == 200 and call(base, "get", "/v1/complaints", query="?most=x")[0] == 400, "GET /v1/complaints")
    who = {"officer": "o-17", "office": "border-office", "purpose": "border-check"}
    for path, body, wanted in (("list", {"state": "open"}, 200), ("list", {"most": -1}, 400), ("show", {"id": "H-NONE", **who}, 404), ("show", {"id": "H-NONE", **who, "language": "fa"}, 400),
                               ("show", {"id": "H-NONE", **who, "purpose": "curiosity"}, 400), ("show", {"id": "H-NONE", **who, "officer": "x"}, 403),
                               ("close", {"id": "H-NONE", **who, "outcome": "no match", "reason": "SPECIMEN"}, 404),
                               ("close", {"id": "H-NONE", **who, "outcome": "refused", "reason": "SPECIMEN"}, 400), ("tasks", {"late": True}, 200),
                               ("task", {"member": "KZ", "reference": "H-NONE.1", **who}, 404),
                               ("answer", {"member": "KZ", "reference": "H-NONE.1", **who, "says": "cannot say", "text": "SPECIMEN"}, 404),
                               ("statistics", {"from": "2027-01-01"}, 200), ("statistics", {"from": "x"}, 400)):
        status, text = call(base, "post", f"/v1/hits/{path}", body)
        ok(status in (wanted, 503), f"POST /v1/hits/{path}: {wanted}", status, text[:300])
    ok(call(base, "get", "/v1/complaints/statistics")[0] == 200 and call(base, "get", "/v1/complaints/statistics", query="?from=x")[0] == 400, "GET /v1/complaints/statistics")
    for path in ("stays", "queues"):
        ok(call(base, "get", f"/v1/statistics/{path}")[0] == 200 and [call(base, "get", f"/v1/statistics/{path}", query=f"?days={d}")[0] for d in (7, 90, 0, 91, "x")] == [200, 200, 400, 400, 400], f"GET /v1/statistics/{path}")
    octets = {"Content-Type": "application/octet-stream"}
    rows = "document_state,document_number,family_name,birth\nKZ,N12345678,SPECIMEN,1990-05-14\nKZ,N12345678,SPECIMEN,1990-13-14\n".encode()
    status, text = call(base, "post", "/v1/manifests", rows, "?office=post&purpose=pilgrimage&mode=air&entry=2027-03-01&id=one", octets)
    ok(status == 201, "POST /v1/manifests", status, text[:300])
    manifest = json.loads(text)["id"]
    for what, body, query, wanted in (("the same", rows, "?office=post&purpose=pilgrimage&mode=air&entry=2027-03-01&id=one", 200), ("another under its id", rows, "?office=post&id=one", 409),
                                      ("no list", b"x", "?office=post", 422), ("no office", rows, "", 400), ("no such parameter", rows, "?office=post&who=x", 400)):
        status, text = call(base, "post", "/v1/manifests", body, query, octets)
        ok(status == wanted, f"POST /v1/manifests: {what}", status, text[:300])
    ok(call(base, "get", "/v1/manifests")[0] == 200 and call(base, "get", "/v1/manifests", query="?before=x")[0] == 400, "GET /v1/manifests")
    one = "/v1/manifests/{id}"
    for _ in range(3000):
        if json.loads(call(base, "get", f"/v1/manifests/{manifest}", described=one)[1])["state"] == "done":
            break
        time.sleep(0.03)
        answers.pop()
    ok(call(base, "get", "/v1/manifests/NONE", described=one)[0] == 404, "GET /v1/manifests/{id}: none")
    for query, wanted in (("?office=post", 200), ("?office=post&view=organiser", 200), ("?office=post&rows=csv&only=duplicate", 200), ("", 400), ("?office=post&only=x", 400)):
        status, text = call(base, "get", f"/v1/manifests/{manifest}/results", query=query, described=f"{one}/results")
        ok(status == wanted, f"GET /v1/manifests/{{id}}/results{query}: {wanted}", status, text[:300])
    for body, wanted in (({}, 400), ({"office": "post"}, 200)):
        ok(call(base, "post", f"/v1/manifests/{manifest}/erase", body, described=f"{one}/erase")[0] == wanted, f"POST /v1/manifests/{{id}}/erase: {wanted}")
    ok(call(base, "get", f"/v1/manifests/{manifest}/results", query="?office=post", described=f"{one}/results")[0] == 404, "an erased list has no results")
    exposure(base)
    slots(base)
    day = lambda n: time.strftime("%Y-%m-%d", time.gmtime(time.time() + n * 86400))
    pilgrim = {"id": "specimen-pilgrim", "kind": "eco visa", "purpose": "pilgrimage", "passport": LINES, "from": day(2), "until": day(30), "entries": 1, "stay": 10,
               "contact": "specimen@example.org", "payment": "SPECIMEN-1", "answers": {"group": "SPECIMEN", "guide": "SPECIMEN", "way of travel": "road"}, "submit": True}
    student = {"id": "specimen-student", "purpose": "education", "passport": LINES, "from": day(2), "until": day(90), "entries": 0, "stay": 60, "contact": "x", "payment": "x",
               "answers": {"institution": "SPECIMEN"}, "submit": True,
               "files": [{"name": "enrolment", "type": "application/pdf", "data": base64.b64encode(b"%PDF-1.1 SPECIMEN").decode()}]}
    for what, body, wanted in (("sent", pilgrim, 200), ("again", pilgrim, 200), ("another under its id", {**pilgrim, "stay": 9}, 409), ("with a file", student, 200),
                               ("incomplete", {**pilgrim, "id": "specimen-nobody", "answers": {}}, 422), ("with another kind of file",
                               {**student, "files": [{**student["files"][0], "type": "image/png"}]}, 400), ("not understood", {"id": 1}, 400), ("too large", b" " * (20 << 20), 413)):
        status, text = call(base, "post", "/v1/applications", body, headers={"Content-Type": "application/json"})
        ok(status == wanted, f"POST /v1/applications: {what}", status, text[:300])
    made = json.loads(call(base, "post", "/v1/applications", pilgrim)[1])
    own = {"reference": made["application"]["reference"], "secret": made["secret"]}
    one = {"reference": own["reference"], "officer": "officer.1"}
    grant = {**one, "decision": "grant", "revision": 1}
    for path, body, wanted in (("follow", own, 200), ("follow", {**own, "secret": "x"}, 404), ("follow", {**own, "stay": 40}, 422), ("show", one, 200),
                               ("show", {**one, "officer": "?"}, 403), ("show", {**one, "reference": "IRAAAAAAAAAA"}, 404), ("file", {**one, "name": "x"}, 404),
                               ("return", {**one, "text": "SPECIMEN"}, 200), ("return", {**one, "text": "SPECIMEN"}, 409), ("decide", grant, 409),
                               ("follow", {**own, "submit": True}, 200), ("decide", {**grant, "decision": "decline"}, 400), ("decide", grant, 200),
                               ("issue", one, 409), ("decide", {**grant, "officer": "officer.2"}, 200), ("issue", {**one, "form": "paper"}, 400), ("issue", one, 200),
                               ("issue", one, 200), ("own-file", {**own, "name": "issued.png"}, 200), ("own-file", {**own, "secret": "x", "name": "issued.png"}, 404),
                               ("extend", {**one, "second": "officer.2", "until": day(40)}, 409), ("file", {**one, "name": "issued.pdf"}, 200)):
        status, text = call(base, "post", f"/v1/applications/{path}", body)
        ok(status == wanted, f"POST /v1/applications/{path}: {wanted}", status, text[:300])
    number = json.loads(call(base, "post", "/v1/applications/issue", one)[1])["permission"]
    revoke = {"permission": number, "officer": "officer.1", "class": "error", "reason": "SPECIMEN", "article": "20", "appeal": "SPECIMEN"}
    for body, wanted in ((revoke, 200), (revoke, 200), ({**revoke, "class": "fraud"}, 409), ({**revoke, "permission": "I00000000"}, 404), ({**revoke, "class": "x"}, 400)):
        status, text = call(base, "post", "/v1/permissions/revoke", body)
        ok(status == wanted, f"POST /v1/permissions/revoke: {wanted}", status, text[:300])
    for path, query, wanted in (("/v1/applications", "", 200), ("/v1/applications", "?state=granted", 200), ("/v1/applications", "?state=none", 400),
                                ("/v1/permissions", "?language=fa", 200), ("/v1/permissions/statistics", "", 200), ("/v1/permissions/statistics", "?year=x", 400),
                                ("/v1/consultations", "", 200), ("/v1/consultations", "?within=24", 200), ("/v1/consultations", "?before=x", 400)):
        status, text = call(base, "get", path, query=query)
        ok(status == wanted, f"GET {path}{query}: {wanted}", status, text[:300])
    for path, body, wanted in (("show", {}, 404), ("show", {"officer": "?"}, 403), ("answer", {"opinion": "objection", "reason": "SPECIMEN"}, 404), ("answer", {"opinion": "x"}, 400)):
        status, text = call(base, "post", f"/v1/consultations/{path}", {"member": "KZ", "reference": "KZ.1", "officer": "officer.1", **body})
        ok(status == wanted, f"POST /v1/consultations/{path}: {wanted}", status, text[:300])
    ok(call(base, "get", "/metrics")[0] == 200, "GET /metrics")
    entry = {"kind": "passport", "status": "stolen", "on": "2026-05-01", "number": "T 7654321"}
    for what, body, wanted in (("listed", {"list": [entry]}, 200), ("a range", {"list": [{**entry, "status": "stolen blank", "to": "T 7654399"}]}, 200),
                               ("withdrawn", {"withdraw": [{"kind": "passport", "number": "T7654321"}]}, 200), ("nothing", {}, 400),
                               ("a kind that is none", {"list": [{**entry, "kind": "pass"}]}, 400), ("a holder's name", {"list": [{**entry, "name": "SPECIMEN"}]}, 400)):
        status, text = call(base, "post", "/v1/notices/documents", body)
        ok(status in ((wanted, 503) if wanted == 200 else (wanted, 503)), f"POST /v1/notices/documents: {what}", status, text[:300])
    asked = {"state": "IR", "kind": "passport", "number": "T7654350"}
    for what, body, wanted in (("asked", {"purpose": "border-check", "documents": [asked]}, 200), ("two", {"purpose": "road-check", "officer": "SPECIMEN-1",
                                "documents": [asked, {"kind": "vehicle", "number": "1M8GDM9AXKP042788"}]}, 200),
                               ("no purpose", {"documents": [asked]}, 400), ("no document", {"purpose": "border-check", "documents": []}, 400),
                               ("no State", {"purpose": "border-check", "documents": [{"kind": "passport", "number": "T1"}]}, 400)):
        status, text = call(base, "post", "/v1/notices/documents/look-up", body)
        ok(status == wanted, f"POST /v1/notices/documents/look-up: {what}", status, text[:300])
    for path, query in (("", ""), ("", "?which=expiring"), ("/kinds", ""), ("/drafts", ""), ("/statistics", "")):
        ok(call(base, "get", f"/v1/notices{path}", query=query)[0] == 200, f"GET /v1/notices{path}{query}")
    ok(call(base, "get", "/v1/notices", query="?which=all")[0] == 400, "GET /v1/notices?which=all")
    notice = {"kind": "wanted", "category": "drug trafficking", "action": "locate", "basis": {"article": "31"},
              "person": {"status": "charged", "names": [{"text": "SPECIMEN", "script": "Latn", "kind": "primary"}]}}
    status, text = call(base, "post", "/v1/notices/check", {"notice": notice})
    ok(status == 200 and "no-warrant" in text, "POST /v1/notices/check: faults", status, text[:300])
    ok(call(base, "post", "/v1/notices/check", {"notice": {**notice, "colour": "red"}})[0] == 400, "POST /v1/notices/check: a member nobody knows")
    for path, body in (("notices/draft", {"officer": "a.one", "notice": notice}), ("notices/sign", {"officer": "b.two", "reference": "N-0"}),
                       ("notices/act", {"what": "withdrawn", "id": "IR-2026-1", "officer": "a.one", "reason": "SPECIMEN"}),
                       ("notices/show", {"id": "IR-2026-1", "officer": "a.one", "purpose": "review"}),
                       *((f"redress/{x}", {"reference": "C-1", "id": "IR-2026-1", "officer": "a.one"}) for x in ("link", "consult", "answer", "disclose", "restrict"))):
        status, text = call(base, "post", f"/v1/{path}", body)
        ok(status == (200 if path == "notices/draft" else 404), f"POST /v1/{path}", status, text[:300])
    published_lists(base)
    cooperation(base)
    for body in (seal, LINES.encode(), b"\x00", b"", (work / "n/signer.der").read_bytes(), b"P<"):
        call(base, "post", "/v1/inspect", body, headers={"Content-Type": "application/octet-stream"})
    for query in ("?profile=strict", "?profile=none", "?at=2026-11-21T00:00:00Z", "?at=yesterday", "?name=visa.png"):
        call(base, "post", "/v1/inspect", seal, query=query, headers={"Content-Type": "application/octet-stream"})


def persons(base, link):
    """On a node where one signs in; the owner of its folder is let in by a token."""
    own = {"Authorization": "Bearer " + (work / "p/sign-in.secret").read_text().splitlines()[0]}
    for path, body, wanted in (("", {"id": "officer-17", "name": "A. SPECIMEN", "roles": "lane"}, 200), ("", {"id": "officer-17", "name": "A. SPECIMEN", "roles": "pilot"}, 422),
                               ("/link", {"id": "officer-17"}, 200), ("/link", {"id": "nobody"}, 422), ("/token", {"id": "officer-17", "roles": "lane", "days": 2}, 200),
                               ("/token", {"id": "officer-17", "roles": "lane"}, 422), ("/certificate", {"id": "officer-17", "fingerprint": "0" * 64}, 200),
                               ("/certificate", {"id": "officer-17", "fingerprint": "0" * 64}, 403), ("/certificate", {"id": "officer-17", "fingerprint": "x"}, 422)):
        status, text = call(base, "post", f"/v1/persons{path}", body, headers={"Content-Type": "application/json", **own})
        ok(status == wanted, f"POST /v1/persons{path}: {wanted}", status, text[:300])
    for path in ("", "/log"):
        ok(call(base, "get", f"/v1/persons{path}", headers=own)[0] == 200 and call(base, "get", f"/v1/persons{path}")[0] == 401, f"GET /v1/persons{path}")
    for body, wanted in (({"id": "officer-17", "issuer": "https://id.example", "subject": "SPECIMEN"}, 200), ({"id": "officer-17"}, 422)):
        ok(call(base, "post", "/v1/persons/provider", body, headers={"Content-Type": "application/json", **own})[0] == wanted, f"POST /v1/persons/provider: {wanted}")
    for path, body, wanted in (("/drop", {"id": "officer-17", "kind": "certificate", "credential": "0" * 64}, 200), ("/drop", {"id": "officer-17", "kind": "certificate", "credential": "0" * 64}, 403),
                               ("/remove", {"id": "officer-17"}, 200), ("/remove", {"id": "officer-17"}, 422)):
        ok(call(base, "post", f"/v1/persons{path}", body, headers={"Content-Type": "application/json", **own})[0] == wanted, f"POST /v1/persons{path}: {wanted}")
    ok(call(base, "get", "/v1/sign-in")[0] == 200, "GET /v1/sign-in")
    there = base.replace("127.0.0.1", "localhost")
    for path, body, wanted in (("sign-in/passkey/begin", {}, 200), ("sign-in/passkey/finish", {"id": "AAAA"}, 403)):
        ok(call(there, "post", f"/v1/{path}", body)[0] == wanted and call(base, "post", f"/v1/{path}", body)[0] == 409, f"POST /v1/{path}: {wanted}")
    ok(call(there, "get", "/v1/passkeys", headers=own)[0] == 403 and call(there, "get", "/v1/passkeys")[0] == 401, "GET /v1/passkeys")
    for path in ("begin", "finish", "remove"):
        ok(call(there, "post", f"/v1/passkeys/{path}", {}, headers={"Content-Type": "application/json", **own})[0] == 403, f"POST /v1/passkeys/{path}: 403")
    for path in ("", "/back"):
        ok(call(base, "get", f"/v1/sign-in/provider{path}")[0] == 409, f"GET /v1/sign-in/provider{path}: 409")
    for path, body, wanted in (("sign-in/link", {"link": link}, 200), ("sign-in/link", {"link": link}, 403), ("sign-in/certificate", {}, 403), ("sign-out", {}, 200)):
        ok(call(base, "post", f"/v1/{path}", body)[0] == wanted, f"POST /v1/{path}: {wanted}")


code, out, err = serai("init", "--specimen", "--sign-in", "off", "--member", "IR", "--desks", "KZ", "--listen", "127.0.0.1:0", "--languages", "en fa", work / "n")
ok(code == 0, "a node", err)
(work / "n/posts").write_text(POSTS)
with open(work / "n/node.conf", "a") as conf:
    conf.write("post-file = posts\n")
code, out, err = serai("issue", "--node", work / "n", "--passport", work / "passport.txt", "--purpose", "pilgrimage", "--out", work / "visa")
ok(code == 0, "a visa", err)
(work / "list.jsonl").write_text(json.dumps({"id": "S-2", "schema": "Company", "properties": {"name": ["Obrazets Trading LLP"], "leiCode": ["529900T8BM49AURSDO55"]}}) + "\n")
code, out, err = serai("list", "import", work / "list.jsonl", "--as", "specimen", "--node", work / "n", "--purpose", "money-laundering", "--basis", "SPECIMEN law", "--by", "o-17")
ok(code == 0, "a published list", out, err)
serving = subprocess.Popen([SERAI, "serve", "--quiet", work / "n"], stdout=subprocess.PIPE, text=True, env={**os.environ, "SERAI_DATA": str(SOURCE)})
try:
    exercise(serving.stdout.readline().strip().rstrip("/"), (work / "visa.png").read_bytes())
finally:
    serving.send_signal(signal.SIGTERM)
    serving.wait(30)
with socket.socket() as free:
    free.bind(("127.0.0.1", 0))
    own_port = free.getsockname()[1]
ok(serai("init", "--specimen", "--member", "KZ", "--listen", f"127.0.0.1:{own_port}", work / "p")[0] == 0, "a node where one signs in")
with open(work / "p/node.conf", "a") as conf:
    conf.write(f"passkey-place = localhost\npasskey-origin = http://localhost:{own_port}\n")
serving = subprocess.Popen([SERAI, "serve", "--quiet", work / "p"], stdout=subprocess.PIPE, text=True, env={**os.environ, "SERAI_DATA": str(SOURCE)})
try:
    persons(serving.stdout.readline().strip().rstrip("/"), serving.stdout.readline().partition("#")[2].strip())
finally:
    serving.send_signal(signal.SIGTERM)
    serving.wait(30)

wrong = [dict(a, body=a["body"].replace('"verdict":"', '"verdict":"perhaps ')) for a in answers if '"verdict":"' in a["body"]][:1]
said = node("openapi.mjs", {"description": description, "answers": answers + wrong})
ok(said["judged"].pop()["holds"] is False, "a verdict that is no word of the description is found")
ok(said["valid"] and said["version"] == "3.1", "web/openapi.json is OpenAPI 3.1", said.get("errors"))
ok(len(said["examples"]) > 0, "it has examples")
none_differ([e for e in said["examples"] if not e["holds"]], f"{len(said['examples'])} examples follow their schemas")
none_differ([(a["method"], a["path"], a["status"], a["type"], a["body"][:200]) for a, j in zip(answers, said["judged"]) if not j["described"]
             and a["status"] != 405], f"{len(answers)} answers are among those described")
none_differ([(a["method"], a["path"], a["status"], j.get("errors"), a["body"][:300]) for a, j in zip(answers, said["judged"]) if j["described"] and not j["holds"]],
            "each follows its schema")
seen = {(a["method"], a["path"]) for a in answers}
none_differ([(m, p) for p, o in description["paths"].items() for m in o if m in ("get", "post") and (m, p) not in seen and p != "/v1/events"],
            "every operation was called but the stream that does not end (e2e-live)")
done()
