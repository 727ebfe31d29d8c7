#!/usr/bin/env python3
"""STIX patterns from the command line: checked with line and clause, matched with what stands for what, explained."""
import json
import pathlib
import tempfile

import tap
from tap import ok, serai


def observed(n, at, obj, number=1):
    return {"type": "observed-data", "id": f"observed-data--{n}", "first_observed": at, "last_observed": at,
            "number_observed": number, "objects": {"0": obj}}


def main(folder):
    seen = folder / "seen.json"
    seen.write_text(json.dumps([
        observed("1", "2026-01-01T00:00:00Z", {"type": "url", "value": "http://specimen.example/gate.php"}),
        observed("2", "2026-01-01T00:00:30Z", {"type": "file", "size": 500}, 2)]))

    code, out, err = serai("stix", "pattern", "check", "[file:size > 5] WITHIN 3 SECONDS")
    ok(code == 0 and "level 3" in out, "a pattern is valid, and its level told", code, out, err)
    (folder / "p").write_text("[file:size > 5\n OR file:name ! 'x']\n")
    code, out, err = serai("stix", "pattern", "check", "-f", folder / "p")
    ok(code == 1 and ":2:15:" in out and "(syntax, STIX 2.1 9.4)" in out, "line, column and clause of an error", code, out, err)

    bundle = folder / "bundle.json"
    bundle.write_text(json.dumps({"type": "bundle", "objects": [
        {"type": "indicator", "id": "indicator--1", "pattern_type": "stix", "pattern": "[url:value = 'x']"},
        {"type": "indicator", "id": "indicator--2", "pattern": "[file:hashes.MD5 = 'x']"},
        {"type": "indicator", "id": "indicator--3", "pattern_type": "yara", "pattern": "rule x {}"}]}))
    code, out, err = serai("stix", "pattern", "check", "--bundle", bundle)
    ok(code == 1 and "indicator--2:1:20:" in out and "1 patterns valid, 1 not; 1 indicators in other languages" in out,
       "the indicators of a bundle one by one", code, out, err)
    code, out, err = serai("stix", "pattern", "check", "--json", "--bundle", bundle)
    ok(code == 1 and [x["valid"] for x in json.loads(out)] == [True, False], "the same as JSON", code, out, err)

    pattern = "([url:value LIKE '%/gate.php'] FOLLOWEDBY [file:size > 100] REPEATS 2 TIMES) WITHIN 60 SECONDS"
    code, out, err = serai("stix", "pattern", "match", pattern, seen)
    ok(code == 0 and out == "match\n  [1] observation 1 observed-data--1\n  [2] observation 2 observed-data--2 x 2\n",
       "a match, and what stands for each bracket", code, out, err)
    code, out, err = serai("stix", "pattern", "match", pattern.replace("2 TIMES", "3 TIMES"), seen)
    ok(code == 1 and out == "no match\n", "no match", code, out, err)
    code, out, err = serai("stix", "pattern", "match", "--json", pattern, seen)
    ok(code == 0 and json.loads(out)["observations"][1] ==
       {"bracket": 2, "observation": 2, "id": "observed-data--2", "number": 2}, "a match as JSON", code, out, err)
    code, out, err = serai("stix", "pattern", "match", "--json", "[url:value = ]", seen)
    ok(code == 2 and json.loads(out)["verdict"] == "error" and json.loads(out)["column"] == 14,
       "what is no pattern matches nothing and is an error", code, out, err)
    seen.write_text(json.dumps(observed("1", "2026-01-01T00:00:00Z", {"type": "file", "name": "a" * 3000 + "!"})))
    code, out, err = serai("stix", "pattern", "match", "[file:name MATCHES '^(a+)+$']", seen)
    ok(code == 3 and "match-limit" in out, "an expression that does not end is undetermined", code, out, err)

    code, out, err = serai("stix", "pattern", "explain", pattern)
    ok(code == 0 and 'a value with "/gate.php"' in out and "conformance level 3" in out, "a pattern in words", code, out, err)
    code, out, err = serai("stix", "pattern", "explain", "[domain-name:value IN ('a.example', 'b.example')]")
    ok(code == 0 and "  domain b.example\n" in out, "a plain list is told as one", code, out, err)
    code, out, err = serai("stix", "pattern", "match", "[a:b = 1]")
    ok(code == 2 and "observations" in err, "a file is missing", code, out, err)


with tempfile.TemporaryDirectory() as folder:
    main(pathlib.Path(folder))
tap.done()
