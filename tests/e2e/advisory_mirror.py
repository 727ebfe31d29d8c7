#!/usr/bin/env python3
"""Advisories mirrored over TLS from good and hostile providers, aggregated, and guarded by the node that serves them."""
import base64
import hashlib
import http.client
import http.server
import json
import os
import pathlib
import shutil
import ssl
import subprocess
import tempfile
import threading

import tap
from tap import SERAI, SOURCE, ok, serai

BASE = "/.well-known/csaf/"


def advisory(number, label="WHITE", version=1, day=1, title=None):
    return {
        "document": {
            "category": "csaf_base", "csaf_version": "2.0", "distribution": {"tlp": {"label": label}}, "lang": "en",
            "publisher": {"category": "coordinator", "name": "SPECIMEN", "namespace": "https://specimen.example"},
            "title": title or f"SPECIMEN {number}",
            "tracking": {
                "current_release_date": f"2026-02-{day:02}T00:00:00Z", "id": f"SA-2026/{number}",
                "initial_release_date": "2026-01-01T00:00:00Z",
                "revision_history": [{"date": f"2026-01-{i:02}T00:00:00Z", "number": str(i), "summary": "s"} for i in range(1, version + 1)],
                "status": "final", "version": str(version)}}}


def put(path, document):
    path.write_text(json.dumps(document, sort_keys=True), encoding="utf-8")
    return path


def tree(folder):
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def gpg_key(folder, name):
    home = folder / name
    home.mkdir(mode=0o700)
    subprocess.run(["gpg", "--homedir", home, "--batch", "--passphrase", "", "--quick-generate-key",
                    f"SPECIMEN <{name}@specimen.example>", "ed25519", "sign", "never"], check=True, capture_output=True)
    ring = folder / f"{name}.gpg"
    ring.write_bytes(subprocess.run(["gpg", "--homedir", home, "--export"], capture_output=True, check=True).stdout)
    return home, ring


def certificate(folder):
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", folder / "tls.key",
                    "-out", folder / "tls.pem", "-days", "2", "-subj", "/CN=SPECIMEN", "-addext",
                    "subjectAltName=DNS:localhost,DNS:csaf.data.security.localhost,IP:127.0.0.1"], check=True, capture_output=True)
    return folder / "tls.pem"


class Provider:
    """A server of a provider's files on loopback: what it answers is changed by the tests."""

    def __init__(self, folder):
        self.files, self.odd, self.asked, self.wants = {}, {}, [], {}
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                host = self.headers.get("Host", "")
                outer.asked.append((host, self.path, self.headers.get("If-None-Match"), self.headers.get("Authorization")))
                status, headers, body = outer.answer(host, self.path, self.headers)
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                try:
                    self.wfile.write(body)
                except OSError:
                    pass

            def log_message(self, *_):
                pass

        class Quiet(http.server.ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, *_):
                pass

        self.server = Quiet(("127.0.0.1", 0), Handler)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(folder / "tls.pem", folder / "tls.key")
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True, do_handshake_on_connect=False)
        self.port = self.server.server_address[1]
        self.home = f"localhost:{self.port}"
        self.url = f"https://{self.home}{BASE[:-1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def serve(self, folder):
        self.files = {BASE + name: body for name, body in tree(folder).items()}
        self.odd = {}

    def answer(self, host, path, headers):
        if path in self.odd:
            odd = self.odd[path]
            return odd.pop(0) if isinstance(odd, list) and odd else odd if not isinstance(odd, list) else (404, {}, b"")
        body = self.files.get(path)
        if body is None:
            return 404, {}, b""
        if any(path.startswith(BASE + p) for p in self.wants) and headers.get("Authorization") != self.wants[next(p for p in self.wants if path.startswith(BASE + p))]:
            return 401, {}, b""
        tag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
        if headers.get("If-None-Match") == tag:
            return 304, {"ETag": tag}, b""
        return 200, {"ETag": tag}, body

    def paths(self):
        asked, self.asked = [a[1] for a in self.asked], []
        return asked


