#!/usr/bin/env python3
"""Stays and queues by day: from the lane's checks to what the node, the command and many questions tell of them."""
import csv
import datetime
import io
import json
import os
import pathlib
import re
import signal
import sqlite3
import subprocess
import tempfile
import urllib.error
import urllib.request

from tap import SERAI, SOURCE, done, noon_zone, ok, serai

work = pathlib.Path(tempfile.mkdtemp(prefix="serai-statistics-"))
ENV = {"SERAI_DATA": str(SOURCE)}
node = work / "ir"
today = datetime.datetime.now(datetime.timezone.utc).date()
hour = datetime.datetime.now(datetime.timezone.utc).hour # about noon there


def digit(text):
    return str(sum(int(c, 36) * w for c, w in zip(text.replace("<", "0"), (7, 3, 1) * len(text))) % 10)


def lines(n):
    number, birth, expiry, rest = f"N7{n:07}", "900514", "310513", "<" * 14
    second = number + digit(number) + "KAZ" + birth + digit(birth) + "F" + expiry + digit(expiry) + rest + "<"
    return "P<KAZSPECIMEN<<AIGERIM<<<<<<<<<<<<<<<<<<<<<<\n" + second + digit(second[:10] + second[13:20] + second[21:43]) + "\n"


def day(n):
    return (today + datetime.timedelta(days=n)).isoformat()


code, out, err = serai("init", "--specimen", "--sign-in", "off", "--member", "IR", "--listen", "127.0.0.1:0", node, env=ENV)
ok(code == 0, "a node", err)
zone = noon_zone()
(node / "node.conf").write_text(re.sub(r"(?m)^utc-offset = .*", f"utc-offset = {zone}", (node / "node.conf").read_text()))


def check(n, on, movement, purpose="pilgrimage"):
    (work / "lines.txt").write_text(lines(n))
    code, out, err = serai("check", "--node", node, "--purpose", purpose, "--mode", "air", "--examined", "--json", "--movement", movement, "--id", f"{movement}-{n}",
                           "--at", f"{day(on)}T{hour:02}:00:00Z", work / "lines.txt", env=ENV)
    return json.loads(out) if out else {"verdict": err}


# Nine pilgrims, of whom six leave; a worker and two tourists, who are too few; one more pilgrim today.
for n in range(9):
    got = check(n, -12, "entry")
ok(got["verdict"] == "admit", "pilgrims enter", got["verdict"])
for n in range(6):
    check(n, -6, "exit")
for n, purpose in ((20, "tourism"), (21, "tourism"), (22, "treatment")):
    check(n, -12, "entry", purpose)
code_of = check(30, 0, "entry").get("code", "")

code, out, err = serai("stays", "count", "--node", node, "--days", "30", "--json", env=ENV)
told = json.loads(out) if code == 0 else {}
ok(code == 0 and told["from"] == day(-30) and told["to"] == day(-1) and told["least"] == 5, "counted", code, out[:200], err)
of = {(s["day"], s["purpose"]): s for s in told["stays"]}
ok({p for _, p in of} == {"work", "pilgrimage", "tourism", "treatment", "education", ""}, "a row for each purpose of the agreement, whoever came", {p for _, p in of})
ok([of[day(n), "pilgrimage"]["inside"] for n in (-13, -12, -7, -6, -2)] == [None, 5, 5, None, None], "nine are told as five, three not at all", [of[day(n), "pilgrimage"] for n in (-13, -12, -7, -6, -2)])
came, left = of[day(-12), "pilgrimage"]["came"], of[day(-6), "pilgrimage"]["left"]
ok((came, left)[day(-12).endswith("-01")] in (5, left) and came in (5, None) and left in (5, None), "who came and left", came, left)
ok(came == 5 or day(-12).endswith("-01"), "but on the first of a month", came)
ok(all(v is None for (_, p), s in of.items() if p != "pilgrimage" for v in (s["inside"], s["came"], s["left"], s["over"])), "two tourists and one patient nowhere")
ok(all(v is None or v >= 5 and v % 5 == 0 for s in told["stays"] for v in (s["inside"], s["came"], s["left"], s["over"])), "multiples of five alone")
code, out, err = serai("stays", "count", "--node", node, env=ENV)
rows = list(csv.DictReader(io.StringIO(out)))
ok(code == 0 and [{k: None if v == "" and k != "purpose" else v for k, v in r.items()} for r in rows] == [{k: v if v is None else str(v) for k, v in s.items()} for s in told["stays"]], "the same as CSV", out[:200])
for bad in (["--days", "0"], ["--days", "91"], ["--days", "x"], ["--purpose", "work"], ["more"]):
    code, out, err = serai("stays", "count", "--node", node, *bad, env=ENV)
    ok(code == 2 and err, f"usage: {' '.join(bad)}", code, out[:100])

serving = subprocess.Popen([SERAI, "serve", node], stdout=subprocess.PIPE, stderr=open(work / "stderr", "w"), text=True, env={**os.environ, **ENV})
base = serving.stdout.readline().strip().rstrip("/")


def call(path, body=None):
    data = json.dumps(body).encode() if body is not None else None
    try:
        with urllib.request.urlopen(urllib.request.Request(base + path, data, {"Content-Type": "application/json"}), timeout=60) as r:
            return r.status, json.loads(r.read())
    except urllib.error.HTTPError as e:
        return e.code, json.loads(e.read())


try:
    status, got = call("/v1/statistics/stays?days=30")
    ok(status == 200 and got == told, "the node tells the same", status, str(got)[:200])
    # Whoever asks for every window has one number for each day, purpose and measure: no difference tells anything.
    heard, apart = {}, 0
    for n in range(1, 91):
        for s in call(f"/v1/statistics/stays?days={n}")[1]["stays"]:
            cell = tuple(s[m] for m in ("inside", "came", "left", "over"))
            apart += heard.setdefault((s["day"], s["purpose"]), cell) != cell
    ok(len(heard) == 90 * 6 and apart == 0, "ninety windows differ in nothing", len(heard), apart)
    ok(all(v is None or v >= 5 for cell in heard.values() for v in cell), "and none tells a small number")
    ok(call("/v1/statistics/stays?days=0")[0] == 400 and call("/v1/statistics/queues?days=91")[0] == 400, "windows that are none")
    status, got = call("/v1/complaints", {"id": "0123456789abcdef", "code": code_of, "subject": "delay", "text": "SPECIMEN"})
    ok(status == 201, "a complaint today", status, got)
    status, queues = call("/v1/statistics/queues?days=7")
    ok(status == 200 and len(queues["applications"]) == len(queues["complaints"]) == 7, "queues of seven days", status, str(queues)[:200])
    ok(all(d["waiting"] == d["came"] == 0 and d["middle_hours"] is None for d in queues["complaints"]), "what came today is told tomorrow", queues["complaints"][-1])
finally:
    serving.send_signal(signal.SIGTERM)
    ok(serving.wait(timeout=60) == 0, "the node stops")
with sqlite3.connect(node / "store.db") as store:
    store.execute("UPDATE complaint_events SET at = at - 3 * 86400")
code, out, err = serai("stays", "waiting", "--node", node, "--days", "7", env=ENV)
rows = list(csv.DictReader(io.StringIO(out)))
ok(code == 0 and len(rows) == 14 and rows[0]["queue"] == "applications" and rows[7]["queue"] == "complaints", "queues as CSV", code, out[:200], err)
ok([(r["waiting"], r["came"]) for r in rows[7:]] == [("0", "0")] * 4 + [("1", "1"), ("1", "0"), ("1", "0")], "one waits since three days ago", rows[7:])
done()
