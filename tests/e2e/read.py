"""serai read through pcscd and a virtual reader: chips of every kind, and those that are not what they say.

pcscd has one place for its socket on a machine, so the test runs in a mount namespace of its own, with a /run
of its own; it is skipped where that is not allowed or where vsmartcard's driver for pcscd is not installed."""
import base64
import json
import os
import pathlib
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request

from tap import BUILD, SERAI, SOURCE, done, ok, serai, skip

CARD = BUILD / "tests/simulated-card"
DRIVER = pathlib.Path("/usr/lib/pcsc/drivers/serial/libifdvpcd.so")
PRIVATE = "SERAI_TEST_PRIVATE_RUN"


def enter_private_run():
    """Runs this test again where /run is its own."""
    if os.environ.get(PRIVATE):
        return
    flags = ["-m"] if os.geteuid() == 0 else ["-U", "-r", "-m"]
    probe = ["unshare", *flags, "sh", "-c", "mount -t tmpfs tmpfs /run && mkdir /run/pcscd"]
    for tool in ("unshare", "pcscd"):
        if not shutil.which(tool):
            skip("serai read", f"{tool} is not installed")
            done()
    if not DRIVER.exists():
        skip("serai read", "vsmartcard-vpcd is not installed")
        done()
    if subprocess.run(probe, capture_output=True).returncode != 0:
        skip("serai read", "no mount namespace of one's own here")
        done()
    os.environ[PRIVATE] = "1"
    os.execvp("unshare", ["unshare", *flags, sys.executable, *sys.argv])


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Reader:
    """pcscd with a virtual reader."""

    def __init__(self, folder):
        subprocess.run(["mount", "-t", "tmpfs", "tmpfs", "/run"], check=True)
        pathlib.Path("/run/pcscd").mkdir()
        self.port = free_port()
        self.log = open(folder / "pcscd.log", "w")
        config = folder / "reader.conf"
        config.write_text(f'FRIENDLYNAME "Virtual PCD"\nDEVICENAME /dev/null:{self.port:#x}\n'
                          f"LIBPATH {DRIVER}\nCHANNELID {self.port:#x}\n")
        self.process = subprocess.Popen(["pcscd", "--foreground", "--config", str(config)], stdout=self.log,
                                        stderr=self.log)
        for _ in range(100):
            if pathlib.Path("/run/pcscd/pcscd.comm").exists():
                break
            time.sleep(0.1)

    def stop(self):
        self.process.terminate()
        self.process.wait(timeout=60)


class Chip:
    """A document on the reader."""

    def __init__(self, reader, folder, *options):
        self.process = subprocess.Popen([str(CARD), "run", str(folder), "--port", str(reader.port), *options])

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(timeout=60)
        time.sleep(0.3)  # vpcd notices at its next look


def make(folder, *options):
    out = subprocess.run([str(CARD), "make", str(folder), *options], capture_output=True, check=True)
    (folder / "mrz.txt").write_bytes(out.stdout)
    return folder


def read(folder, *options, key=None, anchors=True):
    """(exit code, the JSON object) of reading the document on the reader."""
    key = key or ["--mrz", folder / "mrz.txt"]
    trust = ["--anchors", folder / "CSCA.cer"] if anchors else []
    code, out, err = serai("read", *key, *trust, "--json", "--timeout", 40, "--at", "2026-01-01", *options,
                           timeout=100)
    try:
        return code, json.loads(out)
    except ValueError:
        return code, {"result": None, "stdout": out, "stderr": err}


def reason(answer):
    why = answer.get("why") or {}
    return why.get("reason") if isinstance(why, dict) else None


def text(answer):
    return json.dumps(answer)


