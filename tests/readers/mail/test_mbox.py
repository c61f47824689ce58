import io
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekimori.app.golden import MemorySource
from sekimori.readers.mail import mbox
from sekimori.readers.mail.mbox import Mbox
from sekimori.readers.protocol import Head, Member, ReadingContext

FROM = b"From a@example.jp Mon Oct  6 09:00:00 2014\n"
MAIL = b"From: a@example.jp\nSubject: x\n\nbody\n"


def mails_of(data: bytes) -> list[bytes]:
    found = []
    for item in Mbox().read(MemorySource("a.mbox", data), ReadingContext()):
        assert isinstance(item, Member)
        assert item.offset is not None
        assert item.length is not None
        found.append(item.stream.read())
        assert found[-1] == data[item.offset : item.offset + item.length]
    return found


@pytest.mark.parametrize(
    ("line", "splits"),
    [
        (b"From a@example.jp Mon Oct  6 09:00:00 2014", True),
        (b"From MAILER-DAEMON Mon Oct 06 09:00:00 JST 2014", True),
        (b"From a b c  Mon, 6 Oct 2014 09:00:00 +0900", True),
        (b"From - Mon Oct  6 09:00:00 2014", True),
        (b"From -", True),
        (b"From 1844347792267117879@xxx", True),
        (b"From () 2019-10-02 05:04:34 +0000", True),
        (b"From here on it is text", False),
        (b">From a@example.jp Mon Oct  6 09:00:00 2014", False),
        (b"From Mon to Fri", False),
    ],
)
def test_lines_that_split(line: bytes, *, splits: bool) -> None:
    data = FROM + MAIL + b"\n" + line + b"\n" + MAIL

    assert mails_of(data) == ([MAIL, MAIL] if splits else [data.removeprefix(FROM)])


def test_only_before_a_field_and_without_an_empty_line_only_where_it_is_certain() -> None:
    assert len(mails_of(FROM + MAIL + FROM + MAIL)) == 2
    assert len(mails_of(FROM + MAIL + b"From here Mon Oct  6 09:00:00 2014\n" + MAIL)) == 1
    assert len(mails_of(FROM + MAIL + b"\n" + FROM + b"no field\n")) == 1


def test_carriage_returns() -> None:
    data = (FROM + MAIL + b"\n" + FROM + MAIL).replace(b"\n", b"\r\n")

    assert mails_of(data) == [MAIL.replace(b"\n", b"\r\n")] * 2


def test_quoted_lines_stay_as_they_are() -> None:
    mail = MAIL + b"\n>From me\n>>From you\n"

    assert mails_of(FROM + mail + b"\n" + FROM + MAIL) == [mail, MAIL]


def test_content_length_is_trusted_where_it_leads_to_the_next_mail() -> None:
    body = b"text\n\n" + FROM + MAIL
    mail = b"From: a\nContent-Length: %d\n\n" % len(body) + body
    data = FROM + mail + b"\n" + FROM + MAIL

    assert mails_of(data) == [mail, MAIL]
    assert mails_of(FROM + mail) == [mail]
    assert len(mails_of(data.replace(b"Content-Length: ", b"Content-Length: 1"))) == 3


def test_names_are_numbers() -> None:
    source = MemorySource("a.mbox", (FROM + MAIL + b"\n") * 3)

    assert [item.name for item in Mbox().read(source, ReadingContext()) if isinstance(item, Member)] == [
        "1.eml",
        "2.eml",
        "3.eml",
    ]


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (FROM + MAIL, True),
        (b"\xef\xbb\xbf" + FROM + MAIL, True),
        (b"From a@example.jp\nReturn-Path: <a>\n", True),
        (MAIL, False),
        (b"From  : a\nTo: b\n", False),
        (b"From here on: text\nmore\n", False),
        (b"", False),
    ],
)
def test_recognition(head: bytes, *, expected: bool) -> None:
    assert Mbox().recognises(Head("Inbox", head)) is expected


@pytest.mark.parametrize("block", [50, 64, 97, 4096])
def test_blocks_cut_anywhere_find_the_same(block: int, monkeypatch: pytest.MonkeyPatch) -> None:
    data = (FROM + MAIL + b"\n") * 20
    monkeypatch.setattr(mbox, "_BLOCK", block)

    assert mails_of(data) == [MAIL] * 20


class Counting(io.BytesIO):
    """Remembers the most that was asked for at once."""

    most = 0

    def read(self, size: int | None = -1, /) -> bytes:
        assert size is not None
        Counting.most = max(Counting.most, size)
        return super().read(size)


def test_a_huge_line_is_never_read_at_once() -> None:
    class Source(MemorySource):
        def open(self) -> Counting:
            return Counting(data)

    data = FROM + MAIL + b"x" * 5_000_000 + b"\n\n" + FROM + MAIL
    names = []
    for item in Mbox().read(Source("a.mbox", data), ReadingContext()):
        assert isinstance(item, Member)
        while item.stream.read(10_000):
            pass
        names.append(item.name)

    assert names == ["1.eml", "2.eml"]
    assert Counting.most < 1_100_000


def test_member_can_be_read_again_from_its_start() -> None:
    items = Mbox().read(MemorySource("a.mbox", FROM + MAIL), ReadingContext())
    member = next(items)
    assert isinstance(member, Member)

    assert member.stream.read(4) == MAIL[:4]
    assert member.stream.seek(0) == 0
    assert member.stream.read() == MAIL
    assert member.stream.seek(-5, io.SEEK_END) == len(MAIL) - 5
    assert list(items) == []


@given(
    st.lists(
        st.sampled_from([FROM, MAIL, b"\n", b"\r\n", b"From ", b"x", b"Content-Length: 9\n", b"\n\n"]), max_size=30
    )
)
def test_mails_never_overlap(pieces: list[bytes]) -> None:
    data = FROM + MAIL + b"".join(pieces)
    members = [item for item in Mbox().read(MemorySource("a", data), ReadingContext()) if isinstance(item, Member)]
    places = [(item.offset or 0, (item.offset or 0) + (item.length or 0)) for item in members]

    assert all(one[1] <= other[0] for one, other in pairwise(places))
    assert all(0 < start <= end <= len(data) for start, end in places)


def test_an_mbox_without_empty_lines_loses_no_mail() -> None:
    mail = b"From a@example.jp Thu Oct 15 09:00:00 2026\nFrom: a@example.jp\nSubject: x\n\nbody\n"
    quoted = b"From b@example.jp Thu Oct 15 09:00:00 2026\nis how a line of prose may begin\n"
    data = mail + quoted + mail
    items = list(Mbox().read(MemorySource("m.mbox", data), ReadingContext()))
    assert [item.offset for item in items if isinstance(item, Member)] == [43, 43 + len(mail) + len(quoted)]
