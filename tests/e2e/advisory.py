#!/usr/bin/env python3
"""Advisories checked, published as a trusted provider, verified, mirrored; playbooks signed and shown."""
import copy
import http.client
import json
import os
import pathlib
import shutil
import subprocess
import tempfile

import tap
from tap import SERAI, SOURCE, ok, serai

URL = "https://specimen.example/.well-known/csaf"


def advisory(number, label="WHITE", version=1, day=1):
    return {
        "document": {
            "category": "csaf_base", "csaf_version": "2.0", "distribution": {"tlp": {"label": label}}, "lang": "en",
            "publisher": {"category": "coordinator", "name": "SPECIMEN", "namespace": "https://specimen.example"},
            "title": f"SPECIMEN {number}",
            "tracking": {
                "current_release_date": f"2026-02-{day:02}T00:00:00Z", "id": f"SA-2026/{number}",
                "initial_release_date": "2026-01-01T00:00:00Z",
                "revision_history": [{"date": f"2026-01-{i:02}T00:00:00Z", "number": str(i), "summary": "s"} for i in range(1, version + 1)],
                "status": "final", "version": str(version)}}}


def put(path, document):
    path.write_text(json.dumps(document, sort_keys=True), encoding="utf-8")
    return path


def tree(folder):
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def keys(folder):
    """A key ring of its own, or None where there is no gpg."""
    if not shutil.which("gpg") or not shutil.which("gpgv"):
        return None
    home = folder / "g"
    home.mkdir(mode=0o700)
    made = subprocess.run(["gpg", "--homedir", home, "--batch", "--passphrase", "", "--quick-generate-key",
                           "SPECIMEN <cert@specimen.example>", "ed25519", "sign", "never"], capture_output=True)
    (folder / "keys.gpg").write_bytes(subprocess.run(["gpg", "--homedir", home, "--export"], capture_output=True).stdout)
    return home if made.returncode == 0 else None


def checking(folder):
    good = put(folder / "good.json", advisory(1))
    bad = advisory(2)
    bad["document"]["tracking"]["version"] = "2"
    bad = put(folder / "bad.json", bad)
    code, out, _ = serai("advisory", "check", good)
    ok(code == 0 and "valid" in out, "a good advisory is valid", out)
    code, out, _ = serai("advisory", "check", "--json", good, bad)
    found = json.loads(out)
    ok(code == 1 and [d["valid"] for d in found] == [True, False] and [f["test"] for f in found[1]["findings"]] == ["6.1.16"]
       and found[1]["findings"][0]["at"] == "/document/tracking/version", "a bad one is not, and the place is named", out)
    (folder / "cut.json").write_text("{")
    ok(serai("advisory", "check", folder / "cut.json")[0] == 2, "what is no JSON is an input error")
    code, out, _ = serai("advisory", "filename", good)
    ok(code == 1 and out == "sa-2026_1.json\n", "the file name of the standard", out)
    newer = put(folder / "newer.json", advisory(1, version=2, day=2))
    code, out, _ = serai("advisory", "diff", good, newer)
    ok(code == 1 and '+ /document/tracking/version "2"' in out, "differences are told", out)
    ok("SPECIMEN 1" in serai("advisory", "show", good)[1], "an advisory is shown")
    future = advisory(3)
    future["document"]["csaf_version"] = "2.1"
    ok(serai("advisory", "check", put(folder / "future.json", future))[0] == 3, "CSAF 2.1 is only partly checked")


