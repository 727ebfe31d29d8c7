#!/usr/bin/env python3
"""The proof that a member signed two histories goes from one node to all, also of a log that they may not read; joining over HTTP."""
import base64
import hashlib
import json
import os
import pathlib
import shutil
import socket
import subprocess
import tempfile
import time

from tap import SERAI, SOURCE, done, ok, serai, until

work = pathlib.Path(tempfile.mkdtemp(prefix="serai-gossip-"))
env = {**os.environ, "SERAI_DATA": str(SOURCE)}
MEMBERS = "IR KZ TR".split()


def free_base():
    for base in range(23000 + os.getpid() % 200 * 10, 60000, 250):
        try:
            for port in [*range(base, base + 3), *range(base + 100, base + 103)]:
                with socket.socket() as s:
                    s.bind(("127.0.0.1", port))
            return base
        except OSError:
            continue
    raise SystemExit("Bail out! no free ports")


base = free_base()
box = work / "box"
code, out, err = serai("sandbox", "--members", " ".join(MEMBERS), "--base-port", base, "--make-only", box, env=env)
ok(code == 0, "three members", code, out, err)
running = {}


def start(m):
    running[m] = subprocess.Popen([SERAI, "serve", box / m], stdout=subprocess.PIPE, stderr=open(work / f"{m}.log", "a"), text=True, env=env)
    return running[m].stdout.readline().strip()


def twice(origin):
    """Two checkpoints of one size and two roots, signed with KZ's log key, as the proof that a witness keeps."""
    public = serai("key", "show", box / "KZ" / "log.key")[1].splitlines()[0].split("+", 2)[2]
    secret = (box / "KZ" / "log.key").read_text().strip().split("+", 4)[4]
    # The key of a member's logs has the log's own name in each of them.
    number = hashlib.sha256(origin.encode() + b"\n" + base64.b64decode(public)).hexdigest()[:8]
    (work / "renamed.key").write_text(f"PRIVATE+KEY+{origin}+{number}+{secret}\n")
    (work / "renamed.key").chmod(0o600)
    notes = []
    for text in ("one", "another"):
        (work / "line").write_text(text + "\n")
        folder = work / f"{text}-{origin.replace('/', '_')}"
        code, out, err = serai("log", "append", "--log", folder, "--key", work / "renamed.key", "--lines", work / "line")
        if code:
            raise SystemExit(f"Bail out! {out}{err}")
        notes.append((folder / "checkpoint").read_bytes())
    return b"serai.fork/v1\n\n" + b"".join(b"note %d\n" % len(n) + n for n in notes)


def name_of(origin):
    return hashlib.sha256(origin.encode()).hexdigest()


