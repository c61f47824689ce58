"""Icons that look like those of documents: plain pictures drawn here, and how much another is like one of them.

Nobody's icon is copied: what people recognise a document by is its shape and colour: a page with a folded corner, a
red page, a page with a blue, green or orange letter, a yellow folder, a framed picture. An icon is cut to what it
shows, laid on grey, and reduced to 16 by 16 points of colour and outline; two are alike where the points differ little
on average.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from sekimori.model.triage import Bilingual

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageDraw import ImageDraw

__all__ = ["ALIKE", "KINDS", "drawn", "looks_like"]

ALIKE = 0.12
"""So much of the whole range may points differ on average, in two icons that look alike."""

KINDS: Mapping[str, Bilingual] = {
    "page": Bilingual("文書(白い用紙)", "a document (white page)"),
    "pdf": Bilingual("PDF(赤い用紙)", "a PDF (red page)"),
    "word": Bilingual("Word(青い文字の用紙)", "Word (page with a blue letter)"),
    "excel": Bilingual("Excel(緑の文字の用紙)", "Excel (page with a green letter)"),
    "slides": Bilingual("PowerPoint(橙の文字の用紙)", "PowerPoint (page with an orange letter)"),
    "folder": Bilingual("フォルダー", "a folder"),
    "picture": Bilingual("画像", "a picture"),
}

_POINTS = 16
_GREY = (128, 128, 128)
_CONTRAST = 32
_Colour = tuple[int, int, int]
_WHITE, _EDGE, _FOLD, _LINE = (255, 255, 255), (140, 140, 140), (215, 215, 215), (160, 160, 160)
_BACK, _FRONT, _TAB = (240, 200, 90), (255, 222, 130), (200, 160, 50)
_SKY, _HILL = (110, 175, 235), (70, 150, 70)
_INKS: Mapping[str, _Colour] = {
    "pdf": (200, 30, 30),
    "word": (43, 87, 154),
    "excel": (33, 115, 70),
    "slides": (210, 71, 38),
}


def looks_like(icon: "Image") -> str:
    """The kind of document that an icon (RGBA) looks like; empty where it is like none."""
    seen = _reduced(icon)
    if max(seen) - min(seen) < _CONTRAST:
        return ""  # one colour all over is nothing
    found = min((_difference(seen, one), kind) for kind, one in _references())
    return found[1] if found[0] <= ALIKE else ""


def drawn(kind: str, size: int = 48, style: int = 0) -> "Image":
    """A plain icon of a kind, of so many pixels; each kind is drawn in two styles, an older and a newer."""
    from PIL import Image, ImageDraw  # noqa: PLC0415 - where there is an icon to compare

    icon = Image.new("RGBA", (size, size), (0, 0, 0, 0))
    pen = _Pen(ImageDraw.Draw(icon), size)
    if kind == "folder":
        _folder(pen, style)
    elif kind == "picture":
        _picture(pen, style)
    else:
        _page(pen, is_lined=kind == "page" and style == 0)
        if kind != "page":
            _marked(pen, _INKS[kind], kind, style)
    return icon


@dataclass(frozen=True, slots=True)
class _Pen:
    """Draws in shares of the icon's side."""

    draw: "ImageDraw"
    size: int

    def box(self, box: Sequence[float], fill: _Colour, outline: _Colour | None = None) -> None:
        """A rectangle."""
        self.draw.rectangle([round(one * (self.size - 1)) for one in box], fill=fill, outline=outline)

    def shape(self, points: Sequence[float], fill: _Colour, outline: _Colour | None = None) -> None:
        """A polygon."""
        self.draw.polygon([round(one * (self.size - 1)) for one in points], fill=fill, outline=outline)


def _page(pen: _Pen, *, is_lined: bool) -> None:
    """A white page with a folded corner, with lines of grey text."""
    pen.shape((0.14, 0, 0.66, 0, 0.88, 0.22, 0.88, 1, 0.14, 1), _WHITE, _EDGE)
    pen.shape((0.66, 0, 0.66, 0.22, 0.88, 0.22), _FOLD, _EDGE)
    for row in range(5) if is_lined else ():
        top = 0.34 + 0.12 * row
        pen.box((0.26, top, 0.76, top + 0.04), _LINE)


