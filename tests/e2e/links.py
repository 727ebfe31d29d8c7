#!/usr/bin/env python3
"""Three members' nodes over mutual TLS, and strangers at their ports: curl, openssl and Python's ssl as clients that are not ours."""
import base64
import hashlib
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import ssl
import subprocess
import tempfile
import time

from tap import SERAI, SOURCE, done, ok, serai

MEMBERS = ("IR", "KZ", "TR")
work = pathlib.Path(tempfile.mkdtemp(prefix="serai-links-"))
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
    first = p.stdout.readline().strip()
    second = p.stdout.readline().strip() if name != "TR" else ""
    return p, first, second.removeprefix("members: ")


def curl(url, *args, cert=None):
    """(status, body); 0 when there was no answer."""
    who = ["--cert", work / cert / "transport.pem", "--key", work / cert / "transport.key"] if cert else []
    done = subprocess.run(["curl", "-sk", "--noproxy", "*", "--path-as-is", "--max-time", "20", "-w", "\n%{http_code}", *map(str, who), *args,
                           url], capture_output=True)
    body, _, status = done.stdout.rpartition(b"\n")
    return int(status or 0), body


def reason(answer):
    try:
        return answer[0], json.loads(answer[1])["error"]["reason"]
    except (ValueError, KeyError):
        return answer


def pin(certificate):
    key = subprocess.run(["openssl", "x509", "-in", certificate, "-pubkey", "-noout"], capture_output=True, check=True).stdout
    der = subprocess.run(["openssl", "pkey", "-pubin", "-outform", "DER"], input=key, capture_output=True, check=True).stdout
    return hashlib.sha256(der)


def named(file, name):
    """The same Ed25519 key under another name, as notes know it."""
    raw = base64.b64decode(file.read_text().strip().split("+", 4)[4])
    der = bytes.fromhex("302e020100300506032b657004220420") + raw[1:]
    pub = subprocess.run(["openssl", "pkey", "-inform", "DER", "-pubout", "-outform", "DER"], input=der, capture_output=True, check=True).stdout[-32:]
    tag = hashlib.sha256(name.encode() + b"\n" + raw[:1] + pub).hexdigest()[:8]
    (work / "named.key").write_text(f"PRIVATE+KEY+{name}+{tag}+{base64.b64encode(raw).decode()}\n")
    return work / "named.key"


