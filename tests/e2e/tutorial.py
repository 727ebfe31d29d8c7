#!/usr/bin/env python3
"""The tutorial for a lawyer, done as it is printed: each command is run, each change made, each answer compared.

With --write the answers are put into doc/agreement-tutorial.md as they are now.
"""
import os
import pathlib
import re
import shlex
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from tap import SERAI, SOURCE, done, ok  # noqa: E402

TEXT = SOURCE / "doc/agreement-tutorial.md"
work = pathlib.Path(tempfile.mkdtemp(prefix="serai-tutorial-"))
(work / "bin").mkdir()
(work / "bin/serai").symlink_to(SERAI)
(work / "agreements").symlink_to(SOURCE / "agreements")
ENVIRONMENT = {**os.environ, "PATH": f"{work / 'bin'}:{os.environ['PATH']}", "SERAI_DATA": str(SOURCE), "NO_COLOR": "1"}
MINE = work / "mine.agreement"


def answer(command):
    args = shlex.split(command)
    run = subprocess.run(args, cwd=work, env=ENVIRONMENT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=300)
    return run.stdout.rstrip("\n")


def typed(box):
    """The box with the answers of now, and which of them are not those printed."""
    parts = re.split(r"^\$ (.*)\n?", box, flags=re.MULTILINE)
    out, wrong = [], []
    for command, printed in zip(parts[1::2], parts[2::2]):
        now = answer(command)
        out.append(f"$ {command}\n" + (now + "\n" if now else ""))
        if now != printed.rstrip("\n"):
            wrong.append((command, printed.rstrip("\n"), now))
        else:
            ok(True, command)
    return "".join(out), wrong


def changed(box):
    """Runs of - lines become the + lines under them, each found exactly once (the first of several alike)."""
    text = MINE.read_text()
    for gone, come in re.findall(r"((?:^-.*\n)+)((?:^\+.*\n)*)", box, flags=re.MULTILINE):
        gone, come = ("".join(line[1:] + "\n" for line in part.splitlines()) for part in (gone, come))
        ok(gone in text, f"to be changed: {gone.strip()}")
        text = text.replace(gone, come, 1)
    MINE.write_text(text)


def box(match):
    if match[1] == "diff":
        changed(match[2])
        return match[0]
    text, wrong = typed(match[2])
    for command, printed, now in wrong:
        if "--write" not in sys.argv:
            ok(False, command, f"printed:\n{printed}", f"now:\n{now}")
    return f"```\n{text}```\n"


before = TEXT.read_text()
after = re.sub(r"^```(diff)?\n(.*?)^```\n", box, before, flags=re.MULTILINE | re.DOTALL)
if "--write" in sys.argv:
    TEXT.write_text(after)
for language, word in (("fa", "اکنون"), ("ru", "теперь"), ("tr", "şimdi")):
    said = answer(f"serai agreement diff agreements/tutorial.agreement mine.agreement --language {language}")
    ok(word in said, f"who is affected, in {language}", said)
done()
