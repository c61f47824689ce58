"""Small documents written from scratch, one builder a format, for the tests that read their texts."""

import io
import struct
import zipfile
from collections.abc import Mapping, Sequence

__all__ = ["compound", "doc", "open_document", "pdf", "ppt", "word", "zipped"]

_END, _FAT, _FREE = 0xFFFF_FFFE, 0xFFFF_FFFD, 0xFFFF_FFFF
_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def zipped(parts: Mapping[str, str | bytes]) -> bytes:
    """A ZIP file of these members."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(zipfile.ZipInfo(name), content)
    return out.getvalue()


def word(body: str, **parts: str | bytes) -> bytes:
    """A Word document with this body and further parts (`word_header1` is `word/header1.xml`)."""
    others = {name.replace("__", ".").replace("_", "/") + ".xml": text for name, text in parts.items()}
    document = f"<w:document {_W}><w:body>{body}</w:body></w:document>"
    return zipped({"[Content_Types].xml": "<Types/>", "word/document.xml": document, **others})


def open_document(body: str, manifest: str = "<manifest/>") -> bytes:
    """An OpenDocument text with this body."""
    content = (
        f'<office:document-content xmlns:office="o" xmlns:text="t" xmlns:xlink="x">{body}</office:document-content>'
    )
    kind = "application/vnd.oasis.opendocument.text"
    return zipped({"mimetype": kind, "content.xml": content, "META-INF/manifest.xml": manifest})


def compound(streams: Mapping[str, bytes]) -> bytes:
    """A compound file ([MS-CFB]) with these streams, each at least so long that it stands in whole sectors."""
    padded = [(name, data.ljust(4096, b"\0")) for name, data in streams.items()]
    sectors = bytearray()
    fat: list[int] = []
    entries = [_entry("Root Entry", 5, _END, 0, child=1)]
    for number, (name, data) in enumerate(padded, start=1):
        count = -(-len(data) // 512)
        start = len(fat)
        fat += [*range(start + 1, start + count), _END]
        sectors += data.ljust(count * 512, b"\0")
        entries.append(_entry(name, 2, start, len(data), right=number + 1 if number < len(padded) else _FREE))
    directory = b"".join(entries)
    start_of_directory = len(fat)
    count = -(-len(directory) // 512)
    fat += [*range(start_of_directory + 1, start_of_directory + count), _END]
    sectors += directory.ljust(count * 512, b"\0")
    tables = 1
    while tables * 128 < len(fat) + tables:
        tables += 1
    start_of_fat = len(fat)
    fat += [_FAT] * tables
    fat += [_FREE] * (tables * 128 - len(fat))
    listed = [*range(start_of_fat, start_of_fat + tables), *[_FREE] * (109 - tables)]
    header = bytes.fromhex("d0cf11e0a1b11ae1").ljust(24, b"\0") + struct.pack("<HHHHH6x", 0x3E, 3, 0xFFFE, 9, 6)
    header += struct.pack("<IIIIIIIII", 0, tables, start_of_directory, 0, 4096, _END, 0, _END, 0)
    return header + struct.pack("<109I", *listed) + bytes(sectors) + struct.pack(f"<{len(fat)}I", *fat)


def _entry(name: str, kind: int, start: int, size: int, *, right: int = _FREE, child: int = _FREE) -> bytes:
    coded = name.encode("utf-16-le") + b"\0\0"
    head = coded.ljust(64, b"\0") + struct.pack("<HBBIII", len(coded), kind, 1, _FREE, right, child)
    return head.ljust(116, b"\0") + struct.pack("<IQ", start, size)


def doc(pieces: Sequence[tuple[str, bool]], *, flags: int = 0, version: int = 0xC1) -> bytes:
    """A document of Word 97: pieces of text, each in one byte a character (True) or two."""
    texts = bytearray()
    ends, places = [0], bytearray()
    for text, is_narrow in pieces:
        start = 0x400 + len(texts)
        texts += text.encode("cp1252" if is_narrow else "utf-16-le")
        ends.append(ends[-1] + len(text))
        where = start * 2 | 0x4000_0000 if is_narrow else start
        places += struct.pack("<HIH", 0, where, 0)
    table = struct.pack(f"<{len(ends)}I", *ends) + places
    clx = b"\x01" + struct.pack("<H", 4) + b"prc!" + b"\x02" + struct.pack("<I", len(table)) + table
    fib = struct.pack("<HHHHHH", 0xA5EC, version, 0, 0, 0, flags | 0x0200).ljust(0x18, b"\0")
    fib += struct.pack("<II", 0x400, 0x400 + len(texts))
    fib = fib.ljust(0x1A2, b"\0") + struct.pack("<II", 0, len(clx))
    return compound({"WordDocument": fib.ljust(0x400, b"\0") + bytes(texts), "1Table": clx})


def ppt(texts: Sequence[str], *, token: int = 0xE391C05F) -> bytes:
    """A presentation of PowerPoint 97 with these texts on a slide."""
    atoms = b""
    for text in texts:
        coded = text.encode("latin-1") if text.isascii() else text.encode("utf-16-le")
        atoms += struct.pack("<HHI", 0, 0x0FA8 if text.isascii() else 0x0FA0, len(coded)) + coded
    stream = struct.pack("<HHI", 0xF, 0x03E8, len(atoms)) + atoms
    user = struct.pack("<HHIII", 0, 0x0FF6, 20, 20, token)
    return compound({"Current User": user, "PowerPoint Document": stream})


def pdf(*pages: str) -> bytes:
    """A PDF with one line of ASCII text a page; an empty text makes a page without any."""
    kids = " ".join(f"{3 + 2 * number} 0 R" for number in range(len(pages)))
    objects = ["<</Type /Catalog /Pages 2 0 R>>", f"<</Type /Pages /Kids [{kids}] /Count {len(pages)}>>"]
    font = "<</Font <</F1 <</Type /Font /Subtype /Type1 /BaseFont /Helvetica>>>>>>"
    for number, text in enumerate(pages):
        stream = f"BT /F1 12 Tf 72 720 Td ({text}) Tj ET" if text else ""
        objects.append(
            f"<</Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources {font} /Contents {4 + 2 * number} 0 R>>"
        )
        objects.append(f"<</Length {len(stream)}>>\nstream\n{stream}\nendstream")
    out, offsets = "%PDF-1.4\n", []
    for number, content in enumerate(objects, start=1):
        offsets.append(len(out))
        out += f"{number} 0 obj\n{content}\nendobj\n"
    table = "".join(f"{offset:010d} 00000 n \n" for offset in offsets)
    count = len(objects) + 1
    end = f"xref\n0 {count}\n0000000000 65535 f \n{table}trailer\n<</Size {count} /Root 1 0 R>>\nstartxref\n{len(out)}"
    return (out + end + "\n%%EOF\n").encode("ascii")
