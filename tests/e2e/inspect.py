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


def readout(name, files):
    """A folder with the files of one chip, as a reader would leave it."""
    folder = scratch / name
    folder.mkdir()
    for as_name, path in files.items():
        (folder / as_name).write_bytes(pathlib.Path(path).read_bytes())
    return folder


def words(expected):
    """The results an index allows: a word, words, or a word with an explanation behind it."""
    return [w.split(":")[0].split(" ")[0] for w in (expected if isinstance(expected, list) else [expected])]


def same_steps(got, steps):
    """The index tells a chain that fails from one that is unknown by its verdict only."""
    if got["result"] == "malformed" or steps["sod_signature"] is None:
        return True
    f = got["fields"]["steps"]
    groups = {True: "holds", False: "altered", None: "not-covered"}
    seen = got["fields"]["data_groups"]
    return (f["signature"] == ("holds" if steps["sod_signature"] else "fails") and
            (f["chain"] == "holds") == steps["chain"] and
            all(seen[f"dg{n}"] == groups[v] for n, v in steps["data_groups"].items()))


def chips():
    """Every chip of the data through the command line, with exactly its anchors and lists, in both profiles."""
    path = vectors("travel/emrtd/index.json")
    if not path:
        return
    root, index = path.parent.parent, json.loads(path.read_text())
    german = ["--anchors", root / "emrtd/masterlist/DE_CSCA_2024.der", "--anchors",
              root / "emrtd/masterlist/DE_ML_2026-05-28.ml", "--at", index["at"]]
    for profile in ("lenient", "strict"):
        synthetic_chips(root, profile)
        for case in index["sods"]:
            def holds(got, case=case):
                f = got["fields"]["steps"]
                noted = {x["reason"] for x in got["findings"] if x["severity"] == "warning"}
                return (got["reason"] == "data-group-missing" and f["signature"] == f["message_digest"] == f["chain"] == "holds" and
                        ("content-type" in noted) == (case["id"] == "CN") and ("indefinite-length" in noted) == (case["id"] == "NZ") and
                        ("signer-name" in noted) == (case["id"] == "MY") and ("weak-digest" in noted) == (case["id"] == "RU"))
            expect(f"{profile} chip {case['id']}", root / case["file"], ["undetermined"], *german, "--profile", profile,
                   kind="chip", check=holds)
            own = ["--anchors", root / case["csca"], "--at", index["at"], "--profile", profile]
            expect(f"{profile} chip {case['id']}, its own country signer", root / case["file"], ["undetermined"], *own, check=holds)
        for case in index["documents"]:
            files = {"EF_SOD.bin": root / case["sod"]}
            for n, v in case["data_groups"].items():
                files[f"EF_DG{n}.bin"] = root / v["file"]
            expect(f"{profile} {case['id']}", readout(f"{profile}-{case['id']}", files),
                   words(case["expected"]["verdict_all_files"]), *german, "--profile", profile, kind="chip")
        for i, case in enumerate(index["damaged"]):
            what = root / case["file"]
            if "with_sod" in case:
                what = readout(f"{profile}-damaged-{i}", {"SOD": root / case["with_sod"], "file": what})
            expect(f"{profile} {case['file']}", what, words(case["expected"]), *german, "--profile", profile)
        for case in index["card_security"]:
            expect(f"{profile} {case['file']}", root / case["file"], ["genuine"], *german, "--profile", profile, kind="chip",
                   check=lambda got: got["fields"]["file"] == "EF.CardSecurity" and len(got["fields"]["security_infos"]) > 3)
            wrapped = (root / case["file"]).read_bytes()
            wrapped = b"\x77\x82" + len(wrapped).to_bytes(2, "big") + wrapped
            expect(f"{profile} the same as EF.SOD", put("card-security-as-sod", wrapped), ["malformed"], *german, "--profile",
                   profile, kind="chip", check=lambda got: got["reason"] == "content-type")
        for case in index["master_lists"]:
            expect(f"{profile} {case['file']}", root / case["file"], ["genuine"], "--anchors", root / case["anchor"], "--at",
                   index["at"], "--profile", profile, kind="master-list",
                   check=lambda got, case=case: got["fields"]["certificates"] == case["certificates"] and
                   got["fields"]["signing_time"] == case["signing_time"])
            expect(f"{profile} {case['file']} by itself", root / case["file"], ["no-anchor"], "--at", index["at"], "--profile",
                   profile, kind="master-list")


