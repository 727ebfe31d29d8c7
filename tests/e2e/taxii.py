#!/usr/bin/env python3
"""The TAXII 2.1 server: the shared exchanges and edge cases, and what goes wrong in other servers (each a case of its own)."""
import base64
import http.client
import importlib.util
import json
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
import uuid

from tap import SERAI, SOURCE, done, ok, serai, vectors

work = pathlib.Path(tempfile.mkdtemp(prefix="serai-taxii-"))
running = []
TAXII = "application/taxii+json;version=2.1"
WRITE = "365fed99-08fa-fdcd-a1b3-fb247eb41d01"
READ = "91a7b528-80eb-42ed-a74d-c6fbd5a26116"
HIDDEN = "0c0ffee0-0000-4000-8000-000000000001"
OBJECTS = f"/trustgroup1/collections/{WRITE}/objects/"


def must(*args, **more):
    code, out, err = serai(*args, **more)
    if code:
        ok(False, " ".join(map(str, args)), code, out, err)
    return out


def account(name, password, *rights):
    (work / "password").write_text(password + "\n")
    return must("cyber", "account", "--password-file", work / "password", name, *rights).strip()


def config(data):
    """The lines of node.conf that set up what medallion's data file describes."""
    found = data["/discovery"]
    lines = [f"taxii-title = {found['title']}", f"taxii-description = {found['description']}",
             f"taxii-contact = {found['contact']}", "taxii-default = trustgroup1"]
    rights = {"read": [], "write": [], "see": []}
    for root, of in data.items():
        if root == "/discovery":
            continue
        i = of["information"]
        lines.append(f'taxii-root = {root} "{i["title"]}" "{i["description"]}" max={i["max_content_length"]}')
        for c in of["collections"]:
            text = f' "{c["description"]}"' if "description" in c else ""
            media = ",".join(m[-3:] for m in c["media_types"])
            lines.append(f'taxii-collection = {root} {c["id"]} "{c["title"]}"{text} media={media}')
            rights["see"].append(c["id"])
            for right in ("read", "write"):
                if c[f"can_{right}"]:
                    rights[right].append(c["id"])
    lines.append(f'taxii-collection = trustgroup1 {HIDDEN} "Only its own account knows it" alias=own')
    lines.append(account("admin", "Password0", *(f"{k}={','.join(v)}" for k, v in rights.items()), "tlp=red", "cert"))
    lines.append(account("client", "client-secret", f"read={WRITE}", f"write={WRITE}", "tlp=green"))
    lines.append(account("other", "other-secret", f"read={HIDDEN},{WRITE}", f"write={HIDDEN},{WRITE}", "tlp=red", "cert"))
    return "\n".join(lines) + "\n"


def start(folder):
    p = subprocess.Popen([SERAI, "serve", "--quiet", folder], stdout=subprocess.PIPE, stderr=open(f"{folder}.err", "a"), text=True,
                         env={**os.environ, "SERAI_DATA": str(SOURCE)})
    running.append(p)
    return p


def base_of(p):
    return p.stdout.readline().strip().rstrip("/")


def stop(p, how=signal.SIGTERM):
    p.send_signal(how)
    p.wait(60)
    running.remove(p)


class Client:
    def __init__(self, base, name="admin", password="Password0"):
        self.host = base.split("//")[1]
        self.basic = "Basic " + base64.b64encode(f"{name}:{password}".encode()).decode()
        self.connection = http.client.HTTPConnection(self.host, timeout=60)

    def call(self, method, path, body=None, headers=None, raw=False):
        head = {"Accept": TAXII, "Authorization": self.basic}
        if body is not None:
            head["Content-Type"] = TAXII
            body = body if isinstance(body, bytes) else json.dumps(body).encode()
        head.update(headers or {})
        head = {k: v for k, v in head.items() if v is not None}
        self.connection.request(method, path, body, head)
        r = self.connection.getresponse()
        data = r.read()
        self.headers = r.headers
        return r.status, data if raw else json.loads(data or b"null")

    def get(self, path, **headers):
        return self.call("GET", path, headers=headers)

    def post(self, objects, path=OBJECTS):
        return self.call("POST", path, {"objects": objects})


