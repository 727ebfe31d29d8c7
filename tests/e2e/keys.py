#!/usr/bin/env python3
"""serai key: ceremony, shares, tokens; a node whose key is in a token signs, and has no byte of it in memory."""
import base64
import hashlib
import json
import os
import pathlib
import re
import shutil
import socket
import subprocess
import tempfile
import urllib.error
import urllib.request

from tap import SERAI, done, ok, serai, skip, until

# SoftHSM forgets memory of its own when it reads a key; a leak sanitizer would lay it to us.
os.environ["ASAN_OPTIONS"] = os.environ.get("ASAN_OPTIONS", "") + ":detect_leaks=0"

work = pathlib.Path(tempfile.mkdtemp(prefix="serai-keys-"))
MODULE = pathlib.Path("/usr/lib/softhsm/libsofthsm2.so")
people = b"A. SPECIMEN\nB. SPECIMEN\n"


def names(folder):
    return sorted(str(p.relative_to(folder)) for p in folder.rglob("*"))


def ceremony(folder, *args, stdin=people, env=None):
    return serai("key", "ceremony", "--name", "kz.specimen", *args, folder, stdin=stdin, env=env)


# A ceremony in files.
keys = work / "keys"
code, out, err = ceremony(keys, "--backup", "3/5")
ok(code == 0, "a ceremony", code, out, err)
sheet = (keys / "protocol.txt").read_text()
ok(all(f in names(keys) for f in ("node.key", "log.key", "witness.key", "transport.key", "transport.crt", "vkeys", "shares/05.share")),
   "all its files", names(keys))
ok(all((keys / f).stat().st_mode & 0o77 == 0 for f in ("node.key", "log.key", "witness.key", "transport.key", "shares/01.share")),
   "private ones are private")
ok("A. SPECIMEN" in sheet and "B. SPECIMEN" in sheet and "telephone" in sheet and "3 restore" in sheet, "the protocol", sheet)
ok(max(len(line) for line in sheet.splitlines() if "pkcs11" not in line and "+" not in line) <= 100, "its lines fit on paper")
secret = base64.b64decode((keys / "node.key").read_text().split("+", 4)[4])[1:]
ok(secret.hex() not in sheet and base64.b64encode(secret).decode()[:20] not in sheet, "no secret stands in the protocol")
groups = re.findall(r"(?:[0-9a-f]{4} ){15}[0-9a-f]{4}", sheet)
ok(len(groups) == 4 and len(set(groups)) == 4, "four fingerprints of sixteen groups", groups)
vkeys = (keys / "vkeys").read_text().split()
for use, vkey in zip(("node", "log", "witness"), vkeys):
    code, out, err = serai("key", "show", keys / f"{use}.key")
    code2, out2, err2 = serai("key", "show", vkey)
    ok(code == 0 and out == out2 and out.splitlines()[0] == vkey and out.splitlines()[1] in groups, f"show {use}", out, err, out2)
name, short, key = vkeys[0].split("+", 2)
whole = hashlib.sha256(name.encode() + b"\n" + base64.b64decode(key)).hexdigest()
ok(whole.startswith(short) and whole == groups[0].replace(" ", ""), "the fingerprint is that of name, type and key")
code, out, err = serai("key", "show", keys / "transport.crt")
ok(code == 0 and out.splitlines()[1] == groups[3], "the pin of the transport key", out, err)
spki = subprocess.run(f"openssl x509 -in {keys}/transport.crt -noout -pubkey | openssl pkey -pubin -outform DER | sha256sum",
                      shell=True, capture_output=True, text=True).stdout.split()[0]
ok(spki == groups[3].replace(" ", ""), "as openssl has it", spki, groups[3])

