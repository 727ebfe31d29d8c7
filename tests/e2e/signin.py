"""Signing in, attacked: links, sessions, cookies, foreign pages, roles, tokens, officers' certificates, names of others, the chain of what happened."""
import http.client
import json
import os
import pathlib
import shutil
import signal
import ssl
import subprocess
import tempfile

from event_stream import Stream
from tap import BUILD, SERAI, SOURCE, done, ok, serai, until

work = pathlib.Path(tempfile.mkdtemp(prefix="serai-signin-"))
ENV = {"SERAI_DATA": str(SOURCE)}


class Node:
    def __init__(self, folder):
        self.process = subprocess.Popen([SERAI, "serve", folder], stdout=subprocess.PIPE, stderr=open(work / "log", "ab"), text=True, env={**os.environ, **ENV})
        self.url = self.process.stdout.readline().strip().rstrip("/")
        self.host = self.url.partition("//")[2]

    def line(self):
        return self.process.stdout.readline().strip()

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(60)


def ask(n, path, body=None, cookie=None, origin=True, headers=None, context=None):
    """(status, JSON, Set-Cookie) of one request, as a page of the node sends it."""
    h = {"Host": n.host, **({"Cookie": cookie} if cookie else {})}
    if body is not None:
        h["Content-Type"] = "application/json"
        if origin:
            h["Origin"] = n.url
    connection = http.client.HTTPSConnection(n.host, context=context, timeout=60) if context else http.client.HTTPConnection(n.host, timeout=60)
    connection.request("GET" if body is None else "POST", path, None if body is None else json.dumps(body), {**h, **(headers or {})})
    answer = connection.getresponse()
    text = answer.read()
    set_cookie = answer.getheader("Set-Cookie")
    connection.close()
    return answer.status, json.loads(text) if (answer.getheader("Content-Type") or "").startswith("application/json") else {}, set_cookie


def reason(got):
    return got[0], got[1].get("error", {}).get("reason")


def person(*args):
    code, out, err = serai("person", args[0], "--node", node, *args[1:], env=ENV)
    return code, out.strip(), err


def link_of(id):
    return person("link", id)[1].partition("#")[2]


def enter(n, id, context=None):
    """A session's cookie, by a link."""
    got = ask(n, "/v1/sign-in/link", {"link": link_of(id)}, context=context)
    return (got[2] or "").partition(";")[0]


node = work / "kz"
code, out, err = serai("init", "--specimen", "--member", "KZ", "--listen", "127.0.0.1:0", node)
ok(code == 0 and "sign-in = required\n" in (node / "node.conf").read_text(), "a new node wants everybody to sign in", out, err)
ok(person("put", "--name", "A. SPECIMEN", "--roles", "lane roadside", "officer-17")[0] == 0, "a person is entered before the node runs")
ok(person("put", "--name", "B. SPECIMEN", "--roles", "pilot", "officer-18")[0] == 2, "not with a role that nobody has")
ok(person("put", "--name", "B. SPECIMEN", "--roles", "lane", "two words")[0] == 2, "an id is one word")