def address(n, **more):
    value = f"198.51.100.{n}" if n < 250 else f"2001:db8::{n:x}"
    kind = "ipv4-addr" if n < 250 else "ipv6-addr"
    name = json.dumps({"value": value}, separators=(",", ":"))
    return {"type": kind, "spec_version": "2.1", "id": f"{kind}--{uuid.uuid5(uuid.UUID('00abedb4-aa42-466c-9c01-fed23315a9b7'), name)}",
            "value": value, **more}


def indicator(n, modified="2026-01-01T00:00:00.000Z", **more):
    return {"type": "indicator", "spec_version": "2.1", "id": f"indicator--00000000-0000-4000-8000-{n:012x}", "created": "2026-01-01T00:00:00.000Z",
            "modified": modified, "name": f"n{n}", "pattern": f"[domain-name:value = 'x{n}.example']", "pattern_type": "stix",
            "valid_from": "2026-01-01T00:00:00Z", **more}


RED = {"object_marking_refs": ["marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed"]}
GREEN = {"object_marking_refs": ["marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da"]}


def changes(test):
    return any(s["method"] != "GET" for s in test["steps"])


def play(module, base, test):
    bound, errors = {}, []
    for number, step in enumerate(test["steps"], 1):
        response, answer = module.send(base, step, bound)
        errors += [f"step {number} {step['method']} {step['path'][:90]}: {e}" for e in module.check(step, response, answer, bound)]
    ok(not errors, test["id"], *errors[:4])


def undo(base, test):
    """Deletes what the test posted, so that the next one finds the data as they were."""
    c = Client(base)
    for step in test["steps"]:
        for o in (step.get("body") or {}).get("objects", []) if step["method"] == "POST" else []:
            c.call("DELETE", f"{step['path']}{o['id']}/", raw=True)


def exchanges(folder):
    at = vectors("cyber/taxii/run_exchanges.py")
    spec = importlib.util.spec_from_file_location("run_exchanges", at)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    tests = [t for f in ("exchanges", "edge-cases") for t in json.load(open(at.parent / f"{f}.json", encoding="utf-8"))["tests"]]
    p = start(folder)
    base = base_of(p)
    for t in sorted(tests, key=changes):
        play(module, base, t)
        if changes(t):
            undo(base, t)
    stop(p)


def pages(c, path, query, how):
    """All records by pages, each page's length, and how often it went on."""
    got, lengths, more = [], [], True
    extra = ""
    while more and len(lengths) < 200:
        status, page = c.get(f"{path}?{query}{extra}")
        if status != 200:
            return status, page
        part = page.get("objects", page.get("versions", []))
        got += part
        lengths.append(len(part))
        more = page.get("more", False)
        if more:
            extra = f"&next={page['next']}" if how == "next" else f"&added_after={c.headers['X-TAXII-Date-Added-Last']}"
    return got, lengths


def bulk(c):
    sent = [indicator(n) for n in range(60)]
    status, answer = c.post(sent)
    ok(status == 202 and answer["success_count"] == 60 and answer["status"] == "complete", "60 objects at once are stored, and the answer is complete", answer)
    _, manifest = c.get(f"/trustgroup1/collections/{WRITE}/manifest/")
    dates = [m["date_added"] for m in manifest["objects"]]
    ok(len(set(dates)) == 60 and dates == sorted(dates), "each has a date_added of its own, in order (opencti #4537)")
    for how in ("next", "date"):
        for limit in (1, 7, 60):
            got, lengths = pages(c, OBJECTS, f"limit={limit}", how)
            ok([o["id"] for o in got] == [o["id"] for o in sent] and 0 not in lengths, f"pages of {limit} by {how}: each object once, no page empty", lengths)
    got, _ = pages(c, OBJECTS, f"limit=7&added_after={dates[9]}", "next")
    ok([o["id"] for o in got] == [o["id"] for o in sent[10:]], "next and added_after together (opencti #5681)")
    ok(c.get(f"{OBJECTS}?added_after={dates[-1]}") == (200, {}), "added_after is exclusive (connectors #7604)")
    return answer["id"], dates


