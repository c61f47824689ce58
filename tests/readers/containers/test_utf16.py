"""Text in UTF-16 of formats that are read in UTF-8."""

from pathlib import Path

import pytest

from sekimori.app.golden import MemorySource
from sekimori.model.place import Statement
from sekimori.readers.containers.utf16 import Utf16
from sekimori.readers.protocol import HEAD_BYTES, Head, Member, ReadingContext

BLOCKS = 1 << 20


def read(data: bytes) -> tuple[str, bytes]:
    """The encoding that is stated, and the text in UTF-8."""
    statement, member = "", b""
    for item in Utf16().read(MemorySource("a.log", data), ReadingContext()):
        match item:
            case Statement():
                statement = item.value
            case Member():
                member = item.stream.read()
    return statement, member


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_both_orders_across_blocks(encoding: str) -> None:
    text = "漢字とkana𠮷\r\n" * 130_000
    data = "\ufeff".encode(encoding) + text.encode(encoding)
    assert len(data) > 2 * BLOCKS
    assert read(data) == (encoding, text.encode())


def test_what_is_no_utf16_is_an_escape_and_a_cut_character_stays_away() -> None:
    data = b"\xff\xfe" + "a".encode("utf-16-le") + b"\x00\xd8" + "b".encode("utf-16-le") + b"c"
    assert read(data)[1] == rb"a\x00\xd8b"


def test_only_what_a_reader_takes_as_text(root: Path) -> None:
    samples = root / "tests/data/readers"
    zeek = (samples / "network/zeek_tsv/dns.log").read_text("utf-8")
    assert Utf16().recognises(Head("dns.log", ("\ufeff" + zeek).encode("utf-16-le")[:HEAD_BYTES]))
    xml = (samples / "windows/event_xml/security.xml").read_text("utf-8")
    for text in (xml, "a memo of 会議"):
        assert not Utf16().recognises(Head("a", ("\ufeff" + text).encode("utf-16-le")[:HEAD_BYTES]))
    assert not Utf16().recognises(Head("dns.log", zeek.encode()))
