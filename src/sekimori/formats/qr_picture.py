"""QR codes (ISO/IEC 18004; Micro QR too) in one decoded picture, by zxing-cpp."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = ["TEXT", "read_codes"]

TEXT = 4_000
"""So many characters of a code are taken; the largest holds 7,089 digits or 2,953 bytes."""

_SIDE = 2_000
_EACH = 8


def read_codes(picture: "Image") -> list[str]:
    """The texts of the QR codes in a picture, each once. What is transparent counts as white, as a mail shows it."""
    import zxingcpp  # noqa: PLC0415 - where there is a picture
    from PIL import Image  # noqa: PLC0415

    picture.draft("L", (_SIDE, _SIDE))
    if max(picture.size) > 2 * _SIDE:
        picture.thumbnail((_SIDE, _SIDE))
    if picture.mode in {"RGBA", "LA", "PA"} or "transparency" in picture.info:
        seen = picture.convert("RGBA")
        grey = Image.alpha_composite(Image.new("RGBA", seen.size, "white"), seen).convert("L")
    else:
        grey = picture.convert("L")
    kinds = zxingcpp.barcode_formats_from_str("QRCode|MicroQRCode")
    found = [one.text[:TEXT] for one in zxingcpp.read_barcodes(grey, formats=kinds) if one.valid]
    return list(dict.fromkeys(text for text in found if text))[:_EACH]
