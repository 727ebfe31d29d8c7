#!/usr/bin/env python3
"""The command line in every language: the catalogues that LINGUAS names are whole, all are sound, the locale chooses, and what programs read stays as it is."""
import concurrent.futures
import json
import os
import pathlib
import re
import signal
import subprocess
import tempfile
import urllib.error
import urllib.request

from tap import SERAI, SOURCE, done, ok, serai

HOME = SOURCE / "po/command"
LANGUAGES = (HOME / "LINGUAS").read_text().split()
WIDEST = 110  # of a line of help, in signs: a terminal of 100 columns and a little
OPTION = re.compile(r"(?<![A-Za-z0-9-])--[a-z][a-z-]+")


def in_language(language, **more):
    return {"LC_ALL": "", "LC_MESSAGES": "", "LANGUAGE": "", "LANG": language, **more}


def run(*command):
    r = subprocess.run([str(c) for c in command], capture_output=True, text=True, cwd=SOURCE)
    return r.returncode, r.stdout, r.stderr


def catalogues():
    code, out, err = run("tools/command-words", "--check")
    ok(code == 0, "serai.pot is what the sources say", out, err)
    ok(LANGUAGES and set(LANGUAGES) <= {p.stem for p in HOME.glob("*.po")} == set((SOURCE / "po/LINGUAS").read_text().split()), "each language of the console has a catalogue")
    for po in sorted(HOME.glob("*.po")):
        language = po.stem
        code, out, err = run("msgfmt", "--check", "--check-format", "--output-file=/dev/null", po)
        ok(code == 0, f"{language}: sound, and every %s where it was", err)
        head = po.read_text().split("\n\n", 1)[0]
        ok("X-Native-Reader: " in head and "X-Direction: " in head, f"{language}: says whether a native reader has seen it", head)
        if language not in LANGUAGES:
            continue
        for what, option in (("untranslated", "--untranslated"), ("fuzzy", "--only-fuzzy"), ("obsolete", "--only-obsolete")):
            code, out, err = run("msgattrib", option, po)
            ok(code == 0 and "msgid" not in out.split("\n\n", 1)[-1], f"{language}: nothing {what}", out[-600:], err)
        code, out, err = run("msgcmp", po, HOME / "serai.pot")
        ok(code == 0, f"{language}: every text is there as it is said now", err[-600:])


def locales():
    english, russian = serai("store", env=in_language(""))[2], serai("store", env=in_language("ru_KZ.UTF-8"))[2]
    ok("status, check, expire or backup expected" in english, "no locale: English", english)
    ok(russian != english and re.search(r"[\u0400-\u04ff]", russian), "LANG=ru_KZ.UTF-8, which need not be installed: Russian", russian)
    ok(serai("store", env=in_language("fa_AF"))[2] == serai("store", env=in_language("fa", LANGUAGE="prs:fa"))[2], "fa_AF: Dari, else Persian")
    ok(serai("store", env=in_language("", LANGUAGE="ru"))[2] == serai("store", env=in_language("ru_RU.UTF-8"))[2] != english, "LANGUAGE alone is enough")
    ok(serai("store", env=in_language("en_GB.UTF-8", LANGUAGE="xx:tr"))[2] == serai("store", env=in_language("tr"))[2], "LANGUAGE says which next")
    said = serai("mrz", "parse", "/none", env=in_language("ru"))[2]
    ok("Net takogo" not in said, "nothing of it is spelled out in Latin letters", said)
    ok(serai("store", env=in_language("ru", LC_ALL="C"))[2] == english, "LC_ALL=C: English")
    for strange in ("xx_YY.UTF-8", "../../../../etc", "tr/../ru", "%s%n%s", "f" * 5000):
        code, out, err = serai("store", env=in_language(strange))
        ok((code, err) == (2, english), f"a locale that is none: English: {strange[:20]}", code, err[:300])


def help_of(command, language):
    code, out, err = serai(command, "--help", env=in_language(language))
    return code, out + err


def helps():
    overview = serai("--help", env=in_language(""))[1]
    commands = re.findall(r"^  ([a-z]+) +\S", overview.split("Try:")[0], re.M)
    ok(len(commands) > 30, "the overview has the commands", overview)
    english = {c: help_of(c, "")[1] for c in commands}
    for language in LANGUAGES:
        code, out, err = serai("--help", env=in_language(language))
        names = re.findall(r"^  ([a-z]+) +\S", out, re.M)
        ok(code == 0 and [n for n in names if n in commands] == commands and out != overview, f"{language}: the overview, with the same commands", out)
        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            got = dict(zip(commands, pool.map(lambda c: help_of(c, language), commands)))
        same = [c for c in commands if got[c][1] == english[c]]
        ok(not same, f"{language}: the help of every command is another than the English one", same)
        bad = [c for c in commands if got[c][0] != 0]
        ok(not bad, f"{language}: and is given", bad)
        lost = {c: sorted(set(OPTION.findall(english[c])) - set(OPTION.findall(got[c][1]))) for c in commands}
        ok(not any(lost.values()), f"{language}: no option is lost", {c: v for c, v in lost.items() if v})
        wide = {c: line for c in commands for line in got[c][1].splitlines() if len(line) > max(WIDEST, *map(len, english[c].splitlines()))}
        ok(not wide, f"{language}: no line runs over", list(wide.items())[:4])


