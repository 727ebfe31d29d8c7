#!/usr/bin/env python3
"""Indicators against logs, from outside: planted logs, following over rotation and kill -9, changes that reach a
running detector, exports that other programs read."""
import json
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile

import tap
from tap import SERAI, ok, serai, skip, until, vectors

HEAD = "#separator \\x09\n#set_separator\t,\n#fields\tts\tid.resp_h\tquery\n"


def watch_list(folder):
    path = folder / "watch.csv"
    path.write_text("id,type,value\nd1,domain,evil.example\na1,ip,192.0.2.7\nc1,cidr,198.51.100.0/24\n"
                    "u1,url,http://evil.example/a\nh1,md5,d41d8cd98f00b204e9800998ecf8427e\n")
    return path


def planted(folder):
    logs = vectors("cyber/logs/planted")
    if not logs:
        return
    lists = [x for f in sorted((tap.VECTORS / "cyber/lists/warninglists").iterdir()) for x in ("--warninglist", f)]
    image, warnings = folder / "planted.image", folder / "warnings.image"
    ok(serai("cyber", "compile", "--out", image, logs / "watch.csv")[0] == 0, "a list is compiled")
    ok(serai("cyber", "compile", "--warninglists", "--out", warnings, *lists[1::2])[0] == 0, "warning lists are compiled")
    want = sorted(json.dumps(json.loads(x), sort_keys=True) for x in (logs / "expected.jsonl").read_text().splitlines())
    for name, how in (("files", ["--indicators", logs / "watch.csv", *lists]),
                      ("images, side by side", ["--image", image, "--warninglist", warnings, "--threads", 3])):
        code, out, err = serai("cyber", "match", *how, *sorted(logs.glob("*.gz")))
        got = sorted(json.dumps(json.loads(x), sort_keys=True) for x in out.splitlines())
        ok(code == 1 and got == want, f"planted logs with {name}: every hit, and no other", err, len(got), len(want))


def match(*args):
    return subprocess.Popen([str(SERAI), "cyber", "match", *map(str, args)], stderr=subprocess.DEVNULL)


def counts(path):
    try:
        return {(r["indicator"], r["day"]): r["count"] for r in map(json.loads, path.read_text().splitlines())}
    except FileNotFoundError:
        return {}


def total(path):
    return sum(counts(path).values())


