#!/usr/bin/env python3
"""From a post at one member to an alarm of another member's running detector, and out of it again by a withdrawal."""
import base64
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request

from tap import SERAI, SOURCE, done, ok, serai, until

work = pathlib.Path(tempfile.mkdtemp(prefix="serai-life-"))
env = {**os.environ, "SERAI_DATA": str(SOURCE)}
MEMBERS = "KZ TR".split()
OWN = "11111111-2222-4333-8444-555555555555"
SHARED = "04a878ba-319f-5969-863c-973617ba2567"
TAXII = "application/taxii+json;version=2.1"
GREEN = "marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb"
STRICT = "marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003"
DAY = 86400


def free_base():
    for base in range(26000 + os.getpid() % 200 * 10, 60000, 250):
        try:
            for port in [*range(base, base + 2), *range(base + 100, base + 102)]:
                with socket.socket() as s:
                    s.bind(("127.0.0.1", port))
            return base
        except OSError:
            continue
    raise SystemExit("Bail out! no free ports")


base = free_base()
box = work / "box"
running = {}
url = {m: f"http://127.0.0.1:{base + i}" for i, m in enumerate(MEMBERS)}


def stamp(at):
    return time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime(at))


now = time.time()


def start(m):
    running[m] = subprocess.Popen([SERAI, "serve", "--quiet", box / m], stdout=subprocess.PIPE, stderr=open(work / f"{m}.log", "a"), text=True,
                                  env=env)
    return running[m].stdout.readline().strip()


def call(m, method, path, body=None):
    head = {"Accept": TAXII, "Authorization": "Basic " + base64.b64encode(b"analyst:secret").decode()}
    if body is not None:
        head["Content-Type"] = TAXII
        body = json.dumps(body).encode()
    try:
        with urllib.request.urlopen(urllib.request.Request(url[m] + path, body, head, method=method), timeout=60) as r:
            return r.status, json.loads(r.read() or b"null")
    except urllib.error.HTTPError as e:
        return e.code, json.loads(e.read() or b"null")


def api(m, method, path, body=None):
    head = {"Content-Type": "application/json"}
    try:
        data = None if body is None else json.dumps(body).encode()
        with urllib.request.urlopen(urllib.request.Request(url[m] + path, data, head, method=method), timeout=60) as r:
            return r.status, json.loads(r.read() or b"null")
    except urllib.error.HTTPError as e:
        return e.code, json.loads(e.read() or b"null")


def indicator(n, marking=GREEN, pattern=None, **more):
    return {"type": "indicator", "spec_version": "2.1", "id": f"indicator--00000000-0000-4000-8000-{n:012x}", "created": stamp(now - DAY),
            "modified": stamp(now - DAY), "name": f"SPECIMEN {n}", "pattern": pattern or f"[domain-name:value = 'x{n}.example']",
            "pattern_type": "stix", "valid_from": stamp(now - 30 * DAY), "confidence": 80, "object_marking_refs": [marking], **more}


def post(m, *objects):
    status, got = call(m, "POST", f"/cert/collections/{OWN}/objects/", {"objects": list(objects)})
    ok(status == 202 and got["success_count"] == len(objects), f"{len(objects)} objects of {m}", status, got)
    return [o["id"] for o in objects]


def run(command, *args, code=0, at="KZ"):
    got = serai("cyber", *command.split(), "--url", url[at], *args, "--json")
    if got[0] != code:
        ok(False, f"serai cyber {command} exits {code}", got)
    return json.loads(got[1]) if got[0] == 0 else got[2]


class Detector:
    """serai cyber match --follow beside a node."""

    def __init__(self, m):
        self.folder = work / f"detector-{m}"
        self.folder.mkdir()
        self.log, self.hits = self.folder / "dns.log", self.folder / "hits"
        self.log.write_text("")
        folder = box / m / "detector"
        until(lambda: (folder / "indicators.image").exists())
        self.program = subprocess.Popen([str(SERAI), "cyber", "match", "--image", folder / "indicators.image", "--follow", "--hits", self.hits,
                                         self.log], stderr=subprocess.DEVNULL)

    def found(self, value):
        """A line with the value, then one with what is always there: by its hit the first line was looked at."""
        before = self.hits.read_text().count("\n") if self.hits.exists() else 0
        with self.log.open("a") as f:
            f.write(f"{value}\nmarker.example\n")
        until(lambda: self.hits.exists() and "0000000000ff" in "".join(self.hits.read_text().splitlines(True)[before:]), pause=0.01)
        rows = [json.loads(x) for x in self.hits.read_text().splitlines()[before:]]
        return [r["indicator"] for r in rows if not r["indicator"].endswith("ff")]

    def end(self):
        self.program.send_signal(signal.SIGTERM)
        self.program.wait(timeout=60)


