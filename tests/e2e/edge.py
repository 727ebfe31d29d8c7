#!/usr/bin/env python3
"""A node at a desk: it signs nothing, reads from its member's node, and goes on alone; what a restored node does not sign; proofs of forks."""
import hashlib
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import tempfile
import urllib.error
import urllib.request

from tap import SERAI, SOURCE, done, ok, serai, until, vectors

work = pathlib.Path(tempfile.mkdtemp(prefix="serai-edge-"))
running = []


def must(*args):
    code, out, err = serai(*args)
    if code:
        ok(False, " ".join(map(str, args)), code, out, err)
    return out


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def start(name):
    p = subprocess.Popen([SERAI, "serve", "--quiet", work / name], stdout=subprocess.PIPE, stderr=open(work / f"{name}.err", "a"),
                         text=True, env={**os.environ, "SERAI_DATA": str(SOURCE)})
    running.append(p)
    return p, p.stdout.readline().strip().rstrip("/")


def stop(p):
    p.send_signal(signal.SIGTERM)
    return p.wait(30)


def curl(url, *args, cert):
    got = subprocess.run(["curl", "-sk", "--noproxy", "*", "--max-time", "20", "-w", "\n%{http_code}", "--cert", work / cert / "transport.pem",
                          "--key", work / cert / "transport.key", *args, url], capture_output=True)
    body, _, status = got.stdout.rpartition(b"\n")
    try:
        return int(status), json.loads(body)["error"]["reason"]
    except (ValueError, KeyError, TypeError):
        return int(status or 0), body.decode(errors="replace")


def get(url):
    try:
        with urllib.request.urlopen(url, timeout=60) as r:
            return r.status, r.read().decode()
    except urllib.error.HTTPError as e:
        return e.code, e.read().decode()