n = Node(node)
first = n.line()
try:
    ok(first.startswith("sign in, once and within 15 minutes: " + n.url + "/signin.html#"), "the first start offers one link", first)
    secret = node / "sign-in.secret"
    ok(secret.stat().st_mode & 0o777 == 0o600 and secret.read_text().splitlines()[1] == n.url, "what the folder's owner uses is readable for its owner alone")

    # Nothing else works.
    api = json.loads((SOURCE / "web/openapi.json").read_text())
    shut, open_ones = [], []
    for path, methods in api["paths"].items():
        for method, operation in methods.items():
            if not isinstance(operation, dict) or "operationId" not in operation or operation["operationId"] == "getInterface":
                continue
            got = ask(n, path.replace("{", "").replace("}", ""), None if method == "get" else {}, headers={"Content-Type": next(iter(operation.get("requestBody", {}).get("content", {"application/json": 0})))})
            (shut if got[0] == 401 else open_ones).append(operation["operationId"])
            if (got[0] == 401) != bool(operation["security"]):
                ok(False, f"{method} {path} is as open as it is described", got)
    ok(len(shut) > 120 and len(open_ones) < 32, "without signing in, what travellers and watchers need answers, and nothing else", len(shut), open_ones)
    ok(reason(ask(n, "/v1/trust")) == (401, "sign-in"), "the others say that one signs in first")
    ok(ask(n, "/v1/sign-in")[1] == {"required": True, "ways": ["link"], "who": None}, "and how")

    # The link.
    token = first.partition("#")[2]
    ok(reason(ask(n, "/v1/sign-in/link", {"link": token}, origin=False, headers={"Origin": "http://evil.example"})) == (403, "origin"), "a foreign page cannot use the link")
    ok(reason(ask(n, "/v1/sign-in/link", {"link": token}, headers={"Content-Type": "text/plain"})) == (415, "media-type"), "nor a form")
    ok(reason(ask(n, "/v1/sign-in/link", {"link": token[:-1] + ("A" if token[-1] != "A" else "B")})) == (403, "link"), "another link is none")
    got = ask(n, "/v1/sign-in/link", {"link": token})
    cookie = (got[2] or "").partition(";")[0]
    ok(got[0] == 200 and got[1]["who"]["id"] == "first" and "operator" in got[1]["who"]["roles"], "the link lets in once", got)
    ok(set((got[2] or "").split("; ")[1:]) == {"Path=/", "HttpOnly", "SameSite=Strict"} and cookie.startswith(f"serai-{n.host.partition(':')[2]}="), "the cookie is of this host, unreadable for scripts, and never sent from elsewhere", got[2])
    ok(reason(ask(n, "/v1/sign-in/link", {"link": token})) == (403, "link-used"), "and not twice")
    ok(token not in (work / "log").read_text() and cookie.partition("=")[2] not in (work / "log").read_text() and "SPECIMEN" not in (work / "log").read_text(), "neither secrets nor names stand in the log")
    ok(ask(n, "/v1/trust", cookie=cookie)[0] == 200 and ask(n, "/v1/sign-in", cookie=cookie)[1]["who"]["how"] == "link", "signed in, the node answers")

    # Foreign pages, and what a browser sends by itself.
    ok(reason(ask(n, "/v1/hits/list", {"officer": "first"}, cookie=cookie, origin=False)) == (403, "origin"), "a request that changes something names its page")
    ok(reason(ask(n, "/v1/hits/list", {}, cookie=cookie, origin=False, headers={"Origin": "http://127.0.0.1:1"})) == (403, "origin"), "and that page is of this node")
    ok(reason(ask(n, "/v1/trust", cookie=cookie, headers={"Sec-Fetch-Site": "cross-site"})) == (403, "origin"), "nor does a foreign page read")
    ok(reason(ask(n, "/v1/trust", cookie=f"{cookie}; {cookie}")) == (401, "sign-in"), "two cookies of the name are none")
    ok(reason(ask(n, "/v1/trust", cookie=cookie[:-2] + "xx")) == (401, "session"), "a cookie that was made up is none")
    ok(reason(ask(n, "/v1/trust", cookie=cookie.partition("=")[0] + "=" + "A" * 4000)) == (401, "session"), "nor one of four thousand letters")

    # Roles, and in whose name.
    officer = enter(n, "officer-17")
    ok(ask(n, "/v1/sign-in", cookie=officer)[1]["who"]["roles"] == ["lane", "roadside"], "an officer has the roles that were given")
    ok(reason(ask(n, "/v1/notices", cookie=officer)) == (403, "role") and reason(ask(n, "/v1/persons", cookie=officer)) == (403, "role"), "what is another role's is not theirs")
    wanted = {"Accept": "application/pdf"}
    ok(reason(ask(n, "/v1/applications/show", {"reference": "X", "officer": "officer-17"}, cookie=officer, headers=wanted)) == (403, "role"), "on paper neither")
    ok(reason(ask(n, "/v1/complaints/step", {"reference": "X", "office": "officer-17", "step": "read"}, headers=wanted)) == (401, "sign-in"), "nor for nobody")
    ok(reason(ask(n, "/v1/persons", {"id": "officer-17", "name": "A. SPECIMEN", "roles": "operator"}, cookie=officer)) == (403, "role"), "nobody gives himself a role")
    ok(reason(ask(n, "/v1/hits/list", {"officer": "officer-17"}, cookie=cookie)) == (403, "officer"), "nobody works in another's name")
    ok(reason(ask(n, "/v1/cyber/inbox?officer=officer-17", cookie=cookie)) == (403, "officer") and reason(ask(n, "/v1/complaints/step", {"office": "other"}, cookie=cookie)) == (403, "office"), "neither by a parameter, nor an office")
    ok(reason(ask(n, "/v1/hits/list", {"x": [{"officer": "first"}], "officer": "officer-17"}, cookie=cookie)) == (403, "officer"), "however it is dressed")
    ok(ask(n, "/v1/hits/list", {"officer": "first", "office": "first", "purpose": "border"}, cookie=cookie)[0] not in (401, 403), "in one's own, one does")

    # Two officers are two who signed in.
    for id in ("a.one", "b.two", "c.three"):
        person("put", "--name", f"{id} SPECIMEN", "--roles", "travel", id)
    a, b, c = (enter(n, id) for id in ("a.one", "b.two", "c.three"))
    extend = {"reference": "P-1", "until": "2027-04-15", "form": "digital"}
    both = lambda who, other, **more: reason(ask(n, "/v1/applications/extend", {"officer": who, "second": other, **extend, **more}, cookie={"a.one": a, "b.two": b, "c.three": c}[who]))
    ok(both("a.one", "b.two") == (409, "second") and both("a.one", "b.two") == (409, "second"), "a second officer who is only named has done nothing")
    ok(both("c.three", "a.one") == (409, "second") and both("b.two", "c.three") == (409, "second"), "nor does a third one stand in for the second")
    ok(both("b.two", "a.one", until="2028-04-15") == (409, "second"), "nor for other terms")
    ok(both("b.two", "a.one")[0] == 404, "asked for by both, it goes on to the desk", both("b.two", "a.one"))
    ok(both("b.two", "a.one") == (409, "second"), "and once only")

    # Changed and removed: at once.
    ok(person("put", "--name", "A. SPECIMEN", "--roles", "notices", "--office", "interior", "officer-17")[0] == 0, "a role is changed while the node runs")
    ok(reason(ask(n, "/v1/trust", cookie=officer)) == (401, "session"), "the sessions of before have ended")
    officer = enter(n, "officer-17")
    ok(ask(n, "/v1/sign-in", cookie=officer)[1]["who"]["office"] == "interior" and ask(n, "/v1/notices", cookie=officer)[0] == 200, "the new ones have the new role")
    again = enter(n, "officer-17")
    ok(again != officer and ask(n, "/v1/sign-out", {"everywhere": True}, cookie=officer)[0] == 200 and reason(ask(n, "/v1/trust", cookie=again)) == (401, "session"), "signing out everywhere ends all sessions")
    officer = enter(n, "officer-17")
    stream, kept = (Stream(f"http://{n.host}", "?topics=complaints", headers=[f"Cookie: {c}"]) for c in (officer, cookie))
    ok(stream.status() == kept.status() == 200, "a session opens a stream of what changes")
    got = ask(n, "/v1/sign-out", {}, cookie=officer)
    ok(got[0] == 200 and "Max-Age=0" in got[2] and reason(ask(n, "/v1/trust", cookie=officer)) == (401, "session"), "signing out ends one, and removes the cookie", got)
    filed = ask(n, "/v1/complaints", {"subject": "notice-access", "text": "SPECIMEN: what is kept about me?", "language": "en"}, cookie=cookie)
    ok(filed[0] == 201 and until(lambda: stream.ended) and not stream.events() and until(kept.events),
       "its stream ends before it tells of anything more; another session's goes on", filed, stream.text, kept.text)
    officer, spare = enter(n, "officer-17"), link_of("officer-17")
    ok(person("remove", "officer-17")[0] == 0 and reason(ask(n, "/v1/trust", cookie=officer)) == (401, "session"), "who is removed is out at once")
    ok(reason(ask(n, "/v1/sign-in/link", {"link": spare})) == (403, "link"), "and does not come back by a link of before")
    sessions = [enter(n, "first") for _ in range(9)]
    ok([ask(n, "/v1/trust", cookie=c)[0] for c in sessions] == [401] + [200] * 8, "nobody has more than eight sessions: the oldest ends")

    # Programs.
    person("put", "--name", "SPECIMEN desk", "--roles", "lane notices", "desk")
    code, token, err = person("token", "--roles", "notices operator", "--days", "2", "--label", "trial", "desk")
    bearer = {"Authorization": f"Bearer {token}"}
    ok(code == 0 and ask(n, "/v1/notices", headers=bearer)[0] == 200, "a program has a token", err)
    ok(reason(ask(n, "/v1/stays/overdue", headers=bearer)) == (403, "role") and reason(ask(n, "/v1/persons", headers=bearer)) == (403, "role"), "with those of its roles that the person has")
    ok(reason(ask(n, "/v1/hits/list", {"officer": "first"}, headers=bearer)) == (403, "officer") and ask(n, "/v1/hits/list", {"officer": "desk/17", "office": "desk", "purpose": "border"}, headers=bearer)[0] != 403, "it names those behind it, and nobody else")
    listed = json.loads(person("list", "--json")[1])["persons"]
    way = next(w for p in listed if p["id"] == "desk" for w in p["ways"] if w["kind"] == "token")
    ok(token not in json.dumps(listed) and way["label"] == "trial", "the token is told once")
    ok(person("drop", "--kind", "token", "--credential", way["credential"], "desk")[0] == 0 and reason(ask(n, "/v1/notices", headers=bearer)) == (401, "token"), "a token that was taken away is worth nothing at once")
    mine = {"Authorization": "Bearer " + secret.read_text().splitlines()[0]}
    ok(ask(n, "/v1/persons", headers=mine)[0] == 200, "who reads the node's folder is let in")
    ok(serai("hit", "list", "--url", n.url, env={**ENV, "SERAI_TOKEN_FILE": str(secret)})[0] in (0, 1), "as the command line is")
    ok(serai("hit", "list", "--url", n.url, env=ENV)[2].count("Sign in first") == 1, "without that it is not")

    # What happened stands in a chain.
    log = json.loads(person("log", "--json")[1])
    seen = {(e["person"], e["event"]) for e in log["events"]}
    ok(log["holds"] and {("first", "signed-in"), ("first", "refused"), ("officer-17", "signed-out"), ("officer-17", "removed"), ("desk", "made"), ("desk", "dropped"), ("", "refused")} <= seen, "what happened is on record", seen)
    ok("SPECIMEN" not in json.dumps(log["events"]), "by ids, without names")

    # Attempts that fail are few in a minute; others go on.
    tried = [reason(ask(n, "/v1/sign-in/link", {"link": f"guess-{i}"}))[1] for i in range(30)]
    ok(tried[0] == "link" and tried[-1] == "tries", "guessing is slowed down", tried)
    ok(reason(ask(n, "/v1/notices", headers={"Authorization": "Bearer guess"})) == (429, "tries") and ask(n, "/v1/trust", cookie=sessions[-1])[0] == 200, "and who is signed in works on")
    ok(json.loads(person("log", "--json", "--after", str(log["events"][-1]["seq"]))[1])["count"] < log["count"] + 25, "the record does not grow with the guesses")
