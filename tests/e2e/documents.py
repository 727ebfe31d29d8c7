#!/usr/bin/env python3
"""Lost and stolen documents: entered by one member, known to the others and at their desks, withdrawn, imported in spite of kill -9."""
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import urllib.error
import urllib.request

from tap import SERAI, SOURCE, done, ok, serai, until

work = pathlib.Path(tempfile.mkdtemp(prefix="serai-documents-"))
running = []


def must(*args):
    code, out, err = serai(*args)
    if code:
        ok(False, " ".join(map(str, args)), code, out, err)
    return out


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def start(name):
    p = subprocess.Popen([SERAI, "serve", "--quiet", work / name], stdout=subprocess.PIPE, stderr=open(work / f"{name}.err", "a"),
                         text=True, env={**os.environ, "SERAI_DATA": str(SOURCE)})
    running.append(p)
    return p, p.stdout.readline().strip().rstrip("/")


def stop(p):
    p.send_signal(signal.SIGTERM)
    return p.wait(30)


def get(url):
    try:
        with urllib.request.urlopen(url, timeout=60) as r:
            return r.status, r.read().decode()
    except urllib.error.HTTPError as e:
        return e.code, e.read().decode()


def post(base, path, body):
    request = urllib.request.Request(base + path, json.dumps(body).encode(), {"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=60) as r:
            return r.status, json.loads(r.read())
    except urllib.error.HTTPError as e:
        return e.code, json.loads(e.read())


def look_up(base, *numbers, state="KZ", kind="passport", **more):
    return post(base, "/v1/notices/documents/look-up",
                {"purpose": "border-check", "documents": [{"state": state, "kind": kind, "number": n} for n in numbers], **more})


def answers(base, *numbers, **more):
    status, got = look_up(base, *numbers, **more)
    return [a["answer"] for a in got["answers"]] if status == 200 else (status, got)


LINES = "P<KAZSPECIMEN<<AIGERIM<<<<<<<<<<<<<<<<<<<<<<\nN123456785KAZ9005145F3105135<<<<<<<<<<<<<<<2"


def check(base):
    return post(base, "/v1/check", {"travel": {"purpose": "pilgrimage", "mode": "road", "stay_days": 5}, "evidence": [{"kind": "mrz", "text": LINES}]})[1]


def measured(base):
    body = {"travel": {"purpose": "pilgrimage", "mode": "road", "stay_days": 5}, "measure": True, "id": "measured-1", "evidence": [{"kind": "mrz", "text": LINES}]}
    first = post(base, "/v1/check", body)[1]
    again = post(base, "/v1/check", {**body, "measure": False})[1]
    return first, again


def codes(answer):
    return [r["code"] for r in answer["reasons"]]


def notice(*args):
    return serai("notice", "document", *args)


agreement = work / "agreement"
agreement.write_text((SOURCE / "agreements/eco.agreement").read_text().replace("witnessed when 6", "witnessed when 1"))
try:
    # Two members' nodes, and a desk of one of them.
    address = {}
    for m in ("KZ", "TR"):
        at = f"127.0.0.1:{free_port()}"
        address[m] = f"https://{at}"
        must("init", "--specimen", "--sign-in", "off", "--member", m, "--agreement", agreement, "--listen", "127.0.0.1:0", "--peer-listen", at,
             "--peer-address", address[m], work / m)
    line = must("init", "--edge", "--sign-in", "off", "--member", "KZ", "--name", "torugart.2", "--agreement", agreement, "--listen", "127.0.0.1:0", work / "desk")
    fingerprint = {m: re.search(r"((?:[0-9a-f]{4} ){15}[0-9a-f]{4})", must("trust", "member", "list", "--node", work / m)).group(1)
                   for m in ("KZ", "TR")}
    everything = []
    for m in ("KZ", "TR"):
        must("trust", "acts", "--node", work / m, "--out", work / "one.acts")
        everything.append((work / "one.acts").read_text().rstrip("\n") + "\n")
    (work / "all.acts").write_text("\n".join(everything))
    for m in ("KZ", "TR", "desk"):
        must("join", "--node", work / m, "--agreement", agreement, "--from", work / "all.acts", "--out", work / "out",
             *(x for o in ("KZ", "TR") if o != m for x in ("--fingerprint", fingerprint[o])))
    with open(work / "KZ/node.conf", "a") as f:
        f.write("edges = edges\n")
    (work / "KZ/edges").write_text("# desks of KZ\n" + line)

    # Entered while no node runs: a table of any length, killed on the way, and gone on with. One that ends first is made longer.
    table, progress, rows, killed = work / "table.csv", work / "table.csv.progress", 30000, False
    while not killed and rows < 2000000:
        rows *= 2
        table.write_text("kind,status,on,number,to\n" + "".join(f"passport,stolen,2026-05-01,T{i:08},\n" for i in range(rows))
                         + "passport,stolen,yesterday,T1,\n" + 'identity-card,"stolen blank",2026-05-01,AB0000001,AB0001000\n')
        p = subprocess.Popen([SERAI, "notice", "document", "import", "--node", work / "KZ", table], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        until(lambda: p.poll() is not None or progress.exists(), pause=0.002)
        p.kill()
        killed = p.wait() == -signal.SIGKILL and progress.exists()
    code, out, err = notice("import", "--node", work / "KZ", table)
    ok(killed and code == 1 and f"{rows + 1} listed, 1 refused" in out and f"line {rows + 2}" in err,
       "an import that was killed goes on, and refuses one row by its line", killed, code, out, err)
    ok("goes on behind line" in err and not progress.exists(), "and says from where", err)
    code, out, err = notice("statistics", "--node", work / "KZ", "--json")
    counts = json.loads(out)["states"][0] if code == 0 else {}
    ok(counts.get("state") == "KZ" and counts.get("stolen") == rows and counts.get("in ranges") == 1000, "each is there once", code, out, err)
    code, out, err = notice("add", "--node", work / "KZ", "--kind", "passport", "--status", "gone", "N1")
    ok(code == 2 and "--status" in err, "a status that is none is refused", code, err)
    code, out, err = notice("add", "--node", work / "KZ", "--kind", "container", "--status", "stolen", "CSQU3054384")
    ok(code == 2 and "check digit" in err, "a container whose check digit fails is refused", code, err)
    code, out, err = notice("add", "--node", work / "KZ", "--kind", "vehicle", "--status", "stolen", "1M8GDM9AXKP042788")
    ok(code == 0 and "1 listed" in out, "a vehicle", code, out, err)

    (kz, at_kz), (tr, at_tr), (desk, at_desk) = start("KZ"), start("TR"), start("desk")
    code, out, err = notice("add", "--node", work / "KZ", "--kind", "passport", "--status", "lost", "N1")
    ok(code == 2 and "--url" in err, "a node that runs is the one writer", code, err)
    ok(until(lambda: answers(at_tr, "T00000007", "T00059999", "N12345678") == ["listed", "listed", "not listed"]),
       "what was imported is listed at the other member", look_up(at_tr, "T00000007"))
    ok(until(lambda: answers(at_desk, "T00000007") == ["listed"]), "and at a desk", look_up(at_desk, "T00000007"))
    ok(answers(at_tr, "AB0000500", "AB0001001", kind="identity card") == ["listed", "not listed"], "a blank of the range, and one behind it")
    ok(answers(at_tr, "1M8GDM9AXKP042788", kind="vehicle", state="TR") == ["listed"], "the vehicle, whoever asks of which State")
    ok(answers(at_tr, "T0000000 7", "t-00000007<<") == ["listed", "listed"] and answers(at_tr, "TO0000007") == ["read again"],
       "blanks and fillers do not count; O for 0 is to be read again, and no hit", look_up(at_tr, "TO0000007"))
    ok(answers(at_tr, "N1", state="AZ") == ["unknown"], "of a State without a list nothing is known")

    # Who looks says why, and leaves an entry.
    status, got = post(at_tr, "/v1/notices/documents/look-up", {"documents": [{"state": "KZ", "kind": "passport", "number": "T00000007"}]})
    ok(status == 400 and got["error"]["reason"] == "purpose", "without a purpose nothing is looked up", status, got)
    status, got = look_up(at_tr, "T00000007", purpose="curiosity")
    ok(status == 400 and got["error"]["reason"] == "purpose", "nor for a purpose that is none", status, got)
    status, got = look_up(at_tr, "T00000007", officer="SPECIMEN-7")
    cases = json.loads(get(at_tr + "/v1/cases?kind=document%20look-up")[1])["cases"]
    mine = [c for c in cases if c["reference"].startswith(got["reference"])]
    ok(len(mine) == 1 and mine[0]["purpose"] == "border-check", "each look-up leaves an entry with its purpose", mine, cases[:2])
    everything = b"".join(p.read_bytes() for d in ("TR", "desk") for p in (work / d).rglob("*") if p.is_file())
    ok(b"T00000007" not in everything, "and no number stands anywhere in the clear at those who look")
    ok(look_up(at_tr, *["T1"] * 101)[0] == 400, "at most 100 at a time")

    # At the lane: a listed document is a reason to refer, whatever else speaks for its bearer.
    before = check(at_tr)
    ok("document-listed" not in codes(before) and before["listing"]["answer"] == "not listed", "a passport that is not listed", before.get("listing"))
    code, out, err = notice("add", "--url", at_kz, "--kind", "passport", "--status", "stolen", "--on", "2026-11-01", "N12345678")
    ok(code == 0, "it is stolen", code, out, err)
    ok(check(at_kz)["listing"]["answer"] == "listed", "known at once where it is entered")
    ok(until(lambda: check(at_tr).get("listing", {}).get("answer") == "listed"), "and at the other member with the next sync")
    got = check(at_tr)
    first, again = measured(at_tr)
    looked = [p for p in first["measured"] if p["part"] == "notices"]
    ok([p["as_of"] for p in looked] == [first["listing"]["as_of"]], "what the look-up was fed with is as old as the list")
    ok(again["repeated"] and "measured" not in again and again["receipt"] == first["receipt"],
       "not asked, nothing is said of it: it is no part of the request, and of the record none")
    ok(got["verdict"] == "refer" and "document-listed" in codes(got) and got["listing"]["status"] == "stolen" and got["listing"]["on"] == "2026-11-01",
       "the check refers, and says why", got["reasons"][:2], got.get("listing"))
    ok(any("may be the one who lost it" in r["text"] for r in got["reasons"]), "and that the bearer may be its victim")
    ok(until(lambda: check(at_desk).get("listing", {}).get("answer") == "listed"), "the desk knows it, too")

    # Nobody but the issuer: what another member publishes about it has no effect, well formed or not.
    (work / "attack").write_text("serai documents 1\npassport N12345678\n")
    (work / "junk").write_text("serai documents 1\npassport stolen N12345678 2026-11-01\n")
    for kind, f in (("documents-withdrawn", "attack"), ("documents", "junk")):
        code, out, err = serai("log", "publish", "--url", at_tr, "--stream", "documents", "--type", kind, work / f)
        ok(code == 0, "another member publishes a withdrawal", code, out, err)
    code, out, err = notice("add", "--url", at_tr, "--kind", "passport", "--status", "lost", "U777")
    ok(code == 0 and until(lambda: answers(at_kz, "U777", state="TR") == ["listed"]), "what follows in that log arrives", look_up(at_kz, "U777", state="TR"))
    ok(answers(at_kz, "N12345678") == ["listed"] and answers(at_tr, "N12345678") == ["listed"], "and the passport is listed as before")
    code, out, err = notice("withdraw", "--url", at_tr, "--kind", "passport", "N12345678")
    ok(code == 1 and "1 not listed" in out, "nor can it be withdrawn there by command", code, out, err)

    # Withdrawn: at once here, with the next sync elsewhere; what said that it was listed is erased.
    code, out, err = notice("withdraw", "--url", at_kz, "--kind", "passport", "N12345678", "T00000007")
    ok(code == 0 and "2 withdrawn, 2 erased" in out, "the issuer withdraws two", code, out, err)
    ok(answers(at_kz, "N12345678", "T00000007", "T00000008") == ["not listed", "not listed", "listed"], "at once where it is said")
    ok(until(lambda: answers(at_tr, "N12345678", "T00000007", "T00000008") == ["not listed", "not listed", "listed"]), "and with the next sync elsewhere")
    ok(until(lambda: check(at_desk)["listing"]["answer"] == "not listed"), "and at the desk")
    ok("document-listed" not in codes(check(at_tr)), "the traveller is not referred for it any more")

    # Revoked permissions, for devices: an image and a delta that anybody may carry.
    def revoked(number, kind="permission-revoked"):
        text = number.encode()
        (work / "body").write_bytes(b"\xa3\x01" + bytes([0x60 + len(text)]) + text + b"\x02\x19\x50\x00\x03\x65fraud")
        return serai("log", "publish", "--url", at_tr, "--stream", "permissions", "--type", kind, work / "body")

    def device(*numbers, where="device", **more):
        code, out, err = serai("notice", "revoked", "--from", work / where, "--issuer", "TR", *numbers)
        return code, [line.split("  ")[1].split(",")[0] for line in out.splitlines()], out + err

    def made(node):
        code, out, err = serai("notice", "compact", "--node", work / node, "--out", work / "device")
        return out if code == 0 else err

    revoked("TR-1"), revoked("TR-2")
    ok(until(lambda: ": 2 permissions" in made("KZ")), "two permissions were revoked elsewhere", made("KZ"))
    shutil.rmtree(work / "device")
    ok("a new image: 2 permissions" in made("KZ"), "an image of them", made("KZ"))
    got = device("TR-1", "tr 2", "TR-3")
    ok(got[0] == 3 and got[1] == ["perhaps", "perhaps", "not listed"], "a device finds what is in it, and nothing else", got)
    revoked("TR-3"), revoked("TR-1", "permission-restored")
    ok(until(lambda: "1 added, 1 withdrawn" in made("KZ")), "then a delta alone is new", made("KZ"))
    got = device("TR-1", "TR-2", "TR-3")
    ok(got[1] == ["not listed", "perhaps", "listed"], "which a device puts over its image", got)
    (work / "device/delta").rename(work / "delta")
    got = device("TR-3", "TR-2")
    ok(got[1] == ["not listed", "perhaps"], "without the delta it knows what its image knows", got)
    whole = (work / "device/image").read_bytes()
    (work / "device/image").write_bytes(whole[:-1])
    ok(device("TR-2")[0] == 2, "an image that was cut is refused", device("TR-2"))
    (work / "device/image").write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    ok(device("TR-2")[0] == 2, "and one that was changed", device("TR-2"))
    ok(until(lambda: ": 2 permissions" in serai("notice", "compact", "--node", work / "TR", "--out", work / "own")[1]), "who revokes has its own among them")

    # The folder is lost: it is made again, of the own log and of the replicas.
    for p in (kz, tr):
        stop(p)
    for m in ("KZ", "TR"):
        shutil.rmtree(work / m / "lookup")
    (kz, at_kz), (tr, at_tr) = start("KZ"), start("TR")
    ok(until(lambda: answers(at_kz, "T00059999", "T00000007") == ["listed", "not listed"]), "its own list is read again out of its own log",
       look_up(at_kz, "T00059999"))
    ok(until(lambda: answers(at_tr, "T00059999", "T00000007") == ["listed", "not listed"]), "and the others' out of their logs", look_up(at_tr, "T00059999"))
    code, out, err = notice("withdraw", "--url", at_kz, "--kind", "passport", "T00000009")
    ok(code == 0 and "1 withdrawn, 1 erased" in out, "and what is withdrawn then is found and erased", code, out, err)
    code, out, err = notice("look-up", "--url", at_kz, "--purpose", "border-check", "--issuer", "KZ", "--kind", "passport", "T00000010", "T00000009")
    ok(code == 1 and "T00000010  listed: stolen since 2026-05-01, by KZ" in out and "T00000009  not listed" in out, "looked up by command", code, out, err)
finally:
    for p in running:
        if p.poll() is None:
            stop(p)
shutil.rmtree(work)
done()
