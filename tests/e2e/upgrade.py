#!/usr/bin/env python3
"""Two versions side by side: a node of the version before, the new version tried beside it on a restored back-up, and the way back."""
import pathlib
import shutil
import signal
import sqlite3
import subprocess
import tempfile

from tap import SERAI, SOURCE, done, ok, serai

work = pathlib.Path(tempfile.mkdtemp(prefix="serai-upgrade-"))
ENV = {"SERAI_DATA": str(SOURCE)}
old, new, backup = work / "old", work / "new", work / "backup"


def run(*args, code=0, what=None):
    got, out, err = serai(*args, env=ENV)
    ok(got == code, what or " ".join(map(str, args[:2])), got, out, err)
    return out, err


def version(folder, to=None):
    db = sqlite3.connect(folder / "store.db")
    if to:
        db.execute(f"PRAGMA user_version = {to}")
    found = db.execute("PRAGMA user_version").fetchone()[0]
    db.close()
    return found


class Node:
    """One that serves, until the block ends."""

    def __init__(self, folder):
        self.folder = folder

    def __enter__(self):
        self.process = subprocess.Popen([SERAI, "serve", "--quiet", self.folder], stdout=subprocess.PIPE, text=True,
                                        env={**ENV, "PATH": "/usr/bin"})
        self.url = self.process.stdout.readline().strip()
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(30)


# A node as the version before left it: a store of schema 3, with what it recorded.
run("init", "--specimen", "--sign-in", "off", "--member", "KZ", "--listen", "127.0.0.1:0", old)
for f in old.glob("store.db*"):
    f.unlink()
db = sqlite3.connect(old / "store.db")
db.executescript((SOURCE / "tests/vectors/store/version-3.sql").read_text())
db.close()
ok(version(old) == 3, "the version before left schema 3")

# The new version leaves the store alone until it serves: a back-up of before is the version before's to make.
run("store", "verify", old, code=2, what="what only reads says that it is older")
ok(version(old) == 3, "and changes nothing")
_, err = run("backup", "--node", old, "--out", backup, code=2, what="no back-up of a store of the version before")
ok("schema version 3" in err and not backup.exists(), "and it says why", err)
ok(version(old) == 3, "it is not brought up to date by that")

# Tried in another folder, on a copy.
shutil.copytree(old, new)
with Node(new) as node:
    ok(node.url.startswith("http"), "it serves there", node.url)
latest = len(list((SOURCE / "src/store/migrations").glob("*.sql")))
ok(version(new) == latest, "its store is brought up to date")
db = sqlite3.connect(new / "store.db")
ok([db.execute(f"SELECT count(*) FROM {t}").fetchone()[0] for t in ("checks", "movements", "cases", "case_bodies", "case_events", "register")] == [2, 2, 2, 2, 1, 1],
   "with all that was in it")
db.close()
ok(version(old) == 3, "the one beside it was not touched")

# A back-up without keys, restored beside it with another listen and no node key, serves as well.
tried = work / "tried"
run("backup", "--node", new, "--out", backup)
run("restore", backup, tried)
ok(not list(tried.rglob("*.key")), "no key is in the folder it is tried in")
kept = [line for line in (tried / "node.conf").read_text().splitlines(True)
        if not line.startswith(("listen", "node-key", "log-key", "witness-key", "transport-", "tls-", "signer-"))]
(tried / "node.conf").write_text("".join(kept) + "listen = 127.0.0.1:0\n")
refused = subprocess.run([SERAI, "serve", "--quiet", tried], capture_output=True, text=True, timeout=60, env={**ENV, "PATH": "/usr/bin"})
ok(refused.returncode == 2 and "traveller.key is missing" in refused.stderr, "what is missing is named", refused.stderr)
shutil.copy(new / "traveller.key", tried)
with Node(new) as node, Node(tried) as beside:
    ok(node.url.startswith("http") and beside.url.startswith("http") and node.url != beside.url, "both serve, side by side",
       node.url, beside.url)

# As the version before sees a store of this one: a schema that it does not know.
version(new, 99)
refused = subprocess.run([SERAI, "serve", "--quiet", new], capture_output=True, text=True, timeout=60, env={**ENV, "PATH": "/usr/bin"})
ok(refused.returncode == 2 and "later" in refused.stderr, "an older version refuses a newer store, and says so", refused.stderr)
ok(version(new) == 99, "and leaves it as it is")

# Back: what the version before wrote is as it was.
ok(version(old) == 3, "the version before goes on with its own")
shutil.rmtree(work)
done()
