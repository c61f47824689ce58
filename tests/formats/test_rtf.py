import struct

import pytest

from sekimori.formats.rtf import decompressed, text_of_rtf


def test_compressed_text_refers_to_what_came_before() -> None:
    # The example of [MS-OXRTFCP] 3.1.
    data = bytes.fromhex(
        "2d0000002b0000004c5a4675f1c5c7a703000a00726370673132354232 0af32068656c090020627705b06c647d0a800fa0".replace(
            " ", ""
        )
    )

    whole = b"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n"
    assert decompressed(data) == (whole, False)
    assert decompressed(data, 9) == (whole[:9], True)
    assert decompressed(data, 0) == (b"", True)


def test_html_comes_out_of_its_wrapping() -> None:
    rich = rb"{\rtf1\ansi\ansicpg932\fromhtml1{\fonttbl{\f0 Arial;}}{\*\htmltag64 <p>}\htmlrtf x\par\htmlrtf0 \'89\'ef\u-30000?}"  # noqa: E501 - bytes as they stand

    assert text_of_rtf(rich) == ("<p>会" + chr(-30000 & 0xFFFF), True)


@pytest.mark.parametrize("of_html", [rb"\fromhtml1", b""])
def test_japanese_is_read_in_the_code_page_of_its_font(of_html: bytes) -> None:
    fonts = rb"{\fonttbl{\f0\fcharset0 Arial;}{\f1\fcharset128 Mincho;}}"
    text = rb"{\info{\author a}}\htmlrtf\htmlrtf0\f1 \'89\'ef{\'8b}\'63\f0 \'e9}"

    assert text_of_rtf(rb"{\rtf1\ansi\ansicpg1252" + of_html + fonts + text) == ("会議é", bool(of_html))


def test_plain_rich_text_gives_its_text() -> None:
    assert text_of_rtf(rb"{\rtf1\ansi{\fonttbl{\f0 Arial;}}a\par b\{c\}}") == ("a\nb{c}", False)


def test_broken_streams_end() -> None:
    assert decompressed(b"") == (b"", False)
    assert decompressed(struct.pack("<4I", 9, 1 << 31, 0x75465A4C, 0) + b"\xff" * 9)[1] is False