class Place:
    """A provider with a key, a folder that it publishes, and a mirror of it."""

    def __init__(self, work, name):
        self.work = work / name
        self.work.mkdir()
        self.name = name
        self.home, self.ring = gpg_key(self.work, name)
        self.server = Provider(work)
        self.site, self.out = self.work / "site", self.work / "mirror"
        publisher = {**advisory(1)["document"]["publisher"], "name": f"SPECIMEN {name}", "namespace": f"https://{name}.specimen.example"}
        self.settings = put(self.work / "provider.json", {"publisher": publisher, "url": self.server.url, "contact": "mailto:cert@specimen.example"})
        self.ca = work / "tls.pem"

    def publish(self, *documents, fresh=False):
        if fresh:
            shutil.rmtree(self.site, ignore_errors=True)
        paths = [put(self.work / f"in{i}.json", d) for i, d in enumerate(documents)]
        done = serai("advisory", "publish", "--out", self.site, "--provider", self.settings, "--sign-key", f"{self.name}@specimen.example",
                     "--gpg-home", self.home, *paths)
        if done[0] != 0:
            raise RuntimeError(done)
        self.server.serve(self.site)

    def mirror(self, *more, of=None, ring=None):
        return serai("advisory", "mirror", "--out", self.out, "--keyring", ring or self.ring, "--ca", self.ca, "--rate", "1000", *more,
                     of or self.server.home, timeout=120)


def good(place):
    place.publish(advisory(1), advisory(2, "GREEN"), advisory(3, "RED"), advisory(4, day=4))
    place.server.wants = {"green": "none", "protected": "none"}
    code, out, err = place.mirror()
    files = tree(place.out) if place.out.exists() else {}
    ok(code == 0 and "2 advisories mirrored, 2 new" in out and "GREEN is passed over" in out, "a provider is mirrored by its domain", out, err)
    ok({n for n in files if n.endswith(".json") and "/2026/" in n} == {"white/2026/sa-2026_1.json", "white/2026/sa-2026_4.json"},
       "what needs an account is not taken without one", sorted(files))
    ok(all(files.get(n) == (place.site / n).read_bytes() for n in ("white/2026/sa-2026_1.json", "white/2026/sa-2026_1.json.asc", "white/2026/sa-2026_1.json.sha512")),
       "documents, signatures and hashes are the provider's own")
    ok(serai("advisory", "verify", "--keyring", place.ring, place.out)[0] == 0, "the mirror verifies")
    place.server.paths()
    code, out, _ = place.mirror()
    asked = place.server.paths()
    ok(code == 0 and "2 as before" in out and not any("/2026/" in p for p in asked), "nothing that did not change is asked for again", out, asked)
    code, out, _ = place.mirror("--all")
    asked = place.server.asked
    ok(code == 0 and "2 as before" in out and all(a[2] for a in asked if "/2026/" in a[1]), "with --all each document is asked for by its tag", out, asked)
    secret = "Basic " + base64.b64encode(b"cert:SPECIMEN-secret").decode()
    place.server.wants = {"green": secret, "protected": secret}
    password = place.work / "password"
    password.write_text("SPECIMEN-secret\n")
    code, out, err = place.mirror("--user", "cert", "--password-file", password)
    ok(code == 0 and "protected/red/2026/sa-2026_3.json" in tree(place.out) and "green/2026/sa-2026_2.json" in tree(place.out),
       "with an account AMBER and RED come, below protected/", out, err)
    place.server.wants = {}
    shutil.rmtree(place.out)
    shutil.rmtree(str(place.out) + ".fetch")


