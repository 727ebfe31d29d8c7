#!/usr/bin/env python3
"""The catalogues of po/: those that LINGUAS names are whole; all are sound for gettext's own programs; a node offers them as they stand."""
import ast
import gettext
import io
import json
import pathlib
import re
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


def main():
    template = {e[0]: e for e in entries(PO / "serai.pot") if e[0] is not None}
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
