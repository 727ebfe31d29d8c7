#!/usr/bin/env python3
"""Passkeys and the ministry's OpenID provider, each attacked; with the argument `browser`, both there (lane/passkeys.mjs)."""
import sys

sys.path.append(sys.path.pop(0))  # beside this file stands an inspect.py, which is not the library's

import copy
import http.client
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import tempfile
import urllib.parse

from browser_tools import browser_tools
from provider import CLIENT, SECRET, Key, Passkey, Provider
from tap import SERAI, SOURCE, done, ok, serai, skip

work = pathlib.Path(tempfile.mkdtemp(prefix="serai-passkeys-"))
node = work / "kz"
ENV = {"SERAI_DATA": str(SOURCE)}
provider = Provider()


def must(*args):
    code, out, err = serai(*args, env=ENV)
    if code:
        sys.exit(f"serai {' '.join(map(str, args))}: {err}")
    return out


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


port = free_port()
HOST, ORIGIN = f"localhost:{port}", f"http://localhost:{port}"
must("init", "--specimen", "--member", "KZ", "--listen", f"127.0.0.1:{port}", node)
(work / "secret").write_text(SECRET + "\n")
os.chmod(work / "secret", 0o600)
plain = (node / "node.conf").read_text()
OWN = f"""
passkey-place = localhost
passkey-origin = {ORIGIN}
oidc-issuer = {provider.url}
oidc-client = {CLIENT}
oidc-secret-file = {work}/secret
oidc-roles-claim = groups
oidc-role = "border post" lane
oidc-role = "all" lane notices operator
"""
for id, roles in (("officer-17", "lane notices"), ("officer-18", "lane")):
    must("person", "put", "--node", node, "--name", f"{id} SPECIMEN", "--roles", roles, id)


class Node:
    def __init__(self):
        self.process = subprocess.Popen([SERAI, "serve", node], stdout=subprocess.PIPE, stderr=open(work / "log", "ab"), text=True,
                                        env={**os.environ, **ENV})
        self.url = self.process.stdout.readline().strip()

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(60)


class Browser:
    """Keeps cookies, follows nothing."""

    def __init__(self, host=HOST):
        self.cookies, self.host = {}, host

    def ask(self, path, body=None, cookies=True, **headers):
        h = {"Host": self.host, **({"Content-Type": "application/json", "Origin": "http://" + self.host} if body is not None else {}), **headers}
        if cookies and self.cookies:
            h["Cookie"] = "; ".join(f"{k}={v}" for k, v in self.cookies.items())
        c = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        c.request("GET" if body is None else "POST", path, None if body is None else json.dumps(body), h)
        a = c.getresponse()
        text = a.read()
        for one in a.headers.get_all("Set-Cookie") or []:
            name, _, value = one.partition(";")[0].partition("=")
            self.cookies[name] = value
        self.set = a.headers.get_all("Set-Cookie") or []
        self.location = a.getheader("Location")
        c.close()
        return a.status, json.loads(text or b"{}")

    def enter(self, id):
        link = must("person", "link", "--node", node, id).strip().partition("#")[2]
        return self.ask("/v1/sign-in/link", {"link": link})

    def who(self):
        return (self.ask("/v1/sign-in")[1]["who"] or {}).get("id")

    def begin(self):
        return self.ask("/v1/sign-in/passkey/begin", {})[1]


def reason(got):
    return got[0], got[1].get("error", {}).get("reason")


def finish(passkey, browser=None, change=None):
    """One whole sign-in; change(request) before it is sent."""
    b = browser or Browser()
    said = passkey.prove(b.begin())
    return b.ask("/v1/sign-in/passkey/finish", change(said) if change else said)


def events(what):
    return [e for e in json.loads(must("person", "log", "--node", node, "--json"))["events"] if e["event"] == what]


def in_browser():
    """lane/passkeys.mjs: Chromium with an authenticator of its own making."""
    if not (shutil.which("npm") and shutil.which("node") and pathlib.Path("/usr/bin/chromium").exists()):
        skip("passkeys in a browser", "needs npm, node and chromium")
        done()
    tools = browser_tools()
    if not tools:
        skip("passkeys in a browser", "needs the npm packages of tests/e2e/lane, which cannot be installed now")
        done()
    must("person", "provider", "--node", node, "--subject", "SPECIMEN-1", "officer-18")
    provider.claims = {"groups": "all"}
    n = Node()
    link = must("person", "link", "--node", node, "officer-17").strip().partition("#")[2]
    (work / "given.json").write_text(json.dumps({"url": ORIGIN + "/", "address": f"http://127.0.0.1:{port}/", "link": link, "provider": provider.url, "pictures": os.environ.get("SERAI_PICTURES")}))
    try:
        code = subprocess.run(["node", "passkeys.mjs", work / "given.json"], cwd=tools).returncode
    finally:
        n.stop()
        provider.stop()
    sys.exit(code)


