"""QR codes are found in pictures, PDFs, Office documents and pages; no bytes raise, and what is too large is left."""

import base64
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sekimori.formats.pdf_codes import codes_of_pdf
from sekimori.formats.qr_codes import PIXELS, Code, PictureBudget, codes_in_page, codes_of, is_picture
from tests.formats import pictures

LINK = "https://evil.example/login?a=1"


def texts(data: bytes) -> list[str]:
    return [one.text for one in codes_of(data, PictureBudget())]


@pytest.mark.parametrize("form", ["PNG", "JPEG", "GIF", "BMP", "WEBP"])
def test_a_picture(form: str) -> None:
    assert texts(pictures.qr(LINK, form=form)) == [LINK]


@pytest.mark.parametrize("mode", ["RGBA", "1", "P", "LA", "CMYK"])
def test_any_kind_of_colours(mode: str) -> None:
    assert texts(pictures.qr(LINK, mode=mode, form="TIFF" if mode == "CMYK" else "PNG")) == (
        [] if mode == "CMYK" else [LINK]
    )


def test_japanese_in_a_code() -> None:
    assert texts(pictures.qr("深海資源の議事録")) == ["深海資源の議事録"]


def test_where_it_is_inside() -> None:
    assert codes_of(pictures.word(LINK), PictureBudget()) == (Code(LINK, "word/media/image1.png"),)
    assert codes_of(pictures.page(LINK), PictureBudget()) == (Code(LINK, "page 1"),)
    uri = b"data:image/png;base64," + base64.encodebytes(pictures.qr(LINK))
    page = b"<img alt='' src='%b'>" % uri
    assert list(codes_in_page(page, PictureBudget())) == [Code(LINK, "in the page itself")]
    assert texts(b"<html>" + page) == [LINK]


def _png(width: int, height: int) -> bytes:
    """A PNG whose header says so, with next to no data: a decompression bomb."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")

    head = width.to_bytes(4, "big") + height.to_bytes(4, "big") + b"\x08\0\0\0\0"
    packed = zlib.compress(bytes(1 << 20))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")


@pytest.mark.parametrize("size", [(PIXELS // 4000 + 1, 4000), (100_000, 100_000), (100_000, 50), (39, 39)])
def test_what_is_too_large_or_small_is_not_decoded(size: tuple[int, int]) -> None:
    budget = PictureBudget()
    assert codes_of(_png(*size), budget) == ()
    assert budget.pixels == PictureBudget().pixels
    assert budget.pictures == PictureBudget().pictures - 1
    assert budget.left_out == (max(size) > 39)


def test_the_budget_ends() -> None:
    picture = pictures.qr(LINK)
    spent = [PictureBudget(pictures=0), PictureBudget(seconds=0), PictureBudget(bytes=0), PictureBudget(pixels=0)]
    assert [codes_of(picture, budget) for budget in spent] == [(), (), (), ()]
    assert [budget.left_out for budget in spent] == [1] * 4
    no_pdf = PictureBudget(documents=0)
    assert codes_of(pictures.page(LINK), no_pdf) == ()
    assert no_pdf.left_out == 1


def test_a_pdf_is_given_up_when_its_time_is_over() -> None:
    assert codes_of_pdf(pictures.page(LINK), seconds=0.001) is None
    assert codes_of_pdf(b"%PDF-1.4 nothing") is None
    budget = PictureBudget()
    assert codes_of(b"%PDF-1.4 nothing", budget) == ()
    assert budget.left_out == 1


_SAMPLES = st.sampled_from([pictures.qr(LINK, form=form) for form in ("PNG", "JPEG", "GIF", "BMP", "WEBP")])


@given(_SAMPLES | st.just(pictures.word(LINK)), st.data())
@settings(max_examples=60)
def test_broken_pictures(sample: bytes, data: st.DataObject) -> None:
    broken = bytearray(sample)
    for _ in range(data.draw(st.integers(1, 5))):
        at = data.draw(st.integers(0, len(broken)))
        broken[at : at + data.draw(st.integers(0, 8))] = data.draw(st.binary(max_size=8))
    assert all(one.text for one in codes_of(bytes(broken[: data.draw(st.integers(0, len(broken)))]), PictureBudget()))


@given(st.binary(max_size=300))
def test_any_bytes(data: bytes) -> None:
    assert codes_of(data, PictureBudget(documents=0)) == ()
    for magic in (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xe0", b"GIF89a", b"BM", b"RIFF\0\0\0\0WEBP"):
        assert is_picture(magic + data)
        assert codes_of(magic + data, PictureBudget()) == ()
    assert list(codes_in_page(b"data:image/png;base64," + base64.b64encode(data), PictureBudget())) == []
