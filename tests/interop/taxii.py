#!/usr/bin/env python3
"""The TAXII server with clients that behave as taxii2-client, OpenCTI's connector and MISP's pull do: their headers, their URLs, their way of going on."""
import base64
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import urllib.error
import urllib.parse
import urllib.request
import uuid

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "e2e"))
from tap import SERAI, SOURCE, done, ok, serai  # noqa: E402

work = pathlib.Path(tempfile.mkdtemp(prefix="serai-taxii-interop-"))
COLLECTION = "5a3c1b6e-0000-4000-8000-000000000001"
MEDIA = "application/taxii+json;version=2.1"


class Connection:
    """As taxii2client.common._HTTPConnection: one Accept for all, the type of the answer is looked at."""

    def __init__(self, user, password, agent="taxii2-client/2.3.0"):
        self.headers = {"Accept": MEDIA, "User-Agent": agent, "Authorization": "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()}

    def request(self, method, url, params=None, body=None, headers=None):
        if params:
            url += "?" + urllib.parse.urlencode({k: v for k, v in params.items() if v is not None})
        r = urllib.request.Request(url, body, {**self.headers, **(headers or {})}, method=method)
        with urllib.request.urlopen(r, timeout=60) as answer:
            data = answer.read()
            self.seen = answer.headers
            if data and not answer.headers["Content-Type"].replace(" ", "").startswith("application/taxii+json"):
                raise ValueError("unexpected type " + answer.headers["Content-Type"])
            return answer.status, json.loads(data) if data else None

    def get(self, url, params=None):
        return self.request("GET", url, params)[1]


def as_pages(get, per_request, **more):
    """taxii2client.v21.as_pages: the limit of the next page is what the last one had, and an empty next begins anew."""
    envelope = get(limit=per_request, **more)
    yield envelope
    while envelope.get("more"):
        per_request = len(envelope["objects"])
        envelope = get(limit=per_request, next=envelope.get("next", ""), **more)
        yield envelope


def indicator(n, modified="2026-01-01T00:00:00.000Z"):
    return {"type": "indicator", "spec_version": "2.1", "id": f"indicator--{uuid.UUID(int=n + (4 << 76) + (8 << 60))}", "created": "2026-01-01T00:00:00.000Z",
            "modified": modified, "pattern": f"[ipv4-addr:value = '198.51.100.{n}']", "pattern_type": "stix", "valid_from": "2026-01-01T00:00:00Z", "name": str(n)}


def taxii2_client(base):
    """Discovery, roots and collections by the addresses that are given; posting, waiting for the status, pages."""
    c = Connection("tool", "secret")
    found = c.get(base + "/taxii2/")
    roots = [urllib.parse.urljoin(base + "/taxii2/", r) for r in found["api_roots"]]
    ok(urllib.parse.urljoin(base + "/taxii2/", found["default"]) in roots, "the default root is one of the roots", found)
    root = roots[0]
    ok(MEDIA in c.get(root)["versions"], "the root speaks 2.1")
    collections = c.get(root + "collections/")["collections"]
    url = f"{root}collections/{collections[0]['id']}/"
    ok(all(k in collections[0] for k in ("id", "title", "can_read", "can_write", "media_types")), "a collection says all that it must", collections)
    status, answer = c.request("POST", url + "objects/", body=json.dumps({"objects": [indicator(n) for n in range(1, 26)]}).encode(), headers={"Content-Type": MEDIA})
    again = c.get(urllib.parse.urljoin(url, "../../status/" + answer["id"] + "/"))
    ok(status == 202 and again == answer and again["status"] == "complete" and again["success_count"] == 25, "the status is where the client looks for it, and the same", again)
    for per_request in (1, 10, 100):
        got = [o["name"] for page in as_pages(lambda **p: c.get(url + "objects/", p), per_request) for o in page.get("objects", [])]
        ok(got == [str(n) for n in range(1, 26)], f"as_pages of {per_request} gives each object once", got)
        got = [o["id"] for page in as_pages(lambda **p: c.get(url + "manifest/", p), per_request) for o in page.get("objects", [])]
        ok(len(got) == len(set(got)) == 25, f"as_pages of {per_request} over the manifest")
    one = indicator(3)["id"]
    ok(c.get(f"{url}objects/{one}/", {"match[version]": "all"})["objects"] == [indicator(3)], "get_object")
    ok(c.get(f"{url}objects/{one}/versions/")["versions"] == ["2026-01-01T00:00:00.000Z"], "object_versions")
    got = c.get(url + "objects/", {"match[id]": f"{one},{indicator(4)['id']}", "match[type]": "indicator", "match[spec_version]": "2.1"})
    ok([o["name"] for o in got["objects"]] == ["3", "4"], "get_objects with filters, brackets escaped as urllib does")
    status, nothing = c.request("DELETE", f"{url}objects/{one}/")
    ok(status == 200 and nothing is None, "delete_object")
    try:
        c.get(f"{url}objects/{one}/")
        ok(False, "a deleted object is 404")
    except urllib.error.HTTPError as e:
        problem = json.loads(e.read())
        ok(e.code == 404 and problem["http_status"] == "404" and problem["title"], "a deleted object is 404 with an error resource", problem)
    return url


def opencti(url):
    """Polls by added_after with the date of the last page, and stores that date as its state."""
    c, state, got = Connection("tool", "secret", "pycti/6.4"), None, []
    for _ in range(10):
        page = c.get(url + "objects/", {"added_after": state, "limit": 7})
        got += page.get("objects", [])
        if not page.get("objects"):
            break
        state = c.seen["X-TAXII-Date-Added-Last"]
    ok(len(got) == len({o["id"] for o in got}) == 24, "an OpenCTI-shaped poll ends, and has each object once", len(got))
    c.request("POST", url + "objects/", body=json.dumps({"objects": [indicator(5, "2026-05-01T00:00:00.000Z")]}).encode(), headers={"Content-Type": MEDIA})
    page = c.get(url + "objects/", {"added_after": state})
    ok([o["modified"] for o in page["objects"]] == ["2026-05-01T00:00:00.000Z"], "and then gets what is new, alone")


def misp(url):
    """Asks for the manifest first, then for each id that it lacks; sends whole bundles' objects."""
    c = Connection("tool", "secret", "PyMISP/2.4")
    manifest = c.get(url + "manifest/", {"match[version]": "last", "match[type]": "indicator"})["objects"]
    lacking = [m["id"] for m in manifest][-3:]
    got = c.get(url + "objects/", {"match[id]": ",".join(lacking)})["objects"]
    ok({o["id"] for o in got} == set(lacking), "a MISP-shaped pull gets by id what the manifest names")
    status, answer = c.request("POST", url + "objects/", body=json.dumps({"objects": [indicator(200), {"type": "indicator", "id": "indicator--x"}]}).encode(),
                               headers={"Content-Type": "application/taxii+json; version=2.1"})
    ok(status == 202 and answer["failures"][0]["id"] and answer["failures"][0]["version"] and answer["failures"][0]["message"], "a failure names id, version and message", answer)


def main():
    folder = work / "node"
    serai("init", "--specimen", "--sign-in", "off", "--member", "KZ", "--listen", "127.0.0.1:0", folder)
    (work / "password").write_text("secret\n")
    line = serai("cyber", "account", "--password-file", work / "password", "tool", "read=*", "write=*", "tlp=red", "cert")[1]
    conf = folder / "node.conf"
    text = "".join(x for x in conf.read_text().splitlines(True) if not x.startswith("taxii-"))
    conf.write_text(text + f'taxii-default = cert\ntaxii-root = cert "CERT (specimen)"\ntaxii-collection = cert {COLLECTION} "All"\n{line}')
    p = subprocess.Popen([SERAI, "serve", "--quiet", folder], stdout=subprocess.PIPE, text=True, env={**os.environ, "SERAI_DATA": str(SOURCE)})
    try:
        base = p.stdout.readline().strip().rstrip("/")
        url = taxii2_client(base)
        opencti(url)
        misp(url)
    finally:
        p.send_signal(signal.SIGTERM)
        p.wait(60)


try:
    main()
finally:
    shutil.rmtree(work, ignore_errors=True)
done()
