#!/usr/bin/env python3
"""Status lists: ours read by @sd-jwt/jwt-status-list, its own read here, as JWT and as CWT."""
import base64
import json
import time

from interop import against, chance, must, need, node, none_differ, package_version, packages, scratch
from tap import done, ok, serai

packages()
need("openssl")
against(must("openssl", "version").decode().strip(), f"@sd-jwt/jwt-status-list {package_version('@sd-jwt/jwt-status-list')}")
work = scratch()
URI = "https://ut.example/lists/1"


def certificate(name, issuer, extensions):
    key, ext = work / f"{name}.key", work / f"{name}.ext"
    ext.write_text("[x]\nsubjectKeyIdentifier=hash\n" + extensions)
    must("openssl", "genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", key)
    must("openssl", "req", "-new", "-key", key, "-subj", f"/C=UT/CN=SPECIMEN {name}", "-out", work / "csr")
    by = ("-CA", work / f"{issuer}.der", "-CAform", "der", "-CAkey", work / f"{issuer}.key") if issuer else ("-signkey", key)
    must("openssl", "x509", "-req", "-in", work / "csr", *by, "-set_serial", "77", "-days", "1000", "-extfile", ext, "-extensions", "x",
         "-outform", "der", "-out", work / f"{name}.der")


certificate("authority", None, "basicConstraints=critical,CA:TRUE,pathlen:0\nkeyUsage=critical,keyCertSign,cRLSign\n"
            "issuerAltName=URI:https://ut.example/\n")
certificate("signer", "authority", "keyUsage=critical,digitalSignature\nauthorityKeyIdentifier=keyid\n")
encode = lambda b: base64.b64encode(b).decode()
cases = []
for bits in (1, 2, 4, 8):
    for n in (8, 64, 1000):
        cases.append((bits, [chance.randrange(1 << bits) if chance.random() < 0.3 else 0 for _ in range(n)]))

ours = []
for form in ("Jwt", "Cwt"):
    for bits, values in cases:
        (work / "lines").write_text("".join(f"{i} {v}\n" for i, v in enumerate(values) if v))
        code, out, err = serai("licence", "status-list", "--signer", work / "signer.der", "--key", work / "signer.key", "--uri", URI, "--size",
                               len(values), "--bits", bits, *(["--jwt"] if form == "Jwt" else []), "--out", work / "token", work / "lines")
        if code:
            ok(False, "a list is made", err)
        ours.append({"what": "read" + form, "token": encode((work / "token").read_bytes())})
answers = node("status.mjs", ours)
wanted = [v for _ in (0, 1) for _, v in cases]
none_differ([(a, w[:8]) for a, w in zip(answers, wanted) if not a.get("holds") or a["values"][:len(w)] != w or a["claims"]["sub"] != URI],
            f"{len(ours)} lists of ours: signature, address and every value there")

now = int(time.time())
given = {"uri": URI, "iat": now - 60, "exp": now + 3600, "key": (work / "signer.key").read_text(),
         "certificate": encode((work / "signer.der").read_bytes())}
theirs = [{**given, "what": "make" + form, "bits": bits, "values": values} for form in ("Jwt", "Cwt") for bits, values in cases]
made = node("status.mjs", theirs)
odd = []
for g, m in zip(theirs, made):
    if "token" not in m:
        odd.append(m)
        continue
    (work / "theirs").write_bytes(base64.b64decode(m["token"]))
    for i in [0, 7] + [chance.randrange(len(g["values"])) for _ in range(3)]:
        code, out, err = serai("inspect", "--json", "--anchors", work / "authority.der", "--any-bits", "--uri", URI, "--index", i,
                               work / "theirs")
        o = json.loads(out)
        if o["fields"].get("entry", {}).get("value") != g["values"][i]:
            odd.append((g["what"], g["bits"], len(g["values"]), i, o["result"], o["detail"]))
none_differ(odd, f"{len(theirs)} lists of theirs: signature, address and values here")
done()
