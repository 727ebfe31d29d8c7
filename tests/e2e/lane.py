#!/usr/bin/env python3
"""The console in a browser: a node with a visa and chips to check, then tests/e2e/lane/*.mjs.

With SERAI_PICTURES set to a folder, screenshots are left there; tools/pictures makes those of the documentation so."""
import base64
import hashlib
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile

import chips
import cyber_desks_node
import cyber_drills_node
import cyber_node
from browser_tools import browser_tools
from tap import BUILD, SERAI, SOURCE, VECTORS, done, noon_zone, serai, skip

page = sys.argv[1] if len(sys.argv) > 1 else "lane.mjs"
work = pathlib.Path(tempfile.mkdtemp(prefix="serai-lane-"))
LINES = "P<KAZSPECIMEN<<AIGERIM<<<<<<<<<<<<<<<<<<<<<<\nN123456785KAZ9005145F3105135<<<<<<<<<<<<<<<2"
LANGUAGES = " ".join(["en", *(SOURCE / "po/LINGUAS").read_text().split()]) if page == "pages.mjs" else "en fa ru tr"
MISREAD = LINES.replace("9005145F", "9OO5145F")


def must(*args):
    code, out, err = serai(*args)
    if code:
        sys.exit(f"serai {' '.join(map(str, args))}: {err}")


def offline():
    """What tests/e2e/lane/offline.mjs verifies in the browser: facts that were typed in, then licences of the shared vectors."""
    requests = [{"at": "2026-09-15T12:00:00Z", "typed": {"issuer": "KZ", "number": "SPECIMEN", "categories": ["B"]}}]
    results, anchors, root = [], [], VECTORS / "licence"
    for name, result in (("000-ok", "genuine"), ("409-value-changed", "forged DIGEST_MISMATCH"), ("212-sig-flip", "forged COSE_SIG"),
                         ("311-ds-untrusted", "no-anchor CERT_UNTRUSTED"), ("420-expired", "expired MSO_EXPIRED"),
                         ("504-devkey-offcurve", "forged DEVICE_KEY"), ("010-ok-brainpool256", "undetermined KEY_UNSUPPORTED")):
        if not root.exists():
            break
        case = next(c for c in json.loads((root / "bad/index.json").read_text())["cases"] if c["id"] == name)
        session = case["transcript_hex"] and base64.b64encode(bytes.fromhex(case["transcript_hex"])).decode()
        requests.append({"at": case["now"], **({"session": session} if session else {}),
                         "base64": base64.b64encode((root / case["file"]).read_bytes()).decode()})
        anchors += [{"der": base64.b64encode((root / a).read_bytes()).decode(), "state": "KZ"} for a in case["anchors"]]
        results.append(result)
    return {"requests": requests, "results": results,
            "pack": {"member": "IR", "at": "2026-01-01T00:00:00Z", "expires": "2099-01-01T00:00:00Z", "anchors": anchors,
                     "agreement": {"text": (SOURCE / "agreements/eco.agreement").read_text()}}}


if not (shutil.which("npm") and shutil.which("node") and pathlib.Path("/usr/bin/chromium").exists()):
    skip("lane", "needs npm, node and chromium")
    done()
tools = browser_tools()
if not tools:
    skip("lane", "needs the npm packages of tests/e2e/lane, which cannot be installed now")
    done()
(work / "passport.txt").write_text(LINES + "\n")
for member in ("kz", "ir"):
    must("init", "--specimen", "--sign-in", "required" if page == "signin.mjs" else "off", "--member", member.upper(), "--listen", "127.0.0.1:0", "--languages", LANGUAGES, work / member)
must("trust", "import", "--node", work / "ir", work / "kz/country.der", work / "kz/signer.der")
must("issue", "--node", work / "kz", "--passport", work / "passport.txt", "--purpose", "pilgrimage", "--entries", "0",
     "--out", work / "visa")
signer = chips.Signer(work / "kz", work)
good = signer.read_out(LINES)
must("init", "--specimen", "--sign-in", "off", "--member", "TR", "--listen", "127.0.0.1:0", work / "tr")
read_outs = {
    "good": good,
    "stranger": chips.Signer(work / "tr", work).read_out(LINES.replace("KAZ", "TUR").replace("P<KAZ", "P<TUR")),
    "picture": {**good, "DG2.bin": good["DG2.bin"][:-3] + b"\x00\xff\xd9"},
    "nosod": {k: v for k, v in good.items() if k != "EF_SOD.bin"},
    "broken": {**good, "EF_SOD.bin": chips.tlv("77", good["EF_SOD.bin"][20:400])},
    "jp2": signer.read_out(LINES, b"\xff\x4f\xff\x51" + bytes(200), 1),
}
(work / "portrait.jpg").write_bytes(chips.picture())
codes = {}
for name, content in {"engagement": "mdoc:owBjMS4wAYIB2BhYS6QBAiABIVggWojRgrzl9C76WZP35RoCFb-SPJq2o9Bp",
                      "card": "@\n\x1e\rANSI 636099100001DL00310028DLDAQSPECIMEN42\nDCSSPECIMEN\r"}.items():
    (work / f"{name}.bin").write_bytes(content.encode())
    must("barcode", "draw", "--format", "qr", "--module", "6", work / f"{name}.bin", "-o", work / f"{name}.png")
    codes[name] = str(work / f"{name}.png")
