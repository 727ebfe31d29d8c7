#!/usr/bin/env python3
"""What an operator has of a node: metrics, a log without persons, maintenance, serai doctor with a fault made for each finding."""
import datetime
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import urllib.error
import urllib.request

from tap import SERAI, SOURCE, done, ok, serai, skip, until

work = pathlib.Path(tempfile.mkdtemp(prefix="serai-ops-"))
ENV = {"SERAI_DATA": str(SOURCE)}
LINES = "P<KAZSPECIMEN<<AIGERIM<<<<<<<<<<<<<<<<<<<<<<\nN123456785KAZ9005145F3105135<<<<<<<<<<<<<<<2\n"
# What must stand in no log and no label: of the traveller, of the driver, and of whoever calls.
PERSONAL = ["SPECIMEN<<", "AIGERIM", "N12345678", "900514", "310513", "SPECIMEN-4711", "LANEONE", "1990-05-14", "KARIMOV", "pilgrimage", "curl-specimen"]
RULE = re.compile(r'^[a-z_]+(\{[a-z]+="(\\.|[^"\\])*"(,[a-z]+="(\\.|[^"\\])*")*\})? -?[0-9.e+]+$')


def make(name, *options, member="IR", conf=""):
    folder = work / name
    code, out, err = serai("init", "--specimen", "--sign-in", "off", "--member", member, "--listen", "127.0.0.1:0", *options, folder, env=ENV)
    if code:
        ok(False, f"init {name}", out, err)
    if conf:
        with open(folder / "node.conf", "a") as f:
            f.write(conf)
    return folder


class Node:
    def __init__(self, folder):
        self.folder, self.log = folder, work / f"{folder.name}.log"
        self.process = subprocess.Popen([SERAI, "serve", folder], stdout=subprocess.PIPE, stderr=open(self.log, "w"), text=True,
                                        env={**os.environ, **ENV})
        self.url = self.process.stdout.readline().strip()

    def ask(self, method, path, body=None, headers=None):
        data = json.dumps(body).encode() if body is not None else None
        request = urllib.request.Request(self.url + path, data, {"Content-Type": "application/json", "User-Agent": "curl-specimen", **(headers or {})},
                                         method=method)
        try:
            with urllib.request.urlopen(request, timeout=60) as r:
                return r.status, r.read().decode()
        except urllib.error.HTTPError as e:
            return e.code, e.read().decode()

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=60)


def check(number, **more):
    return {"id": f"LANEONE-N12345678-{number}", "evidence": [{"kind": "mrz", "text": LINES}], "document_examined": True,
            "travel": {"purpose": "pilgrimage", "mode": "air", "stay_days": 9}, **more}


def value(text, sample):
    found = re.search("^" + re.escape(sample) + r" (\S+)$", text, re.MULTILINE)
    return float(found.group(1)) if found else None


