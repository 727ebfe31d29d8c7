#!/usr/bin/env python3
"""serai note and serai log: a log that another program wrote, from a folder and over HTTP, whole and altered."""
import base64
import functools
import http.server
import json
import pathlib
import shutil
import tempfile
import threading

from tap import done, ok, serai, vectors

source = vectors("federation/tessera-log")
if not source:
    done()
index = json.loads((source / "index.json").read_text())
KEY = index["vkey"]
work = pathlib.Path(tempfile.mkdtemp(prefix="serai-logs-"))


def log_at(size):
    """The log as it stood at that size: no file of a larger one."""
    to = work / f"at-{size}"
    shutil.copytree(source / "tile", to / "tile")
    for f in [*to.glob("tile/0/000.p/*"), *to.glob("tile/entries/000.p/*")]:
        if int(f.name) > size:
            f.unlink()
    shutil.copy(source / f"checkpoint.{size}", to / "checkpoint")
    return to


def verify(where, *args):
    code, out, err = serai("log", "verify", "--key", KEY, "--json", *args, where)
    return code, json.loads(out) if out else {}, err


for case in index["cases"]:
    code, got, err = verify(log_at(case["size"]))
    ok(code == 0 and got["size"] == got["entries"] == case["size"] and got["root"] == base64.b64decode(case["root"]).hex(),
       f"the log at size {case['size']}", code, got, err)
code, out, err = serai("note", "verify", "--key", KEY, *[source / c["checkpoint"] for c in index["cases"]])
ok(code == 0 and out.count("genuine") == 16, "sixteen checkpoints", code, out, err)

class Handler(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *args):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Handler, directory=source))
threading.Thread(target=server.serve_forever, daemon=True).start()
code, got, err = verify(f"http://127.0.0.1:{server.server_port}")
ok(code == 0 and got["entries"] == 15, "the log over HTTP", code, got, err)
server.shutdown()
server.server_close()
code, got, err = verify(f"http://127.0.0.1:{server.server_port}")
ok(code == 2 and got["result"] == "unreachable", "nobody answers", code, got, err)

entries = (source / "tile/entries/000.p/15").read_bytes()
at, entry = 0, []
while at < len(entries):
    n = int.from_bytes(entries[at:at + 2], "big")
    entry.append(entries[at + 2:at + 2 + n])
    at += 2 + n
for i, e in enumerate(entry):
    (work / "entry").write_bytes(e)
    code, out, err = serai("log", "prove", "--key", KEY, "--index", i, "--out", work / "proof", source)
    code2, out2, err2 = serai("log", "check-proof", "--key", KEY, "--entry", work / "entry", "--json", work / "proof")
    ok(code == 0 and code2 == 0 and json.loads(out2)["index"] == i, f"proof of entry {i}", err, err2)
(work / "entry").write_bytes(entry[3])
code, out, err = serai("log", "check-proof", "--key", KEY, "--entry", work / "entry", work / "proof")
ok(code == 1 and "another root" in err, "the proof of another entry", code, err)
code, out, err = serai("log", "prove", "--key", KEY, "--index", 15, source)
ok(code == 1 and "index" in err, "no such entry", code, err)

for name, offset, reason in (("tile/0/000.p/15", 40, "tile"), ("tile/entries/000.p/15", 3, "tile"), ("checkpoint", 30, "signature")):
    bad = work / "bad"
    shutil.rmtree(bad, ignore_errors=True)
    shutil.copytree(source, bad)
    data = bytearray((bad / name).read_bytes())
    data[offset] ^= 1
    (bad / name).write_bytes(data)
    code, got, err = verify(bad)
    ok(code == 1 and got["result"] == reason, f"{name} altered", code, got, err)
code, got, err = verify(source, "--since", source / "checkpoint.9")
ok(code == 0, "grown out of an earlier checkpoint", code, got, err)
code, got, err = verify(work / "at-3", "--since", source / "checkpoint.9")
ok(code == 1 and got["result"] == "history", "a log that lost entries", code, got, err)
code, out, err = serai("log", "verify", "--key", KEY, "--origin", "elsewhere.specimen", source)
ok(code == 1 and "another log" in err, "another origin", code, err)
other = KEY.replace("example.com/log/testdata", "example.com/log/other")
code, out, err = serai("log", "verify", "--key", other, source)
ok(code == 2 and "hash" in err, "a key whose hash is not its name's", code, err)
(work / "policy").write_text(f"log {KEY}\nquorum none\n")
code, out, err = serai("log", "verify", "--policy", work / "policy", source)
ok(code == 0, "under a policy", code, err)
(work / "policy").write_text(f"log {KEY}\nwitness w {KEY}\nquorum w\n")
code, out, err = serai("log", "verify", "--policy", work / "policy", source)
ok(code == 2 and "line 2" in err, "a policy that says a log's key cosigns", code, err)
code, out, err = serai("log", "verify", source)
ok(code == 2 and "--key or --policy" in err, "nobody is believed", code, err)
shutil.rmtree(work)
done()