def cursors(c, other):
    _, page = c.get(f"{OBJECTS}?limit=5")
    token = page["next"]
    ok(c.get(f"{OBJECTS}?limit=9&next={token}")[0] == 200, "another limit with the same next: clients do that")
    for what, path in (("another filter", f"{OBJECTS}?limit=5&match[type]=indicator&next={token}"),
                       ("another place", f"/trustgroup1/collections/{WRITE}/manifest/?next={token}"),
                       ("one character", f"{OBJECTS}?next={'A' if token[0] != 'A' else 'B'}{token[1:]}"),
                       ("cut", f"{OBJECTS}?next={token[:-4]}"), ("empty", f"{OBJECTS}?next=x")):
        ok(c.get(path)[0] == 400, f"a next with {what} is 400")
    ok(other.get(f"{OBJECTS}?limit=5&next={token}")[0] == 400, "the next of another account is 400")
    return token


def rules(c):
    status, answer = c.post([indicator(1)])
    ok(status == 202 and answer["success_count"] == 1 and answer["successes"][0]["message"] == "Object already added", "the same again is a success", answer)
    status, answer = c.post([dict(reversed(list(indicator(1).items())))])
    ok(answer["success_count"] == 1, "the same in another order of members too", answer)
    status, answer = c.post([indicator(1, name="changed")])
    ok(answer["failure_count"] == 1 and "conflict" in answer["failures"][0]["message"], "another content for a version is a failure", answer)
    c.post([indicator(2, "2026-02-01T00:00:00.000Z", revoked=True)])
    status, answer = c.post([indicator(2, "2026-03-01T00:00:00.000Z")])
    ok(answer["failure_count"] == 1 and "revoked" in answer["failures"][0]["message"], "nothing comes after a revocation", answer)
    status, answer = c.post([indicator(3, "2026-02-01T00:00:00.000Z", created_by_ref="identity--00000000-0000-4000-8000-000000000009")])
    ok(answer["failure_count"] == 1 and "creator" in answer["failures"][0]["message"], "nor a version by another creator", answer)
    status, answer = c.post([indicator(900), {"type": "indicator"}, 7, indicator(901)])
    ok(status == 202 and (answer["success_count"], answer["failure_count"], answer["total_count"]) == (2, 2, 4), "what is good of a POST is kept", answer)
    return answer["id"]


def hidden(c, client, base):
    status, answer = c.post([indicator(n, **RED) for n in range(1000, 1010)] + [indicator(1010, **GREEN)] + [indicator(n, **RED) for n in range(1011, 1020)])
    ok(status == 202 and answer["success_count"] == 20, "objects of which one is green and the others red")
    before = c.get(f"/trustgroup1/collections/{WRITE}/manifest/?match[id]=indicator--00000000-0000-4000-8000-{1009:012x}")[1]["objects"][0]["date_added"]
    for limit in (1, 5, 100):
        got, lengths = pages(client, OBJECTS, f"limit={limit}&added_after={before}", "next")
        ok([o["id"][-3:] for o in got] == ["3f2"] and lengths == [1], f"who may read green alone gets that one, in one page, with limit {limit}", got, lengths)
    ok(client.headers["X-TAXII-Date-Added-First"] == client.headers["X-TAXII-Date-Added-Last"], "dates are those of what it sees")
    red = f"{OBJECTS}indicator--00000000-0000-4000-8000-{1000:012x}/"
    ok(client.get(red)[0] == 404 and client.get(red + "versions/")[0] == 404 and client.call("DELETE", red)[0] == 404, "what it may not see is not there")
    ok(client.get(f"{OBJECTS}?added_after={c_last(c)}") == (200, {}), "and an empty page has no dates", client.headers)
    ok("X-TAXII-Date-Added-Last" not in client.headers, "no date on an empty page")
    ok(client.get("/trustgroup1/collections/own/")[0] == 404 and Client(base, "other", "other-secret").get("/trustgroup1/collections/own/")[0] == 200,
       "a collection that an account may not know is not there; an alias names it")
    ok(client.get(f"/trustgroup1/collections/{READ}/objects/")[0] == 404, "nor one it has no right to")
    ok([x["id"] for x in client.get("/trustgroup1/collections/")[1]["collections"]] == [WRITE], "the list has what it knows")