detector = None
try:
    code, out, err = serai("sandbox", "--members", " ".join(MEMBERS), "--base-port", base, "--make-only", box, env=env)
    ok(code == 0, "two members", code, out, err)
    (work / "password").write_text("secret\n")
    lines = [f'taxii-collection = cert {OWN} "own"', "detector = detector", "cyber-person = o-1 tlp=red drill"]
    lines.append(serai("cyber", "account", "--password-file", work / "password", "analyst", f"read={OWN},{SHARED}", f"write={OWN}", "tlp=red",
                       "cert")[1].strip())
    for m in MEMBERS:
        with open(box / m / "node.conf", "a") as f:
            f.write("\n".join(lines) + "\n")
            f.write("warninglists = lists\n" if m == "KZ" else "")
        (box / m / "lists").mkdir()
        (box / m / "lists" / "known.json").write_text(json.dumps({"name": "SPECIMEN", "type": "hostname", "list": ["listed.example"],
                                                                  "matching_attributes": ["domain", "hostname"]}))
        start(m)
    (marker,) = post("TR", indicator(0xff, pattern="[domain-name:value = 'marker.example']"))
    detector = Detector("TR")
    ok(until(lambda: detector.found("other.example") == []), "the detector of TR reads TR's own indicators")

    ids = post("KZ", indicator(1), indicator(2, STRICT), indicator(3, valid_until=stamp(now - DAY)),
               indicator(4, pattern="[domain-name:value = 'x4.example' OR ipv4-addr:value = '192.0.2.44']"))
    drill = post("KZ", indicator(5))
    ok(detector.found("x1.example") == [], "what KZ has not released alarms nobody at TR")
    began = time.monotonic()
    run("release", "--officer", "o-1", "--to", "TR", "--confirm", ids[2], *ids)
    ok(until(lambda: detector.found("x1.example") == [ids[0]], pause=0.01), "released at KZ, an alarm at TR")
    print(f"# from the release to the alarm {time.monotonic() - began:.3f} s")
    run("release", "--officer", "o-1", "--to", "TR", "--exercise", *drill)
    ok(until(lambda: detector.found("192.0.2.44") == [ids[3]], pause=0.01), "each value of a pattern alarms")
    ok(detector.found("x2.example") == [], "amber+strict is for the CERT, not for its constituency's detectors")
    ok(detector.found("x3.example") == [], "what is over alarms nobody")

    # What TR saw: told once, summed at KZ without saying who.
    day = time.strftime("%Y-%m-%d", time.gmtime(now - DAY))
    row = {"indicator": ids[0], "observer": "dns-1", "day": day, "count": 3, "first_seen": f"{day}T01:00:00Z", "last_seen": f"{day}T01:30:00Z"}
    today = {**row, "day": time.strftime("%Y-%m-%d", time.gmtime(now + DAY)), "count": 0}
    none = {"indicator": ids[3], "observer": "dns-1", "day": day, "count": 0}
    seen = work / "seen.jsonl"
    seen.write_text("".join(json.dumps(r) + "\n" for r in (row, today, none, {**row, "indicator": indicator(99)["id"]})))
    add = ["--officer", "o-7", "--from", seen]
    got = run("sighting add", *add, at="TR")
    ok(got["added"] == 2 and [(r["row"], r["reason"]) for r in got["refused"]] == [(1, "open"), (3, "unknown")], "sightings of days that are over", got)
    ok(run("sighting add", *add, at="TR")["known"] == 2, "told again they are the same")
    seen.write_text(json.dumps({**row, "count": 4}) + "\n" + json.dumps({**row, "hour": f"{day}T01:00:00Z", "day": None}) + "\n" +
                    json.dumps({**row, "observer": "dns-2", "count": 2}) + "\n")
    got = run("sighting add", *add, at="TR")
    ok([r["reason"] for r in got["refused"]] == ["final", "overlap"] and got["added"] == 1, "what was told is final, and not told by hours too", got)
    got = run("sighting add", *add, "--tlp", "clear", at="TR")
    ok([r["reason"] for r in got["refused"]] == ["laxer"] * 3, "nor looser marked than its indicator", got)
    ok(run("release", "--officer", "o-7", "--to", "KZ", "--type", "sighting", "--collection", got["collection"], at="TR")["released"] == 3, "released")
    ok(until(lambda: run("indicator show", ids[0])["sightings"]["count"] == 5), "KZ has the sum", run("indicator show", ids[0]))
    shown = run("indicator show", ids[0])
    ok(shown["state"] == "active" and shown["confidence"] == 80 and shown["sightings"]["members"] == 1 and shown["object"]["id"] == ids[0] and
       shown["values"][0]["value"] == "x1.example", "an indicator as it stands", shown)
    status, got = call("KZ", "GET", f"/cert/collections/{SHARED}/objects/?match[type]=sighting")
    ok(len(got["objects"]) == 3 and all("created_by_ref" not in o and "where_sighted_refs" not in o and o["object_marking_refs"] == [GREEN]
                                        for o in got["objects"]), "without names, marked as the indicator", got)
    listed = run("indicator list", "--value", "192.0.2.44")["indicators"]
    ok([i["id"] for i in listed] == [ids[3]] and listed[0]["sightings"]["objects"] == 1, "found by a value; not seen is worth saying", listed)
    ok(ids[2] in [i["id"] for i in run("indicator list", "--state", "expired", at="TR")["indicators"]], "what is over is said to be")

    # TR cannot withdraw what is KZ's, neither by its desk nor by a version that one of its tools posts.
    error = run("recall", "--officer", "o-9", ids[0], at="TR", code=1)
    ok("none" in error or "nothing" in error, "TR cannot withdraw KZ's indicator", error)
    post("TR", {**indicator(1), "modified": stamp(now), "revoked": True})
    later = post("TR", indicator(6))
    ok(until(lambda: detector.found("x6.example") == later) and detector.found("x1.example") == [ids[0]], "nor can a tool of TR")

    began = time.monotonic()
    run("recall", "--officer", "o-1", "--reason", "false alarm", ids[0], ids[3])
    ok(until(lambda: detector.found("x1.example") == [], pause=0.01), "withdrawn at KZ, no alarm at TR any more")
    took = time.monotonic() - began
    print(f"# from the withdrawal to a detector without it {took:.3f} s")
    ok(until(lambda: run("indicator show", ids[0], at="TR")["state"] == "withdrawn"), "and says so")
    ok(until(lambda: detector.found("x4.example") == [] and detector.found("192.0.2.44") == [], pause=0.01), "none of its values alarms")
    ok(detector.found("x5.example") == [], "nothing of an exercise is in a detector")
    # What follows is newer than all of it: the feed has passed the exercise, and has not taken it.
    ok(run("recall", "--officer", "o-1", *drill)["recalled"] == 1 and detector.found("x5.example") == [], "also later")

    # The gate before publishing.
    odd = post("KZ", indicator(0x10, pattern="[domain-name:value = 'www.listed.example']"), indicator(0x11, confidence=0),
               indicator(0x12, valid_until=stamp(now - DAY)), indicator(0x13, pattern="[domain-name:value = 'X2.example']"), indicator(0x14))
    to = ["--officer", "o-1", "--to", "TR"]
    look = run("preview", *to, *odd)
    ok({(d["object"], *d["doubts"]) for d in look["doubts"]} == {(odd[0], "warning-list"), (odd[1], "confidence"), (odd[2], "expired"), (odd[3], "duplicate")},
       "what a person has to look at, and why", look)
    error = run("release", *to, *odd, code=1)
    ok("4 indicators" in error, "without a confirmation none of it goes", error)
    error = run("release", *to, "--confirm", odd[0], "--confirm", odd[4], *odd, code=1)
    ok("3 indicators" in error, "nor with one of another", error)
    got = run("release", *to, *[x for o in odd[:4] for x in ("--confirm", o)], *odd)
    act = run("releases", "--act", "release")["acts"][0]
    ok(got["released"] == 5 and act["who"] == "o-1" and sum(d["confirmed"] for d in act["record"]["doubts"]) == 4, "with it all goes, and stands on record", act)
    ok(run("indicator list", "--state", "warning-list")["indicators"][0]["values"][0]["warning_lists"] == ["known"], "the list is named")
finally:
    if detector:
        detector.end()
    for p in running.values():
        p.terminate()
    for p in running.values():
        p.wait(timeout=60)
shutil.rmtree(work)
done()