GENUINE = [
    ("BAC", ["--bac"], "BAC"),
    ("BAC, short lengths only", ["--bac", "--short"], "BAC"),
    ("PACE, generic mapping, AES-128", ["--pace", "gm:aes128:13"], "PACE-ECDH-GM-AES-CBC-CMAC-128"),
    ("PACE, generic mapping, Triple DES, P-256", ["--pace", "gm:3des:12"], "PACE-ECDH-GM-3DES-CBC-CBC"),
    ("PACE, generic mapping over a prime field", ["--pace", "gm:aes128:2"], "PACE-DH-GM-AES-CBC-CMAC-128"),
    ("PACE, integrated mapping, AES-256", ["--pace", "im:aes256:16"], "PACE-ECDH-IM-AES-CBC-CMAC-256"),
    ("PACE, integrated mapping, short lengths", ["--pace", "im:aes192:13", "--short"],
     "PACE-ECDH-IM-AES-CBC-CMAC-192"),
    ("PACE, chip authentication mapping", ["--pace", "cam:aes128:13", "--pace", "gm:aes128:13"],
     "PACE-ECDH-CAM-AES-CBC-CMAC-128"),
    ("PACE before BAC, and active authentication with RSA",
     ["--bac", "--pace", "gm:aes128:13", "--aa", "RSA-2048"], "PACE-ECDH-GM-AES-CBC-CMAC-128"),
    ("active authentication with ECDSA", ["--bac", "--aa", "P-256"], "BAC"),
    ("active authentication with RSA, short lengths", ["--bac", "--aa", "RSA-1024", "--short"], "BAC"),
    ("chip authentication, AES", ["--pace", "gm:aes128:13", "--ca", "aes256:16"],
     "PACE-ECDH-GM-AES-CBC-CMAC-128"),
    ("chip authentication, Triple DES", ["--bac", "--ca", "3des:12"], "BAC"),
    ("chip authentication over a prime field", ["--bac", "--ca", "3des:1"], "BAC"),
    ("everything at once", ["--bac", "--pace", "cam:aes256:13", "--pace", "gm:aes256:13", "--ca", "aes128:13",
                            "--aa", "brainpoolP256r1"], "PACE-ECDH-CAM-AES-CBC-CMAC-256"),
]


def genuine(reader, base):
    for i, (what, options, way) in enumerate(GENUINE):
        folder = make(base / f"genuine{i}", *options)
        out = base / f"readout{i}"
        with Chip(reader, folder):
            code, answer = read(folder, "--out", out)
        ok(code == 0 and answer.get("result") == "genuine" and way in text(answer), what, code, answer)
        names = {p.name for p in out.iterdir()} if out.exists() else set()
        want = {"EF_SOD.bin", "DG1.bin", "DG2.bin"}
        if "--ca" in options or "cam:" in " ".join(options):
            want.add("CA.json")
        if "--aa" in options:
            want |= {"AA.challenge", "AA.response"}
        ok(want <= names, f"{what}: the files are kept", sorted(names))
        code, lines, err = serai("inspect", "--json", "--anchors", folder / "CSCA.cer", "--at", "2026-01-01", out)
        ok('"genuine"' in lines and "clone-not-ruled-out" not in lines or "--aa" not in options
           and "--ca" not in options and "cam:" not in " ".join(options),
           f"{what}: the folder says the same later", lines, err)


def keys(reader, base):
    folder = make(base / "keys", "--bac", "--pace", "gm:aes128:13", "--can", "123456")
    with Chip(reader, folder):
        code, answer = read(folder, key=["--can", "123456"])
        ok(code == 0, "a card access number opens it", code, answer)
        code, answer = read(folder, key=["--can", "123457"])
        ok(code == 2, "a wrong card access number does not", code, answer)
        code, answer = read(folder, key=["--number", "SPECIMEN2", "--birth", "900101", "--expiry", "350101"])
        ok(code == 2, "nor do lines of another document", code, answer)
        code, answer = read(folder)
        ok(code == 0, "the right lines do, after that", code, answer)


def forged(reader, base):
    strong = ["--bac", "--pace", "gm:aes128:13", "--ca", "aes128:13", "--aa", "P-256"]
    first = make(base / "real", *strong)

    for name in ("DG1.bin", "DG2.bin", "DG14.bin", "DG15.bin"):
        folder = base / f"altered-{name}"
        shutil.copytree(first, folder)
        subprocess.run([str(CARD), "alter", str(folder), name], check=True)
        with Chip(reader, folder):
            code, answer = read(folder)
        ok(code == 1 and answer.get("result") == "forged", f"{name} altered", code, answer)

    other = make(base / "other", *strong)
    mixed = base / "mixed"
    shutil.copytree(first, mixed)
    shutil.copy(other / "DG2.bin", mixed / "DG2.bin")
    with Chip(reader, mixed):
        code, answer = read(mixed)
    ok(code == 1 and answer.get("result") == "forged", "another's portrait", code, answer)

    with Chip(reader, first):
        code, answer = read(first, anchors=False)
        ok(code == 3 and answer.get("result") == "no-anchor", "without an anchor nothing is believed", code, answer)


