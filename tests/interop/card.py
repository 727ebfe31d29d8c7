#!/usr/bin/env python3
"""Basic access control with vsmartcard's passport, through pcscd: both sides must believe the other's proof.

pcscd has one place for its socket on a machine, so the test runs in a mount namespace of its own."""
import os
import pathlib
import shutil
import socket
import subprocess
import sys
import time

from interop import HERE, against, scratch
from tap import BUILD, done, ok, serai, skip

PRIVATE = "SERAI_TEST_PRIVATE_RUN"
DRIVER = pathlib.Path("/usr/lib/pcsc/drivers/serial/libifdvpcd.so")
PYTHON = "/usr/bin/python3"  # Debian's, which has Debian's packages


def lacking():
    gone = [p for p in ("unshare", "pcscd") if not shutil.which(p)]
    if not DRIVER.exists():
        gone.append("vsmartcard-vpcd")
    probe = "import Cryptodome, os; assert os.path.isdir('/usr/lib/python3/site-packages/virtualsmartcard')"
    if subprocess.run([PYTHON, "-c", probe], capture_output=True).returncode:
        gone.append("vsmartcard-vpicc and python3-pycryptodome")
    return gone


if not os.environ.get(PRIVATE):
    flags = ["-m"] if os.geteuid() == 0 else ["-U", "-r", "-m"]
    if lacking():
        skip("BAC with vsmartcard", "not installed: " + ", ".join(lacking()))
        done()
    if subprocess.run(["unshare", *flags, "mount", "-t", "tmpfs", "tmpfs", "/run"], capture_output=True).returncode:
        skip("BAC with vsmartcard", "no mount namespace of one's own here")
        done()
    os.environ[PRIVATE] = "1"
    os.execvp("unshare", ["unshare", *flags, sys.executable, *sys.argv])

against("vsmartcard's ePass")
work = scratch()
subprocess.run(["mount", "-t", "tmpfs", "tmpfs", "/run"], check=True)
pathlib.Path("/run/pcscd").mkdir()
with socket.socket() as s:
    s.bind(("127.0.0.1", 0))
    port = s.getsockname()[1]
(work / "reader.conf").write_text(f'FRIENDLYNAME "Virtual PCD"\nDEVICENAME /dev/null:{port:#x}\nLIBPATH {DRIVER}\nCHANNELID {port:#x}\n')
subprocess.run([BUILD / "tests/simulated-card", "make", work / "chip", "--bac"], check=True, stdout=subprocess.DEVNULL)
log = open(work / "card.log", "w+")
pcscd = subprocess.Popen(["pcscd", "--foreground", "--config", work / "reader.conf"], stdout=subprocess.DEVNULL)
card = None
try:
    time.sleep(0.5)
    card = subprocess.Popen([PYTHON, HERE / "epass.py", work / "chip", str(port)], stdout=log, stderr=log)

    def read(number):
        log.seek(0, os.SEEK_END)
        at = log.tell()
        code, out, err = serai("read", "--number", number, "--birth", "900101", "--expiry", "350101", "--timeout", 15)
        log.flush()
        return code, err, [line.split() for line in (work / "card.log").read_text()[at:].splitlines() if line.startswith("00820000")]

    code, err, tries = read("SPECIMEN2")
    ok("read with open" in err, "this chip shows its files to anybody: read without a session", code, err)
    ok(tries and not any(t[1].endswith("9000") for t in tries), "the chip does not accept another document's key", tries)
    code, err, tries = read("SPECIMEN1")
    ok(tries and all(t[1].endswith("9000") and len(t[1]) == 84 for t in tries), "the chip believes the terminal's proof", tries, (work / "card.log").read_text()[-900:])
    ok("gave up the protected session" in err, "the terminal believes the chip's proof and goes on under the session", code, err)
finally:
    for p in (card, pcscd):
        if p:
            p.terminate()
            p.wait(timeout=10)
done()
