"""A reader of CSAF providers and aggregators written from the clauses of the standard alone, against what Serai publishes."""
import csv
import datetime
import hashlib
import json
import pathlib
import re
import subprocess
import tempfile
import urllib.parse

from interop import chance, need, tap
from tap import ok, serai

need("gpg", "gpgv")
LABELS = {"white": "WHITE", "green": "GREEN", "unlabeled": None, "amber": "AMBER", "red": "RED"}


def document(number, label):
    day = chance.randint(1, 28)
    return {"document": {
        "category": "csaf_base", "csaf_version": "2.0", "lang": "en", "title": f"SPECIMEN {number}",
        **({"distribution": {"tlp": {"label": label}}} if label else {}),
        "publisher": {"category": "coordinator", "name": "SPECIMEN", "namespace": "https://specimen.example"},
        "tracking": {"current_release_date": f"2026-03-{day:02}T00:00:00Z", "id": f"SA {number}/{chance.choice('aXy')}",
                     "initial_release_date": f"{chance.choice((2025, 2026))}-01-01T00:00:00Z", "status": "final", "version": "1",
                     "revision_history": [{"date": "2025-01-01T00:00:00Z", "number": "1", "summary": "s"}]}}}


def instant(text):
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))


class Reader:
    """Follows addresses to files below one folder; every fault has its clause."""

    def __init__(self, folder, base, rings):
        self.folder, self.base, self.rings, self.faults = folder, base, rings, []

    def fault(self, clause, *what):
        self.faults.append((clause, *what))

    def file(self, url):
        parts = urllib.parse.urlsplit(url)
        if parts.scheme != "https" or not url.startswith(self.base):
            self.fault("7.1.3", url)
            return None
        path = self.folder / url[len(self.base):].lstrip("/")
        if not path.is_file():
            self.fault("link", url)
            return None
        return path

    def signed(self, path, sig):
        return any(subprocess.run(["gpgv", "--keyring", r, sig, path], capture_output=True).returncode == 0 for r in self.rings)

    def document(self, url, links, label):
        path = self.file(url)
        if not path:
            return
        body = path.read_bytes()
        hashes = [x["href"] for x in links if x["rel"] == "hash"]
        for href in hashes:
            kind = href.rsplit(".", 1)[1]
            said = re.match(r"[0-9a-fA-F]+", self.file(href).read_text())[0].lower()
            if kind not in ("sha256", "sha512") or hashlib.new(kind, body).hexdigest() != said:
                self.fault("7.1.18", href)
        signatures = [x["href"] for x in links if x["rel"] == "signature"]
        if not hashes:
            self.fault("7.1.18", url)
        if len(signatures) != 1 or not self.signed(path, self.file(signatures[0])):
            self.fault("7.1.19", url)
        d = json.loads(body)["document"]
        name = re.sub(r"[^+\-a-z0-9]+", "_", d["tracking"]["id"].lower()) + ".json"
        if path.name != name:
            self.fault("5.1", path.name, name)
        if path.parent.name != d["tracking"]["initial_release_date"][:4]:
            self.fault("7.1.11", url)
        if d.get("distribution", {}).get("tlp", {}).get("label") != label:
            self.fault("7.1.5", url, label)

    def provider(self, url):
        path = self.file(url)
        metadata = json.loads(path.read_text())
        for member in ("canonical_url", "last_updated", "list_on_CSAF_aggregators", "metadata_version", "mirror_on_CSAF_aggregators", "publisher", "role"):
            if member not in metadata:
                self.fault("7.1.7", member)
        if metadata["canonical_url"] != url:
            self.fault("7.1.7", metadata["canonical_url"])
        found = {}
        for place in metadata["distributions"]:
            for feed in place.get("rolie", {}).get("feeds", ()):
                label = None if feed["tlp_label"] == "UNLABELED" else feed["tlp_label"]
                for entry in json.loads(self.file(feed["url"]).read_text())["feed"]["entry"]:
                    found[entry["content"]["src"]] = entry["updated"]
                    self.document(entry["content"]["src"], entry["link"], label)
        for place in metadata["distributions"]:
            if "directory_url" not in place:
                continue
            here = place["directory_url"]
            index = self.file(here + "index.txt").read_text().split()
            rows = list(csv.reader(self.file(here + "changes.csv").read_text().splitlines()))
            times = [instant(r[1]) for r in rows]
            if sorted(index) != sorted(r[0] for r in rows) or times != sorted(times, reverse=True):
                self.fault("7.1.13", here)
            if {here + n for n in index} != {u for u in found if u.startswith(here)}:
                self.fault("7.1.12", here)
        listed = {str(self.folder / u[len(self.base):].lstrip("/")) for u in found}
        there = {str(p) for p in path.parent.rglob("*.json") if re.fullmatch(r"\d{4}", p.parent.name)}
        if listed != there:
            self.fault("7.1.15", listed ^ there)
        return metadata, found

    def aggregator(self):
        listed = json.loads((self.folder / "aggregator.json").read_text())
        if listed["canonical_url"] != self.base + "/aggregator.json" or listed["aggregator_version"] != "2.0" or (self.folder / "provider-metadata.json").exists():
            self.fault("7.1.21", listed["canonical_url"])
        everybody = listed["csaf_providers"] + listed.get("csaf_publishers", [])
        if len({json.dumps(p["metadata"]["publisher"], sort_keys=True) for p in everybody}) < 2:
            self.fault("7.1.22")
        own = [m for p in everybody for m in p.get("mirrors", ()) if m.startswith(self.base)]
        if listed["aggregator"]["category"] == "aggregator" and len(own) < 2:
            self.fault("7.2.5", own)
        total = 0
        for p in everybody:
            for url in p.get("mirrors", ()):
                metadata, found = self.provider(url)
                total += len(found)
                if metadata["publisher"] != p["metadata"]["publisher"] or any("/protected/" in u for u in found):
                    self.fault("7.1.23", url)
        return total