if sys.argv[1:] == ["browser"]:
    (node / "node.conf").write_text(plain + OWN)
    in_browser()

# ---- what is configured ----
for line, what in (("passkey-place = localhost\npasskey-origin = https://elsewhere.example", "an origin of another host"),
                   ("passkey-place = 127.0.0.1\npasskey-origin = http://localhost:1", "an address as the place"),
                   ("passkey-place = localhost\npasskey-origin = http://serai.example", "an origin without TLS"),
                   ("passkey-place = localhost", "no origin"),
                   (OWN.replace(f"issuer = {provider.url}", "issuer = http://serai.example"), "a provider without TLS"),
                   (OWN.replace('"all" lane', '"all" pilot'), "a role that is not known"),
                   (OWN + f"oidc-issuer = {provider.url}", "two providers"),
                   (OWN.replace("oidc-roles-claim = groups\n", ""), "roles of no claim")):
    (node / "node.conf").write_text(plain + line + "\n")
    code, out, err = serai("serve", node, env=ENV, timeout=60)
    ok(code == 2 and "node.conf" in err, f"node.conf is refused: {what}", code, err)
(node / "node.conf").write_text(plain + OWN)
n = Node()
try:
    ok(n.process.poll() is None, "the node starts with passkeys and a provider")
    ways = Browser().ask("/v1/sign-in")[1]["ways"]
    ok("passkey" in ways and "oidc" in ways, "both ways are offered", ways)
    other = Browser(f"127.0.0.1:{port}")
    ok("passkey" not in other.ask("/v1/sign-in")[1]["ways"] and reason(other.ask("/v1/sign-in/passkey/begin", {})) == (409, "passkeys-off"),
       "no passkeys under an address that is none of the place")

    # ---- one's own passkeys ----
    own, key = Browser(), Passkey(ORIGIN)
    ok(reason(own.ask("/v1/passkeys/begin", {})) == (401, "sign-in"), "who did not sign in adds no passkey")
    own.enter("officer-17")
    begun = own.ask("/v1/passkeys/begin", {})[1]
    ok(begun["place"] == "localhost" and begun["person"] == "officer-17" and not begun["passkeys"], "a passkey is begun", begun)
    thief = Browser()
    thief.enter("officer-18")
    ok(reason(thief.ask("/v1/passkeys/finish", key.register(begun))) == (403, "challenge-bound"), "another session does not bring back the challenge")
    ok(reason(own.ask("/v1/passkeys/finish", key.register(begun))) == (403, "challenge-unknown"), "a challenge that was tried is used up")
    for what, wrong, wanted in (("a PIN that was not asked for", lambda k: setattr(k, "flags", 1), (403, "passkey-verification")),
                                ("another place", lambda k: setattr(k, "place", "evil.example"), (403, "passkey-place")),
                                ("another origin", lambda k: setattr(k, "origin", "http://localhost:1"), (403, "passkey-origin"))):
        bad = Passkey(ORIGIN)
        wrong(bad)
        got = reason(own.ask("/v1/passkeys/finish", bad.register(own.ask("/v1/passkeys/begin", {})[1])))
        ok(got == wanted, f"a passkey is not taken: {what}", got)
    key.counter = 1
    got = own.ask("/v1/passkeys/finish", {**key.register(own.ask("/v1/passkeys/begin", {})[1]), "label": "Key of SPECIMEN"})
    kept = own.ask("/v1/passkeys")[1]
    ok(got[0] == 200 and [p["label"] for p in kept["passkeys"]] == ["Key of SPECIMEN"] and not kept["passkeys"][0]["used"], "a passkey is added", got, kept)
    got = thief.ask("/v1/passkeys/finish", copy.copy(key).register(thief.ask("/v1/passkeys/begin", {})[1]))
    ok(reason(got) == (403, "credential"), "one passkey is not two persons'", got)
    ok(reason(own.ask("/v1/passkeys/begin", {}, Origin="http://evil.example")) == (403, "origin"), "a foreign page adds nothing")
    token = must("person", "token", "--node", node, "--roles", "lane", "--days", "1", "officer-17").strip()
    ok(reason(Browser().ask("/v1/passkeys/begin", {}, Authorization=f"Bearer {token}")) == (403, "passkeys-browser"), "a program adds none")

    # ---- signing in by one ----
    key.counter, b = 2, Browser()
    got = finish(key, b)
    ok(got[0] == 200 and b.who() == "officer-17" and got[1]["who"]["how"] == "passkey", "one signs in by a passkey", got)
    ok(all("HttpOnly" in s and "SameSite=Strict" in s for s in b.set), "the session's cookie is for this site alone", b.set)
    ok(own.ask("/v1/passkeys")[1]["passkeys"][0]["used"], "it is shown when it was used")
    b = Browser()
    key.counter = 3
    said = key.prove(b.begin())
    b.ask("/v1/sign-in/passkey/finish", said)
    ok(reason(b.ask("/v1/sign-in/passkey/finish", said)) == (403, "challenge-unknown"), "what was said once is worth nothing again")
    key.counter = 4
    begun = Browser().begin()
    ok(reason(Browser().ask("/v1/sign-in/passkey/finish", key.prove(begun))) == (403, "challenge-bound"), "another browser does not go on")
    for what, change, wanted in (("another key's signature", lambda s: {**s, "signature": Passkey(ORIGIN).prove({"challenge": "x"})["signature"]}, "passkey-signature"),
                                 ("somebody else's handle", lambda s: {**s, "handle": "AAAA"}, "credential"),
                                 ("an unknown passkey", lambda s: {**s, "id": "AAAA"}, "credential"),
                                 ("nothing", lambda s: {}, "client-data")):
        got = reason(finish(key, change=change))
        ok(got == (403, wanted), f"nobody signs in by {what}", got)
    key.flags = 1
    ok(reason(finish(key)) == (403, "passkey-verification"), "nor without a PIN or a finger")
    key.flags, key.origin = 5, "https://evil.example"
    ok(reason(finish(key)) == (403, "passkey-origin"), "nor on a page that copies this one")
    key.origin = ORIGIN
    b = Browser()
    ok(reason(b.ask("/v1/sign-in/passkey/finish", key.prove(b.begin(), "create"))) == (403, "passkey-type"), "nor by what was said for another act")
    key.counter = 3
    ok(reason(finish(key)) == (403, "passkey-counter"), "a counter that goes back is refused")
    ok([e["person"] for e in events("copied")] == ["officer-17"], "and stands in the chain of what happened")
    found = serai("doctor", node, env=ENV)[1]
    ok("passkey-copied" in found and "officer-17" in found, "and the operator is told", found)
    key.counter = 9
    ok(finish(key)[0] == 200, "with the right counter it goes on")

    # ---- taken away ----
    second = Passkey(ORIGIN)
    own.ask("/v1/passkeys/finish", second.register(own.ask("/v1/passkeys/begin", {})[1]))
    last = Browser()
    ok(finish(second, last)[0] == 200 and last.who() == "officer-17", "a second passkey, that counts nothing, signs in")
    first = next(p["credential"] for p in own.ask("/v1/passkeys")[1]["passkeys"] if p["label"])
    ok(reason(thief.ask("/v1/passkeys/remove", {"credential": first})) == (403, "credential"), "nobody removes another's passkey")
    ok(own.ask("/v1/passkeys/remove", {"credential": first})[0] == 200 and own.who() == "officer-17" and last.who() is None,
       "removing one ends the other sessions, and not this one")
    key.counter = 20
    ok(reason(finish(key)) == (403, "credential"), "what was removed signs nobody in")
    ok("passkey-copied" not in serai("doctor", node, env=ENV)[1], "and the operator has nothing more to do")

    n.stop()
    n = Node()  # attempts that failed are counted anew

    # ---- the provider ----
    def to_provider(b, path="/v1/sign-in/provider"):
        status, _ = b.ask(path)
        return provider.authorize(urllib.parse.urlsplit(b.location).query).removeprefix(ORIGIN) if status == 303 and "/authorize?" in b.location else ""

    def by_provider(fault="", b=None, path="/v1/sign-in/provider"):
        b, provider.fault = b or Browser(), fault
        b.ask(to_provider(b, path))
        provider.fault, where = "", b.location
        return b.who(), where

    ok(by_provider() == (None, "/signin.html?why=provider-nobody&reason=credential"), "an account that is nobody's here opens nothing", by_provider())
    must("person", "provider", "--node", node, "--subject", "SPECIMEN-1", "officer-17")
    ok(by_provider() == (None, "/signin.html?why=provider-role&reason=provider-role"), "nor one whose claim names no role", by_provider())
    provider.claims = {"groups": ["border post", "SPECIMEN"]}
    b = Browser()
    got = by_provider(b=b, path="/v1/sign-in/provider?next=/notices.html?a=1")
    ok(got == ("officer-17", "/notices.html?a=1"), "one signs in with the ministry's account, and goes where one wanted to", got)
    ok(b.ask("/v1/sign-in")[1]["who"]["roles"] == ["lane"], "the claim takes a role away")
    provider.claims = {"groups": "all"}
    b = Browser()
    by_provider(b=b)
    ok(b.ask("/v1/sign-in")[1]["who"]["roles"] == ["lane", "notices"], "and gives none that the person does not have here")
    for next in ("//evil.example", "https://evil.example", "/\\\\evil.example", "javascript:alert(1)", "/\r\nSet-Cookie:a=b", "/" + "a" * 600):
        got = by_provider(path="/v1/sign-in/provider?next=" + urllib.parse.quote(next))
        ok(got == ("officer-17", "/start.html"), f"nobody is led elsewhere: {next[:40]!r}", got)
    for fault, wanted in (("aud", "token-audience"), ("azp", "token-audience"), ("iss", "token-issuer"), ("nonce", "token-nonce"), ("none", "token-format"),
                          ("hmac", "token-algorithm"), ("expired", "token-expired"), ("kid", "token-key"), ("signature", "token-signature")):
        got = by_provider(fault)
        ok(got == (None, f"/signin.html?why=provider&reason={wanted}"), f"a token is refused: {fault}", got)
