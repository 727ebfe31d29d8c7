#!/usr/bin/env python3
"""Status of licences offline, and the lists around them, through the command line and a running node."""
import http.client
import json
import pathlib
import shutil
import signal
import subprocess
import tempfile
import time

from tap import SERAI, done, inspect, ok, serai, skip, vectors

work = pathlib.Path(tempfile.mkdtemp(prefix="serai-status-"))
root = vectors("licence")
PROFILES = ("strict", "lenient")


def cases(folder):
    return json.loads((root / folder / "index.json").read_text())["cases"]


def arguments(c):
    """What the index says of a case, as options."""
    args = [x for a in c.get("anchors", []) for x in ("--anchors", root / a)]
    if c.get("now"):
        args += ["--at", c["now"]]
    if c.get("ca"):
        args += ["--anchors", root / c["ca"], "--signer", root / c["certificate"]]
    for name, option in (("uri", "--uri"), ("installed", "--installed")):
        if c.get(name):
            args += [option, c[name]]
    for name, option in (("token", "--status"), ("reader_key", "--reader-key")):
        if c.get(name):
            args += [option, root / c[name]]
    if c.get("transcript_hex"):
        (work / "transcript.cbor").write_bytes(bytes.fromhex(c["transcript_hex"]))
        args += ["--session", work / "transcript.cbor"]
    return args


def one(c, *more):
    code, objects = inspect(*arguments(c), *more, root / c["file"])
    return code, objects[0] if objects else {}


def outcome(o):
    return o.get("reason") or "OK"


WORDS = {1: ("revoked", "REVOKED", 1), 0: ("genuine", None, 0), "STATUS_INDEX": ("undetermined", "STATUS_INDEX", 3)}

