"""Two members for the page of drills and contacts: plans as files, a contact at the other one."""
import json
import sys
import time

from cyber_desks_node import call, must
from tap import until


def stamp(seconds):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + seconds))


def fill(work, url, peer):
    """The contact of TR, until KZ has it. Returns what the page imports, and the article of sharing."""
    must(peer, "/v1/contacts/set", {"office": "tr-cert", "tlp": "green", "role": "duty", "phone": "+000 SPECIMEN", "zone": 180, "languages": ["tr", "en"]})
    ask = {"to": ["TR"], "what": "question", "content": "EXERCISE who is on duty?", "expect": [{"answer": "seen", "within": 10}]}
    plan = {"title": "EXERCISE autumn <b>drill</b>", "from": stamp(-60), "until": stamp(3600), "participants": ["TR"],
            "injects": [{**ask, "id": "i1", "after": 0, "title": "EXERCISE phishing"}, {**ask, "id": "i2", "after": 30, "title": "EXERCISE question"}]}
    (work / "plan.json").write_text(json.dumps(plan))
    (work / "bad.json").write_text(json.dumps({**plan, "title": "Autumn"}))
    if not until(lambda: call(url, "/v1/contacts")[1].get("contacts"), 120):
        sys.exit("the contact of TR did not arrive")
    status, got = call(url, "/v1/cooperation/preview", {"office": "cert", "tlp": "green", "kind": "contact", "role": "press", "phone": "SPECIMEN"})
    if status != 200:
        sys.exit(f"preview: {status} {got}")
    return {"peer": peer, "plan": str(work / "plan.json"), "bad": str(work / "bad.json"), "article": got["article"]}
