"""Attachments: small documents with the marks by which a program knows their kind, and nothing real inside."""

import struct
import zlib
from dataclasses import dataclass
from random import Random
from xml.sax.saxutils import escape

from sekimori.scenario.month import at
from sekimori.scenario.zipcrypto import ZipMember, write_zip

__all__ = ["Document", "pdf", "picture", "sheet", "word"]


@dataclass(frozen=True, slots=True)
class Document:
    """An attachment: the name it is sent under, its media type, its bytes."""

    name: str
    media_type: str
    data: bytes


_OFFICE = "application/vnd.openxmlformats-officedocument."
_TYPES = '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'


def word(name: str, text: str) -> Document:
    """A Word file in outline: the parts' names are right, the text is in the right one."""
    body = f'<?xml version="1.0"?><document><body><p><t>{escape(text)}</t></p></body></document>'
    return Document(name, _OFFICE + "wordprocessingml.document", _office("word/document.xml", body))


def sheet(name: str, text: str) -> Document:
    """An Excel file in outline."""
    body = f'<?xml version="1.0"?><sst><si><t>{escape(text)}</t></si></sst>'
    return Document(name, _OFFICE + "spreadsheetml.sheet", _office("xl/sharedStrings.xml", body))


def _office(part: str, body: str) -> bytes:
    parts = (("[Content_Types].xml", _TYPES), (part, body))
    return write_zip([ZipMember(name=name, data=text.encode(), modified=at(1)) for name, text in parts])


def pdf(name: str, text: str) -> Document:
    """A PDF of one page; what is not ASCII in the text is left out."""
    shown = text.encode("ascii", "ignore").decode().replace("(", " ").replace(")", " ")
    stream = f"BT /F1 12 Tf 72 720 Td ({shown}) Tj ET"
    objects = (
        "<</Type /Catalog /Pages 2 0 R>>",
        "<</Type /Pages /Kids [3 0 R] /Count 1>>",
        "<</Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R>>",
        f"<</Length {len(stream)}>>\nstream\n{stream}\nendstream",
    )
    out = "%PDF-1.4\n"
    offsets = []
    for number, content in enumerate(objects, start=1):
        offsets.append(len(out))
        out += f"{number} 0 obj\n{content}\nendobj\n"
    table = "".join(f"{offset:010d} 00000 n \n" for offset in offsets)
    count = len(objects) + 1
    end = f"xref\n0 {count}\n0000000000 65535 f \n{table}trailer\n<</Size {count} /Root 1 0 R>>\nstartxref\n{len(out)}"
    return Document(name, "application/pdf", (out + end + "\n%%EOF\n").encode("ascii"))


def picture(name: str, dice: Random) -> Document:
    """A PNG of 16 by 16 grey pixels (ISO/IEC 15948)."""
    rows = b"".join(b"\0" + dice.randbytes(16) for _ in range(16))
    chunks = (
        (b"IHDR", struct.pack(">IIBBBBB", 16, 16, 8, 0, 0, 0, 0)),
        (b"IDAT", zlib.compress(rows)),
        (b"IEND", b""),
    )
    data = b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body)) for kind, body in chunks
    )
    return Document(name, "image/png", b"\x89PNG\r\n\x1a\n" + data)
