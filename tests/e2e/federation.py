#!/usr/bin/env python3
"""Ten members' nodes live: records witnessed and replicated, questions, a killed node, strangers, a restored node, a cut link."""
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
import urllib.request

from tap import SERAI, SOURCE, done, ok, serai, skip, until

MEMBERS = "AF AZ IR KG KZ PK TJ TM TR UZ".split()
QUORUM = DECIDE = 6
PEERS = 100
work = pathlib.Path(tempfile.mkdtemp(prefix="serai-federation-"))
env = {**os.environ, "SERAI_DATA": str(SOURCE)}
running = {}
(work / "record").write_text("SPECIMEN record")
(work / "passphrase").write_text("SPECIMEN passphrase 1\n")


def must(*args, code=0):
    got, out, err = serai(*args, env=env)
    if got != code:
        ok(False, " ".join(map(str, args)), got, out, err)
    return out


def free_base(n):
    """A port from which n are free, and n more a hundred above."""
    for base in range(21000 + os.getpid() % 200 * 10, 60000, 250):
        try:
            for port in [*range(base, base + n), *range(base + PEERS, base + PEERS + n)]:
                with socket.socket() as s:
                    s.bind(("127.0.0.1", port))
            return base
        except OSError:
            continue
    raise SystemExit("Bail out! no free ports")


class Box:
    """The nodes of a sandbox, each started and stopped by itself; `inside` is what a command for a member is run with."""

    def __init__(self, name, members, inside=None):
        self.root, self.members, self.inside = work / name, members, inside or {}
        self.base = free_base(len(members))
        must("sandbox", "--members", " ".join(members), "--base-port", self.base, "--make-only", self.root)

    def url(self, m):
        return f"http://127.0.0.1:{self.base + self.members.index(m)}"

    def peer(self, m):
        return f"https://127.0.0.1:{self.base + PEERS + self.members.index(m)}"

    def start(self, *members):
        for m in members:
            running[self, m] = subprocess.Popen([*self.inside.get(m, ()), SERAI, "serve", "--quiet", self.root / m], stdout=subprocess.PIPE,
                                                stderr=open(self.root / f"{m}.log", "a"), text=True, env=env)
        for m in members:
            lines = [running[self, m].stdout.readline() for _ in range(2)]
            if not lines[1].startswith("members: "):
                ok(False, f"{m} starts", lines, (self.root / f"{m}.log").read_text())

    def stop(self, m, sig=signal.SIGTERM):
        p = running.pop((self, m))
        p.send_signal(sig)
        return p.wait(40)

    def at(self, m, *args):
        """(exit code, output) of a command where this member's node is."""
        p = subprocess.run([*self.inside.get(m, ()), SERAI, *map(str, args)], capture_output=True, text=True, timeout=60, env=env)
        return p.returncode, p.stdout + p.stderr

    def get(self, m, path):
        p = subprocess.run([*self.inside.get(m, ()), "curl", "-s", "--noproxy", "*", "--max-time", "10", self.url(m) + path], capture_output=True)
        return p.stdout.decode()

    def ready(self, m):
        return json.loads(self.get(m, "/v1/ready") or "{}")

    def publish(self, m, n=1):
        """The index of the first record, None when it was refused."""
        code, out = self.at(m, "log", "publish", "--url", self.url(m), "--stream", "licence", "--type", "licence-status", "--subject", "SPECIMEN 1",
                            *[work / "record"] * n)
        found = re.match(r"(\S+) (\d+)\n", out) if code == 0 else None
        return int(found.group(2)) if found else None

    def log(self, m):
        """(published, witnessed) of the stream as its node says."""
        text = self.get(m, "/metrics")
        return tuple(int(n.group(1)) if (n := re.search(rf'serai_log_{what}{{origin="{m.lower()}.specimen/licence/all/\d+"}} (\d+)', text)) else 0
                     for what in ("published", "witnessed"))

    def replica(self, at, of):
        out = json.loads(self.at(at, "sync", "status", "--node", self.root / at, "--json")[1].splitlines()[0])
        return next((x for x in out["logs"] if x["origin"].startswith(f"{of.lower()}.specimen/licence/")), {})

    def have(self, at, of, n):
        """That node holds n records of the other, all witnessed, with their bodies."""
        r = self.replica(at, of)
        return not r.get("stopped") and all(r.get(k, 0) == n for k in ("held", "size", "witnessed", "bodies"))

    def ask(self, at, of, number="SPECIMEN-0001"):
        return self.at(at, "licence", "ask", "--url", self.url(at), "--to", of, "--number", number, "--purpose", "road-check", "--seconds", "4")


