#!/usr/bin/env python3
"""How answers of a node are delivered: packed, kept or not kept, and under which policy; and what each page weighs."""
import gzip
import json
import os
import pathlib
import re
import subprocess
import tempfile
import urllib.error
import urllib.request

from tap import SERAI, SOURCE, done, ok, serai

MOST = 150_000
work = pathlib.Path(tempfile.mkdtemp(prefix="serai-delivery-"))
code, out, err = serai("init", "--specimen", "--sign-in", "off", "--member", "IR", "--agreement", SOURCE / "agreements/eco.agreement", "--listen", "127.0.0.1:0", work / "ir",
                       env={"SERAI_DATA": str(SOURCE)})
ok(code == 0, "a node", err)
node = subprocess.Popen([SERAI, "serve", "--quiet", work / "ir"], stdout=subprocess.PIPE, text=True,
                        env={**os.environ, "SERAI_DATA": str(SOURCE)})
url = re.search(r"http://[0-9.:]+", node.stdout.readline()).group(0)


def get(path, coding=None, **headers):
    """(status, headers, bytes as sent)."""
    ask = urllib.request.Request(url + path, headers={**({"Accept-Encoding": coding} if coding else {}), **headers})
    try:
        with urllib.request.urlopen(ask, timeout=60) as answer:
            return answer.status, answer.headers, answer.read()
    except urllib.error.HTTPError as e:
        return e.code, e.headers, e.read()


try:
    # ---- packed ----
    plain, zipped, zstd = get("/lane.js"), get("/lane.js", "gzip, br"), get("/lane.js", "gzip, deflate, br, zstd")
    ok(plain[1]["Content-Encoding"] is None and plain[2] == (SOURCE / "web/lane.js").read_bytes(), "who takes no coding gets the file")
    ok(zipped[1]["Content-Encoding"] == "gzip" and gzip.decompress(zipped[2]) == plain[2], "gzip holds the same file")
    ok(zstd[1]["Content-Encoding"] == "zstd" and len(zstd[2]) < len(plain[2]) / 2, "zstd is taken before gzip")
    ok(all(a[1]["Vary"] == "Accept-Encoding" for a in (plain, zipped, zstd)), "and caches are told so")
    tag = zstd[1]["ETag"]
    again = get("/lane.js", "gzip, deflate, br, zstd", **{"If-None-Match": tag})
    ok(again[0] == 304 and not again[2] and again[1]["ETag"] == tag and not again[1]["Content-Encoding"], "unchanged: 304 without a body", again)
    ok(get("/lane.js", "gzip;q=0")[1]["Content-Encoding"] is None, "a coding of no weight is not used")
    words = get("/v1/agreement", "gzip")
    ok(words[1]["Content-Encoding"] == "gzip" and json.loads(gzip.decompress(words[2])) == json.loads(get("/v1/agreement")[2]),
       "the agreement is packed on the way")
    ok(get("/v1/health", "gzip")[1]["Content-Encoding"] is None, "a short answer is not")

    # ---- kept or not: every GET of the interface ----
    api = json.loads((SOURCE / "web/openapi.json").read_text())
    SHARED = {"/v1/agreement", "/v1/agreement/text", "/v1/agreement/bound", "/v1/trust", "/v1/trust/acts", "/v1/words", "/v1/licence/pack", "/v1/notices/kinds",
              "/v1/posts", "/openapi.json"}
    KEPT = {"/openapi.json", "/v1/trust/acts", "/v1/licence/pack"}
    kept, packed, loose = [], [], []
    for path in (p for p, operations in api["paths"].items() if "get" in operations and p != "/v1/events"):  # that one does not end
        status, head, _ = get(re.sub(r"\{[^}]*\}", "x", path), "gzip, zstd")
        if path not in KEPT and head["Cache-Control"] != "no-store":
            kept.append((path, status, head["Cache-Control"]))
        if path not in SHARED and (head["Content-Encoding"] or head["Vary"]):
            packed.append(path)
        if (head["X-Content-Type-Options"], head["Referrer-Policy"], head["Cross-Origin-Resource-Policy"]) != ("nosniff", "no-referrer", "same-origin"):
            loose.append(path)
    ok(not kept, "no answer is kept but those that are the same for everybody", kept)
    ok(not packed, "no answer is packed but those", packed)
    ok(not loose, "all say: nosniff, no-referrer, same-origin", loose)

    # ---- pages: policy, nothing inline, nothing from elsewhere, weight ----
    pages = sorted((SOURCE / "web").glob("*.html"))
    catalogue = max(len(get(f"/i18n/{l}.json", "zstd")[2]) for l in ["en", *(SOURCE / "po/LINGUAS").read_text().split()])
    for file in pages:
        path = "/" if file.name == "lane.html" else f"/{file.name}"
        status, head, _ = get(path, "zstd")
        html = get(path)[2].decode()
        policy = dict(d.strip().split(" ", 1) for d in (head["Content-Security-Policy"] or "").split(";") if " " in d.strip())
        script = "'self' 'wasm-unsafe-eval'" if file.name == "roadside.html" else "'self'"
        ok(status == 200 and (policy.get("default-src"), policy.get("script-src"), policy.get("style-src"), policy.get("connect-src"), policy.get("frame-ancestors"),
                              policy.get("base-uri"), policy.get("form-action")) == ("'none'", script, "'self'", "'self'", "'none'", "'none'", "'none'")
           and head["Cross-Origin-Opener-Policy"] == "same-origin" and head["Permissions-Policy"] == "camera=(self), microphone=(), geolocation=()"
           and head["Cache-Control"] == "no-cache", f"{file.name}: headers", head)
        inline = re.findall(r"<script(?![^>]*\ssrc=)[^>]*>|<style|\son\w+\s*=|\sstyle\s*=|javascript:|(?:src|href)=[\"'](?:https?:)?//", html, re.I)
        ok(not inline, f"{file.name}: nothing inline, nothing from elsewhere", inline)
        wanted, seen, sizes = [path, *re.findall(r'(?:src|href)="(/[\w.-]+\.(?:js|css|svg))"', html)], set(), {}
        while wanted:
            one = wanted.pop()
            if one in seen:
                continue
            seen.add(one)
            status, _, body = get(one, "zstd")
            sizes[one] = len(body)
            if status != 200:
                sizes[one] = MOST + 1
            elif one.endswith(".js"):
                wanted += ["/" + m for m in re.findall(r'(?:from|import)\s*\(?\s*"\./([\w.-]+\.js)"', get(one)[2].decode())]
        weight = sum(sizes.values()) + catalogue
        print(f"# {file.name} {weight} bytes: {len(sizes)} files, the largest catalogue {catalogue}", flush=True)
        ok(weight <= MOST, f"{file.name}: at most {MOST} bytes", weight, sorted(sizes.items(), key=lambda s: -s[1])[:5])
finally:
    node.terminate()
    node.wait(60)
done()
