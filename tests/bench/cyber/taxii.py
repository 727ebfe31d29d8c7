#!/usr/bin/env python3
"""The TAXII server over loopback: what it costs, beside the least that the same bytes cost on this machine.

usage: taxii.py BUILD [OBJECTS]    prints a line a figure
"""
import base64
import http.client
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import uuid

build = pathlib.Path(sys.argv[1]).resolve()
total = int(sys.argv[2]) if len(sys.argv) > 2 else 100000
source = pathlib.Path(__file__).resolve().parents[3]
os.environ["SERAI_DATA"] = str(source)
work = pathlib.Path(tempfile.mkdtemp(prefix="serai-bench-", dir=os.environ.get("BENCH_DIR")))
COLLECTION = "365fed99-08fa-fdcd-a1b3-fb247eb41d01"
PATH = f"/bench/collections/{COLLECTION}/objects/"
TAXII = "application/taxii+json;version=2.1"
HEAD = {"Accept": TAXII, "Content-Type": TAXII, "Authorization": "Basic " + base64.b64encode(b"bench:bench").decode()}
BATCH = 10000


def serai(*args):
    return subprocess.run([build / "serai", *map(str, args)], check=True, capture_output=True, text=True).stdout


def ticks(pid):
    """User and system CPU seconds of a process."""
    f = open(f"/proc/{pid}/stat").read().rsplit(") ", 1)[1].split()
    return (int(f[11]) + int(f[12])) / os.sysconf("SC_CLK_TCK")


