#!/usr/bin/env python3
"""The bloc's trust list among ten nodes: vouching, anchors, reports, step back, two histories, kill -9, export."""
import hashlib
import json
import os
import pathlib
import random
import shutil
import signal
import subprocess
import tempfile
import time
import urllib.error
import urllib.request

import chips
from tap import SERAI, SOURCE, done, ok, serai

MEMBERS = "AF AZ IR KG KZ PK TJ TM TR UZ".split()
VOUCH = 4
work = pathlib.Path(tempfile.mkdtemp(prefix="serai-trustlist-"))
agreement = work / "bloc.agreement"
text = (SOURCE / "agreements/eco.agreement").read_text()
agreement.write_text(text.replace("counts when 3 parties", f"counts when {VOUCH} parties"))
LINES = "P<KAZSPECIMEN<<AIGERIM<<<<<<<<<<<<<<<<<<<<<<\nN123456785KAZ9005145F3105135<<<<<<<<<<<<<<<2\n"


def trust(name, what, *args, env=None):
    return serai("trust", what, "--node", work / name, *args, env=env)


def must(name, what, *args):
    code, out, err = trust(name, what, *args)
    if code != 0:
        ok(False, f"{name}: trust {what} {' '.join(map(str, args))}", code, out, err)
    return out


def bloc(name):
    return json.loads(trust(name, "bloc", "--json")[1])


def entry(name, state, purpose):
    found = [e for e in bloc(name)["entries"] if e["state"] == state and e["purpose"] == purpose]
    return found[0] if found else None


def standing(name, state, purpose="visible seals"):
    e = entry(name, state, purpose)
    return e and e["standing"]


def key_of(name, state):
    return [m["standing"] for m in bloc(name)["members"] if m["member"] == state]


def send(source, *targets):
    """The acts of one node to others; the last exit code and what was said."""
    file = work / f"{source}.acts"
    must(source, "acts", "--out", file)
    for t in targets:
        last = trust(t, "receive", file)
    return last


def send_all():
    """Everybody's acts to everybody, as one file."""
    for m in MEMBERS:
        must(m, "acts", "--out", work / f"{m}.acts")
    order = MEMBERS[:]
    random.Random(5).shuffle(order)
    (work / "all.acts").write_bytes(b"\n".join((work / f"{m}.acts").read_bytes() for m in order))
    for m in MEMBERS:
        must(m, "receive", work / "all.acts")


# Ten nodes; every operator has the others' keys by another way.
for m in MEMBERS:
    code, out, err = serai("init", "--specimen", "--sign-in", "off", "--member", m, "--listen", "127.0.0.1:0", "--agreement", agreement, work / m)
    if code:
        ok(False, f"init {m}", out, err)
keys = {m: serai("trust", "key", "--node", work / m)[1].strip() for m in MEMBERS}
for m in MEMBERS:
    if m == "IR":
        for other in MEMBERS:
            if other != m:
                must(m, "member", "add", other, keys[other])
    else:
        (work / m / "trust/members").write_text("# confirmed by telephone\n" + "".join(f"{x} {keys[x]}\n" for x in MEMBERS))
code, out, err = trust("IR", "member", "add", "KZ", keys["KZ"])
ok(code == 2 and "stands there already" in err, "a key stands once among the members' keys", err)
code, out, err = trust("IR", "member", "add", "XX", keys["KZ"])
ok(code == 2 and "no party" in err, "only parties have keys", err)
code, out, err = trust("IR", "member", "list")
ok(code == 0 and out.count(".specimen") == 10 and len(out.splitlines()[1].split()) == 16, "fingerprints are listed to be read aloud", out)

# KZ issues a visa that nobody believes yet.
(work / "passport.txt").write_text(LINES)
code, out, err = serai("issue", "--node", work / "KZ", "--passport", work / "passport.txt", "--purpose", "pilgrimage", "--entries", 3,
                       "--stay", 30, "--place", "ALMATY", "--out", work / "visa", env={"SERAI_DATA": str(SOURCE)})
ok(code == 0, "KZ issues a visa", out, err)