def c_last(c):
    c.get(f"/trustgroup1/collections/{WRITE}/manifest/")
    return c.headers["X-TAXII-Date-Added-Last"]


def headers(c, base):
    for accept, want in (("application/taxii+json", 200), ("application/taxii+json;version=2.1;q=0", 406), ("text/html", 406), ("*/*;q=0.1", 200),
                         ('application/taxii+json; version="2.1"', 200), ("text/html, application/TAXII+json;Version=2.1", 200),
                         ("application/vnd.oasis.taxii+json; version=2.0", 406), ("application/taxii+json;version=2.0, application/taxii+json;version=2.1;q=0.5", 200)):
        ok(c.get("/taxii2/", Accept=accept)[0] == want, f"Accept: {accept} -> {want}")
    for path in ("/taxii2", "/trustgroup1", OBJECTS.rstrip("/")):
        ok(c.get(path)[0] == 200, f"{path} without its last slash")
    status, e = c.call("POST", OBJECTS, {"objects": []}, {"Content-Type": "application/json"})
    ok(status == 415 and e["http_status"] == "415", "another Content-Type is 415")
    status, e = c.call("PUT", OBJECTS, {"objects": []})
    ok(status == 405 and "POST" in c.headers["Allow"], "another method is 405 with Allow", e)
    status, e = Client(base, "admin", "wrong").get("/taxii2/")
    ok(status == 401 and "title" in e, "a wrong password is 401")
    status, data = c.call("HEAD", OBJECTS, raw=True)
    ok(status == 200 and data == b"", "HEAD has no body")
    for query in ("limit=-1", "limit=1.5", "limit=x", "match[color]=red", "match[version]=yesterday", "match[type]=", "added_after=2026-13-01T00:00:00Z",
                  "match[type]=a&match[type]=b"):
        ok(c.get(f"{OBJECTS}?{query}")[0] == 400, f"{query} is 400")
    ok(c.get(f"{OBJECTS}?match[version]=last,first,2026-01-01T00:00:00Z&match[type]=indicator,malware&match[spec_version]=2.1,2.0")[0] == 200, "alternatives with commas")
    for body, want in ((b"{", 400), (b"[]", 422), (b'{"objects":{}}', 422), (b"{}", 202), (b'{"objects":[]}', 202)):
        ok(c.call("POST", OBJECTS, body)[0] == want, f"the body {body.decode()} is {want}")
    status, root = c.get("/trustgroup1/")
    ok(root == {"title": "Malware Research Group", "description": "A trust group setup for malware researchers", "versions": [TAXII], "max_content_length": 9765625}, "an API root", root)
    status, found = c.get("/taxii2/")
    ok(found["default"] == "/trustgroup1/" and found["api_roots"] == ["/api1/", "/api2/", "/trustgroup1/"], "discovery", found)


def too_large(base):
    s = http.client.HTTPConnection(base.split("//")[1], timeout=60)
    s.putrequest("POST", OBJECTS)
    for k, v in (("Accept", TAXII), ("Content-Type", TAXII), ("Authorization", Client(base).basic), ("Content-Length", str(10**9)), ("Expect", "100-continue")):
        s.putheader(k, v)
    s.endheaders()
    r = s.getresponse()
    ok(r.status == 413 and json.loads(r.read())["http_status"] == "413", "413 before a byte of the body was sent")


