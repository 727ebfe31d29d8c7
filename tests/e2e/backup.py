#!/usr/bin/env python3
"""A whole node backed up while it runs, verified, damaged, restored; its log goes on only after it asked who kept its tail."""
import io
import json
import pathlib
import shutil
import signal
import subprocess
import tarfile
import tempfile
import time
import urllib.request

from tap import SERAI, SOURCE, done, ok, serai

work = pathlib.Path(tempfile.mkdtemp(prefix="serai-backup-"))
ENV = {"SERAI_DATA": str(SOURCE)}
LINES = "P<KAZSPECIMEN<<AIGERIM<<<<<<<<<<<<<<<<<<<<<<\nN123456785KAZ9005145F3105135<<<<<<<<<<<<<<<2"
kz, backup = work / "kz", work / "kz.backup"
log = kz / "logs/licence/all/2026"


def run(*args, code=0, what=None):
    got, out, err = serai(*args, env=ENV)
    ok(got == code, what or " ".join(map(str, args[:2])), got, out, err)
    return out, err


def lines(n):
    (work / "lines").write_text("".join(f"entry {i}\n" for i in range(n)))
    return work / "lines"


def append(folder, n, *args):
    return serai("log", "append", "--log", folder, "--key", work / "kz.key", "--lines", *args, lines(n))


run("init", "--specimen", "--sign-in", "off", "--member", "KZ", "--listen", "127.0.0.1:0", kz)
vkey = run("log", "key", "--name", "kz.specimen/licence/all/2026", "--out", work / "kz.key")[0].strip()
log.parent.mkdir(parents=True)
append(log, 300)
(kz / "bodies").mkdir()
(kz / "bodies/000").write_bytes(b"SPECIMEN body")
(kz / "secret").write_text("PRIVATE+KEY+other+00000000+AAAA\n")   # a key under another name
(kz / "maintenance").touch()
(kz / "elsewhere").symlink_to("/etc")
(work / "passphrase").write_text("SPECIMEN passphrase 1\n")

node = subprocess.Popen([SERAI, "serve", "--quiet", kz], stdout=subprocess.PIPE, text=True, env={**ENV, "PATH": "/usr/bin"})
url = node.stdout.readline().strip()
(kz / "maintenance").unlink()
time.sleep(1.1)


def check(number, at=None):
    body = {"id": f"check-{number}", "travel": {"purpose": "pilgrimage", "mode": "air"}, "movement": "none", "document_examined": True,
            "evidence": [{"kind": "mrz", "text": LINES}]}
    request = urllib.request.Request((at or url) + "v1/check", json.dumps(body).encode(), {"Content-Type": "application/json"})
    return json.load(urllib.request.urlopen(request, timeout=60))


first = check(1)
try:
    out, err = run("backup", "--node", kz, "--out", backup, "--with-keys", "--passphrase-file", work / "passphrase", "--json", what="made while it runs")
finally:
    check(2)
    node.send_signal(signal.SIGTERM)
    node.wait(30)
said = json.loads(out)
ok(said["logs"] >= 1 and said["keys"] and said["signed"] and said["member"] == "KZ", "what it says of itself", said)
ok("link elsewhere" in said["left_out"], "a link is not followed, and said", said["left_out"])
ok(oct(backup.stat().st_mode)[-3:] == "600", "nobody else reads it")
names = tarfile.open(backup).getnames()
ok("node.conf" in names and "store.db" in names and "bodies/000" in names and "keys.locked" in names, "tar lists it", names)
ok(not [n for n in names if n.endswith(".key") or n == "secret" or ".keep" in n or n in ("maintenance", "elsewhere") or n.endswith("-wal")],
   "no key in the clear, nothing kept of a signature, nothing of a moment", names)
whole = backup.read_bytes()
ok(not [k for k in kz.rglob("*.key") if k.read_bytes()[:400] in whole], "no key's bytes are in it")
unpacked = work / "unpacked"
unpacked.mkdir()
subprocess.run(["tar", "-xf", backup, "-C", unpacked], check=True)
summed = subprocess.run(["sha256sum", "--quiet", "-c", "MANIFEST"], cwd=unpacked, capture_output=True, text=True)
ok(summed.returncode == 0, "sha256sum agrees with the manifest", summed.stdout, summed.stderr)
run("backup", "--node", kz, "--out", backup, code=2, what="not in place of another")

node_key = run("trust", "key", "--node", kz)[0]
parts = (kz / "trust/members").read_text().split()
vnode = next((p for p in parts if p.startswith("kz.specimen+")), None)
run("backup", "verify", backup, what="verify")
run("backup", "verify", "--with-keys", "--passphrase-file", work / "passphrase", backup, what="verify with its keys")
if vnode:
    run("backup", "verify", "--key", vnode, backup, what="signed by the node key")
run("backup", "verify", "--key", vkey, backup, code=1, what="not by another key")
(work / "wrong").write_text("another passphrase\n")
run("backup", "verify", "--with-keys", "--passphrase-file", work / "wrong", backup, code=2, what="another passphrase")
run("backup", "--node", kz, "--out", work / "x", "--with-keys", "--passphrase-file", "/dev/null", code=2, what="no passphrase")