# --- metrics and log of one run ---
ir = make("ir", conf="log = json\n")
node = Node(ir)
try:
    verdicts = [json.loads(node.ask("POST", "v1/check", check(n))[1])["verdict"] for n in range(5)]
    node.ask("POST", "v1/licence", {"id": "LANEONE", "purpose": "road-check", "examined": True, "typed": {"issuer": "KZ", "number": "SPECIMEN-4711",
             "categories": ["B"], "expiry": "2030-01-01", "birth": "1990-05-14"}})
    node.ask("POST", "v1/licence/question", {"to": "KZ", "number": "SPECIMEN-4711", "purpose": "road-check"})
    node.ask("POST", "v1/check", {**check(0), "movement": "entry"})     # the same id for another request: 409
    node.ask("POST", "v1/check", {"id": "AIGERIM", "evidence": "N12345678"})
    node.ask("GET", "v1/AIGERIM?number=N12345678")
    node.ask("GET", "v1/agreement?language=AIGERIM")
    node.ask("GET", "v1/node", headers={"Host": "AIGERIM"})
    node.ask("POST", "v1/inspect?name=AIGERIM", "N12345678", {"Content-Type": "application/octet-stream"})
    status, text = node.ask("GET", "metrics")
    ok(status == 200, "GET /metrics", status, text[:200])
    wrong = [l for l in text.splitlines() if l and not l.startswith("# ") and not RULE.match(l)]
    ok(not wrong, "every line is a sample, a HELP or a TYPE", wrong[:3])
    names = {re.split(r"[{ ]", l)[0] for l in text.splitlines() if not l.startswith("#")}
    typed = {l.split()[2] for l in text.splitlines() if l.startswith("# TYPE")}
    ok(all(n in typed or re.sub("_(bucket|sum|count)$", "", n) in typed for n in names), "every sample has a type", names - typed)
    ok(len(re.findall("^# TYPE ", text, re.MULTILINE)) == len(typed), "and each family is there once")
    ok(value(text, 'serai_checks_total{outcome="%s"}' % verdicts[0]) == 5, "checks are counted by outcome", verdicts)
    ok(value(text, 'serai_requests_total{operation="check",status="200"}') == 5, "requests by operation and status")
    ok(value(text, 'serai_requests_total{operation="check",status="409"}') == 1, "refusals too")
    ok(value(text, 'serai_requests_total{operation="none",status="404"}') == 1, "and what fits no operation")
    ok(value(text, 'serai_request_seconds_count{operation="check"}') == 7, "the histogram holds all of them")
    ok(value(text, "serai_store_up") == 1 and value(text, "serai_store_commits_total") > 0 and value(text, "serai_store_bytes") > 4096, "the store is there")
    ok(value(text, 'serai_cases{state="open"}') == 2, "two questions that reached nobody are open, one of them of the roadside check")
    ok(value(text, "serai_anchors") == 3 and value(text, "serai_memory_bytes") > 1 << 20, "anchors and memory")
    seen = [p for p in PERSONAL if p in text]
    ok(not seen, "no sample holds anything of a person or a caller", seen)

    (ir / "maintenance").touch()
    until(lambda: node.ask("GET", "v1/ready")[0] == 503)
    status, text = node.ask("POST", "v1/check", check(9))
    ok(status == 503 and json.loads(text)["error"]["reason"] == "maintenance", "in maintenance a check is answered 503, with the word", status, text)
    ok(node.ask("GET", "v1/health")[0] == 200 and node.ask("GET", "metrics")[0] == 200, "health and metrics are answered")
    status, text = node.ask("GET", "v1/ready")
    ok(status == 503 and json.loads(text)["maintenance"] is True, "a balancer sees that it is not ready", status, text)
    ok(node.ask("GET", "")[0] == 200, "the console is served, and says so")
    (ir / "maintenance").unlink()
    ok(until(lambda: node.ask("POST", "v1/check", check(9))[0] == 200), "afterwards the same request is answered")
    code, out, err = serai("doctor", "--json", ir, env=ENV)
    found = {f["word"]: f for f in json.loads(out)["findings"]}
    ok(code == 0 and set(found) == {"running", "sign-in-off"}, "doctor: the node runs, and nothing has to be done", code, out)
finally:
    ended = node.stop()
ok(ended == 0, "the node ends well")
log = node.log.read_text()
events = [json.loads(l) for l in log.splitlines()]
ok(all({"time", "level", "event"} <= set(e) for e in events), "every line of the log is a JSON object with time, level and event", log[:400])
requests = [e for e in events if e["event"] == "request"]
ok(len(requests) >= 18 and all({"operation", "status", "duration_us"} <= set(e) for e in requests), "one for each request", len(requests))
ids = [e.get("request") for e in requests if e["operation"] == "check" and e["status"] == 200]
ok(len(ids) == 6 and len(set(ids)) == 6 and all(re.fullmatch("[0-9a-f]{16}", i) for i in ids), "a check's id is there as a digest", ids)
ok([e["event"] for e in events if e["event"] != "request"] == ["started", "stopped"], "start and stop are said", [e for e in events if e["event"] != "request"])
seen = [p for p in PERSONAL if p in log]
ok(not seen, "nothing of a person or a caller is in the log of the whole run", seen)
ok({e["level"] for e in requests} == {"info", "warning", "error"}, "levels tell answers, refusals and trouble apart", {e["level"] for e in requests})

quiet = Node(make("quiet", conf="log = text\nlog-level = warning\nmetrics = off\n"))
quiet.ask("GET", "v1/health")
quiet.ask("GET", "v1/nothing")
ok(quiet.ask("GET", "metrics")[0] == 403, "metrics can be switched off")
quiet.stop()
lines = quiet.log.read_text().splitlines()
ok(len(lines) == 2 and " 404 " in lines[0], "of level warning only refusals are logged", lines)

