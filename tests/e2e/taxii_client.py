"""serai cyber pull, push, import, convert: against servers that are scripted to get it wrong, and killed on the way."""
import base64
import http.server
import json
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse

sys.path.insert(0, os.path.dirname(__file__))
import tap

SERAI = str(tap.SERAI)
MEDIA = "application/taxii+json;version=2.1"
COUNT = 120


def indicator(i):
    return {"type": "indicator", "spec_version": "2.1", "id": f"indicator--00000000-0000-4000-8000-{i:012d}",
            "created": "2026-03-01T08:00:00.000Z", "modified": "2026-03-01T08:00:00.000Z",
            "pattern": f"[domain-name:value = 'n{i}.example']", "pattern_type": "stix",
            "valid_from": "2026-03-01T08:00:00Z"}


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, **way):
        super().__init__(("127.0.0.1", 0), Handler)
        self.way = way
        self.requests = 0
        self.lock = threading.Lock()
        self.hold = threading.Event()      # set: pages beyond `stop_at` may be answered
        self.held = threading.Event()      # a page is being held
        self.taken = []
        self.polls = 0
        self.url = f"http://127.0.0.1:{self.server_port}/taxii2/"
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def handle_error(self, *_):
        pass  # a client that was killed


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def say(self, status, body, headers=(), cut=0):
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", self.server.way.get("type", MEDIA))
        self.send_header("Content-Length", str(len(data)))
        for name, value in headers:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data[:len(data) - cut])
        if cut:
            self.close_connection = True

    def refuse(self):
        """What stands before every answer: credentials, and being busy."""
        way = self.server.way
        with self.server.lock:
            self.server.requests += 1
            n = self.server.requests
        if "user" in way:
            want = "Basic " + base64.b64encode(way["user"].encode()).decode()
            if self.headers.get("Authorization") != want:
                self.say(401, {"title": "who"}, [("WWW-Authenticate", "Basic")])
                return True
        if self.headers.get("Accept") != MEDIA:
            self.say(406, {"title": "media"})
            return True
        if n in way.get("busy", ()):
            self.say(429, {"title": "slowly"}, [("Retry-After", "1")])
            return True
        return False

    def do_GET(self):
        if self.refuse():
            return
        way, parts = self.server.way, urllib.parse.urlsplit(self.path)
        if parts.path == "/taxii2/":
            self.say(200, {"title": "t", "api_roots": ["/r/"]})
        elif parts.path == "/r/collections/c/":
            self.say(200, {"id": "c", "title": "c", "can_read": True, "can_write": True})
        elif parts.path == "/r/collections/c/objects/":
            self.page(dict(urllib.parse.parse_qsl(parts.query)))
        elif parts.path.startswith("/r/status/"):
            self.server.polls += 1
            done = self.server.polls % 2 == 0
            self.say(200, {"id": "s", "status": "complete" if done else "pending", "total_count": 1,
                           "success_count": 1, "failure_count": 0, "pending_count": 0})
        else:
            self.say(404, {"title": "nothing"})

    def page(self, query):
        way = self.server.way
        date = way.get("date", lambda i: f"2026-03-01T08:00:00.{i:06d}Z")
        at = int(query["next"]) if "next" in query else 0
        while "next" not in query and "added_after" in query and at < COUNT and date(at) <= query["added_after"]:
            at += 1
        limit = min(int(query.get("limit", 10)), way.get("most", 1000))
        some = [indicator(i) for i in range(at, min(at + limit, COUNT))]
        body = {"objects": some} if some else {}
        end = at + len(some)
        if end < COUNT:
            body["more"] = True
            if way.get("next", True):
                body["next"] = str(end)
        headers = [("X-TAXII-Date-Added-First", date(at)), ("X-TAXII-Date-Added-Last", date(end - 1))] if some else []
        if at >= way.get("stop_at", COUNT) and not self.server.hold.is_set():
            self.server.held.set()
            self.server.hold.wait(60)
        with self.server.lock:
            cut = way["dies"].pop() if way.get("dies") else 0
        self.say(200, body, headers, cut)

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.refuse():
            return
        if len(body) > self.server.way.get("largest", 1 << 30):
            self.say(413, {"title": "large"})
            return
        self.server.taken += [o["id"] for o in json.loads(body)["objects"]]
        self.say(202, {"id": "s", "status": "pending", "total_count": 1, "success_count": 0, "failure_count": 0,
                       "pending_count": 1})


