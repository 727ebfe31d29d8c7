#!/usr/bin/env python3
"""Machine-readable zones: ours read by two other implementations, theirs by ours, damaged ones by all."""
import json
import string

from interop import against, chance, node, none_differ, package_version, packages, scratch
from tap import done, ok, serai, vectors

packages()
against(*(f"{p} {package_version(p)}" for p in ("mrz", "mrz-fast")))
work = scratch()
STATES = "KAZ UZB TKM TJK KGZ AZE IRN TUR PAK AFG FRA GBR USA D CHN IND".split()
FORMATS = {"TD1": (3, 30), "TD2": (2, 36), "TD3": (2, 44), "MRV-A": (2, 44), "MRV-B": (2, 36)}
LETTERS = string.ascii_uppercase
ALPHABET = LETTERS + string.digits + "<"
SEX = {"F": "female", "M": "male", "": None}


def word(low, high, letters=LETTERS):
    return "".join(chance.choice(letters) for _ in range(chance.randint(low, high)))


def day(first, last):
    return f"{chance.randint(first, last)}-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}"


def short(date):
    return date[2:4] + date[5:7] + date[8:10]


def person(form):
    wide = FORMATS[form][1] - (0 if form == "TD1" else 5)
    primary = " ".join(word(1, 6) for _ in range(chance.randint(1, 2)))
    secondary = " ".join(word(1, 5) for _ in range(chance.randint(0, 2)))
    assert len(primary) + 2 + len(secondary) <= wide
    longest = {"TD1": 20, "TD2": 14}.get(form, 9)
    number = word(longest - 4, longest, LETTERS + string.digits) if chance.random() < 0.3 else word(5, 9, LETTERS + string.digits)
    room = {"TD1": 15, "TD2": 7, "TD3": 14, "MRV-A": 16, "MRV-B": 8}[form]
    room -= len(number) - 9 + 2 if len(number) > 9 else 0
    return {"form": form, "issuer": chance.choice(STATES), "nationality": chance.choice(STATES), "primary": primary,
            "secondary": secondary, "number": number, "birth": day(1930, 2025), "expiry": day(2027, 2060),
            "sex": chance.choice("FM") if chance.random() < 0.9 else "",
            "optional": word(0, room, LETTERS + string.digits) if room > 0 and chance.random() < 0.5 else "",
            "optional2": word(1, 11, LETTERS + string.digits) if form == "TD1" and chance.random() < 0.5 else ""}


def write(p):
    args = ["mrz", "write", "--format", p["form"]]
    for name in ("issuer", "nationality", "primary", "secondary", "number", "birth", "expiry", "sex", "optional", "optional2"):
        if p[name]:
            args += ["--" + name, p[name]]
    code, out, err = serai(*args)
    if code or err:
        return ok(False, f"serai {' '.join(args)}", out, err) or None
    return out.split()


def read_all(zones):
    """What serai inspect says of each zone."""
    for old in work.glob("*.txt"):
        old.unlink()
    names = [work / f"{i:05}.txt" for i in range(len(zones))]
    for name, lines in zip(names, zones):
        name.write_text("\n".join(lines) + "\n")
    code, out, err = serai("inspect", "--json", "--at", "2026-11-21", *names)
    objects = [json.loads(line) for line in out.splitlines()]
    ok(len(objects) == len(zones), f"serai reads {len(zones)} zones", err)
    return objects


def theirs_differ(p, zone, read, nonspecified="nonspecified"):
    """How the fields that another implementation reads differ from what was written; visas are no format of theirs."""
    visa = p["form"].startswith("MRV")
    if "error" in read:
        return read["error"]
    wanted = {"issuingState": p["issuer"], "nationality": p["nationality"], "lastName": p["primary"], "firstName": p["secondary"],
              "documentNumber": p["number"], "birthDate": short(p["birth"]), "expirationDate": short(p["expiry"]), "sex": SEX[p["sex"]] or nonspecified}
    if p["form"] == "TD3":
        wanted["personalNumber"] = p["optional"]
    if p["form"] == "TD1":
        wanted["optional2"] = p["optional2"]
    if visa:
        del wanted["issuingState"]
    got = read["fields"]
    differ = {k: (v, got.get(k)) for k, v in wanted.items() if (got.get(k) or "") != v}
    bad = [c for c, good in read["checks"].items() if not good and not (visa and c in ("composite", "optional"))]
    return (differ, bad, zone) if differ or bad or not (visa or read["valid"]) else None


