"""The same travellers for an agreement and for CertLogic, and both answers."""
import datetime
import pathlib

from interop import HERE, chance, must, node

TODAY = datetime.date(2027, 3, 1)
STATES = ["AF", "AZ", "IR", "KG", "KZ", "PK", "TJ", "TM", "TR", "UZ"]
COLUMNS = {"nationality": "traveller.nationality", "entering": "travel.entering", "kind": "document.kind", "result": "document.result",
           "expiry": "document.expiry", "mode": "travel.mode", "age": "traveller.age", "purpose": "travel.purpose"}


def day(n):
    return (TODAY + datetime.timedelta(days=n)).isoformat()


def often(usual, *others):
    return usual if chance.random() < 0.8 else chance.choice(others)


def traveller():
    return {"nationality": often(chance.choice(STATES), "FR", "DE"), "entering": chance.choice(STATES),
            "kind": often("passport", "identity card", "residence permit"), "result": often("genuine", "forged", "well-formed"),
            "expiry": day(often(chance.randrange(90, 2000), 88, 89, 90, -1, 0)), "mode": chance.choice(["air", "road", "sea"]),
            "age": often(chance.randrange(16, 90), 15, 16, 3), "purpose": chance.choice(["tourism", "pilgrimage", "treatment", "work"]),
            "used": chance.choice([0, 0, 1, 29, 30, 31, 59, 60, 61, 120])}


def both(work, build, n):
    """(ours, theirs, our nanoseconds, theirs, cases)"""
    cases = [traveller() for _ in range(n)]
    rows = [",".join([*COLUMNS.values(), "stays"])]
    for c in cases:
        stays = f"{day(-c['used'])}..{day(-1)}" if c["used"] else "none"
        rows.append(",".join([*(str(c[k]) for k in COLUMNS), stays]))
    table = pathlib.Path(work) / "travellers.csv"
    table.write_text("\n".join(rows) + "\n")
    ours, ns = must(pathlib.Path(build) / "tests/agreement-answers", HERE / "rules.agreement", table, TODAY.isoformat()).decode().split()
    theirs = node("rules.mjs", {"cases": cases, "today": TODAY.isoformat()})
    return ours, theirs["answers"], float(ns), theirs["nanoseconds"], cases
