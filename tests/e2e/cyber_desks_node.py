"""Two members with specimen playbooks, offers and advisories, for the pages of the Cyber desk."""
import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request

from tap import SERAI, SOURCE, serai, until

ID = "playbook--00000000-0000-4000-8000-00000000000a"
STEP = {k: f"{k}--00000000-0000-4000-8000-00000000000{i}" for i, k in enumerate(("start", "if-condition", "action", "end"), 1)}
OTHER = "action--00000000-0000-4000-8000-000000000009"


def moment(days):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + days * 86400))


def playbook(modified="2026-01-01T00:00:00.000Z", command="SPECIMEN: block the sender", **more):
    agent = "individual--00000000-0000-4000-8000-00000000000c"

    def act(name, text, to):
        return {"type": "action", "name": name, "on_completion": to, "agent": agent, "commands": [{"type": "manual", "command": text}]}

    return {"type": "playbook", "spec_version": "cacao-2.0", "id": ID, "name": "SPECIMEN phishing against banks", "description": "SPECIMEN: what the desk does first.",
            "playbook_types": ["mitigation"], "playbook_activities": ["contain-threat"], "created_by": "identity--00000000-0000-4000-8000-00000000000b",
            "created": "2026-01-01T00:00:00.000Z", "modified": modified, "workflow_start": STEP["start"],
            "workflow": {STEP["start"]: {"type": "start", "on_completion": STEP["if-condition"]},
                         STEP["if-condition"]: {"type": "if-condition", "name": "SPECIMEN: is it a bank", "condition": "[email-message:subject MATCHES '.*']", "on_true": STEP["action"], "on_false": OTHER},
                         STEP["action"]: act("SPECIMEN: tell the bank", command, STEP["end"]), OTHER: act("SPECIMEN: tell the sector", "SPECIMEN: a letter <b>now</b>", STEP["end"]), STEP["end"]: {"type": "end"}},
            "agent_definitions": {agent: {"type": "individual", "name": "duty officer"}}, **more}