def serai(*args, **more):
    return subprocess.run([SERAI, "cyber", *map(str, args)], capture_output=True, text=True, timeout=120, **more)


def ids(path):
    return [o["id"] for o in json.loads(pathlib.Path(path).read_text())["objects"]]


def whole(path):
    got = ids(path)
    return len(got) == COUNT and len(set(got)) == COUNT


def pulls(t, folder):
    ways = {
        "by next": {},
        "by date": {"next": False},
        "by date, dates shared across pages": {"next": False, "date": lambda i: f"2026-03-01T08:00:{i // 7:02d}Z"},
        "dies in the middle of a page": {"dies": [30, 5]},
        "too many requests": {"busy": (2, 4), "limit": 60},  # few pages: between them it waits longer each time
        "plain JSON": {"type": "application/json"},
    }
    for name, way in ways.items():
        server = Server(**way)
        out = folder / (name.replace(" ", "-") + ".json")
        limit = ("--limit", way["limit"]) if "limit" in way else ()
        done = serai("pull", "--from", server.url, "--collection", "c", "--into", out, *limit)
        t.ok(done.returncode == 0 and whole(out), f"pulled whole: {name}", done.stdout + done.stderr)
        again = serai("pull", "--from", server.url, "--collection", "c", "--into", out, "--json")
        t.ok(again.returncode == 0 and json.loads(again.stdout)["new"] == 0 and whole(out),
             f"nothing new the second time: {name}", again.stdout + again.stderr)
        server.shutdown()


def credentials(t, folder):
    server = Server(user="specimen:secret")
    word = folder / "password"
    word.write_text("secret\n")
    out = folder / "basic.json"
    done = serai("pull", "--from", server.url, "--collection", "c", "--into", out)
    t.ok(done.returncode == 2 and "credentials" in done.stderr, "refused without a password", done.stderr)
    done = serai("pull", "--from", server.url, "--collection", "c", "--into", out, "--user", "specimen",
                 "--password-file", word)
    t.ok(done.returncode == 0 and whole(out), "taken with one", done.stderr)
    done = serai("pull", "--from", "http://192.0.2.1/taxii2/", "--collection", "c", "--into", folder / "x.json",
                 "--user", "specimen", "--password-file", word)
    t.ok(done.returncode == 2 and "TLS" in done.stderr, "no password without TLS to another machine", done.stderr)
    server.shutdown()