# What is refused.
before = {p: p.read_bytes() for p in keys.rglob("*") if p.is_file()}
code, out, err = ceremony(keys)
ok(code == 1 and "nothing is overwritten" in err, "a second one into the same folder", code, err)
ok(before == {p: p.read_bytes() for p in keys.rglob("*") if p.is_file()}, "and nothing changed")
for what, typed in (("one person", b"A. SPECIMEN\n"), ("nobody", b""), ("one person twice", b"A. SPECIMEN\na. specimen\n"),
                    ("no name", b"A. SPECIMEN\n\n")):
    code, out, err = ceremony(work / "no", stdin=typed)
    ok(code == 1 and not (work / "no").exists(), f"confirmed by {what}", code, err)
for bad in ("1/5", "6/5", "3/17", "x", "3/5x"):
    code, out, err = ceremony(work / "no", "--backup", bad)
    ok(code == 2 and not (work / "no").exists(), f"shares of {bad}", code, err)
code, out, err = serai("key", "ceremony", "--name", "KZ;x", work / "no", stdin=people)
ok(code == 2 and not (work / "no").exists(), "a name that is none", code, err)

# Lost, and restored from three shares in any order; two do not do, nor a wrong digit.
shares = sorted((keys / "shares").iterdir())
back = work / "back"
code, out, err = serai("key", "restore", "--out", back, shares[4], shares[0], shares[2])
ok(code == 0 and all((back / f).read_bytes() == (keys / f).read_bytes() for f in ("node.key", "log.key", "witness.key", "transport.key")),
   "three shares restore", code, err)
ok(serai("key", "show", back / "transport.crt")[1].splitlines()[1] == groups[3], "the pin is the same")
code, out, err = serai("key", "restore", "--out", work / "no", shares[0], shares[1])
ok(code == 1 and "2 shares are here" in err and not (work / "no").exists(), "two do not", code, err)
text = shares[0].read_text()
at = text.index("\n02 ") + 5
(work / "typed").write_text(text[:at] + ("0" if text[at] != "0" else "1") + text[at + 1:])
code, out, err = serai("key", "restore", "--out", work / "no", work / "typed", shares[1], shares[2])
ok(code == 2 and "line 2" in err, "a digit that was typed wrongly is found in its line", code, err)

# One key each.
code, out, err = serai("key", "generate", "--name", "kz.specimen", "--type", "log", "--out", work / "one.key")
ok(code == 0 and out.startswith("kz.specimen/log+") and (work / "one.key").stat().st_mode & 0o777 == 0o600, "generate", out, err)
code, out, err = serai("key", "generate", "--name", "kz.specimen", "--type", "log", "--out", work / "one.key")
ok(code == 1 and "nothing is overwritten" in err, "never over another", code, err)

# Tokens.
if not MODULE.exists():
    skip("tokens", f"no {MODULE} (Debian: softhsm2)")
    shutil.rmtree(work)
    done()
tokens = work / "tokens"
tokens.mkdir()
(work / "softhsm.conf").write_text(f"directories.tokendir = {tokens}\nlog.level = ERROR\n")
env = {"SOFTHSM2_CONF": str(work / "softhsm.conf")}
os.environ.update(env)
PIN = "SPECIMEN-8312"
pin = work / "pin"
pin.write_text(PIN + "\n")
pin.chmod(0o600)


def hsm(*args):
    return subprocess.run(["softhsm2-util", *map(str, args)], capture_output=True, text=True, check=True).stdout


