#!/usr/bin/env python3
"""Streams of events: told within a second, coalesced, bounded, never anything of a person; slow readers, hang-ups, maintenance, the stop."""
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import tempfile
import threading
import time
import urllib.error
import urllib.request

from event_stream import Stream
from tap import SERAI, SOURCE, done, ok, serai, until

work = pathlib.Path(tempfile.mkdtemp(prefix="serai-live-"))
node = work / "KZ"
running = []
SECRET = "SPECIMEN-Zhanibek-N1234567"


def start():
    p = subprocess.Popen([SERAI, "serve", "--quiet", node], stdout=subprocess.PIPE, stderr=open(work / "err", "a"), text=True,
                         env={**os.environ, "SERAI_DATA": str(SOURCE)})
    running.append(p)
    return p, p.stdout.readline().strip().rstrip("/")


def call(base, path, body=None):
    request = urllib.request.Request(base + path, None if body is None else json.dumps(body).encode(), {"Content-Type": "application/json"} if body is not None else {})
    try:
        with urllib.request.urlopen(request, timeout=60) as r:
            return r.status, json.loads(r.read())
    except urllib.error.HTTPError as e:
        return e.code, json.loads(e.read())


def complain(base):
    return call(base, "/v1/complaints", {"subject": "notice-access", "text": f"{SECRET}: what is kept about me?", "language": "en"})


