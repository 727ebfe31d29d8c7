#!/usr/bin/env python3
"""Logs that this program writes, read by an implementation of the C2SP forms that shares nothing with it: signature, every tile,
every entry, proofs, cosignature, and bodies opened with their salts."""
import base64
import hashlib

from interop import against, node, package_version, packages, scratch
from tap import done, ok, serai

packages()
against(f"tests/interop/tlog.mjs with @noble/curves {package_version('@noble/curves')} and node:crypto")
work = scratch()


def key(name, *args):
    code, out, err = serai("log", "key", "--name", name, *args, "--out", work / name.replace("/", "_"))
    ok(code == 0, f"a key for {name}", err)
    return out.strip()


def as_origin(vkey, origin):
    """The same key under the name of one of the member's logs."""
    pub = vkey.split("+", 2)[2]
    digest = hashlib.sha256(origin.encode() + b"\n" + base64.b64decode(pub)).hexdigest()
    return f"{origin}+{digest[:8]}+{pub}"


# A plain log of every width that matters.
vkey, wkey = key("kz.specimen"), key("w.specimen/witness", "--witness")
(work / "policy").write_text(f"log {vkey}\nwitness w {wkey}\nquorum w\n")
log, size = work / "log", 0
for to in (1, 2, 255, 256, 257, 700):
    (work / "lines").write_text("".join(f"entry {i}\n" for i in range(size, to)))
    size = to
    code, out, err = serai("log", "append", "--log", log, "--key", work / "kz.specimen", "--lines", work / "lines")
    seen = node("tlog.mjs", {"folder": str(log), "key": vkey})
    ok(code == 0 and seen.get("size") == to and seen["root"] and seen["signed"] and seen["origin"] == "kz.specimen",
       f"a log of {to} entries", err, seen)
proofs = []
for index in (0, 1, 255, 256, 511, 512, 699):
    file, entry = work / f"proof{index}", f"entry {index}".encode()
    code, out, err = serai("log", "prove", "--key", vkey, "--index", index, "--out", file, log)
    proofs.append({"file": str(file), "entry": base64.b64encode(entry).decode()})
wrong = {"file": proofs[3]["file"], "entry": proofs[4]["entry"]}
seen = node("tlog.mjs", {"folder": str(log), "key": vkey, "proofs": proofs + [wrong]})
ok(seen.get("proofs") == [True] * len(proofs) + [False], "proofs of serai log prove, and one of another entry", seen)
request = b"old 0\n\n" + (log / "checkpoint").read_bytes()
code, out, err = serai("log", "witness", "--state", work / "seen", "--key", work / "w.specimen_witness", "--policy", work / "policy",
                       "--at", "2027-01-02T03:04:05Z", stdin=request)
with open(log / "checkpoint", "a") as f:
    f.write(out.partition("\n\n")[2])
seen = node("tlog.mjs", {"folder": str(log), "key": vkey, "witness": wkey})
ok(seen.get("cosigned") == 1798859045 and seen["signed"], "the cosignature of serai log witness, and when", out, seen)

# A member's streams, with bodies small and large, one of them erased.
member = work / "kz"
code, out, err = serai("init", "--specimen", "--sign-in", "off", "--member", "KZ", "--listen", "127.0.0.1:0", member)
vkey = key("kz.specimen/log")
conf = (member / "node.conf").read_text()
(member / "node.conf").write_text(conf.replace("log-key = log.key\n", f"log-key = {work}/kz.specimen_log\n"))
bodies = [bytes((7 * i + k) % 256 for k in range(1 + i * 5)) for i in range(300)]
bodies[5], bodies[299] = bodies[5] * 4000, b"x" * 100_000
for i, body in enumerate(bodies):
    (work / f"body{i}").write_bytes(body)
publish = ("log", "publish", "--node", member, "--stream", "licence", "--type", "licence-status", "--subject", "specimen",
           "--at", "2027-03-01T08:00:00Z")
code, out, err = serai(*publish, *(work / f"body{i}" for i in range(300)))
ok(code == 0 and len(out.splitlines()) == 300, "300 records published", err)
code, out, err = serai("log", "erase", "--node", member, "--reason", "court-order", "--at", "2027-03-01T08:00:00Z",
                       "kz.specimen/licence/all/2027", "5")
ok(code == 0, "one is erased", err)
code, out, err = serai("log", "erase", "--node", member, "--reason", "court-order", "--at", "2027-03-01T08:00:00Z",
                       "kz.specimen/licence/all/2027", "7")
stream = member / "logs/own/licence/all/2027"
seen = node("tlog.mjs", {"folder": str(stream), "key": as_origin(vkey, "kz.specimen/licence/all/2027"), "bodies": True})
want = [base64.b64encode(b).decode() for b in bodies]
want[5] = want[7] = "erased"
ok(seen.get("size") == 302 and seen["root"] and seen["signed"], "the stream of 300 records and two erasures", str(seen)[:600])
ok(seen.get("opened") == want, "every body opens with its salt, or is erased", str(seen)[:600])
ok(seen.get("headers") == ["licence-status"] * 300 + ["erasure"] * 2, "headers in deterministic CBOR")
seen = node("tlog.mjs", {"folder": str(member / "logs/own/index/all/2027"), "key": as_origin(vkey, "kz.specimen/index/all/2027")})
ok(seen.get("root") and base64.b64decode(seen["last"]).startswith(b"kz.specimen/licence/all/2027\n300\n"), "the index log", seen)
done()
