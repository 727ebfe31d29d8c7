#!/usr/bin/env python3
"""Objects released by one member to another and not to a third, recalled, and how long that takes from node to node."""
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
import urllib.request

from tap import SERAI, SOURCE, done, ok, serai, until

work = pathlib.Path(tempfile.mkdtemp(prefix="serai-release-"))
env = {**os.environ, "SERAI_DATA": str(SOURCE)}
MEMBERS = "IR KZ TR".split()
OWN = "11111111-2222-4333-8444-555555555555"
SHARED = "04a878ba-319f-5969-863c-973617ba2567"
TAXII = "application/taxii+json;version=2.1"
GREEN = "marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb"
AMBER = "marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421"
RED = "marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1"


def free_base():
    for base in range(24000 + os.getpid() % 200 * 10, 60000, 250):
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


def start(m):
    running[m] = subprocess.Popen([SERAI, "serve", "--quiet", box / m], stdout=subprocess.PIPE, stderr=open(work / f"{m}.log", "a"), text=True,
                                  env=env)
    return running[m].stdout.readline().strip()


def call(m, method, path, body=None, account="analyst"):
    head = {"Accept": TAXII, "Authorization": "Basic " + base64.b64encode(f"{account}:secret".encode()).decode()}
    if body is not None:
        head["Content-Type"] = TAXII
        body = json.dumps(body).encode()
    try:
        with urllib.request.urlopen(urllib.request.Request(url[m] + path, body, head, method=method), timeout=60) as r:
            return r.status, json.loads(r.read() or b"null")
    except urllib.error.HTTPError as e:
        return e.code, json.loads(e.read() or b"null")


def seen(m, account="analyst"):
    """Ids and whether they are revoked, of what is shared, as a tool of that member reads them."""
    status, got = call(m, "GET", f"/cert/collections/{SHARED}/objects/?limit=1000", account=account)
    return {o["id"]: o.get("revoked", False) for o in (got or {}).get("objects", [])} if status == 200 else status


def indicator(n, marking=None, **more):
    o = {"type": "indicator", "spec_version": "2.1", "id": f"indicator--00000000-0000-4000-8000-{n:012x}", "created": "2026-01-01T00:00:00.000Z",
         "modified": "2026-01-01T00:00:00.000Z", "name": f"SPECIMEN {n}", "description": "SPECIMEN", "pattern": f"[domain-name:value = 'x{n}.example']",
         "pattern_type": "stix", "valid_from": "2026-01-01T00:00:00Z", "valid_until": "2099-01-01T00:00:00Z", "confidence": 80, **more}
    if marking:
        o["object_marking_refs"] = [marking]
    return o


def run(command, *args, code=0, at="KZ"):
    got = serai("cyber", command, "--url", url[at], *args, "--json")
    ok(got[0] == code, f"serai cyber {command} exits {code}", got) if got[0] != code else None
    return json.loads(got[1]) if got[0] == 0 else got[2]


