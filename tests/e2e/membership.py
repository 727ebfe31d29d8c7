#!/usr/bin/env python3
"""Ten members as files: joining, rotation, loss, a stolen key, suspension, withdrawal."""
import json
import pathlib
import re
import shutil
import tempfile

from tap import SOURCE, done, ok, serai

MEMBERS = "AF AZ IR KG KZ PK TJ TM TR UZ".split()
DECIDE = 6
AGREEMENT = SOURCE / "agreements/eco.agreement"
work = pathlib.Path(tempfile.mkdtemp(prefix="serai-membership-"))


def must(*args, code=0):
    got, out, err = serai(*args)
    if got != code:
        ok(False, " ".join(map(str, args)), got, out, err)
    return out + err


def roster(name):
    return json.loads(serai("member", "list", "--node", work / name, "--json")[1])


def of(name, member):
    return next(m for m in roster(name)["members"] if m["member"] == member)


def standing(name, member):
    return of(name, member)["standing"]


def say(name, verb, *args):
    return must("member", verb, "--node", work / name, "--yes", *args)


def acts(*names):
    """What these nodes know, as one file."""
    parts = []
    for n in names:
        must("trust", "acts", "--node", work / n, "--out", work / "one.acts")
        parts.append((work / "one.acts").read_text().rstrip("\n") + "\n")
    # Acts and cards first, certificates behind; here there are none.
    (work / "all.acts").write_text("\n".join(parts))
    return work / "all.acts"


def spread(*names, to=MEMBERS):
    file = acts(*(names or MEMBERS))
    for n in to:
        serai("trust", "receive", "--node", work / n, file)


def vkey(name):
    return must("trust", "key", "--node", work / name).strip()


def agree(what):
    digests = {roster(m)["digest"] for m in MEMBERS}
    ok(len(digests) == 1, f"{what}: all ten have the same roster", digests)


# Joining.
for i, m in enumerate(MEMBERS):
    must("init", "--specimen", "--sign-in", "off", "--member", m, "--agreement", AGREEMENT, "--peer-address",
         f"https://10.0.0.{i + 1}:7411", work / m)
listing = {m: must("trust", "member", "list", "--node", work / m) for m in MEMBERS}
fingerprint = {m: re.search(r"((?:[0-9a-f]{4} ){15}[0-9a-f]{4})", t).group(1) for m, t in listing.items()}
conf = (work / "KZ/node.conf").read_text()
ok(all(f"{k}-key = {k}.key" in conf for k in ("node", "log", "witness", "transport")),
   "init names the keys of the federation in node.conf", conf)
ok(of("KZ", "KZ")["card"] == 1 and of("KZ", "KZ")["address"] == "https://10.0.0.5:7411",
   "and signs the node's first card")

everything = acts(*MEMBERS)
other = work / "other.agreement"
other.write_text(AGREEMENT.read_text().replace("after 4 ratifications", "after 3 ratifications"))
code, out, err = serai("join", "--node", work / "TR", "--agreement", other, "--from", everything)
ok(code == 2 and "another text" in err and standing("TR", "KZ") == "unknown",
   "join refuses another text of the agreement", out, err)
code, out, err = serai("join", "--node", work / "TR", "--agreement", AGREEMENT, "--from", everything, "--out",
                       work / "out", "--fingerprint", fingerprint["KZ"])
ok(code == 1 and standing("TR", "KZ") == "counts" and standing("TR", "IR") == "unknown",
   "join takes the key whose fingerprint was read out, and no other", out, err)
for m in MEMBERS:
    args = [x for o in MEMBERS if o != m for x in ("--fingerprint", fingerprint[o].upper())]
    must("join", "--node", work / m, "--agreement", AGREEMENT, "--from", everything, "--out", work / "out", *args)
# Every operator writes the keys down in another order, and all see the same.
agree("joined")
ok(all(standing("UZ", m) == "counts" for m in MEMBERS), "and every member counts")

# Rotation with overlap.
old_key = vkey("KZ")
say("KZ", "rotate")
new_key = vkey("KZ")
ok(new_key != old_key and new_key.split("+")[0] == "kz.specimen", "rotate makes another key of the same name")
spread("KZ")
ok(of("IR", "KZ")["standing"] == "counts" and of("IR", "KZ")["fingerprint"].startswith(new_key.split("+")[1]),
   "the successor speaks for the member at once", of("IR", "KZ"))
agree("rotated")
old_file = next((work / "KZ").glob("node.key.*"))
code, out, err = serai("member", "retire", "--node", work / "KZ", "--key", work / "KZ/node.key", "--reason", "x",
                       "--yes")
ok(code == 2 and "rotate it first" in err, "the key in use is not retired", out, err)
say("KZ", "retire", "--key", old_file, "--reason", "replaced")
code, out, err = serai("member", "retire", "--node", work / "KZ", "--key", old_file, "--reason", "again", "--yes")
ok(code == 2 and "says nothing more" in err, "a retired key says nothing more", out, err)
spread("KZ")
ok(standing("IR", "KZ") == "counts" and "retired" in must("member", "show", "--node", work / "IR", "KZ"),
   "after the old key retired the new one counts")
for m in MEMBERS[:DECIDE + 1]:
    if m != "KZ":
        say(m, "admit", "KZ", new_key)
spread()
ok("admitted by 6" in must("member", "show", "--node", work / "TM", "KZ"), "and the others admit it")