finally:
    n.stop()
n = Node()
try:
    b = Browser()
    back = to_provider(b)
    ok(Browser().ask(back)[0] == 303 and b.ask(back)[0] == 303 and b.location.endswith("reason=challenge-unknown"), "a state is of one browser, and of one use", b.location)
    b = Browser()
    back = to_provider(b)
    b.ask(back)
    ok(b.who() == "officer-17", "by its own browser it is taken")
    b = Browser()
    code = urllib.parse.parse_qs(urllib.parse.urlsplit(back).query)["code"][0]
    again = urllib.parse.parse_qs(urllib.parse.urlsplit(to_provider(b)).query)
    b.ask("/v1/sign-in/provider/back?" + urllib.parse.urlencode({"state": again["state"][0], "code": code}))
    where = b.location
    ok(b.who() is None and where.endswith("reason=provider"), "a code is of one use", where)
    b = Browser()
    wrong = to_provider(b).replace(urllib.parse.quote(provider.url, safe=""), "https%3A%2F%2Fevil.example")
    b.ask(wrong)
    where = b.location
    ok(b.who() is None and where.endswith("reason=token-issuer"), "an answer of another provider is not taken", where)
    b = Browser()
    back = to_provider(b)
    b.ask("/v1/sign-in/provider/back?" + urllib.parse.urlencode({"state": urllib.parse.parse_qs(urllib.parse.urlsplit(back).query)["state"][0], "error": "access_denied"}))
    where = b.location
    ok(b.who() is None and where == "/signin.html?why=provider&reason=provider", "who is not let in there is not let in here", where)
    old = provider.key
    provider.key, asked = Key("two"), provider.asked_keys
    got = by_provider()
    ok(got[0] is None and provider.asked_keys == asked, "a new key is not asked for a moment after the last time", got)
    ok(not provider.problems, "the provider was asked as it must be", provider.problems)
