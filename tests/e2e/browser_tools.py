"""The packages with which tests drive a browser."""
import fcntl
import shutil
import subprocess

from tap import BUILD, SOURCE

here = SOURCE / "tests/e2e/lane"


def browser_tools():
    """The folder with the packages, installed once in the build folder; None when they cannot be had."""
    folder = BUILD / "e2e-lane"
    folder.mkdir(exist_ok=True)
    for name in ("package.json", "package-lock.json", ".npmrc", *(f.name for f in here.glob("*.mjs"))):
        shutil.copy(here / name, folder / name)
    lock = (folder / "package-lock.json").read_bytes()
    stamp = folder / "installed"
    with open(folder / ".npmrc") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        if not stamp.exists() or stamp.read_bytes() != lock:
            if subprocess.run(["npm", "ci", "--no-audit", "--no-fund"], cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode:
                return None
            stamp.write_bytes(lock)
    return folder