try:
    code, out, err = serai("sandbox", "--members", " ".join(MEMBERS), "--base-port", base, "--make-only", box, env=env)
    ok(code == 0, "three members", code, out, err)
    (work / "password").write_text("secret\n")
    rights = [f"read={OWN},{SHARED}", f"write={OWN}"]
    lines = ['taxii-root = cert "CERT"', f'taxii-collection = cert {OWN} "own"', f'taxii-collection = cert {SHARED} "shared"']
    for name, more in (("analyst", ["tlp=red", "cert"]), ("client", ["tlp=amber"])):
        lines.append(serai("cyber", "account", "--password-file", work / "password", name, *rights, *more)[1].strip())
    lines += ["cyber-person = o-1 tlp=red"]
    for m in MEMBERS:
        conf = box / m / "node.conf"
        kept = [line for line in conf.read_text().splitlines() if not line.startswith("taxii-")]
        conf.write_text("\n".join(kept + lines) + "\n")
        start(m)
    objects = [indicator(1, GREEN), indicator(2, AMBER), indicator(3), indicator(4, RED),
               indicator(5, GREEN, granular_markings=[{"selectors": ["description"], "marking_ref": RED}])]
    ids = [o["id"] for o in objects]
    status, got = call("KZ", "POST", f"/cert/collections/{OWN}/objects/", {"objects": objects})
    ok(status == 202 and got["success_count"] == 5, "five objects of KZ", status, got)

    look = run("preview", "--officer", "o-1", "--to", "TR", *ids)
    there = look["members"][0]
    ok(look["article"] == "33" and there["member"] == "TR" and there["sees"] == 5 and there["readers"]["clients"] == 3 and
       there["readers"]["anybody"] == 0 and there["readers"]["analysts and tools"] == 3 and there["readers"]["analysts cleared for red"] == 5,
       "who at TR would see what, and under which article", look)
    look = run("preview", "--officer", "o-1", "--to", "all", *ids)
    ok({(r["object"], r["reason"]) for r in look["refusals"]} == {(ids[3], "red"), (ids[4], "red")}, "red goes to nobody but who is named", look)
    ok(seen("TR") == {}, "a look sends nothing")

    error = run("preview", "--officer", "o-2", "--to", "TR", ids[3], code=1)
    ok("no object is chosen" in error, "who may not read red is not shown what would become of it", error)
    error = run("release", "--officer", "o-2", "--to", "TR", ids[3], code=1)
    acts = run("releases", "--act", "refused")["acts"]
    ok([a["record"]["asked"] for a in acts].count("release") == 1 and all(a["who"] == "o-2" and a["record"]["ids"] == [ids[3]] for a in acts),
       "nor releases it, and that he tried is on record", error, acts)

    began = time.monotonic()
    got = run("release", "--officer", "o-1", "--reason", "SPECIMEN campaign", "--to", "TR", *ids)
    ok(got["released"] == 5 and got["complete"] and "/tr/" in got["records"][0]["origin"], "released to TR alone", got)
    ok(until(lambda: set(seen("TR")) == set(ids), pause=0.01), "TR has them", seen("TR"), (work / "TR.log").read_text()[-500:])
    print(f"# released, and there after {time.monotonic() - began:.3f} s")
    ok(set(seen("TR", "client")) == set(ids[:3]), "its clients those up to amber, and none with a red part", seen("TR", "client"))
    # What IR gets later in another log stands behind whatever it could have got of this one.
    run("release", "--officer", "o-1", "--to", "IR", ids[0])
    ok(until(lambda: set(seen("IR")) == {ids[0]}, pause=0.02), "IR has the one that it was given, and no other", seen("IR"))
    ok(f"kz.specimen/cyber/tr/" not in serai("sync", "status", "--node", box / "IR")[1], "the log for TR is not even known to IR")

    error = run("release", "--officer", "o-9", "--to", "IR", ids[1], at="TR", code=1)
    ok("none of the 1 objects" in error, "TR does not pass amber on", error)
    error = run("recall", "--officer", "o-9", ids[0], at="TR", code=1)
    ok("nothing" in error or "none" in error, "nor withdraws what is not its own", error)

    began = time.monotonic()
    got = run("recall", "--officer", "o-1", "--reason", "false alarm", ids[0])
    ok(got["recalled"] == 1, "one is recalled", got)
    ok(until(lambda: seen("TR").get(ids[0]) and seen("IR").get(ids[0]), pause=0.01), "the revoked version is at both", seen("TR"), seen("IR"))
    print(f"# recalled, and there after {time.monotonic() - began:.3f} s")

    said = lambda: {m["member"]: m["state"] for m in run("recalls")["recalls"][0]["members"]}
    ok(until(lambda: said() == {"TR": "done", "IR": "done"}), "both say that they carried it out", said())
    got = run("copy", "--officer", "o-1", "--most", "green", ids[4])
    copy = got["copies"][0]["copy"]
    error = run("release", "--officer", "o-1", "--to", "all", copy, code=1)
    ok("doubt" in error or "confirm" in error, "a second indicator of a value that is shared goes only when somebody says so", error)
    run("release", "--officer", "o-1", "--to", "all", "--confirm", copy, copy)
    ok(until(lambda: copy in seen("IR")), "a copy without its red part goes to all", seen("IR"))
    status, one = call("IR", "GET", f"/cert/collections/{SHARED}/objects/{copy}/")
    ok("description" not in one["objects"][0] and "granular_markings" not in one["objects"][0], "and says nothing of it", one)

    acts = run("releases")["acts"]
    ok([a["act"] for a in acts].count("release") == 3 and [a["act"] for a in acts].count("recall") == 1 and
       all(a["who"] == "o-1" and (a["article"] == "33") for a in acts if a["act"] not in ("refused", "done")) and
       any(a["record"]["ids"] == [copy] for a in acts if a["act"] == "release") and any(ids[0] in a["record"]["ids"] for a in acts if a["act"] == "release"),
       "each act is on record: who, to whom, what, by which article", acts)
    ok(run("releases", at="TR")["acts"] == [], "and nothing was held back anywhere")

    def rule(what, *args, officer="o-1", code=0):
        got = serai("cyber", "rule", what, "--url", url["KZ"], "--officer", officer, *args, "--json")
        ok(got[0] == code, f"serai cyber rule {what} exits {code}", got) if got[0] != code else None
        return json.loads(got[1]) if got[0] == 0 else got[2]

    until_date = time.strftime("%Y-%m-%dT00:00:00Z", time.gmtime(time.time() + 30 * 86400))
    words = ["--to", "TR", "--type", "indicator", "--most", "green", "--article", "33", "--until", until_date]
    look = rule("preview", *words, "--days", "7")
    ok(look["objects"] == 1 and [o["object"] for o in look["would"]] == [ids[0]], "what such a rule would have released this week", look)
    error = rule("add", *words[:-2], code=1)
    ok("end" in error, "no rule without an end", error)
    laid = rule("add", *words)
    ok(laid["state"] == "waiting", "a rule waits for a second officer, as the agreement asks", laid)
    ok("officer" in rule("confirm", laid["id"], code=1), "who is not the one that laid it down")
    ok(rule("confirm", laid["id"], officer="o-2")["rules"][0]["state"] == "active", "a second officer confirms it")
    more = [indicator(21, GREEN), indicator(22, AMBER), indicator(23, RED)]
    call("KZ", "POST", f"/cert/collections/{OWN}/objects/", {"objects": more})
    ok(until(lambda: more[0]["id"] in seen("TR")), "what matches goes by itself", seen("TR"))
    automatic = [a for a in run("releases", "--act", "release")["acts"] if a["record"].get("rule") == laid["id"]]
    ok(len(automatic) == 1 and automatic[0]["record"]["ids"] == [more[0]["id"]], "on record with the rule's id", automatic)
    rule("suspend", "--all", officer="o-2")
    running["KZ"].kill()
    running["KZ"].wait(timeout=60)
    start("KZ")
    after = [indicator(31, GREEN), indicator(32, GREEN)]
    call("KZ", "POST", f"/cert/collections/{OWN}/objects/", {"objects": after})
    run("release", "--officer", "o-1", "--to", "TR", after[1]["id"])
    ok(until(lambda: after[1]["id"] in seen("TR")) and after[0]["id"] not in seen("TR"), "suspended at once, also over kill -9 and a start", seen("TR"))
    ok(not {more[1]["id"], more[2]["id"]} & set(seen("TR")), "and nothing stricter than the rule ever went", seen("TR"))
finally:
    for p in running.values():
        p.terminate()
    for p in running.values():
        p.wait(timeout=60)
shutil.rmtree(work)
done()