if root:
    # every status token, by itself and for each position or identifier the index names
    for c in cases("status"):
        expect = c["expect"]
        for p in PROFILES:
            code, o = one(c, "--profile", p)
            wanted = expect.get("status", expect[p]).replace("VALID", "OK")
            ok(outcome(o) == wanted, f"{c['id']}, {p}: {wanted}", code, o)
        for probe, answer in expect.get("probe", {}).items():
            option = "--identifier" if c["kind"] == "identifier-list" else "--index"
            code, o = one(c, option, probe)
            result, reason, exit_code = WORDS[answer]
            ok((o["result"], o["reason"], code) == (result, reason, exit_code), f"{c['id']}: {probe[:12]} is {answer}", code, o)
        if "entries" in expect:
            ok(o["fields"]["entries"] == expect["entries"], f"{c['id']}: {expect['entries']} entries", o)

    # unsigned maps of values, and the token of the draft, whose key nobody has
    for c in cases("status-encoding"):
        code, o = one(c)
        if c["kind"] == "fragment":
            ok(outcome(o) == "CERT_MISSING" and o["fields"]["type"] and o["fields"]["subject"], f"{c['id']}: read, not believed", o)
            continue
        e = c["expect"]
        ok(o["result"] == "well-formed" and o["kind"] == "status-list" and o["fields"]["bits"] == e["bits"]
           and o["fields"]["entries"] == e["entries"] and o["fields"]["values"] == e["nonzero"], f"{c['id']}: every value", code, o)
        place = next(iter(e["nonzero"]))
        ok(one(c, "--index", place)[0] == 1 and one(c, "--index", e["entries"])[0] == 3, f"{c['id']}: one value, and one past the end")

    for c in cases("crl"):
        code, o = one(c)
        ok(outcome(o) == c["expect"]["result"], f"{c['id']}: {c['expect']['result']}", code, o)
    for c in cases("vical") + cases("vical-real"):
        for p in PROFILES:
            code, o = one(c, "--profile", p)
            ok(outcome(o) == c["expect"][p], f"{c['id']}, {p}: {c['expect'][p]}", code, o)
            said = [f["reason"] for f in o["findings"]]
            ok(all(x in said for x in c["expect"]["warnings"]), f"{c['id']}, {p}: warnings", o)
    c = next(c for c in cases("vical") if c["id"] == "eco-good")
    code, o = one(c)
    same = o["fields"]["date"]
    for installed, reason in ((f"{same},{o['fields']['issue']}", None), (f"{same},{o['fields']['issue'] + 1}", "VICAL_ROLLBACK"),
                              ("2020-01-01", None)):
        ok(one(c, "--installed", installed)[1]["reason"] == reason, f"installed {installed}: {reason}")

    # what the data of authentic licences lack
    for c in cases("bad"):
        data = c["expect"].get("data")
        if not data or c["expect"]["strict"] != "OK":
            continue
        code, o = one(c, "--profile", "strict")
        said = [f["reason"] for f in o["findings"]]
        ok(code == 0 and all(x in said for x in data), f"{c['id']}: {data}", code, o)

    # never valid without a token that holds now
    by = {c["id"]: c for c in cases("status")}
    c = {**by["mdoc-status-idx77"]}
    token = c.pop("token")
    code, o = one(c)
    d = o["fields"]["documents"][0]
    ok(code == 0 and d["not_checked"] == ["revocation"] and "answer" not in d["status"], "without a token: not checked", code, d)
    code, o = one(c, "--status", root / by["il-small"]["file"])
    ok(code == 3 and o["reason"] == "STATUS_UNAVAILABLE", "a token of another address", code, o)
    code, o = one(c, "--status", root / by["sl-expired"]["file"])
    d = o["fields"]["documents"][0]
    ok(code == 3 and o["reason"] == "STATUS_EXPIRED" and d["result"] == "undetermined" and "elements" in d, "a stale token", code, o)
    code, o = one(c, "--status", root / by["sl-expired"]["file"], "--status", root / by["sl-badsig"]["file"], "--status", root / token)
    d = o["fields"]["documents"][0]
    ok(code == 0 and d["status"]["answer"] == "valid" and d["status"]["token"]["source"].endswith(token.split("/")[1])
       and d["not_checked"] == [], "the genuine one of three tokens answers", code, d)
    code, o = one(by["mdoc-status-idx1340"])
    d = o["fields"]["documents"][0]
    ok(code == 1 and d["result"] == "revoked" and d["elements"] and d["status"]["token"]["age"] == 129600, "revoked, and whose it is", d)
    code, out, err = serai("inspect", *arguments(by["mdoc-status-idx1340"]), root / by["mdoc-status-idx1340"]["file"])
    ok("      answer" in out.replace("          answer", "      answer") and "{" not in out, "as text: a line for each", out, err)

# --- issuing ---

if not shutil.which("openssl"):
    skip("issuing", "openssl is not there")
    done()


def openssl(*args):
    subprocess.run(["openssl", *map(str, args)], check=True, capture_output=True)


def certificate(name, issuer, extensions, days=1000, curve="P-256"):
    conf, key, der = work / f"{name}.ext", work / f"{name}.key", work / f"{name}.der"
    conf.write_text("[x]\n" + extensions)
    openssl("genpkey", "-algorithm", "EC", "-pkeyopt", f"ec_paramgen_curve:{curve}", "-pkeyopt", "ec_param_enc:named_curve", "-out", key)
    openssl("req", "-new", "-key", key, "-subj", f"/C=UT/CN=SPECIMEN {name}", "-out", work / f"{name}.csr")
    sign = ["-signkey", key] if not issuer else ["-CA", work / f"{issuer}.der", "-CAform", "der", "-CAkey", work / f"{issuer}.key"]
    openssl("x509", "-req", "-in", work / f"{name}.csr", *sign, "-set_serial", str(len(name) + 1000), "-days", days, "-sha256",
            "-extfile", conf, "-extensions", "x", "-outform", "der", "-out", der)
    return der


CA = """basicConstraints=critical,CA:TRUE,pathlen:0
keyUsage=critical,keyCertSign,cRLSign
subjectKeyIdentifier=hash
issuerAltName=URI:https://ut.example/
"""
STATUS = """keyUsage=critical,digitalSignature
subjectKeyIdentifier=hash
authorityKeyIdentifier=keyid
extendedKeyUsage=1.3.6.1.5.5.7.3.30
"""
certificate("authority", None, CA)
for curve in ("P-256", "P-384", "P-521"):
    certificate(f"signer{curve[2:]}", "authority", STATUS, curve=curve)
