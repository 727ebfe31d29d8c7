#!/usr/bin/env python3
"""What a member issues its register knows: issued in KZ, shown in IR, where the status question is answered from that register."""
import datetime
import fcntl
import json
import pathlib
import shutil
import subprocess
import tempfile

from tap import SOURCE, done, ok, serai

work = pathlib.Path(tempfile.mkdtemp(prefix="serai-issued-"))
ENV = {"SERAI_DATA": str(SOURCE)}
kz, ir = work / "kz", work / "ir"
TODAY = datetime.date.today()
LICENCE = {
    "issuer": "KZ", "number": "SPECIMEN-7", "family_name": "SPECIMEN", "given_name": "ANNA", "authority": "SPECIMEN AUTHORITY",
    "birth": "1990-05-05", "issue": "2024-05-01", "expiry": str(TODAY + datetime.timedelta(days=2000)),
    "privileges": [{"category": "B", "from": "2012-05-01", "codes": ["01", {"code": "S01", "sign": "<=", "value": "3500"}]}],
}


def run(*args):
    return serai(*args, env=ENV)


def put(name, data):
    path = work / name
    path.write_bytes(data if isinstance(data, bytes) else json.dumps(data).encode())
    return path


def issue(out, change=None, device="phone"):
    data = put("order.json", {**LICENCE, **(change or {})})
    return run("licence", "issue", "--node", kz, "--data", data, "--portrait", put("face.jpg", b"\xff\xd8\xff\xe0\x00\x10JFIF SPECIMEN"),
               "--device-key", work / f"{device}.pem", "--out", out)


def check(*args):
    code, out, err = run("licence", "check", "--node", ir, "--json", "--residence", "KZ", "--session", session, *args)
    return code, json.loads(out) if out else {}, err


def register(*args):
    code, out, err = run("licence", "register", "--node", kz, *args)
    return (json.loads(out).get("entries", []) if code == 0 and "--json" in args else []), code, err


for node, member, *more in (kz, "KZ"), (ir, "IR", "--desks", "KZ"):
    code, _, err = run("init", "--specimen", "--sign-in", "off", "--member", member, "--listen", "127.0.0.1:0", *more, node)
    ok(code == 0, f"a node of {member}", err)
shutil.copy(kz / "authority.der", ir / "anchors/kz-licences.der")
desk = ir / "desks/kz/node.conf"  # KZ's own register answers: nodes do not talk yet
desk.write_text("".join(f"store = {kz}/store.db\n" if line.startswith("store") else line for line in desk.read_text().splitlines(True)))
for name in "phone", "other":
    subprocess.run(["openssl", "genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", work / f"{name}.key"], check=True,
                   capture_output=True)
    subprocess.run(["openssl", "pkey", "-in", work / f"{name}.key", "-pubout", "-out", work / f"{name}.pem"], check=True)
session = put("session.cbor", b"\x83\xf6\xf6\x82\x41\x01\xf6")
licence, shown = work / "licence.cbor", work / "shown.cbor"

# ---- issued, shown, checked ----
entries, code, err = register("show", "--number", "SPECIMEN-7", "--json")
ok(not entries, "before: not in the register", entries, err)
code, out, err = issue(licence)
ok(code == 0 and licence.exists(), "issued", out, err)
entries, code, err = register("show", "--number", "specimen 7", "--json")
ok(len(entries) == 1 and entries[0]["status"] == "valid" and entries[0]["until"] == LICENCE["expiry"] and entries[0]["since"] == "2024-05-01" and
   entries[0]["authority"] == "SPECIMEN AUTHORITY" and entries[0]["categories"][0]["category"] == "B" and
   entries[0]["categories"][0]["codes"] == "01 S01<=3500", "and entered: valid, with days, authority, categories", entries, err)
code, _, err = run("licence", "present", "--licence", licence, "--device-key", work / "phone.key", "--session", session, "--all", "--out", shown)
ok(code == 0, "shown by the phone", err)
code, got, err = check(shown)
ok(code == 0 and got["outcome"].startswith("recognised") and got["strength"] == "signed", "recognised in IR", code, got, err)
ok(got["status"]["state"] == "answered" and got["status"]["word"] == "valid" and got["status"]["from"] == "KZ" and
   got["status"]["until"] == LICENCE["expiry"], "because its register says that it is valid", got.get("status"))

# ---- again, for another device, with another category ----
code, _, err = issue(licence, device="other")
entries, _, _ = register("show", "--number", "SPECIMEN-7", "--json")
ok(code == 0 and len(entries) == 1, "for another device: the same entry", err, entries)
code, _, err = issue(licence, {"privileges": LICENCE["privileges"] + [{"category": "C", "from": "2020-05-01"}]})
entries, _, _ = register("show", "--number", "SPECIMEN-7", "--json")
ok(code == 0 and len(entries) == 2 and [c["category"] for c in entries[0]["categories"]] == ["B", "C"], "with one category more: a new state", entries)

# ---- what the register forbids, or cannot take, is not handed out ----
code = run("licence", "register", "--node", kz, "set", "--number", "SPECIMEN-7", "--status", "suspended", "--reason", "court-order")[0]
licence.unlink()
issued = issue(licence)
entries, _, _ = register("show", "--number", "SPECIMEN-7", "--json")
ok(issued[0] == 1 and "register: the register says of this licence: suspended" in issued[2] and not licence.exists() and
   entries[0]["status"] == "suspended", "a suspended one: refused, and it stays suspended", code, issued, entries)
code, got, err = check(shown)
ok(code == 1 and got["outcome"] == "not recognised" and got["status"]["word"] == "suspended", "nor is what the phone has still recognised", got, err)
with open(kz / "store.db.lock", "r+") as lock:
    fcntl.flock(lock, fcntl.LOCK_EX)
    code, _, err = issue(licence, {"number": "SPECIMEN-8"})
ok(code == 2 and "store-locked" in err and not licence.exists(), "a register that cannot be written: nothing is handed out", code, err)
entries, _, _ = register("show", "--number", "SPECIMEN-8", "--json")
ok(not entries, "nor entered", entries)

# ---- what is no driving licence of a member ----
code, _, err = issue(licence, {"doc_type": "org.example.permit", "number": "SPECIMEN-9"})
entries, _, _ = register("show", "--number", "SPECIMEN-9", "--json")
ok(code == 0 and not entries, "a document of another type is not entered", err, entries)

shutil.rmtree(work)
done()