# systemd's READY=1 without its library
ready = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
ready.bind(str(work / "notify"))
ready.settimeout(20)
ENV["NOTIFY_SOCKET"] = str(work / "notify")
notified = Node(quiet.folder)
ok(ready.recv(64) == b"READY=1", "systemd is told when the node is ready")
del ENV["NOTIFY_SOCKET"]
notified.stop()
ok(ready.recv(64) == b"STOPPING=1", "and when it ends")

# --- serai doctor: each fault made, each found ---
sound = make("sound")
code, out, err = serai("doctor", "--json", sound, env=ENV)
ok(code == 0 and json.loads(out)["sound"], "a new node is sound", code, out)
(work / "lines").write_text(LINES)
serai("check", "--node", sound, "--purpose", "work", work / "lines", env=ENV)
number = 0


def conf(key, text):
    """Sets, replaces or (None) removes a line of node.conf."""
    def change(folder):
        path = folder / "node.conf"
        kept = [l for l in path.read_text().splitlines() if not l.startswith(key + " =")]
        path.write_text("\n".join(kept + ([f"{key} = {text}"] if text is not None else [])) + "\n")
    return change


def both(*changes):
    return lambda folder: [c(folder) for c in changes]


def finds(word, change, *options, code=1):
    global number
    number += 1
    folder = work / f"fault-{number}"
    shutil.copytree(sound, folder)
    change(folder)
    got, out, err = serai("doctor", "--json", *options, folder, env=ENV)
    try:
        findings = json.loads(out)["findings"]
    except ValueError:
        return ok(False, f"doctor: {word}", got, out, err)
    mine = [f for f in findings if f["word"] == word]
    words_seen.add(word)
    return ok(got == code and mine and all(mine[0][k] for k in ("seen", "means", "remedy")), f"doctor: {word}", got, findings, err)


def openssl(*args):
    subprocess.run(["openssl", *map(str, args)], check=True, capture_output=True)


def tls(names, days=90):
    key, cert = work / "tls.key", work / "tls.pem"
    openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", cert, "-days", days, "-subj", "/CN=SPECIMEN", "-addext", f"subjectAltName={names}")
    key.chmod(0o600)
    return both(conf("tls-key", key), conf("tls-certificate", cert))


words_seen = set()
later = lambda days: (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=days)).strftime("%Y-%m-%dT%H:%M:%SZ")
finds("config", conf("nonsense", "1"))
finds("config", conf("metrics", "everybody"))
finds("config", conf("log", "yes"))
finds("config-writable", lambda f: (f / "node.conf").chmod(0o666))
finds("peers-unknown", lambda f: None, code=0)
finds("backup-old", lambda f: ((f / "backed-up").touch(), os.utime(f / "backed-up", (1, 1))), code=3)
finds("maintenance", lambda f: (f / "maintenance").touch(), code=3)
finds("file-missing", lambda f: (f / "signer.key").unlink())
finds("file-missing", lambda f: (f / "agreement").unlink())
finds("key-readable", lambda f: (f / "node.key").chmod(0o640))
finds("key-damaged", lambda f: (f / "list.key").write_text("no key"))
finds("pair", conf("signer-certificate", "list.der"))
finds("certificate", lambda f: (f / "vical.der").write_bytes(b"0\x03\x02\x01\x05"))
finds("certificate-expired", lambda f: None, "--at", later(500))
finds("certificate-early", lambda f: None, "--at", later(-3))
finds("certificate-expiring", lambda f: None, "--soon", 460, code=3)
finds("node-key", conf("name", "other.specimen"))
finds("no-receipts", conf("node-key", None), code=3)
finds("own-key-unlisted", lambda f: (f / "trust/members").write_text(""))  # and its card is nobody's
finds("agreement", lambda f: (f / "agreement").write_text("agreement\n  nonsense here\n"))
finds("no-party", conf("member", "DE"))
finds("no-anchors", lambda f: [p.unlink() for p in (f / "anchors").iterdir()])
finds("trust", conf("anchors", "nowhere"))
finds("passed-over", lambda f: (f / "anchors/odd.der").write_bytes(b"0\x82\x01\x00odd"), code=3)
finds("trust-old", lambda f: None, "--at", later(120), code=3)
finds("status-none", both(lambda f: (f / "status").mkdir(), conf("status", "status")), code=3)
def status_token(folder):
    (folder / "status").mkdir()
    (work / "status.txt").write_text("3 revoked\n")
    (work / "ext").write_text("[x]\nkeyUsage=critical,digitalSignature\nsubjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\nextendedKeyUsage=1.3.6.1.5.5.7.3.30\n")
    openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", work / "status.key", "-subj", "/C=IR/CN=SPECIMEN status",
            "-out", work / "status.csr")
    openssl("x509", "-req", "-in", work / "status.csr", "-CA", folder / "authority.der", "-CAform", "der", "-CAkey", folder / "authority.key", "-set_serial", "99",
            "-days", 900, "-sha256", "-extfile", work / "ext", "-extensions", "x", "-outform", "der", "-out", work / "status.der")
    got, out, err = serai("licence", "status-list", "--signer", work / "status.der", "--key", work / "status.key", "--uri",
                          "https://authority.example/status", "--days", 5, "--out", folder / "status/token", work / "status.txt", env=ENV)
    if got:
        ok(False, "a status token is made", out, err)
    conf("status", "status")(folder)