def memory(pid):
    return {k: int(v.split()[0]) // 1024 for k, v in (line.split(":") for line in open(f"/proc/{pid}/status") if line.startswith(("VmRSS", "RssAnon", "RssFile")))}


def settle(pid):
    """Waits until the server has nothing to do any more: the register of indicators reads on behind an intake."""
    before = -1.0
    while ticks(pid) - before > .05:
        before = ticks(pid)
        time.sleep(1.5)


def say_memory(name, pid):
    say(name, memory(pid)["VmRSS"], "MB", str(memory(pid)))


def envelope(first, n):
    part = []
    for i in range(first, first + n):
        part.append(f'{{"type":"indicator","spec_version":"2.1","id":"indicator--{uuid.UUID(int=i * 0x9E3779B97F4A7C15F39CC0605CEDC835 % 2**128, version=4)}",'
                    f'"created":"2026-01-01T00:00:00.000Z","modified":"2026-01-01T00:00:00.000Z","name":"host {i} of a campaign","indicator_types":["malicious-activity"],'
                    f'"description":"Seen in the traffic of a customer","pattern":"[domain-name:value = \'h{i * 7919 % 1000003}.example\']","pattern_type":"stix",'
                    f'"valid_from":"2026-01-01T00:00:00Z","created_by_ref":"identity--8c6af861-7b20-41ef-9b59-6344fd872a8f","confidence":{i % 100}}}')
    return ('{"objects":[' + ",".join(part) + "]}").encode()


def post(host, bodies):
    c = http.client.HTTPConnection(host, timeout=300)
    for b in bodies:
        c.request("POST", PATH, b, HEAD)
        r = c.getresponse()
        answer = r.read()
        assert r.status == 202 and b'"failure_count":0' in answer, answer[:400]


def say(name, value, unit, note=""):
    print(f"{name:44} {value:12,.1f} {unit} {note}", flush=True)


def read_all(host, path):
    """Bytes and pages of the whole collection, through a plain socket so that the client costs little."""
    s = socket.create_connection(host.split(":"))
    got = pages = 0
    extra = ""
    head = "".join(f"{k}: {v}\r\n" for k, v in HEAD.items() if k != "Content-Type")
    view = bytearray(1 << 20)
    while True:
        s.sendall(f"GET {path}?limit=10000{extra} HTTP/1.1\r\nHost: {host}\r\n{head}\r\n".encode())
        data = b""
        while b"\r\n\r\n" not in data:
            data += s.recv(65536)
        h, body = data.split(b"\r\n\r\n", 1)
        length = int([x for x in h.split(b"\r\n") if x.lower().startswith(b"content-length")][0].split(b":")[1])
        tail, left = body[-200:], length - len(body)
        while left:
            n = s.recv_into(view, min(left, len(view)))
            left -= n
            tail = (tail + bytes(view[max(0, n - 200):n]))[-200:]
        got += length
        pages += 1
        if b'"more":true' not in tail:
            return got, pages
        extra = "&next=" + tail.split(b'"next":"')[1].split(b'"')[0].decode()


def many(host, path, n):
    """n requests on one connection; wall seconds."""
    s = socket.create_connection(host.split(":"))
    head = "".join(f"{k}: {v}\r\n" for k, v in HEAD.items() if k != "Content-Type")
    ask = f"GET {path} HTTP/1.1\r\nHost: {host}\r\n{head}\r\n".encode()
    start = time.monotonic()
    for _ in range(n):
        s.sendall(ask)
        data = s.recv(65536)
        assert data.startswith(b"HTTP/1.1 200"), data
        h, _, body = data.partition(b"\r\n\r\n")
        left = int(h.lower().split(b"content-length:")[1].split(b"\r\n")[0]) - len(body)
        while left:
            left -= len(s.recv(left))
    return time.monotonic() - start


def floor_write(bodies):
    """The same bytes to a file, each POST followed by fdatasync."""
    f = os.open(work / "floor", os.O_CREAT | os.O_WRONLY)
    start = time.monotonic()
    for b in bodies:
        os.write(f, b)
        os.fdatasync(f)
    seconds = time.monotonic() - start
    os.close(f)
    os.unlink(work / "floor")
    return seconds


def main():
    folder = work / "node"
    serai("init", "--specimen", "--sign-in", "off", "--member", "KZ", "--listen", "127.0.0.1:0", folder)
    (work / "password").write_text("bench\n")
    line = serai("cyber", "account", "--password-file", work / "password", "bench", "read=*", "write=*", "tlp=red", "cert")
    with open(folder / "node.conf", "a") as f:
        f.write(f'taxii-root = bench "Bench" max=20000000\ntaxii-collection = bench {COLLECTION} "Bench"\n{line}')
    p = subprocess.Popen([build / "serai", "serve", "--quiet", folder], stdout=subprocess.PIPE, text=True)
    try:
        host = p.stdout.readline().strip().split("//")[1].rstrip("/")
        many(host, "/taxii2/", 1)
        bodies = [envelope(i, min(BATCH, total - i)) for i in range(0, total, BATCH)]
        size = sum(map(len, bodies))
        begun = cpu = ticks(p.pid)
        start = time.monotonic()
        threads = [threading.Thread(target=post, args=(host, bodies[i::3])) for i in range(3)]
        for t in threads:
            t.start()
        for t in threads:
            t.join()
        wall, cpu = time.monotonic() - start, ticks(p.pid) - cpu
        say("ingest, durable, validated", total / wall, "objects/s", f"{size / total:.0f} bytes each, {wall:.2f} s, server CPU {cpu:.2f} s = {total / cpu:,.0f} objects/cpu-s")
        floor = floor_write(bodies)
        say("floor: the same bytes and fdatasync", total / floor, "objects/s", f"ratio {floor / wall:.2f}")
        bodies = threads = None
        say_memory("resident after the last answer", p.pid)
        settle(p.pid)
        cpu = ticks(p.pid) - begun
        say("ingest until the register has read all", total / cpu, "objects/cpu-s", f"server CPU {cpu:.2f} s")
        say_memory("resident after intake", p.pid)
        for _ in range(2):
            cpu, start = ticks(p.pid), time.monotonic()
            got, pages = read_all(host, PATH)
            wall, cpu = time.monotonic() - start, ticks(p.pid) - cpu
            say("full read", total / wall, "objects/s", f"{got / 1e6:.0f} MB in {pages} pages, server CPU {cpu:.2f} s = {total / max(cpu, .01):,.0f} objects/cpu-s")
        c = http.client.HTTPConnection(host)
        c.request("GET", PATH.replace("objects", "manifest") + "?limit=1", None, HEAD)
        r = c.getresponse()
        one = json.loads(r.read())["objects"][0]["id"]
        for name, path, n in (("poll, nothing new", PATH + "?added_after=2999-01-01T00:00:00Z", 20000), ("one object", PATH + one + "/", 20000),
                              ("collection (floor: no store)", PATH.replace("objects/", ""), 20000)):
            cpu = ticks(p.pid)
            wall = many(host, path, n)
            say(name, (ticks(p.pid) - cpu) / n * 1e6, "us server CPU", f"{wall / n * 1e6:.1f} us with the client")
        disk = sum(f.stat().st_blocks * 512 for f in (folder / "cyber").rglob("*") if f.is_file())
        say("on disk", disk / 1e6, "MB", " ".join(f"{k} {sum(f.stat().st_size for f in (folder / 'cyber').rglob(k + '*')) / 1e6:.0f}" for k in ("seg", "tail", "journal")))
        say_memory("resident after reading", p.pid)
        p.send_signal(signal.SIGTERM)
        p.wait()
        start = time.monotonic()
        p = subprocess.Popen([build / "serai", "serve", "--quiet", folder], stdout=subprocess.PIPE, text=True)
        p.stdout.readline()
        say("start with all of it", time.monotonic() - start, "s")
        settle(p.pid)
        say_memory("resident after the start", p.pid)
    finally:
        p.kill()
        p.wait()
        shutil.rmtree(work)


main()
