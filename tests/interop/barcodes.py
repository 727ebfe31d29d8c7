#!/usr/bin/env python3
"""Barcodes: drawn here and read by dmtxread and zbarimg, drawn by dmtxwrite and qrencode and read here, byte for byte."""
import json

from interop import against, chance, must, need, none_differ, run, scratch
from tap import done, ok, serai

need("dmtxread", "dmtxwrite", "zbarimg", "qrencode")


def version(*args):
    code, out, err = run(*args)
    return (out.decode() + err).splitlines()[0]


against(version("dmtxread", "--version"), version("zbarimg", "--version") + " (zbarimg)", version("qrencode", "--version"))
work = scratch()
UPPER = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789<"


def contents():
    """Lines, Base32, UTF-8 and bytes of every value, from one byte to what a seal has."""
    yield b"V<UTOSPECIMEN<<TRAVELLER<<<<<<<<<<<<<<<<<<<<\nV7654321<1UTO8802299M2701312<<<<<<<<<<<<<<<<"
    yield "Мұхтар درخشان Öz".encode()
    yield bytes(range(1, 128))
    for n in (1, 2, 3, 10, 60, 120, 200, 400):
        yield bytes(chance.choice(UPPER) for _ in range(n))
        yield chance.randbytes(n)


def draw(data, form):
    (work / "in").write_bytes(data)
    code, out, err = serai("barcode", "draw", "--format", form, "--module", "4", "-o", work / "out.png", work / "in")
    return work / "out.png" if code == 0 else ok(False, f"{len(data)} bytes as {form}", err) and None


def ours(pictures):
    """What serai reads in each picture: its only barcode as bytes, or what it says instead."""
    _, out, err = serai("barcode", "read", "--json", *pictures)
    seen = [json.loads(line) for line in out.split("\n") if line]
    ok(len(seen) == len(pictures), f"serai looks at {len(pictures)} pictures", err)
    return [bytes.fromhex(o["barcodes"][0]["bytes"]) if len(o["barcodes"]) == 1 else o for o in seen]


def dmtx(picture):
    return run("dmtxread", "-N1", picture)[1]


def zbar(picture):
    return run("zbarimg", "--nodbus", "-q", "--raw", "--oneshot", "-Sdisable", "-Sqrcode.enable", "-Sbinary", picture)[1]


def dmtxwrite(data, out):
    must("dmtxwrite", "-e8", "-d4", "-m16", "-o", out, stdin=data)


def qrencode(data, out):
    must("qrencode", "-8", "-s", "4", "-l", chance.choice("LMQH"), "-o", out, stdin=data)


samples = list(contents())
for form, reader, name in (("data-matrix", dmtx, "dmtxread"), ("qr", zbar, "zbarimg")):
    pairs = [(data, reader(picture)) for data in samples for picture in [draw(data, form)] if picture]
    none_differ([(len(d), d[:40], r[:40]) for d, r in pairs if d != r], f"{len(pairs)} symbols drawn as {form}: {name} reads every byte")
for writer, name in ((dmtxwrite, "dmtxwrite"), (qrencode, "qrencode")):
    pictures = [work / f"{name}-{i}.png" for i in range(len(samples))]
    for data, picture in zip(samples, pictures):
        writer(data, picture)
    none_differ([(len(d), d[:40], r if isinstance(r, dict) else r[:40]) for d, r in zip(samples, ours(pictures)) if d != r],
                f"{len(samples)} symbols of {name}: serai reads every byte")
done()
