"""Set-up shared by the tests against independent implementations: their packages, their programs, chance."""
import atexit
import fcntl
import json
import os
import pathlib
import random
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "e2e"))
import tap  # noqa: E402

SEED = int(os.environ.get("SERAI_SEED", "9303"))
chance = random.Random(SEED)


def lacking(why):
    """Ends the test as skipped; as failed where everything must be there (CI)."""
    if os.environ.get("CI"):
        tap.ok(False, f"needs {why}")
    else:
        tap.skip(HERE.name, f"needs {why}")
    tap.done()


def need(*programs):
    gone = [p for p in programs if not shutil.which(p)]
    if gone:
        lacking(", ".join(gone))


def missing_packages():
    """Why the npm packages of package-lock.json are not there, or None; installed once, also when several tests ask at a time."""
    gone = [p for p in ("node", "npm") if not shutil.which(p)]
    if gone:
        return ", ".join(gone)
    lock = (HERE / "package-lock.json").read_bytes()
    stamp = HERE / "node_modules/.installed"
    with open(HERE / "package.json") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        if stamp.exists() and stamp.read_bytes() == lock:
            return None
        done = subprocess.run(["npm", "ci"], cwd=HERE, capture_output=True, text=True)
        if done.returncode:
            said = done.stderr.strip().splitlines()
            return "the npm packages of tests/interop, which cannot be installed now: " + (said[-1] if said else "npm ci failed")
        stamp.write_bytes(lock)
    return None


def packages():
    why = missing_packages()
    if why:
        lacking(why)


def node(script, given, timeout=200):
    """What a script of this folder answers to a JSON value."""
    done = subprocess.run(["node", str(HERE / script)], input=json.dumps(given).encode(), capture_output=True,
                          timeout=timeout)
    if done.returncode:
        tap.ok(False, f"{script} runs", done.stderr.decode(errors="replace"))
        tap.done()
    return json.loads(done.stdout)


def run(*args, stdin=None):
    """(exit code, bytes written, errors) of another program."""
    done = subprocess.run([str(a) for a in args], input=stdin, capture_output=True, timeout=100)
    return done.returncode, done.stdout, done.stderr.decode(errors="replace")


def must(*args, stdin=None):
    code, out, err = run(*args, stdin=stdin)
    if code:
        tap.ok(False, " ".join(map(str, args))[:300], err)
        tap.done()
    return out


def package_version(name):
    return json.loads((HERE / "node_modules" / name / "package.json").read_text())["version"]


def against(*peers):
    """Says in the log what this run compares with."""
    print(f"# against {', '.join(peers)}; SERAI_SEED={SEED}", flush=True)


def none_differ(differing, what):
    """One result for many cases: the first that differ are shown."""
    tap.ok(not differing, what, f"{len(differing)} differ", *differing[:4])


def scratch():
    """A folder that goes away with the test."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix="serai-interop-"))
    atexit.register(shutil.rmtree, folder, True)
    return folder