def text_of(objects):
    return ('{"objects":[' + ",".join(objects) + "]}").encode()


def stored(c, n):
    return c.get(f"{OBJECTS}indicator--00000000-0000-4000-8000-{n:012x}/")[0] == 200


def faults(c, base):
    """An envelope that is no JSON is refused as a whole, wherever the fault stands; a fault of one object is that object's."""
    good = [json.dumps(indicator(5000 + i, description="x" * 200)) for i in range(2000)]
    whole = text_of(good)
    late = good[:1990] + [good[1990].replace('"x', '"x\x01', 1)] + good[1991:]
    for body, what in ((whole[:-1], "its last bracket"), (whole[:-40], "the end of its last object"), (whole + b"x", "nothing behind it"),
                       (text_of(late), "a string without control characters"), (text_of(good[:1999] + [good[1999][:-1] + "]"]), "a bracket of the right kind"),
                       (whole.replace(b"},{", b"} {", 1), "its first comma"), (whole + whole, "one envelope"), (text_of(good + ["nul"]), "a whole word")):
        status, e = c.call("POST", OBJECTS, body)
        ok(status == 400 and e["title"], f"an envelope that lacks {what} is 400", (status, e))
    ok(not stored(c, 5000), "and nothing of it is stored")
    s = http.client.HTTPConnection(base.split("//")[1], timeout=60)
    s.putrequest("POST", OBJECTS)
    for k, v in (("Accept", TAXII), ("Content-Type", TAXII), ("Authorization", c.basic), ("Content-Length", str(len(whole)))):
        s.putheader(k, v)
    s.endheaders()
    s.send(whole[:-1000])
    s.close()
    ok(c.get(OBJECTS + "?limit=1")[0] == 200 and not stored(c, 5000), "nor of one whose connection is lost")
    bad = [good[0][:-1] + ',"name":"twice"}', '{"a":' + "[" * 500 + "]" * 500 + "}", "7", '"text"', good[1][:-1] + ',"x_y":"\\ud800"}']
    status, answer = c.call("POST", OBJECTS, text_of(good[2:10] + bad))
    ok(status == 202 and answer["success_count"] == 8 and answer["failure_count"] == 5, "what one object breaks is its failure alone", answer)
    ok([f["message"].split(":")[0] for f in answer["failures"]] == ["duplicate-member", "too-deep", "wrong-type", "wrong-type", "surrogate"], "with its reason", answer)
    for n in (1, 7, 100000):
        pieces = (whole[i:i + n] for i in range(0, len(whole), n)) if n > 1 else (whole[i:i + 1] if i < 3000 else whole[i:] for i in range(3001))
        s = http.client.HTTPConnection(base.split("//")[1], timeout=60)
        s.request("POST", OBJECTS, pieces, {"Accept": TAXII, "Content-Type": TAXII, "Authorization": c.basic}, encode_chunked=True)
        r = s.getresponse()
        answer = json.loads(r.read())
        ok(r.status == 202 and answer["success_count"] == 2000 and [x["id"] for x in answer["successes"]] == [json.loads(x)["id"] for x in good],
           f"pieces of {n} bytes are one envelope, and the status has its order", str(answer)[:300])
    big = (b" " * 65536 for _ in range(160))
    s = http.client.HTTPConnection(base.split("//")[1], timeout=60)
    s.request("POST", OBJECTS, big, {"Accept": TAXII, "Content-Type": TAXII, "Authorization": c.basic}, encode_chunked=True)
    ok(s.getresponse().status == 413, "a body of unknown length is 413 when it is too long")
    fresh = Client(base, "other", "other-secret")
    c.call("DELETE", f"{OBJECTS}indicator--00000000-0000-4000-8000-{5000:012x}/")
    status, answer = fresh.call("POST", OBJECTS, whole)
    ok(status == 202 and answer["success_count"] == 2000, "from an account whose password must be worked out first", str(answer)[:300])