finally:
    n.stop()
ok(not (node / "sign-in.secret").exists(), "the secret goes with the node")
ok("first" in person("list")[1], "persons are kept")

# The chain tells what was changed behind its back.
subprocess.run(["python3", "-c", "import sqlite3, sys; d = sqlite3.connect(sys.argv[1]); d.execute(\"UPDATE person_events SET person = 'other' WHERE seq = 3\"); d.commit()", node / "store.db"], check=True)
log = json.loads(person("log", "--json")[1])
ok(not log["holds"] and "3" in log["broken"], "an event that was changed is told", log.get("broken"))

# Under TLS: the cookie's prefix, and officers' certificates.
openssl = lambda *args: subprocess.run(["openssl", *map(str, args)], check=True, capture_output=True)
for ca in ("officers", "strangers"):
    openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", work / f"{ca}.key", "-out", work / f"{ca}.pem", "-days", "2", "-subj", f"/CN=SPECIMEN {ca}")
openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", work / "tls.key", "-out", work / "tls.pem", "-days", "2", "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1")
for name, ca, days in (("good", "officers", 2), ("unknown", "officers", 2), ("strange", "strangers", 2)):
    openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", work / f"{name}.key", "-out", work / f"{name}.csr", "-subj", f"/CN=SPECIMEN {name}")
    openssl("x509", "-req", "-in", work / f"{name}.csr", "-CA", work / f"{ca}.pem", "-CAkey", work / f"{ca}.key", "-CAcreateserial", "-days", days, "-out", work / f"{name}.pem")
