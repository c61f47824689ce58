import struct

from sekimori.formats.rtf import decompressed, text_of_rtf


def test_compressed_text_refers_to_what_came_before() -> None:
    # The example of [MS-OXRTFCP] 3.1.
    data = bytes.fromhex(
        "2d0000002b0000004c5a4675f1c5c7a703000a00726370673132354232 0af32068656c090020627705b06c647d0a800fa0".replace(
            " ", ""
        )
    )

    assert decompressed(data) == b"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n"


def test_html_comes_out_of_its_wrapping() -> None:
    rich = rb"{\rtf1\ansi\ansicpg932\fromhtml1{\fonttbl{\f0 Arial;}}{\*\htmltag64 <p>}\htmlrtf x\par\htmlrtf0 \'89\'ef\u-30000?}"  # noqa: E501 - bytes as they stand

    assert text_of_rtf(rich) == ("<p>会" + chr(-30000 & 0xFFFF), True)


def test_plain_rich_text_gives_its_text() -> None:
    assert text_of_rtf(rb"{\rtf1\ansi{\fonttbl{\f0 Arial;}}a\par b\{c\}}") == ("a\r\nb{c}", False)


def test_broken_streams_end() -> None:
    assert decompressed(b"") == b""
    assert decompressed(struct.pack("<4I", 9, 1 << 31, 0x75465A4C, 0) + b"\xff" * 9).startswith(b"")