def believes(name):
    code, out, err = serai("inspect", "--json", "--node", work / name, work / "visa.png")
    results = [json.loads(line) for line in out.splitlines()]
    return "genuine" if code == 0 else results[0].get("result") if results else err


ok(believes("IR") != "genuine", "nobody believes it yet", believes("IR"))
code, out, err = trust("KZ", "propose", work / "KZ/country.der", work / "KZ/signer.der")
ok(code == 2 and "--yes" in err and "visible seals, of KZ" in out and "SPECIMEN country signer" in out,
   "what is about to be vouched for is shown, and not signed unasked", code, out, err)
ok(bloc("KZ")["version"] == 0, "nothing was signed")
must("KZ", "propose", "--yes", work / "KZ/country.der", work / "KZ/signer.der")
send("KZ", *[m for m in MEMBERS if m != "KZ"])
pending = trust("IR", "pending")[1]
ok(pending.count("KZ ") == 2 and "vouching: KZ" in pending, "others see what waits for them", pending)
sha = {p: entry("IR", "KZ", p)["sha256"] for p in ("visible seals", "travel documents")}
for n, m in enumerate(["IR", "TR", "UZ"], 2):
    code, out, err = trust(m, "confirm", "--yes", sha["visible seals"][:16], sha["travel documents"])
    ok(code == 0 and "signed: 2" in out, f"{m} confirms", out, err)
    send(m, *[x for x in MEMBERS if x != m])
    wanted = "in force" if n >= VOUCH else "proposed"
    ok(standing("AF", "KZ") == wanted, f"{n} of {VOUCH} vouch: {wanted}", entry("AF", "KZ", "visible seals"))
    ok((believes("AF") == "genuine") == (n >= VOUCH), f"the visa of KZ at AF with {n} voices", believes("AF"))
ok("nothing to sign" in must("TR", "confirm", "--yes", "--of", "KZ"), "a second confirmation says nothing new")
listed = must("AF", "list")
ok("bloc list: visible seals" in listed, "anchors say that they come of the bloc's list", listed)
code, out, err = serai("check", "--json", "--node", work / "TM", "--purpose", "pilgrimage", "--mode", "air", "--examined",
                       work / "passport.txt", work / "visa.png", env={"SERAI_DATA": str(SOURCE)})
ok(code in (0, 1, 3) and '"vds","result":"genuine"' in out, "a check at TM believes the visa", code, out[:800], err)

# All ten have one list, whatever way the acts came.
for m in MEMBERS:
    if m != "KZ":
        must(m, "propose", "--yes", work / m / "country.der", work / m / "signer.der")
send_all()
for m in ("IR", "KG", "PK", "TJ", "UZ"):
    waiting = [json.loads(line)["sha256"] for line in must(m, "pending", "--json").splitlines()]
    must(m, "confirm", "--yes", *waiting)
send_all()
lists = {m: bloc(m) for m in MEMBERS}
ok(len({x["digest"] for x in lists.values()}) == 1 and all(e["standing"] == "in force" for e in lists["TM"]["entries"]) and
   len(lists["TM"]["entries"]) == 20, "ten nodes, one list, all in force", {m: (x["version"], x["digest"]) for m, x in lists.items()})

# Anyone can read it and check it, without a node.
for m in ("AF", "UZ"):
    must(m, "export", "--out", work / f"{m}.json")
ok((work / "AF.json").read_bytes() == (work / "UZ.json").read_bytes(), "two nodes export the same bytes")


def verify(file, *args):
    return serai("trust", "verify", file, "--members", work / "PK/trust/members", "--agreement", agreement, *args)


code, out, err = verify(work / "AF.json")
ok(code == 0 and "holds" in out and lists["AF"]["digest"] in out and "0 differences" in out, "the export holds", out, err)
whole = json.loads((work / "AF.json").read_text())


def altered(name, change):
    copy = json.loads(json.dumps(whole))
    change(copy)
    (work / name).write_text(json.dumps(copy))
    return verify(work / name)


