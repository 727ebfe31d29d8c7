#!/usr/bin/env python3
"""Certificates of a new node in openssl, and receipts of its verdicts in a reader that knows nothing but the text."""
import json

from interop import against, must, need, node, package_version, packages, run, scratch
from tap import done, ok, serai

packages()
need("openssl")
against(must("openssl", "version").decode().strip(), "node:crypto " + must("node", "--version").decode().strip(),
        f"@noble/curves {package_version('@noble/curves')}")
work = scratch()
(work / "passport.txt").write_text("P<KAZSPECIMEN<<AIGERIM<<<<<<<<<<<<<<<<<<<<<<\nN123456785KAZ9005145F3105135<<<<<<<<<<<<<<<2\n")


def member(name):
    code, out, err = serai("init", "--specimen", "--sign-in", "off", "--member", name, "--listen", "127.0.0.1:0", work / name)
    ok(code == 0, f"a node of {name}", err)
    for part in ("country", "signer"):
        (work / f"{name}-{part}.pem").write_bytes(must("openssl", "x509", "-inform", "der", "-in", work / name / f"{part}.der"))
    code, out, err = serai("trust", "key", "--node", work / name)
    return out.strip()


def chain(root, leaf):
    return run("openssl", "verify", "-x509_strict", "-check_ss_sig", "-no-CApath", "-no-CAstore", "-CAfile", work / f"{root}-country.pem",
               work / f"{leaf}-signer.pem")


keys = {name: member(name) for name in ("KZ", "IR")}
for name in keys:
    code, out, err = chain(name, name)
    ok(code == 0, f"openssl verify, strict: the signer of {name} by its country signer", out, err)
    for part in ("country", "signer"):
        text = must("openssl", "x509", "-in", work / f"{name}-{part}.pem", "-noout", "-text", "-nameopt", "RFC2253").decode()
        ok(f"C={name}" in text and "SPECIMEN" in text and ("CA:TRUE" in text) == (part == "country"), f"openssl x509 shows the {part} of {name}", text)
        key = must("openssl", "pkey", "-in", work / name / f"{part}.key", "-pubout")
        ok(key == must("openssl", "x509", "-in", work / f"{name}-{part}.pem", "-noout", "-pubkey"), f"key and certificate of {name} belong together: {part}")
ok(chain("IR", "KZ")[0] != 0, "openssl verify: the signer of KZ is none of IR")

# A certificate made by openssl alone is an anchor here.
must("openssl", "req", "-x509", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:secp384r1", "-nodes", "-keyout", work / "other.key",
     "-subj", "/C=TR/O=SPECIMEN/CN=SPECIMEN other", "-days", "400", "-out", work / "other.pem")
code, out, err = serai("trust", "import", "--node", work / "IR", work / "other.pem")
listed = serai("trust", "list", "--node", work / "IR")[1]
ok(code == 0 and "TR" in listed, "a certificate made by openssl is imported and listed", out, err, listed)

receipts = []
for name, purpose in (("KZ", "pilgrimage"), ("IR", "work"), ("IR", "tourism")):
    code, out, err = serai("check", "--json", "--node", work / name, "--purpose", purpose, "--mode", "air", "--examined", work / "passport.txt")
    receipts.append((name, json.loads(out)["receipt"]))
cases = [(note, keys[name], "genuine", f"a receipt of {name}") for name, note in receipts]
note = receipts[0][1]
cases += [(note, keys["IR"], "not signed by this key", "the receipt of another member"),
          (note.replace("member KZ", "member IR"), keys["KZ"], "forged", "a receipt with another member"),
          (note.replace("verdict refer", "verdict admit") if "verdict refer" in note else note.replace("verdict admit", "verdict refer"), keys["KZ"], "forged",
           "a receipt with another verdict"),
          ("\n" + note, keys["KZ"], "forged", "a receipt with a line more"),
          (note, keys["KZ"].replace("kz.specimen", "ir.specimen"), "key", "a key with another name")]
words = node("certificates.mjs", [{"note": n, "vkey": k} for n, k, _, _ in cases])
EXIT = {"genuine": 0, "forged": 1, "not signed by this key": 3, "key": 2}
for (text, vkey, wanted, what), word in zip(cases, words):
    (work / "receipt").write_text(text)
    code, out, err = serai("receipt", "verify", "--key", vkey, work / "receipt")
    ok(word == wanted and code == EXIT[wanted], f"{what}: {wanted} there and here", word, code, out, err)
done()
