#!/usr/bin/env python3
"""Slots of time and waiting: a file of posts, bookings in spite of kill -9, the barrier, the public list, and counts of two members."""
import concurrent.futures
import datetime
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request

from tap import SERAI, SOURCE, done, noon_zone, ok, serai

work = pathlib.Path(tempfile.mkdtemp(prefix="serai-slots-"))
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
    return p.wait(60)


def until(fn, seconds=90):
    end = time.time() + seconds
    while not (got := fn()) and time.time() < end:
        time.sleep(0.05)
    return got


def call(base, path, body=None):
    request = urllib.request.Request(base + path, json.dumps(body).encode() if body is not None else None, {"Content-Type": "application/json"} if body is not None else {})
    try:
        with urllib.request.urlopen(request, timeout=60) as r:
            return r.status, json.loads(r.read())
    except urllib.error.HTTPError as e:
        return e.code, json.loads(e.read())


def stamp(t):
    return t.strftime("%Y-%m-%dT%H:%M:%SZ")


now = datetime.datetime.now(datetime.timezone.utc)
POSTS = """draw 30
gather 1
post {post}
  name en {name}
  zone {zone}
  neighbour {state} {there}
  gate {way} lorry
    capacity 12
    kept 50
    lead 5
    early 1440
    late 1440
"""

# ---- the file of posts: each fault by its line ----
for text, said in (("post x\n  gate exit lorry\n", "line 2: the gate has no `capacity`"),
                   ("post x\n  zone 03:30\n", "line 2: `zone` wants"),
                   ("post x\n  zone +03:30\n  gate exit lorry\n    capacity 4\n    slot 7\n", "line 5: a slot has 5"),
                   ("count 4 in 60\npost x\n", "`keep` is shorter"),
                   ("draw 30\nopen always\n", "line 2: `open` has no meaning before the first post")):
    (work / "bad").write_text(text)
    code, out, err = serai("slot", "posts", work / "bad")
    ok(code == 1 and said.replace("`keep` is shorter", "") in err, f"a file of posts: {said}", code, out, err)
code, out, err = serai("slot", "posts", SOURCE / "data/posts/specimen.posts")
ok(code == 0 and "sarakhs/exit/lorry" in out, "the sample reads", code, err)