def curl(box, at, path, cert=None):
    who = ["--cert", f"{cert}.pem", "--key", f"{cert}.key"] if cert else []
    p = subprocess.run(["curl", "-sk", "--noproxy", "*", "--max-time", "10", *who, box.peer(at) + path], capture_output=True)
    try:
        return json.loads(p.stdout)["error"]["reason"]
    except (ValueError, KeyError):
        return p.stdout.decode()


def published(box):
    box.start(*MEMBERS)
    ok(until(lambda: all(box.ready(m).get("federation", {}).get("ready") for m in MEMBERS)), "ten nodes run, and each reaches all others",
       {m: box.ready(m).get("federation") for m in MEMBERS})
    ok(box.publish("KZ") == 0, "a record is published by the node that runs")
    code, out, err = serai("log", "publish", "--node", box.root / "KZ", "--stream", "licence", "--type", "t", work / "record", env=env)
    ok(code == 2 and "--url" in err, "and by nobody else meanwhile", code, err)
    ok(until(lambda: box.log("KZ") == (1, 1)), "a quorum of the others' witnesses cosigns it", box.log("KZ"))
    note = next((box.root / "KZ/logs/own/licence/all").glob("*/witnessed")).read_text()
    who = set(re.findall(r"^— (\w\w)\.specimen/witness ", note, re.M))
    ok(len(who) >= QUORUM and "kz" not in who, f"{len(who)} members stand under it, its own is none of them", note)
    others = [m for m in MEMBERS if m != "KZ"]
    ok(until(lambda: all(box.have(m, "KZ", 1) for m in others)), "and it is at the nine others, witnessed, with its body",
       {m: box.replica(m, "KZ") for m in others})
    seen = json.loads(box.get("IR", "/v1/federation"))
    of = {m["member"]: m for m in seen["members"]}
    log = next((x for x in of["KZ"]["logs"] if x["stream"] == "licence"), {})
    ok(sorted(of) == MEMBERS and of["IR"]["own"] and all(of[m]["reached"] and of[m]["standing"] == "counts" for m in others if m != "IR"),
       "a node says of each member that it is reached and counts", seen)
    ok((log.get("held"), log.get("size"), log.get("witnessed"), log.get("two_histories")) == (1, 1, 1, False) and seen["needed"] == QUORUM, "and what it keeps of its logs", log)


def questions(box):
    for number, code, word in (("SPECIMEN-0001", 0, "valid"), ("SPECIMEN-0002", 1, "suspended"), ("NEVER-ISSUED", 3, "unknown")):
        got, out = box.ask("IR", "KZ", number)
        ok(got == code and word in out, f"a question over mutual TLS: {word}", got, out)


def killed(box):
    """While it publishes, at any moment of a commit."""
    acknowledged, gone = 1, threading.Event()

    def publisher():
        nonlocal acknowledged
        while not gone.is_set():
            acknowledged += box.publish("KZ", 3) is not None and 3

    writers = threading.Thread(target=publisher)
    writers.start()
    time.sleep(3)
    box.stop("KZ", signal.SIGKILL)
    gone.set()
    writers.join()
    code, out = box.ask("IR", "KZ")
    ok(code == 3 and "valid" not in out, "who was killed does not answer, and that is no answer", code, out)
    ok(box.publish("IR") == 0 and until(lambda: box.log("IR") == (1, 1)), "the others publish and witness without it", box.log("IR"))
    box.start("KZ")
    until(lambda: box.log("KZ")[1])
    n = box.log("KZ")[0]    # what was under way may count or not, as a whole
    ok(acknowledged > 3 and n - acknowledged in (0, 3), f"all {acknowledged} records that were acknowledged are there again", n)
    ok(until(lambda: box.log("KZ") == (n, n)), "and witnessed", box.log("KZ"))
    ok(until(lambda: all(box.have(m, "KZ", n) for m in ("AF", "UZ")) and box.have("KZ", "IR", 1)), "the others have them, and it has theirs",
       box.replica("AF", "KZ"), box.replica("KZ", "IR"))
    ok(until(lambda: box.ask("IR", "KZ")[0] == 0), "and it answers again", box.ask("IR", "KZ"))
    return n