def cloned(reader, base):
    for what, options, clause in (
            ("active authentication, RSA", ["--bac", "--aa", "RSA-2048"], "9303-11 6.1"),
            ("active authentication, ECDSA", ["--pace", "gm:aes128:13", "--aa", "P-256"], "9303-11 6.1"),
            ("chip authentication, AES", ["--pace", "gm:aes128:13", "--ca", "aes128:13"], "9303-11 6.2"),
            ("chip authentication, Triple DES", ["--bac", "--ca", "3des:12"], "9303-11 6.2"),
            ("chip authentication mapping", ["--pace", "cam:aes128:13", "--pace", "gm:aes128:13"], "9303-11 4.4.3.5.2")):
        folder = make(base / f"original-{what}", *options)
        copy = base / f"copy-{what}"
        subprocess.run([str(CARD), "copy", str(folder), str(copy)], check=True)
        shutil.copy(folder / "mrz.txt", copy)
        with Chip(reader, copy):
            code, answer = read(copy)
        ok(code == 1 and answer.get("result") == "forged" and clause in text(answer),
           f"a copied chip: {what}", code, answer)


def checked(reader, base):
    """What was read goes into a check, over HTTP too: chip authentication is a step of the verdict."""
    node = base / "node"
    serai("init", "--specimen", "--sign-in", "off", "--member", "IR", "--listen", "127.0.0.1:0", node)
    server = subprocess.Popen([str(SERAI), "serve", "--quiet", str(node)], stdout=subprocess.PIPE, text=True,
                              env={**os.environ, "SERAI_DATA": str(SOURCE)})
    try:
        url = server.stdout.readline().strip()
        for what, options, copied, step in (
                ("a chip that has its key", ["--pace", "gm:aes128:13", "--ca", "aes128:13"], False, "holds"),
                ("a copy of it", ["--pace", "gm:aes128:13", "--ca", "aes128:13"], True, "fails"),
                ("a chip with mapping", ["--pace", "cam:aes128:13"], False, "holds")):
            folder = chip = make(base / f"checked-{what}", *options)
            if copied:
                chip = base / f"checked-{what}-copy"
                subprocess.run([str(CARD), "copy", str(folder), str(chip)], check=True)
                shutil.copy(folder / "mrz.txt", chip)
            out = base / f"checked-{what}-readout"
            serai("trust", "import", "--node", node, folder / "CSCA.cer")
            with Chip(reader, chip):
                read(folder, "--out", out)
            for by in (["--url", url], ["--node", base / "edge"]):
                if by[0] == "--node":
                    serai("init", "--specimen", "--sign-in", "off", "--member", "IR", base / "edge")
                    serai("trust", "import", "--node", base / "edge", folder / "CSCA.cer")
                else:
                    time.sleep(1)
                code, lines, err = serai("check", "--json", *by, out, env={"SERAI_DATA": str(SOURCE)})
                answer = json.loads(lines) if lines else {}
                steps = answer.get("chip", {}).get("steps", {})
                ok(steps.get("chip_authentication") == step and
                   (answer["chip"]["result"] == "forged") == copied, f"{what}, checked with {by[0]}", code, lines, err)
            names = sorted(p for p in out.iterdir() if p.suffix == ".bin")
            record = json.loads((out / "CA.json").read_text())
            encoded = [base64.b64encode(p.read_bytes()).decode() for p in names]
            body = {"evidence": [{"kind": "chip", "files": encoded, "chip_authentication": record}]}
            request = urllib.request.Request(url + "v1/check", json.dumps(body).encode(), {"Content-Type": "application/json"})
            with urllib.request.urlopen(request, timeout=60) as got:
                answer = json.loads(got.read())
            ok(answer["chip"]["steps"]["chip_authentication"] == step, f"{what}, the record as an object", answer["chip"])
    finally:
        server.terminate()
        server.wait(30)


def bad_chips(reader, base):
    folder = make(base / "bad", "--pace", "gm:aes128:13")
    for fault, after in (("wrong-token", 0), ("echo-key", 0), ("off-curve", 0), ("wrong-mac", 12),
                         ("replay", 12), ("unprotected", 12), ("long-length", 12), ("no-status", 12),
                         ("endless", 12), ("truncated", 12)):
        begun = time.monotonic()
        with Chip(reader, folder, "--fault", fault, "--after", str(after)):
            code, answer = read(folder, "--timeout", 15)
        ok(code in (1, 2, 3) and answer.get("result") != "genuine" and time.monotonic() - begun < 40,
           f"a chip that misbehaves: {fault}", code, answer)


def main():
    enter_private_run()
    with tempfile.TemporaryDirectory() as name:
        base = pathlib.Path(name)
        reader = Reader(base)
        try:
            for part in (genuine, keys, forged, cloned, checked, bad_chips):
                part(reader, base)
        finally:
            reader.stop()
    done()


main()
