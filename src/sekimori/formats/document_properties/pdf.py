"""PDF: the information dictionary, the XMP packet, the language, the fonts of the first pages.

Reference: ISO 32000-1, 14.3.3 (information), 14.3.2 (metadata), 14.9.2 (language), 7.9.4 (times, with their zone).

    /Author (user) /Creator (Writer) /CreationDate (D:20141006093000+08'00')
"""

import html
import io
import logging
import re
from collections.abc import Iterator
from typing import Any

from sekimori.formats.document_properties.properties import DocumentProperties, cleaned, stamp

__all__ = ["properties", "recognises"]

_HEAD = 1024
_PACKET = re.compile(rb"<x:xmpmeta.{0,200000}?</x:xmpmeta>", re.DOTALL)
_XMP = re.compile(
    r"(?:xmp:(CreateDate|ModifyDate|CreatorTool)|pdf:(Producer))(?:=\"([^\"]{1,300})\"|>([^<]{1,300})<)"
    r"|<dc:(creator|language)>\s{0,50}(?:<rdf:[^>]{0,80}>\s{0,50}){0,3}([^<]{1,300})<"
)
_PAGES, _FONTS = 3, 40


def recognises(data: bytes) -> bool:
    """Whether the mark of a PDF stands in the first KiB."""
    return b"%PDF-" in data[:_HEAD]


def properties(data: bytes) -> DocumentProperties:
    """What dictionary and packet say; the dictionary first."""
    from pypdf import PdfReader  # noqa: PLC0415 - where there is a PDF to read

    logging.getLogger("pypdf").setLevel(logging.CRITICAL + 1)
    packet = _packet(data)
    try:
        reader = PdfReader(io.BytesIO(data), strict=False)
        if reader.is_encrypted and not reader.decrypt(""):
            return _told({}, packet, "", ())
        told = {str(key).strip("/"): str(value) for key, value in (reader.metadata or {}).items()}
        language = str(reader.root_object.get("/Lang", "")) if reader.root_object else ""
        fonts = tuple(dict.fromkeys(_fonts(reader)))[:_FONTS]
    except Exception:  # noqa: BLE001 - a broken file may still have its packet
        return _told({}, packet, "", ())
    return _told(told, packet, language, fonts)


def _told(told: dict[str, str], packet: dict[str, str], language: str, fonts: tuple[str, ...]) -> DocumentProperties:
    creator = told.get("Creator") or packet.get("CreatorTool", "")
    producer = told.get("Producer") or packet.get("Producer", "")
    tags = [cleaned(tag) for tag in (language, packet.get("language", "")) if tag and tag.lower() != "x-default"]
    return DocumentProperties(
        author=cleaned(told.get("Author") or packet.get("creator", "")),
        company=cleaned(told.get("Company", "")),
        application=cleaned(" / ".join(one for one in (creator, producer) if one)),
        created=stamp(told.get("CreationDate") or packet.get("CreateDate", "")),
        modified=stamp(told.get("ModDate") or packet.get("ModifyDate", "")),
        languages=tuple(dict.fromkeys(tags)),
        fonts=fonts,
    )


def _packet(data: bytes) -> dict[str, str]:
    """The values of the XMP packet, which stands uncompressed in most files."""
    start = data.find(b"<x:xmpmeta")
    found = _PACKET.match(data, start) if start >= 0 else None
    values: dict[str, str] = {}
    for one in _XMP.findall(found[0].decode("utf-8", "replace")) if found else ():
        name = one[0] or one[1] or one[4]
        values.setdefault(name, html.unescape(one[2] or one[3] or one[5]).strip())
    return values


def _fonts(reader: Any) -> Iterator[str]:
    """Names of fonts, without the six letters that mark a part of one."""
    for page in reader.pages[:_PAGES]:
        resources = page.get("/Resources")
        listed = resources.get_object().get("/Font") if resources is not None else None
        for font in list(listed.get_object().values())[:_FONTS] if listed is not None else ():
            name = cleaned(str(font.get_object().get("/BaseFont", "")).lstrip("/"))
            if name:
                yield name.partition("+")[2] or name
