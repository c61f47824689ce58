"""QR codes drawn with signs or with cells of a table are read; no text raises."""

from collections.abc import Sequence

import numpy as np
import pytest
import zxingcpp
from hypothesis import given
from hypothesis import strategies as st

from sekimori.formats.mail import parse
from sekimori.formats.qr_codes import Code, PictureBudget, codes_in_part
from sekimori.formats.qr_text import codes_in_table, codes_in_text

LINK = "https://evil.example/login"
_CODE = zxingcpp.create_barcode(LINK, zxingcpp.BarcodeFormat.QRCode)
MODULES = np.array(zxingcpp.write_barcode_to_image(_CODE, scale=1, add_quiet_zones=False)) < 128


def blocks(modules: Sequence[Sequence[bool]], dark: str, light: str) -> str:
    return "\n".join("".join(dark if one else light for one in row) for row in modules)


def halves(modules: np.ndarray) -> str:
    even = np.vstack([modules, np.zeros((len(modules) % 2, modules.shape[1]), dtype=bool)])
    signs = {(True, True): "█", (True, False): "▀", (False, True): "▄", (False, False): " "}
    pairs = zip(even[::2], even[1::2], strict=True)
    return "\n".join("".join(signs[bool(a), bool(b)] for a, b in zip(*pair, strict=True)) for pair in pairs)


def table(dark: str, light: str) -> bytes:
    rows = ("".join(f"<td {dark if one else light}></td>" for one in row) for row in MODULES)
    return ("<table>" + "".join(f"<tr>{row}</tr>" for row in rows) + "</table>").encode()


DRAWN = {
    "two blocks a module": blocks(MODULES.tolist(), "██", "  "),
    "light on dark": blocks((~MODULES).tolist(), "██", "  "),
    "half blocks": halves(MODULES),
    "squares": blocks(MODULES.tolist(), "■", "□"),
}


@pytest.mark.parametrize("name", DRAWN)
def test_signs(name: str) -> None:
    assert codes_in_text(f"Scan this:\n{DRAWN[name]}\nThank you") == [LINK]


@pytest.mark.parametrize(
    ("dark", "light"),
    [
        ('bgcolor="#000000"', 'bgcolor="#ffffff"'),
        ("style='background-color: black; width:4px'", "style='width:4px'"),
        ('style="background:#123"', 'bgcolor="white"'),
    ],
)
def test_cells(dark: str, light: str) -> None:
    assert codes_in_table(table(dark, light)) == [LINK]


def test_in_a_mail() -> None:
    for kind, text, inside in (
        ("html", table("bgcolor=black", "bgcolor=white"), "a table"),
        ("plain", DRAWN["half blocks"].encode(), "drawn with signs"),
    ):
        mail = parse(f"Content-Type: text/{kind}; charset=utf-8\n\n".encode() + text)
        assert list(codes_in_part(mail.parts[0], PictureBudget())) == [Code(LINK, inside)]


def test_ordinary_tables_and_signs_are_no_codes() -> None:
    assert codes_in_table(b"<table>" + (b"<tr>" + b"<td>1</td>" * 30 + b"</tr>") * 30 + b"</table>") == []
    assert codes_in_text("■□■□\n" * 30) == []
    assert codes_in_text(("█" * 60 + "\n") * 40) == []


@given(st.text(alphabet="█▀▄ ■□\n", max_size=3_000), st.integers(21, 60))
def test_any_signs(text: str, width: int) -> None:
    lines = [text[at : at + width] for at in range(0, len(text), width)]
    assert all(isinstance(one, str) for one in codes_in_text("\n".join(lines)))


@given(st.lists(st.sampled_from([b"<tr>", b"</tr>", b"<td bgcolor=#000>", b"<td>", b"<td colspan=99>"]), max_size=600))
def test_any_cells(pieces: list[bytes]) -> None:
    assert all(isinstance(one, str) for one in codes_in_table(b"<td>" * 200 + b"".join(pieces)))
