#!/usr/bin/env python3
"""A node that keeps its last checkpoints in etcd: Debian's where it is installed, else a stand-in that answers the same two calls."""
import atexit
import http.server
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
import urllib.error
import urllib.request

from tap import SERAI, SOURCE, done, ok, serai, until

work = pathlib.Path(tempfile.mkdtemp(prefix="serai-keep-"))
ENV = {"SERAI_DATA": str(SOURCE)}


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class StandIn:
    """POST /v3/kv/range and /v3/kv/txn as the JSON gateway answers them."""

    def __init__(self, port):
        self.port, self.kept, self.server = port, {}, None

    def start(self):
        kept = self.kept

        class Handler(http.server.BaseHTTPRequestHandler):

            def range(self, key):
                return {"kvs": [{"key": key, "value": kept[key]}], "count": "1"} if key in kept else {}

            def do_POST(self):
                q = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                if self.path == "/v3/kv/range":
                    answer = self.range(q["key"])
                else:
                    compare, put = q["compare"][0], q["success"][0]["request_put"]
                    there = kept.get(compare["key"])
                    holds = there == compare["value"] if compare["target"] == "VALUE" else there is None
                    if holds:
                        kept[put["key"]] = put["value"]
                    answer = ({"succeeded": True, "responses": [{"response_put": {}}]} if holds else
                              {"responses": [{"response_range": self.range(q["failure"][0]["request_range"]["key"])}]})
                body = json.dumps(answer).encode()
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *a):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", self.port), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self):
        self.server.shutdown()
        self.server.server_close()

    def wipe(self):
        self.kept.clear()


# Whatever ends this, no server stays behind.
processes = []
atexit.register(lambda: [p.kill() for p in processes if p.poll() is None])


class Etcd:
    def __init__(self, port):
        self.port, self.peer, self.data, self.process = port, free_port(), work / "etcd", None

    def start(self):
        at, peer = f"http://127.0.0.1:{self.port}", f"http://127.0.0.1:{self.peer}"
        self.process = subprocess.Popen(["etcd", "--name", "one", "--data-dir", self.data, "--listen-client-urls", at,
                                         "--advertise-client-urls", at, "--listen-peer-urls", peer,
                                         "--initial-advertise-peer-urls", peer, "--initial-cluster", f"one={peer}"],
                                        stdout=subprocess.DEVNULL, stderr=open(work / "etcd.log", "w"))
        processes.append(self.process)
        for _ in range(100):
            try:
                with urllib.request.urlopen(at + "/health", timeout=2) as r:
                    if json.load(r)["health"] == "true":
                        return
            except OSError:
                time.sleep(0.1)

    def stop(self):
        self.process.terminate()
        self.process.wait(timeout=60)

    def wipe(self):
        self.stop()
        shutil.rmtree(self.data)
        self.start()


class Node:
    def __init__(self, folder):
        self.log = open(work / "node.log", "a")
        self.process = subprocess.Popen([SERAI, "serve", folder], stdout=subprocess.PIPE, stderr=self.log, text=True,
                                        env={**os.environ, **ENV})
        processes.append(self.process)
        self.url = self.process.stdout.readline().strip().rstrip("/")

    def publish(self, text):
        body = work / "record"
        body.write_text(text)
        return serai("log", "publish", "--url", self.url, "--stream", "licence", "--type", "licence-status", body)

    def health(self):
        try:
            with urllib.request.urlopen(self.url + "/v1/health", timeout=60) as r:
                return r.status
        except OSError as e:
            return str(e)

    def stop(self, how=signal.SIGTERM):
        self.process.send_signal(how)
        return self.process.wait(timeout=60)


def words():
    code, out, err = serai("doctor", "--json", "--quick", kz, env=ENV)
    return {f["word"] for f in json.loads(out)["findings"]}


def run(keeper):
    keeper.start()
    node = Node(kz)
    code, out, err = node.publish("first")
    ok(code == 0 and out.split()[1] == "0", "a node publishes, and keeps its checkpoint in the cluster", code, out, err)
    ok(not list((kz / "logs").rglob("own.keep/*/*/*/checkpoint")), "and in no folder")
    ok(not {"keep-unreachable", "keep-behind"} & words(), "doctor has nothing against it", words())
    copy = work / f"copy-{kz.name}"
    shutil.copytree(kz / "logs" / "own", copy)
    code, out, err = node.publish("second")
    ok(code == 0 and out.split()[1] == "1", "and again", code, out, err)
    node.stop(signal.SIGKILL)
    node = Node(kz)
    code, out, err = node.publish("third")
    ok(code == 0 and out.split()[1] == "2", "killed, it goes on from what the cluster keeps", code, out, err)

    keeper.stop()
    code, out, err = node.publish("nobody keeps this")
    ok(code != 0, "without the cluster nothing is published", code, out, err)
    ok(node.health() == 200, "and checks go on", node.health())
    ok("keep-unreachable" in words(), "doctor says that the cluster is not reached", words())
    keeper.start()
    ok(until(lambda: node.publish("fourth")[0] == 0), "with the cluster back it publishes again, without a restart")
    node.stop()

    keeper.stop()
    node = Node(kz)
    ok(node.url and node.health() == 200, "a node starts without the cluster", node.url)
    ok(node.publish("nobody keeps this")[0] != 0, "and publishes nothing")
    keeper.start()
    ok(until(lambda: node.publish("fifth")[0] == 0), "until the cluster is there")
    node.stop()

    now = work / f"now-{kz.name}"
    shutil.move(kz / "logs" / "own", now)
    shutil.copytree(copy, kz / "logs" / "own")
    node = Node(kz)
    code, out, err = node.publish("a fork")
    ok(code != 0, "an older copy of the logs signs nothing: the cluster knows more", code, out, err)
    node.stop()
    shutil.rmtree(kz / "logs" / "own")
    shutil.move(now, kz / "logs" / "own")

    keeper.wipe()
    ok("keep-behind" in words(), "doctor says that the cluster lost what it kept", words())
    node = Node(kz)
    code, out, err = node.publish("a fork")
    ok(code != 0 and node.health() == 200, "and nothing is signed over it", code, out, err)
    node.stop()
    keeper.stop()


keepers = [StandIn] + ([Etcd] if shutil.which("etcd") else [])
for make in keepers:
    kz = work / f"kz-{make.__name__}"
    port = free_port()
    code, out, err = serai("init", "--specimen", "--sign-in", "off", "--member", "KZ", "--listen", "127.0.0.1:0", kz, env=ENV)
    ok(code == 0, f"a node; {make.__name__}", err)
    with open(kz / "node.conf", "a") as f:
        f.write(f"logs-keep = etcd http://127.0.0.1:{port}\n")
    run(make(port))
shutil.rmtree(work)
done()