def killed(t, folder):
    """Killed while the server holds a page back: what was taken stays, and nothing comes twice."""
    server = Server(stop_at=60)
    out = folder / "killed.json"
    with subprocess.Popen([SERAI, "cyber", "pull", "--from", server.url, "--collection", "c", "--into", str(out)],
                          stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as p:
        reached = server.held.wait(60)
        p.send_signal(signal.SIGKILL)
    t.ok(reached, "the pull was under way")
    t.ok(len(ids(out)) == 60, "what came before is a whole bundle", str(len(ids(out))))
    # A crash between page and state: bytes behind what is sure.
    with open(out, "ab") as f:
        f.write(b'{"half a pa')
    server.hold.set()
    before = server.requests
    done = serai("pull", "--from", server.url, "--collection", "c", "--into", out)
    t.ok(done.returncode == 0 and whole(out), "goes on: nothing lost, nothing doubled", done.stdout + done.stderr)
    t.ok(server.requests - before < 12, "and does not begin again", str(server.requests - before))
    other = serai("pull", "--from", server.url, "--collection", "d", "--into", out)
    t.ok(other.returncode == 2 and "state" in other.stderr, "a state of another collection is not used", other.stderr)
    server.shutdown()


def pushes(t, folder):
    server = Server(largest=20000, busy=(3,))
    bundle = folder / "push.json"
    bundle.write_text(json.dumps({"type": "bundle", "id": "bundle--00000000-0000-4000-8000-000000000000",
                                  "objects": [indicator(i) for i in range(COUNT)]}))
    done = serai("push", "--to", server.url, "--collection", "c", bundle)
    t.ok(done.returncode == 0 and sorted(set(server.taken)) == sorted(indicator(i)["id"] for i in range(COUNT)),
         "all pushed, in smaller posts when they are too large", done.stdout + done.stderr)
    t.ok(server.polls > 0, "and followed until it was taken")
    source = Server()
    server.taken.clear()
    done = serai("pull", "--from", source.url, "--collection", "c", "--into", server.url, "--into-collection", "c",
                 "--state", folder / "relay.state", "--limit", "60")
    t.ok(done.returncode == 0 and len(set(server.taken)) == COUNT, "pulled from one server into another",
         done.stdout + done.stderr)
    source.shutdown()
    server.shutdown()


def files(t, folder):
    text = folder / "list.txt"
    text.write_text("# SPECIMEN\nhxxp://evil[.]example/x # note\n198.51.100.7\nn@t,a value\n")
    out, bad = folder / "bundle.json", folder / "quarantine.jsonl"
    done = serai("import", "--tlp", "amber", "--source", "SPECIMEN", "--confidence", "60", "--at", "2026-03-01",
                 "--quarantine", bad, "--out", out, text)
    objects = json.loads(out.read_text())["objects"]
    t.ok(done.returncode == 1 and len(objects) == 3, "a list imported, one line set aside", done.stderr)
    line = json.loads(bad.read_text())
    t.ok(line["line"] == 4 and line["reason"] in ("value", "local"), "with its line and reason", bad.read_text())
    first = out.read_bytes()
    serai("import", "--tlp", "amber", "--source", "SPECIMEN", "--confidence", "60", "--at", "2026-03-01", "--out", out,
          text)
    t.ok(out.read_bytes() == first, "the same objects with the same ids again")
    feed = folder / "feed"
    done = serai("convert", "--to", "misp-feed", "--at", "2026-03-01", "--out", feed, out)
    names = sorted(os.listdir(feed))
    t.ok(done.returncode == 0 and "manifest.json" in names and "hashes.csv" in names and len(names) == 3,
         "written as a feed", done.stderr + str(names))
    back = folder / "back.json"
    done = serai("import", "--out", back, feed)
    want = {o["id"] for o in objects if o["type"] == "indicator"}
    t.ok(done.returncode == 0 and want <= set(ids(back)), "a feed read back keeps the ids", done.stderr)
    done = serai("convert", "--to", "csv", "--out", folder / "out.csv", out)
    t.ok(done.returncode == 0 and "evil.example" in (folder / "out.csv").read_text(), "written as a table", done.stderr)
    old, new = folder / "old.json", folder / "new.json"
    entry = {"cveID": "CVE-2026-0001", "vendorProject": "Specimen", "product": "One", "dateAdded": "2026-03-01"}
    old.write_text(json.dumps({"catalogVersion": "1", "vulnerabilities": [entry]}))
    new.write_text(json.dumps({"catalogVersion": "2", "vulnerabilities": [
        dict(entry, dueDate="2026-04-01"), dict(entry, cveID="CVE-2026-0002")]}))
    done = serai("kev", "diff", "--json", old, new)
    got = json.loads(done.stdout)
    t.ok(done.returncode == 1 and got["added"] == 1 and got["changed"] == 1 and
         list(got["changes"][0]["fields"]) == ["dueDate"], "what changed in KEV", done.stdout)
    done = serai("import", "--since", old, "--out", folder / "kev.json", new)
    t.ok(done.returncode == 0 and len(json.loads((folder / "kev.json").read_text())["objects"]) == 3,
         "only that is imported", done.stderr)
    lists = folder / "warning.json"
    lists.write_text(json.dumps({"name": "SPECIMEN", "type": "hostname", "version": 1,
                                 "matching_attributes": ["domain"], "list": [".example"]}))
    done = serai("warninglist", "check", "--lists", lists, "evil[.]example")
    t.ok(done.returncode == 1 and "SPECIMEN" in done.stdout, "on a warning list", done.stdout + done.stderr)
    done = serai("warninglist", "check", "--lists", lists, "198.51.100.7")
    t.ok(done.returncode == 0, "on none", done.stdout + done.stderr)


def main():
    t = tap
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        for part in (pulls, credentials, killed, pushes, files):
            part(t, folder)
    return tap.done()


if __name__ == "__main__":
    sys.exit(main())