def altered(what, change):
    bad = work / "bad"
    bad.write_bytes(change(bytearray(whole)))
    got, out, err = serai("backup", "verify", bad, env=ENV)
    ok(got == 1, f"found: {what}", got, out, err)
    got, out, err = serai("restore", bad, work / "bad-node", env=ENV)
    ok(got == 1 and not (work / "bad-node").exists(), f"not restored: {what}", got, err)


def flip(at):
    def change(data):
        data[at] ^= 1
        return data
    return change


def rewrite(edit):
    """As somebody with tar would alter it: digests of the archive fit, those of the manifest do not."""
    def change(data):
        out, source = io.BytesIO(), tarfile.open(fileobj=io.BytesIO(bytes(data)))
        with tarfile.open(fileobj=out, mode="w", format=tarfile.USTAR_FORMAT) as t:
            for m in source.getmembers():
                name, content = edit(m.name, source.extractfile(m).read())
                if name:
                    info = tarfile.TarInfo(name)
                    info.size = len(content)
                    t.addfile(info, io.BytesIO(content))
        return out.getvalue()
    return change


altered("a byte of the store", flip(whole.index(b"SQLite format 3") + 5000))
altered("a byte of a header", flip(10))
altered("cut", lambda d: d[:len(d) // 2])
altered("bytes behind its end", lambda d: d + b"x" * 512)
altered("no archive", lambda d: b"x" * 2000)
altered("node.conf exchanged", rewrite(lambda n, c: (n, c + b"# more\n") if n == "node.conf" else (n, c)))
altered("a file taken out", rewrite(lambda n, c: (None, c) if n == "bodies/000" else (n, c)))
altered("a file outside", rewrite(lambda n, c: ("../evil", c) if n == "bodies/000" else (n, c)))
altered("an absolute name", rewrite(lambda n, c: ("/tmp/evil", c) if n == "bodies/000" else (n, c)))
altered("the manifest taken out", rewrite(lambda n, c: (None, c) if n.startswith("MANIFEST") else (n, c)))
altered("another digest signed", rewrite(lambda n, c: (n, c.replace(b"kz.specimen\n2", b"kz.specimen\n3")[:-200] + c[-200:].replace(b"\n\n", b"\n0\n\n")) if n == "MANIFEST.note" else (n, c)))

# --- life goes on; a mirror has what came after the backup; then the machine is lost ---
append(log, 400)
mirror = work / "mirror"
shutil.copytree(log, mirror)
shutil.move(kz, work / "lost")
shutil.move(log.parent / "2026.keep", work / "x.keep") if (log.parent / "2026.keep").exists() else None
out, err = run("restore", "--with-keys", "--passphrase-file", work / "passphrase", backup, kz, what="restored")
ok((kz / "restored").exists() and (kz / "node.key").read_bytes() == (work / "lost/node.key").read_bytes(), "with its keys, and marked")
ok(oct((kz / "node.key").stat().st_mode)[-3:] == "600" and (kz / "secret").exists(), "which nobody else reads")
run("restore", backup, kz, code=2, what="not over a folder that is there")
run("doctor", "--json", kz, code=3)
node = subprocess.Popen([SERAI, "serve", "--quiet", kz], stdout=subprocess.PIPE, text=True, env={**ENV, "PATH": "/usr/bin"})
at = node.stdout.readline().strip()
try:
    again = check(1, at)
    ok(again["repeated"] and again["receipt"] == first["receipt"], "what was recorded before the backup is there")
    ok(not check(2, at)["repeated"], "what came after it is not")
finally:
    node.send_signal(signal.SIGTERM)
    node.wait(30)

code, out, err = append(log, 1)
ok(code == 1 and "not known" in err, "the log is not signed after a restore", code, out, err)
recover = ("log", "recover", "--log", log, "--key", work / "kz.key")
out, err = run(*recover, "--from", work / "nowhere-dir", "--from", "http://127.0.0.1:9/log", code=3, what="somebody has not answered")
ok("waiting" in out, "it says so", out)
code, out, err = append(log, 1)
ok(code == 1, "still not signed", code, err)
out, err = run(*recover, "--from", mirror, what="recovered from a mirror")
ok("done" in out and "700" in out, "the tail is back", out)
code, out, err = append(log, 5)
ok(code == 0 and "705 entries" in out, "and it goes on", out, err)
run("log", "verify", "--key", vkey, "--since", mirror / "checkpoint", log, what="grown out of what the mirror has")

shutil.rmtree(work / "lost2", ignore_errors=True)
run("restore", backup, work / "lost2", what="restored without keys")
lost = work / "lost2/logs/licence/all/2026"
ok(not (work / "lost2/node.key").exists(), "no key is there")
seen = work / "seen"
seen.mkdir()
shutil.copy(mirror / "checkpoint", seen)   # as a witness keeps it: no entries
out, err = run("log", "recover", "--log", lost, "--key", work / "kz.key", "--from", seen, code=1, what="the tail is lost everywhere")
ok("lost" in out and "epoch" in out, "and it is said what to do", out)
code, out, err = append(lost, 1)
ok(code == 1, "and never signed again", code, err)
shutil.rmtree(work)
done()