def key(work, name):
    home, ring = work / name, work / f"{name}.gpg"
    home.mkdir(mode=0o700)
    subprocess.run(["gpg", "--homedir", home, "--batch", "--passphrase", "", "--quick-generate-key", f"SPECIMEN <{name}@specimen.example>", "ed25519",
                    "sign", "never"], check=True, capture_output=True)
    ring.write_bytes(subprocess.run(["gpg", "--homedir", home, "--export"], check=True, capture_output=True).stdout)
    return home, ring


def run(work):
    sources, rings, homes = [], [], []
    for name in ("one", "two"):
        home, ring = key(work, name)
        homes.append(home)
        rings.append(ring)
        base = f"https://{name}.specimen.example/.well-known/csaf"
        settings = work / f"{name}.json"
        settings.write_text(json.dumps({"url": base, "contact": "mailto:cert@specimen.example", "publisher": {
            "category": "coordinator", "name": f"SPECIMEN {name}", "namespace": f"https://{name}.specimen.example"}}))
        files = []
        for i, label in enumerate((*LABELS.values(), "WHITE", "WHITE", "GREEN")):
            files.append(work / f"{name}{i}.json")
            files[-1].write_text(json.dumps(document(i, label)))
        done = serai("advisory", "publish", "--out", work / f"{name}.site", "--provider", settings, "--sign-key", f"{name}@specimen.example",
                     "--gpg-home", home, *files)
        reader = Reader(work / f"{name}.site", base, [ring])
        _, found = reader.provider(base + "/provider-metadata.json")
        ok(done[0] == 0 and len(found) == 8 and not reader.faults, f"provider {name}: every document is found and proved", done, reader.faults)
        sources.append({"from": str(work / f"{name}.site"), "keyring": str(ring)})
    home, ring = key(work, "bloc")
    homes.append(home)
    base = "https://bloc.example/.well-known/csaf-aggregator"
    (work / "bloc.json").write_text(json.dumps({
        "aggregator": {"category": "aggregator", "name": "SPECIMEN bloc", "namespace": "https://bloc.example"}, "url": base, "out": str(work / "all"),
        "sign_key": "bloc@specimen.example", "gpg_home": str(home), "sources": sources}))
    done = serai("advisory", "aggregate", "--config", work / "bloc.json")
    reader = Reader(work / "all", base, rings)
    total = reader.aggregator()
    ok(done[0] == 0 and total == 12 and not reader.faults, "aggregator: every mirrored document is found and proved by its issuer's key", done, total, reader.faults)
    victim = next((work / "all").glob("specimen-one/white/*/*.json"))
    victim.write_bytes(victim.read_bytes() + b" ")
    reader = Reader(work / "all", base, rings)
    reader.aggregator()
    ok({f[0] for f in reader.faults} == {"7.1.18", "7.1.19"}, "and this reader does find faults", reader.faults)
    for h in homes:
        subprocess.run(["gpgconf", "--homedir", h, "--kill", "all"], capture_output=True)


with tempfile.TemporaryDirectory(dir="/tmp") as name:
    run(pathlib.Path(name))
tap.done()
