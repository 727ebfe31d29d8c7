#!/usr/bin/env python3
"""The legal officer's commands from outside: exit codes, places, JSON, and the language server over its pipe."""
import json
import os
import pathlib
import re
import subprocess
import tempfile

from tap import SERAI, SOURCE, done, ok, serai

work = pathlib.Path(tempfile.mkdtemp(prefix="serai-agreement-"))
ENV = {"SERAI_DATA": str(SOURCE)}
SAMPLES = sorted((SOURCE / "agreements").glob("*.agreement"))
TEXT = (SOURCE / "agreements/tutorial.agreement").read_text()


def run(*args):
    return serai("agreement", *args, env=ENV, timeout=120)


def kept(name, text):
    path = work / name
    path.write_text(text)
    return path


ok(len(SAMPLES) >= 5, "samples of different shapes", SAMPLES)
for sample in SAMPLES:
    code, out, err = run("check", sample)
    ok(code == 0 and "fault" not in err, f"{sample.name}: without fault, every example as it says", out, err)
    ok("illustrative" in sample.read_text().lower().split("\n")[0], f"{sample.name} says that it is illustrative")
    ok(run("format", "--check", sample)[0] == 0, f"{sample.name} is laid out")
    languages = set(re.findall(r"^\s+text ([a-z]{2})", sample.read_text(), flags=re.MULTILINE))
    ok(len(languages) >= 2, f"{sample.name}: wording in {', '.join(sorted(languages))}")

# Faults as editors read them.
faulty = kept("faulty.agreement", TEXT.replace("tourism, pilgrimage, treatment    30", "turism    30"))
code, out, err = run("check", faulty)
ok(code == 1 and re.search(r"^.*faulty\.agreement:54:5: fault: ", err, flags=re.MULTILINE), "FILE:LINE:COLUMN: what", err)
code, out, err = run("check", "--json", faulty)
ok(code == 1 and json.loads(out)["faults"][0]["line"] == 54, "the same as JSON", out)
for command in ("format", "explain", "coverage", "show"):
    code, out, err = run(command, faulty)
    ok(code == 1 and not out, f"{command} of a faulty text", out, err)
for args in (("diff", faulty), ("diff", faulty, work / "none"), ("what-if", faulty), ("explain",), ("coverage", faulty, "--suggest", "x"),
             ("what-if", SAMPLES[0], "--change", "article 99: work 3 days"), ("format", "--nonsense", faulty), ("lsp", "x"),
             ("explain", SAMPLES[0], "--case", "nobody")):
    code, out, err = run(*args)
    ok(code in (1, 2) and err and not out, f"{' '.join(map(str, args))[-60:]}: told what is wrong", code, out, err)

# Layout into the file.
rough = kept("rough.agreement", TEXT.replace("  when traveller", "  when    traveller").replace("30 days in any", "30   days in any"))
ok(run("format", "--check", rough)[0] == 1, "not laid out")
ok(run("format", "--write", rough)[0] == 0 and rough.read_text() == TEXT, "laid out into the file")

# Differences.
longer = kept("longer.agreement", TEXT.replace("treatment    30", "treatment    45"))
code, out, err = run("diff", "--json", SOURCE / "agreements/tutorial.agreement", longer)
said = json.loads(out)
affected = said["days"][0]["affected"]
ok(code == 1 and said["days"][0]["whole"] and len(affected) == 2 and {a["effect"] for a in affected} == {"gain"}, "who gains, as JSON", out)
ok({a["after"]["days"] for a in affected} == {45} and said["text"][0]["at"] == "article 2", "by how much, and where", out)
ok(run("diff", longer, longer)[0] == 0, "a text does not differ from itself")
code, out, err = run("what-if", "--json", SOURCE / "agreements/tutorial.agreement", longer, "--synthetic", "5000", "--seed", "7")
first = json.loads(out)
again = json.loads(run("what-if", "--json", SOURCE / "agreements/tutorial.agreement", longer, "--synthetic", "5000", "--seed", "7")[1])
ok(code == 1 and first["travellers"] == 5000 and first["admitted_after"] > first["admitted_before"], "a change tried", out)
ok({(a["who"], a["count"]) for a in first["affected"]} == {(a["who"], a["count"]) for a in again["affected"]}, "a seed gives the same people")
table = kept("people.csv", "traveller.nationality,travel.entering,travel.purpose,document.kind,document.result,document.expiry,stays,count\n"
             "PK,IR,treatment,passport,genuine,2030-01-01,none,40\nPK,IR,work,passport,genuine,2030-01-01,,2\n")
code, out, err = run("what-if", "--json", SOURCE / "agreements/tutorial.agreement", longer, "--on", "2027-03-01", "--population", table)
said = json.loads(out)
ok(said["travellers"] == 42 and said["affected"][0]["count"] == 40, "a table of travellers", out, err)
table.write_text("traveller.nationality,shoe size\nPK,42\n")
code, out, err = run("what-if", SOURCE / "agreements/tutorial.agreement", longer, "--population", table)
ok(code == 2 and "people.csv:1:" in err, "a table that names no fact", err)

# Why.
for language, word in (("en", "What would change this"), ("fa", "چه چیزی"), ("ru", "Что изменило бы"), ("tr", "Bunu ne değiştirirdi")):
    code, out, err = run("explain", SOURCE / "agreements/tutorial.agreement", "--example", "lines alone prove nothing", "--language", language)
    wording = re.search(rf'article 1 .*?text {language} "(.*?)"', TEXT, flags=re.DOTALL)[1]
    ok(code == 1 and word in out and wording in " ".join(out.split()), f"why, in {language}, with the wording quoted", out)