def ways(place):
    """7.3.1: each way to the metadata alone."""
    place.publish(advisory(1), fresh=True)
    files = dict(place.server.files)
    metadata = files.pop(BASE + "provider-metadata.json")
    named = f"Contact: mailto:a@specimen.example\nCSAF: https://{place.server.home}/elsewhere/provider-metadata.json\n".encode()
    for what, more in (("the well-known address", {BASE + "provider-metadata.json": metadata}),
                       ("security.txt", {"/.well-known/security.txt": named, "/elsewhere/provider-metadata.json": metadata}),
                       ("security.txt at the root", {"/security.txt": named, "/elsewhere/provider-metadata.json": metadata}),
                       ("the DNS path", {"/": metadata})):
        place.server.files = {**files, **more}
        place.server.odd = {}
        code, out, err = place.mirror()
        ok(code == 0 and "1 advisories mirrored" in out, f"found by {what}", out, err)
        shutil.rmtree(place.out, ignore_errors=True)
        shutil.rmtree(str(place.out) + ".fetch", ignore_errors=True)
    place.server.files = files
    code, _, err = place.mirror()
    ok(code == 2 and "no provider-metadata.json" in err and not place.out.exists(), "none of them: said, and nothing is left", err)
    folders = json.loads(metadata)
    folders["distributions"] = [d for d in folders["distributions"] if "directory_url" in d]
    place.server.files = {**files, BASE + "provider-metadata.json": json.dumps(folders).encode()}
    code, out, err = place.mirror(of=f"{place.server.url}/provider-metadata.json")
    ok(code == 0 and any(p.endswith("changes.csv") for p in place.server.paths()), "by address, and by folder where there is no feed", out, err)
    shutil.rmtree(place.out)
    shutil.rmtree(str(place.out) + ".fetch")
    place.server.files.pop(BASE + "white/changes.csv")
    place.server.files[BASE + "white/index.txt"] += b"../../../etc/passwd.json\n2026/../../x.json\nhttps://127.0.0.1/2026/x.json\n"
    code, out, err = place.mirror()
    ok(code == 1 and "1 advisories mirrored" in out and out.count("7.1.12") == 3, "lines of index.txt that climb are named, the others are followed", out, err)
    ok(not any("passwd" in p or "x.json" in p for p in place.server.paths()), "and they are never asked for")


