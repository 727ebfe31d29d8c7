#!/usr/bin/env python3
"""The objects of the cyber service backed up while tools write: after kill -9 and a restore every object is there whose POST was answered before."""
import base64
import json
import pathlib
import shutil
import subprocess
import tempfile
import threading
import urllib.request

from tap import SERAI, SOURCE, done, ok, serai, until

work = pathlib.Path(tempfile.mkdtemp(prefix="serai-backup-cyber-"))
ENV = {"SERAI_DATA": str(SOURCE)}
kz, backup, again = work / "kz", work / "kz.backup", work / "again"
OWN = "11111111-2222-4333-8444-555555555555"
TAXII = "application/taxii+json;version=2.1"
BATCH = 3000
answered = []  # numbers of batches, in the order of their answers
running = {}


def start(folder):
    p = subprocess.Popen([SERAI, "serve", "--quiet", folder], stdout=subprocess.PIPE, text=True, env={**ENV, "PATH": "/usr/bin"})
    running[folder] = p
    return p.stdout.readline().strip()


def call(url, path, body=None):
    head = {"Accept": TAXII, "Authorization": "Basic " + base64.b64encode(b"tool:secret").decode()}
    if body is not None:
        head["Content-Type"] = TAXII
        body = json.dumps(body).encode()
    with urllib.request.urlopen(urllib.request.Request(url.rstrip("/") + path, body, head), timeout=120) as r:
        return json.loads(r.read() or b"null")


def indicator(batch, n):
    return {"type": "indicator", "spec_version": "2.1", "id": f"indicator--{batch:08x}-0000-4000-8000-{n:012x}", "created": "2026-01-01T00:00:00.000Z",
            "modified": "2026-01-01T00:00:00.000Z", "name": f"SPECIMEN {batch} {n}", "description": "SPECIMEN " * 20,
            "pattern": f"[domain-name:value = 'x{batch}-{n}.example']", "pattern_type": "stix", "valid_from": "2026-01-01T00:00:00Z"}


def write(url, end):
    for batch in range(1000):
        if end.wait(0.3):  # the disk is others' too
            return
        try:
            got = call(url, f"/cert/collections/{OWN}/objects/", {"objects": [indicator(batch, n) for n in range(BATCH)]})
        except OSError:
            return  # killed
        if got["success_count"] == BATCH:
            answered.append(batch)


def served(url):
    """Ids as the manifest has them, page by page, and how many objects come whole."""
    ids, after = set(), ""
    while True:
        page = call(url, f"/cert/collections/{OWN}/manifest/?limit=10000" + after)
        ids |= {o["id"] for o in page.get("objects", [])}
        if not page.get("more"):
            return ids
        after = "&next=" + page["next"]


def batches(ids):
    count = {}
    for i in ids:
        count[int(i[11:19], 16)] = count.get(int(i[11:19], 16), 0) + 1
    return count


try:
    ok(serai("init", "--specimen", "--sign-in", "off", "--member", "KZ", "--listen", "127.0.0.1:0", kz, env=ENV)[0] == 0, "a node")
    (work / "password").write_text("secret\n")
    keys = ["--with-keys", "--passphrase-file", work / "passphrase"]
    (work / "passphrase").write_text("SPECIMEN passphrase 1\n")
    account = serai("cyber", "account", "--password-file", work / "password", "tool", f"read={OWN}", f"write={OWN}", "tlp=amber", "cert")[1].strip()
    conf = kz / "node.conf"
    kept = [line for line in conf.read_text().splitlines() if not line.startswith("taxii-")]
    conf.write_text("\n".join([*kept, 'taxii-root = cert "CERT"', f'taxii-collection = cert {OWN} "own"', account]) + "\n")
    url = start(kz)
    end = threading.Event()
    writer = threading.Thread(target=write, args=(url, end))
    writer.start()
    ok(until(lambda: len(answered) >= 4, seconds=120), "a tool writes", answered)
    for n in range(3):  # at several moments: tails become segments meanwhile
        ok(until(lambda: len(answered) >= 4 * n + 4, seconds=120), f"{4 * n + 4} batches are answered", answered)
        before = list(answered)
        backup.unlink(missing_ok=True)
        code, out, err = serai("backup", "--node", kz, "--out", backup, *keys, "--json", env=ENV)
        ok(code == 0, "backed up while it writes", out, err)
        shutil.rmtree(again, ignore_errors=True)
        code, out, err = serai("restore", *keys, backup, again, env=ENV)
        listed = serai("cyber", "objects", "--node", again, "--limit", "1")
        ok(code == 0 and listed[0] == 0, "restored, and its objects open", out, err, listed)
    rest = len(answered)
    ok(until(lambda: len(answered) > rest, seconds=120), "which goes on")
    running[kz].kill()
    running[kz].wait(timeout=60)
    end.set()
    writer.join(timeout=120)
    print(f"# {len(before)} batches of {BATCH} before the back-up, {len(answered)} in all")

    there = batches(served(start(again)))
    ok(all(there.get(b) == BATCH for b in before), "every object is there that was answered before", before, there)
    ok(set(there.values()) <= {BATCH}, "no POST is there in part", there)
    ok(max(there) <= max(answered) + 1, "and nothing that nobody sent", there)
    at = running[again]
    at.terminate()
    at.wait(timeout=60)
    listed = serai("cyber", "collections", "--node", again)
    ok(listed[0] == 0 and str(sum(there.values())) in listed[1].replace(",", ""), "the index counts the same", listed, sum(there.values()))

    whole = batches(served(start(kz)))
    ok(all(whole.get(b) == BATCH for b in answered) and set(whole.values()) <= {BATCH}, "the node that was killed has all that it answered", whole)
finally:
    for p in running.values():
        if p.poll() is None:
            p.terminate()
            p.wait(timeout=60)
shutil.rmtree(work)
done()