def synthetic_chips(root, profile):
    index = json.loads((root / "emrtd/synthetic/index.json").read_text())
    cases = next(v for v in index.values() if isinstance(v, list))
    ok(len(cases) == 20, "twenty synthetic documents", len(cases))
    for case in cases:
        args = ["--at", case["at"], "--profile", profile]
        for a in case["anchors"] + case["crls"]:
            args += ["--anchors", root / a]
        if case["crl_required"]:
            args += ["--crl-required"]
        if case["dsc_outside_sod"]:
            args += ["--signer", root / case["dsc_outside_sod"]]
        files = {"EF_SOD.bin": root / case["sod"]}
        for n, v in case["data_groups"].items():
            files[f"DG{n}.bin"] = root / v

        def same(got, case=case):
            seen = {x["reason"] for x in got["findings"]}
            return same_steps(got, case["steps"]) and seen.issuperset(case["expected"]["notes"])
        wanted = words(case["expected"]["verdict"])
        expect(f"{profile} {case['id']}", readout(f"{profile}-{case['id']}", files), wanted, *args, kind="chip", check=same)
        code, objects = inspect(*args, "--chip", *files.values())
        ok(objects[0]["result"] in wanted, f"{profile} {case['id']}, files named one by one", objects)


def readouts():
    """Folders as people leave them, and what can be asked of a chip."""
    path = vectors("travel/emrtd/synthetic/index.json")
    if not path:
        return
    d = path.parent
    base = ["--anchors", d / "csca1.der", "--at", "2026-11-01T12:00:00Z"]
    good = {"EF_SOD.bin": d / "genuine_rsa.bin", "EF_DG1.bin": d / "dg1.bin", "EF_DG2.bin": d / "dg2_noise.bin"}

    def reasons(got):
        return {x["reason"] for x in got["findings"]}
    expect("names as file identifiers", readout("fid", {"011D": good["EF_SOD.bin"], "0101": good["EF_DG1.bin"], "0102":
           good["EF_DG2.bin"], "011E": d / "com.bin"}), ["genuine"], *base, kind="chip",
           check=lambda got: "clone-not-ruled-out" in reasons(got))
    extra = readout("extra", {**good, "EF_COM.bin": d / "com.bin", "CSCA.der": d / "csca1.der"})
    (extra / "face.jpg").write_bytes(b"\xff\xd8\xff\xe0 no picture")
    (extra / "notes.txt").write_text("read at lane 3\n")
    (extra / "DG2.json").write_text("{}")
    (extra / "empty.bin").write_bytes(b"")
    (extra / ".hidden").write_bytes(b"x")
    expect("pictures and notes beside the files", extra, ["genuine"], *base, kind="chip",
           check=lambda got: "not-a-chip-file" in reasons(got))
    twice = readout("twice", {**good, "EF_SOD_2.bin": d / "genuine_pss.bin"})
    expect("two files that are EF.SOD", twice, ["malformed"], *base, check=lambda got: got["reason"] == "sod-twice")
    wrong = readout("wrong-name", {"SOD": good["EF_SOD.bin"], "DG2.bin": d / "dg1.bin", "DG1.bin": d / "dg2_noise.bin"})
    expect("data groups under each other's names", wrong, ["malformed"], *base)
    spoiled = readout("spoiled", good)
    (spoiled / "EF_DG2.bin").write_bytes(b"\x74" + (d / "dg2_noise.bin").read_bytes()[1:])
    expect("a data group whose first byte is wrong", spoiled, ["malformed"], *base, "--require", "dg1")
    expect("no EF.SOD", readout("no-sod", {"DG1": good["EF_DG1.bin"]}), ["undetermined"], *base,
           check=lambda got: got["reason"] == "no-sod")
    outside = readout("outside", {"SOD": d / "genuine_dsc_outside.bin", "DG1": d / "dg1.bin", "DG2": d / "dg2_noise.bin"})
    expect("no signer at hand", outside, ["undetermined"], *base, check=lambda got: got["reason"] == "no-signer")
    (outside / "signer.der").write_bytes((d / "dsc_ok1.der").read_bytes())
    expect("the signer lies beside", outside, ["genuine"], *base, check=lambda got: "signer-outside" in reasons(got))
    two = readout("one-group", {"SOD": good["EF_SOD.bin"], "DG1": good["EF_DG1.bin"]})
    expect("DG2 is listed, not supplied", two, ["undetermined"], *base)
    expect("DG1 is all that was asked for", two, ["genuine"], *base, "--require", "dg1")
    expect("DG2 was asked for", two, ["undetermined"], *base, "--require", "1,2")
    expect("DG15 was asked for", two, ["undetermined"], *base, "--require", "dg1,dg15")
    com = readout("com", good)
    (com / "EF_COM.bin").write_bytes(bytes.fromhex("60165f0104303130375f36063034303030305c0461756e6b"))
    expect("EF.COM announces what EF.SOD does not cover", com, ["genuine"], *base,
           check=lambda got: "com-not-covered" in reasons(got))
    (com / "EF_COM.bin").write_bytes(bytes.fromhex("60135f0104303130375f36063034303030305c0161"))
    expect("EF.COM is silent on DG2", com, ["genuine"], *base, check=lambda got: "com-not-announced" in reasons(got))
    asked = readout("asked", good)
    (asked / "AA.challenge").write_bytes(bytes(8))
    (asked / "AA.response").write_bytes(bytes(128))
    expect("an answer to a challenge without DG15", asked, ["undetermined"], *base,
           check=lambda got: got["reason"] == "active-authentication")
    expect("the same by options", readout("asked-2", good), ["undetermined"], *base, "--aa-challenge", "00" * 8, "--aa-response",
           "00" * 128, check=lambda got: got["reason"] == "active-authentication")
    altered = bytearray((d / "csca1.der").read_bytes())
    altered[-1] ^= 1
    expect("an anchor whose own signature is spoiled", readout("anchor", good), ["no-anchor"], "--anchors", put("csca", bytes(altered)),
           "--at", "2026-11-01T12:00:00Z", check=lambda got: got["reason"] == "anchor-altered")
    for bad in (["--require", "dg17"], ["--require", ""], ["--aa-challenge", "zz"], ["--signer", d / "dg1.bin"], ["--profile", "odd"]):
        code, out, err = serai("inspect", *bad, d / "dg1.bin")
        ok(code == 2 and err, f"{bad[0]} {bad[1]} is refused", code, err)


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