agreement = work / "agreement"
agreement.write_text((SOURCE / "agreements/eco.agreement").read_text().replace("witnessed when 6", "witnessed when 1"))
try:
    # Two members' nodes, and a desk of one of them.
    address = {}
    for m in ("KZ", "TR"):
        at = f"127.0.0.1:{free_port()}"
        address[m] = f"https://{at}"
        must("init", "--specimen", "--sign-in", "off", "--member", m, "--agreement", agreement, "--listen", "127.0.0.1:0", "--peer-listen", at,
             "--peer-address", address[m], work / m)
    line = must("init", "--edge", "--sign-in", "off", "--member", "KZ", "--name", "torugart.2", "--agreement", agreement, "--listen", "127.0.0.1:0", work / "desk")
    ok(re.fullmatch(r"[0-9a-f]{64} torugart\.2\n", line), "init --edge prints the line by which its member's node knows it", line)
    ok(not any((work / "desk" / f).exists() for f in ("node.key", "log.key", "witness.key", "signer.key")), "and makes no key that signs")
    fingerprint = {m: re.search(r"((?:[0-9a-f]{4} ){15}[0-9a-f]{4})", must("trust", "member", "list", "--node", work / m)).group(1)
                   for m in ("KZ", "TR")}
    everything = []
    for m in ("KZ", "TR"):
        must("trust", "acts", "--node", work / m, "--out", work / "one.acts")
        everything.append((work / "one.acts").read_text().rstrip("\n") + "\n")
    (work / "all.acts").write_text("\n".join(everything))
    for m in ("KZ", "TR", "desk"):
        must("join", "--node", work / m, "--agreement", agreement, "--from", work / "all.acts", "--out", work / "out",
             *(x for o in ("KZ", "TR") if o != m for x in ("--fingerprint", fingerprint[o])))
    roster = json.loads(must("member", "list", "--node", work / "desk", "--json"))
    ok([m["standing"] for m in roster["members"]].count("counts") == 2, "serai join gives an edge its roster", roster)
    with open(work / "KZ/node.conf", "a") as f:
        f.write("edges = edges\n")
    (work / "KZ/edges").write_text("# desks of KZ\n" + line)
    kz, tr, desk = start("KZ"), start("TR"), start("desk")

    # What it is given, and what not.
    https = address["KZ"]
    ok(curl(https + "/card", cert="desk")[0] == 200 and curl(https + "/logs", cert="desk")[0] == 200, "the edge reads card and logs")
    ok(curl(https + "/acts", cert="desk")[0] == 200, "and the acts")
    got = [curl(https + p, "-X", how, *more, cert="desk") for how, p, *more in
           (("GET", "/witness/pending"), ("POST", "/ask", "-H", "Content-Type: application/cose", "-d", "x"),
            ("POST", "/witness/add-checkpoint", "-d", "x"), ("POST", "/witness/cosignature", "-d", "x"),
            ("GET", "/witness/" + "0" * 64 + "/checkpoint"))]
    ok(set(got) == {(403, "edge")}, "it asks nothing and cosigns nothing: each 403 with its own reason", got)
    ok(curl(address["TR"] + "/card", cert="desk") == (403, "stranger"), "another member knows nothing of it")

    # All logs that its member has, and what is said in them.
    def logs(node):
        code, out, err = serai("sync", "status", "--node", work / node, "--json")
        return {x["origin"].rsplit("/", 1)[0]: x for x in json.loads(out)["logs"]} if out.startswith("{") else {}

    names = {"kz.specimen/trust/all", "tr.specimen/trust/all", "kz.specimen/index/all", "tr.specimen/index/all"}
    ok(until(lambda: names <= set(logs("desk"))), "the edge has the member's own logs and its mirrors of others'", logs("desk"))
    der = vectors("travel/vds/certs/dets32.der")
    if der:
        code, out, err = serai("trust", "propose", "--node", work / "TR", "--for", "visible seals", "--yes", der)
        ok(code == 0, "one member proposes a certificate", code, out, err)
        digest = hashlib.sha256(der.read_bytes()).hexdigest()
        ok(until(lambda: f"propose {digest}" in get(kz[1] + "/v1/trust/acts")[1]), "it is believed at the other node by itself",
           get(kz[1] + "/v1/trust/acts"), (work / "KZ.err").read_text()[-1500:])
        ok(until(lambda: f"propose {digest}" in get(desk[1] + "/v1/trust/acts")[1]), "and at the desk", (work / "desk.err").read_text()[-1500:])
        ok("BEGIN CERTIFICATE" in get(desk[1] + "/v1/trust/acts")[1], "with the certificate")
        ok(until(lambda: logs("desk")["tr.specimen/trust/all"]["held"] == 3), "the log came along: card, act, certificate", logs("desk"))

    # How old, and what stands still.
    def ready(node):
        return json.loads(get(node[1] + "/v1/ready")[1]).get("sync", {})

    def about(node, member):
        return next((m for m in ready(node).get("members", []) if m["member"] == member), {})

    ok(until(lambda: about(desk, "TR").get("age") is not None), "readiness has the age of each member's data", ready(desk))
    ok(about(desk, "KZ")["stale"] is False and about(desk, "KZ")["clock"] in (-1, 0, 1), "none is stale yet, and the clocks agree", ready(desk))
    ok(ready(kz)["witnesses"] == {"needed": 1, "reached": 1} and "witnesses" not in ready(desk), "who publishes is told whether its quorum is reached",
       ready(kz))
    text = get(desk[1] + "/metrics")[1]
    ok(re.search(r'serai_sync_age_seconds\{member="TR"\} \d', text) and 'serai_sync_stale{member="TR"} 0' in text, "metrics too", text[-1500:])

    # Alone.
    ok(stop(kz[0]) == 0, "the member's node is stopped")
    ok(get(desk[1] + "/v1/health")[0] == 200 and "admit" in get(desk[1] + "/v1/agreement/text")[1], "the desk goes on")
    ok(until(lambda: about(desk, "KZ").get("reached") is False), "it says that it does not reach it", ready(desk))
    shutil.copy(work / "TR/node.conf", work / "conf")
    port = tr[1].rsplit(":", 1)[1]
    (work / "TR/node.conf").write_text((work / "conf").read_text().replace("listen = 127.0.0.1:0", f"listen = 127.0.0.1:{port}", 1))
    stop(tr[0])
    tr = start("TR")

    def words():
        return {f["word"] for f in json.loads(serai("doctor", "--json", "--quick", work / "TR")[1])["findings"]}

    ok(until(lambda: "no-quorum" in words()), "doctor asks the running node: its quorum is not reached", words(), ready(tr))
    kz = start("KZ")
    ok(until(lambda: "no-quorum" not in words()), "and when it is again, nothing is said", words(), ready(tr))
    (work / "TR/node.conf").write_text((work / "conf").read_text())
    (work / "KZ/edges").write_text("# no desk\n")
    ok(curl(https + "/card", cert="desk") == (403, "stranger"), "taken out of the file it is a stranger")
    (work / "KZ/edges").write_text(line + "no pin\n")
    ok(curl(https + "/card", cert="desk") == (403, "edges"), "a file that cannot be read lets nobody in")

    # A restored node signs nothing.
    (work / "TR/restored").write_text("")
    for args in (("member", "suspend", "--yes", "--reason", "SPECIMEN", "--node", work / "TR", "KZ"),
                 ("member", "leave", "--yes", "--reason", "SPECIMEN", "--node", work / "TR"),
                 ("member", "rotate", "--yes", "--node", work / "TR"),
                 ("trust", "report", "--yes", "--reason", "SPECIMEN", "--node", work / "TR", "KZ")):
        before = sorted(p.name for p in (work / "TR/trust").rglob("*.act"))
        code, out, err = serai(*args)
        ok(code in (1, 2) and "restored" in err and before == sorted(p.name for p in (work / "TR/trust").rglob("*.act")),
           f"while it stands as restored: no serai {args[0]} {args[1]}", code, out, err)
    conf = (work / "TR/node.conf").read_text()
    (work / "TR/node.conf").write_text(conf.replace("peer-address = https://127", "peer-address = https://128"))
    code, out, err = serai("member", "card", "--new", "--node", work / "TR")
    ok(code == 2 and "restored" in err, "and no card", code, out, err)
    (work / "TR/node.conf").write_text(conf)
    os.unlink(work / "TR/restored")

    # A proof that is kept goes out as a file.
    for p in (desk[0], tr[0], kz[0]):
        stop(p)
    code, out, err = serai("sync", "fork", "--node", work / "desk", "tr.specimen/trust/all/2026")
    ok(code == 1 and out == "", "no proof is known of a log that has one history", code, out, err)
    with sqlite3.connect(work / "desk/store.db") as db:
        db.execute("UPDATE replicas SET fork = ? WHERE origin LIKE 'tr.specimen/trust/all/%'", (b"serai.fork/v1\nSPECIMEN\n",))
        (origin,) = db.execute("SELECT origin FROM replicas WHERE origin LIKE 'tr.specimen/trust/all/%'").fetchone()
    code, out, err = serai("sync", "fork", "--node", work / "desk", "--out", work / "proof", origin)
    ok(code == 0 and (work / "proof").read_bytes() == b"serai.fork/v1\nSPECIMEN\n", "one that is kept goes out byte for byte", code, out, err)
    ok(serai("sync", "fork", "--node", work / "desk", "kz.specimen/none/all/2026")[0] == 2, "a log that is not here is named as such")
finally:
    for p in running:
        if p.poll() is None:
            p.kill()
            p.wait()
    shutil.rmtree(work, ignore_errors=True)
done()
