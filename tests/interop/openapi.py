#!/usr/bin/env python3
"""The description of the HTTP interface by an OpenAPI validator; what a node answers by the schemas in it."""
import base64
import json
import os
import signal
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


def call(base, method, path, body=None, query="", headers=None):
    data = json.dumps(body).encode() if isinstance(body, (dict, list)) else body
    sent = {"Content-Type": "application/json"} if isinstance(body, (dict, list)) else {}
    request = urllib.request.Request(base + path + query, data, {**sent, **(headers or {})}, method=method.upper())
    try:
        with urllib.request.urlopen(request, timeout=30) as r:
            status, kind, text = r.status, r.headers["Content-Type"], r.read()
    except urllib.error.HTTPError as e:
        status, kind, text = e.code, e.headers["Content-Type"], e.read()
    answers.append({"method": method, "path": path, "status": status, "type": kind.split(";")[0], "body": text.decode()})
    return status, text.decode()


def exercise(base, seal):
    for path in ("/v1/health", "/v1/ready", "/v1/node", "/v1/agreement", "/v1/agreement/text", "/v1/words", "/v1/trust/acts", "/openapi.json"):
        ok(call(base, "get", path)[0] == 200, f"GET {path}")
    for language in ("en", "fa"):
        call(base, "get", "/v1/agreement", query=f"?language={language}")
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
    ok(call(base, "get", "/metrics")[0] == 200, "GET /metrics")
    for body in (seal, LINES.encode(), b"\x00", b"", (work / "n/signer.der").read_bytes(), b"P<"):
        call(base, "post", "/v1/inspect", body, headers={"Content-Type": "application/octet-stream"})
    for query in ("?profile=strict", "?profile=none", "?at=2026-11-21T00:00:00Z", "?at=yesterday", "?name=visa.png"):
        call(base, "post", "/v1/inspect", seal, query=query, headers={"Content-Type": "application/octet-stream"})


code, out, err = serai("init", "--specimen", "--member", "IR", "--desks", "KZ", "--listen", "127.0.0.1:0", "--languages", "en fa", work / "n")
ok(code == 0, "a node", err)
code, out, err = serai("issue", "--node", work / "n", "--passport", work / "passport.txt", "--purpose", "pilgrimage", "--out", work / "visa")
ok(code == 0, "a visa", err)
serving = subprocess.Popen([SERAI, "serve", "--quiet", work / "n"], stdout=subprocess.PIPE, text=True, env={**os.environ, "SERAI_DATA": str(SOURCE)})
try:
    exercise(serving.stdout.readline().strip().rstrip("/"), (work / "visa.png").read_bytes())
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
none_differ([(m, p) for p, o in description["paths"].items() for m in o if m in ("get", "post") and (m, p) not in seen], "every operation was called")
done()