def first_entry(value):
    return lambda x: x["entries"][0].__setitem__("standing", value)


for what, change in (("an entry said withdrawn", first_entry("withdrawn")), ("an entry left out", lambda x: x["entries"].pop(3)),
                     ("an entry made up", lambda x: x["entries"].append({**x["entries"][0], "sha256": "00" * 32})),
                     ("another rule", lambda x: x.__setitem__("confirmations", 1)), ("another version", lambda x: x.__setitem__("version", 99)),
                     ("a member said compromised", lambda x: x["members"][0].__setitem__("standing", "compromised")),
                     ("an act left out", lambda x: x["acts"].pop()), ("a certificate left out", lambda x: x["certificates"].pop()),
                     ("an act altered", lambda x: x["acts"].__setitem__(0, x["acts"][0].replace("propose", "confirm")))):
    code, out, err = altered("altered.json", change)
    ok(code == 1 and "does not hold" in out, f"an export with {what} does not hold", code, out[:300], err)
code, out, err = altered("altered.json", lambda x: x.__setitem__("kind", "serai trust list 2"))
ok(code == 2 and "kind" in err, "another kind of file is refused", code, err)
few = work / "few"
few.write_text("\n".join(f"{m} {keys[m]}" for m in MEMBERS[:3]) + "\n")
code, out, err = serai("trust", "verify", work / "AF.json", "--members", few, "--agreement", agreement)
ok(code == 3 and "not among the members' keys" in err, "without the members' keys nothing is certain", code, err)

# Its own State withdraws: at once, alone.
must("KZ", "withdraw", "--yes", "--reason", "replaced on 2026-10-01", sha["visible seals"])
send("KZ", "IR", "AF")
e = entry("IR", "KZ", "visible seals")
ok(e["standing"] == "withdrawn" and e["reason"].startswith("replaced") and e["counting"] == 3, "withdrawn by KZ alone, though three vouch", e)
ok(believes("IR") == "no-anchor", "its seals have no anchor, and are not called forged", believes("IR"))
must("KZ", "propose", "--yes", work / "KZ/signer.der")
send("KZ", *[m for m in MEMBERS if m != "KZ"])
ok(believes("IR") == "genuine", "and believed again when KZ vouches again", believes("IR"))

# Never back: an older file changes nothing, an older folder is noticed, an older export too.
must("IR", "acts", "--out", work / "now.acts")
version = bloc("AF")["version"]
code, out, err = trust("AF", "receive", work / "UZ.acts")
ok(code == 0 and "0 new acts" in out and bloc("AF")["version"] == version, "an older state changes nothing", out)
must("AF", "export", "--out", work / "later.json")
code, out, err = verify(work / "later.json", "--seen", work / "AF.json")
ok(code == 0, "a later export follows an earlier one", out[:300], err)
code, out, err = verify(work / "AF.json", "--seen", work / "later.json")
ok(code == 1 and "goes back" in err and "KZ" in err, "an earlier export after a later one is a step back", code, err)
shutil.copytree(work / "TJ/trust", work / "TJ-trust")
[f.unlink() for f in sorted((work / "TJ/trust/acts").glob("KZ-*/*.act"))[-2:]]
code, out, err = trust("TJ", "bloc")
ok(code == 1 and "was here once and is missing" in err, "a folder that lost acts is noticed", code, err)
ok(believes("TJ") != "genuine", "and nothing of its list is believed", believes("TJ"))
code, out, err = trust("TJ", "confirm", "--yes", "--of", "IR")
code, out, err = trust("TJ", "withdraw", "--yes", "--reason", "x", sha["visible seals"])
ok(code == 1 and "nothing is signed while acts are missing" in err, "and nothing is signed", code, out, err)
code, out, err = trust("TJ", "receive", work / "now.acts")
ok(code == 0 and standing("TJ", "KZ") == "in force" and believes("TJ") == "genuine", "received again, it is whole", code, out, err)

