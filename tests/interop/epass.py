"""Plays vsmartcard's passport (BAC of an independent implementation) to vpcd: epass.py FOLDER PORT.

Debian's package stands in an odd folder and was written for Python 2: its library is named Crypto, and bytes were text. Its secure
messaging leaves the status word (DO'99') out of answers, against Doc 9303-11 9.8, so mutual authentication is what it can tell."""
import importlib
import socket
import struct
import sys
import time

PLACE = "/usr/lib/python3/site-packages/virtualsmartcard"
sys.path.insert(0, PLACE)
for name in ("", ".Cipher", ".Cipher.DES3", ".Cipher.DES", ".Cipher.AES", ".Cipher.ARC4", ".Hash", ".Hash.HMAC", ".Hash.SHA"):
    sys.modules["Crypto" + name] = importlib.import_module("Cryptodome" + name)
from virtualsmartcard import CryptoUtils, SmartcardFilesystem  # noqa: E402
from virtualsmartcard.VirtualSmartcard import Iso7816OS  # noqa: E402
from virtualsmartcard.cards.ePass import PassportSAM  # noqa: E402

CryptoUtils.operation_on_string = lambda a, b, op: bytes(op(x, y) for x, y in zip(a, b))
walk = SmartcardFilesystem.walk
SmartcardFilesystem.walk = lambda start, path: walk(start, path.encode("latin1") if isinstance(path, str) else path)


def chip(folder):
    mf = SmartcardFilesystem.MF()
    df = SmartcardFilesystem.DF(parent=mf, fid=4, dfname=b"\xa0\x00\x00\x02G\x10\x01", bertlv_data=[])
    for fid, name in ((0x011e, "COM"), (0x0101, "DG1"), (0x011d, "SOD")):
        with open(f"{folder}/{name}.bin", "rb") as f:
            df.append(SmartcardFilesystem.TransparentStructureEF(parent=df, fid=fid, filedescriptor=0, data=f.read()))
    mf.append(df)
    return Iso7816OS(mf, PassportSAM(mf))


def connect(port):
    for _ in range(100):
        try:
            return socket.create_connection(("127.0.0.1", port))
        except OSError:
            time.sleep(0.1)
    sys.exit("vpcd does not listen")


def main():
    os, s = chip(sys.argv[1]), connect(int(sys.argv[2]))
    stream = s.makefile("rwb")
    while len(head := stream.read(2)) == 2:
        command = stream.read(struct.unpack(">H", head)[0])
        if len(command) == 1 and command != b"\x04":
            continue
        try:
            answer = bytes.fromhex("3b80800101") if command == b"\x04" else os.execute(command)
        except TypeError:
            answer = b"\x6f\x00"
        print(command.hex(), answer.hex(), flush=True)
        stream.write(struct.pack(">H", len(answer)) + answer)
        stream.flush()


main()
