#!/usr/bin/env python3
"""serai log publish, streams, records, erase: a node's own streams, witnessed or not, erased, and only one writer."""
import base64
import fcntl
import hashlib
import os
import pathlib
import shutil
import tempfile

from tap import done, ok, serai

work = pathlib.Path(tempfile.mkdtemp(prefix="serai-streams-"))
node = work / "kz"
code, out, err = serai("init", "--specimen", "--sign-in", "off", "--member", "KZ", "--listen", "127.0.0.1:0", node)
ok(code == 0, "a node", err)


def log(command, *args):
    return serai("log", command, "--node", node, *args)


conf = (node / "node.conf").read_text()
(node / "node.conf").write_text(conf.replace("log-key = log.key\n", ""))
code, out, err = log("publish", "--stream", "licence", "--type", "t", node / "node.conf")
ok(code == 2 and "log-key" in err, "a node without a log key publishes nothing", code, out, err)
(node / "node.conf").write_text(conf + "logs-keep = keep\n")
code, out, err = serai("key", "show", node / "log.key")
vkey = out.splitlines()[0]
ok(code == 0, "its log key", err)

for i in range(3):
    (work / f"{i}").write_text(f"record {i} of 123456789")
AT = ("--at", "2027-03-01T08:00:00Z")
code, out, err = log("publish", "--stream", "licence", "--type", "licence-status", "--subject", "123456789", *AT,
                     work / "0", work / "1", work / "2")
origin = "kz.specimen/licence/all/2027"
ok(code == 0 and out.splitlines() == [f"{origin} {i}" for i in range(3)], "three records, one commit", code, out, err)
code, out, err = log("publish", "--stream", "licence", "--audience", "kz-tr", "--type", "licence-status", *AT, work / "0")
ok(code == 0 and "kz.specimen/licence/kz-tr/2027 0" in out, "for an audience", code, out, err)
code, out, err = log("publish", "--stream", "licence", "--audience", "tr-kz", "--type", "t", *AT, work / "0")
ok(code == 1 and "no audience" in err, "an audience out of order is none", code, out, err)
code, out, err = log("streams", *AT)
ok(code == 0 and "kz.specimen/index/all/2027  published 2" in out and f"{origin}  published 3  witnessed 0" in out,
   "the streams, the index first", code, out, err)
everything = b"".join(p.read_bytes() for p in (node / "logs").rglob("*") if p.is_file())
ok(b"123456789" not in everything and b"record" not in everything, "no number and no body stands anywhere in the clear")


def verified(stream):
    name = f"kz.specimen/{stream}"
    key = vkey.split("+", 2)[2]
    h = hashlib.sha256(name.encode() + b"\n" + base64.b64decode(key)).hexdigest()[:8]
    return serai("log", "verify", "--key", f"{name}+{h}+{key}", node / "logs/own" / stream)


for stream, n in (("licence/all/2027", 3), ("licence/kz-tr/2027", 1), ("index/all/2027", 2)):
    code, out, err = verified(stream)
    ok(code == 0 and f"entries   {n}," in out, f"{stream} verifies", code, out, err)

code, out, err = log("erase", "--reason", "court-order", *AT, origin, "1")
ok(code == 0 and "erased" in out, "a record is erased", code, out, err)
code, out, err = log("records", "--stream", "licence", *AT)
ok(code == 0 and "  1  licence-status  2027-03-01T08:00:00Z  erased\n" in out and "of 1: court-order" in out
   and "  2  licence-status  2027-03-01T08:00:00Z  body, 21 bytes" in out, "the records say so", code, out, err)
code, out, err = verified("licence/all/2027")
ok(code == 0 and "entries   4," in out, "and the log verifies as before", code, out, err)
code, out, err = log("erase", "--reason", "court-order", *AT, origin, "99")
ok(code == 1 and "has 4 entries" in err, "no such record", code, out, err)

code, out, err = log("publish", "--stream", "licence", "--type", "licence-status", "--at", "2028-01-01T00:00:10Z", work / "0")
ok(code == 0 and "kz.specimen/licence/all/2028 1" in out, "the next year's shard continues this one", code, out, err)

# The log key is replaced: the open shards go on under the new one, once the old one is named.
code, out, err = serai("log", "key", "--name", "kz.specimen/log", "--out", node / "log2.key")
new_vkey = out.strip()
NEXT = ("--at", "2028-01-01T00:01:00Z")
conf = (node / "node.conf").read_text().replace("log-key = log.key", "log-key = log2.key")
(node / "node.conf").write_text(conf)
code, out, err = log("publish", "--stream", "licence", "--type", "licence-status", *NEXT, work / "1")
ok(code != 0 and "is not signed by this key" in err, "a key that nobody announced does not sign these logs", code, out, err)
(node / "node.conf").write_text(conf + f"log-key-before = {vkey}\n")
code, out, err = log("publish", "--stream", "licence", "--type", "licence-status", *NEXT, work / "1")
ok(code == 0 and "kz.specimen/licence/all/2028 2" in out, "the key that replaces the one named goes on", code, out, err)
vkey = new_vkey
for stream, n in (("licence/all/2028", 3), ("index/all/2028", None)):
    code, out, err = verified(stream)
    ok(code == 0 and (n is None or f"entries   {n}," in out), f"{stream} verifies under it", code, out, err)
(node / "node.conf").write_text(conf)
code, out, err = log("streams", *NEXT)
ok(code == 0, "afterwards the old one need not be named any more", code, out, err)

fd = os.open(node / "logs/own", os.O_RDONLY)
fcntl.flock(fd, fcntl.LOCK_EX)
code, out, err = log("records")
ok(code == 2 and "another process" in err and "stop it" in err, "another writer has them", code, out, err)
code, out, err = log("streams")
ok(code == 0 and "kz.specimen/index/all/2028  published" in out.splitlines()[0] and "licence/all/2028  published" in out
   and "/2027" not in out, "the open shards are shown all the same", code, out, err)
os.close(fd)
shutil.copytree(node / "logs", work / "old")
log("publish", "--stream", "licence", "--type", "t", "--at", "2028-01-02T00:00:10Z", work / "0")
shutil.rmtree(node / "logs")
(work / "old").rename(node / "logs")
code, out, err = log("streams")
ok(code == 1 and "read-only: restored" in out, "a restored copy is not written", code, out, err)
code, out, err = log("publish", "--stream", "licence", "--type", "t", "--at", "2028-01-02T00:00:10Z", work / "0")
ok(code == 1 and "serai log: licence" in err, "nor published to", code, out, err)
shutil.rmtree(work)
done()
