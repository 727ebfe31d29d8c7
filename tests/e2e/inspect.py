#!/usr/bin/env python3
"""serai inspect over every published sample: kind, result, fields, exit code."""
import json
import tempfile
import pathlib

from tap import done, inspect, ok, serai, vectors

EXIT = {"genuine": 0, "well-formed": 0, "no-anchor": 3, "undetermined": 3}
scratch = pathlib.Path(tempfile.mkdtemp())


def put(name, data):
    path = scratch / name
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return path


def expect(what, path, wanted, *args, kind=None, check=None):
    code, objects = inspect(*args, path)
    got = objects[0] if objects else {}
    holds = got.get("result") in wanted and code == EXIT.get(got.get("result"), 1)
    if kind:
        holds = holds and got.get("kind") == kind
    if holds and got["result"] not in ("genuine", "well-formed"):
        holds = bool(got.get("reason")) and bool(got.get("detail"))
    if holds and check:
        holds = check(got)
    ok(holds, f"{what}: {'/'.join(wanted)}", f"exit {code}", json.dumps(got))


def lines_of_machine():
    path = vectors("travel/mrz/specimens.json")
    if not path:
        return
    for case in json.loads(path.read_text()):
        def same(got, case=case):
            if case.get("national_layout"):
                return got["reason"] == "national-layout"
            f, want = got["fields"], case["fields"]
            dates = {k: "partly unknown" if v == "unknown" else v for k, v in f["dates"].items()}
            name = (f["primary"], f["secondary"])
            return (f["format"] == case["format"] and f["checks"].get("number") == case["checks"].get("number") and
                    all(f["checks"].get(k) in (v, "absent" if v == "ok" else v) for k, v in case["checks"].items()) and
                    all(dates[k] == v for k, v in case["dates"].items()) and
                    f["number"] == want["number"] and name == (want["surname"], want["given"]) and
                    f["nationality"].rstrip("<") == want["nationality"].rstrip("<") and
                    f["issuer"].rstrip("<") == want["issuer"].rstrip("<") and f["sex"] == {"<": "unspecified"}.get(want["sex"], want["sex"]))
        wanted = ["well-formed"] if case["accept"] or case["accept"] is None else ["malformed"]
        expect(f"mrz {case['id']}", put("mrz.txt", "\n".join(case["lines"]) + "\n"), wanted, "--at",
               "2026-11-21T12:00:00Z", kind="mrz", check=same)


def seals():
    path = vectors("travel/vds/seals.json")
    if not path:
        return
    anchors = path.parent / "certs"
    for case in json.loads(path.read_text())["seals"]:
        raw = bytes.fromhex(case["hex"])
        wanted = [case["expected"].split(":")[0]]
        if "no-anchor" in case["expected"]:
            wanted = ["no-anchor"]

        def same(got, case=case):
            parsed = case.get("parsed")
            if not parsed or got["result"] == "malformed":
                return True
            f = got["fields"]
            sent = {m["tag"]: m["hex"] for m in parsed["messages"] if "hex" in m}
            seen = {m["tag"]: m["hex"] for m in f["messages"] if not m.get("depth")}
            return (f["country"] == parsed["country"] and f["signer"] == parsed["signer"] and
                    f["cert_ref"] == parsed["cert_ref"] and f["issued"] == parsed["issued"] and
                    f["signed"] == parsed["signed"] and f["document_ref"] == parsed["document_ref"] and
                    all(seen.get(t) == h for t, h in sent.items()) and len(seen) == len(parsed["messages"]))
        expect(f"vds {case['id']}", put("seal.bin", raw), wanted, "--anchors", anchors, kind="vds", check=same)
        expect(f"vds as text {case['id']}", put("seal.txt", case["hex"] + "\n"), wanted, "--anchors", anchors, kind="vds")
    for case in json.loads((path.parent / "idb.json").read_text())["seals"]:
        wanted = [case["expected"].split(":")[0]]

        def same_idb(got, case=case):
            parsed, f = case.get("parsed"), got["fields"]
            if not parsed:
                return True
            return f["country"] == parsed["country"] and f["is_signed"] == parsed["signed"] and f["zipped"] == parsed["zipped"]
        expect(f"idb {case['id']}", put("idb.txt", case["text"]), wanted, "--anchors", anchors, kind="idb", check=same_idb)


