"""What the tests of notices and hits share: nodes in a folder of their own, a specimen notice, the steps of its life."""
import json
import os
import pathlib
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request

from tap import SERAI, SOURCE, ok, serai

work = pathlib.Path(tempfile.mkdtemp(prefix="serai-notices-"))
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


def call(base, path, body=None):
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(base + path, data, {"Content-Type": "application/json"} if body is not None else {})
    try:
        with urllib.request.urlopen(request, timeout=60) as r:
            return r.status, json.loads(r.read())
    except urllib.error.HTTPError as e:
        return e.code, json.loads(e.read())


def moment(days):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + days * 86400))


def quality(by="kz.police"):
    return {"is": "fact", "source": "SPECIMEN register", "on": "2026-01-02", "by": by}


def notice(**more):
    x = {
        "kind": "wanted", "category": "drug trafficking", "authority": "kz.police", "action": "arrest", "if_flagged": "inform", "expires": moment(300),
        "review_due": moment(180),
        "basis": {"article": "31", "offence": "trafficking", "provision": "SPECIMEN code, article 297", "penalty_months": 144,
                  "warrant": {"court": "SPECIMEN court", "number": "W-17", "on": "2026-01-02"}},
        "facts": "SPECIMEN: organised transport of heroin over two borders.",
        "person": {"status": "charged", "sex": "male",
                   "names": [{"text": "SPECIMEN Samat", "script": "Latn", "kind": "primary", "quality": quality()},
                             {"text": "СПЕЦИМЕН Самат", "script": "Cyrl", "language": "kk", "kind": "native", "quality": quality()}],
                   "births": [{"value": "1980-03-01", "precision": "day", "quality": quality()}],
                   "nationalities": [{"state": "KZ", "certain": True, "quality": quality()}],
                   "documents": [{"kind": "passport", "state": "KZ", "number": "N7654321", "quality": quality()}]},
        "checklist": {"political": False, "military": False, "religious": False, "racial": False},
    }
    x.update(more)
    return {k: v for k, v in x.items() if v is not None}


def draft(base, n, officer="a.one", **more):
    return call(base, "/v1/notices/draft", {"officer": officer, "notice": n, **more})


def propose(base, n):
    status, got = draft(base, n)
    return call(base, "/v1/notices/sign", {"officer": "b.two", "reference": got["reference"]}) if status == 200 else (status, got)


def faults(got):
    return {f["reason"] for f in got[1].get("faults", [])}


def row(base, id):
    return next((x for x in call(base, "/v1/notices")[1]["notices"] if x["id"] == id), None)


def state(base, id):
    x = row(base, id)
    return x and x["state"]


def act(base, what, id, officer="r.one", reason="SPECIMEN reason", **more):
    return call(base, "/v1/notices/act", {"what": what, "id": id, "officer": officer, "reason": reason, **more})


CHECKED = ["neutrality", "threshold", "minimum data", "proportionality"]


def confirm(base, id, officer, **more):
    return act(base, "confirmed", id, officer, **{"digest": row(base, id)["digest"], "checked": CHECKED, **more})


def reason(got):
    return got[0], got[1].get("error", {}).get("reason")
