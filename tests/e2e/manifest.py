#!/usr/bin/env python3
"""Lists of travellers: 5,000 persons checked beforehand on a folder and by a running node, killed and gone on, looked at and erased."""
import json
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
import time
import urllib.error
import urllib.request

from tap import SERAI, SOURCE, done, ok, serai

work = pathlib.Path(tempfile.mkdtemp(prefix="serai-manifest-"))
AT = "2027-02-28T09:00:00Z"
PERSONS = 5000
FAMILY = ["SPECIMEN", "SPECIMENOV", "SPECIMENI", "SPECIMENZADE"]
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def row(i, **more):
    p = {"document_state": "PK" if i % 3 else "TR", "document_kind": "passport", "document_number": f"S{i:07d}", "expiry": "2031-05-13",
         "family_name": FAMILY[i % 4] + LETTERS[i % 26] + LETTERS[i // 26 % 26], "given_names": LETTERS[i // 9 % 26] + LETTERS[i * 5 % 26] + "ALI",
         "birth": f"{1940 + i % 67}-{1 + i % 12:02d}-{1 + i % 28:02d}", "sex": "MF"[i % 2], "nationality": "PK" if i % 3 else "TR", "entry": "2027-03-01", "mode": "air"}
    return {**p, **more}


def lists():
    people = [row(i) for i in range(PERSONS)]
    people[10] = row(10, birth="1990-02-30")
    people[11] = row(11, document_state="US", nationality="US")
    people[12] = row(12, expiry="2026-01-01")
    people[4000] = row(13)
    people[4001] = {**row(14), "document_number": "T0000001"}
    columns = list(people[0])
    csv = work / "list.csv"
    csv.write_text(",".join(columns) + "\n" + "".join(",".join(p[c] for c in columns) + "\n" for p in people))
    array = work / "list.json"
    array.write_text(json.dumps(people))
    three = {"PK": "PAK", "TR": "TUR", "US": "USA"}
    day = lambda d: d[2:].replace("-", "")
    segments = ["UNB+UNOA:4+SPECIMEN+IR+270228:0900+1++APIS", "UNH+1+PAXLST:D:02B:UN:IATA", "BGM+745", "TDT+20+XX123+++XX", "LOC+125+KHI", "LOC+87+MHD", "DTM+232:2703011100:201"]
    for p in people:
        segments += [f"NAD+FL+++{p['family_name']}:{p['given_names']}", f"ATT+2++{p['sex']}", f"DTM+329:{day(p['birth'])}", f"NAT+2+{three[p['nationality']]}",
                     f"DOC+P:110:111+{p['document_number']}", f"DTM+36:{day(p['expiry'])}", f"LOC+91+{three[p['document_state']]}"]
    segments += [f"CNT+42:{PERSONS}", f"UNT+{len(segments) + 1}+1", "UNZ+1+1"]
    paxlst = work / "list.edi"
    paxlst.write_text("UNA:+.? '" + "".join(s + "'\n" for s in segments))
    return csv, array, paxlst


def read_csv(path):
    import csv
    with open(path, newline="", encoding="utf-8") as f:
        return list(csv.DictReader(f))


def check(path, place, *more):
    out = work / f"{path.name}.{len(more)}.csv"
    code, text, err = serai("manifest", "check", path, *place, "--purpose", "pilgrimage", "--out", out, *more, timeout=120)
    return code, text, err, read_csv(out) if out.exists() else []


def started(folder):
    node = subprocess.Popen([SERAI, "serve", "--quiet", folder], stdout=subprocess.PIPE, text=True, env={**os.environ, "SERAI_DATA": str(SOURCE)})
    return node, node.stdout.readline().strip()


def get(url):
    try:
        with urllib.request.urlopen(url, timeout=30) as r:
            return r.status, json.loads(r.read())
    except urllib.error.HTTPError as e:
        return e.code, json.loads(e.read())


def until(holds, seconds=90):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if holds():
            return True
        time.sleep(0.03)
    return False


csv_list, json_list, paxlst = lists()
ir = work / "ir"
ok(serai("init", "--specimen", "--sign-in", "off", "--member", "IR", "--listen", "127.0.0.1:0", ir)[0] == 0, "a node")
here = ("--node", ir, "--at", AT, "--office", "border-office")

code, text, err, first = check(csv_list, here)
ok(code == 1 and "persons: 5000" in text, "5,000 persons checked on a folder", code, text[-800:], err)
ok(len(first) == PERSONS and [r["n"] for r in first] == [str(i + 1) for i in range(PERSONS)], "everybody stands there once, in order", len(first))
by = {int(r["n"]): r for r in first}
ok(by[11]["mend"] == "birth:date" and by[11]["birth"] == "" and by[1]["mend"] == "", "a birth date that is none: to mend, and not guessed", by[11])
ok(by[12]["outcome"] == "refer" and by[1]["outcome"] == "admit" and by[1]["article"], "a stranger is referred, a pilgrim admitted by an article", by[12], by[1])
ok(by[13]["outcome"] == "refer", "a document out of date is referred", by[13])
ok("same-document:4001" in by[14]["alike"] and "same-document:14" in by[4001]["alike"], "a document twice, told on both sides", by[14])
ok("same-person:4002" in by[15]["alike"], "one person under two documents", by[15])
code, text, err, again = check(csv_list, here)
ok(again == first and len(json.loads(serai("manifest", "list", "--node", ir, "--json")[1])["manifests"]) == 1, "the same command again is the same list", err)

same = ("outcome", "article", "last_day", "missing")
for name, path in (("JSON", json_list), ("PAXLST", paxlst)):
    code, text, err, rows = check(path, here, *(() if name == "JSON" else ("--from", "PK")))
    differ = [r["n"] for r, f in zip(rows, first) if name == "JSON" and any(r[k] != f[k] for k in same)]
    ok(len(rows) == PERSONS and not differ, f"{name}: the same persons, the same answers", differ[:5], err, text[-500:])
    ok([r["alike"] for r in rows] == [f["alike"] for f in first], f"{name}: the same like ones")

code, text, _, mended = check(csv_list, here, "--organiser", "--only", "mend")
ok([r["n"] for r in mended] == ["11"] and "outcome" not in mended[0], "the organiser gets what is to be mended, and no outcome", mended[:2])

# Killed at any place: behind the first part that is told, the process ends; then the same command goes on.
killed = subprocess.Popen([SERAI, "manifest", "check", str(csv_list), "--node", str(ir), "--at", AT, "--id", "killed", "--progress", "--purpose", "pilgrimage"],
                          stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
for line in killed.stderr:
    if "parts" in line:
        killed.kill()
        break
killed.stderr.close()
killed.wait()
code, text, err, gone_on = check(csv_list, here, "--id", "killed")
ok(code == 1 and gone_on == first, "killed, and gone on to the same end", err)

node, url = started(ir)
try:
    code, text, err, remote = check(json_list, ("--url", url, "--office", "border-office"), "--id", "by-url")
    ok(code == 1 and len(remote) == PERSONS, "by a running node", code, err)
    ok(serai("store", "verify", "--node", ir)[0] in (0, 2), "its store is whole")
    known = json.loads(serai("manifest", "list", "--url", url, "--json")[1])["manifests"]
    reference = known[0]["id"]
    status, page = get(f"{url}v1/manifests/{reference}/results?office=post&from=4990&most=5")
    ok(status == 200 and [p["n"] for p in page["results"]] == list(range(4990, 4995)) and page["next"] == 4995, "results in pages", status)
    ok(get(f"{url}v1/manifests/{reference}/results")[0] == 400 and get(f"{url}v1/manifests/NONE")[0] == 404, "nobody looks without an office")
    status, shown = get(f"{url}v1/manifests/{reference}")
    ok(status == 200 and shown["state"] == "done" and shown["summary"]["duplicates"] == 4 and any(e["what"] == "looked" for e in shown["events"]), "counts, and who looked", shown)
    # the node is killed in the middle of a list, and goes on when it starts again
    big = work / "again.csv"
    big.write_text(csv_list.read_text().replace("SPECIMENOV", "SPECIMENEV"))
    request = urllib.request.Request(f"{url}v1/manifests?office=post&id=restart&purpose=pilgrimage", big.read_bytes(), {"Content-Type": "application/octet-stream"})
    with urllib.request.urlopen(request, timeout=60) as r:
        taken = json.loads(r.read())
    node.kill()
    node.wait()
    node, url = started(ir)
    state = lambda: get(f"{url}v1/manifests/{taken['id']}")[1]
    ok(until(lambda: state()["state"] == "done"), "a node that was killed goes on with its list", state())
    ok(state()["summary"]["persons"] == PERSONS and state()["done"] == state()["parts"], "and nobody is missing or doubled", state()["summary"])
    ok(serai("manifest", "erase", "--url", url, "--office", "border-office", taken["id"])[0] == 0, "erased by an office")
    status, gone = get(f"{url}v1/manifests/{taken['id']}")
    ok(gone["state"] == "erased" and gone["list"] is None and gone["events"][0]["who"] == "border-office", "gone, with who did it", gone)
    ok(get(f"{url}v1/manifests/{taken['id']}/results?office=post")[0] == 404, "its persons cannot be asked for")
finally:
    node.send_signal(signal.SIGTERM)
    node.wait(30)
raw = (ir / "store.db").read_bytes()
ok(b"SPECIMENOV" not in raw and b"S0000001" not in raw, "no name and no number stands readable in the store")
shutil.rmtree(work)
done()
