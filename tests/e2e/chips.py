"""Chips of plainly invented documents, made with openssl and a member's own country key: no real data anywhere.

    signer = Signer(node_folder, work)            a document signer under the node's country signer
    files = signer.read_out(lines, picture())     {"EF_SOD.bin": bytes, "DG1.bin": …, "DG2.bin": …}
"""
import hashlib
import pathlib
import subprocess


def tlv(tag, value):
    n = len(value)
    length = bytes([n]) if n < 128 else bytes([0x81, n]) if n < 256 else b"\x82" + n.to_bytes(2, "big") if n < 65536 \
        else b"\x83" + n.to_bytes(3, "big")
    return bytes.fromhex(tag) + length + value


def dg1(lines):
    return tlv("61", tlv("5f1f", lines.replace("\n", "").strip().encode()))


def dg2(image, kind=0):
    """Doc 9303-10 4.7.2 with ISO/IEC 19794-5:2005; kind 0 JPEG, 1 JPEG 2000."""
    info = bytes(2) + bytes(1) + bytes(1) + bytes(1) + bytes(3) + bytes(2) + bytes(3) + bytes(3)
    shown = bytes([1, kind]) + (240).to_bytes(2, "big") + (320).to_bytes(2, "big") + bytes([1, 0]) + bytes(4)
    record = (4 + len(info) + len(shown) + len(image)).to_bytes(4, "big") + info + shown + image
    block = b"FAC\x00010\x00" + (14 + len(record)).to_bytes(4, "big") + (1).to_bytes(2, "big") + record
    header = tlv("a1", tlv("80", b"\x01\x01") + tlv("81", b"\x02") + tlv("87", b"\x01\x01") + tlv("88", b"\x00\x08"))
    return tlv("75", tlv("7f61", tlv("02", b"\x01") + tlv("7f60", header + tlv("5f2e", block))))


def com(numbers):
    tags = {1: "61", 2: "75", 11: "6b", 14: "6e", 15: "6f"}
    return tlv("60", tlv("5f01", b"0107") + tlv("5f36", b"040000") + tlv("5c", bytes.fromhex("".join(tags[n] for n in numbers))))


def picture():
    """A face of squares, 240 x 320, as a grey JPEG of one value a block (T.81 annex F): nobody's."""
    across, down = 30, 40
    bits = []

    def shade(x, y):
        dx, dy = (x - 14.5) / 8, (y - 16) / 11
        if dx * dx + dy * dy < 1:
            eyes = y == 14 and x in (11, 12, 17, 18)
            mouth = y == 22 and 12 <= x <= 17
            return 40 if eyes or mouth else 205
        if y > 28 and abs(x - 14.5) < (y - 24):
            return 90
        return 240

    def put(value, n):
        bits.extend(value >> (n - 1 - i) & 1 for i in range(n))

    last = 0
    for y in range(down):
        for x in range(across):
            dc = (shade(x, y) - 128)  # with a quantiser of 8, the DC of a flat block is its value
            diff, last = dc - last, dc
            size = abs(diff).bit_length()
            put(size, 4)  # code words of four bits for the sizes 0..11: see the table below
            if size:
                put(diff if diff > 0 else diff + (1 << size) - 1, size)
            put(0, 1)  # end of block
    bits += [1] * (-len(bits) % 8)
    data = bytes(int("".join(map(str, bits[i:i + 8])), 2) for i in range(0, len(bits), 8)).replace(b"\xff", b"\xff\x00")

    def segment(marker, body):
        return bytes([0xff, marker]) + (len(body) + 2).to_bytes(2, "big") + body

    sizes = bytes([0, 0, 0, 12] + [0] * 12)  # twelve codes of four bits
    return (b"\xff\xd8" + segment(0xe0, b"JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00") + segment(0xdb, b"\x00" + b"\x08" * 64)
            + segment(0xc0, b"\x08" + (8 * down).to_bytes(2, "big") + (8 * across).to_bytes(2, "big") + b"\x01\x01\x11\x00")
            + segment(0xc4, b"\x00" + sizes + bytes(range(12)) + b"\x10" + bytes([1] + [0] * 15) + b"\x00")
            + segment(0xda, b"\x01\x01\x00\x00\x3f\x00") + data + b"\xff\xd9")


def openssl(*args, stdin=None):
    return subprocess.run(["openssl", *map(str, args)], input=stdin, check=True, capture_output=True).stdout


class Signer:
    """A document signer, certified by the country signer in a node's folder. openssl is the other implementation."""

    def __init__(self, node, work, name="SPECIMEN DS", days=200, serial=4096):
        self.node, self.folder = node, pathlib.Path(work) / f"{node.name}-{name.replace(' ', '-')}-{serial}"
        self.folder.mkdir()
        country = openssl("x509", "-inform", "der", "-in", node / "country.der", "-noout", "-subject", "-nameopt",
                          "multiline").decode().split("countryName")[1].split("=")[1].split()[0]
        (self.folder / "country.pem").write_bytes(openssl("x509", "-inform", "der", "-in", node / "country.der"))
        openssl("ecparam", "-genkey", "-name", "prime256v1", "-noout", "-out", self.folder / "key.pem")
        openssl("req", "-new", "-key", self.folder / "key.pem", "-subj", f"/C={country}/O=SPECIMEN/CN={name}", "-out",
                self.folder / "request.pem")
        (self.folder / "extensions").write_text("keyUsage = critical, digitalSignature\nauthorityKeyIdentifier = keyid\n"
                                                "subjectKeyIdentifier = hash\n2.23.136.1.1.6.2 = ASN1:SEQUENCE:types\n"
                                                "[types]\nv = INTEGER:0\nlist = SET:one\n[one]\np = PRINTABLESTRING:P\n")
        openssl("x509", "-req", "-in", self.folder / "request.pem", "-CA", self.folder / "country.pem", "-CAkey", node / "country.key",
                "-set_serial", serial, "-days", days, "-sha256", "-extfile", self.folder / "extensions", "-out",
                self.folder / "signer.pem")

    def sod(self, groups):
        """EF.SOD over {number: bytes}."""
        hashes = b"".join(tlv("30", tlv("02", bytes([n])) + tlv("04", hashlib.sha256(b).digest())) for n, b in sorted(groups.items()))
        sha256 = tlv("30", bytes.fromhex("0609608648016503040201"))
        content = self.folder / "lds"
        content.write_bytes(tlv("30", tlv("02", b"\x00") + sha256 + tlv("30", hashes)))
        signed = openssl("cms", "-sign", "-binary", "-nodetach", "-in", content, "-econtent_type", "2.23.136.1.1.1", "-md", "sha256",
                         "-nosmimecap", "-signer", self.folder / "signer.pem", "-inkey", self.folder / "key.pem", "-outform", "DER")
        return tlv("77", signed)

    def read_out(self, lines, image=None, kind=0):
        groups = {1: dg1(lines), 2: dg2(image or picture(), kind)}
        return {"EF_SOD.bin": self.sod(groups), "EF_COM.bin": com(groups), "DG1.bin": groups[1], "DG2.bin": groups[2]}


def write(folder, files):
    folder.mkdir(exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return folder