# A voucher's key is reported: by others, by this node alone, by itself.
must("AZ", "report", "--yes", "--reason", "seen signing for a stranger", "UZ")
ok(key_of("AZ", "UZ") == ["compromised"], "one's own report counts at once, here", bloc("AZ")["members"])
send("AZ", *[m for m in MEMBERS if m != "AZ"])
ok(key_of("AF", "UZ") == ["counts"], "elsewhere one report is not enough")
ok(bloc("AF")["digest"] != bloc("AZ")["digest"], "and the lists differ, visibly")
must("TM", "report", "--yes", "--reason", "told by their ministry", "UZ")
send("TM", *[m for m in MEMBERS if m != "TM"])
e = entry("AF", "KZ", "visible seals")
ok(key_of("AF", "UZ") == ["compromised"] and [v["key"] for v in e["vouchers"] if v["member"] == "UZ"] == ["compromised"],
   "two reports silence the key everywhere, and what it vouched for is shown as such", e)
ok(e["standing"] == "withdrawn" and e["counting"] == 3 and believes("AF") == "no-anchor", "with three voices left it is out of force", e)
ok(standing("AF", "IR") == "in force", "where others suffice it stays")
must("AF", "confirm", "--yes", sha["visible seals"])
ok(standing("AF", "KZ") == "in force" and believes("AF") == "genuine", "another voice brings it back", entry("AF", "KZ", "visible seals"))
must("AF", "report", "--yes", "--reason", "laptop stolen", "AF")
ok(key_of("AF", "AF") == ["compromised"] and standing("AF", "KZ") == "withdrawn", "one's own report silences oneself, everywhere", bloc("AF")["members"][0])
send("AF", *[m for m in MEMBERS if m != "AF"])
ok(key_of("TM", "AF") == ["compromised"] and standing("TM", "KZ") == "withdrawn", "also at others")

# A new key of UZ: a new chain, and it counts.
(work / "UZ/node.key").rename(work / "UZ/old.key")
code, out, err = serai("init", "--specimen", "--sign-in", "off", "--member", "UZ", "--name", "uz2.specimen", "--agreement", agreement, work / "UZ2")
shutil.copy(work / "UZ2/node.key", work / "UZ/node.key")
conf = (work / "UZ/node.conf").read_text().replace("name = uz.specimen", "name = uz2.specimen")
(work / "UZ/node.conf").write_text(conf)
new = serai("trust", "key", "--node", work / "UZ")[1].strip()
code, out, err = trust("UZ", "confirm", "--yes", sha["visible seals"])
ok(code == 2 and "own key is not among" in err, "a key that nobody confirmed signs nothing", code, err)
for m in MEMBERS:
    must(m, "member", "add", "UZ", new)
must("UZ", "confirm", "--yes", sha["visible seals"], sha["travel documents"])
send("UZ", *[m for m in MEMBERS if m != "UZ"])
ok(key_of("AF", "UZ") == ["compromised", "counts"] and standing("AF", "KZ") == "in force" and believes("AF") == "genuine",
   "the new key of UZ counts", key_of("AF", "UZ"), standing("AF", "KZ"))

# Two histories: the key of TR on two machines.
shutil.copytree(work / "TR", work / "TR-twin")
conf = (work / "TR-twin/node.conf").read_text()
must("TR", "withdraw", "--yes", "--reason", "one story", sha["visible seals"])
code, out, err = serai("trust", "withdraw", "--node", work / "TR-twin", "--yes", "--reason", "another story", sha["travel documents"])
ok(code == 0, "a copy of TR signs another act of the same number", out, err)
send("TR", "IR")
serai("trust", "acts", "--node", work / "TR-twin", "--out", work / "twin.acts")
code, out, err = trust("AF", "receive", work / "twin.acts")
ok(code == 0 and key_of("AF", "TR") == ["counts"], "one history alone looks well", code, err)
code, out, err = trust("IR", "receive", work / "twin.acts")
ok(code == 1 and "two histories" in err and "another past" in out, "who has the other sees it", code, out, err)
must("IR", "acts", "--out", work / "proof.acts")
code, out, err = serai("trust", "check-fork", work / "proof.acts", "--members", work / "PK/trust/members", "--agreement", agreement)
ok(code == 0 and "two histories of TR" in out, "the proof is a file that anyone can check", code, out, err)
code, out, err = serai("trust", "check-fork", work / "twin.acts", "--members", work / "PK/trust/members", "--agreement", agreement)
ok(code == 1, "one history proves nothing", code, out, err)
code, out, err = trust("AF", "receive", work / "proof.acts")
ok(code == 1 and key_of("AF", "TR") == ["two histories"], "the proof travels with the acts", code, out, err)
trust("TR", "receive", work / "proof.acts")
code, out, err = trust("TR", "confirm", "--yes", "--of", "IR")
code, out, err = trust("TR", "propose", "--yes", work / "TR/list.der")
ok(code == 1 and "two histories" in err, "and TR itself signs no more with that key", code, out, err)

