#!/usr/bin/env python3
"""
The leader of a three-node PostgreSQL cluster (Patroni, etcd) is killed under load, twice: no acknowledged record
is lost, a repeat gives the answer of then, and the log's kept checkpoint goes on in etcd. Minutes: make test-cluster.
SERAI_PG_CLUSTER names the script that starts such a cluster: start, url, status, kill-leader, stop DIR.
"""
import http.client
import json
import os
import pathlib
import re
import select
import shutil
import signal
import subprocess
import tempfile
import threading
import time

from tap import SERAI, SOURCE, done, ok, serai, skip

CLUSTER = pathlib.Path(os.environ.get("SERAI_PG_CLUSTER", SOURCE.parent / "shared/tools/pg-cluster.sh"))
BASE = int(os.environ.get("PGC_BASE", "15400"))
LINES = "P<KAZSPECIMEN<<AIGERIM<<<<<<<<<<<<<<<<<<<<<<\nN123456785KAZ9005145F3105135<<<<<<<<<<<<<<<2"
CLIENTS = 16

if not CLUSTER.exists():
    skip("fail-over", "no cluster script: set SERAI_PG_CLUSTER")
    done()
work = pathlib.Path(tempfile.mkdtemp(prefix="serai-failover-"))
work.chmod(0o755)
cluster = work / "cluster"


def cluster_do(what, timeout=300):
    run = subprocess.run(["bash", CLUSTER, what, cluster], capture_output=True, text=True, timeout=timeout,
                         env={**os.environ, "PGC_BASE": str(BASE)})
    return run.returncode, run.stdout.strip(), run.stderr.strip()


def request(name):
    return json.dumps({"id": name, "travel": {"purpose": "pilgrimage", "mode": "air"}, "movement": "none",
                       "document_examined": True, "evidence": [{"kind": "mrz", "text": LINES}]})


def ask(connection, name):
    connection.request("POST", "/v1/check", request(name), {"Content-Type": "application/json"})
    answer = connection.getresponse()
    return answer.status, json.loads(answer.read())


class Load:
    """Clients that send checks without end, and each that was refused again until it is answered."""

    def __init__(self, port, tag):
        self.acknowledged, self.refused, self.odd, self.times, self.lock = {}, {}, [], [], threading.Lock()
        self.over = False
        self.threads = [threading.Thread(target=self.run, args=(port, f"{tag}-{i}")) for i in range(CLIENTS)]
        for t in self.threads:
            t.start()

    def run(self, port, tag):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        n = 0
        while not self.over:
            name = f"{tag}-{n}"
            try:
                status, answer = ask(connection, name)
            except (OSError, http.client.HTTPException, ValueError) as e:
                self.odd.append((name, repr(e)))
                connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
                continue
            with self.lock:
                if status == 200:
                    self.acknowledged[name] = answer["receipt"]
                    self.times.append(time.time())
                    n += 1
                elif status == 503 and answer["error"]["reason"].startswith("store-"):
                    self.refused[answer["error"]["reason"]] = self.refused.get(answer["error"]["reason"], 0) + 1
                else:
                    self.odd.append((name, status, answer))
                    n += 1
            if status != 200:
                time.sleep(0.2)

    def end(self):
        self.over = True
        for t in self.threads:
            t.join()


def wrong_among(port, acknowledged):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    wrong = []
    for name, receipt in acknowledged.items():
        status, answer = ask(connection, name)
        if status != 200 or not answer["repeated"] or answer["receipt"] != receipt:
            wrong.append((name, status, answer.get("repeated"), answer.get("error")))
    return wrong


def append(folder, keep, text):
    entry = work / "entry"
    entry.write_text(text)
    return serai("log", "append", "--log", folder, "--keep", keep, "--key", work / "log.key", entry)


code, url, err = cluster_do("start")
if code:
    skip("fail-over", f"the cluster does not start: {err[-200:]}")
    shutil.rmtree(work, ignore_errors=True)
    done()
node = None
try:
    serai("init", "--specimen", "--sign-in", "off", "--member", "IR", "--listen", "127.0.0.1:0", work / "ir")
    conf = work / "ir/node.conf"
    conf.write_text(re.sub(r"(?m)^store *=.*$", f"store = {url}", conf.read_text()))
    node = subprocess.Popen([SERAI, "serve", "--quiet", work / "ir"], stdout=subprocess.PIPE, text=True,
                            env={**os.environ, "SERAI_DATA": str(SOURCE)})
    line = node.stdout.readline() if select.select([node.stdout], [], [], 60)[0] else ""
    port = int(line.rsplit(":", 1)[1].strip("/\n")) if line else 0
    ok(port, "a node starts on the cluster", line)
    keep = "etcd " + ",".join(f"http://127.0.0.1:{BASE + 20 + i}" for i in (1, 2, 3))
    serai("log", "key", "--name", "ir.specimen/failover/all/2026", "--out", work / "log.key")
    ok(append(work / "log", keep, "first")[0] == 0, "a log keeps its checkpoint in etcd")

    everything = {}
    for run in (1, 2):
        load = Load(port, f"run{run}-{os.getpid()}")
        time.sleep(4)
        before = len(load.acknowledged)
        began = time.time()
        code, out, err = cluster_do("kill-leader")
        ok(code == 0, f"run {run}: the leader is killed under load: {out}", err)
        resumed = time.time() + 60
        while time.time() < resumed and (not load.times or load.times[-1] < began + 6):
            time.sleep(0.2)
        time.sleep(3)
        load.end()
        after = [t for t in sorted(load.times) if t > began]
        gap = max((b - a for a, b in zip([began, *after], after)), default=999)
        ok(before > 20 and len(after) > 5, f"run {run}: {before} checks were acknowledged before and {len(after)} since",
           load.refused, load.odd[:3])
        ok(gap < 60, f"run {run}: nothing was acknowledged for {gap:.1f} s", load.refused)
        ok(not load.odd, f"run {run}: whoever was refused got 503 and a reason: {load.refused}", load.odd[:5])
        everything |= load.acknowledged
        wrong = wrong_among(port, everything)
        ok(not wrong, f"run {run}: none of {len(everything)} acknowledged records is lost", wrong[:5])
        code, out, err = append(work / "log", keep, f"run {run}")
        ok(code == 0 and f"{run + 1} entries" in out, f"run {run}: the log goes on from what etcd keeps", out, err)
        code, out, err = cluster_do("start")
        ok(code == 0, f"run {run}: the cluster is whole again", err)
    shutil.copytree(work / "log", work / "copy")
    ok(append(work / "log", keep, "last")[0] == 0, "another entry")
    code, out, err = append(work / "copy", keep, "a fork")
    ok(code != 0, "an older copy of the log signs nothing: etcd knows more", out, err)
    node.send_signal(signal.SIGTERM)
    ok(node.wait(60) == 0, "the node stops")
finally:
    if node and node.poll() is None:
        node.kill()
    cluster_do("stop")
    shutil.rmtree(work, ignore_errors=True)
done()