def _marked(pen: _Pen, ink: _Colour, kind: str, style: int) -> None:
    """The colour of a program: a band or the whole page for PDF, a square with a letter for Office."""
    if kind == "pdf":
        pen.box((0.14, 0.5, 0.88, 0.82) if style == 0 else (0.14, 0.02, 0.88, 1), ink)
        pen.box((0.26, 0.62, 0.76, 0.7) if style == 0 else (0.3, 0.4, 0.72, 0.7), _WHITE)
        return
    left, right = (0.06, 0.58) if style == 0 else (0, 0.5)
    pen.box((left, 0.28, right, 0.76), ink)
    pen.shape(_letter(kind, left, right), _WHITE)


def _letter(kind: str, left: float, right: float) -> Sequence[float]:
    """Something like W, X or P, a few points wide."""
    x = [left + (right - left) * share for share in (0.15, 0.32, 0.5, 0.68, 0.85)]
    if kind == "word":
        return (x[0], 0.38, x[1], 0.68, x[2], 0.46, x[3], 0.68, x[4], 0.38, x[3], 0.58, x[2], 0.38, x[1], 0.58)
    if kind == "excel":
        return (x[0], 0.36, x[2], 0.5, x[4], 0.36, x[3], 0.52, x[4], 0.68, x[2], 0.56, x[0], 0.68, x[1], 0.52)
    return (x[1], 0.36, x[4], 0.36, x[4], 0.54, x[2], 0.54, x[2], 0.68, x[1], 0.68)


def _folder(pen: _Pen, style: int) -> None:
    """Yellow, with a tab; open in the older style."""
    pen.shape((0, 0.16, 0.38, 0.16, 0.46, 0.26, 0.96, 0.26, 0.96, 0.86, 0, 0.86), _BACK, _TAB)
    front = (0.12, 0.4, 1, 0.4, 0.9, 0.88, 0, 0.88) if style == 0 else (0, 0.34, 0.96, 0.34, 0.96, 0.88, 0, 0.88)
    pen.shape(front, _FRONT, _TAB)


def _picture(pen: _Pen, style: int) -> None:
    """A white frame with a blue sky and a green hill; upright in the newer style."""
    frame = (0.0, 0.14, 1.0, 0.86) if style == 0 else (0.14, 0.0, 0.88, 1.0)
    pen.box(frame, _WHITE, _EDGE)
    left, top, right, bottom = frame[0] + 0.07, frame[1] + 0.07, frame[2] - 0.07, frame[3] - 0.07
    pen.box((left, top, right, bottom), _SKY)
    middle = top + (bottom - top) * 0.55
    pen.shape(
        (left, bottom, left, middle + 0.1, (left + right) / 2, middle, right, middle + 0.14, right, bottom), _HILL
    )


@cache
def _references() -> tuple[tuple[str, bytes], ...]:
    return tuple((kind, _reduced(drawn(kind, style=style))) for kind in KINDS for style in (0, 1))


def _reduced(icon: "Image") -> bytes:
    """An icon as it is compared: what it shows, centred in a square, on grey."""
    from PIL import Image  # noqa: PLC0415

    shown = icon.crop(icon.getchannel("A").point(_opaque).getbbox() or (0, 0, *icon.size))
    side = max(shown.size)
    place = (side - shown.width) // 2, (side - shown.height) // 2
    outline = Image.new("L", (side, side), 0)
    outline.paste(shown.getchannel("A").point(_opaque), place)
    square = Image.new("RGBA", (side, side), (*_GREY, 255))
    square.alpha_composite(shown, place)
    square.putalpha(outline)
    return square.resize((_POINTS, _POINTS), Image.Resampling.BOX).tobytes()


def _opaque(alpha: int) -> int:
    return 255 if alpha > 40 else 0


def _difference(one: bytes, other: bytes) -> float:
    return sum(abs(a - b) for a, b in zip(one, other, strict=True)) / (255 * len(one))