def vical(folder):
    for step in (["export", "--node", folder, "--format", "vical", "--out", work / "list.vical"],
                 ["import", "--node", folder, "--vouch", folder / "vical-root.der", work / "list.vical"]):
        got, out, err = serai("trust", *step, env=ENV)
        if got:
            ok(False, f"trust {step[0]}", got, out, err)


def lost_act(folder):
    got, out, err = serai("trust", "propose", "--node", folder, "--yes", folder / "country.der", env=ENV)
    if got:
        ok(False, "trust propose", got, out, err)
    for act in (folder / "trust/acts").rglob("*.act"):
        act.unlink()


finds("status-stale", status_token, "--at", later(10), code=3)
finds("list-old", vical, "--at", later(100), code=3)
finds("rollback", lost_act)
finds("store-newer", lambda f: subprocess.run(["sqlite3", f / "store.db", "PRAGMA user_version = 99"], check=True))
finds("store-older", lambda f: subprocess.run(["sqlite3", f / "store.db", "PRAGMA user_version = 1"], check=True), code=0)
finds("clock-behind", lambda f: None, "--at", later(-0.5))
finds("store-none", lambda f: (f / "store.db").unlink(), code=0)
finds("store-damaged", lambda f: (f / "store.db").write_bytes((f / "store.db").read_bytes()[:8192] + bytes(20000)))
finds("store-key", lambda f: (f / "traveller.key").write_bytes(bytes(32)))
finds("store-key", lambda f: (f / "traveller.key").unlink())
finds("store-readable", lambda f: (f / "store.db").chmod(0o644), code=3)
finds("store", lambda f: subprocess.run(["sqlite3", f / "store.db", "PRAGMA application_id = 7"], check=True))
finds("disk-low", lambda f: None, "--room", 1 << 39, code=3)
taken = socket.create_server(("127.0.0.1", 0))
finds("port-taken", conf("listen", f"127.0.0.1:{taken.getsockname()[1]}"))
taken.close()
finds("address", both(conf("listen", "192.0.2.1:7311"), tls("IP:192.0.2.1")))
finds("address-public", conf("listen", "0.0.0.0:0"))
finds("tls-host", both(conf("hosts", "lane.example"), tls("DNS:other.example,DNS:*.lane.example")))
finds("tls-no-hosts", both(conf("listen", "0.0.0.0:0"), conf("sign-in", "required"), tls("IP:127.0.0.1")), code=3)
finds("sign-in-open", both(conf("listen", "0.0.0.0:0"), tls("IP:127.0.0.1")))
finds("desks", both(lambda f: ((f / "desks/kz").mkdir(parents=True), (f / "desks/kz/node.conf").write_text("member = KZ\n")), conf("desks", "desks")))
code, out, err = serai("doctor", "--json", sound, env={"SERAI_DATA": str(work)})
ok(code == 1 and "console" in [f["word"] for f in json.loads(out)["findings"]], "doctor: console", code, out)
wild = work / "wild"
shutil.copytree(sound, wild)
both(conf("hosts", "a.lane.example 127.0.0.1"), tls("DNS:*.lane.example,IP:127.0.0.1"))(wild)
code, out, err = serai("doctor", wild, env=ENV)
ok(code == 0, "a certificate with a wildcard and an address fits, with a key of RSA", code, out)
for args in ((), ("--soon", "x", sound), ("--at", "noon", sound), (sound, sound)):
    ok(serai("doctor", *args, env=ENV)[0] == 2, f"usage: doctor {' '.join(map(str, args[:2]))}")
shutil.rmtree(work)
done()