try:
    for m in MEMBERS:
        start(m)
    # As IR's witness kept it; TR is not of the audience of that log.
    secret = "kz.specimen/licence/ir-kz/2026"
    proof = twice(secret)
    place = box / "IR" / "logs" / "witness" / name_of(secret)
    place.mkdir(parents=True)
    (place / "fork").write_bytes(proof)
    for m in "IR", "TR", "KZ":
        ok(until((box / m / "logs" / "forks" / name_of(secret)).exists), f"the proof is at {m}", (work / f"{m}.log").read_text()[-500:])
    code, out, err = serai("sync", "fork", "--node", box / "TR", "--out", work / "proof", secret)
    ok(code == 0 and (work / "proof").read_bytes() == proof, "and given to whoever asks", code, out, err)
    code, out, err = serai("sync", "fork", "--node", box / "TR", "kz.specimen/trust/all/2026")
    ok(code == 1, "of another log there is none", code, out, err)

    def words(m):
        return {f["word"]: f for f in json.loads(serai("doctor", "--json", "--quick", box / m, env=env)[1])["findings"]}

    ok("two-histories" in words("TR") and secret in words("TR")["two-histories"]["seen"], "doctor tells it", words("TR").keys())
    ok("own-two-histories" in words("KZ"), "and KZ that somebody has its key", words("KZ").keys())

    # Somebody else's signatures, or a log of nobody, go no further.
    false = proof.replace(proof[-40:-10], b"A" * 30)
    other = "kz.specimen/trust/kz-tr/2026"
    for origin, bad in ((other, false), (other, proof), ("xx.specimen/trust/all/2026", proof)):
        place = box / "IR" / "logs" / "witness" / name_of(origin)
        place.mkdir(parents=True, exist_ok=True)
        (place / "fork").write_bytes(bad)
    time.sleep(12)
    ok({p.name for p in (box / "IR" / "logs" / "forks").iterdir()} == {name_of(secret)}, "what proves nothing is not passed on")

    # A log that is followed is followed no further.
    open_log = "kz.specimen/trust/all/2026"
    year = time.gmtime().tm_year
    open_log = f"kz.specimen/trust/all/{year}"
    ok(until(lambda: serai("sync", "status", "--node", box / "TR")[1].find(open_log) >= 0), "TR follows a log of KZ")
    place = box / "IR" / "logs" / "witness" / name_of(open_log)
    place.mkdir(parents=True, exist_ok=True)
    (place / "fork").write_bytes(twice(open_log))
    ok(until(lambda: f"STOPPED" in serai("sync", "status", "--node", box / "TR")[1]), "and stops when it hears of its two histories",
       serai("sync", "status", "--node", box / "TR"))

    # Beside the node that runs.
    code, out, err = serai("log", "streams", "--node", box / "IR")
    ok(code == 0 and "ir.specimen/index/all/" in out and "published" in out, "the streams of a node that runs are shown", code, out, err)

    # A newcomer takes acts and cards from a node itself.
    code, out, err = serai("init", "--specimen", "--sign-in", "off", "--member", "UZ", "--agreement", box / "IR" / "agreement", "--peer-address",
                           "https://127.0.0.1:9", work / "UZ", env=env)
    agreement = next(p for p in [box / "IR" / "agreement", *box.rglob("*.agreement"), SOURCE / "agreements/eco.agreement"] if p.is_file())
    if code:
        code, out, err = serai("init", "--specimen", "--sign-in", "off", "--member", "UZ", "--agreement", agreement, "--peer-address", "https://127.0.0.1:9",
                               work / "UZ", env=env)
    ok(code == 0, "a newcomer", code, out, err)
    url = f"http://127.0.0.1:{base}"
    code, out, err = serai("join", "--node", work / "UZ", "--agreement", agreement, "--from", url, "--out", work / "uz.acts", env=env)
    ok(code == 1 and "not confirmed" in out and "0 member keys confirmed" in out,
       "join --from URL believes no key that nobody confirmed", code, out, err)
    shown = [line.strip() for line in out.splitlines() if len(line.split()) == 16 and all(len(x) == 4 for x in line.split())]
    args = [x for f in shown for x in ("--fingerprint", f)]
    code, out, err = serai("join", "--node", work / "UZ", "--agreement", agreement, "--from", url + "/", "--out", work / "uz.acts", *args, env=env)
    ok(len(shown) == 3 and code == 0 and "3 member keys confirmed" in out, "and those whose fingerprints were read out", code, out, err, shown)
    code, out, err = serai("join", "--node", work / "UZ", "--agreement", work / "line", "--from", url, env=env)
    ok(code == 2, "another text of the agreement: nothing is fetched", code, out, err)
    code, out, err = serai("join", "--node", work / "UZ", "--agreement", agreement, "--from", "http://127.0.0.1:9", env=env)
    ok(code == 2 and "Connection refused" in err or "unreachable" in err or "connect" in err.lower(), "nobody there", code, out, err)
finally:
    for p in running.values():
        p.terminate()
    for p in running.values():
        p.wait(timeout=60)
shutil.rmtree(work)
done()
