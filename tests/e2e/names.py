#!/usr/bin/env python3
"""Names in lists, from outside: tables and FollowTheMoney entities, images and their changes, threads, and what goes wrong."""
import gzip
import json
import pathlib
import tempfile

import tap
from tap import ok, serai

LIST = [
    ("p1", "primary", "Mohammad Reza SPECIMENI", "1975-03-01", "male"),
    ("p1", "weak", "Speckles", "1975-03-01", "male"),
    ("p2", "primary", "SPECIMENOV, Bambang", "", ""),
    ("p3", "primary", "Алишер Образцов", "", ""),
]
QUERIES = [("q1", "محمدرضا اسپسیمنی"), ("q2", "Бамбанг Спесименов"), ("q3", "Alisher Obraztsov"), ("q4", "...")]


def table(path, head, rows, pack=False):
    text = "".join("\t".join(r) + "\n" for r in [head, *rows])
    path.write_bytes(gzip.compress(text.encode()) if pack else text.encode())
    return path


def answers(out):
    """query_id -> [(id, score)]"""
    return {c[0]: [(i.rpartition("=")[0], float(i.rpartition("=")[2])) for i in c[1:]]
            for c in (line.split("\t") for line in out.splitlines())}


def firsts(out):
    return {q: hits[0][0] if hits else None for q, hits in answers(out).items()}


def main(folder):
    people = table(folder / "list.tsv.gz", ("entity_id", "name_type", "name", "birth_date", "gender"), LIST, pack=True)
    asked = table(folder / "q.tsv", ("query_id", "query"), QUERIES)
    code, out, err = serai("names", "search", "--list", people, asked)
    ok(code == 0 and firsts(out) == {"q1": "p1", "q2": "p2", "q3": "p3", "q4": None}, "a packed table is searched across scripts", out, err)
    ok(all(len({i for i, _ in h}) == len(h) and [s for _, s in h] == sorted((s for _, s in h), reverse=True)
           for h in answers(out).values()), "an entity comes once, the best first", out)

    lines = folder / "entities.jsonl"
    lines.write_text("".join(json.dumps(e, ensure_ascii=False) + "\n" for e in [
        {"id": "f1", "schema": "Person", "properties": {"name": ["Mohammad Reza SPECIMENI"], "birthDate": ["1975-03-01"]}},
        {"id": "f2", "schema": "Company", "properties": {"name": ["OOO Specimen Trade"], "alias": ["Specimen Trading"]}},
        {"id": "f3", "schema": "Address", "properties": {"full": ["Specimen Street 1"]}},
    ]), encoding="utf-8")
    two = table(folder / "two.tsv", ("query_id", "query", "schema"), [("a", QUERIES[0][1], "Person"), ("b", "Specimen Trade LLC", "Company")])
    code, out, err = serai("names", "search", "--list", lines, two)
    ok(code == 0 and firsts(out) == {"a": "f1", "b": "f2"}, "FollowTheMoney entities are searched", out, err)
    lines.write_text('{"id": "x", "schema": "Person"\n')
    code, out, err = serai("names", "search", "--list", lines, two)
    ok(code == 2 and "line 1" in err, "a line that is no JSON is named", err)

    pair = table(folder / "pair.tsv", ("pair_id", "name1", "name2", "names1", "names2"), [
        ("p", "Anora SPECIMEN", "Gulnara MUSTER", "Anora SPECIMEN ; Gulnara MUSTEROVA ; Quxlar", "Gulnara MUSTER ; Гульнара Мустерова")])
    best, main = (float(serai("names", "score", *how, pair)[1].split("\t")[1]) for how in ((), ("--main",)))
    ok(best > .9 and main < .3, "of all names that both have the best pair counts, unless the main ones are asked for", best, main)

    image = folder / "list.names"
    ok(serai("names", "index", "build", people, image)[0] == 0, "an image is made")
    code, out, _ = serai("names", "index", "info", "--check", image)
    ok(code == 0 and "entities 3" in out and "names    4" in out, "what is in it is told", out)
    more = table(folder / "more.tsv", ("id", "name"), [("p9", "Quxlar Specimenbek")])
    nine = table(folder / "nine.tsv", ("query_id", "query"), [("n", "Кукслар Спесименбек")])
    serai("names", "index", "add", image, more)
    ok(firsts(serai("names", "search", "--index", image, nine)[1]) == {"n": "p9"}, "what was added is found")
    serai("names", "index", "remove", image, "p9")
    ok(firsts(serai("names", "search", "--index", image, nine)[1])["n"] != "p9", "what was removed is not")
    ok(serai("names", "index", "remove", image, "p9")[0] == 1, "what is not there cannot be removed: exit 1")

    rows = [(f"t{i}", QUERIES[i % 3][1]) for i in range(9000)]
    many = table(folder / "many.tsv", ("query_id", "query"), rows)
    one = serai("names", "search", "--index", image, many)[1]
    ok(one == serai("names", "search", "--index", image, "--threads", "3", many)[1] and one.count("\n") == 9000,
       "threads answer the same in the same order")

    broken = folder / "broken"
    broken.write_bytes(image.read_bytes()[:-8])
    ok(serai("names", "search", "--index", broken, asked)[0] == 2, "an image that was cut is refused")
    whole = bytearray(image.read_bytes())
    whole[-20] ^= 1
    broken.write_bytes(whole)
    code, _, err = serai("names", "index", "info", "--check", broken)
    ok(code == 2 and "as it was written" in err, "a changed byte is found when asked for", err)
    code, _, err = serai("names", "search", "--list", asked, asked)
    ok(code == 2 and "entity_id" in err, "a list without its columns is refused by name", err)
    ok(serai("names", "search", asked)[0] == 2, "a list or an image must be given")
    measured(folder)


def measured(folder):
    people, labelled = tap.vectors("notices/search/persons_latin_no_un.tsv.gz"), tap.vectors("notices/labelled/queries.tsv")
    if not people or not labelled:
        return
    rows = [line.split("\t") for line in labelled.read_text(encoding="utf-8").splitlines()[1:]]
    rows = [r for r in rows if r[1] != "un_treated"][::8]
    asked = table(folder / "labelled.tsv", ("query_id", "query"), [(r[0], r[3]) for r in rows])
    found = answers(serai("names", "search", "--list", people, asked, timeout=600)[1])
    share = sum(any(i in r[4].split("|") for i, _ in found[r[0]]) for r in rows) / len(rows)
    ok(share >= .95, f"{share:.3f} of {len(rows)} names are found among the first ten of a list of persons")


with tempfile.TemporaryDirectory() as temporary:
    main(pathlib.Path(temporary))
tap.done()
