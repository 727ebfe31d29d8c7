#!/usr/bin/env python3
"""Questions of topics that the program does not know: agencies' services behind two nodes over mutual TLS, killed in between."""
import http.server
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
import urllib.error
import urllib.request

from tap import SERAI, SOURCE, done, ok, serai, until

work = pathlib.Path(tempfile.mkdtemp(prefix="serai-asking-"))
running, calls = {}, []
hold = threading.Event()
LARGE = 12 * 1024 * 1024


class Service(http.server.BaseHTTPRequestHandler):
    """An agency's own: what it says depends on the first word of the question."""
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def say(self, status, body=b"", **headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header("Serai-" + name.capitalize(), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        calls.append((dict(self.headers), body))
        word = body.split(b" ")[0]
        if word == b"slow":
            hold.wait(15)
        answers = {b"unknown": lambda: self.say(200, said="unknown"), b"refuse": lambda: self.say(200, said="refused", reason="court-seal"),
                   b"later": lambda: self.say(202), b"error": lambda: self.say(500, b"secret"), b"missing": lambda: self.say(404),
                   b"odd": lambda: self.say(200, said="perhaps"), b"empty": lambda: self.say(204),
                   b"person": lambda: self.say(200, b"seen", subject="KAZ:N1234567"), b"flood": lambda: self.say(200, b"x" * (LARGE + 1))}
        try:
            answers.get(word, lambda: self.say(200, b"answer to " + body if len(body) < 1000 else body))()
        except OSError:
            pass


def must(*args):
    code, out, err = serai(*args)
    if code:
        ok(False, " ".join(map(str, args)), code, out, err)
    return out


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def start(member):
    p = subprocess.Popen([SERAI, "serve", work / member], stdout=subprocess.PIPE, stderr=open(work / f"{member}.err", "a"), text=True,
                         env={**os.environ, "SERAI_DATA": str(SOURCE)})
    running[member] = p
    url = p.stdout.readline().strip().rstrip("/")
    p.stdout.readline()
    return url


def kill(member):
    running[member].send_signal(signal.SIGKILL)
    running[member].wait()


def call(method, url, body=None, **headers):
    request = urllib.request.Request(url, body, {"Serai-" + n.replace("_", "-"): v for n, v in headers.items()}, method=method)
    if body is not None:
        request.add_header("Content-Type", "application/octet-stream")
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.status, answer.headers, answer.read()
    except urllib.error.HTTPError as e:
        return e.code, e.headers, e.read()


def put(body, topic="vehicle register", purpose="road-check", **more):
    return call("POST", ir + "/v1/ask", body, To="KZ", Topic=topic, Purpose=purpose, **more)


def ask(*args, body=b"car 1", purpose="road-check", topic="vehicle register"):
    (work / "body").write_bytes(body)
    out = work / "answer"
    out.unlink(missing_ok=True)
    code, said, err = serai("ask", "put", "--url", ir, "--to", "KZ", "--topic", topic, "--purpose", purpose, "--body", work / "body", "--out",
                            out, "--json", *args)
    return code, json.loads(said) if said else {}, out.read_bytes() if out.exists() else None, err


def cases(member, columns="reference, state, kind"):
    with sqlite3.connect(f"file:{work / member / 'store.db'}?mode=ro", uri=True) as db:
        return db.execute(f"SELECT {columns} FROM cases").fetchall()


def declare(member, kind, *args):
    must("agreement", kind, "--node", work / member, *args, "--yes")


def tell(member, other):
    must("trust", "acts", "--node", work / member, "--out", work / "told.acts")
    serai("trust", "receive", "--node", work / other, work / "told.acts")


def refused(here):
    """Whether a question is refused as not-bound, by the asker (here) or by the other."""
    status, _, body = put(b"bound")
    got = json.loads(body) if status == 409 else {}
    return got.get("reason") == "not-bound" and got["refused_here"] == here


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Service)
threading.Thread(target=server.serve_forever, daemon=True).start()
command = work / "command"
command.write_text(f"""#!{sys.executable}
import os, sys, time
body = sys.stdin.buffer.read()
word = body.split(b" ")[0].decode("latin-1")
if word == "env":
    print(" ".join(sorted(k + "=" + v for k, v in os.environ.items() if k.startswith("SERAI_"))), sys.argv[1], end="")
elif word == "refuse":
    print("too-old")
    sys.exit(12)
elif word == "noise":
    sys.stderr.write("secret")
    sys.exit(1)
elif word in ("unknown", "later"):
    sys.exit(10 if word == "unknown" else 11)
elif word == "deaf":
    os.close(0)
    sys.stdout.buffer.write(b"heard")
else:
    sys.stdout.buffer.write(body)
""")
command.chmod(0o755)
agreement = work / "agreement"
text = (SOURCE / "agreements/eco.agreement").read_text().replace("witnessed when 6", "witnessed when 2")
text = re.sub(r"in force after 4 ratifications.*", "in force after 2 ratifications", text)
text = text.replace("suspension with 30 days notice", "suspension with 0 days notice")
line = re.search(r'^( *)asking "licence status".*$', text, re.M)
agreement.write_text(text.replace(line.group(0), line.group(0) + f'\n{line.group(1)}asking "vehicle register", "school record", "empty chair" '
                                  "for road-check by road-police", 1))
try:
    acts = []
    for m in ("IR", "KZ"):
        at = f"127.0.0.1:{free_port()}"
        must("init", "--specimen", "--sign-in", "off", "--member", m, "--agreement", agreement, "--listen", "127.0.0.1:0", "--peer-listen", at, "--peer-address",
             f"https://{at}", work / m)
    prints = {m: re.search(r"((?:[0-9a-f]{4} ){15}[0-9a-f]{4})", must("trust", "member", "list", "--node", work / m)).group(1)
              for m in ("IR", "KZ")}
    for m in ("IR", "KZ"):
        must("trust", "acts", "--node", work / m, "--out", work / "one.acts")
        acts.append((work / "one.acts").read_text().rstrip("\n") + "\n")
    (work / "all.acts").write_text("\n".join(acts))
    for m, o in (("IR", "KZ"), ("KZ", "IR")):
        must("join", "--node", work / m, "--agreement", agreement, "--from", work / "all.acts", "--out", work / "out", "--fingerprint", prints[o])

    # ---- configuration ----
    conf = work / "KZ/node.conf"
    plain = conf.read_text()
    for bad in ("vehicle register http://127.0.0.1:1/", '"vehicle register" http://example.org:80/', '"vehicle register" http://8.8.8.8:80/x',
                '"vehicle register" http://127.0.0.1/x', '"vehicle register" relative', '"" /bin/true', '"licence status" /bin/true'):
        conf.write_text(plain + f"answer-with = {bad}\n")
        p = subprocess.run([SERAI, "serve", work / "KZ"], capture_output=True, text=True, timeout=30, env={**os.environ, "SERAI_DATA": str(SOURCE)})
        ok(p.returncode == 2 and "answer-with" in p.stderr, f"node.conf: {bad}", p.returncode, p.stderr)
    conf.write_text(plain + f'answer-with = "vehicle register" http://127.0.0.1:{server.server_port}/ask?v=1\n'
                    f'answer-with = "school record" {command} extra\n')
    ir, kz = start("IR"), start("KZ")

    ok(until(lambda: put(b"first", Reference="IR-FIRST")[0] == 200), "the nodes have found each other")

    # ---- answered by a service ----
    status, headers, body = put(b"car 1", Reference="IR-CAR-1")
    ok(status == 200 and body == b"answer to car 1" and headers["Serai-State"] == "answered" and headers["Serai-Reference"] == "IR-CAR-1",
       "a service behind the other node answers", status, headers, body)
    told, asked = calls[-1]
    ok(asked == b"car 1" and {n: told.get("Serai-" + n) for n in ("From", "To", "Topic", "Purpose", "Article", "Role", "Reference")} ==
       {"From": "IR", "To": "KZ", "Topic": "vehicle register", "Purpose": "road-check", "Article": "11", "Role": "road-police",
        "Reference": "IR-CAR-1"} and "T" in told["Serai-Asked-At"] and "T" in told["Serai-Until"],
       "and was told who asks, for what, by which article and office", told)
    n = len(calls)
    again = put(b"car 1", Reference="IR-CAR-1")
    ok(again[0] == 200 and again[2] == body and len(calls) == n, "the same again is the same answer, and the service is not asked twice", again[0])
    status, headers, other = put(b"car 2", Reference="IR-CAR-1")
    ok(status == 409 and json.loads(other)["reason"] == "reference-used" and len(calls) == n, "a reference stands for one question", status, other)
    status, headers, got = call("GET", ir + "/v1/ask?reference=IR-CAR-1")
    ok(status == 200 and got == body, "the answer is there to be fetched", status, got)
    ok(call("GET", ir + "/v1/ask?reference=NONE")[0] == 404, "a reference that was not given")
    code, said, got, err = ask()
    ok(code == 0 and got == b"answer to car 1" and said["state"] == "answered" and said["reference"].startswith("IR-"), "serai ask put", code, said, err)
    code, out, err = serai("ask", "answer", "--url", ir, said["reference"])
    ok(code == 0 and out == "answer to car 1", "serai ask answer", code, out, err)
    big = os.urandom(LARGE)
    code, said, got, err = ask(body=big)
    ok(code == 0 and got == big, "twelve megabytes there and back", code, err)
    ok(ask(body=big + b"x")[0] == 2 and put(big + b"x")[0] == 413, "and not a byte more")
    code, said, got, err = ask(body=b"empty")
    ok(code == 0 and got == b"", "an empty answer is one", code, said, err)

    # ---- what is no answer ----
    for word, code, state, reason in (("unknown", 1, "unknown", None), ("refuse", 1, "refused", "court-seal")):
        got = ask(body=word.encode())
        ok(got[0] == code and got[1]["state"] == state and got[1].get("reason") == reason and got[2] is None, f"the service says {word}", got)
    for word in ("error", "missing", "odd", "flood"):
        got = ask(body=word.encode())
        ok(got[0] == 3 and got[1]["state"] == "unreachable" and got[2] is None, f"a service that fails is no answer: {word}", got)
    for reason in ("service-status", "service-answer", "service-too-large"):
        ok(reason in (work / "KZ.err").read_text(), f"and the operator's log has the reason: {reason}")
    status, _, body = put(b"x", topic="tax record")
    ok(status == 409 and json.loads(body)["reason"] == "not-agreed" and json.loads(body)["refused_here"], "what the agreement does not name", status, body)
    status, _, body = put(b"x", purpose="curiosity")
    ok(status == 409 and json.loads(body)["reason"] == "purpose", "nor for another purpose", status, body)
    status, _, body = put(b"x", Role="tax-office")
    ok(status == 409 and json.loads(body)["reason"] == "role", "nor by another office", status, body)
    status, _, body = put(b"x", topic="empty chair")
    ok(status == 409 and json.loads(body)["reason"] == "topic" and not json.loads(body)["refused_here"], "a topic that nobody there answers", status, body)
    status, _, body = put(b"x", topic="licence status")
    ok(status == 400 and json.loads(body)["error"]["reason"] == "topic-own", "a topic with an interface of its own", status, body)
    ok(put(b"x", Within="x")[0] == 400 and put(b"x", Subject="nobody")[0] == 400 and call("POST", ir + "/v1/ask", b"x")[0] == 400, "no question")

    # ---- whom it was about ----
    code, said, got, err = ask("--subject", "KAZ:N1234567", body=b"person 1")
    ok(code == 0 and got == b"seen", "a question about a person", code, err)
    for m in ("IR", "KZ"):
        found = json.loads(must("extract", "--node", work / m, "--subject", "KAZ:N1234567", "--json"))
        ok([q["reference"] for q in found["questions"]] == [said["reference"]], f"is in the person's extract: {m}", found)
    ok(b"N1234567" not in (work / "IR/store.db").read_bytes() + (work / "KZ/store.db").read_bytes(), "and the number is in no store")

    # ---- a command ----
    code, said, got, err = ask(body=b"env", topic="school record")
    ok(code == 0 and b"SERAI_FROM=IR" in got and b"SERAI_PURPOSE=road-check" in got and got.endswith(b"extra"), "a command answers", code, got, err)
    code, said, got, err = ask(body=big, topic="school record")
    ok(code == 0 and got == big, "with twelve megabytes", code, said, err)
    code, said, got, err = ask(body=b"deaf " + big[:1000000], topic="school record")
    ok(code == 0 and got == b"heard", "also one that does not listen to the end", code, said, err)
    for word, code, state in (("unknown", 1, "unknown"), ("refuse", 1, "refused"), ("noise", 3, "unreachable")):
        got = ask(body=word.encode(), topic="school record")
        ok(got[0] == code and got[1]["state"] == state and got[2] is None, f"it says {word}", got)

    # ---- later ----
    code, said, got, err = ask(body=b"later 1")
    ok(code == 3 and said["state"] == "open", "a service may put its answer off", code, said, err)
    late = said["reference"]
    listed = json.loads(must("ask", "list", "--node", work / "KZ", "--side", "theirs", "--state", "acknowledged", "--json"))["cases"]
    ok([c["reference"] for c in listed] == [late], "it is among those to be answered", listed)
    (work / "reply").write_bytes(b"at last")
    code, out, err = serai("ask", "reply", "--url", kz, "--from", "IR", "--body", work / "reply", late)
    ok(code == 0, "it is answered later", code, out, err)
    code, out, err = serai("ask", "answer", "--url", ir, "--wait", "20", late)
    ok(code == 0 and out == "at last", "and the answer is delivered by itself", code, out, err)
    status, _, body = call("POST", kz + "/v1/ask/reply", b"another", From="IR", Reference=late)
    ok(status == 200 and json.loads(body)["repeated"], "what was answered is not answered anew", status, body)
    ok(call("POST", kz + "/v1/ask/reply", b"x", From="IR", Reference="NONE")[0] == 404 and
       call("POST", kz + "/v1/ask/reply", b"x", From="IR", Reference=late, Said="maybe")[0] == 400, "a reply to nothing, and of nothing")

    # ---- killed in between ----
    results = {}

    def asker(name):
        try:
            results[name] = put(b"slow " + name.encode(), Reference=name)
        except OSError as e:
            results[name] = (0, {}, str(e).encode())

    def asked(name):
        return sum(c[0]["Serai-Reference"] == name for c in calls)

    t = threading.Thread(target=asker, args=("IR-KILL-1",))
    t.start()
    ok(until(lambda: asked("IR-KILL-1") == 1), "the service has a question")
    kill("KZ")
    hold.set()
    t.join()
    ok(results["IR-KILL-1"][0] == 202 and json.loads(results["IR-KILL-1"][2])["state"] == "unreachable", "its node is killed: no answer",
       results["IR-KILL-1"])
    kz = start("KZ")

    def answered(name):
        results[name] = put(b"slow " + name.encode(), Reference=name)
        return results[name][0] == 200

    ok(until(lambda: answered("IR-KILL-1")), "the same question again is answered", results["IR-KILL-1"])
    hold.clear()
    t = threading.Thread(target=asker, args=("IR-KILL-2",))
    t.start()
    ok(until(lambda: asked("IR-KILL-2") == 1), "the service has another")
    kill("IR")
    hold.set()
    t.join()
    ir = start("IR")
    ok(until(lambda: call("GET", ir + "/v1/ask?reference=IR-KILL-2")[0] == 200), "the asker's node is killed: it asks again by itself")
    ok(asked("IR-KILL-2") == 1, "and the service is not asked twice for what it had answered")
    for m in ("IR", "KZ"):
        mine = cases(m)
        ok(len({r for r, _, _ in mine}) == len(mine) and all(dict((r, s) for r, s, _ in mine)[k] == "answered" for k in ("IR-KILL-1", "IR-KILL-2")),
           f"nothing lost and nothing doubled: {m}")

    # ---- whom the article binds ----
    declare("IR", "ratify")
    ok(until(lambda: refused(True)), "until the agreement is in force nobody asks, from the first ratification on")
    tell("IR", "KZ")
    declare("KZ", "ratify")
    tell("KZ", "IR")
    ok(until(lambda: put(b"bound")[0] == 200), "both have ratified: answered", put(b"bound"))
    article = [c[0] for c in calls][-1]["Serai-Article"]
    declare("KZ", "suspend", "--article", article, "--reason", "SPECIMEN")
    n = len(calls)
    ok(until(lambda: refused(False) or refused(True)) and put(b"bound")[0] == 409, "who has suspended the article does not answer under it")
    tell("KZ", "IR")
    ok(until(lambda: refused(True)), "and is not asked, once that is known")
    n = len(calls)
    ok(put(b"bound")[0] == 409 and len(calls) == n, "nothing is sent", len(calls) - n)
    status, _, body = call("POST", kz + "/v1/ask", b"x", To="IR", Topic="vehicle register", Purpose="road-check")
    ok(status == 409 and json.loads(body)["reason"] == "not-bound" and json.loads(body)["refused_here"], "nor does it ask", status, body)
    declare("KZ", "resume", "--article", article)
    tell("KZ", "IR")
    ok(until(lambda: put(b"bound")[0] == 200), "resumed: answered again", put(b"bound"))
    log = (work / "IR.err").read_text() + (work / "KZ.err").read_text()
    ok("IR-CAR" not in log and "N1234567" not in log and "secret" not in log, "nothing of a question is in a log line")
    with urllib.request.urlopen(kz + "/metrics", timeout=60) as answer:
        text = answer.read().decode()
    ok(re.search(r'serai_questions_total\{[^}]*topic="agreed"[^}]*\} [1-9]', text) and "vehicle" not in text, "they are counted", text[-1500:])
finally:
    hold.set()
    for p in running.values():
        p.kill()
        p.wait()
    server.shutdown()
shutil.rmtree(work)
done()
