#!/usr/bin/env python3
"""The bloc's list as a master list, in openssl and pkijs; and one that openssl signed, here."""
import base64
import hashlib
import json

from interop import against, must, need, node, package_version, packages, run, scratch
from tap import done, ok, serai

packages()
need("openssl")
against(must("openssl", "version").decode().strip(), f"pkijs {package_version('pkijs')}")
work = scratch()
MEMBERS = ("IR", "KZ", "TR")
for m in MEMBERS:
    serai("init", "--specimen", "--sign-in", "off", "--member", m, "--listen", "127.0.0.1:0", work / m)
keys = {m: serai("trust", "key", "--node", work / m)[1].strip() for m in MEMBERS}
for m in MEMBERS:
    (work / m / "trust/members").write_text("".join(f"{x} {keys[x]}\n" for x in MEMBERS))
for m in MEMBERS:
    serai("trust", "propose", "--node", work / m, "--yes", *(work / x / "country.der" for x in MEMBERS))
    serai("trust", "acts", "--node", work / m, "--out", work / f"{m}.acts")
for m in MEMBERS:
    serai("trust", "receive", "--node", work / m, *(work / f"{x}.acts" for x in MEMBERS))
    code, out, err = serai("trust", "export", "--node", work / m, "--format", "master-list", "--out", work / f"{m}.ml")
    ok(code == 0, f"{m} exports a master list", err)
wanted = sorted(hashlib.sha256((work / m / "country.der").read_bytes()).hexdigest() for m in MEMBERS)

for m in MEMBERS:
    (work / f"{m}.pem").write_bytes(must("openssl", "x509", "-inform", "der", "-in", work / m / "country.der"))


def verified(by, root, file=None):
    return run("openssl", "cms", "-verify", "-inform", "der", "-in", file or work / f"{by}.ml", "-CAfile", work / f"{root}.pem", "-no-CApath",
               "-no-CAstore", "-purpose", "any", "-out", work / "content")


for m in MEMBERS:
    code, out, err = verified(m, m)
    ok(code == 0, f"openssl cms -verify: the list of {m} under its country signer", err)
ok(verified("IR", "KZ")[0] != 0, "openssl: the list of IR is none of KZ")
text = must("openssl", "x509", "-inform", "der", "-in", work / "IR/list.der", "-noout", "-text").decode()
ok("2.23.136.1.1.3" in text and "Digital Signature" in text and "CA:TRUE" not in text, "openssl x509 shows a list signer", text)

whole = (work / "IR.ml").read_bytes()
encode = lambda b: base64.b64encode(b).decode()
root = {m: encode((work / m / "country.der").read_bytes()) for m in MEMBERS}
changed = bytearray(whole)
changed[len(whole) // 3] ^= 1
answers = node("masterlist.mjs", [{"list": encode(whole), "root": root["IR"]}, {"list": encode(whole), "root": root["KZ"]},
                                  {"list": encode(bytes(changed)), "root": root["IR"]}])
ok(answers[0]["holds"] and answers[0]["type"] == "2.23.136.1.1.2" and answers[0]["version"] == 3 and answers[0]["list"] == 0,
   "pkijs: signature, signer under the country signer, content type", answers[0])
ok(sorted(answers[0]["certificates"]) == wanted, "pkijs finds the three country signers", answers[0], wanted)
ok(not answers[1]["holds"] and not answers[2]["holds"], "pkijs: not under another root, not with a changed byte", answers[1:])

# Our own importer, and the same content signed by openssl with the same key.
code, out, err = serai("inspect", "--json", "--anchors", work / "IR/country.der", work / "IR.ml")
ok(code == 0 and json.loads(out)["result"] == "genuine", "our own reader: genuine", out, err)
verified("IR", "IR")
must("openssl", "x509", "-inform", "der", "-in", work / "IR/list.der", "-out", work / "list.pem")
must("openssl", "cms", "-sign", "-in", work / "content", "-binary", "-nodetach", "-signer", work / "list.pem", "-inkey", work / "IR/list.key",
     "-econtent_type", "2.23.136.1.1.2", "-md", "sha256", "-nosmimecap", "-outform", "der", "-out", work / "openssl.ml")
code, out, err = serai("inspect", "--json", "--anchors", work / "IR/country.der", work / "openssl.ml")
ok(code == 0 and json.loads(out)["result"] == "genuine", "a list that openssl signed: genuine here", out, err)
first = (work / "content").read_bytes()
code, out, err = serai("trust", "export", "--node", work / "IR", "--format", "master-list", "--out", work / "again.ml")
code = verified("IR", "IR", work / "again.ml")[0]
times = {json.loads(serai("inspect", "--json", work / f)[1])["fields"]["signing_time"] for f in ("IR.ml", "again.ml")}
ok(code == 0 and (work / "content").read_bytes() == first and len(times) == 1, "exported again: the same content and time", times)
done()