# Killed while signing, again and again: whole acts, numbers without gap, none twice.
killed = acts = 0
started = time.monotonic()
must("IR", "withdraw", "--yes", "--reason", "how long does it take?", sha["visible seals"])
took = time.monotonic() - started
for n in range(1, 41):
    before = len(list((work / "IR/trust/acts").glob("IR-*/*.act")))
    verb = ["confirm"] if entry("IR", "KZ", "visible seals")["vouchers"][1]["withdrawn"] else ["withdraw", "--reason", f"try {n}"]
    p = subprocess.Popen([SERAI, "trust", verb[0], "--node", work / "IR", "--yes", *verb[1:], sha["visible seals"]],
                         stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    time.sleep(took * n / 16)
    p.send_signal(signal.SIGKILL)
    killed += p.wait() == -signal.SIGKILL
    after = len(list((work / "IR/trust/acts").glob("IR-*/*.act")))
    acts += after - before
    if after - before not in (0, 1):
        ok(False, "at most one act came of one command", before, after)
code, out, err = trust("IR", "bloc", "--json")
mine = [m for m in json.loads(out)["members"] if m["member"] == "IR"][0]
files = sorted(f.name for f in (work / "IR/trust/acts").glob("IR-*/*.act"))
ok(code == 0 and mine["acts"] == len(files) and mine["standing"] == "counts" and files[-1] == f"{len(files):06}.act" and killed and acts,
   f"killed {killed} times, {acts} acts signed: the chain is whole", mine, files[-3:], err)
ok("signed" in must("IR", "confirm" if entry("IR", "KZ", "visible seals")["vouchers"][1]["withdrawn"] else "withdraw", "--yes", "--reason", "last",
                    sha["visible seals"]), "and it goes on")

# A certificate counts only for what members vouched for: a licence issuer makes no passport genuine.
serai("init", "--specimen", "--sign-in", "off", "--member", "TJ", "--agreement", agreement, work / "TJ2")  # another country signer of TJ
other = work / "TJ2/country.der"
passport = chips.write(work / "passport of TJ", chips.Signer(work / "TJ2", work).read_out(LINES.replace("KAZ", "TJK")))


def chip(name):
    code, out, err = serai("inspect", "--json", "--node", work / name, passport)
    found = json.loads(out.splitlines()[0]) if out else {}
    return found.get("result"), found.get("reason"), found.get("detail") or err


def vouched(purpose):
    must("TJ", "propose", "--yes", "--for", purpose, other)
    send("TJ", "KZ", "PK", "KG", "TM")
    for m in ("KG", "TM", "KZ"):
        must(m, "confirm", "--yes", "--for", purpose, other)
        send(m, "PK")


def purposes(name):
    code, out, err = trust(name, "list", "--json", "--state", "TJ")
    digest = hashlib.sha256(other.read_bytes()).hexdigest()
    return [x["purposes"] for x in map(json.loads, out.splitlines()) if x["sha256"] == digest]


ok(chip("PK")[:2] == ("no-anchor", "no-anchor"), "nobody vouches for TJ: its issuer is not known", chip("PK"))
vouched("driving licences")
ok(standing("PK", "TJ", "driving licences") == "in force" and purposes("PK") == [["driving licences"]], "in force for driving licences", purposes("PK"))
result, reason, detail = chip("PK")
ok(result == "no-anchor" and reason == "anchor-purpose" and "driving licences" in detail and "travel documents" in detail,
   "a passport under it has no anchor, and it says for what there is one", result, reason, detail)
code, out, err = trust("PK", "explain", "--json", passport / "EF_SOD.bin")
told = json.loads(out)
ok(code == 3 and told["result"] == "no-anchor" and told["counts_for"] == ["driving licences"] and told["asked_for"] == ["travel documents"]
   and told["candidates"][0]["purposes"] == ["driving licences"] and "something else" in told["candidates"][0]["outcome"], "explain says so", told)
code, out, err = trust("PK", "list", "--report", "--state", "TJ")
told = [a for a in json.loads(out)["members"][0]["anchors"] if a["purposes"] == ["driving licences"]][0]
ok({v["purpose"] for v in told["vouchers"]} == {"driving licences"} and len(told["vouchers"]) == VOUCH, "so does the report", told)
vouched("travel documents")
ok(purposes("PK") == [["travel documents", "driving licences"]] and chip("PK")[0] == "genuine", "vouched for as both, it is genuine", purposes("PK"), chip("PK"))
must("TJ", "withdraw", "--yes", "--for", "travel documents", "--reason", "not a country signer", other)
send("TJ", "PK")
ok(purposes("PK") == [["driving licences"]] and chip("PK")[1] == "anchor-purpose", "withdrawn for one purpose, it counts for the other", purposes("PK"), chip("PK"))
code, out, err = trust("PK", "import", "--for", "passports", other)
ok(code == 2 and "--for is" in err, "an unknown purpose is refused", code, err)
must("PK", "import", "--for", "visible seals", "--for", "lists", other)
ok(purposes("PK") == [["visible seals", "driving licences", "lists"]] and chip("PK")[1] == "anchor-purpose", "an import widens by what was said", purposes("PK"))
ok("travel documents" not in trust("PK", "list", "--state", "TJ", "--for", "lists")[1] and trust("PK", "list", "--state", "TJ", "--for", "lists")[1].count("\n") == 1, "list --for", trust("PK", "list", "--state", "TJ", "--for", "lists")[1])
must("PK", "import", other)
ok(len(purposes("PK")[0]) == 4 and chip("PK")[0] == "genuine", "a file named without more counts for all", purposes("PK"), chip("PK"))

# Over HTTP: public, tagged, kept up with the files.
node = subprocess.Popen([SERAI, "serve", "--quiet", work / "IR"], stdout=subprocess.PIPE, text=True, env={**os.environ, "SERAI_DATA": str(SOURCE)})
url = node.stdout.readline().strip() + "v1/trust/acts"
try:
    with urllib.request.urlopen(url) as answer:
        body, tag = answer.read(), answer.headers["ETag"]
    must("IR", "acts", "--out", work / "now.acts")
    ok(body == (work / "now.acts").read_bytes(), "the node serves what serai trust acts writes")
    try:
        urllib.request.urlopen(urllib.request.Request(url, headers={"If-None-Match": tag}))
        ok(False, "unchanged: 304")
    except urllib.error.HTTPError as e:
        ok(e.code == 304, "unchanged: 304", e.code)
    must("IR", "propose", "--yes", work / "IR/list.der")
    body = b""
    for _ in range(100):
        try:
            with urllib.request.urlopen(urllib.request.Request(url, headers={"If-None-Match": tag})) as answer:
                body = answer.read()
            break
        except urllib.error.HTTPError as e:
            if e.code != 304:
                raise
            time.sleep(0.05)
    ok(answer.status == 200 and b"for lists\n" in body, "a new act is served by the running node")
    (work / "http.acts").write_bytes(body)
    code, out, err = trust("TM", "receive", work / "http.acts")
    ok(" new act" in out and ": 0 new" not in out and standing("TM", "IR", "lists") == "proposed", "and received by another", out, err)
finally:
    node.send_signal(signal.SIGTERM)
    node.wait(30)
shutil.rmtree(work)
done()
