#!/usr/bin/env python3
"""Lists of licence authorities: published ones and our own, imported, replaced, killed, explained, exported."""
import hashlib
import json
import pathlib
import random
import shutil
import signal
import subprocess
import tempfile
import time

from tap import SERAI, SOURCE, done, inspect, ok, serai, vectors

MDL = "org.iso.18013.5.1.mDL"
LICENCES = ("--for", "driving licences")
work = pathlib.Path(tempfile.mkdtemp(prefix="serai-vical-"))
DATA = {"SERAI_DATA": str(SOURCE)}


def make(name, member):
    code, out, err = serai("init", "--specimen", "--sign-in", "off", "--member", member, "--listen", "127.0.0.1:0", work / name, env=DATA)
    if code:
        ok(False, f"init {name}", out, err)
    return work / name


def take(node, *args):
    """(exit code, counts, what was said) of an import."""
    code, out, err = serai("trust", "import", "--node", node, "--json", *args)
    return code, json.loads(out) if out else {}, err


def believed(node, *args):
    code, out, err = serai("trust", "list", "--node", node, "--json", *LICENCES, *args)
    return [json.loads(line) for line in out.splitlines()]


def lists(node):
    return json.loads(serai("trust", "list", "--node", node, "--report")[1])["licence_lists"]


def named(node, provider):
    return [x for x in lists(node) if provider in x["provider"]]


def log_of(node):
    return (node / "anchors/imports.log").read_bytes()


def licence(node, case, *args):
    """Result, reason and document of a case's licence by what a node believes."""
    session = work / "session.cbor"
    session.write_bytes(bytes.fromhex(case["transcript_hex"]))
    code, objects = inspect("--node", node, "--at", case["now"], "--session", session, *args, root / case["file"])
    documents = objects[0].get("fields", {}).get("documents") or [{}]
    return objects[0]["result"], objects[0].get("reason"), documents[0], objects[0]


# --- a published list, with what is wrong with it ---