def survives(folder, p, status_id, token):
    stop(p, signal.SIGKILL)
    p = start(folder)
    base = base_of(p)
    c = Client(base)
    ok(c.get(f"/trustgroup1/status/{status_id}/")[1]["success_count"] == 60, "a status is there after kill -9")
    ok(Client(base, "client", "client-secret").get(f"/trustgroup1/status/{status_id}/")[0] == 404, "but not for another account")
    ok(c.get(f"/api1/status/{status_id}/")[0] == 404, "nor below another root")
    status, page = c.get(f"{OBJECTS}?limit=5&next={token}")
    ok(status == 200 and page["objects"][0]["name"] == "n5", "a next goes on after kill -9 where it was", page)
    got, _ = pages(c, OBJECTS, "match[version]=all", "next")
    ok(len(got) == 60 + 1 + 2 + 20, "all that was told as stored is there", len(got))
    return p, c


def commands(folder, base):
    code, out, _ = serai("cyber", "quarantine", "--node", folder, "--json")
    got = [json.loads(line) for line in out.splitlines()]
    ok(code == 1 and {g["reason"] for g in got} >= {"conflict", "revoked", "creator"} and all(g["source"] == "admin" and g["at"] for g in got),
       "serai cyber quarantine lists what was refused, why and from whom, while the node runs", code, out)
    http_ = http.client.HTTPConnection(base.split("//")[1], timeout=60)
    http_.request("GET", "/v1/cyber/quarantine?most=2&content=true")
    shown = json.loads(http_.getresponse().read())
    ok(shown["count"] == len(got) and [r["reason"] for r in shown["refused"]] == [g["reason"] for g in got[:-3:-1]] and shown["refused"][0]["object"],
       "GET /v1/cyber/quarantine shows the newest of them", shown)
    out = must("cyber", "collections", "--node", folder)
    ok(WRITE in out and "High Value" in out, "serai cyber collections", out)
    out = must("cyber", "objects", "--node", folder, "--collection", WRITE, "--type", "indicator", "--limit", "3")
    ok(len(out.splitlines()) == 3 and "indicator--" in out, "serai cyber objects", out)


