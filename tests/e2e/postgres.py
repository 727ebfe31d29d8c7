#!/usr/bin/env python3
"""A node whose store is in PostgreSQL: records, restarts of either, a second node that stands by and takes over."""
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
import time

from postgres_server import Server
from tap import SERAI, SOURCE, done, ok, serai, skip

LINES = "P<KAZSPECIMEN<<AIGERIM<<<<<<<<<<<<<<<<<<<<<<\nN123456785KAZ9005145F3105135<<<<<<<<<<<<<<<2"
ENV = {**os.environ, "SERAI_DATA": str(SOURCE)}

server = Server()
if server.why:
    skip("a node on PostgreSQL", server.why)
    done()
work = pathlib.Path(tempfile.mkdtemp(prefix="serai-postgres-"))


def node_folder(name, url, key=None):
    folder = work / name
    code, out, err = serai("init", "--specimen", "--sign-in", "off", "--member", "IR", "--listen", "127.0.0.1:0", folder)
    conf = (folder / "node.conf").read_text()
    conf = re.sub(r"(?m)^store *=.*$", f"store = {url}", conf)
    (folder / "node.conf").write_text(conf)
    if key:
        shutil.copy(key, folder / "traveller.key")
    return folder


def start(folder):
    return subprocess.Popen([SERAI, "serve", "--quiet", folder], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                            env=ENV)


def port_of(node, seconds=60):
    if not select.select([node.stdout], [], [], seconds)[0]:
        return 0
    line = node.stdout.readline()
    return int(line.rsplit(":", 1)[1].strip("/\n")) if line else 0


def ask(port, name, timeout=60):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)
    body = {"id": name, "travel": {"purpose": "pilgrimage", "mode": "air"}, "movement": "none",
            "document_examined": True, "evidence": [{"kind": "mrz", "text": LINES}]}
    connection.request("POST", "/v1/check", json.dumps(body), {"Content-Type": "application/json"})
    answer = connection.getresponse()
    return answer.status, json.loads(answer.read())


def stop(node, how=signal.SIGTERM):
    node.send_signal(how)
    return node.wait(40)


a = node_folder("a", server.url())
node = start(a)
port = port_of(node)
ok(port, "a node starts on an empty database", node.poll() is not None and node.stderr.read())
status, first = ask(port, "one")
ok(status == 200 and not first["repeated"], "a check is recorded", first)
status, again = ask(port, "one")
ok(status == 200 and again["repeated"] and again["receipt"] == first["receipt"], "and repeated byte for byte", again)
ok(server.sql("SELECT count(*) FROM checks", "node") == "1", "it stands in the server")
ok(oct((a / "traveller.key").stat().st_mode)[-3:] == "600" and not (a / "store.db").exists(),
   "the key of travellers is a file of the node, the records are not")
text = server.sql("SELECT string_agg(c::text, ' ') FROM checks c", "node")
ok("N12345678" not in text and "AIGERIM" not in text, "nothing in the server names a traveller")

code, out, err = serai("serve", a)
ok(code == 2 and "store" in err, "the same node twice: refused", code, err)

# The server goes and comes: what waited is recorded or refused with a reason, never lost.
server.crash()
status, answer = ask(port, "two")
ok(status == 503 and answer["error"]["reason"].startswith("store-"), "without a server: 503 and a reason", status, answer)
server.start()
deadline = time.time() + 60
while status != 200 and time.time() < deadline:
    status, answer = ask(port, "two")
ok(status == 200, "the server is back: the node goes on by itself", status, answer)
status, again = ask(port, "one")
ok(status == 200 and again["repeated"] and again["receipt"] == first["receipt"], "and knows what it knew")

# Its connection is cut while nothing is written.
server.sql("SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE usename = 'node'")
status, answer = ask(port, "three")
ok(status == 200 and not answer["repeated"], "connections cut by an administrator are made anew", status, answer)

# A second node on the same store.
other = node_folder("other", server.url())
code, out, err = serai("store", "status", other)
ok(code == 2 and "traveller.key" in err, "a node without the key of travellers may not read", code, err)
b = node_folder("b", server.url(), a / "traveller.key")
code, out, err = serai("store", "status", b, "--json")
ok(code == 0 and json.loads(out)["checks"] == 3, "store status reads it from anywhere", out, err)
second = start(b)
time.sleep(3)
ok(second.poll() is None and port_of(second, 0.1) == 0, "the second node stands by")
began = time.time()
ok(stop(node, signal.SIGKILL) == -9, "the first is killed")
port = port_of(second)
ok(port, f"the second takes over after {time.time() - began:.1f} s")
status, again = ask(port, "one")
ok(status == 200 and again["repeated"], "and repeats what the first has answered", status, again)
status, answer = ask(port, "four")
ok(status == 200 and not answer["repeated"], "and records", status, answer)

# The first comes back: now it is the one that waits. The second ends in good order: no patience is needed.
node = start(a)
time.sleep(2)
ok(node.poll() is None and port_of(node, 0.1) == 0, "the first comes back and stands by")
began = time.time()
ok(stop(second) == 0, "the second is stopped")
port = port_of(node)
took = time.time() - began
ok(port, f"the first serves after {took:.1f} s")

# Somebody writes an epoch behind its back, as a node that took over would.
server.sql("INSERT INTO serai_writers (epoch, holder) SELECT max(epoch) + 1, 'elsewhere' FROM serai_writers", "node")
status, answer = ask(port, "five")
ok(status == 503 and answer["error"]["reason"] == "store-locked", "a node that was replaced records nothing", status, answer)
ok(server.sql("SELECT count(*) FROM checks WHERE request_id = 'five'", "node") == "0", "nothing at all")
port = port_of(node)
ok(port, "and stands by until it may serve again")
ok(ask(port, "five")[0] == 200, "then it records")

code, out, err = serai("store", "check", a)
ok(code == 0 and "good" in out, "store check reads all of it", out, err)
code, out, err = serai("store", "backup", a, work / "copy")
ok(code == 2 and "pg_dump" in err, "store backup names the server's own tools", err)
code, out, err = serai("doctor", a, "--json")
ok("node@" not in out and "store" in out, "doctor looks at it and tells no role", out, err)
ok(stop(node) == 0, "it stops")
code, out, err = serai("store", "expire", a, "--before", "2099-01-01", "--json")
ok(code == 0 and json.loads(out)["checks"] == 5, "expire erases there", out, err)

# A database that is another's.
server.sql("CREATE DATABASE foreigner OWNER node")
server.sql("CREATE TABLE theirs (x int)", "foreigner")
c = node_folder("c", server.url().replace("/node?", "/foreigner?"))
code, out, err = serai("serve", c)
ok(code == 2 and "another program" in err, "a database with other tables is left alone", code, err)

# Several hosts want a standby: one server alone does not count.
d = node_folder("d", f"postgresql://node@127.0.0.1:{server.port},127.0.0.1:1/node?connect_timeout=3", a / "traveller.key")
node = start(d)
time.sleep(3)
ok(node.poll() is None and port_of(node, 0.1) == 0, "without a synchronous standby a node for several servers does not serve")
ok(stop(node) == 0, "it stops as asked")
ok("no synchronous standby" in node.stderr.read(), "and has said why")
shutil.rmtree(work)
server.stop()
done()
