#!/usr/bin/env python3
"""serai log append, witness, check-fork: written, verified, proved, cosigned; restored from an old copy; two histories."""
import json
import pathlib
import shutil
import tempfile

from tap import done, ok, serai

work = pathlib.Path(tempfile.mkdtemp(prefix="serai-logwrite-"))
log, state, policy = work / "log", work / "state", work / "policy"


def key(name, *args):
    code, out, err = serai("log", "key", "--name", name, *args, "--out", work / name)
    ok(code == 0 and out.startswith(name + "+"), f"a key for {name}", code, err)
    return out.strip()


def append(to, *args):
    return serai("log", "append", "--log", to, "--key", work / "kz.specimen", *args)


def lines(n, text="line"):
    path = work / "lines"
    path.write_text("".join(f"{text} {i}\n" for i in range(n)))
    return path


def witness(request, at="2027-01-02T03:04:05Z"):
    code, out, err = serai("log", "witness", "--state", state, "--key", work / "ir.specimen", "--policy", policy, "--at", at,
                           stdin=request)
    head, _, body = out.partition("\n\n")
    return int(head.split()[0]), body, err


vkey, wkey = key("kz.specimen"), key("ir.specimen", "--witness")
policy.write_text(f"log {vkey}\nwitness ir {wkey}\nquorum ir\n")

(work / "one").write_bytes(b"one\n\x00two")
code, out, err = append(log, work / "one")
ok(code == 0 and "1 added, 1 entries" in out, "one entry a file", code, out, err)
code, out, err = append(log, "--lines", lines(700))
ok(code == 0 and "700 added, 701 entries" in out, "one entry a line", code, out, err)
code, out, err = serai("log", "verify", "--key", vkey, "--json", log)
ok(code == 0 and json.loads(out)["entries"] == 701, "what was written verifies", code, out, err)
for index, entry in ((0, b"one\n\x00two"), (1, b"line 0"), (256, b"line 255"), (700, b"line 699")):
    (work / "entry").write_bytes(entry)
    code, out, err = serai("log", "prove", "--key", vkey, "--index", index, "--out", work / "proof", log)
    code2, out2, err2 = serai("log", "check-proof", "--key", vkey, "--entry", work / "entry", work / "proof")
    ok(code == 0 and code2 == 0, f"proof of entry {index}", err, err2)

checkpoint = (log / "checkpoint").read_bytes()
status, body, err = witness(b"old 0\n\n" + checkpoint)
ok(status == 200 and body.startswith("\u2014 ir.specimen "), "a witness cosigns", status, body, err)
(work / "cosigned").write_bytes(checkpoint + body.encode())
code, out, err = serai("note", "verify", "--key", vkey, "--key", wkey, work / "cosigned")
ok(code == 0, "the cosigned checkpoint", code, out, err)
mirror = work / "mirror"
shutil.copytree(log, mirror)
shutil.copy(work / "cosigned", mirror / "checkpoint")
code, out, err = serai("log", "verify", "--policy", policy, mirror)
ok(code == 0, "the log under a policy with its witness", code, out, err)
status, body, err = witness(b"old 0\n\n" + checkpoint)
ok(status == 409 and body == "701\n", "the witness tells its size", status, body, err)
status, body, err = witness(b"old 0\n")
ok(status == 400, "half a request", status, err)

old = work / "old"
shutil.copytree(log, old)
append(log, "--lines", lines(100, "later"))
mirror2 = work / "mirror2"
shutil.copytree(log, mirror2)
shutil.rmtree(log)
shutil.copytree(old, log)
code, out, err = append(log, work / "one")
ok(code == 1 and "requires this file" in err, "an old copy is not signed", code, out, err)
code, out, err = append(log, "--repair", mirror, work / "one")
ok(code == 1, "nor repaired from a mirror as old", code, out, err)
code, out, err = append(log, "--repair", mirror2, work / "one")
ok(code == 0 and "1 added, 802 entries" in out, "repaired from a mirror, it goes on", code, out, err)
code, out, err = serai("log", "verify", "--key", vkey, "--since", mirror2 / "checkpoint", log)
ok(code == 0, "grown out of what the mirror had", code, out, err)

twin = work / "twin"  # the key on a second machine: another past of the same size
append(twin, "--lines", lines(701, "other"))
status, body, err = witness(b"old 701\n\n" + (twin / "checkpoint").read_bytes())
ok(status == 422 and "two histories" in err, "the witness refuses another past", status, err)
fork = next(state.glob("*/fork"))
code, out, err = serai("log", "check-fork", "--key", vkey, fork)
ok(code == 0 and "two histories of kz.specimen" in out, "the proof that anybody can check", code, out, err)
code, out, err = serai("log", "check-fork", "--key", key("tr.specimen"), fork)
ok(code == 3, "of a key that signed neither", code, out, err)
data = bytearray(fork.read_bytes())
data[-30] ^= 1
(work / "bad").write_bytes(data)
code, out, err = serai("log", "check-fork", "--key", vkey, work / "bad")
ok(code == 1, "a signature altered in it", code, out, err)
code, out, err = serai("log", "witness", "--state", state, "--key", work / "kz.specimen", "--policy", policy, stdin=b"")
ok(code == 2 and "0x04" in err, "a log's key cosigns nothing", code, err)
code, out, err = serai("log", "append", "--key", work / "kz.specimen", work / "one")
ok(code == 2 and "--log" in err, "no log named", code, err)
shutil.rmtree(work)
done()