def agreements():
    """The reader's language where none is asked for; a program is told the same everywhere."""
    explain = ("agreement", "explain", SOURCE / "agreements/eco.agreement")
    for language in ("ru", "fa", "tr", "uz"):
        env = in_language(language)
        said = serai(*explain, env=env)
        ok(said[:2] == serai(*explain, "--language", language, env=in_language(language))[:2] != serai(*explain, env=in_language(""))[:2], f"a verdict is explained in {language}", said)
        ok(serai(*explain, "--json", env=env) == serai(*explain, "--json", env=in_language("")), f"with --json it is the same in {language}")
    journey = ("need", "--agreement", SOURCE / "agreements/eco.agreement", "--nationality", "PK", "--route", "IR,2027-03-01,2027-03-20", "--purpose", "tourism")
    said = serai(*journey, env=in_language("tr"))[1]
    ok("makamlara kayıt yaptırmak" in said and said == serai(*journey, "--language", "tr", env=in_language("ru"))[1], "what a journey needs, duties in the agreement's own wording", said)
    shown = serai("agreement", "show", SOURCE / "agreements/eco.agreement", env=in_language("ru"))[1]
    ok(shown.startswith("О поездках"), "an agreement is shown with its Russian wording", shown[:200])
    ok(serai("agreement", "show", "--language", "en", SOURCE / "agreements/eco.agreement", env=in_language("ru"))[1].startswith("Travel"), "or as asked")


def faults(folder):
    file = folder / "faulty.agreement"
    file.write_text('agreement "X" version 1\nparties AF IR\narticle 1 "A"\n  allow stay of 5\n  foo\n', encoding="utf-8")
    english = serai("agreement", "check", file, env=in_language(""))[2]
    ok(":4:18: " in english and 'expected "day", found the end of the line' in english, "a fault of an agreement, in English", english)
    for language in LANGUAGES:
        lines = serai("agreement", "check", file, env=in_language("", LANGUAGE=language))[2].splitlines()
        plain = len(lines) == len(english.splitlines()) and all(a.split(" ", 1)[0] == b.split(" ", 1)[0] for a, b in zip(lines, english.splitlines()))
        ok(plain and '"day"' in lines[0] and "expected" not in lines[0] and "end of the line" not in lines[0],
           f"{language}: the same places, keywords as they are written, the rest in the reader's words", "\n".join(lines))
    told = [serai("agreement", "check", "--json", file, env=in_language("", LANGUAGE=language))[1] for language in ("", "ru", "fa")]
    ok("found the end of the line" in told[0] and told[0] == told[1] == told[2], "for programs as ever", *told)


def programs(folder):
    line = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10\n"
    for args in (("mrz", "parse", "--json"), ("inspect", "--json", "-")):
        plain = serai(*args, stdin=line.encode(), env=in_language(""))
        for language in LANGUAGES[:2]:
            said = serai(*args, stdin=line.encode(), env=in_language(language))
            ok(said == plain and json.loads(said[1].splitlines()[0]), f"serai {' '.join(args)} is the same in {language}", said, plain)
    playbook = folder / "playbook.json"
    playbook.write_text('{"type": "playbook"}')
    plain = serai("playbook", "check", "--json", playbook, env=in_language(""))
    for language in LANGUAGES:
        said = serai("playbook", "check", "--json", playbook, env=in_language(language))
        ok(said == plain and json.loads(said[1])[0]["result"], f"a playbook's result is the same in {language}", said, plain)
    for language in ("", LANGUAGES[0]):
        code, out, err = serai("init", "--specimen", "--sign-in", "off", "--member", "IR", "--listen", "127.0.0.1:0", folder / f"node{language}", env=in_language(language))
        ok(code == 0, f"a node is made, in {language or 'English'}", err)
    confs = [(folder / f"node{x}/node.conf").read_text() for x in ("", LANGUAGES[0])]
    keep = [[line.split("=")[0] for line in c.splitlines() if line and line[0] != "#"] for c in confs]
    ok(keep[0] == keep[1], "its configuration has no words of a language", keep)


def node(folder):
    """What a node answers is for many readers: English, and codes, whatever its operator speaks."""
    said = {}
    for language in ("", LANGUAGES[0]):
        env = in_language(language)
        p = subprocess.Popen([SERAI, "serve", folder / "node"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env={**os.environ, **env})
        try:
            base = None
            for line in p.stdout:
                if m := re.search(r"http://127\.0\.0\.1:\d+", line):
                    base = m.group()
                    break
            request = urllib.request.Request(f"{base}/v1/check", b'{"id": 7}', {"Content-Type": "application/json"})
            try:
                urllib.request.urlopen(request, timeout=30)
                said[language] = None
            except urllib.error.HTTPError as e:
                said[language] = json.loads(e.read())
        finally:
            p.send_signal(signal.SIGTERM)
            p.communicate(timeout=60)
    ok(said[""] and said[""] == said[LANGUAGES[0]], "a node's answer is the same", said)


catalogues()
locales()
helps()
agreements()
with tempfile.TemporaryDirectory() as d:
    faults(pathlib.Path(d))
    programs(pathlib.Path(d))
    node(pathlib.Path(d))
done()