def refused(box):
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ed25519", "-nodes", "-subj", "/CN=kz.specimen", "-keyout", work / "stranger.key", "-out",
                    work / "stranger.pem", "-days", "9"], capture_output=True, check=True)
    ok(curl(box, "IR", "/logs") == "stranger" and curl(box, "IR", "/logs", work / "stranger") == "stranger", "a stranger is refused")
    uz = box.root / "UZ/transport"
    ok("origin" in curl(box, "IR", "/logs", uz), "a member is not")
    for m in MEMBERS[:DECIDE]:
        must("member", "suspend", "--node", box.root / m, "--yes", "--reason", "SPECIMEN: two histories", "UZ")
    for m in MEMBERS[:DECIDE]:
        must("trust", "acts", "--node", box.root / m, "--out", work / "acts")
        for o in MEMBERS:
            if o != m:
                serai("trust", "receive", "--node", box.root / o, work / "acts", env=env)
    ok(until(lambda: all(curl(box, m, "/logs", uz) == "suspended" for m in MEMBERS if m != "UZ")), "six suspend one: all nodes that run refuse it",
       curl(box, "IR", "/logs", uz))
    box.publish("UZ")
    code, out = box.ask("UZ", "KZ")
    ok(code == 3 and "valid" not in out, "it is told nothing", code, out)
    time.sleep(6)
    ok(box.log("UZ") == (1, 0) and not box.replica("IR", "UZ"), "its records are cosigned and taken by nobody", box.log("UZ"), box.replica("IR", "UZ"))


def restored(box, n):
    """Published after the back-up: known to the others alone."""
    kz = box.root / "KZ"
    must("backup", "--node", kz, "--out", work / "kz.backup", "--with-keys", "--passphrase-file", work / "passphrase")
    for _ in range(3):
        n += box.publish("KZ", 2) is not None and 2
    ok(until(lambda: box.log("KZ") == (n, n) and box.have("IR", "KZ", n)), "more is published after a back-up", box.log("KZ"), box.replica("IR", "KZ"))
    box.stop("KZ")
    box.stop("AF")
    kz.rename(box.root / "KZ.damaged")
    must("restore", "--with-keys", "--passphrase-file", work / "passphrase", work / "kz.backup", kz)
    box.start("KZ")
    waits = until(lambda: "AF" in str(box.ready("KZ").get("federation", {}).get("detail")))
    ok(waits and (kz / "restored").exists(), "a restored node waits for the member that is away", box.ready("KZ"))
    ok(box.publish("KZ") is None, "and signs nothing meanwhile")
    box.start("AF")
    ok(until(lambda: not (kz / "restored").exists() and box.log("KZ")[0] == n), "it asks all others and gets its tail back", box.ready("KZ"),
       box.log("KZ"), (box.root / "KZ.log").read_text()[-1500:])
    ok(until(lambda: box.publish("KZ") == n) is True, "it signs again, from there")
    n += 1
    ok(until(lambda: box.log("KZ") == (n, n) and all(box.have(m, "KZ", n) for m in ("IR", "AF"))), "cosigned and taken as one history", box.log("KZ"),
       box.replica("IR", "KZ"), (box.root / "KZ.log").read_text()[-1500:])
    ok(not list(box.root.glob("*/logs/witness/*/fork")) and not list(box.root.glob("*/logs/witness/*/suspect")), "and nobody saw a fork")


def ip(*args):
    return subprocess.run(["ip", *args], capture_output=True, text=True)


