#!/usr/bin/env python3
"""The catalogues of po/: those that LINGUAS names are whole; all are sound for gettext's own programs; a node offers them as they stand."""
import ast
import gettext
import io
import json
import pathlib
import re
import shutil
import subprocess
import tempfile
import urllib.request

from tap import SERAI, SOURCE, done, ok, serai

PO = SOURCE / "po"
CATEGORIES = ["zero", "one", "two", "few", "many", "other"]


def entries(path):
    """[(context, id, plural or None, [texts], fuzzy)] by a reader that knows only what a line begins with."""
    out, now, field = [], None, None
    for line in path.read_text(encoding="utf-8").splitlines() + [""]:
        if line.startswith("#,"):
            fuzzy = "fuzzy" in line
            now = {"fuzzy": fuzzy}
        elif not line.strip():
            if now and "msgid" in now:
                texts = [now[k] for k in sorted(now) if k.startswith("msgstr")]
                out.append((now.get("msgctxt"), now["msgid"], now.get("msgid_plural"), texts, now.get("fuzzy", False)))
            now = None
        elif not line.startswith("#"):
            now = now if now is not None else {}
            if not line.startswith('"'):
                field, line = line.split(" ", 1)
            now[field] = now.get(field, "") + ast.literal_eval(line)
    return out


def header(path):
    text = entries(path)[0][3][0]
    return dict(line.split(": ", 1) for line in text.splitlines())


def sound(template, language, whole):
    path = PO / f"{language}.po"
    by = {e[0]: e for e in entries(path) if e[0] is not None}
    lost = [k for k in template if k not in by]
    ok(not lost or not whole, f"{language}: every text is there", lost[:5], len(lost))
    ok(not [k for k in by if k not in template], f"{language}: and no other", [k for k in by if k not in template][:5])
    stale = [k for k in template if k in by and by[k][1:3] != template[k][1:3]]
    ok(not stale, f"{language}: translated from the text as it is now", stale[:5])
    empty = [k for k, e in by.items() if e[4] or not all(e[3])]
    ok(not empty or not whole, f"{language}: nothing is empty or fuzzy", empty[:5], len(empty))
    by = {k: e for k, e in by.items() if k not in empty}

    def names(s):
        return sorted(set(re.findall(r"\{\w+\}", s)))

    wrong = [k for k, e in by.items() if k in template for t in e[3]
             if (names(t) != names(template[k][2] or template[k][1]) if e[2] is None
                 else not set(names(t)) <= set(names(template[k][2])) or names(e[3][-1]) != names(template[k][2]))]
    ok(not wrong, f"{language}: the same names in braces", wrong[:5], len(wrong))
    turned = [k for k, e in by.items() for t in e[3] if re.search("[\u202a-\u202e]", t) or
              len(re.findall("[\u2066-\u2068]", t)) != t.count("\u2069")]
    ok(not turned, f"{language}: no direction is left turned", turned[:5])
    h = header(path)
    forms = h.get("X-Plural-Categories", "").split()
    count = int(re.search(r"nplurals=(\d)", h["Plural-Forms"]).group(1))
    ok(h["Language"] == language and h["X-Direction"] in ("ltr", "rtl"), f"{language}: the header says language and direction", h)
    ok(len(forms) == count and all(f in CATEGORIES for f in forms), f"{language}: a name for each plural form", forms, count)
    ok(all(len(e[3]) == count for e in by.values() if e[2] is not None), f"{language}: every plural has its forms")
    ok(h["X-Native-Reader"], f"{language}: says whether a native reader has seen it", h)
    p = subprocess.run(["msgfmt", "--check-format", "--check-domain", "-o", "/dev/null", path], capture_output=True, text=True)
    ok(p.returncode == 0, f"{language}: msgfmt takes it", p.stderr[:300])


def fetched(url, language):
    with urllib.request.urlopen(f"{url}/i18n/{language}.json", timeout=60) as r:
        return json.load(r)


def offered(url, template, language):
    """What the node offers is what gettext's own reader finds in the compiled catalogue."""
    path = PO / f"{language}.po"
    mo = subprocess.run(["msgfmt", "-o", "-", path], capture_output=True, check=True).stdout
    words = gettext.GNUTranslations(io.BytesIO(mo))._catalog
    forms = header(path)["X-Plural-Categories"].split()
    want = {}
    for k, e in template.items():
        key = f"{k}\x04{e[1]}"
        if e[2] is None:
            want[k] = words[key]
        else:
            texts = [words[(key, i)] for i in range(len(forms))]
            want[k] = {**dict(zip(forms, texts)), "other": texts[forms.index("other")] if "other" in forms else texts[-1]}
    got = fetched(url, language)
    wrong = [k for k in want if got.get(k) != want[k]]
    ok(len(got) == len(want) and not wrong, f"{language}: the node offers it", len(got), len(want), wrong[:3])


def uncatalogued(source):
    p = subprocess.run([SOURCE / "tools/uncatalogued", source], capture_output=True, text=True)
    return p.returncode, p.stdout + p.stderr