def chip_files():
    root = vectors("travel/emrtd/specimen")
    if not root:
        return
    at = ("--at", "2026-11-21T12:00:00Z")

    def has(part, **wanted):
        return lambda got: all(got["fields"][part].get(k) == v for k, v in wanted.items())

    expect("DG1", root / "BSI2008_DG1.bin", ["well-formed"], *at, kind="chip", check=has("mrz", primary="MUSTERMANN"))
    expect("DG11", root / "BSI2008_DG11.bin", ["well-formed"], *at, kind="chip",
           check=has("dg11", full_name="Doe John", birth="1970-01-01", other_names=["William"]))
    expect("a deviation of DG11 has its clause", root / "BSI2008_DG11.bin", ["well-formed"],
           check=lambda got: [f["clause"] for f in got["findings"]] == ["Doc 9303-10 4.7.11"])
    expect("DG12", root / "BSI2008_DG12.bin", ["well-formed"], kind="chip",
           check=has("dg12", issued="2024-01-01", personalised="20240101123059"))
    for who in ("BSI2008", "ETSI"):
        expect(f"DG14 of {who}", root / f"{who}_DG14.bin", ["well-formed"], kind="chip", check=lambda got: [
            i["protocol"] for i in got["fields"]["dg14"]["security_infos"]] == ["PK-ECDH", "CA-ECDH-3DES-CBC-CBC", "TA"])
    expect("DG15", root / "ETSI_DG15.bin", ["well-formed"], kind="chip",
           check=has("dg15", key={"type": "RSA", "bits": 1024}))
    expect("DG15 whose modulus has a sign", root / "BSI2008_DG15.bin", ["well-formed"], kind="chip",
           check=lambda got: "key" not in got["fields"]["dg15"] and len(got["findings"]) == 1)
    expect("EF.COM", root / "BSI2008_EF_COM.bin", ["well-formed"], kind="chip",
           check=has("com", lds_version="1.07", data_groups=[1, 2, 3, 14]))
    dg2 = root.parent / "synthetic/dg2_noise.bin"

    def found(got):
        picture = got["fields"]["dg2"]["pictures"][0]
        return (picture["offset"], picture["bytes"], picture["format"]) == (85, 9000, "other") and len(got["findings"]) == 2

    expect("DG2", dg2, ["well-formed"], kind="chip", check=found)
    raw = dg2.read_bytes()
    at_record = raw.index(b"FAC\0")
    expect("DG2 with a record of 4 GiB", put("dg2.bin", raw[:at_record + 8] + b"\xff" * 4 + raw[at_record + 12:]), ["malformed"],
           kind="chip", check=lambda got: got["offset"] == at_record + 8 and "dg2" not in got["fields"])
    raw = (root / "ETSI_DG14.bin").read_bytes()
    expect("EF.CardAccess", put("access.bin", raw[4:]), ["well-formed"], kind="chip",
           check=lambda got: got["fields"]["file"] == "EF.CardAccess" and len(got["fields"]["security_infos"]) == 3)
    expect("a chip file that is cut", put("dg14.bin", raw[:-1]), ["malformed"], kind="chip")


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


lines_of_machine()
chip_files()
seals()
vdsnc()
hostile()
chips()
readouts()
cards()
contract()
done()
