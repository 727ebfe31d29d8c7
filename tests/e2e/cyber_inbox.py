#!/usr/bin/env python3
"""The inbox of the Cyber desk: alerts of detectors, opinions, what is new for an officer; and what an officer may not know of."""
import base64
import json
import os
import pathlib
import shutil
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request

from tap import SERAI, SOURCE, done, ok, serai, until

work = pathlib.Path(tempfile.mkdtemp(prefix="serai-inbox-"))
env = {**os.environ, "SERAI_DATA": str(SOURCE)}
MEMBERS = "IR KZ TR".split()
OWN = "11111111-2222-4333-8444-555555555555"
OPINIONS = "32cf8457-6bc1-5ba6-a482-68a2f1ca1402"
TAXII = "application/taxii+json;version=2.1"
TLP = {"green": "bab4a63c-aed9-4cf5-a766-dfca5abac2bb", "amber": "55d920b0-5e8b-4f79-9ee9-91f868d9b421", "red": "e828b379-4e03-4974-9ac4-e53a884c97c1"}


def free_base():
    for base in range(28000 + os.getpid() % 200 * 10, 60000, 250):
        try:
            for port in [*range(base, base + 3), *range(base + 100, base + 103)]:
                with socket.socket() as s:
                    s.bind(("127.0.0.1", port))
            return base
        except OSError:
            continue
    raise SystemExit("Bail out! no free ports")


base = free_base()
box = work / "box"
running = {}
url = {m: f"http://127.0.0.1:{base + i}" for i, m in enumerate(MEMBERS)}
now = time.time()


def stamp(at):
    return time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime(at))


def start(m):
    running[m] = subprocess.Popen([SERAI, "serve", "--quiet", box / m], stdout=subprocess.PIPE, stderr=open(work / f"{m}.log", "a"), text=True,
                                  env=env)
    return running[m].stdout.readline().strip()


def post(m, *objects):
    head = {"Accept": TAXII, "Content-Type": TAXII, "Authorization": "Basic " + base64.b64encode(b"analyst:secret").decode()}
    request = urllib.request.Request(f"{url[m]}/cert/collections/{OWN}/objects/", json.dumps({"objects": list(objects)}).encode(), head)
    with urllib.request.urlopen(request, timeout=60) as r:
        got = json.loads(r.read())
    ok(got["success_count"] == len(objects), f"{len(objects)} objects of {m}", got)
    return [o["id"] for o in objects]


def indicator(n, marking="green", **more):
    return {"type": "indicator", "spec_version": "2.1", "id": f"indicator--00000000-0000-4000-8000-{n:012x}", "created": stamp(now - 86400),
            "modified": stamp(now - 86400), "name": f"SPECIMEN {n}", "pattern": f"[domain-name:value = 'x{n}.example']", "pattern_type": "stix",
            "valid_from": stamp(now - 86400), "confidence": 80, "object_marking_refs": [f"marking-definition--{TLP[marking]}"], **more}


def api(m, method, path, body=None, **query):
    """(status, JSON) of the desk's endpoints."""
    where = f"{url[m]}/v1/cyber/{path}" + (f"?{urllib.parse.urlencode(query)}" if query else "")
    try:
        data = None if body is None else json.dumps(body).encode()
        with urllib.request.urlopen(urllib.request.Request(where, data, {"Content-Type": "application/json"}, method=method), timeout=60) as r:
            return r.status, json.loads(r.read())
    except urllib.error.HTTPError as e:
        return e.code, json.loads(e.read())


def inbox(m, officer, **query):
    status, got = api(m, "GET", "inbox", officer=officer, **query)
    return got if status == 200 else (status, got)


def alerts(m, officer, **query):
    status, got = api(m, "GET", "alerts", officer=officer, **query)
    return got if status == 200 else (status, got)


def reason(got):
    return got[1]["error"]["reason"] if isinstance(got[1], dict) and "error" in got[1] else got


def run(command, *args, code=0, at="KZ"):
    got = serai("cyber", *command.split(), "--url", url[at], *args, "--json")
    if got[0] != code:
        ok(False, f"serai cyber {command} exits {code}", got)
    return json.loads(got[1]) if got[0] == 0 else got[2]


def names(got):
    return [i["name"] for i in got["items"]]