def hostile(place, other):
    """Each attack against a mirror that stands: it is named with its clause, and the mirror stays as it was."""
    place.publish(advisory(1, version=2, day=2), advisory(4), fresh=True)
    shutil.rmtree(place.out, ignore_errors=True)
    shutil.rmtree(str(place.out) + ".fetch", ignore_errors=True)
    code, out, err = place.mirror()
    first = tree(place.out)
    ok(code == 0, "a mirror to attack", out, err)
    one = BASE + "white/2026/sa-2026_1.json"

    def attack(what, reason, *more, clause="", code=1, ring=None):
        done = place.mirror("--all", *more, ring=ring)
        ok(done[0] == code and reason in done[1] + done[2] and clause in done[1] + done[2] and tree(place.out) == first
           and not any(p.name.startswith("mirror.new") for p in place.work.iterdir()), what, *done)
        place.server.serve(place.site)

    place.server.files[one] = place.server.files[one].replace(b"SPECIMEN 1", b"SPECIMAN 1")
    attack("a changed document", "hash", clause="7.1.18")
    body = place.server.files[one].replace(b"SPECIMEN 1", b"SPECIMAN 1")
    place.server.files.update({one: body, one + ".sha512": hashlib.sha512(body).hexdigest().encode(), one + ".sha256": hashlib.sha256(body).hexdigest().encode()})
    attack("a changed document with fitting hashes", "forged", clause="7.1.19")
    for ending in (".sha512", ".sha256"):
        place.server.files.pop(one + ending)
    place.server.files[one] = body
    attack("no hash at all", "hash file is missing", clause="7.1.18")
    place.server.files[one] = place.server.files[one].replace(b"SPECIMEN 1", b"SPECIMEN 7")
    place.server.files.pop(one + ".asc")
    place.server.files.update({one + ".sha512": hashlib.sha512(place.server.files[one]).hexdigest().encode()})
    place.server.files.pop(one + ".sha256")
    attack("no signature", "unsigned", clause="7.1.19")

    def signed_by(signer, document, at=one):
        path = put(place.work / "x.json", document)
        sig = place.work / "x.asc"
        sig.unlink(missing_ok=True)
        subprocess.run(["gpg", "--homedir", signer.home, "--batch", "--armor", "--output", sig, "--detach-sign", path], check=True, capture_output=True)
        body = path.read_bytes()
        place.server.files.update({at: body, at + ".asc": sig.read_bytes(), at + ".sha512": hashlib.sha512(body).hexdigest().encode(),
                                   at + ".sha256": hashlib.sha256(body).hexdigest().encode()})

    signed_by(other, advisory(1, version=3, day=9))
    attack("a signer that nobody named", "forged", clause="7.1.19")
    signed_by(place, advisory(1, version=1, day=1))
    attack("an older version", "rollback", clause="3.1.11")
    signed_by(place, advisory(1, version=2, day=9, title="SPECIMEN other"))
    attack("another content under the same version", "changed", clause="3.1.11")
    signed_by(place, advisory(1, "AMBER", version=3, day=9))
    attack("AMBER in a feed of WHITE", "label", clause="7.1.5")
    signed_by(place, advisory(9, version=3, day=9))
    attack("a document under another's name", "name", clause="7.1.2")
    place.server.odd[one] = (302, {"Location": one}, b"")
    attack("a redirect to itself", "redirect", clause="7.1.6")
    place.server.odd[BASE + "provider-metadata.json"] = (301, {"Location": "https://" + place.server.home + BASE + "provider-metadata.json"}, b"")
    attack("metadata that redirect", "redirect", code=2)
    place.server.odd[one] = (200, {}, b" " * (21 * 1024 * 1024))
    attack("a document without end", "too-large")
    place.server.odd[one] = (200, {}, place.server.files[one])
    place.server.odd[one + ".asc"] = (200, {}, b" " * (1 << 20))
    attack("a signature without end", "too-large")
    place.server.odd[BASE + "white/csaf-feed-tlp-white.json"] = (200, {}, b"[" * 100000)
    attack("a feed that is nothing but brackets", "too-deep")
    metadata = json.loads(place.server.files[BASE + "provider-metadata.json"])
    inward = {**metadata, "distributions": json.loads(json.dumps(metadata["distributions"]).replace("localhost", "127.0.0.1"))}
    place.server.files[BASE + "provider-metadata.json"] = json.dumps(inward).encode()
    before = len(place.server.asked)
    attack("feeds that lead into the operator's own network", "private")
    ok(not any(h.startswith("127.0.0.1") for h, *_ in place.server.asked[before:]), "and nothing was asked there")
    metadata["distributions"] = [{"directory_url": "http://" + place.server.home + "/"}]
    place.server.files[BASE + "provider-metadata.json"] = json.dumps(metadata).encode()
    attack("folders without TLS", "https", code=2)
    feed = json.loads(place.server.files[BASE + "white/csaf-feed-tlp-white.json"])
    feed["feed"]["entry"] = feed["feed"]["entry"][:1]
    gone = {"sa-2026_1.json", "sa-2026_4.json"} - {feed["feed"]["entry"][0]["content"]["src"].rsplit("/", 1)[1]}
    place.server.files[BASE + "white/csaf-feed-tlp-white.json"] = json.dumps(feed).encode()
    code, out, _ = place.mirror()
    ok(code == 0 and f"{gone.pop()} is no longer listed, and stays" in out and tree(place.out) == first, "what vanishes is told, and stays", out)
    place.server.serve(place.site)
    place.server.odd[one] = [(503, {"Retry-After": "1"}, b""), (200, {}, place.server.files[one])]
    code, out, err = place.mirror("--all")
    ok(code == 0 and not place.server.odd[one], "a server that is busy once is asked again", out, err)
    place.server.serve(place.site)
    place.publish(advisory(1, version=3, day=9))
    code, out, err = place.mirror()
    ok(code == 0 and "1 new" in out and tree(place.out)["white/2026/sa-2026_1.json"] == (place.site / "white/2026/sa-2026_1.json").read_bytes(),
       "a newer version takes its place", out, err)