hsm("--init-token", "--free", "--label", "SPECIMEN", "--pin", PIN, "--so-pin", "SPECIMEN-so")
tail = f"?module-path={MODULE}&pin-source={pin}"
uri = f"pkcs11:token=SPECIMEN{tail}"
code, out, err = ceremony(work / "inside", "--token", uri)
ok(code == 0 and not (work / "inside/node.key").exists(), "a ceremony whose keys the token makes", code, out, err)
sheet = (work / "inside/protocol.txt").read_text()
ok("node-key = pkcs11:token=SPECIMEN;object=kz.specimen-node?" in sheet and PIN not in sheet, "what goes into node.conf", sheet)
code, out, err = serai("key", "list", "--token", uri)
ok(code == 0 and out.count("public key") == 3 and "kz.specimen-log" in out, "list", code, out, err)
code, out, err = ceremony(work / "no", "--token", uri)
ok(code == 1 and "a key of that name" in err and not (work / "no").exists(), "names are taken once", code, err)
place = f"pkcs11:token=SPECIMEN;object=kz.specimen-witness{tail}"
code, out, err = serai("key", "show", "--name", "kz.specimen", "--type", "witness", place)
ok(code == 0 and out.splitlines()[0] in (work / "inside/vkeys").read_text().split(), "show a key of a token", out, err)
code, out, err = serai("key", "show", "--name", "kz.specimen", "--type", "witness", place.replace("&pin-source", f"&pin-value={PIN}&pin-source"))
ok(code != 0 and PIN not in err and "does not belong into the URI" in err, "no PIN in a URI", code, err)
pin.chmod(0o644)
code, out, err = serai("key", "list", "--token", uri)
ok(code == 1 and "others may read the PIN file" in err, "a PIN that others read", code, err)
pin.chmod(0o600)

# A key made outside, so that its bytes are known, imported by SoftHSM's own tool; then the node signs with it.
seed = hashlib.sha512(b"SPECIMEN seed of a node").digest()[:32]
der = bytes.fromhex("302e020100300506032b657004220420") + seed
(work / "node.p8").write_text("-----BEGIN PRIVATE KEY-----\n" + base64.encodebytes(der).decode() + "-----END PRIVATE KEY-----\n")
hsm("--import", work / "node.p8", "--token", "SPECIMEN", "--label", "imported", "--id", "0a0b", "--pin", PIN)
place = f"pkcs11:token=SPECIMEN;object=imported{tail}"
node = work / "node"
with socket.create_server(("127.0.0.1", 0)) as s:
    port = s.getsockname()[1]