# Ours read by theirs, and by ours again.
people = [person(form) for form in FORMATS for _ in range(40)]
zones = [write(p) for p in people]
passports = [p for p in people if p["form"] == "TD3" and p["secondary"]]


def for_fast(p):
    def calendar(text):
        y, m, d = map(int, text.split("-"))
        return {"year": y, "month": m, "day": d}
    return {"documentCode": "P", "issuingState": p["issuer"], "lastName": p["primary"], "firstName": p["secondary"],
            "documentNumber": p["number"], "nationality": p["nationality"], "birthDate": calendar(p["birth"]),
            "sex": SEX[p["sex"]] if p["sex"] else "unspecified", "expirationDate": calendar(p["expiry"]),
            "personalNumber": p["optional"]}


def same_passport(ours, theirs):
    """Empty optional data have the digit 0 there and a filler here: Doc 9303-4 4.2.2 allows both."""
    if ours[1][28:43] == "<" * 15:
        theirs = [theirs[0], theirs[1][:42] + "<" + theirs[1][43:]]
    return ours == theirs


answer = node("mrz.mjs", {"zones": zones, "passports": [for_fast(p) for p in passports]})
for form in FORMATS:
    none_differ([d for p, z, r in zip(people, zones, answer["mrz"]) if p["form"] == form for d in [theirs_differ(p, z, r)] if d],
                f"mrz reads {form} as it was written")
none_differ([d for p, z, r in zip(people, zones, answer["fast"]) if p["form"] == "TD3" for d in [theirs_differ(p, z, r, "unspecified")] if d],
            "mrz-fast reads TD3 as it was written")
none_differ([(ours, theirs) for ours, theirs in zip([z for p, z in zip(people, zones) if p in passports], answer["written"])
             if not same_passport(ours, theirs)], f"{len(passports)} passports: mrz-fast writes the same 88 characters")
none_differ([(p, o) for p, o in zip(people, read_all(zones))
             if not o["fields"]["all_ok"] or any(o["fields"][k] != p[k] for k in ("number", "primary", "secondary", "birth", "expiry"))],
            "serai reads its own as it wrote them")

# One character of each zone damaged: which digits still hold?


def damage(lines):
    lines = list(lines)
    k = 1 if len(lines) == 2 else chance.randrange(2)
    at = chance.randrange(5 if k == 0 else 0, len(lines[k]))
    lines[k] = lines[k][:at] + chance.choice([c for c in ALPHABET if c != lines[k][at]]) + lines[k][at + 1:]
    return lines


def holds(word):
    return {"ok": True, "bad": False}.get(word)


# Differences that are right here, or a choice there. A difference that is not among these is a failure.
EXPLAINED = {
    "filler as digit": "mrz-fast takes a filler as digit of optional data that are not empty (Doc 9303-4 4.2.2 does not)",
    "visa": "mrz knows no visas: MRV-A is read as a passport, MRV-B as TD2 with its long numbers and composite digit",
    "long number of nothing": "mrz takes a single digit in the optional data as a long number that does not go on (Doc 9303-5 4.2.2)",
    "state": "mrz refuses codes that are not in its list, such as UTO, as fields and as a whole; here they are a note",
    "letters": "mrz shows no name that has digits in it; here it is shown, and illegal",
    "document code": "mrz knows no passport of 2 x 36, which some States issue",
}
known = {}


def explain(word):
    known[word] = known.get(word, 0) + 1
    return True


def digit_explained(peer, digit, zone):
    if (peer, digit) == ("mrz-fast", "optional"):
        return zone[1][42] == "<" and zone[1][28:42] != "<" * 14 and explain("filler as digit")
    if (peer, digit) != ("mrz", "number"):
        return False
    if zone[0][0] == "V":
        return len(zone[0]) == 36 and zone[1][9] == "<" and explain("visa")
    rest = zone[0][14:] if len(zone) == 3 else zone[1][9:10] + zone[1][28:35]
    return rest[0] == "<" and rest[1].isdigit() and rest[2] == "<" and explain("long number of nothing")