code, out, err = run("explain", "--json", SOURCE / "agreements/tutorial.agreement", "--case", "patient", "--fact", "document.result=forged")
ok(code == 1 and any("document.result genuine" in w for w in json.loads(out)["what_would_change"]), "what would change it, as JSON", out)
code, out, err = run("coverage", "--json", SOURCE / "agreements/tutorial.agreement")
ok(code == 1 and json.loads(out)["suggestions"], "what no example reaches, as JSON", out)

# Rules against each other.
conflict = kept("conflict.agreement", TEXT.replace("  except between AF and TM\n", "  except when travel.purpose is work\n    allow stay of 3 days per visit\n"
                "  except when document.kind is passport\n    allow stay of 5 days per visit\n"))
code, out, err = run("check", conflict)
ok("contradicts the exception in line" in err and "travel.purpose work" in err, "a contradiction, with a traveller for whom it is one", err)


# The language server.
class Server:
    def __init__(self):
        self.p = subprocess.Popen([str(SERAI), "agreement", "lsp"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env={**os.environ, **ENV})
        self.n = 0

    def send(self, **message):
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self.p.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        self.p.stdin.flush()

    def read(self):
        length = 0
        while (line := self.p.stdout.readline().strip()):
            length = int(line.split(b":")[1])
        return json.loads(self.p.stdout.read(length))

    def ask(self, method, **params):
        self.n += 1
        self.send(id=self.n, method=method, params=params)
        return self.read()["result"]


server = Server()
capabilities = server.ask("initialize", processId=None, rootUri=None, capabilities={})["capabilities"]
ok(capabilities["hoverProvider"] and capabilities["documentFormattingProvider"], "what the server can do", capabilities)
document = {"uri": "file:///mine.agreement"}
server.send(method="initialized", params={})
server.send(method="textDocument/didOpen", params={"textDocument": {**document, "languageId": "agreement", "version": 1, "text": faulty.read_text()}})
told = server.read()
found = told["params"]["diagnostics"]
ok(told["method"] == "textDocument/publishDiagnostics" and found[0]["range"]["start"] == {"line": 53, "character": 4} and found[0]["severity"] == 1,
   "a fault where it stands", found)
server.send(method="textDocument/didChange", params={"textDocument": {**document, "version": 2}, "contentChanges": [{"text": TEXT}]})
ok(server.read()["params"]["diagnostics"] == [], "corrected")
server.send(method="textDocument/didChange",
            params={"textDocument": {**document, "version": 3}, "contentChanges": [{"text": TEXT.replace("1 day left", "2 days left")}]})
found = server.read()["params"]["diagnostics"]
ok(len(found) == 1 and "expected 2 days left, got 1" in found[0]["message"], "an example that fails", found)
server.send(method="textDocument/didChange", params={"textDocument": {**document, "version": 4}, "contentChanges": [{"text": rough.read_text() + "\n\n\n"}]})
server.read()
lines = TEXT.splitlines()


def at(needle, inside=1):
    line = next(n for n, text in enumerate(lines) if needle in text)
    return {"textDocument": document, "position": {"line": line, "character": lines[line].index(needle) + inside}}


ok("passport" in server.ask("textDocument/hover", **at("document.kind in"))["contents"]["value"], "a fact under the cursor, with its words")
ok("define traveller comes home" in server.ask("textDocument/hover", **at("not traveller comes home", 8))["contents"]["value"], "a defined phrase")
ok("Гражданин" in server.ask("textDocument/hover", **at("allow stay by"))["contents"]["value"], "the wording of the article, in all languages")
items = [i["label"] for i in server.ask("textDocument/completion", **at("document.kind is passport", len("document.kind is ")))]
ok(items[0] == "passport" and "travel.purpose" in items and "traveller comes home" in items, "words of the fact, facts, phrases", items[:5])
place = server.ask("textDocument/definition", **at("not traveller comes home", 8))
ok(lines[place["range"]["start"]["line"]].startswith("define traveller comes home"), "where a phrase is defined", place)
place = server.ask("textDocument/definition", **at('given as "patient"', 12))
ok(lines[place["range"]["start"]["line"]].startswith('case "patient"'), "where a case is", place)
place = server.ask("textDocument/definition", **at("tourism, pilgrimage, treatment  ", 2))
ok(lines[place["range"]["start"]["line"]].startswith("words for travel.purpose"), "where a word is declared", place)
edits = server.ask("textDocument/formatting", textDocument=document, options={"tabSize": 2, "insertSpaces": True})
ok(edits[0]["newText"] == TEXT, "laid out")
server.send(id=99, method="textDocument/rename", params={})
ok(server.read()["error"]["code"] == -32601, "what it cannot do it says")
server.send(method="textDocument/didClose", params={"textDocument": document})
ok(server.read()["params"]["diagnostics"] == [], "closed")
ok(server.ask("shutdown") is None, "shut down")
server.send(method="exit")
ok(server.p.wait(10) == 0, "and gone")

# What editors and people find.
code, out, err = run("--help")
ok(all(len(line) <= 100 for line in out.splitlines()), "help within 100 columns")
for word in ("check", "show", "decide", "explain", "coverage", "diff", "what-if", "format", "lsp"):
    ok(f"serai agreement {word}" in out, f"help names {word}")
json.loads((SOURCE / "editor/vscode/syntaxes/agreement.tmLanguage.json").read_text())
done()
