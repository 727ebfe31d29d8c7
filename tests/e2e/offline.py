#!/usr/bin/env python3
"""serai.wasm under Node gives the answers of the same code over OpenSSL, for everything a driver may show."""
import base64
import calendar
import json
import pathlib
import random
import shutil
import subprocess
import tempfile
import time

from tap import BUILD, SOURCE, done, ok, skip, vectors

MODULE = BUILD / "src/wasm/serai.wasm"
AT = "2026-09-15T12:00:00Z"
ECO = (SOURCE / "agreements/eco.agreement").read_text()
work = pathlib.Path(tempfile.mkdtemp(prefix="serai-offline-"))


def b64(b):
    return base64.b64encode(b).decode()


def seconds(at):
    return calendar.timegm(time.strptime(at, "%Y-%m-%dT%H:%M:%SZ"))


def pack(anchors=(), **more):
    return {"member": "IR", "at": "2026-01-01T00:00:00Z", "expires": "2099-01-01T00:00:00Z", "utc_offset": 12600,
            "as_of": "2026-09-01T00:00:00Z", "agreement": {"text": ECO, "title": "", "version": 1, "sha256": "0" * 64},
            "anchors": [{"der": b64(a), "state": "KZ"} for a in anchors], "languages": ["en"], **more}


class Cases:
    """(name, pack, request), each pack once."""

    def __init__(self):
        self.packs, self.cases, self.names = [], [], []

    def add(self, name, p, request):
        if p not in self.packs:
            self.packs.append(p)
        self.names.append(name)
        self.cases.append({"pack": self.packs.index(p), "request": {"at": AT, **request}})

    def offline(self, repeat=1, **more):
        """What the module says, as the page calls it."""
        given = json.dumps({"packs": self.packs, "cases": self.cases, "repeat": repeat, **more})
        run = subprocess.run(["node", SOURCE / "tests/e2e/offline.mjs", work / "verify.mjs", MODULE], input=given.encode(),
                             capture_output=True, timeout=300)
        lines = [json.loads(line) for line in run.stdout.splitlines()]
        if not ok(len(lines) == len(self.cases), "every case is answered", len(lines), run.stderr.decode()):
            done()
        return lines

    def native(self):
        """What the same code says over OpenSSL."""
        for i, p in enumerate(self.packs):
            (work / f"pack-{i}").write_text(json.dumps(p))
        lines = []
        for i, c in enumerate(self.cases):
            request = {k: v for k, v in c["request"].items() if k != "at"}
            (work / f"request-{i}").write_text(json.dumps(request))
            lines.append(f"{work}/pack-{c['pack']} {work}/request-{i} {seconds(c['request']['at'])}")
        run = subprocess.run([BUILD / "tests/licence-answers"], input="\n".join(lines).encode(), capture_output=True, timeout=300)
        return [json.loads(line) for line in run.stdout.splitlines()]


def unsupported(answer):
    return [e["detail"] for e in answer["evidence"] if e.get("reason") == "KEY_UNSUPPORTED"]


def essence(x):
    """Without the sentences, which may name another step of the arithmetic."""
    if "error" in x:
        return x["error"]["reason"]
    a = json.loads(json.dumps(x["answer"]))
    for e in a["evidence"] + a["findings"]:
        e.pop("detail", None)
    return a


def shown(folder):
    """Every case of a folder of shared vectors as a request."""
    root = vectors("licence")
    if not root:
        return
    for c in json.loads((root / folder / "index.json").read_text())["cases"]:
        if not c.get("file") or not c["size"]:
            continue
        kind = {"device-response": "mdoc", "mrz": "mrz", "barcode": "barcode"}.get(c["kind"], "any")
        request = {"evidence": [{"kind": kind, "base64": b64((root / c["file"]).read_bytes())}], "at": c.get("now") or AT,
                   "driver": {"residence": "KZ"}, "examined": True}
        if c.get("transcript_hex"):
            request["session"] = b64(bytes.fromhex(c["transcript_hex"]))
        if c.get("token"):
            request["status_token"] = b64((root / c["token"]).read_bytes())
        yield f"{folder} {c['id']}", pack((root / a).read_bytes() for a in c.get("anchors") or ()), request


if not MODULE.exists():
    skip("offline", "serai.wasm was not built")
    done()
if not shutil.which("node"):
    skip("offline", "needs node")
    done()
shutil.copy(SOURCE / "web/roadside-verify.js", work / "verify.mjs")

# --- the same answers, whatever is shown ---

all_cases = Cases()
for folder in ("bad", "generated", "annexD-2021", "responses", "blobs", "barcode", "mrz", "status"):
    for name, p, request in shown(folder):
        all_cases.add(name, p, request)
TYPED = {"issuer": "PK", "number": "SPECIMEN-1", "categories": ["LTV", "PSV"], "issued": "2024-05-01", "expiry": "2029-05-01",
         "birth": "1990-05-05"}
all_cases.add("typed", pack(), {"typed": TYPED, "examined": True, "translation": True, "driver": {"residence": "PK"}})
all_cases.add("typed, in Persian", pack(), {"typed": TYPED, "language": "fa"})
all_cases.add("a picture", pack(), {"evidence": [{"base64": b64(b"\x89PNG\r\n\x1a\n" + bytes(40))}]})
all_cases.add("nothing", pack(), {})
all_cases.add("an unknown member", pack(), {"typed": TYPED, "colour": "red"})