try:
    code, out, err = serai("sandbox", "--members", " ".join(MEMBERS), "--base-port", base, "--make-only", box, env=env)
    ok(code == 0, "three members", code, out, err)
    (work / "password").write_text("secret\n")
    lines = [f'taxii-collection = cert {OWN} "own"', "cyber-person = o-red tlp=red drill", "cyber-person = o-low tlp=green",
             serai("cyber", "account", "--password-file", work / "password", "analyst", f"read={OWN}", f"write={OWN}", "tlp=red", "cert")[1].strip()]
    for m in MEMBERS:
        with open(box / m / "node.conf", "a") as f:
            f.write("\n".join(lines) + "\n")
        start(m)

    # What is new: each officer of TR sees what that officer may read.
    ids = post("KZ", indicator(1), indicator(2, "amber"), indicator(3, "red"), indicator(4))
    drill = post("KZ", indicator(5))
    ok(names(inbox("TR", "o-1")) == [], "nothing is new before somebody released something")
    run("release", "--officer", "o-red", "--to", "TR", *ids)
    run("release", "--officer", "o-red", "--to", "TR", "--exercise", *drill)
    ok(until(lambda: set(names(inbox("TR", "o-red"))) == {f"SPECIMEN {n}" for n in (1, 2, 3, 4, 5)}), "all is new for who is cleared for all",
       inbox("TR", "o-red"))
    red = inbox("TR", "o-red")
    ok(red["counts"]["object"] == 4 and red["counts"]["exercise"] == 1 and {i["label"]["tlp"] for i in red["items"]} == {"green", "amber", "red"} and
       all(i["label"]["owner"] == "KZ" for i in red["items"]), "counted by kind, with marking and owner", red)
    got = inbox("TR", "o-low")
    ok(names(got) == ["SPECIMEN 1", "SPECIMEN 4"] and sum(got["counts"].values()) == 2 and "red" not in json.dumps(got["items"]) and got["whole"],
       "who is not cleared sees neither the item nor its count", got)
    ok(inbox("IR", "o-red")["items"] == [], "and who it was not for has nothing")

    page = inbox("TR", "o-low", most=1)
    ok(names(page) == ["SPECIMEN 1"] and "next" in page, "a page", page)
    ok(names(inbox("TR", "o-low", most=1, next=page["next"])) == ["SPECIMEN 4"] and "next" not in inbox("TR", "o-low", most=1, next=page["next"]),
       "goes on where it was, also when asked twice")
    ok(reason(inbox("TR", "o-red", most=1, next=page["next"])) == "next", "not for another officer", inbox("TR", "o-red", next=page["next"]))
    ok(reason(inbox("TR", "o-low", most=1, next=page["next"], words="x4")) == "next", "nor with other filters")
    ok(reason(inbox("TR", "o-low", next=page["next"][:-4] + "AAAA")) == "next", "nor changed")
    ok(len({len(inbox("TR", o, most=1)["next"]) for o in ("o-red", "o-low")}) == 1, "a place has one length, whatever lies behind it")
    got = inbox("TR", "o-low", words="nothing, X4.EXAMPLE")
    ok(names(got) == ["SPECIMEN 4"] and sum(got["counts"].values()) == 1 and "upto" not in got, "what names one of the words; no place to read up to", got)
    ok(names(inbox("TR", "o-red", kind="exercise")) == ["SPECIMEN 5"] and names(inbox("TR", "o-low", kind="exercise")) == [], "of one kind")
    ok(names(inbox("TR", "o-red", type="malware")) == [], "of one type")

    # Read up to here; done one by one.
    item = inbox("TR", "o-low")["items"][1]["item"]
    ok(reason(api("TR", "POST", "inbox", {"officer": "o-1", "item": item})) == "next", "an item is that officer's own")
    ok(api("TR", "POST", "inbox", {"officer": "o-low", "item": item})[0] == 200 and names(inbox("TR", "o-low")) == ["SPECIMEN 1"], "one is done")
    run("inbox", "--officer", "o-low", "--upto", inbox("TR", "o-low")["upto"], at="TR")
    ok(names(inbox("TR", "o-low")) == [] and len(names(inbox("TR", "o-red"))) == 5, "all is read, by that officer alone", inbox("TR", "o-low"))
    ok(reason(api("TR", "POST", "inbox", {"officer": "o-low", "upto": item})) == "next", "an item is no place to read up to")
    ok(api("TR", "POST", "inbox", {"officer": "o-low"})[0] == 400, "something has to be said")

    # What a detector finds.
    day = time.strftime("%Y-%m-%d", time.gmtime(now))
    row = {"indicator": ids[0], "observer": "dns-1", "log": "dns", "day": day, "count": 3, "first_seen": f"{day}T00:00:01Z", "last_seen": f"{day}T00:00:03Z"}
    seen = work / "seen.jsonl"

    def tell(*rows):
        seen.write_text("".join(json.dumps(r) + "\n" for r in rows))
        return run("alert add", "--officer", "o-1", "--from", seen, at="TR")

    got = tell(row, {**row, "indicator": ids[2]}, {**row, "indicator": indicator(99)["id"]}, {**row, "count": 0}, {**row, "day": "x"})
    ok(got["new"] == 2 and [(r["row"], r["reason"]) for r in got["refused"]] == [(2, "unknown"), (4, "row")], "alerts of a day that is not over", got)
    ok(tell(row)["known"] == 1, "told again it is no other one")
    ok(tell({**row, "count": 5, "last_seen": f"{day}T00:00:09Z"})["more"] == 1, "more of it counts to the same")
    hour = {**row, "day": None, "hour": f"{day}T00:00:00Z"}
    del hour["day"]
    ok([r["reason"] for r in tell(hour)["refused"]] == ["overlap"], "a day is not told by hours too")
    mine = alerts("TR", "o-1")["alerts"]
    ok(len(mine) == 1 and mine[0]["count"] == 5 and mine[0]["detector"] == "dns-1" and mine[0]["log"] == "dns" and mine[0]["state"] == "new" and
       mine[0]["first_seen"] == f"{day}T00:00:01Z" and mine[0]["last_seen"] == f"{day}T00:00:09Z" and mine[0]["name"] == "SPECIMEN 1", "as it stands", mine)
    both = alerts("TR", "o-red")["alerts"]
    secret = next(a["id"] for a in both if a["indicator"] == ids[2])
    ok(len(both) == 2 and secret not in json.dumps(mine), "an alert of a red indicator is for who is cleared for it")
    for what in ("take", "close", "opinion"):
        body = {"officer": "o-1", "alert": secret, "outcome": "benign", "reason": "SPECIMEN", "opinion": "agree"}
        known, unknown = api("TR", "POST", f"alerts/{what}", body), api("TR", "POST", f"alerts/{what}", {**body, "alert": "A-" + "0" * 32})
        ok(known == unknown and known[0] == 404, f"{what}: not seen and not there are not told apart", known, unknown)
    ok(reason(alerts("TR", "o-1", before=secret)) == "unknown", "nor by paging")
    page = alerts("TR", "o-red", most=1)
    ok(len(page["alerts"]) == 1 and len(alerts("TR", "o-red", before=page["next"])["alerts"]) == 1 and "next" not in alerts("TR", "o-1", most=1), "paged")

    # An officer takes it, and closes it once.
    alert = mine[0]["id"]
    ok(run("alert take", "--officer", "o-1", alert, at="TR")["state"] == "taken", "taken")
    status, got = api("TR", "POST", "alerts/close", {"officer": "o-2", "alert": alert, "outcome": "benign", "reason": "SPECIMEN"})
    ok((status, reason((status, got))) == (409, "taken"), "another officer does not close it without taking it", got)
    ok(api("TR", "POST", "alerts/close", {"officer": "o-1", "alert": alert, "outcome": "benign"})[0] == 400, "not without a reason")
    ok(api("TR", "POST", "alerts/close", {"officer": "o-1", "alert": alert, "outcome": "sure", "reason": "SPECIMEN"})[0] == 400, "nor with another outcome")
    ok(reason(api("TR", "POST", "alerts/opinion", {"officer": "o-1", "alert": alert, "opinion": "agree"})) == "outcome", "an open alert offers no opinion")
    got = run("alert close", "--officer", "o-1", "--outcome", "false-positive", "--reason", "SPECIMEN own scanner", alert, at="TR")
    ok(got["state"] == "closed" and got["outcome"] == "false-positive" and got["officer"] == "o-1" and got["offer"]["opinions"][0] == "strongly-disagree",
       "closed as a false positive: an opinion is offered", got)
    for officer in ("o-1", "o-2"):
        status, got = api("TR", "POST", "alerts/close", {"officer": officer, "alert": alert, "outcome": "true", "reason": "SPECIMEN"})
        ok((status, reason((status, got))) == (409, "closed"), f"closed is closed, for {officer}", got)
    ok(reason(api("TR", "POST", "alerts/take", {"officer": "o-2", "alert": alert})) == "closed", "nor taken any more")
    ok(alerts("TR", "o-1", state="closed")["alerts"][0]["outcome"] == "false-positive" and alerts("TR", "o-1", state="new")["alerts"] == [], "by state")
    acts = [a for a in run("releases", at="TR")["acts"] if a["act"].startswith("alert-")]
    ok([(a["act"], a["who"], a["record"]["alert"]) for a in acts if a["act"] == "alert-closed"] == [("alert-closed", "o-1", alert)] and
       len([a for a in acts if a["act"] == "alert-taken"]) == 1, "each step that was done is on record, once", acts)
    ok(tell({**row, "count": 6, "last_seen": f"{day}T00:00:11Z"})["new"] == 1, "what is seen after it was closed is a matter of its own")
    ok(alerts("TR", "o-1", state="new")["alerts"][0]["count"] == 1, "with what came since", alerts("TR", "o-1", state="new"))

    # An opinion is worded, and sent by a person or not at all.
    ok(reason(api("TR", "POST", "alerts/opinion", {"officer": "o-1", "alert": alert, "opinion": "agree", "tlp": "clear"})) == "laxer",
       "no looser marked than its indicator")
    said = run("alert opinion", "--officer", "o-1", "--opinion", "strongly-disagree", "--explanation", "SPECIMEN own scanner", alert, at="TR")
    ok(said["collection"] == OPINIONS and said["tlp"] == "green" and not said["released"], "worded", said)
    ok(inbox("KZ", "o-red")["items"] == [], "KZ has heard of nothing: no alert, no opinion")
    look = run("preview", "--officer", "o-1", "--to", "KZ,IR", "--collection", OPINIONS, said["object"], at="TR")
    ok({(r["member"], r["reason"]) for r in look["refusals"]} <= {("IR", "onward")} and look["goes"] == 1, "looked at before it goes", look)
    run("release", "--officer", "o-1", "--to", "KZ", "--collection", OPINIONS, said["object"], at="TR")
    ok(until(lambda: inbox("KZ", "o-1")["counts"]["opinion"] == 1), "released: KZ has an opinion of one of its own", inbox("KZ", "o-1"))
    status, shown = api("KZ", "GET", "object", officer="o-1", id=ids[0])
    ok(shown["opinions"]["scale"]["strongly-disagree"] == 1 and shown["opinions"]["members"] == [{"member": "TR", "opinion": "strongly-disagree"}],
       "the indicator shows it, by scale and by member", shown.get("opinions"))
    ok(until(lambda: run("indicator show", ids[0])["confidence"] == 40), "and counts it")

    # Past the marking: TR may not tell IR of what KZ gave to TR alone in amber, not even what it thinks of it.
    amber = tell({**row, "indicator": ids[1]})
    alert = alerts("TR", "o-1", indicator=ids[1])["alerts"][0]["id"]
    run("alert close", "--officer", "o-1", "--outcome", "false-positive", "--reason", "SPECIMEN", alert, at="TR")
    said = run("alert opinion", "--officer", "o-1", "--opinion", "disagree", alert, at="TR")
    look = run("preview", "--officer", "o-1", "--to", "IR", "--collection", OPINIONS, said["object"], at="TR")
    ok(look["goes"] == 0 and [(r["member"], r["reason"]) for r in look["refusals"]] == [("IR", "onward")], "an opinion goes no further than what it is about", look)
    run("release", "--officer", "o-1", "--to", "IR", "--collection", OPINIONS, said["object"], at="TR", code=1)
    loose = {"type": "opinion", "spec_version": "2.1", "id": "opinion--00000000-0000-4000-8000-00000000000a", "created": stamp(now), "modified": stamp(now),
             "opinion": "agree", "object_refs": [ids[1]], "object_marking_refs": [f"marking-definition--{TLP['green']}"]}
    post("TR", loose)
    for to in ("IR", "KZ", "all"):
        run("release", "--officer", "o-1", "--to", to, "--collection", OWN, loose["id"], at="TR", code=1)
    run("release", "--officer", "o-1", "--to", "all", "--collection", OPINIONS, said["object"], at="TR")
    ok(until(lambda: inbox("KZ", "o-1")["counts"]["opinion"] == 2), "to all it goes to who may know: KZ, whose indicator it is")
    marker = post("TR", indicator(0x20))
    run("release", "--officer", "o-1", "--to", "IR", *marker, at="TR")
    ok(until(lambda: "SPECIMEN 32" in names(inbox("IR", "o-red"))) and names(inbox("IR", "o-red")) == ["SPECIMEN 32"], "IR never heard of it",
       inbox("IR", "o-red"))

    # A recall; what members say to each other.
    run("recall", "--officer", "o-1", "--reason", "SPECIMEN", ids[3])
    ok(until(lambda: inbox("TR", "o-low")["counts"]["recall"] == 1) and inbox("TR", "o-low")["items"][0]["revoked"], "a recall", inbox("TR", "o-low"))
    ids_seen = {i.get("id") for i in inbox("TR", "o-low")["items"]}
    ok(ids_seen == {ids[3]}, "and nothing that was read before", ids_seen)
finally:
    for p in running.values():
        p.terminate()
    for p in running.values():
        p.wait(timeout=60)
shutil.rmtree(work)
done()
