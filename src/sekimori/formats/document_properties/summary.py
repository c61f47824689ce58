"""Office documents up to 2003: the property sets of a compound file, and the language of a Word text.

Reference: [MS-OLEPS] 2.21 (property sets), 2.15 (values); [MS-OLEPS] 3.1.2 and [MS-OSHARED] 2.3.3.2 (which number is
which); [MS-DOC] 2.5.2 (the language in the file information block).

    \\005SummaryInformation    code page 936, author user, created 2014-10-06T00:12:00Z
"""

import struct
from datetime import UTC, datetime, timedelta

from sekimori.formats.compound_file import MAGIC, read_stream
from sekimori.formats.document_properties.properties import DocumentProperties, Stamp, cleaned, language_of
from sekimori.formats.mail_text import decode

__all__ = ["properties", "recognises"]

_CODEPAGE, _AUTHOR, _TEMPLATE, _LAST_AUTHOR, _CREATED, _SAVED, _APPLICATION = 1, 4, 7, 8, 12, 13, 18
_COMPANY = 15
_SHORT, _NUMBER, _BYTES, _WIDE, _TIME = 2, 3, 30, 31, 64
_MOST = 200
_BEGINNING = datetime(1601, 1, 1, tzinfo=UTC)
_UTF8 = 65001

_Value = str | int | datetime


def recognises(data: bytes) -> bool:
    """Whether it is a compound file."""
    return data.startswith(MAGIC)


def properties(data: bytes) -> DocumentProperties:
    """What the two property sets say."""
    told = _values(read_stream(data, "\5SummaryInformation") or b"")
    company = _values(read_stream(data, "\5DocumentSummaryInformation") or b"")
    codepage = told.get(_CODEPAGE, 0)
    block = (read_stream(data, "WordDocument") or b"")[:8]
    language = language_of(struct.unpack_from("<H", block, 6)[0]) if len(block) == 8 else ""
    return DocumentProperties(
        author=_text(told, _AUTHOR),
        last_author=_text(told, _LAST_AUTHOR),
        company=_text(company, _COMPANY),
        application=_text(told, _APPLICATION),
        template=_text(told, _TEMPLATE),
        created=_time(told, _CREATED),
        modified=_time(told, _SAVED),
        languages=(language,) if language else (),
        codepage=codepage if isinstance(codepage, int) and codepage not in {_UTF8, 1200} else 0,
    )


def _text(values: dict[int, _Value], number: int) -> str:
    value = values.get(number, "")
    return cleaned(value) if isinstance(value, str) else ""


def _time(values: dict[int, _Value], number: int) -> Stamp:
    value = values.get(number)
    return Stamp(value) if isinstance(value, datetime) else Stamp()


def _values(stream: bytes) -> dict[int, _Value]:
    """The properties of the first set by number; text in the set's code page."""
    if len(stream) < 48:
        return {}
    (start,) = struct.unpack_from("<I", stream, 44)
    if start + 8 > len(stream):
        return {}
    (count,) = struct.unpack_from("<I", stream, start + 4)
    places: dict[int, int] = {}
    for number in range(min(count, _MOST)):
        at = start + 8 + 8 * number
        if at + 8 > len(stream):
            break
        key, offset = struct.unpack_from("<II", stream, at)
        places[key] = start + offset
    codepage = _value(stream, places.get(_CODEPAGE, -1), 0)
    page = codepage & 0xFFFF if isinstance(codepage, int) else 1252
    found = {key: value for key, at in places.items() if (value := _value(stream, at, page)) is not None}
    return found | {_CODEPAGE: page if _CODEPAGE in places else 0}


def _value(stream: bytes, at: int, codepage: int) -> _Value | None:
    """One value; None for what is not read here."""
    if at < 0 or at + 8 > len(stream):
        return None
    (kind,) = struct.unpack_from("<H", stream, at)
    (length,) = struct.unpack_from("<I", stream, at + 4)
    if kind == _SHORT:
        return int(length & 0xFFFF)
    if kind == _NUMBER:
        return int(length)
    if kind == _BYTES:
        raw = stream[at + 8 : at + 8 + min(length, 4096)].split(b"\0")[0]
        return decode(raw, "utf-8" if codepage == _UTF8 else f"cp{codepage}")
    if kind == _WIDE:
        return stream[at + 8 : at + 8 + 2 * min(length, 4096)].decode("utf-16-le", "replace").split("\0")[0]
    if kind == _TIME and at + 12 <= len(stream):
        (ticks,) = struct.unpack_from("<Q", stream, at + 4)
        return _BEGINNING + timedelta(microseconds=ticks // 10) if 1 << 56 < ticks < 1 << 58 else None
    return None