paths = {}
for name, files in read_outs.items():
    folder = chips.write(work / f"chip {name}", files)
    paths[name] = {f: str(folder / f) for f in files}
# Posts: slots that are given at once (the first draw was long ago), slots that are drawn, and two days of counts.
(work / "ir/posts").write_text(f"""draw 30
gather 1
post sarakhs
  name en Sarakhs
  name fa سرخس
  zone {noon_zone()}
  neighbour TM serahs
  at 36.54 61.16
  gate exit lorry
    capacity 4
    kept 50
    lead 30
    early 1440
    late 1440
  gate exit car
    capacity 20
    lead 30
""")
with open(work / "ir/node.conf", "a") as conf:
    conf.write("post-file = posts\n")
if page == "slots.mjs":
    from datetime import datetime, timedelta, timezone
    for hours in range(23, -1, -1):
        at = (datetime.now(timezone.utc) - timedelta(hours=hours)).strftime("%Y-%m-%dT%H:%M:%SZ")
        must("wait", "count", "--node", work / "ir", "sarakhs/exit/lorry", "--arrived", "5", "--gone", "4", "--at", at)
if page == "screen.mjs":
    (work / "list.jsonl").write_text("".join(json.dumps(e) + "\n" for e in (
        {"id": "S-1", "schema": "Person", "properties": {"name": ["Qasym Specimenuly"], "birthDate": ["1970-03-01"], "nationality": ["kz"], "passportNumber": ["N 0000001"]}},
        {"id": "S-2", "schema": "Company", "properties": {"name": ["Obrazets Trading LLP"], "leiCode": ["529900T8BM49AURSDO55"]}})))
    must("list", "import", work / "list.jsonl", "--as", "specimen", "--node", work / "ir", "--purpose", "border", "--basis", "SPECIMEN law 12", "--by", "o-17")
home = work / "ir"
peer, desks = None, {}
if page in ("cyber.mjs", "cyber_desks.mjs", "cyber_drills.mjs", "roles_members.mjs"):
    home = cyber_node.make(work)
if page == "cyber_maturity.mjs":
    home = cyber_node.desk(work)
node = subprocess.Popen([SERAI, "serve", "--quiet", home], stdout=subprocess.PIPE, text=True,
                        env={**os.environ, "SERAI_DATA": str(SOURCE)})
try:
    url = node.stdout.readline().strip()
    link = node.stdout.readline().partition("#")[2].strip() if page == "signin.mjs" else ""
    if page in ("cyber.mjs", "cyber_desks.mjs", "roles_members.mjs"):
        cyber_node.fill(url)
    if page == "cyber_desks.mjs":
        peer, peer_url = cyber_desks_node.other(work)
        desks = {"peer": peer_url, "files": cyber_desks_node.fill(work, url, peer_url)}
    if page == "cyber_maturity.mjs":
        cyber_node.expose(url)
    if page == "cyber_drills.mjs":
        peer, peer_url = cyber_desks_node.other(work)
        desks = cyber_drills_node.fill(work, url, peer_url)
    given = {"url": url, "link": link, "serai": str(SERAI), "node": str(home), "languages": LANGUAGES.split(), "lines": LINES, "misread": MISREAD, "picture": str(work / "visa.png"), "work": str(work),
             "web": str(SOURCE / "web"), "chips": paths, "pictures": os.environ.get("SERAI_PICTURES"),
             "kept": str(BUILD / "pictures-of-roles"),
             "portrait": str(work / "portrait.jpg"), "codes": codes, "desks": desks, "offline": offline(), "otherLines": LINES.replace("AIGERIM", "AIGERIX"),
             "anchor": hashlib.sha256((work / "kz/country.der").read_bytes()).hexdigest()}
    (work / "given.json").write_text(json.dumps(given))
    ran = subprocess.run(["node", page, work / "given.json"], cwd=tools)
    code = ran.returncode
finally:
    for p in filter(None, (peer, node)):
        p.send_signal(signal.SIGTERM)
        p.wait(60)
    shutil.rmtree(work)
sys.exit(code)