def publishing(folder, home):
    site = folder / "site"
    settings = put(folder / "provider.json", {"publisher": advisory(1)["document"]["publisher"], "url": URL,
                                              "contact": "mailto:cert@specimen.example"})
    documents = [put(folder / f"d{n}.json", advisory(n, label, day=n)) for n, label in ((1, "WHITE"), (2, "GREEN"), (3, "RED"), (4, "WHITE"))]
    publish = ["advisory", "publish", "--out", site, "--provider", settings, "--sign-key", "cert@specimen.example", "--gpg-home", home]
    code, out, err = serai(*publish, *documents)
    ok(code == 0, "four advisories are published", out, err)
    first = tree(site)
    ok("protected/red/2026/sa-2026_3.json" in first and b"sa-2026_3" not in first["provider-metadata.json"] + first["category.json"]
       + first["white/csaf-feed-tlp-white.json"], "what is labelled RED stands apart")
    ok(first["white/changes.csv"] == b'"2026/sa-2026_4.json","2026-02-04T00:00:00Z"\n"2026/sa-2026_1.json","2026-02-01T00:00:00Z"\n',
       "changes.csv has the newest first", first["white/changes.csv"])
    metadata = json.loads(first["provider-metadata.json"])
    ok(metadata["role"] == "csaf_trusted_provider" and len(metadata["public_openpgp_keys"][0]["fingerprint"]) == 40, "the metadata name the key")
    verify = ["advisory", "verify", "--keyring", folder / "keys.gpg"]
    code, out, _ = serai(*verify, site)
    ok(code == 0, "what was published verifies", out)
    code, _, err = serai(*publish, *documents[:2])
    ok(code == 0 and tree(site) == first, "publishing again changes nothing", err)
    older = advisory(4, day=1)
    code, _, err = serai(*publish, put(folder / "older.json", older))
    ok(code == 1 and tree(site) == first, "an older version is refused, and nothing changes", err)
    code, _, err = serai(*publish, put(folder / "newer.json", advisory(5)), folder / "bad.json")
    ok(code == 1 and tree(site) == first, "one that is not valid holds all back", err)
    broken = folder / "broken"
    shutil.copytree(site, broken)
    victim = broken / "white/2026/sa-2026_1.json"
    victim.write_bytes(victim.read_bytes().replace(b"SPECIMEN 1", b"SPECIMAN 1"))
    code, out, _ = serai(*verify, broken)
    ok(code == 1 and "hash" in out, "a changed document is found", out)
    ok(serai("advisory", "verify", site)[0] == 3, "without a keyring signatures stay unchecked")
    return site, broken


def serving(folder, site):
    """The node gives the published folder below its well-known path, and nothing beside it."""
    node = folder / "node"
    code, out, err = serai("init", "--specimen", "--sign-in", "off", "--member", "IR", "--listen", "127.0.0.1:0", "--agreement",
                           SOURCE / "agreements/eco.agreement", node)
    ok(code == 0, "a node is made", out, err)
    with (node / "node.conf").open("a") as conf:
        conf.write(f"\nadvisories = {site}\n")
    running = subprocess.Popen([SERAI, "serve", "--quiet", node], stdout=subprocess.PIPE, text=True, env={**os.environ, "SERAI_DATA": str(SOURCE)})
    try:
        line = running.stdout.readline()
        address = line.split("//")[1].split("/")[0].split()[0]

        def get(path, method="GET"):
            c = http.client.HTTPConnection(address, timeout=60)
            c.putrequest(method, path)
            c.endheaders()
            r = c.getresponse()
            return r.status, r.getheader("Content-Type"), r.read()

        base = "/.well-known/csaf/"
        served = {p: get(base + p) for p in tree(site)}
        closed = {p for p in served if p.startswith(("green/", "protected/"))}
        ok(all(served[p][0] == 200 and served[p][2] == b for p, b in tree(site).items() if p not in closed), "every file for everybody is served as it is",
           {p: s[0] for p, s in served.items() if s[0] != 200})
        ok(closed and {served[p][0] for p in closed} == {401}, "what is GREEN or stricter needs an account, also from this machine")
        ok([served[p][1].split(";")[0] for p in ("white/2026/sa-2026_1.json", "white/changes.csv", "white/2026/sa-2026_1.json.asc",
                                                 "openpgp/key.asc", "white/index.txt")]
           == ["application/json", "text/csv", "application/pgp-signature", "application/pgp-keys", "text/plain"], "with its media type")
        ok(get("/.well-known/security.txt")[2] == (site / "security.txt").read_bytes(), "security.txt stands where it is looked for")
        status, _, body = get(base + "white/2026/")
        ok(status == 200 and b"sa-2026_1.json" in body, "folders list their names", body)
        (site / "white/link.json").symlink_to(node / "node.conf")
        (site / ".hidden.json").write_text("{}")
        bad = ["../provider.json", "white/../../provider.json", "%2e%2e/provider.json", "white//index.txt", ".hidden.json", "white/link.json",
               "white", "nothing.json", "white/2026/sa-2026_1.json/x", "white/\\index.txt"]
        ok([get(base + p)[0] for p in bad] == [404] * len(bad), "no other path leads anywhere", [(p, get(base + p)[0]) for p in bad])
        ok(get(base + "provider-metadata.json", "POST")[0] == 405, "nothing can be posted there")
        (site / "white/link.json").unlink()
        (site / ".hidden.json").unlink()
    finally:
        running.terminate()
        running.wait(60)