code, out, err = serai("init", "--member", "IR", "--specimen", "--sign-in", "off", "--listen", f"127.0.0.1:{port}", node)
ok(code == 0, "init", err)
(node / "node.key").unlink()
conf = (node / "node.conf").read_text()
(node / "node.conf").write_text(conf.replace("node-key = node.key", f"node-key = {place}"))
code, out, err = serai("key", "show", "--name", "ir.specimen", "--type", "node", place)
vkey = out.splitlines()[0] if code == 0 else ""
ok(code == 0 and vkey.startswith("ir.specimen+"), "the node key is that of the token", code, out, err)
code, out, err = serai("trust", "key", "--node", node)
ok(code == 0 and out.strip() == vkey, "and the node says so", code, out, err)
server = subprocess.Popen([str(SERAI), "serve", str(node)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT)


def ask(path, body=None):
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", data=json.dumps(body).encode() if body else None,
                                     headers={"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=60) as r:
            return r.status, json.load(r)
    except urllib.error.HTTPError as e:
        return e.code, json.loads(e.read() or b"{}")
    except OSError as e:
        return 0, {"error": str(e)}


def check(n):
    return ask("/v1/check", {"id": f"t-{n}", "evidence": [{"kind": "mrz", "text":
               "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10"}]})


try:
    ok(until(lambda: ask("/v1/ready")[1].get("signing", {}).get("ready")), "the node is up, and can sign", ask("/v1/ready"))
    status, answer = check(1)
    for n in range(2, 30):
        check(n)
    (work / "receipt").write_text(answer.get("receipt") or "")
    code, out, err = serai("note", "verify", "--key", vkey, work / "receipt")
    ok(status == 200 and code == 0, "a receipt signed by the token verifies", status, answer, out, err)
    code, out, err = serai("doctor", node)
    ok("does not sign with its key" not in out + err, "doctor has nothing against the token", out, err)

    command = pathlib.Path(f"/proc/{server.pid}/cmdline").read_bytes()
    ok(PIN.encode() not in command, "no PIN in the process list")

    def memory(pid):
        found = {}
        expanded = hashlib.sha512(seed).digest()
        scalar = bytearray(expanded[:32])
        scalar[0] &= 248
        scalar[31] = scalar[31] & 63 | 64
        public = base64.b64decode(vkey.split("+", 2)[2])[1:]
        with open(f"/proc/{pid}/maps") as maps, open(f"/proc/{pid}/mem", "rb", 0) as mem:
            for line in maps:
                span, rights = line.split()[:2]
                if "r" not in rights or line.rstrip().endswith(("[vvar]", "[vsyscall]")):
                    continue
                a, b = (int(x, 16) for x in span.split("-"))
                if b - a > 1 << 30:  # what a sanitizer keeps beside the memory
                    continue
                try:
                    mem.seek(a)
                    data = mem.read(b - a)
                except (OSError, ValueError, OverflowError):
                    continue
                for what, bytes_ in (("seed", seed), ("scalar", bytes(scalar)), ("PIN", PIN.encode()), ("public key", public)):
                    found[what] = found.get(what, 0) + data.count(bytes_)
        return found

    found = memory(server.pid)
    ok(found["public key"] > 0, "the memory of the node can be read, and has the public key", found)
    if "libasan" in pathlib.Path(f"/proc/{server.pid}/maps").read_text():
        skip("it has no byte of the seed", "a sanitizer keeps what the token's library has freed")
    else:
        ok(found["seed"] == 0 and found["scalar"] == 0, "it has no byte of the seed, nor what comes of it", found)
        ok(found["PIN"] == 0, "nor the PIN", found)

    # The same with a file: there the seed is in memory, so this way of looking would have found it.
    beside = work / "beside"
    serai("init", "--member", "IR", "--specimen", "--sign-in", "off", "--listen", "127.0.0.1:0", beside)
    text = base64.b64encode(b"\x01" + seed).decode()
    (beside / "node.key").write_text(f"PRIVATE+KEY+ir.specimen+{vkey.split('+')[1]}+{text}\n")
    other = subprocess.Popen([str(SERAI), "serve", str(beside)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    try:
        ok(until(lambda: memory(other.pid)["seed"] > 0), "of a key in a file they are there", memory(other.pid))
    finally:
        other.terminate()
        other.communicate(timeout=60)

    # Pulled out, and put back.
    (tokens.parent / "away").mkdir()
    for p in list(tokens.iterdir()):
        p.rename(tokens.parent / "away" / p.name)
    status, answer = check(100)
    ok(status == 503 and str(answer.get("reason", answer)).find("token") >= 0, "without the token nothing is decided", status, answer)
    status, answer = ask("/v1/ready")
    ok(status == 503 and answer["signing"]["ready"] is False and answer["signing"]["detail"], "and the node says why it is not ready", answer)
    for p in list((tokens.parent / "away").iterdir()):
        p.rename(tokens / p.name)
    ok(until(lambda: check(100)[0] == 200), "back again it signs, and takes the same request", check(100))
finally:
    server.terminate()
    log = server.communicate(timeout=60)[0].decode(errors="replace")
ok(server.returncode == 0, "the node stops", server.returncode, log)
ok(PIN not in log and seed.hex() not in log, "no PIN in its log", log)

# A wrong PIN does not lock the token, however often the service is started again.
pin.write_text("wrong\n")
for _ in range(4):
    code, out, err = serai("serve", node, timeout=60)
    ok(code == 2 and ("PIN" in err or "PIN" in out), "a wrong PIN", code, out, err)
pin.write_text(PIN + "\n")
code, out, err = serai("trust", "key", "--node", node)
ok(code != 0 and "log in once by hand" in err, "a server does not try again by itself", code, err)
code, out, err = serai("key", "list", "--token", uri)
ok(code == 0, "a person does", code, err)
code, out, err = serai("trust", "key", "--node", node)
ok(code == 0, "then the server is well again", code, err)

shutil.rmtree(work)
done()