def slow(port, cert):
    """Seconds until a client that sends a byte now and then is shown out."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.load_cert_chain(work / cert / "transport.pem", work / cert / "transport.key")
    began = time.time()
    with context.wrap_socket(socket.create_connection(("127.0.0.1", port))) as s:
        s.settimeout(1)
        for byte in b"GET /logs HTTP/1.1\r\nHost: x\r\nX: " + b"a" * 60:
            try:
                s.sendall(bytes([byte]))
                if s.recv(100) == b"":
                    break
            except (socket.timeout, TimeoutError):
                continue
            except (OSError, ssl.SSLError):
                break
    return time.time() - began


agreement = work / "agreement"
agreement.write_text((SOURCE / "agreements/eco.agreement").read_text().replace("witnessed when 6", "witnessed when 2"))
try:
    everything = []
    for m in MEMBERS:
        at = f"127.0.0.1:{free_port()}"
        reached = () if m == "TR" else ("--peer-listen", at, "--peer-address", f"https://{at}")
        must("init", "--specimen", "--sign-in", "off", "--member", m, "--agreement", agreement, "--listen", "127.0.0.1:0", *reached, work / m)
    fingerprint = {m: re.search(r"((?:[0-9a-f]{4} ){15}[0-9a-f]{4})", must("trust", "member", "list", "--node", work / m)).group(1)
                   for m in MEMBERS}
    for m in MEMBERS:
        must("trust", "acts", "--node", work / m, "--out", work / "one.acts")
        everything.append((work / "one.acts").read_text().rstrip("\n") + "\n")
    (work / "all.acts").write_text("\n".join(everything))
    for m in MEMBERS:
        others = [x for o in MEMBERS if o != m for x in ("--fingerprint", fingerprint[o])]
        must("join", "--node", work / m, "--agreement", agreement, "--from", work / "all.acts", "--out", work / "out", *others)
    node = {m: start(m) for m in MEMBERS}
    ir, kz = node["IR"][2], node["KZ"][2]
    port = int(ir.rsplit(":", 1)[1])

    # Members.
    status, body = curl(f"{ir}/card", cert="KZ")
    ok(status == 200 and b"member IR" in body and pin(work / "IR/transport.pem").hexdigest().encode() in body,
       "a member gets the card, and it names the key that answers", status, body)
    status, body = curl(f"{ir}/logs", cert="TR")
    ok(status == 200 and isinstance(json.loads(body)["logs"], list), "and the logs that are kept", status, body)
    status, body = curl(f"{ir}/acts", cert="KZ")
    ok(status == 200 and body.count(b"serai member card 1") == 3, "and all acts and cards", status, body[:200])
    pinned = f"sha256//{base64.b64encode(pin(work / 'IR/transport.pem').digest()).decode()}"
    ok(curl(f"{ir}/card", "--pinnedpubkey", pinned, cert="KZ")[0] == 200, "curl finds the pinned key")
    ok(curl(f"{kz}/card", "--pinnedpubkey", pinned, cert="TR")[0] == 0, "and not that of another node")

    # Strangers.
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=kz.specimen",
                    "-keyout", work / "transport.key", "-out", work / "transport.pem", "-days", "9"], capture_output=True, check=True)
    ok(reason(curl(f"{ir}/card", cert="")) == (403, "stranger"), "a client without a certificate is told why", curl(f"{ir}/card"))
    ok(reason(curl(f"{ir}/logs", cert=".")) == (403, "stranger"), "so is one with a member's name and a key of its own", curl(f"{ir}/logs", cert="."))
    old = subprocess.run(["openssl", "s_client", "-connect", f"127.0.0.1:{port}", "-tls1_2"], input=b"", capture_output=True)
    new = subprocess.run(["openssl", "s_client", "-connect", f"127.0.0.1:{port}", "-tls1_3"], input=b"", capture_output=True)
    ok(b"Cipher is (NONE)" in old.stdout and b"TLSv1.3" in new.stdout, "TLS 1.2 gets no session, 1.3 does", old.stdout[-300:], new.stdout[-300:])
    h = hashlib.sha256(b"kz.specimen/trust/all/2026").hexdigest()
    ways = ("/log/../../node.conf", f"/log/{h}/../../node.conf", f"/log/{h}/%2e%2e/subject.secret", f"/log/{h}/%252e%252e/x", f"/log/{h}//checkpoint",
            f"/log/{h}/checkpoint%00", "/witness/../subject.secret", "//logs", "/logs/", "/v1/health", "/v1/check", "/metrics", "/")
    got = {w: reason(curl(ir + w, cert="KZ")) for w in ways}
    ok(set(got.values()) == {(404, "not-found")}, "no way leads out of a log's folder, or to the public port", got)
    ok(all(curl(node["IR"][1].rstrip("/") + w)[0] == 404 for w in ("/logs", "/card", "/acts", f"/log/{h}/checkpoint")),
       "and none from the public port to the members'")

    # A witness asked by curl, with a log that serai log wrote.
    (work / "entry").write_text("SPECIMEN")
    origin = "kz.specimen/test/all/2026"
    code, out, err = serai("log", "append", "--log", work / "log", "--key", named(work / "KZ/log.key", origin), work / "entry")
    ok(code == 0, "a log is written with the member's key", out, err)
    checkpoint = (work / "log/checkpoint").read_bytes()
    (work / "request").write_bytes(b"old 0\n\n" + checkpoint)
    post = ("--data-binary", f"@{work / 'request'}", "-H", "Content-Type: text/plain")
    status, line = curl(f"{ir}/witness/add-checkpoint", *post, cert="KZ")
    ok(status == 200 and "— ir.specimen/witness ".encode() in line, "the witness cosigns it", status, line)
    status, body = curl(f"{ir}/witness/{hashlib.sha256(origin.encode()).hexdigest()}/checkpoint", cert="TR")
    ok(status == 200 and body.startswith(checkpoint) and line.strip() in body, "and shows every member what it cosigned", status, body)
    (work / "request").write_bytes(b"old 7\n\n" + checkpoint)
    ok(curl(f"{ir}/witness/add-checkpoint", *post, cert="KZ")[0] in (400, 409), "an old size that is not the witness's is refused")
    (work / "request").write_bytes(b"old 0\n\n" + checkpoint.replace(b"kz.specimen/", b"xx.specimen/"))
    ok(curl(f"{ir}/witness/add-checkpoint", *post, cert="KZ")[0] == 404, "a log of no member is not known")

    # What is watched.
    ready = json.loads(curl(node["IR"][1] + "v1/ready")[1])
    ok("federation" in ready, "readiness tells how it goes with others", ready)
    metrics = curl(node["IR"][1] + "metrics")[1].decode()
    ok('serai_link_up{member="KZ"}' in metrics and 'serai_federation_part_well{part="links"} 1' in metrics, "and metrics for each link", metrics[-800:])
    seconds = slow(port, "KZ")
    ok(25 < seconds < 50, "a client that sends a byte now and then is shown out", seconds)
    node["IR"][0].send_signal(signal.SIGTERM)
    ok(node["IR"][0].wait(30) == 0, "the node stops as asked")
finally:
    for p in running:
        if p.poll() is None:
            p.send_signal(signal.SIGTERM)
            try:
                p.wait(30)
            except subprocess.TimeoutExpired:
                p.kill()
    shutil.rmtree(work)
done()
