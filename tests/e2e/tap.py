"""A few lines of TAP for tests that drive the program from outside."""
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

SOURCE = pathlib.Path(os.environ.get("SERAI_SOURCE", pathlib.Path(__file__).resolve().parents[2]))
BUILD = pathlib.Path(os.environ.get("SERAI_BUILD", SOURCE / "build"))
SERAI = BUILD / "serai"
VECTORS = pathlib.Path(os.environ.get("SERAI_VECTORS", SOURCE.parent / "shared/data"))

_count = 0
_failed = 0


def noon_zone():
    """The offset of a place where it is about noon, for posts: what is left of a day does not depend on when a test runs."""
    return f"{12 - time.gmtime().tm_hour:+03d}:00"


def ok(holds, what, *detail):
    global _count, _failed
    _count += 1
    print(f"{'ok' if holds else 'not ok'} {_count} - {what}", flush=True)
    if not holds:
        _failed += 1
        for d in detail:
            print(f"#   {str(d)[:1500]}", flush=True)
    return holds


def skip(what, why):
    global _count
    _count += 1
    if os.environ.get("CI") and why.startswith("vectors"):
        return ok(False, what, why)
    print(f"# {why}\nok {_count} - {what} # skip {why}", flush=True)


def vectors(relative):
    """The path of shared vectors, or None after saying that they are skipped."""
    path = VECTORS / relative
    if path.exists():
        return path
    skip(relative, f"vectors {relative} not found: set SERAI_VECTORS")
    return None


def serai(*args, stdin=None, timeout=60, env=None):
    """(exit code, stdout, stderr) of one command."""
    done = subprocess.run([str(SERAI), *map(str, args)], input=stdin, capture_output=True, timeout=timeout,
                          env={**os.environ, **(env or {})})
    return done.returncode, done.stdout.decode(errors="replace"), done.stderr.decode(errors="replace")


def pdf_text(path):
    """What a PDF says, without the marks of direction that the tool adds, blanks as one."""
    said = subprocess.run(["pdftotext", path, "-"], capture_output=True, text=True, check=True).stdout
    return " ".join(re.sub("[\u200e\u200f\u202a-\u202e\u2066-\u2069]", "", said).split())


def on_paper(url, body=None, accept="application/pdf", headers=None):
    """(status, content type, what it says) of an answer asked for on paper; of one that is none its text."""
    data = json.dumps(body).encode() if body is not None else None
    request = urllib.request.Request(url, data, {"Accept": accept, **({"Content-Type": "application/json"} if data else {}), **(headers or {})})
    try:
        with urllib.request.urlopen(request, timeout=60) as r:
            status, kind, got = r.status, r.headers["Content-Type"], r.read()
    except urllib.error.HTTPError as e:
        status, kind, got = e.code, e.headers["Content-Type"], e.read()
    if not got.startswith(b"%PDF"):
        return status, kind, got.decode(errors="replace")
    with tempfile.NamedTemporaryFile(suffix=".pdf") as file:
        file.write(got)
        file.flush()
        return status, kind, pdf_text(file.name)


def until(holds, seconds=60, pause=0.1):
    """What holds() says, as soon as it is true, or at the end. Long enough for a machine that is busy: nothing is timed by it."""
    end = time.monotonic() + seconds
    while not (got := holds()) and time.monotonic() < end:
        time.sleep(pause)
    return got


def inspect(*args, stdin=None):
    """(exit code, objects) of serai inspect --json."""
    code, out, err = serai("inspect", "--json", *args, stdin=stdin)
    try:
        return code, [json.loads(line) for line in out.splitlines()]
    except ValueError:
        return code, [{"result": "no JSON", "stdout": out, "stderr": err}]


def done():
    print(f"1..{_count}")
    sys.exit(_failed != 0)