certificate("reader", "authority", STATUS.replace("1.3.6.1.5.5.7.3.30", "1.0.18013.5.1.6"))
URI = "https://ut.example/lists/1"
lines = work / "lines"
lines.write_text("# SPECIMEN\n3 revoked\n1340\n77 valid\n")
TRUST = ("--anchors", work / "authority.der", "--profile", "strict", "--uri", URI)


def make(out, *args, signer="signer256", key=None, uri=URI):
    return serai("licence", "status-list", "--signer", work / f"{signer}.der", "--key", work / f"{key or signer}.key", "--uri", uri,
                 "--out", work / out, *args)


def reading(out, *args):
    code, o = inspect(*TRUST, *args, work / out)
    return code, o[0]


for signer in ("signer256", "signer384", "signer521"):
    for form in ((), ("--jwt",)):
        code, out, err = make("list", *form, lines, signer=signer)
        ok(code == 0 and "2 revoked" in out, f"a list, {signer} {form}", out, err)
        code, o = reading("list")
        ok(code == 0 and o["fields"]["revoked"] == 2 and o["findings"] == [] and o["fields"]["form"] == ("jwt" if form else "cwt"),
           "strict takes it", code, o)
        got = [reading("list", "--index", n)[0] for n in (3, 1340, 77, 0, 1344)]
        ok(got == [1, 1, 0, 0, 3], "each position", got)

make("list", "--size", "100000", "--ttl", "3600", lines)
code, o = reading("list")
ok(o["fields"]["entries"] == 100000 and o["fields"]["ttl"] == 3600, "a size, a time to live", o)
lines.write_text("5\n")
code, out, err = make("next", "--update", work / "list", lines)
ok(code == 0 and "3 revoked" in out, "a list goes on where it was", out, err)
lines.write_text("3 valid\n")
code, out, err = make("next", "--update", work / "list", lines)
ok(code == 2 and "stays revoked" in err, "what was revoked stays so", code, err)
code, out, err = make("next", "--update", work / "list", lines, uri="https://ut.example/lists/2")
ok(code == 2 and "address" in err, "no list goes on as another", code, err)
for bits, value, ok_value in ((2, 4, 3), (4, 16, 15), (8, 256, 255)):
    lines.write_text(f"9 {ok_value}\n")
    code, out, err = make("many", "--bits", bits, lines)
    code, o = reading("many", "--any-bits", "--index", "9")
    ok(o["fields"]["entry"]["value"] == ok_value and reading("many")[1]["reason"] == "STATUS_BITS", f"{bits} bits, for others only", o)
    lines.write_text(f"9 {value}\n")
    ok(make("many", "--bits", bits, lines)[0] == 2, f"{value} is too much for {bits} bits")

lines.write_text("2e1373615ce6e948bf7947b075c1821f\n00ff revoked\n0102 valid\n")
code, out, err = make("ids", "--identifiers", lines)
ok(code == 0 and "2 revoked" in out, "identifiers", out, err)
got = [reading("ids", "--identifier", i)[0] for i in ("00ff", "0102", "2e1373615ce6e948bf7947b075c1821f")]
ok(got == [1, 0, 1] and reading("ids")[1]["kind"] == "identifier-list", "each identifier", got)
lines.write_text("0102\n")
ok("3 revoked" in make("ids", "--identifiers", "--update", work / "ids", lines)[1], "identifiers go on")

for what, args, kw, word in (("a reader's certificate", (), {"signer": "reader"}, "key usage"),
                             ("another key", (), {"key": "reader"}, "key"), ("bits nobody has", ("--bits", "3"), {}, "bits"),
                             ("identifiers as a JWT", ("--identifiers", "--jwt"), {}, "CWT"),
                             ("a file that is none", ("--days", "0"), {}, "days"),
                             ("before the signer begins", ("--at", "2020-01-01"), {}, "validity")):
    code, out, err = make("bad", *args, lines, **kw)
    ok(code == 2 and word in err and not (work / "bad").exists(), what, code, err)
