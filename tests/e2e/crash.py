#!/usr/bin/env python3
"""A node killed or stopped under load: what it acknowledged is recorded, and a repeat gives the answer of then."""
import http.client
import json
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
import threading

from tap import SERAI, SOURCE, done, ok, serai, until

work = pathlib.Path(tempfile.mkdtemp(prefix="serai-crash-"))
LINES = "P<KAZSPECIMEN<<AIGERIM<<<<<<<<<<<<<<<<<<<<<<\nN123456785KAZ9005145F3105135<<<<<<<<<<<<<<<2"
CLIENTS = 24


def start():
    node = subprocess.Popen([SERAI, "serve", "--quiet", work / "ir"], stdout=subprocess.PIPE, text=True,
                            env={**os.environ, "SERAI_DATA": str(SOURCE)})
    line = node.stdout.readline()
    return node, int(line.rsplit(":", 1)[1].strip("/\n")) if line else 0


def request(name):
    return json.dumps({"id": name, "travel": {"purpose": "pilgrimage", "mode": "air"}, "movement": "none",
                       "document_examined": True, "evidence": [{"kind": "mrz", "text": LINES}]})


def ask(connection, name):
    connection.request("POST", "/v1/check", request(name), {"Content-Type": "application/json"})
    answer = connection.getresponse()
    return answer.status, json.loads(answer.read())


class Load:
    """Clients that send checks one after the other until their connection ends."""

    def __init__(self, port, tag):
        self.acknowledged, self.odd, self.lock = {}, [], threading.Lock()
        self.threads = [threading.Thread(target=self.run, args=(port, f"{tag}-{i}")) for i in range(CLIENTS)]
        for t in self.threads:
            t.start()

    def run(self, port, tag):
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
            for n in range(100000):
                status, answer = ask(connection, f"{tag}-{n}")
                with self.lock:
                    if status == 200:
                        self.acknowledged[answer["id"]] = answer["receipt"]
                    else:
                        self.odd.append((status, answer))
        except (OSError, http.client.HTTPException, ValueError):
            pass

    def wait(self):
        for t in self.threads:
            t.join()


def compare(port, acknowledged):
    """Ids whose record is gone or differs."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    wrong = []
    for name, receipt in acknowledged.items():
        status, answer = ask(connection, name)
        if status != 200 or not answer["repeated"] or answer["receipt"] != receipt:
            wrong.append((name, status, answer.get("repeated")))
    return wrong


code, out, err = serai("init", "--specimen", "--sign-in", "off", "--member", "IR", "--listen", "127.0.0.1:0", work / "ir")
ok(code == 0, "init", out, err)
for how, name in ((signal.SIGKILL, "kill -9"), (signal.SIGTERM, "SIGTERM"), (signal.SIGKILL, "kill -9 again")):
    node, port = start()
    load = Load(port, f"{name.replace(' ', '')}-{os.getpid()}")
    until(lambda: len(load.acknowledged) > 40)
    node.send_signal(how)
    code = node.wait(40)
    load.wait()
    ok(code == (0 if how == signal.SIGTERM else -how), f"{name} under load ends the node", code)
    ok(len(load.acknowledged) > 20, f"{name}: {len(load.acknowledged)} checks were acknowledged")
    ok(all(status == 503 for status, _ in load.odd), f"{name}: nobody got an odd answer", load.odd[:3])
    node, port = start()
    ok(port, f"it starts again after {name}")
    wrong = compare(port, load.acknowledged)
    ok(not wrong, f"no acknowledged record is lost by {name}", wrong[:5])
    node.send_signal(signal.SIGTERM)
    ok(node.wait(30) == 0, "and stops")
shutil.rmtree(work)
done()
