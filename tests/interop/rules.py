#!/usr/bin/env python3
"""The same rules written for certlogic-js and as an agreement, decided side by side: the same answers."""
import os
import pathlib

from interop import HERE, against, must, package_version, packages, scratch
from tap import done, ok, serai

packages()
against(f"certlogic-js {package_version('certlogic-js')}")
from rules_cases import both  # noqa: E402

N = 5000
code, out, err = serai("agreement", "check", HERE / "rules.agreement")
ok(code == 0, "the agreement of the comparison is without fault", err)
ours, theirs, our_ns, their_ns, cases = both(scratch(), os.environ["SERAI_BUILD"], N)
differ = [(cases[i], ours[i], theirs[i]) for i in range(min(len(ours), len(theirs))) if ours[i] != theirs[i]]
ok(len(ours) == len(theirs) == N and not differ, f"{N} travellers: the same answers", differ[:3])
admitted = ours.count("a") / N
ok(0.05 < admitted < 0.9, f"of them {100 * admitted:.0f} % are admitted")
print(f"# a decision: {our_ns:.0f} ns, certlogic-js {their_ns:.0f} ns, {their_ns / our_ns:.1f} times as long")
done()