def advisory(number, vendor, product, day, score):
    cvss = {"version": "3.1", "vectorString": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", "baseScore": 9.8, "baseSeverity": "CRITICAL"} if score else None
    return {
        "document": {
            "category": "csaf_security_advisory", "csaf_version": "2.0", "distribution": {"tlp": {"label": "GREEN"}}, "lang": "en", "title": f"SPECIMEN {vendor} {product}: <img src=x> is text",
            "notes": [{"category": "summary", "text": "SPECIMEN: a pump can be stopped from afar."}], "references": [{"summary": "SPECIMEN", "category": "self", "url": "https://cert.specimen.example/1"}],
            "publisher": {"category": "coordinator", "name": "SPECIMEN CERT", "namespace": "https://specimen.example"},
            "tracking": {"current_release_date": day, "id": f"SA-{number}", "initial_release_date": "2026-01-01T00:00:00Z",
                         "revision_history": [{"date": "2026-01-01T00:00:00Z", "number": "1", "summary": "s"}], "status": "final", "version": "1"}},
        "product_tree": {"branches": [{"category": "vendor", "name": vendor, "branches": [{"category": "product_name", "name": product, "branches": [
            {"category": "product_version", "name": "1.0", "product": {"name": f"{vendor} {product} 1.0", "product_id": "P-1", "product_identification_helper": {"cpe": "cpe:2.3:a:specimen:pump:1.0:*:*:*:*:*:*:*"}}}]}]}]},
        "vulnerabilities": [{"cve": f"CVE-2026-000{number}", "notes": [{"category": "description", "text": "SPECIMEN"}], "product_status": {"known_affected": ["P-1"]},
                             **({"scores": [{"products": ["P-1"], "cvss_v3": cvss}]} if cvss else {}),
                             "remediations": [{"category": "mitigation", "details": "SPECIMEN: close the port", "product_ids": ["P-1"]}]}]}


def call(url, path, body=None, kind="application/json"):
    data = body if isinstance(body, (bytes, type(None))) else json.dumps(body).encode()
    try:
        with urllib.request.urlopen(urllib.request.Request(url.rstrip("/") + path, data, {"Content-Type": kind} if data is not None else {}), timeout=60) as r:
            return r.status, json.loads(r.read())
    except urllib.error.HTTPError as e:
        return e.code, json.loads(e.read())


def must(url, path, body):
    status, got = call(url, path, body)
    if status != 200:
        sys.exit(f"{path}: {status} {got}")
    return got


def signed(work):
    """A playbook with a signature, as a file."""
    (work / "plain.json").write_text(json.dumps(playbook()))
    for args in (("key", "generate", "--type", "node", "--name", "specimen.example", "--out", work / "desk.key"),
                 ("playbook", "sign", "--key", work / "desk.key", "--name", "specimen.example", "--signee", "SPECIMEN CERT", "--out", work / "signed.json", work / "plain.json")):
        code, out, err = serai(*args)
        if code:
            sys.exit(f"serai {args}: {err}")
    return (work / "signed.json").read_text()


def other(work):
    """The node of TR, running, and its address."""
    p = subprocess.Popen([SERAI, "serve", "--quiet", work / "box/TR"], stdout=subprocess.PIPE, text=True, env={**os.environ, "SERAI_DATA": str(SOURCE)})
    return p, p.stdout.readline().strip()


def fill(work, url, peer):
    """What TR shares, until KZ has it; and what KZ keeps. Returns paths for the page to import."""
    must(peer, "/v1/playbooks/share", {"office": "tr-cert", "tlp": "green", "playbook": signed(work)})
    must(peer, "/v1/playbooks/share", {"office": "tr-cert", "tlp": "green", "playbook": json.dumps(playbook("2026-01-02T00:00:00.000Z", "SPECIMEN: call the bank"))})
    common = {"office": "tr-cert", "capability": "forensics", "languages": ["en", "tr"], "from": moment(0.5), "until": moment(30), "zone": 180, "contact": "tr-cert", "text": "SPECIMEN: disks"}
    must(peer, "/v1/capabilities/offer", {**common, "tlp": "green", "places": 2})
    for n, (vendor, product, days, score) in enumerate((("Acme", "Pump", -3, True), ("Other", "Valve", -200, False)), 1):
        status, got = call(url, "/v1/exposure/advisories?office=cert&purpose=SPECIMEN", json.dumps(advisory(n, vendor, product, moment(days), score)).encode(), "application/octet-stream")
        if status != 200:
            sys.exit(f"advisory: {status} {got}")
    have = until(lambda: call(url, "/v1/capabilities")[1].get("offers") and any(b["versions"] == 2 for b in call(url, "/v1/playbooks")[1].get("playbooks", [])), 120)
    if not have:
        sys.exit("what TR shares did not arrive")
    files = {}
    secret = {"authentication_info_definitions": {"http-basic--00000000-0000-4000-8000-00000000000d": {"type": "http-basic", "user_id": "a", "password": "SPECIMEN"}}}
    mine = {"id": ID[:-1] + "b", "name": "SPECIMEN own plan"}
    loop = playbook(**{**mine, "name": "SPECIMEN with a loop"})
    loop["workflow"][STEP["action"]]["on_completion"] = STEP["if-condition"]
    newer = advisory(3, "Acme", "Turbine", moment(-1), True)
    broken = advisory(4, "Acme", "Broken", moment(-1), True)
    broken["document"]["tracking"]["version"] = "2"
    for name, content in (("good", playbook(**mine)), ("loop", loop), ("secret", playbook(**{**mine, **secret})), ("advisory", newer), ("broken", broken)):
        (work / f"{name}.json").write_text(json.dumps(content))
        files[name] = str(work / f"{name}.json")
    (work / "none.json").write_text("{ not JSON")
    return {**files, "none": str(work / "none.json")}