def pushed_and_pulled(base):
    """serai cyber push and pull against the own server: from discovery, an API root and a collection."""
    bundle, single, bad = work / "bundle.json", work / "single.json", work / "bad.json"
    bundle.write_text(json.dumps({"type": "bundle", "id": f"bundle--{uuid.uuid4()}", "objects": [address(1), address(300), {"type": "ipv4-addr"}]}))
    single.write_text(json.dumps(address(2)))
    bad.write_text('{"objects": [')
    (work / "password").write_text("Password0\n")
    (work / "client").write_text("client-secret\n")
    admin = ("--user", "admin", "--password-file", work / "password")
    client = ("--user", "client", "--password-file", work / "client")
    at = f"{base}/trustgroup1/collections/{WRITE}/"
    code, out, err = serai("cyber", "push", "--to", at, *admin, bundle)
    ok(code == 1 and "3 sent, 1 of them refused" in out and "refused: " in err, "push says what was stored and what not", code, out, err)
    code, out, err = serai("cyber", "push", "--to", f"{base}/taxii2/", "--collection", WRITE, *admin, "--json", single)
    ok(code == 0 and json.loads(out)["sent"] == 1 and json.loads(out)["refused"] == 0, "a single object, found from discovery", code, out, err)
    code, out, err = serai("cyber", "push", "--to", at, *admin, bad)
    ok(code == 2 and "bad.json" in err, "of a file that ends in the middle nothing is sent", code, out, err)
    code, out, err = serai("cyber", "push", "--to", f"{base}/taxii2/", "--collection", READ, *client, single)
    ok(code == 2, "an account pushes to no collection that it may not know", code, out, err)
    code, out, err = serai("cyber", "push", "--to", at, "--user", "admin", "--password-file", work / "client", single)
    ok(code == 2 and "other credentials" in err, "nor with another's password", code, out, err)
    whole, state = work / "pulled.json", work / "pulled.state"
    pull = ("cyber", "pull", "--from", f"{base}/trustgroup1/", "--collection", WRITE, "--limit", "9", "--state", state, "--into", whole)
    code, out, err = serai(*pull, *admin)
    got = [o["id"] for o in json.loads(whole.read_text())["objects"]]
    ok(code == 0 and {address(n)["id"] for n in (1, 2, 300)} <= set(got) and len(got) == len(set(got)) and len(got) > 80,
       "pull takes all of a collection by pages, each object once", code, out, err, len(got))
    must("cyber", "push", "--to", at, *admin, work / "single.json")
    single.write_text(json.dumps(address(3)))
    must("cyber", "push", "--to", at, *admin, single)
    code, out, err = serai(*pull, *admin)
    more = [o["id"] for o in json.loads(whole.read_text())["objects"]]
    ok(code == 0 and sorted(more) == sorted(got + [address(3)["id"]]), "and what is new the next time", code, out, err, len(more))
    seen = work / "seen.json"
    code, out, err = serai("cyber", "pull", "--from", at, "--into", seen, *client)
    green = [o["id"] for o in json.loads(seen.read_text())["objects"]]
    ok(code == 0 and f"indicator--00000000-0000-4000-8000-{1010:012x}" in green and f"indicator--00000000-0000-4000-8000-{1000:012x}" not in green,
       "an account pulls what its TLP lets it see, no more", code, out, err)
    code, out, err = serai("cyber", "pull", "--from", at, *admin, "--into", f"{base}/trustgroup1/", "--into-collection", HIDDEN,
                           "--into-user", "other", "--into-password-file", work / "other")
    ok(code == 2, "a password file that is not there ends a pull before it begins", code, out, err)
    (work / "other").write_text("other-secret\n")
    code, out, err = serai("cyber", "pull", "--from", at, *admin, "--into", f"{base}/trustgroup1/", "--into-collection", HIDDEN,
                           "--into-user", "other", "--into-password-file", work / "other", "--state", work / "relay.state")
    c = Client(base, "other", "other-secret")
    there, _ = pages(c, f"/trustgroup1/collections/{HIDDEN}/objects/", "limit=50", "next")
    ok(code == 0 and sorted(o["id"] for o in there) == sorted(more), "pulled from one collection into another", code, out, err, len(there))


def main():
    data = vectors("cyber/taxii/default_data.json")
    if not data:
        return
    folder = work / "node"
    must("init", "--specimen", "--sign-in", "off", "--member", "KZ", "--listen", "127.0.0.1:0", folder)
    lines = config(json.loads(data.read_text()))
    with open(folder / "node.conf", "a", encoding="utf-8") as f:
        f.write(lines)
    plain = work / "plain"
    shutil.copytree(folder, plain)
    said = must("cyber", "load", "--node", folder, data)
    ok(said.startswith("8 objects added, 0 known, 0 refused, 2 statuses"), "serai cyber load takes another server's data with its dates", said)
    exchanges(folder)
    p = start(plain)
    base = base_of(p)
    c, client = Client(base), Client(base, "client", "client-secret")
    status_id, _ = bulk(c)
    token = cursors(c, Client(base, "other", "other-secret"))
    rules(c)
    hidden(c, client, base)
    headers(c, base)
    too_large(base)
    p, c = survives(plain, p, status_id, token)
    commands(plain, "http://" + c.host)
    pushed_and_pulled("http://" + c.host)
    faults(c, "http://" + c.host)


try:
    main()
finally:
    for p in list(running):
        p.kill()
        p.wait()
    shutil.rmtree(work, ignore_errors=True)
done()
