"""Icons of programs and what shortcuts say; no bytes raise."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from sekimori.formats.program_icon import program_icon
from sekimori.formats.shortcut import Shortcut, shortcut_of
from tests.formats.programs import lnk, program

RED = Image.new("RGBA", (48, 48), (200, 0, 0, 255))
CMD = lnk(target="..\\..\\Windows\\cmd.exe", arguments="/c 開く", icon="C:\\Office\\WINWORD.EXE", number=-13)


@pytest.mark.parametrize("form", ["BMP", "PNG"])
def test_the_icon_of_a_program(form: str) -> None:
    icon = program_icon(program(RED, form=form))
    assert icon is not None
    assert (icon.mode, icon.size, icon.getpixel((20, 20))) == ("RGBA", (48, 48), (200, 0, 0, 255))


def test_what_has_no_icon() -> None:
    for data in (b"", b"MZ", b"text", program(None), program(RED)[:700]):
        assert program_icon(data) is None
    assert program_icon(program(RED), seconds=0) is None


def test_a_picture_larger_than_icons_are_is_not_decoded() -> None:
    data = program(RED)
    at = data.index((40).to_bytes(4, "little") + (48).to_bytes(4, "little"))
    wide = data[: at + 4] + (60_000).to_bytes(4, "little") + data[at + 8 :]
    assert program_icon(wide) is None


def test_what_a_shortcut_says() -> None:
    assert shortcut_of(CMD) == Shortcut(
        target="..\\..\\Windows\\cmd.exe", arguments="/c 開く", icon="C:\\Office\\WINWORD.EXE", icon_number=-13
    )
    assert shortcut_of(CMD + bytes(30 << 20)) == shortcut_of(CMD), "padded to pass for something else"
    assert shortcut_of(b"text") is None


@given(st.sampled_from([CMD, program(RED), program(RED, form="PNG")]), st.data())
@settings(max_examples=150)
def test_broken_files(sample: bytes, data: st.DataObject) -> None:
    broken = bytearray(sample)
    for _ in range(data.draw(st.integers(0, 6))):
        at = data.draw(st.integers(0, min(len(broken), 1_500)))
        broken[at : at + data.draw(st.integers(0, 8))] = data.draw(st.binary(max_size=8))
    whole = bytes(broken[: data.draw(st.integers(0, len(broken)))])
    icon, link = program_icon(whole), shortcut_of(whole)
    assert icon is None or max(icon.size) <= 256
    assert link is None or link.icon.isprintable()


@given(st.binary(max_size=400))
def test_any_bytes(data: bytes) -> None:
    assert program_icon(b"MZ" + data) is None
    assert shortcut_of(data) is None
    link = shortcut_of(CMD[:20] + data)
    assert link is None or link.target.isprintable()
