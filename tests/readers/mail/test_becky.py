"""Mailbox files of Becky!, and the index beside them."""

from sekimori.app.golden import MemorySource
from sekimori.model.place import Unread
from sekimori.readers.mail import becky
from sekimori.readers.mail.becky import Becky
from sekimori.readers.mail.becky_index import BeckyIndex, states
from sekimori.readers.mail.eml import Eml
from sekimori.readers.protocol import Head, Member, ReadingContext

HEADER = b"From: a@example.jp\r\nTo: b@example.jp\r\nSubject: x\r\n\r\n"
END = b".\r\n"


def mails_of(data: bytes) -> list[bytes]:
    found = []
    for item in Becky().read(MemorySource("5f7a10c1.bmf", data), ReadingContext()):
        if isinstance(item, Member):
            found.append(item.stream.read())
            if item.offset is not None and item.length is not None:
                assert found[-1] == data[item.offset : item.offset + item.length]
    return found


def test_mails_end_at_a_dot_alone() -> None:
    one, two = HEADER + b"one\r\n", HEADER + b"two\r\n"

    assert mails_of(one + END + two + END) == [one, two]
    assert mails_of(one + END + two) == [one, two]
    assert mails_of(one.replace(b"\r", b"") + b".\n" + two) == [one.replace(b"\r", b""), two]


def test_a_dot_before_what_is_no_header_ends_nothing() -> None:
    mail = HEADER + b"list:\r\n.\r\nno field here\r\n"

    assert mails_of(mail + END) == [mail]


def test_doubled_dots_are_single_ones_in_the_mail() -> None:
    mail = HEADER + b"..profile\r\n...\r\na..b\r\n"

    assert mails_of(mail + END) == [HEADER + b".profile\r\n..\r\na..b\r\n"]


def test_doubled_dots_at_the_edges_of_blocks(monkeypatch) -> None:  # type: ignore[no-untyped-def]
    for block in range(1, 40):
        monkeypatch.setattr(becky, "_BLOCK", block)
        mail = HEADER + b"..a\r\n....\r\n\r\n..\r\n"

        assert mails_of(mail + END + mail + END) == [HEADER + b".a\r\n...\r\n\r\n.\r\n"] * 2, block


def test_an_attachment_kept_elsewhere_is_told_with_its_place() -> None:
    data = HEADER + b"x\r\nX-Becky-Include: 5f\\plan.zip\r\n" + END

    [missing] = [
        item for item in Becky().read(MemorySource("a.bmf", data), ReadingContext()) if isinstance(item, Unread)
    ]

    assert "plan.zip" in missing.reason
    assert data[missing.place.offset :].startswith(b"X-Becky-Include")


def test_the_name_tells_it_from_a_mail() -> None:
    assert Becky().recognises(Head("5F7A10C1.BMF", HEADER))
    assert not Eml().recognises(Head("5F7A10C1.BMF", HEADER + END))
    assert Eml().recognises(Head("a.eml", HEADER))
    assert not Becky().recognises(Head("a.bmf", b"MZ\0\0"))


def index(*rows: tuple[str, str, str]) -> bytes:
    lines = [
        f"0|0|{file}|s|f|t|<{mid}>||1|1|1|9|{state}|0|3|0|utf-8|".replace("|", "\x01") for file, mid, state in rows
    ]
    return "\r\n".join(["5f", *lines, ""]).encode()


def test_the_index_says_what_was_read() -> None:
    data = index(("AA", "1@x.example", "000001"), ("aa", "2@x.example", "4"), ("bb", "1@x.example", "0"))

    assert states(data) == {("aa", "1@x.example"): True, ("aa", "2@x.example"): False, ("bb", "1@x.example"): False}
    assert BeckyIndex().recognises(Head("Folder.idx", data))


def test_what_the_index_says_twice_or_not_at_all_is_not_relied_on() -> None:
    data = index(("aa", "1@x.example", "1"), ("aa", "1@x.example", "0"), ("aa", "2@x.example", "zz"), ("aa", "", "1"))

    assert states(data + b"\xff\x01\x01\n1\x012\n\0") == {}