def digits_differ(zones, ours, answer):
    """(digits compared, differences without an explanation), of digits that are ok or bad here."""
    compared, differing = 0, []
    for zone, here, mrz, fast in zip(zones, ours, answer["mrz"], answer["fast"]):
        for peer, read in (("mrz", mrz), ("mrz-fast", fast)):
            if read is None or zone[0][0] == "V" and peer == "mrz-fast":
                continue
            for digit, there in read.get("checks", {}).items():
                word = here["fields"]["checks"].get(digit)
                if word not in ("ok", "bad"):
                    continue
                compared += 1
                if (word == "ok") != there and not digit_explained(peer, digit, zone):
                    differing.append((peer, digit, word, there, zone))
    return compared, differing


damaged = [damage(z) for z in zones for _ in range(4)]
ours = read_all(damaged)
none_differ([o for o in ours if o["kind"] != "mrz" or not (o.get("fields") or {}).get("checks")], "each damaged zone is still read")
answer = node("mrz.mjs", {"zones": damaged, "passports": []})
compared, differing = digits_differ(damaged, ours, answer)
none_differ(differing, f"{compared} digits of {len(damaged)} damaged zones: all agree which hold")
ok(compared > 3000 and any(o["fields"]["checks_ok"] is False for o in ours), "the comparison has something to compare", compared)

# Published specimens: digits, fields and the verdict as a whole.
SAME = {"number": "documentNumber", "primary": "lastName", "secondary": "firstName", "issuer": "issuingState",
        "nationality": "nationality"}


def fields_differ(here, there):
    """Fields that both read, and whether the whole is in order."""
    differ = {}
    for name, other in SAME.items():
        mine, yours = here[name].rstrip("<"), there["fields"].get(other)
        if mine == (yours or ""):
            continue
        if other in there["bad"] and yours is None and name in ("issuer", "nationality") and explain("state"):
            continue
        if name in ("primary", "secondary") and yours is None and other in there["bad"] and explain("letters"):
            continue
        if name == "number" and digit_explained("mrz", "number", here["lines"]):
            continue
        differ[name] = (mine, yours)
    causes = set(there["bad"])
    if here["all_ok"] and not there["valid"]:
        states = causes & {"issuingState", "nationality"}
        if here["code"][0] == "V" and explain("visa"):
            causes = set()
        elif states and explain("state"):
            causes -= states
        if "documentCode" in causes and here["format"] == "TD2" and here["code"][0] == "P" and explain("document code"):
            causes.remove("documentCode")
        if causes or here["code"][0] != "V" and not all(there["checks"].values()):
            differ["whole"] = (True, there["bad"], there["checks"])
    elif not here["all_ok"] and there["valid"]:
        differ["whole"] = (False, here["checks"], here["dates"])
    return differ


path = vectors("travel/mrz/specimens.json")
if path:
    specimens = json.loads(path.read_text())
    zones = [s["lines"] for s in specimens if not s.get("national_layout")]
    ours = read_all(zones)
    answer = node("mrz.mjs", {"zones": zones, "passports": []})
    compared, differing = digits_differ(zones, ours, answer)
    none_differ(differing, f"{compared} digits of {len(zones)} specimens: all agree which hold")
    none_differ([(o["fields"]["lines"], d) for o, r in zip(ours, answer["mrz"]) if "error" not in r
                 for d in [fields_differ(o["fields"], r)] if d], "specimens: the fields, and the verdict as a whole")
    none_differ([r for r in answer["mrz"] if "error" in r], "specimens: mrz reads them all")
    national = [s["lines"] for s in specimens if s.get("national_layout")]
    none_differ([o for o in read_all(national) if o["reason"] != "national-layout"],
                f"{len(national)} national layouts are told apart here")
for word, n in sorted(known.items()):
    print(f"# known difference, {n} times: {EXPLAINED[word]}")
done()
