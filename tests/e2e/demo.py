#!/usr/bin/env python3
"""The demo: twice over, then stopped; no node of it stays behind."""
import os
import pathlib
import subprocess
import tempfile

from tap import BUILD, SOURCE, done, ok

folder = pathlib.Path(tempfile.mkdtemp(prefix="serai-demo-")) / "demo"
env = {**os.environ, "DEMO": str(folder), "BUILD": str(BUILD)}


def demo(*args):
    # Its nodes go on running and would hold a pipe open: the output goes to a file.
    with open(folder.parent / "log", "w+") as log:
        code = subprocess.run([SOURCE / "tools/demo", *args], env=env, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                              timeout=120).returncode
        log.seek(0)
        return code, log.read()


def running():
    found = []
    for process in pathlib.Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if f"serve\0{folder}".encode() in process.read_bytes():
                found.append(process.parent.name)
        except OSError:
            pass
    return found


try:
    for n in ("first", "second"):
        code, out = demo()
        ok(code == 0 and "ADMIT" in out and out.count("/signin.html#") == 3, f"the {n} run admits the traveller, and says how one signs in at each node", code, out)
        ok(len(running()) == 3, f"three nodes run after the {n}", running())
        road = out[out.find("\n7. "):]
        first, second = road.find("\nrecognised with restrictions\n"), road.find("\nnot recognised\n")
        ok(0 < first < second and "SPECIMEN-0001, SPECIMEN AIGERIM" in road and "[signed]" in road and "valid at home" in road and
           "suspended at home, court-order" in road, f"at the roadside in the {n}: one licence is recognised, a suspended one is not", road)
        ok("/roadside.html" in road, f"and the address of the page, in the {n}", road)
    ok((folder / "visa.pdf").exists() and (folder / "visa.png").exists(), "the sticker is there")
finally:
    code, out = demo("stop")
ok(code == 0 and not running(), "stop leaves no node behind", code, out, running())
done()
