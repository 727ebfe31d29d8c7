#!/usr/bin/env python3
"""serai stix check, id and show: what they say, and their exit codes; the patterns of all bundles."""
import gzip
import json
import pathlib
import tempfile

from tap import done, ok, serai, vectors

CLEAR = "marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487"
URL = "url--a9a54bfd-fd57-5b9d-be15-abfd6adc77bd"


def indicator(n, **more):
    return {"type": "indicator", "spec_version": "2.1", "id": f"indicator--00000000-0000-4000-8000-{n:012x}", "created": "2026-01-01T00:00:00.000Z",
            "modified": "2026-01-01T00:00:00.000Z", "pattern": f"[domain-name:value = 'x{n}.example']", "pattern_type": "stix",
            "valid_from": "2026-01-01T00:00:00Z", **more}


def bundle(*objects):
    return json.dumps({"type": "bundle", "id": "bundle--00000000-0000-4000-8000-000000000000", "objects": objects})


def check(folder):
    good, bad, cut = folder / "good.json", folder / "bad.json", folder / "cut.json"
    good.write_text(bundle(indicator(1), indicator(2)))
    bad.write_text(bundle(indicator(1), indicator(2, modified="2025-01-01T00:00:00.000Z"), indicator(3, pattern="[file:size > ]"), indicator(4)))
    cut.write_text(good.read_text()[:-40])
    code, out, err = serai("stix", "check", good)
    ok(code == 0 and "bundle of 2 objects: 2 valid, 0 to quarantine" in out, "a valid bundle is 0", code, out, err)
    code, out, err = serai("stix", "check", bad)
    ok(code == 1 and "bundle of 4 objects: 2 valid, 2 to quarantine" in out and "object 1 indicator--" in out and "must" in out,
       "two of four to quarantine is 1, and the others stay valid", code, out, err)
    code, out, err = serai("stix", "check", "--json", bad)
    lines = [json.loads(line) for line in out.splitlines()]
    ok(code == 1 and (lines[-1]["objects"], lines[-1]["valid"], lines[-1]["quarantined"]) == (4, 2, 2) and
       {(x["id"][-1], x["level"]) for x in lines[:-1]} == {("2", "must"), ("3", "must")} and all(x["clause"] and "path" in x for x in lines[:-1]),
       "the same as JSON: id, path and clause of each offence", code, out, err)
    text = bad.read_bytes()
    at = [x["offset"] for x in lines[:-1] if x["id"][-1] == "2" and "offset" in x]
    ok(all(text.find(b"indicator--00000000-0000-4000-8000-000000000002") < i < text.find(b"indicator--00000000-0000-4000-8000-000000000003") for i in at),
       "its offset lies in that object", at)
    code, out, err = serai("stix", "check", good, cut)
    ok(code == 2, "a file that ends in the middle is 2, whatever the others are", code, out, err)
    code, out, err = serai("stix", "check", "--json", cut)
    ok(code == 2 and not json.loads(out.splitlines()[-1])["whole"], "and its JSON says that it is not whole", code, out, err)
    code, out, err = serai("stix", "check", folder / "none.json")
    ok(code == 2 and "none.json" in err, "a file that is not there is 2", code, out, err)
    code, out, err = serai("stix", "check")
    ok(code == 2, "no file is 2", code, out, err)
    code, out, err = serai("stix", "check", "--loose", good)
    ok(code == 2, "an unknown option is 2", code, out, err)
    packed, lined, single = folder / "good.json.gz", folder / "lines.json", folder / "single.json"
    packed.write_bytes(gzip.compress(good.read_bytes()))
    lined.write_text("".join(json.dumps(indicator(n)) + "\n" for n in (1, 2, 3)) + json.dumps(indicator(4, created="yesterday")) + "\n")
    single.write_text(json.dumps(indicator(1)))
    ok([serai("stix", "check", f)[0] for f in (packed, single, lined)] == [0, 0, 1], "gzip, a single object, and an object a line")
    code, out, err = serai("stix", "check", lined)
    ok("objects of 4 objects: 3 valid, 1 to quarantine" in out, "of lines, the one that breaks a rule", code, out, err)


def ids(folder):
    right, wrong = folder / "right.json", folder / "wrong.json"
    right.write_text(bundle({"type": "url", "spec_version": "2.1", "id": URL, "value": "http://specimen.example/"}, indicator(1)))
    code, out, err = serai("stix", "id", right)
    derived = out.split("\t")[1]
    right.write_text(right.read_text().replace(URL, derived))
    wrong.write_text(right.read_text().replace("specimen.example", "another.example"))
    code, out, err = serai("stix", "id", right)
    ok(code == 0 and f"{derived}\t{derived}\tequal" in out and "1 equal, 0 other" in out, "an id that follows from the content is 0", code, out, err)
    code, out, err = serai("stix", "id", wrong)
    ok(code == 1 and "\tother" in out and "0 equal, 1 other" in out, "one that does not is 1, and the right one is told", code, out, err)
    ok(serai("stix", "id", folder / "none.json")[0] == 2 and serai("stix", "id")[0] == 2, "no file is 2")


def show(folder):
    f = folder / "show.json"
    f.write_text(bundle(indicator(1, object_marking_refs=[CLEAR]), indicator(2, created_by_ref="identity--00000000-0000-4000-8000-000000000009"),
                        indicator(3, revoked=True), indicator(4, valid_from="never"),
                        indicator(5, object_marking_refs=["marking-definition--00000000-0000-4000-8000-00000000000a"])))
    code, out, err = serai("stix", "show", "--json", f)
    got = json.loads(out)
    ok(code == 1 and got["types"] == {"indicator": 4} and got["tlp"]["clear"] == 1 and got["revoked"] == 1 and got["invalid"] == 1 and
       got["unresolved"] == 2 and got["unknown_markings"] == 1, "types, markings, versions, references that lead outside, what is invalid", code, out, err)
    code, out, err = serai("stix", "show", f)
    ok(code == 1 and "4  indicator" in out and "1 invalid; 2 references lead outside" in out, "the same as text", code, out, err)
    f.write_text(bundle(indicator(1)))
    ok(serai("stix", "show", f)[0] == 0, "all valid is 0")
    f.write_text(bundle(indicator(1))[:-30])
    ok(serai("stix", "show", f)[0] == 2 and serai("stix", "show")[0] == 2, "what is cut, and no file, are 2")


def patterns():
    """Every pattern of the shared bundles is one, packed or not."""
    folder = vectors("cyber/stix/bundles")
    if not folder:
        return
    for f in sorted(folder.iterdir()):
        text = gzip.decompress(f.read_bytes()) if f.suffix == ".gz" else f.read_bytes()
        of = [o for o in json.loads(text).get("objects", []) if o["type"] == "indicator"]
        stix = [o for o in of if o.get("pattern_type", "stix") == "stix"]
        code, out, err = serai("stix", "pattern", "check", "--bundle", f)
        ok(code == 0 and out.splitlines()[-1] == f"{len(stix)} patterns valid, 0 not; {len(of) - len(stix)} indicators in other languages",
           f"the patterns of {f.name}", code, out[-600:], err)


with tempfile.TemporaryDirectory() as name:
    for part in (check, ids, show):
        part(pathlib.Path(name))
    patterns()
done()