here, there = all_cases.offline(), all_cases.native()
ok(len(there) == len(here), "the native program answers each", len(there))
named, differ = [], []
for name, a, b in zip(all_cases.names, here, there):
    if "answer" in a and unsupported(a["answer"]):
        named.append(name)
        r = a["answer"]
        ok(all("brainpool" in d or "Ed448" in d for d in unsupported(r)) and r["outcome"] == "refer"
           and all(e["result"] == "undetermined" for e in r["evidence"]) and r["licence"] is None,
           f"{name}: what cannot be verified is named, and is nothing", r["evidence"], r["outcome"])
    elif name == "a picture":
        ok(a["answer"]["evidence"][0]["result"] != "genuine" and a["answer"]["outcome"] == "refer", "pictures are for the node", a)
    elif essence(a) != essence(b):
        differ.append(name)
        ok(False, f"{name}: the same answer", json.dumps(essence(a)), json.dumps(essence(b)))
ok(not differ, f"{len(here) - len(named)} answers are the same as over OpenSSL")
genuine = sum(e["result"] == "genuine" for a in here if "answer" in a for e in a["answer"]["evidence"])
if vectors("licence"):
    ok(genuine >= 30, "genuine ones among them", genuine)
ok(all(a["answer"]["status"]["state"] == "not asked" and "status at home" in a["answer"]["not_checked"]
       and "receipt" not in a["answer"] for a in here if "answer" in a), "what needs the line is named")

# --- a module that lives on: many runs, hostile ones between ---

if vectors("licence"):
    good = next(c for c in zip(all_cases.names, all_cases.cases) if c[0] == "bad 000-ok")[1]
    genuine_request, genuine_pack = good["request"], all_cases.packs[good["pack"]]
    blob = base64.b64decode(genuine_request["evidence"][0]["base64"])
    many = Cases()
    rng = random.Random(7)
    for i in range(150):
        hurt = bytearray(blob)
        for _ in range(1 + i % 4):
            hurt[rng.randrange(len(hurt))] = rng.randrange(256)
        many.add("hurt", genuine_pack, {**genuine_request, "evidence": [{"kind": "mdoc", "base64": b64(bytes(hurt))}]})
    for nasty in (b"\x9b" + b"\xff" * 8, b"\x81" * 5000, b"\xbf" * 100, b"\x5b\x7f" + b"\xff" * 7, b"@\n\x1e\rANSI " + b"9" * 60):
        many.add("nasty", genuine_pack, {"evidence": [{"base64": b64(nasty)}]})
    many.add("good", genuine_pack, genuine_request)
    got = many.offline(repeat=7, memory=True)
    want = many.native()
    same = sum(essence(a) == essence(b) for a, b in zip(got, want))
    ok(same == len(got), "damaged licences are judged as over OpenSSL", same, len(got))
    ok(got[-1]["answer"]["evidence"][0]["result"] == "genuine", "the module is as good as new behind them", got[-1])
    ok(got[-1]["memory"] == got[20]["memory"] <= 64 << 20, f"after {7 * len(got)} checks it has the memory of the first ones",
       got[20]["memory"], got[-1]["memory"])

    # what the page may get wrong
    wrong = Cases()
    wrong.add("an old pack", {**genuine_pack, "expires": "2026-02-01T00:00:00Z"}, genuine_request)
    wrong.add("no pack", {}, genuine_request)
    wrong.add("an anchor that is none", {**genuine_pack, "anchors": [{"der": "AAAA", "state": "KZ"}]}, genuine_request)
    wrong.add("an agreement that is none", {**genuine_pack, "agreement": {"text": "once upon a time"}}, genuine_request)
    wrong.add("another type of document", {**genuine_pack, "anchors": [{**genuine_pack["anchors"][0], "doc_types": ["org.example"]}]},
              genuine_request)
    wrong.add("no anchors", {**genuine_pack, "anchors": []}, genuine_request)
    old, none, anchor, agreement, other, empty = wrong.offline()
    ok(old["error"]["reason"] == "pack-expired", "an old pack", old)
    ok(none["error"]["reason"] == "pack", "no pack", none)
    ok("error" in anchor, "an anchor that is none", anchor)
    ok(agreement["error"]["reason"] == "agreement", "an agreement that is none", agreement)
    ok(other["answer"]["evidence"][0]["reason"] == "VICAL_DOCTYPE", "another type of document", other)
    ok(empty["answer"]["evidence"][0]["result"] == "no-anchor", "no anchors", empty)

    # a browser without Ed25519, and one whose answers were made up in the pass before
    poor = Cases()
    for name, c in zip(all_cases.names, all_cases.cases):
        if "ed25519" in name or name == "bad 000-ok":
            poor.add(name, all_cases.packs[c["pack"]], c["request"])
    for name, a in zip(poor.names, poor.offline(without="Ed25519")):
        e = a["answer"]["evidence"][0]
        ok(e["result"] == ("undetermined" if "ed25519" in name else "genuine"), f"{name} where Ed25519 is not known", e)

shutil.rmtree(work)
done()