for text in ("x revoked\n", "3 perhaps\n", "18446744073709551616\n", "-1\n"):
    lines.write_text(text)
    ok(make("bad", lines)[0] == 2, f"no such line: {text.strip()}")

# --- a node ---

home = work / "ir"
serai("init", "--specimen", "--sign-in", "off", "--member", "IR", "--listen", "127.0.0.1:0", home)
with open(home / "node.conf", "a") as conf:
    conf.write("status = status\n")
shutil.copy(work / "authority.der", home / "anchors")
code, out, err = serai("trust", "import", "--node", home, work / "list", work / "ids")
ok(code == 0 and "2 status tokens" in err and len(list((home / "status").iterdir())) == 2, "tokens are imported", code, out, err)
code, out, err = serai("trust", "import", "--node", home, work / "list")
ok(code == 0 and "status token" not in err, "the same again changes nothing", code, err)
time.sleep(1.1)
lines.write_text("5\n")
make("next", "--update", work / "list", lines)
code, out, err = serai("trust", "import", "--node", home, work / "next")
ok(code == 0 and len(list((home / "status").iterdir())) == 2, "a newer one takes the place", code, err)
code, out, err = serai("trust", "import", "--node", home, work / "list")
ok(code == 1 and "newer" in err, "an older one is refused", code, err)
if root:
    code, out, err = serai("trust", "import", "--node", home, root / "status/sl-badsig.cwt")
    ok(code == 1, "one that proves nothing is refused", code, err)

    node = subprocess.Popen([SERAI, "serve", home], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        port = None
        deadline = time.time() + 30
        while port is None and time.time() < deadline:
            line = node.stdout.readline()
            if "127.0.0.1:" in line:
                port = int(line.split("127.0.0.1:")[1].split("/")[0].split()[0])

        def ask(document, at="2026-09-15T12:00:00Z"):
            c = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
            c.request("POST", f"/v1/inspect?at={at}", (root / document).read_bytes(), {"Content-Type": "application/octet-stream"})
            return json.loads(c.getresponse().read())

        def until(what, holds, seconds=60):
            end = time.time() + seconds
            while True:
                o = ask("status/mdoc-status-idx1340.cbor")
                if holds(o) or time.time() > end:
                    return ok(holds(o), what, o)
                time.sleep(0.1)

        shutil.copy(root / "pki/KZ-iaca.der", home / "anchors")
        until("a node without the token says so", lambda o: o["result"] == "genuine" and "revocation" in
              o["fields"]["documents"][0]["not_checked"] and o["fields"]["documents"][0]["status"]["reason"] == "STATUS_UNAVAILABLE")
        shutil.copy(root / "status/sl-expired.cwt", home / "status/kz-old.cwt")
        until("a stale token is taken at once, and says nothing", lambda o: o["reason"] == "STATUS_EXPIRED" and o["result"] == "undetermined")
        shutil.copy(root / "status/sl-good-1bit-1M.cwt", home / "status/kz.cwt")
        until("a copied token is used, with its age", lambda o: o["reason"] == "REVOKED" and
              o["fields"]["documents"][0]["status"]["token"] == {"source": "kz.cwt", "issued": "2026-09-14T00:00:00Z",
                                                                 "expires": "2026-09-21T00:00:00Z", "age": 129600})
        o = ask("status/mdoc-status-idx77.cbor")
        ok(o["result"] == "genuine" and o["fields"]["documents"][0]["status"]["answer"] == "valid", "and of another licence: valid", o)
        (home / "status/kz.cwt").write_bytes(b"\xd2\x84")
        until("a damaged token leaves the others", lambda o: o["reason"] == "STATUS_EXPIRED")
        shutil.rmtree(home / "status")
        until("without the folder nothing is known, and the node goes on",
              lambda o: o["result"] == "genuine" and "revocation" in o["fields"]["documents"][0]["not_checked"])
    finally:
        node.send_signal(signal.SIGTERM)
        node.wait(30)
    ok(node.returncode == 0, "the node ends in order", node.returncode)

shutil.rmtree(work)
done()
