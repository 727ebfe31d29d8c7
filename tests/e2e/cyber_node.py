"""A member of a federation with specimen objects of the cyber service, for the pages of the Cyber desk."""
import base64
import json
import os
import socket
import sys
import time
import urllib.request

from tap import serai

OWN = "11111111-2222-4333-8444-555555555555"
SHARED = "04a878ba-319f-5969-863c-973617ba2567"
TAXII = "application/taxii+json;version=2.1"
TLP = {"green": "bab4a63c-aed9-4cf5-a766-dfca5abac2bb", "amber": "55d920b0-5e8b-4f79-9ee9-91f868d9b421", "red": "e828b379-4e03-4974-9ac4-e53a884c97c1"}
THEN = "2026-01-01T00:00:00.000Z"


def free_base():
    for base in range(27000 + os.getpid() % 100 * 10, 60000, 250):
        try:
            for port in [*range(base, base + 3), *range(base + 100, base + 103)]:
                with socket.socket() as s:
                    s.bind(("127.0.0.1", port))
            return base
        except OSError:
            continue
    raise SystemExit("Bail out! no free ports")


def make(work):
    """The folder of the member KZ among three; the others do not run."""
    code, out, err = serai("sandbox", "--members", "IR KZ TR", "--base-port", free_base(), "--make-only", work / "box")
    if code:
        sys.exit(f"serai sandbox: {err}")
    (work / "password").write_text("secret\n")
    account = serai("cyber", "account", "--password-file", work / "password", "tool", f"write={OWN}", f"read={OWN},{SHARED}")[1].strip()
    conf = work / "box/KZ/node.conf"
    kept = "".join(x for x in conf.read_text().splitlines(True) if not x.startswith(("languages", "taxii-")))
    conf.write_text(f'{kept}languages = en fa ru tr\ntaxii-root = cyber "SPECIMEN"\ntaxii-collection = cyber {OWN} "own"\n'
                    f'taxii-collection = cyber {SHARED} "shared"\n{account}\ncyber-person = o-red tlp=red\n')
    return work / "box/KZ"


def one(kind, n, marking="green", **more):
    return {"type": kind, "spec_version": "2.1", "id": f"{kind}--00000000-0000-4000-8000-{n:012x}", "created": THEN, "modified": THEN,
            **({"object_marking_refs": [f"marking-definition--{TLP[marking]}"]} if marking else {}), **more}


def fill(url):
    seen = {"pattern_type": "stix", "valid_from": "2026-01-01T00:00:00Z"}
    objects = [one("indicator", 1, name="SPECIMEN beacon", description="SPECIMEN: asks every hour.", pattern="[domain-name:value = 'beacon.example']", confidence=80, **seen),
               one("indicator", 2, "amber", name="SPECIMEN drop", pattern="[ipv4-addr:value = '192.0.2.7']", valid_until="2026-02-01T00:00:00Z", **seen),
               one("indicator", 3, "red", name="SPECIMEN secret", pattern="[domain-name:value = 'secret.example']", **seen),
               one("malware", 4, name="SPECIMEN worm", is_family=True),
               one("relationship", 5, relationship_type="indicates", source_ref="indicator--00000000-0000-4000-8000-000000000001",
                   target_ref="malware--00000000-0000-4000-8000-000000000004"),
               one("relationship", 6, relationship_type="related-to", source_ref="indicator--00000000-0000-4000-8000-000000000001",
                   target_ref="indicator--00000000-0000-4000-8000-000000000003"),
               one("sighting", 7, sighting_of_ref="indicator--00000000-0000-4000-8000-000000000001", count=3, first_seen="2026-01-02T00:00:00Z",
                   last_seen="2026-01-02T09:00:00Z"),
               one("sighting", 8, sighting_of_ref="indicator--00000000-0000-4000-8000-000000000001", count=5, first_seen="2026-01-03T00:00:00Z",
                   last_seen="2026-01-03T09:00:00Z"),
               {"type": "indicator", "id": "indicator--00000000-0000-4000-8000-000000000009", "spec_version": "2.1"}]
    head = {"Accept": TAXII, "Content-Type": TAXII, "Authorization": "Basic " + base64.b64encode(b"tool:secret").decode()}
    request = urllib.request.Request(f"{url}cyber/collections/{OWN}/objects/", json.dumps({"objects": objects}).encode(), head)
    with urllib.request.urlopen(request, timeout=60) as r:
        got = json.loads(r.read())
    if got["success_count"] != 8:
        sys.exit(f"the node took other objects: {got}")
    today = time.strftime("%Y-%m-%d", time.gmtime())
    rows = [{"indicator": o["id"], "observer": "dns-1", "log": "dns", "day": today, "count": n + 4, "first_seen": f"{today}T00:00:01Z", "last_seen": f"{today}T00:00:02Z"}
            for n, o in enumerate(objects[:3])]
    request = urllib.request.Request(f"{url}v1/cyber/alerts", json.dumps({"officer": "o-red", "sightings": rows}).encode(), {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=60) as r:
        got = json.loads(r.read())
    if got["new"] != 3:
        sys.exit(f"the node raised other alerts: {got}")


def desk(work):
    """The same without objects, and with the offices that may see what is open."""
    code, out, err = serai("sandbox", "--members", "IR KZ TR", "--base-port", free_base(), "--make-only", work / "box")
    if code:
        sys.exit(f"serai sandbox: {err}")
    conf = work / "box/KZ/node.conf"
    conf.write_text("".join(x for x in conf.read_text().splitlines(True) if not x.startswith("languages")) + "languages = en fa ru tr\nexposure-offices = cert\n")
    return work / "box/KZ"


def expose(url):
    """Twelve organisations of one sector and three of another with something open."""
    assets = "vendor,product,version,organisation,sector\n" + "".join(f"Acme,Pump,1,ORG-{i},energy\n" for i in range(12)) + "".join(f"Acme,Pump,1,SOLO-{i},health\n" for i in range(3))
    branch = {"category": "vendor", "name": "Acme", "branches": [{"category": "product_name", "name": "Pump", "branches": [
        {"category": "product_version_range", "name": "<2", "product": {"name": "SPECIMEN", "product_id": "P"}}]}]}
    advisory = {"document": {"csaf_version": "2.0", "publisher": {"namespace": "https://specimen.example"}, "tracking": {"id": "SPECIMEN-1", "current_release_date": "2026-01-02T00:00:00Z"}},
                "product_tree": {"branches": [branch]}, "vulnerabilities": [{"cve": "CVE-2026-0001", "product_status": {"known_affected": ["P"]}}]}
    for what, text in (("assets", assets), ("advisories", json.dumps(advisory))):
        q = urllib.request.Request(f"{url}v1/exposure/{what}?office=cert&purpose=SPECIMEN&list=all", text.encode(), {"Content-Type": "application/octet-stream"})
        urllib.request.urlopen(q, timeout=30).read()