root = vectors("licence")
if root:
    real = json.loads((root / "vical-real/index.json").read_text())["cases"][0]
    file, expected = root / real["file"], real["expect"]
    a = make("a", "IR")
    code, counts, err = take(a, file)
    ok(code == 1 and counts["refused"] == 1 and "CERT_UNTRUSTED" in err and "--for lists" in err and "--vouch" in err,
       "a list whose provider is not known is refused, with what to do", code, counts, err)
    code, counts, err = take(a, *LICENCES, root / real["anchors"][0])
    code, counts, err = take(a, file)
    ok(code == 1 and "CERT_UNTRUSTED" in err and not named(a, "Austroads"),
       "an authority for licences does not bring in others by a list", code, err)
    code, counts, err = take(a, "--for", "lists", root / real["anchors"][0])
    before = log_of(a)
    code, counts, err = take(a, "--profile", "strict", file)
    ok(code == 1 and "VICAL_ENTRY" in err and log_of(a) == before, "strict refuses a list with a defective entry", code, err)
    code, counts, err = take(a, file)
    ok(code == 0 and counts["licence_lists"] == 1 and counts["licence_authorities"] == expected["entries"],
       f"all {expected['entries']} authorities of the published list", code, counts, err)
    said = [line for line in err.splitlines() if ": entry " in line]
    ok(len(said) == len(expected["findings"]) and
       all(any(f"entry {n}: {', '.join(words)}:" in line for line in said) for n, words in expected["findings"].items()),
       "each defective entry is named by number and defect", said, expected["findings"])
    shown = named(a, "Austroads")
    ok(len(shown) == 1 and shown[0]["issue"] == 27 and shown[0]["entries"] == expected["entries"] and
       shown[0]["defective"] == len(expected["findings"]) and shown[0]["state"] == "stale" and shown[0]["reason"] == "VICAL_STALE" and
       "import" in shown[0]["do"], "the report shows the list, its age, and to get a newer one", shown)
    own = [x for x in believed(a) if any(o["list"] for o in x["origins"])]
    ok(len(own) == expected["entries"] and all(x["types"] for x in own if not any(o["list"] is None for o in x["origins"])) and
       all(o["list"]["issue"] == 27 and o["list"]["date"].startswith("2024-12-17") for x in own for o in x["origins"] if o["list"]),
       "every authority keeps list, issue, date and document types", own[:1])
    before = log_of(a)
    code, counts, err = take(a, file)
    ok(code == 0 and counts["already"] == 1 and counts["licence_lists"] == 0 and log_of(a) == before,
       "the same list again changes nothing", code, counts, err)

    case = [c for c in json.loads((root / "responses/index.json").read_text())["cases"] if c["id"] == "longfellow-02"][0]
    result, reason, document, whole = licence(a, case)
    ok(document.get("issuer_signature") == "holds" and document.get("list", {}).get("issue") == 27 and result == "genuine",
       "a licence of other people's hands is genuine by the published list alone, and says by which", result, reason, document)
    code, out, err = serai("trust", "explain", "--node", a, "--json", file)
    ok(code == 0 and json.loads(out)["asked_for"] == ["lists"] and "lists" in json.loads(out)["counts_for"],
       "explain of a list: why its signer is believed", code, out[:400], err)
    text = serai("trust", "list", "--node", a, *LICENCES)[1]
    ok("[Austroads, issue 27 of 2024-12-17]" in text and MDL in text and "VICAL_STALE" in text, "trust list shows list and types", text[-600:])

    # --- one list after the other ---

    b = make("b", "KZ")
    eco = {n: root / f"vical/eco-{n}.cbor" for n in ("good", "next", "rollback", "doctype-other", "leaf-in-list", "tampered", "untrusted-signer")}
    good = [c for c in json.loads((root / "bad/index.json").read_text())["cases"] if c["id"] == "000-ok"][0]
    ok(licence(b, good)[1] == "CERT_UNTRUSTED", "before: the authority is not known")
    code, counts, err = take(b, "--for", "lists", root / "pki/vical-root.der", eco["good"])
    ok(code == 0 and counts["licence_authorities"] == 10, "root and list in one import", code, counts, err)
    ok(licence(b, good)[0] == "genuine", "its licences are genuine", licence(b, good)[:2])
    code, counts, err = take(b, eco["rollback"])
    ok(code == 1 and "VICAL_ROLLBACK" in err and "--older" in err, "an older issue is refused", code, err)
    code, counts, err = take(b, eco["tampered"], eco["untrusted-signer"])
    ok(code == 1 and counts["refused"] == 2 and "COSE_SIG" in err and "CERT_UNTRUSTED" in err, "altered, and of another root", err)
    authority = lambda state, node=b: [x for x in believed(node, "--state", state) if any(o["list"] for o in x["origins"])]
    ok(len(authority("AF")) == 1, "AF is in the list")
    code, counts, err = take(b, eco["next"])
    ok(code == 0 and not authority("AF") and len(authority("KZ")) == 1 and named(b, "ECO")[0]["issue"] == 13,
       "the next issue takes its place: who is not in it is no longer believed", counts, lists(b))
    code, counts, err = take(b, eco["good"])
    ok(code == 1 and "VICAL_ROLLBACK" in err and not authority("AF"), "the one before does not come back unasked", err)
    code, counts, err = take(b, "--older", eco["good"])
    ok(code == 0 and len(authority("AF")) == 1 and len(named(b, "ECO")) == 1, "--older goes back to it", code, err, lists(b))
    code, counts, err = take(b, eco["doctype-other"])
    result, reason, document, whole = licence(b, good)
    ok(reason == "VICAL_DOCTYPE" and result == "no-anchor", "an authority listed for photo IDs alone issues no licence", result, reason)
    out = json.loads(serai("trust", "explain", "--node", b, "--json", *LICENCES, root / good["anchors"][0])[1])
    ok(out["types"] and MDL not in out["types"] and out["origins"][0]["list"]["provider"] == "ECO Secretariat (TEST)",
       "explain tells the types and the list", out["types"], out["origins"])
    code, counts, err = take(b, *LICENCES, root / good["anchors"][0])
    ok(licence(b, good)[0] == "genuine", "the node's own word still gives trust", licence(b, good)[:2])
    code, counts, err = take(b, eco["leaf-in-list"])
    ok(code == 0 and counts["licence_authorities"] == 10 and "entry 10: not a CA, keyUsage, not self-signed: left out" in err,
       "what is no authority is left out and named", counts, err)

    # --- a signer pinned by a person; a root that is gone; a torn log ---

    c = make("c", "TR")
    code, counts, err = take(c, "--vouch", eco["tampered"])
    ok(code == 1 and "COSE_SIG" in err and counts["certificates"] == 0, "a person's word does not mend a signature", counts, err)
    code, counts, err = take(c, "--vouch", eco["good"])
    ok(code == 0 and counts["certificates"] == 1 and counts["licence_authorities"] == 10, "--vouch takes the signer of the list", counts, err)
    pinned = [json.loads(x) for x in serai("trust", "list", "--node", c, "--json", "--for", "lists")[1].splitlines()]
    ok([x["purposes"] for x in pinned if x["origins"][0]["source"].endswith("eco-good.cbor")] == [["lists"]],
       "as a signer of lists and nothing else", pinned)
    code, counts, err = take(c, eco["next"])
    ok(code == 0 and named(c, "ECO")[0]["issue"] == 13, "its later lists come without asking", counts, err)

    d = make("d", "UZ")
    shutil.copy(root / "pki/vical-root.der", d / "anchors/root.der")
    take(d, eco["good"])
    (d / "anchors/root.der").unlink()
    waits = serai("trust", "list", "--node", d, "--waiting")[1]
    ok(not authority("AF", d) and "list of licence authorities" in waits and "root of its provider" in waits,
       "a root that is no longer believed takes its lists along", waits)
    shutil.copy(root / "pki/vical-root.der", d / "anchors/root.der")
    ok(len(authority("AF", d)) == 1, "and brings them back")

    random.seed(18013)
    e = make("e", "PK")
    take(e, "--for", "lists", root / "pki/vical-root.der", eco["good"])
    saved = log_of(e)
    seen = set()
    for n in range(12):
        (e / "anchors/imports.log").write_bytes(saved)
        p = subprocess.Popen([SERAI, "trust", "import", "--node", e, eco["next"]], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(random.uniform(0, 0.03))
        p.send_signal(signal.SIGKILL)
        p.wait()
        seen.add((len(named(e, "ECO")), named(e, "ECO")[0]["issue"], len(believed(e, "--state", "AF"))))
    ok(seen <= {(1, 12, 1), (1, 13, 0)}, "killed at any time: one whole list is installed, the old or the new", seen)
    whole_log = (take(e, eco["next"]), log_of(e))[1]
    bad = set()
    for at in sorted({len(saved), *(random.randrange(len(saved), len(whole_log)) for _ in range(25))}):
        (e / "anchors/imports.log").write_bytes(whole_log[:at])
        take(e, eco["next"])
        state = [x["issue"] for x in named(e, "ECO")], len(believed(e, "--state", "AF"))
        if state != ([13], 0):
            bad.add((at, str(state)))
    ok(not bad, "a log torn at any byte: the import again goes on", bad)

# --- the bloc's own list, signed by a member for readers elsewhere ---

MEMBERS = ("IR", "KZ", "TR")
for m in MEMBERS:
    make(m, m)
keys = {m: serai("trust", "key", "--node", work / m)[1].strip() for m in MEMBERS}
for m in MEMBERS:
    (work / m / "trust/members").write_text("".join(f"{x} {keys[x]}\n" for x in MEMBERS))
for m in MEMBERS:
    for what in ("country", "authority"):
        arguments = LICENCES if what == "authority" else ()
        code, out, err = serai("trust", "propose", "--node", work / m, "--yes", *arguments, *(work / x / f"{what}.der" for x in MEMBERS))
        if code:
            ok(False, f"{m} proposes {what}", out, err)
    serai("trust", "acts", "--node", work / m, "--out", work / f"{m}.acts")
for m in MEMBERS:
    serai("trust", "receive", "--node", work / m, *(work / f"{x}.acts" for x in MEMBERS))
mine = [x for x in believed(work / "TR", "--state", "KZ")]
ok(len(mine) == 1 and mine[0]["types"] == [MDL] and mine[0]["why"] == "vouched" and {o["member"] for o in mine[0]["origins"]} == set(MEMBERS),
   "three members vouch for an authority: for driving licences, and nothing else", mine)
code, out, err = serai("trust", "export", "--node", work / "IR", "--format", "vical", *LICENCES, "--out", work / "ir.vical")
ok(code == 0, "IR signs the list of the bloc", code, out, err)
code, objects = inspect("--profile", "strict", "--anchors", work / "IR/vical-root.der", work / "ir.vical")
fields = objects[0]["fields"]
ok(code == 0 and not objects[0].get("findings") and fields["entries"] == 3 and not fields["stale"] and
   all(x["doc_types"] == [MDL] and x["usable"] and not x["findings"] for x in fields["authorities"]), "strict, without a finding", objects[0])
wanted = sorted(hashlib.sha256((work / m / "authority.der").read_bytes()).hexdigest() for m in MEMBERS)
f = make("f", "UZ")
code, counts, err = take(f, "--profile", "strict", "--for", "lists", work / "IR/vical-root.der", work / "ir.vical")
got = sorted(x["sha256"] for x in believed(f) if any(o["list"] for o in x["origins"]))
ok(code == 0 and got == wanted, "another system takes it and believes the three authorities", code, err, got)
code, out, err = serai("trust", "export", "--node", work / "IR", "--format", "vical", "--for", "travel documents")
ok(code == 2 and "driving licences" in err, "a VICAL is for driving licences", code, err)
conf = work / "TR/node.conf"
conf.write_text("".join(line for line in conf.read_text().splitlines(True) if not line.startswith("vical-")))
code, out, err = serai("trust", "export", "--node", work / "TR", "--format", "vical")
ok(code == 2 and "vical-signer-key" in err, "a node without such a signer says what is missing", code, err)
serai("trust", "withdraw", "--node", work / "KZ", "--yes", "--reason", "key retired", *LICENCES, work / "KZ/authority.der")
serai("trust", "acts", "--node", work / "KZ", "--out", work / "KZ.acts")
serai("trust", "receive", "--node", work / "IR", work / "KZ.acts")
time.sleep(1.1)  # lists are dated to the second
serai("trust", "export", "--node", work / "IR", "--format", "vical", "--out", work / "ir2.vical")
code, counts, err = take(f, work / "ir2.vical")
got = [x for x in believed(f, "--state", "KZ") if any(o["list"] for o in x["origins"])]
ok(code == 0 and counts["licence_authorities"] == 2 and not got, "an authority that its State withdrew is gone from the next list", code, err, got)
code, counts, err = take(f, work / "ir.vical")
ok(code == 1 and "VICAL_ROLLBACK" in err, "and the list before does not bring it back", code, err)

shutil.rmtree(work)
done()