finally:
    n.stop()
n = Node()
try:
    got = by_provider()
    ok(got[0] == "officer-17", "a key that the provider changed is fetched", got)
    provider.key = old
    ok(by_provider()[0] is None, "and the one before is worth nothing")
finally:
    n.stop()
    n = Node()
    try:
        provider.fault = "large keys"
        got = by_provider("large keys")
        ok(got == (None, "/signin.html?why=provider&reason=provider"), "keys without end are not read", got)
        ok(json.loads(must("person", "log", "--node", node, "--json"))["holds"], "the chain of what happened holds")
    finally:
        n.stop()
        provider.stop()

# ---- over TLS, certified by whom node.conf names ----
for name in ("ministry", "other"):
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", work / f"{name}.key", "-out", work / f"{name}.pem",
                    "-days", "2", "-subj", f"/CN=SPECIMEN {name}", "-addext", "subjectAltName=DNS:localhost"], check=True, capture_output=True)
plain_one, provider = provider, Provider(tls=(work / "ministry.pem", work / "ministry.key"))
provider.claims = {"groups": ["border post"]}
try:
    for ca, wanted, what in (("ministry", "officer-17", "a provider behind TLS is believed by the certificates that node.conf names"), ("other", None, "not by others"),
                             (None, None, "nor by the system's, which do not know it")):
        (node / "node.conf").write_text(plain + OWN.replace(plain_one.url, provider.url) + (f"oidc-ca = {work}/{ca}.pem\n" if ca else ""))
        n = Node()
        try:
            if ca == "ministry":
                must("person", "provider", "--node", node, "--subject", "SPECIMEN-1", "officer-17")
            b = Browser()
            got = by_provider(b=b) if wanted else (b.ask("/v1/sign-in/provider")[0], b.location)
            ok(got[0] == wanted if wanted else got == (303, "/signin.html?why=provider&reason=provider"), what, got)
        finally:
            n.stop()
    ok(not provider.problems, "asked as it must be", provider.problems)
finally:
    provider.stop()
done()