try:
    code, out, err = serai("init", "--specimen", "--sign-in", "off", "--member", "KZ", "--listen", "127.0.0.1:0", node)
    ok(code == 0, "a node", out, err)
    p, base = start()

    both, other = Stream(base, "?topics=complaints,trust"), Stream(base, "?topics=hits")
    ok(both.status() == 200 and b"text/event-stream" in both.text, "a stream", both.text)
    ok(until(lambda: b"retry: " in both.text), "which says when to try again")
    other.status()
    took = []
    for i in range(5):
        n = len(both.events())
        began = time.monotonic()
        status, filed = complain(base)
        until(lambda: len(both.events()) > n, pause=0.005)
        took.append(time.monotonic() - began)
        ok(status in (200, 201) and both.events()[-1][0] == "complaints", f"complaint {i + 1} is told", status, filed, both.text)
    print(f"# from the request to the event: {sorted(took)[2] * 1000:.0f} ms in the middle, {max(took) * 1000:.0f} ms at most")
    ok(min(took) < 1, "within a second", took)
    ok(other.events() == [], "who follows something else is told nothing", other.text)
    numbers = [n for _, n in both.events()]
    ok(numbers == sorted(set(numbers)), "numbers rise", numbers)

    n = len(both.events())
    threads = [threading.Thread(target=complain, args=(base,)) for _ in range(24)]
    [t.start() for t in threads]
    [t.join() for t in threads]
    last = until(lambda: len(both.events()) > n and both.events()[-1])
    ok(last and len(both.events()) - n < 24, "a burst is told together", len(both.events()) - n)

    # A change of files by a command.
    code, out, err = serai("trust", "import", "--node", node, "--vouch", node / "country.der", node / "signer.der")
    for f in node.glob("trust/**/*"):
        if f.is_file():
            os.utime(f)
            break
    ok(until(lambda: any(t == "trust" for t, _ in both.events())), "what a command does to the files of trust is told", out, err, both.events())

    # Nothing but topics and numbers.
    body = both.text.split(b"\r\n\r\n", 1)[1]
    lines = [l for chunk in re.split(rb"\r\n[0-9a-fA-F]+\r\n", b"\r\n" + body) for l in chunk.split(b"\n") if l.strip()]
    strange = [l for l in lines if not re.fullmatch(rb"(retry: \d+|id: \d+|data: \d+|event: (complaints|trust)|:)", l)]
    ok(strange == [], "a stream holds nothing but topics and numbers", strange[:5])
    evil = Stream(base, f"?topics=complaints&name={SECRET}", [f"Serai-Subject: {SECRET}", f"Last-Event-ID: {SECRET}", f"User-Agent: {SECRET}"])
    ok(evil.status() == 200 and until(lambda: evil.events() and evil.events()[0][0] == "again"), "a number that is none: look again", evil.text)
    complain(base)
    ok(until(lambda: len(evil.events()) > 1) and SECRET.encode() not in evil.text + both.text, "nothing of the request or of its complaint is in it", evil.text)
    ok(filed.get("reference", filed.get("token", "?")).encode() not in both.text, "nor any reference")
    ok(call(base, f"/v1/events?topics={SECRET}")[0] == 400, "a topic that is none is refused")
    ok(SECRET not in json.dumps(call(base, f"/v1/events?topics={SECRET}")[1]), "and not said back")
    foreign = Stream(base, "", ["Sec-Fetch-Site: cross-site"])
    ok(foreign.status() == 403, "no stream for a page of somebody else", foreign.text)

    # Taking up again.
    until(lambda: evil.events()[-1][1] == both.events()[-1][1])
    number = both.events()[-1][1]
    same, old, never = (Stream(base, "?topics=complaints", [f"Last-Event-ID: {x}"]) for x in (number, numbers[0], number + 10**6))
    ok(until(lambda: [x.events()[:1] and x.events()[0][0] for x in (old, never)] == ["again", "again"]), "an old number and one of the future: look again", old.text, never.text)
    ok(same.status() == 200 and until(lambda: b"retry" in same.text) and same.events() == [], "nothing was missed: nothing is said", same.text)

    # Who reads nothing holds up nobody.
    slow = Stream(base, "", reads=False, small=True)
    n = len(both.events())
    for _ in range(10):
        complain(base)
    ok(until(lambda: len(both.events()) > n), "a reader that reads nothing holds up nobody")

    # More than the node keeps.
    for x in (both, other, evil, same, old, never, slow):
        x.close()
    many = [Stream(base, "?topics=complaints") for _ in range(300)]
    got = [x.status() for x in many]
    ok(200 <= got.count(200) <= 256 and got.count(503) == 300 - got.count(200), "of 300 streams as many as are kept; the others are refused", got.count(200), got.count(503))
    refused = next(x for x, s in zip(many, got) if s == 503)
    ok(until(lambda: b"streams" in refused.text), "with what to do", refused.text)
    complain(base)
    ok(until(lambda: all(x.events() for x, s in zip(many, got) if s == 200)), "all that are kept are told")
    for x in many:
        x.close()
    def again():
        x = Stream(base, "?topics=complaints")
        return x.status() == 200 and x
    fresh = until(again)
    ok(fresh, "who hangs up gives the place back")

    # Longer than a connection may be silent: the comment lines.
    ok(until(lambda: fresh.text.count(b"\n:\n\n") >= 2 or fresh.ended, 120) and not fresh.ended, "a stream outlasts the time-out of connections, with a comment line now and then", fresh.text)

    # Maintenance, and the stop.
    (node / "maintenance").write_text("")
    ok(until(lambda: fresh.ended), "maintenance ends streams")
    ok(until(lambda: Stream(base).status() == 503), "and none begins")
    (node / "maintenance").unlink()
    open_ones = []
    ok(until(lambda: (open_ones.append(Stream(base)), open_ones[-1].status())[1] == 200), "afterwards they do")
    open_ones = [x for x in [*open_ones, *(Stream(base) for _ in range(20))] if x.status() == 200]
    stuck = Stream(base, reads=False, small=True)
    began = time.monotonic()
    p.send_signal(signal.SIGTERM)
    ok(p.wait(60) == 0, "the node stops with streams open")
    print(f"# stopped in {time.monotonic() - began:.2f} s with {len(open_ones) + 1} streams")
    ok(until(lambda: all(x.ended for x in open_ones)), "and they have ended")
finally:
    for p in running:
        p.poll() is None and p.kill()
    shutil.rmtree(work, ignore_errors=True)
done()
