#!/usr/bin/env python3
"""The sticker in other programs: qpdf finds nothing wrong, pdftotext the two lines, dmtxread the seal."""
import datetime
import re

from interop import against, must, need, run, scratch
from tap import done, ok, serai

need("qpdf", "pdftotext", "pdftoppm", "dmtxread")
against(must("qpdf", "--version").decode().splitlines()[0], run("pdftotext", "-v")[2].splitlines()[0], run("dmtxread", "-V")[2].split("\n")[0])
work = scratch()
LANGUAGES = {"KZ": "kk ru en", "IR": "fa en", "TR": "tr en"}
(work / "passport.txt").write_text("P<UZBSPECIMEN<<AIGERIM<ALTYN<<<<<<<<<<<<<<<<\nN123456785UZB9005145F3105135<<<<<<<<<<<<<<<2\n")
LAST = str(datetime.date.today() + datetime.timedelta(days=60))

for member, languages in LANGUAGES.items():
    code, out, err = serai("init", "--specimen", "--sign-in", "off", "--member", member, "--listen", "127.0.0.1:0", "--languages", languages, work / member)
    ok(code == 0, f"a node of {member}", err)
    code, out, err = serai("issue", "--node", work / member, "--passport", work / "passport.txt", "--purpose", "pilgrimage", "--stay", "30",
                           "--until", LAST, "--out", work / f"{member}-visa")
    ok(code == 0, f"{member} issues", out, err)
    pdf = work / f"{member}-visa.pdf"
    code, out, err = run("qpdf", "--check", pdf)
    ok(code == 0 and b"No syntax or stream encoding errors" in out, f"qpdf --check, {languages}", out, err)
    text = must("pdftotext", "-layout", pdf, "-").decode()
    lines = [t for t in (line.strip() for line in text.splitlines()) if re.fullmatch("[A-Z0-9<]{44}", t)]
    first = next((i for i, t in enumerate(lines) if t[0] == "V"), None)
    (work / "lines.txt").write_text("\n".join(lines[first or 0:][:2]) + "\n")
    code, out, err = serai("mrz", "parse", work / "lines.txt")
    ok(first is not None and len(lines) == 2 and code == 0 and "ALTYN" in lines[0] and LAST[2:].replace("-", "") in lines[1],
       f"pdftotext finds the two lines of 44, {languages}", lines, out, err)
    must("pdftoppm", "-r", "300", "-png", pdf, work / f"{member}-page")
    page = next(work.glob(f"{member}-page*.png"))
    seal = (work / f"{member}-visa.seal").read_bytes()
    code, out, err = run("dmtxread", "-N1", "-m20000", page)
    ok(out == seal, f"dmtxread finds the seal on the page at 300 dots an inch, {languages}", f"{len(out)} of {len(seal)} bytes", err)
done()