agreement = work / "agreement"
agreement.write_text((SOURCE / "agreements/eco.agreement").read_text().replace("witnessed when 6", "witnessed when 1"))
try:
    for m in ("IR", "TM"):
        at = f"127.0.0.1:{free_port()}"
        must("init", "--specimen", "--sign-in", "off", "--member", m, "--agreement", agreement, "--listen", "127.0.0.1:0", "--peer-listen", at, "--peer-address", f"https://{at}", work / m)
    fingerprint = {m: re.search(r"((?:[0-9a-f]{4} ){15}[0-9a-f]{4})", must("trust", "member", "list", "--node", work / m)).group(1) for m in ("IR", "TM")}
    for m in ("IR", "TM"):
        must("trust", "acts", "--node", work / m, "--out", work / f"{m}.acts")
    (work / "all.acts").write_text("\n".join((work / f"{m}.acts").read_text().rstrip("\n") + "\n" for m in ("IR", "TM")))
    for m, o in (("IR", "TM"), ("TM", "IR")):
        must("join", "--node", work / m, "--agreement", agreement, "--from", work / "all.acts", "--out", work / "out", "--fingerprint", fingerprint[o])
    (work / "IR/posts").write_text(POSTS.format(post="sarakhs", name="Sarakhs", state="TM", there="serahs", way="exit", zone=noon_zone()))
    (work / "TM/posts").write_text(POSTS.format(post="serahs", name="Serahs", state="IR", there="sarakhs", way="entry", zone=noon_zone()))
    for m in ("IR", "TM"):
        with open(work / m / "node.conf", "a") as f:
            f.write("post-file = posts\n")

    # A mistake in it stops the node at its start, and the doctor says so.
    good = (work / "IR/posts").read_text()
    (work / "IR/posts").write_text(good + "  gate exit plane\n")
    code, out, err = serai("doctor", "--quick", work / "IR")
    ok("post-file" in out + err and "line" in out + err, "the doctor names the line of the file of posts", code, out, err)
    (work / "IR/posts").write_text(good)
    (ir, at_ir), (tm, at_tm) = start("IR"), start("TM")

    # ---- a rush, and kill -9 in it ----
    PLACE = "sarakhs/exit/lorry"
    status, got = call(at_ir, f"/v1/slots?place={PLACE}&day={stamp(now + datetime.timedelta(days=1))[:10]}")
    slots = [s["start"] for s in got["slots"] if s["can"] == "book"]
    ok(status == 200 and len(slots) == 48 and got["capacity"] == 3, "tomorrow's slots", status, len(slots), str(got)[:300])
    answered = []

    def wish(i, **more):
        return {"id": f"specimen-request-{i:04}", "place": PLACE, "start": slots[10 + i % 3], "state": "IRN", "number": f"S{i:08}", "plate": f"{i}A", **more}

    def book(i):
        try:
            status, got = call(at_ir, "/v1/slots", wish(i))
        except OSError:
            return
        if status == 200:
            answered.append((i, got["code"], got["state"]))

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        for i in range(60):
            pool.submit(book, i)
        until(lambda: len(answered) >= 12)
        ir.send_signal(signal.SIGKILL)
    ir.wait(60)
    before = list(answered)
    ir, at_ir = start("IR")
    held = [call(at_ir, "/v1/slots/show", {"code": c})[1] for _, c, _ in before]
    ok(len(before) >= 12 and all(h.get("code") == c and h["state"] == s for h, (_, c, s) in zip(held, before)), "what was answered is there after kill -9", len(before))
    again = [call(at_ir, "/v1/slots", wish(i)) for i in range(60)]
    ok(all(s == 200 for s, _ in again) and all(g["code"] == next((c for j, c, _ in before if j == i), g["code"]) for i, (_, g) in enumerate(again)),
       "the same requests again have the same codes", [s for s, _ in again if s != 200])
    by_slot = {s: [g for _, g in again if g["start"] == s and g["state"] == "booked"] for s in slots[10:13]}
    ok([len(g) for g in by_slot.values()] == [3, 3, 3], "three places a slot, and not one more", {k: len(v) for k, v in by_slot.items()})

    # ---- the barrier ----
    first = by_slot[slots[10]][0]
    n = next(i for i, (_, g) in enumerate(again) if g["code"] == first["code"])
    shown = {"token": first["token"], "place": PLACE, "state": "IRN", "number": f"S{n:08}", "plate": f"{n}A", "use": True}
    for change, answer in (({"number": "S99999999"}, "wrong-document"), ({"plate": "99Z"}, "wrong-plate"), ({"token": first["token"][:-9] + ("B" if first["token"][-9] == "A" else "A") + first["token"][-8:]}, "forged"),
                           ({"place": "sarakhs/entry/lorry"}, "wrong-post"), ({}, "good"), ({}, "used-already")):
        status, got = call(at_ir, "/v1/slots/check", {**shown, **change})
        ok(status == 200 and got["answer"] == answer and got["officer_decides"] == (answer != "good"), f"at the barrier: {answer}", status, got)
    key = must("key", "show", work / "IR/node.key").splitlines()[0]
    second = by_slot[slots[10]][1]
    n = next(i for i, (_, g) in enumerate(again) if g["code"] == second["code"])
    alone = ("slot", "check", "--key", key, "--posts", work / "IR/posts", "--member", "IR", second["token"], "--state", "IRN", "--number", f"s{n:08}")
    code, out, err = serai(*alone, "--plate", f"{n}a")
    ok(code == 3 and out.startswith("good"), "without a node, by the key alone", code, out, err)
    code, out, err = serai(*alone, "--plate", "B7")
    ok(code == 1 and out.startswith("wrong"), "and in other hands", code, out, err)

    # ---- given back: it rests; the list is public, and clean ----
    status, got = call(at_ir, "/v1/slots/cancel", {"code": second["code"]})
    ok(status == 200 and got["state"] == "cancelled", "given back", status, got)
    status, got = call(at_ir, "/v1/slots", wish(900, start=slots[10]))
    ok(status == 200 and got["state"] == "waiting", "whoever asks at that moment waits", status, got)
    code, out, err = serai("slot", "audit", "--node", work / "IR", "--json")
    figures = json.loads(out) if code == 0 else {}
    ok(code == 0 and figures["against_the_rules"] == 0 and figures["asked"] == 61 and figures["used"] == 1 and figures["again_within_60_seconds"] == 0, "the list worked out", code, out, err)
    status, got = call(at_ir, "/v1/slots/events?most=10000")
    (work / "list").write_text("".join(json.dumps(e) + "\n" for e in got["events"]))
    code, out, err = serai("slot", "audit", "--list", work / "list", "--json")
    ok(code == 0 and json.loads(out) == figures, "anybody works out the same from the list", code, out, err)
    head, _, tail = (work / "list").read_text().rpartition('"booked": false')
    text = head + '"booked": true' + tail
    (work / "list").write_text(text)
    code, out, err = serai("slot", "audit", "--list", work / "list")
    ok(code == 1 and "booked-past-waiting" in out, "places given past those who wait are seen", code, out[:500], err)

    # ---- both sides' counts ----
    quarter = now - datetime.timedelta(minutes=20)
    for base, place, n in ((at_ir, PLACE, (9, 3)), (at_tm, "serahs/entry/lorry", (5, 4))):
        status, got = call(base, "/v1/waiting", {"place": place, "arrived": n[0], "gone": n[1], "at": stamp(quarter)})
        ok(status == 200, "counted", status, got)
    board = lambda base, post: call(base, f"/v1/posts/{post}/waiting?hours=0")[1]["gates"][0]
    ok(until(lambda: board(at_ir, "sarakhs")["there"]["as_of"]), "the other side's counts arrive", board(at_ir, "sarakhs"))
    ok(until(lambda: board(at_tm, "serahs")["there"]["as_of"]), "and this side's there", board(at_tm, "serahs"))
    here, there = board(at_ir, "sarakhs"), board(at_tm, "serahs")
    ok(here["here"]["queue"] == 7 and here["there"]["queue"] == 1 and there["here"]["queue"] == 1 and there["there"]["queue"] == 6,
       "each counts what it sees; a used slot counts by itself once its quarter is over", here, there)
    ok(here["together"]["known"] and here["together"]["minutes"] == here["here"]["minutes"] + here["there"]["minutes"], "together: the one and then the other", here)
    for m in ("IR", "TM"):
        logs = b"".join(p.read_bytes() for p in (work / m / "logs").rglob("*") if p.is_file())
        ok(b"S0000000" not in logs and b"0A" + b'"' not in logs, f"{m}: no document stands in the logs")
    ok(until(lambda: "ir.specimen/slots/all" in must("log", "streams", "--node", work / "IR")), "the list of slots stands in the member's log", serai("log", "streams", "--node", work / "IR"))
finally:
    for p in running:
        if p.poll() is None:
            stop(p)
errors = "".join((work / f"{m}.err").read_text() for m in ("IR", "TM"))
ok("S0000" not in errors, "nor in what the nodes say")
shutil.rmtree(work)
done()