def killed(folder):
    """Killed at any place and started again, with rotation in between: hits and sightings as from one reading."""
    image, log = folder / "live.image", folder / "dns.log"
    serai("cyber", "compile", "--out", image, watch_list(folder))
    hits, seen, at = folder / "hits.jsonl", folder / "seen.jsonl", folder / "at.json"
    how = ["--image", image, "--follow", "--position", at, "--hits", hits, "--sightings", seen, "--observer", "cert", log]
    log.write_text(HEAD)
    written = 0
    for k in range(5):
        running = match(*how)
        with log.open("a") as f:
            for i in range(2000):
                f.write(f"{1700000000 + written}\t192.0.2.{7 if i % 10 == 0 else 8}\twww.{'evil' if i % 4 == 0 else 'ok'}.example\n")
                written += 1
        if k % 2 == 0:  # anywhere on its way: not before it has begun
            until(lambda: at.exists())
        else:           # when all of it is settled
            until(lambda: total(seen) == written // 10 + written // 4)
        running.send_signal(signal.SIGKILL)
        running.wait()
        if k == 2:
            log.rename(folder / "dns.log.1")
            log.write_text(HEAD)
    code, _, err = serai("cyber", "match", *["--once" if x == "--follow" else x for x in how])
    ok(total(seen) == written // 10 + written // 4, "sightings after five kills: none lost, none twice", counts(seen), written, err)
    lines = hits.read_text().splitlines()
    ok(len(lines) == total(seen) and all(json.loads(x) for x in lines), "hits in a file: none lost, none twice", len(lines), total(seen))
    code, _, err = serai("cyber", "match", *["--once" if x == "--follow" else x for x in how])
    ok(code == 0 and total(seen) == len(lines), "nothing new: nothing found", err)


def changed(folder):
    """Additions and withdrawals reach a detector that runs."""
    image, log, hits = folder / "run.image", folder / "run.log", folder / "run.hits"
    serai("cyber", "compile", "--out", image, watch_list(folder))
    more = folder / "more.csv"
    more.write_text("id,type,value\nd2,domain,new.example\n")
    log.write_text("")
    running = match("--image", image, "--follow", "--hits", hits, log)

    def found(value):
        """A line with this value is written until a hit or the marker behind it shows that it was looked at."""
        before = hits.read_text().count("\n") if hits.exists() else 0
        with log.open("a") as f:
            f.write(f"{value}\n192.0.2.7\n")
        until(lambda: hits.exists() and '"a1"' in "".join(hits.read_text().splitlines(True)[before:]), pause=0.02)
        return [json.loads(x)["indicator"] for x in hits.read_text().splitlines()[before:]][:-1]

    ok(found("evil.example") == ["d1"] and found("new.example") == [], "what the image has is found")
    ok(serai("cyber", "change", "--image", image, "--add", more, "--withdraw", "d1")[0] == 0, "a change is written")
    ok(until(lambda: found("new.example") == ["d2"], pause=0.02), "an addition counts")
    ok(until(lambda: found("evil.example") == [], pause=0.02), "a withdrawal counts")
    code, out, _ = serai("cyber", "image", "--json", image)
    ok(code == 0 and json.loads(out)["added_since"] == 1 and json.loads(out)["withdrawn_since"] == 1, "changes are shown", out)
    more.write_text("id,type,value\nd3,domain,third.example\na1,ip,192.0.2.7\n")
    serai("cyber", "compile", "--out", image, more)
    ok(until(lambda: found("third.example") == ["d3"], pause=0.02), "a new image is taken over")
    running.send_signal(signal.SIGTERM)
    ok(running.wait(timeout=60) == 1, "it ends when told, and says that something was found")


def wrong(folder):
    image = folder / "wrong.image"
    serai("cyber", "compile", "--out", image, watch_list(folder))
    data = bytearray(image.read_bytes())
    data[len(data) // 2] ^= 1
    image.write_bytes(data)
    code, _, err = serai("cyber", "match", "--image", image, watch_list(folder))
    ok(code == 2 and "not as it was written" in err, "an image that was changed is refused", err)
    ok(serai("cyber", "image", image)[0] == 1, "and said to be damaged")
    code, _, err = serai("cyber", "match", "--indicators", watch_list(folder), folder / "none.log")
    ok(code == 2 and "none.log" in err, "a log that is not there is named", err)
    code, out, err = serai("cyber", "match", "--json", "--indicators", watch_list(folder), "-", stdin=b"evil.example\nx y z\n")
    ok(code == 1 and json.loads(out)["indicator"] == "d1" and json.loads(err.splitlines()[-1])["unparsed"] == 1,
       "standard input, and a line that does not parse", out, err)


def exported(folder):
    for form in ("suricata-datasets", "zeek-intel", "dns-rpz"):
        code, out, err = serai("cyber", "export", "--to", form, "--out", folder / form, watch_list(folder))
        ok(code == 0, f"exported to {form}", out, err)
    rules = (folder / "suricata-datasets/serai.rules").read_text()
    ok("dataset:isset,serai-domain,type string,load serai-domain.lst" in rules and "-> 198.51.100.0/24 any" in rules, "rules name their sets", rules)
    check = shutil.which("named-checkzone") or "/usr/bin/named-checkzone"
    if os.access(check, os.X_OK):
        done = subprocess.run([check, "rpz.serai", str(folder / "dns-rpz/serai.rpz")], capture_output=True)
        ok(done.returncode == 0, "named-checkzone takes the zone", done.stdout)
    else:
        skip("named-checkzone takes the zone", "named-checkzone is not installed")


with tempfile.TemporaryDirectory() as place:
    for test in (planted, killed, changed, wrong, exported):
        folder = pathlib.Path(place) / test.__name__
        folder.mkdir()
        test(folder)
tap.done()