# A sentence for people, where each sort of file could hold one, and what must be told of it. The last ones are none.
PLANTED = [
    ("web/lane.html", "</main>", "<p>Wait for the officer</p></main>", "Wait for the officer"),
    ("web/lane.html", "</main>", '<input aria-label="Number of it"></main>', "aria-label: Number of it"),
    ("web/lane.js", None, 'at("say").textContent = "Wait for the officer";', "Wait for the officer"),
    ("web/lane.js", None, "at(`say`).append(`${1 + 1} travellers wait here`);", "travellers wait here"),
    ("web/lane.js", None, 'at("say").append(el("p", { className: "note" }, "Wait"));', "Wait"),
    ("web/lane.js", None, 'at("say").append(el("p", {}, "/* Wait for the officer"));', "Wait for the officer"),
    ("src/cli/mrz.c", None, 'void planted(void)\n{\n    puts("Wait for the officer");\n}', "src/cli/mrz.c: "),
    ("src/node/node.c", None, 'static const char planted[] = "Подождите";', "src/node/node.c: "),
    ("web/lane.html", "</main>", '<p data-t="page.skip">Wait for the officer</p></main>', None),
    ("web/lane.js", None, '// "Wait for the officer"', None),
    ("web/lane.js", None, 'at("say").className = now ? "state good" : "state bad";', None),
    ("src/cli/mrz.c", None, '/* puts("Wait for the officer") */', None),
]


def spoken_by_catalogues():
    """No sentence for people outside the catalogues; and one that is planted is found."""
    code, said = uncatalogued(SOURCE)
    ok(code == 0 and not said, "people are told everything out of the catalogues, and what is not grows no more", said[:2000])
    with tempfile.TemporaryDirectory() as work:
        copy = pathlib.Path(work)
        for name in ("web", "src"):
            shutil.copytree(SOURCE / name, copy / name)
        (copy / "tools").mkdir()
        shutil.copy(SOURCE / "tools/uncatalogued.kept", copy / "tools")
        for name, at, text, want in PLANTED:
            file = copy / name
            was = file.read_text(encoding="utf-8")
            file.write_text(was.replace(at, text) if at else f"{was}\n{text}\n", encoding="utf-8")
            code, said = uncatalogued(copy)
            if want:
                ok(code == 1 and want in said and said.count("\n") == 1, f"found in {name}: {text}", said[:500])
            else:
                ok(code == 0 and not said, f"nothing to find in {name}: {text}", said[:500])
            file.write_text(was, encoding="utf-8")


def rows_of(name):
    return [r.split("\t") for r in (SOURCE / name).read_text(encoding="utf-8").splitlines() if not r.startswith("#")]


def same(template, keys, what):
    """The English that C and its tables have is the catalogue's, so that no other language is without it."""
    lost = [(k, text) for k, text in keys if template.get(k, (None, None))[1] != text]
    ok(len(keys) > 10 and not lost, what, len(keys), lost[:5])


def licences(template):
    kinds = {"category": "vehicle", "code": "code"}
    same(template, [(f"{kinds[r[0]]}.{r[1]}", r[2]) for r in rows_of("data/licence/meanings.tsv")], "each category and code of a licence has its words")
    same(template, [(f"act.{r[0]}", r[1]) for r in rows_of("data/licence/offences.tsv")], "each class of offences has its words")
    told(template, "src/service/licence/advice.c", r"", lambda x: (f"licence.{x}", f"licence.do.{x}"), "each finding of a licence has its words, and what to do")


def told(template, source, between, keys, what):
    """A table of C whose rows are a word, a sentence and what to do: the English of the catalogue is the same."""
    string = r'"(?:[^"\\]|\\.)*"'
    table = (SOURCE / source).read_text(encoding="utf-8").split("\n};")[0]
    rows = re.findall(r'^    \{ "([\w-]+)", %s((?:\s*%s)+),((?:\s*%s)+) \},' % (between, string, string), table, re.M)
    text = lambda parts: "".join(json.loads(p) for p in re.findall(string, parts))
    lost = [(w, text(said), text(todo)) for w, said, todo in rows if [template.get(k, (None, None))[1] for k in keys(w)] != [text(said), text(todo)]]
    ok(len(rows) == len(re.findall(r'^    \{ "', table, re.M)) > 30 and not lost, what, len(rows), lost)


def names_alike(template):
    rules = re.findall(r'\[WHY_\w+\] = \{ "([\w-]+)", "([^"]+)" \}', (SOURCE / "src/names/explain.c").read_text(encoding="utf-8"))
    same(template, [(f"name-rule.{k}", text) for k, text in rules], "each reason why words of names are alike has its words")


def doctor(template):
    """What the doctor finds: the page and the command say the catalogue's words, which in English are its own."""
    told(template, "src/node/doctor_words.c", r"DOCTOR_[A-Z]+,", lambda x: (f"doctor.{x}", f"doctor.{x}.do"), "each finding of the doctor has its words")


def main():
    spoken_by_catalogues()
    template = {e[0]: e for e in entries(PO / "serai.pot") if e[0] is not None}
    licences(template)
    names_alike(template)
    doctor(template)
    languages = (PO / "LINGUAS").read_text().split()
    ok(len(template) > 1000 and all(e[1] for e in template.values()), "the template has an English text for each key")
    there = sorted(p.stem for p in PO.glob("*.po"))
    ok(set(languages) <= set(there) and "fa" in languages, "LINGUAS names catalogues that are there", languages, there)
    for language in there:
        sound(template, language, language in languages)
    with tempfile.TemporaryDirectory() as work:
        folder = pathlib.Path(work) / "node"
        code, out, err = serai("init", "--specimen", "--sign-in", "off", "--member", "KZ", "--listen", "127.0.0.1:0", folder)
        ok(code == 0, "a node", out, err)
        p = subprocess.Popen([SERAI, "serve", "--quiet", folder], stdout=subprocess.PIPE, text=True)
        try:
            url = re.search(r"http://[^\s/]+", p.stdout.readline()).group(0)
            english = fetched(url, "en")
            ok(all(english[k] == (e[1] if e[2] is None else {"one": e[1], "other": e[2]}) for k, e in template.items()) and
               len(english) == len(template), "en: the node offers the template")
            for language in languages:
                offered(url, template, language)
        finally:
            p.kill()
            p.wait()


main()
done()
