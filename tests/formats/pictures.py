"""Pictures with QR codes, and documents that hold them, drawn for the tests."""

import io
from functools import cache

import numpy as np
import zxingcpp
from PIL import Image

from tests.formats.documents import zipped

__all__ = ["page", "picture", "qr", "word"]


@cache
def qr(text: str, *, form: str = "PNG", mode: str = "L", scale: int = 4) -> bytes:
    """A picture of a QR code."""
    code = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode)
    drawn = Image.fromarray(np.array(zxingcpp.write_barcode_to_image(code, scale=scale)))
    if mode == "RGBA":  # the code alone is drawn: all else is transparent
        clear = Image.new("RGBA", drawn.size, (0, 0, 0, 0))
        clear.paste((0, 0, 0, 255), mask=drawn.convert("L").point(lambda value: 255 - value))
        drawn = clear
    return _saved(drawn.convert(mode), form)


def picture(width: int, height: int) -> bytes:
    """A white PNG."""
    return _saved(Image.new("1", (width, height), 1), "PNG")


def page(text: str) -> bytes:
    """A PDF of one page with a QR code."""
    with Image.open(io.BytesIO(qr(text))) as drawn:
        sheet = Image.new("L", (1240, 1754), 255)
        sheet.paste(drawn, (200, 900))
        return _saved(sheet, "PDF")


def word(text: str) -> bytes:
    """A Word document with a QR code as picture."""
    parts = {"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<w/>", "word/media/image1.png": qr(text)}
    return zipped(parts)


def _saved(drawn: Image.Image, form: str) -> bytes:
    out = io.BytesIO()
    drawn.save(out, form)
    return out.getvalue()
