#!/usr/bin/env python3
"""Writes the migrations as a C table: embed.py OUT FILE... in the order of their numbers."""
import pathlib
import sys

out, files = pathlib.Path(sys.argv[1]), sorted(pathlib.Path(f) for f in sys.argv[2:])
text = ['#include "store/migrate.h"', "", "const struct migration migrations[] = {"]
for number, file in enumerate(files, 1):
    if int(file.name.split("-")[0]) != number:
        sys.exit(f"{file.name}: expected number {number}")
    text.append(f'    {{ "{file.stem}",')
    for line in file.read_text().splitlines():
        if line.strip():
            text.append('      "' + line.replace("\\", "\\\\").replace('"', '\\"') + '\\n"')
    text.append("    },")
text += ["};", "const int n_migrations = sizeof migrations / sizeof *migrations;", ""]
out.write_text("\n".join(text))