with open(node / "node.conf", "a") as conf:
    conf.write(f"tls-certificate = {work}/tls.pem\ntls-key = {work}/tls.key\nofficers-ca = {work}/officers.pem\n")
person("put", "--name", "A. SPECIMEN", "--roles", "lane", "officer-17")
ok(person("certificate", "--file", work / "good.pem", "officer-17")[0] == 0 and person("certificate", "--file", work / "strange.pem", "officer-17")[0] == 0, "certificates are registered")
ok(person("certificate", "--file", work / "good.pem", "desk")[0] == 2, "each for one person")
n = Node(node)
try:
    def shown(name=None):
        c = ssl.create_default_context(cafile=str(work / "tls.pem"))
        if name:
            c.load_cert_chain(work / f"{name}.pem", work / f"{name}.key")
        return c

    got = ask(n, "/v1/sign-in/certificate", {}, context=shown("good"))
    cookie = (got[2] or "").partition(";")[0]
    ok(got[0] == 200 and got[1]["who"] | {"ends": ""} == {"id": "officer-17", "name": "A. SPECIMEN", "office": "officer-17", "purposes": "", "how": "certificate", "ends": "", "roles": ["lane"]}, "an officer's certificate lets in", got)
    ok("; Secure" in got[2] and cookie.startswith("__Host-serai-"), "under TLS the cookie is for TLS alone", got[2])
    ok(ask(n, "/v1/stays/overdue", cookie=cookie, context=shown())[0] == 200, "the session goes on without the card")
    ok(reason(ask(n, "/v1/sign-in/certificate", {}, context=shown("unknown"))) == (403, "credential"), "a certificate of nobody here does not")
    ok(reason(ask(n, "/v1/sign-in/certificate", {}, context=shown("strange"))) == (403, "certificate"), "one of another authority does not, though it is registered")
    ok(reason(ask(n, "/v1/sign-in/certificate", {}, context=shown())) == (403, "certificate"), "nor none")
    ok(ask(n, "/v1/sign-in", context=shown())[1]["ways"] == ["link", "certificate"], "the page is told of the way")
finally:
    n.stop()
ok(until(lambda: b"sign in, once" not in n.process.stdout.read().encode(), 5), "no link is offered where somebody has a lasting way")

shutil.rmtree(work)
done()