def mirroring(folder, site, broken):
    """From folders; over TLS it is tried in advisory_mirror.py."""
    (broken / "white/2026/sa-2026_4.json.asc").unlink()
    mirror = ["advisory", "mirror", "--keyring", folder / "keys.gpg", "--out"]
    code, out, err = serai(*mirror, folder / "copy", site)
    files = set(tree(folder / "copy"))
    ok(code == 0 and "white/2026/sa-2026_1.json.asc" in files and not any("red" in f for f in files),
       "documents come with their signatures, RED does not", out, err)
    code, out, _ = serai("advisory", "verify", "--keyring", folder / "keys.gpg", folder / "copy")
    ok(code == 0, "the mirror verifies", out)
    code, out, err = serai(*mirror, folder / "half", broken)
    ok(code == 1 and "sa-2026_1.json: hash: " in out and "sa-2026_4.json: unsigned: " in out and "7.1.19" in out, "what fails is named with its clause", out, err)
    ok(not any("sa-2026_1" in f or "sa-2026_4" in f for f in [*tree(folder / "half"), *tree(folder / "half.fetch")]), "and is not written anywhere")


def playbooks(folder):
    uuid = "11111111-1111-4111-8111-1111111111"
    book = {"type": "playbook", "spec_version": "cacao-2.0", "id": f"playbook--{uuid}00", "name": "SPECIMEN", "created_by": f"identity--{uuid}01",
            "created": "2026-01-01T00:00:00.000Z", "modified": "2026-01-01T00:00:00.000Z", "workflow_start": f"start--{uuid}02",
            "workflow": {f"start--{uuid}02": {"type": "start", "on_completion": f"action--{uuid}03"},
                         f"action--{uuid}03": {"type": "action", "name": "look", "agent": f"group--{uuid}05", "on_completion": f"end--{uuid}04",
                                               "commands": [{"type": "manual", "command": "look at the log"}]},
                         f"end--{uuid}04": {"type": "end"}},
            "agent_definitions": {f"group--{uuid}05": {"type": "group", "name": "SPECIMEN"}}}
    path = put(folder / "book.json", book)
    ok(serai("playbook", "check", path)[0] == 0, "a good playbook is well")
    code, out, _ = serai("playbook", "show", path)
    ok(code == 0 and "action: look" in out and "look at the log" in out, "its flow is told in words", out)
    ok("<svg" in serai("playbook", "graph", path)[1], "and drawn")
    ring = copy.deepcopy(book)
    ring["workflow"][f"action--{uuid}03"]["on_completion"] = f"action--{uuid}03"
    code, out, _ = serai("playbook", "check", "--json", put(folder / "ring.json", ring))
    ok(code == 3 and {"cycle", "unreachable-step"} == {f["name"] for f in json.loads(out)[0]["findings"]}, "a ring is referred", out)
    key = folder / "key"
    code, out, err = serai("key", "generate", "--type", "node", "--name", "specimen.example", "--out", key)
    ok(code == 0, "a key is made", out, err)
    code, out, err = serai("playbook", "sign", "--key", key, "--signee", "SPECIMEN CERT", "--out", folder / "signed.json", path)
    ok(code == 0, "the playbook is signed", out, err)
    ok(serai("playbook", "check", folder / "signed.json")[0] == 0, "it is a playbook still")
    shown = serai("key", "show", key)[1]
    public = next(w for w in shown.split() if w.startswith("specimen.example+"))
    ok(serai("playbook", "verify", folder / "signed.json")[0] == 3, "a key that nobody named does not count")
    code, out, _ = serai("playbook", "verify", "--key", public, folder / "signed.json")
    ok(code == 0 and "genuine" in out, "one that was named does", out)
    changed = (folder / "signed.json").read_text().replace("look at the log", "wipe the disk")
    (folder / "changed.json").write_text(changed)
    ok(serai("playbook", "verify", "--key", public, folder / "changed.json")[0] == 1, "a changed playbook is forged")


with tempfile.TemporaryDirectory(dir="/tmp") as name:
    place = pathlib.Path(name)
    checking(place)
    ring = keys(place)
    if ring:
        site, broken = publishing(place, ring)
        serving(place, site)
        mirroring(place, site, broken)
        subprocess.run(["gpgconf", "--homedir", ring, "--kill", "all"], capture_output=True)
    else:
        print("# no gpg: publishing and mirroring are not tried")
    playbooks(place)
tap.done()