def aggregated(work, one, two):
    one.publish(advisory(1), advisory(2, "GREEN"), advisory(3, "AMBER"), fresh=True)
    two.publish(advisory(5), fresh=True)
    plain = work / "plain"
    plain.mkdir()
    put(plain / "sa-2026_8.json", advisory(8))
    own, ring = gpg_key(work, "bloc")
    out = work / "all"
    publisher = {**advisory(1)["document"]["publisher"], "name": "SPECIMEN three", "namespace": "https://three.specimen.example"}
    config = {"aggregator": {"category": "aggregator", "name": "SPECIMEN bloc", "namespace": "https://bloc.example"},
              "url": "https://bloc.example/.well-known/csaf-aggregator", "out": str(out), "ca": str(work / "tls.pem"),
              "sign_key": "bloc@specimen.example", "gpg_home": str(own),
              "sources": [{"from": one.server.home, "keyring": str(one.ring)}, {"from": str(two.site), "keyring": str(two.ring)},
                          {"from": str(plain), "publisher": publisher, "update_interval": "weekly"}]}
    path = put(work / "bloc.json", config)
    run = ["advisory", "aggregate", "--config", path, "--at", "2026-03-01"]
    code, said, err = serai(*run, timeout=120)
    ok(code == 0, "three issuing parties are aggregated", said, err)
    files = tree(out)
    listed = json.loads(files["aggregator.json"])
    ok([p["mirrors"] for p in listed["csaf_providers"] + listed["csaf_publishers"]]
       == [[f"https://bloc.example/.well-known/csaf-aggregator/specimen-{n}/provider-metadata.json"] for n in ("one", "two", "three")]
       and listed["csaf_publishers"][0]["update_interval"] == "weekly", "aggregator.json lists their mirrors", listed)
    ok(not any("protected" in f or b"sa-2026_3" in b for f, b in files.items()), "AMBER stands nowhere, not even by its name")
    name = "specimen-one/white/2026/sa-2026_1.json.asc"
    ok(files[name] == (one.site / name.split("/", 1)[1]).read_bytes(), "the provider's own signature is kept")

    def good_signature(keys, file, sig):
        return subprocess.run(["gpgv", "--keyring", keys, sig, file], capture_output=True).returncode == 0

    document = out / "specimen-three/white/2026/sa-2026_8.json"
    ok(good_signature(ring, document, str(document) + ".asc") and good_signature(ring, out / "aggregator.json", out / "aggregator.json.asc"),
       "the aggregator signs its list, and what has no signature")
    one.server.odd = {p: (500, {"Retry-After": "1"}, b"") for p in (*one.server.files, "/.well-known/security.txt", "/security.txt", "/")}
    code, said, err = serai(*run, timeout=300)
    kept = {f: b for f, b in tree(out).items() if f.startswith("specimen-one/white/2026/")}
    ok(code == 1 and kept == {f: b for f, b in files.items() if f.startswith("specimen-one/white/2026/")},
       "one that does not answer keeps what it had", said, err)
    one.server.odd = {}
    before = tree(out)
    put(path, {**config, "sources": config["sources"][:1]})
    code, said, err = serai(*run, timeout=120)
    ok(code == 2 and "7.1.22" in err and tree(out) == before, "one party alone is no aggregator, and nothing is written", said, err)
    lister = {**config, "aggregator": {**config["aggregator"], "category": "lister"}, "out": str(work / "list"), "sources": config["sources"][:2]}
    code, said, err = serai("advisory", "aggregate", "--config", put(work / "list.json", lister), timeout=120)
    names = {f.split("/")[0] for f in tree(work / "list")} if code == 0 else set()
    ok(names == {"aggregator.json", "aggregator.json.asc", "aggregator.json.sha512"}, "a lister lists and mirrors nothing", said, err, names)
    return out


def account(work, name, *more):
    password = work / "password"
    password.write_text("SPECIMEN-secret\n")
    code, out, err = serai("cyber", "account", "--password-file", password, name, *more)
    if code:
        raise RuntimeError((code, out, err))
    return out.strip()