def cut():
    """Four members; KZ in a network namespace of its own, behind a cable that is unplugged."""
    here, there = f"serai-a-{os.getpid()}", f"serai-b-{os.getpid()}"
    if os.geteuid() != 0 or ip("netns", "add", here).returncode:
        skip("a link that is cut and heals", "needs root and network namespaces")
        return
    try:
        ip("netns", "add", there)
        ip("-n", here, "link", "add", "cable", "type", "veth", "peer", "name", "cable", "netns", there)
        address = {here: "10.77.0.1", there: "10.77.0.2"}
        for ns, a in address.items():
            ip("-n", ns, "addr", "add", f"{a}/24", "dev", "cable")
            ip("-n", ns, "link", "set", "cable", "up")
            ip("-n", ns, "link", "set", "lo", "up")
        members = ["IR", "KZ", "TR", "UZ"]
        of = {m: here if m == "KZ" else there for m in members}
        box = Box("cut", members, {m: ("ip", "netns", "exec", of[m]) for m in members})
        moved = []
        for m in members:    # as an operator moves a node: node.conf, a new card, handed over
            conf = box.root / m / "node.conf"
            port = box.base + PEERS + members.index(m)
            conf.write_text(conf.read_text().replace(f"127.0.0.1:{port}", f"{address[of[m]]}:{port}"))
            must("member", "card", "--node", box.root / m, "--new", "--out", work / "card")
            moved.append((work / "card").read_text())
        for m in members:
            for card in moved:
                (work / "card").write_text(card)
                serai("trust", "receive", "--node", box.root / m, work / "card", env=env)
        box.start(*members)
        ok(box.publish("KZ") == 0 and until(lambda: box.log("KZ") == (1, 1) and box.have("IR", "KZ", 1)), "over a cable between two networks",
           box.log("KZ"), box.ready("KZ"))
        ip("-n", here, "link", "set", "cable", "down")
        ok(box.publish("KZ", 5) == 1, "the cable is cut: the member behind it goes on publishing")
        ok(box.publish("IR", 2) == 0 and until(lambda: box.log("IR") == (2, 2)), "the others go on publishing and witnessing", box.log("IR"))
        code, out = box.ask("IR", "KZ")
        ok(code == 3 and "valid" not in out, "a question to it is without an answer, soon", code, out)
        ok(box.log("KZ") == (6, 1) and box.have("IR", "KZ", 1), "what it published counts as published and not as witnessed", box.log("KZ"))
        ip("-n", here, "link", "set", "cable", "up")
        began = time.time()
        ok(until(lambda: box.log("KZ") == (6, 6) and all(box.have(m, "KZ", 6) for m in ("IR", "TR", "UZ")) and box.have("KZ", "IR", 2), 75),
           "the cable is mended: both sides catch up", box.log("KZ"), box.replica("IR", "KZ"), box.replica("KZ", "IR"))
        print(f"# caught up {time.time() - began:.0f} s after the cable was mended")
        ok(until(lambda: box.ask("IR", "KZ")[0] == 0), "and questions are answered")
        for m in members:
            box.stop(m)
    finally:
        for key in [k for k in running if k[0].root.name == "cut"]:
            key[0].stop(key[1], signal.SIGKILL)
        ip("netns", "del", here)
        ip("netns", "del", there)


def sandbox():
    """As newcomers run it: all in the foreground, gone when it is told to stop."""
    base, root = free_base(3), work / "box"
    p = subprocess.Popen([SERAI, "sandbox", "--members", "IR KZ TR", "--base-port", str(base), root], stdout=subprocess.PIPE, text=True, env=env)
    running[Box, "sandbox"] = p
    lines = [p.stdout.readline() for _ in range(4)]
    pids = [int(n) for n in re.findall(r"process (\d+)", "".join(lines))]
    ok(len(pids) == 3 and f"http://127.0.0.1:{base + 1}/" in lines[2], "a sandbox says where its nodes are", lines)
    ok(json.load(urllib.request.urlopen(f"http://127.0.0.1:{base + 2}/v1/ready", timeout=60))["ready"], "and they are ready")
    p.send_signal(signal.SIGTERM)
    code = p.wait(40)
    del running[Box, "sandbox"]
    ok(code == 0 and not any(pathlib.Path(f"/proc/{n}").exists() for n in pids), "told to stop it leaves no node behind", code, pids)
    code, out, err = serai("sandbox", "--members", "IR KZ", root, env=env)
    ok(code == 2 and "members already" in err, "a sandbox keeps its members", code, err)
    code, out, err = serai("sandbox", "--members", "IR XX", "--make-only", work / "none", env=env)
    ok(code == 2 and "no party" in err, "who is no party has no node", code, err)


began = time.time()
try:
    ten = Box("ten", MEMBERS)
    published(ten)
    questions(ten)
    count = killed(ten)
    refused(ten)
    restored(ten, count)
    for member in MEMBERS:
        code = ten.stop(member)
        if code:
            ok(False, f"{member} stops as asked", code, (ten.root / f"{member}.log").read_text()[-1500:])
    cut()
    sandbox()
    print(f"# {time.time() - began:.0f} s")
finally:
    for process in running.values():
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
    for process in running.values():
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
    if not os.environ.get("SERAI_KEEP"):
        shutil.rmtree(work)
done()
