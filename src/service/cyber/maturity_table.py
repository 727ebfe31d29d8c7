#!/usr/bin/env python3
"""The parameters of a maturity assessment as a C table: maturity_table.py IN OUT. What does not fit stops the build."""
import pathlib
import re
import sys

rows, seen = [], []
for n, line in enumerate(pathlib.Path(sys.argv[1]).read_text(encoding="utf-8").splitlines(), 1):
    if not line or line.startswith("#"):
        continue
    f = line.split("\t")
    if len(f) != 5 or not re.fullmatch(r"[OHTP]-[1-9][0-9]?", f[0]) or f[0] in seen or not all(re.fullmatch("[0-4]", x) for x in f[1:4]) or \
            f[4] not in ("yes", "-") or not f[1] <= f[2] <= f[3]:
        sys.exit(f"{sys.argv[1]}:{n}: not a parameter")
    if seen and ("OHTP".index(f[0][0]), int(f[0][2:])) <= ("OHTP".index(seen[-1][0]), int(seen[-1][2:])):
        sys.exit(f"{sys.argv[1]}:{n}: out of order")
    seen.append(f[0])
    rows.append(f'{{ "{f[0]}", {{ {f[1]}, {f[2]}, {f[3]} }}, {"true" if f[4] == "yes" else "false"} }},')
pathlib.Path(sys.argv[2]).write_text("\n".join(rows) + "\n", encoding="utf-8")