def guarded(work, site, out):
    """The node: WHITE for everybody, the rest for accounts, and no word about what is there."""
    node = work / "node"
    code, said, err = serai("init", "--specimen", "--sign-in", "off", "--member", "IR", "--listen", "127.0.0.1:0", "--agreement", SOURCE / "agreements/eco.agreement", node)
    ok(code == 0, "a node is made", said, err)
    conf = node / "node.conf"
    text = conf.read_text()
    more = [f"advisories = {site}", f"aggregator = {out}", account(work, "soc", "tlp=green"), account(work, "cert", "tlp=red", "cert")]
    if "\ntaxii-root" not in text:
        more.insert(0, 'taxii-root = specimen "SPECIMEN"')
    conf.write_text(text + "\n" + "\n".join(more) + "\n")
    running = subprocess.Popen([SERAI, "serve", "--quiet", node], stdout=subprocess.PIPE, text=True, env={**os.environ, "SERAI_DATA": str(SOURCE)})
    try:
        address = running.stdout.readline().split("//")[1].split("/")[0].split()[0]

        def get(path, who=None, **headers):
            c = http.client.HTTPConnection(address, timeout=60)
            if who:
                headers["Authorization"] = "Basic " + base64.b64encode(f"{who}:SPECIMEN-secret".encode()).decode()
            c.request("GET", path, headers=headers)
            r = c.getresponse()
            return r.status, dict(r.getheaders()), r.read()

        files = tree(site)
        white = next(f for f in files if f.startswith("white/2026/") and f.endswith(".json"))
        amber = next(f for f in files if f.startswith("protected/amber/2026/") and f.endswith(".json"))
        green = next(f for f in files if f.startswith("green/2026/") and f.endswith(".json"))
        status, headers, body = get(BASE + white)
        tag = headers.get("ETag") or headers.get("Etag", "")
        ok(status == 200 and body == files[white] and tag, "WHITE is for everybody, with a tag", status, headers)
        ok(get(BASE + white, **{"If-None-Match": tag})[0] == 304, "and is not sent twice")
        there = get(BASE + amber)
        absent = get(BASE + "protected/amber/2026/none.json")
        ok(there[0] == absent[0] == 401 and there[2] == absent[2], "without an account AMBER is 401, there or not", there, absent)
        there = get(BASE + amber, "soc")
        absent = get(BASE + "protected/amber/2026/none.json", "soc")
        ok(there[0] == absent[0] == 403 and there[2] == absent[2], "an account that may not read it learns nothing", there, absent)
        ok([get(BASE + p, "soc")[0] for p in ("protected/", "protected/x", "protected/red/2026/", "protected/amber/csaf-feed-tlp-amber.json")] == [403] * 4,
           "neither by folders nor by feeds")
        ok(get(BASE + green)[0] == 401 and get(BASE + green, "soc")[2] == files[green], "GREEN is for accounts")
        status, headers, body = get(BASE + amber, "cert")
        ok(status == 200 and body == files[amber] and "no-store" in headers["Cache-Control"], "who may read AMBER gets it, and no cache keeps it", status, headers)
        ok(get(BASE + "protected/amber/2026/none.json", "cert")[0] == 404, "and is told what is not there")
        ok(get(BASE + amber, "nobody")[0] == 401, "a name that nobody has is a stranger")
        listed = "/.well-known/csaf-aggregator/"
        status, headers, body = get(listed + "aggregator.json")
        ok(status == 200 and body == (out / "aggregator.json").read_bytes() and headers["Content-Type"] == "application/json", "the aggregator is served")
        ok(get(listed + "specimen-one/white/index.txt")[0] == 200 and get(listed + "specimen-one/green/index.txt")[0] == 401
           and get(listed + "specimen-one/green/index.txt", "soc")[0] == 200, "its mirrors too, GREEN for accounts")
        ok([get(listed + p)[0] for p in ("../node.conf", "%2e%2e/node.conf", "specimen-one/../../node.conf", "specimen-one")] == [404] * 4, "no other path leads anywhere")
        log = (node / "cyber/advisory-reads.log").read_text()
        ok(f" read cert {BASE}{amber}\n" in log and f" refused soc {BASE}{amber}\n" in log and "SPECIMEN-secret" not in log, "each reading is written down", log)
    finally:
        running.terminate()
        running.wait(60)


with tempfile.TemporaryDirectory(dir="/tmp") as name:
    work = pathlib.Path(name)
    if shutil.which("gpg") and shutil.which("gpgv"):
        certificate(work)
        one, two = Place(work, "one"), Place(work, "two")
        good(one)
        ways(one)
        hostile(one, two)
        guarded(work, one.site, aggregated(work, one, two))
        for home in (one.home, two.home, work / "bloc"):
            subprocess.run(["gpgconf", "--homedir", home, "--kill", "all"], capture_output=True)
    else:
        tap.skip("advisories over TLS", "no gpg")
tap.done()