# A key is lost: nothing names the next one but the others.
shutil.copytree(work / "TJ", work / "TJ.before")
(work / "TJ/node.key").unlink()
say("TJ", "lost")
lost_key = vkey("TJ")
spread("TJ")
ok(not of("IR", "TJ")["fingerprint"].startswith(lost_key.split("+")[1]),
   "a key without predecessor counts nowhere else by itself", of("IR", "TJ"))
for i, m in enumerate(x for x in MEMBERS if x != "TJ"):
    say(m, "admit", "TJ", lost_key)
    if i + 1 == DECIDE - 1:
        spread()
        ok(not of("UZ", "TJ")["fingerprint"].startswith(lost_key.split("+")[1]), "five of nine do not suffice")
    if i + 1 == DECIDE:
        break
spread()
spread("TJ")
ok(of("UZ", "TJ")["fingerprint"].startswith(lost_key.split("+")[1]) and of("UZ", "TJ")["card"] == 1,
   "six admit it: it speaks for the member, with its own card", of("UZ", "TJ"))
# More than suffice, so that it stands when the key of one of them falls; as will be seen below.
for m in ("TM", "TR", "UZ"):
    say(m, "admit", "TJ", lost_key)
spread()

# A stolen key: the thief goes first.
shutil.copytree(work / "PK", work / "thief")
say("thief", "rotate")
say("thief", "suspend", "IR", "--reason", "so says the thief")
spread("thief", to=[m for m in MEMBERS if m != "PK"])
ok(standing("AF", "IR") == "counts", "one voice suspends nobody")
must("trust", "report", "--node", work / "PK", "--reason", "stolen", "--yes", "PK")
spread("PK", to=[m for m in MEMBERS if m != "PK"])
ok(standing("AF", "PK") == "compromised", "the owner's report silences the key and what the thief made of it",
   of("AF", "PK"))
say("PK", "lost")
fresh = vkey("PK")
for m in [x for x in MEMBERS if x != "PK"][:DECIDE]:
    say(m, "admit", "PK", fresh)
spread(*[m for m in MEMBERS if m != "PK"])
spread("PK")
ok(standing("AF", "PK") == "counts" and of("AF", "PK")["fingerprint"].startswith(fresh.split("+")[1]),
   "the others admit the owner's new key", of("AF", "PK"))
spread("thief")
ok(standing("AF", "PK") == "counts", "and the thief's word changes nothing any more")

# Suspension.
for m in ("AF", "AZ", "IR", "KG", "KZ"):
    say(m, "suspend", "TR", "--reason", "two histories of its log")
say("TR", "suspend", "AF", "--reason", "in return")
spread()
ok(standing("UZ", "TR") == "counts" and of("UZ", "TR")["suspended_by"] == 5, "a minority suspends nobody")
say("TM", "suspend", "TR", "--reason", "two histories of its log")
spread()
ok(standing("UZ", "TR") == "suspended" and standing("UZ", "AF") == "counts", "six suspend one member")
ok(standing("TR", "TR") == "suspended", "which the suspended member sees itself")
say("TM", "resume", "TR", "--reason", "cleared up")
spread()
ok(standing("UZ", "TR") == "counts", "when one takes it back it is suspended no more")
code, out, err = serai("member", "suspend", "--node", work / "TR", "--reason", "x", "--yes", "TR")
ok(code == 2 and "of itself" in err, "nobody suspends itself", out, err)

# Withdrawal.
say("AZ", "leave", "--reason", "denounced on 2026-10-02")
spread("AZ")
ok(standing("UZ", "AZ") == "withdrawn" and of("UZ", "AZ")["log_keys"] == 1,
   "a member that left is withdrawn, and its logs can still be verified", of("UZ", "AZ"))
code, out, err = serai("member", "suspend", "--node", work / "AZ", "--reason", "x", "--yes", "TR")
ok(code == 2 and "says nothing more" in err, "and says nothing more", out, err)

# Cards: newer ones replace older ones, never the other way round; two of one number are proof.
must("member", "card", "--node", work / "UZ", "--out", work / "first.card")
shutil.copytree(work / "UZ", work / "UZ.copy")
node = work / "UZ/node.conf"
node.write_text(node.read_text().replace("https://10.0.0.10:7411", "https://10.9.9.9:7411"))
must("member", "card", "--node", work / "UZ", "--new", "--out", work / "second.card")
must("trust", "receive", "--node", work / "IR", work / "second.card")
must("trust", "receive", "--node", work / "IR", work / "first.card")
ok(of("IR", "UZ")["address"] == "https://10.9.9.9:7411" and of("IR", "UZ")["card"] == 2,
   "an older card does not come back", of("IR", "UZ"))
(work / "IR.back").mkdir()
shutil.copytree(work / "IR", work / "IR.back/n")
next(f for f in (work / "IR.back/n/trust/cards").iterdir() if f.name.startswith("UZ") and "000002" in f.name).unlink()
code, out, err = serai("member", "list", "--node", work / "IR.back/n")
ok(code == 1 and "was here once and is missing" in err, "a lost card is noticed", out, err)
copy = work / "UZ.copy/node.conf"
copy.write_text(copy.read_text().replace("https://10.0.0.10:7411", "https://10.6.6.6:7411"))
must("member", "card", "--node", work / "UZ.copy", "--new", "--out", work / "forged.card")
code, out, err = serai("trust", "receive", "--node", work / "IR", work / "forged.card")
ok(code == 1 and "two different cards of number 2" in err and standing("IR", "UZ") == "compromised",
   "two cards of one number are proof against their key", out, err)

shutil.rmtree(work)
done()
