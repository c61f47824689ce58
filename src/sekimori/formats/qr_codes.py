"""QR codes: the texts in pictures, in the pages of PDFs, in pictures inside Office documents and HTML pages.

Reference: ISO/IEC 18004 (QR, Micro QR). zxing-cpp looks for them, pillow decodes PNG, JPEG, GIF, BMP and WebP; only
the first frame of an animation is looked at. What a picture would take is known from its header before it is decoded,
and the pictures of one mail share a budget; the pages of a PDF are drawn by a process of their own.

    part 2, a PNG      https://login.evil.example/a
    part 3, a PDF      https://evil.example/b, on page 1
"""

import binascii
import io
import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from time import monotonic
from typing import NamedTuple

from sekimori.formats.archive import ArchiveMember, Limits, members
from sekimori.formats.archive_zip import is_zip, is_zip_document
from sekimori.formats.mail_structure import Part
from sekimori.formats.pdf_codes import codes_of_pdf
from sekimori.formats.qr_picture import TEXT, read_codes
from sekimori.formats.qr_text import codes_in_table, codes_in_text
from sekimori.model.report import N_

__all__ = ["Code", "PictureBudget", "codes_in_page", "codes_in_part", "codes_of", "is_picture"]

SMALLEST, LARGEST = 40, 12_000
"""A picture's sides, in pixels: below is an icon or a counting pixel, above no picture for a screen."""

PIXELS = 30_000_000
"""A picture of more is not decoded."""

_FORMATS = ("PNG", "JPEG", "GIF", "BMP", "WEBP")
_MAGICS = (b"\x89PNG\r\n", b"\xff\xd8\xff", b"GIF8", b"BM")
_PICTURE_NAME = re.compile(r"(?:word|xl|ppt)/media/|Pictures/", re.IGNORECASE)
_MEDIA = Limits(members=2_000, member_bytes=16 << 20, total_bytes=64 << 20)
_DATA_URI = re.compile(rb"data:image/(?:png|jpe?g|gif|bmp|webp);base64,([A-Za-z0-9+/=\s%]{100,})", re.IGNORECASE)
_HEAD = 1 << 16


class Code(NamedTuple):
    """A QR code's text, and where it is within its file: `page 1`, a picture's name, or nothing."""

    text: str
    inside: str = ""


@dataclass(slots=True)
class PictureBudget:
    """What the pictures of one mail may still take: how many, seconds, bytes, pixels, and PDFs that are drawn.

    `left_out` counts the pictures and PDFs that were not looked at for a limit.
    """

    pictures: int = 60
    seconds: float = 8.0
    bytes: int = 64 << 20
    pixels: int = 60_000_000
    documents: int = 3
    left_out: int = 0

    @property
    def is_left(self) -> bool:
        """Whether anything more is looked at."""
        return self.pictures > 0 and self.seconds > 0 and self.bytes > 0 and self.pixels > 0


def codes_of(data: bytes, budget: PictureBudget) -> tuple[Code, ...]:
    """The codes in a file, whatever it is called, within what is left of the budget. Never raises on any bytes."""
    if not budget.is_left:
        budget.left_out += is_picture(data) or _is_pdf(data)
        return ()
    begin = monotonic()
    try:
        if is_picture(data):
            return tuple(Code(text) for text in _picture(data, budget))
        if _is_pdf(data):
            return _pdf(data, budget)
        if is_zip(data) and is_zip_document(data[:_HEAD]):
            return tuple(_office(data, budget))
        return tuple(codes_in_page(data, budget)) if b"data:image/" in data else ()
    finally:
        budget.seconds -= monotonic() - begin


def is_picture(data: bytes) -> bool:
    """Whether it begins as a picture that is looked at."""
    return data.startswith(_MAGICS) or (data[:4] == b"RIFF" and data[8:12] == b"WEBP")


def _is_pdf(data: bytes) -> bool:
    return b"%PDF-" in data[:1024]


def codes_in_part(part: Part, budget: PictureBudget) -> Iterator[Code]:
    """The codes that a text of a mail shows: in pictures within the page, or drawn with signs or cells of a table."""
    if part.html is not None:
        yield from codes_in_page(part.data, budget)
        yield from (Code(text, N_("a table")) for text in codes_in_table(part.data))
    elif part.is_text:
        yield from (Code(text, N_("drawn with signs")) for text in codes_in_text(part.text))


def codes_in_page(data: bytes, budget: PictureBudget) -> Iterator[Code]:
    """The codes in pictures that an HTML page holds itself (`data:` URIs)."""
    for found in _DATA_URI.finditer(data):
        if not budget.is_left:
            budget.left_out += 1
            return
        try:
            picture = binascii.a2b_base64(found[1].replace(b"%2B", b"+").replace(b"%2F", b"/").replace(b"%3D", b"="))
        except binascii.Error:
            continue
        yield from (Code(text, N_("in the page itself")) for text in _picture(picture, budget))


def _pdf(data: bytes, budget: PictureBudget) -> tuple[Code, ...]:
    found = codes_of_pdf(data, seconds=budget.seconds) if budget.documents > 0 else None
    budget.documents -= 1
    if found is None:
        budget.left_out += 1
        return ()
    return tuple(Code(text[:TEXT], N_("page {number}").format(number=page)) for page, text in found)


def _office(data: bytes, budget: PictureBudget) -> Iterator[Code]:
    if b"media/" not in data and b"Pictures/" not in data:
        return
    for member in members(io.BytesIO(data), "", _MEDIA):
        if isinstance(member, ArchiveMember) and member.data and _PICTURE_NAME.match(member.name):
            if not budget.is_left:
                budget.left_out += 1
                return
            yield from (Code(text, member.name) for text in _picture(member.data, budget))


def _picture(data: bytes, budget: PictureBudget) -> list[str]:
    """The texts in a picture; none where it is broken, too small or too large."""
    if not budget.is_left or not is_picture(data):
        return []
    from PIL import Image  # noqa: PLC0415 - where there is a picture

    budget.pictures -= 1
    budget.bytes -= len(data)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(io.BytesIO(data), formats=_FORMATS) as picture:
                width, height = picture.size
                if max(width, height) > LARGEST or width * height > PIXELS:
                    budget.left_out += 1
                    return []
                if min(width, height) < SMALLEST:
                    return []
                budget.pixels -= width * height
                return read_codes(picture)
    except Image.DecompressionBombError:
        budget.left_out += 1
        return []
    except Exception:  # noqa: BLE001 - a broken picture shows no code to anybody
        return []