def vdsnc():
    path = vectors("travel/vdsnc/index.json")
    if not path:
        return
    for case in json.loads(path.read_text())["samples"]:
        expect(case["file"], path.parent.parent / case["file"], [case["expected"]], "--anchors",
               path.parent.parent / case["csca"], "--at", "2026-11-01T12:00:00Z", kind="vds-nc")


def hostile():
    path = vectors("travel/adversarial/index.json")
    if not path:
        return
    kinds = {"SOD": "chip", "DG": "chip", "VDS": "vds", "IDB": "idb", "MRZ": "mrz", "VDS-NC": "vds-nc"}
    root = path.parent
    for case in json.loads(path.read_text())["files"]:
        wanted = case["expected"] if isinstance(case["expected"], list) else [case["expected"]]
        args = ["--anchors", root.parent / "vds/certs", "--anchors", root.parent / "vdsnc/AUS_csca.der"]
        kind = kinds.get(case["kind"])
        if case["file"] == "crl_as_certificate.der":
            # By its content it is a list of revoked certificates, and no certificate.
            expect(case["file"], root / case["file"], ["no-anchor", "malformed"], *args, kind="crl")
            code, out, err = serai("inspect", "--anchors", root / case["file"], root / "vds_header_only.bin")
            ok(code == 2 or "no certificate" in err or code == 1, "a CRL given as anchor anchors nothing", code, err)
            continue
        if wanted == ["policy"]:
            wanted = ["malformed"]
        expect(case["file"], root / case["file"], wanted, *args, kind=kind)


def cards():
    """Lines and barcodes of driving licences: unsigned, so well-formed at best."""
    for folder, kind in (("mrz", "mrz"), ("barcode", "barcode")):
        path = vectors(f"licence/{folder}/index.json")
        if not path:
            continue
        for case in json.loads(path.read_text())["cases"]:
            want = case["expect"]

            def same(got, want=want):
                fields = want.get("fields") or want.get("best_effort") or {}
                return (got["reason"] == (None if want["strict"] == "OK" else want["strict"]) and
                        all(got["fields"].get(k) == v for k, v in fields.items()) and
                        got["fields"].get("best_effort", False) == (folder == "barcode" and want["strict"] != "OK"))
            expect(case["file"], path.parent.parent / case["file"], ["well-formed" if want["strict"] == "OK" else "malformed"],
                   "--at", "2026-11-21T12:00:00Z", kind=kind, check=same)


def contract():
    code, out, err = serai("inspect")
    ok(code == 2 and "file" in err, "no file is a usage error", code, err)
    code, out, err = serai("inspect", "/nonexistent")
    ok(code == 2 and "/nonexistent" in err, "a missing file is input/output", code, err)
    code, objects = inspect(put("empty", b""))
    ok(code == 1 and objects[0]["kind"] == "unknown", "an empty file", objects)
    code, objects = inspect("-", stdin=b"hello world, this is no document\n")
    ok(code == 1 and objects[0]["reason"] == "unknown-kind", "ordinary text", objects)
    code, out, err = serai("inspct")
    ok(code == 2 and "inspect" in err, "did you mean", err)
    code, out, err = serai("inspect", "--at", "tomorrow", "x")
    ok(code == 2 and "--at" in err, "a time that is none", err)
    for command in ("check", "inspect", "issue", "agreement", "trust", "receipt", "init", "serve", "completion", "barcode",
                    "mrz", "seal", "store"):
        code, out, err = serai(command, "--help")
        ok(code == 0 and "usage: serai " + command in out and "Exit 0" in out or command == "completion", f"{command} --help teaches", code,
           out, err)
    misread = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL8989O2C36UTO7408122F1204159ZE184226B<<<<<10\n"
    code, objects = inspect("-", stdin=misread.encode())
    hints = objects[0].get("suggestions", [])
    ok(code == 1 and any(h["read"] == "O" and h["meant"] == "0" and h["line"] == 2 and h["column"] == 6 for h in hints),
       "a letter read for a digit is suggested, not applied", objects)


lines_of_machine()
seals()
vdsnc()
hostile()
cards()
contract()
done()
