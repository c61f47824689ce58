"""Data files of Outlook: the walk through written ones, and what becomes of broken ones."""

from itertools import pairwise
from pathlib import Path

import pytest

from sekimori.formats.mail import parse
from sekimori.formats.mail_structure import Mail
from sekimori.formats.pst import messages
from tests.formats.pst_file import File, Folder, Message, pst_of

_SUBJECT, _BODY, _HTML, _FLAGS, _ID, _SENDER, _ADDRESS, _HEADER = (
    *(0x0037, 0x1000, 0x1013, 0x0E07, 0x1035, 0x0C1A, 0x5D01, 0x007D),
)
_KIND, _NAME, _SMTP = 0x0C15, 0x3001, 0x39FE


def _message(subject: str = "会議", **more: object) -> Message:
    values = {_SUBJECT: subject, _BODY: "本文です", _SENDER: "山田", _ADDRESS: "yamada@freemail.example"}
    return Message(values, **more)  # type: ignore[arg-type]


def _read(path: Path, data: bytes) -> tuple[dict[str, Mail], list[str]]:
    path.write_bytes(data)
    found = list(messages(path, seconds=30))
    mails = {name: parse(mail) for name, mail in found if name}
    assert len(mails) == sum(bool(name) for name, _ in found)
    return mails, [reason.decode() for name, reason in found if not name]


def test_folders_messages_recipients_and_attachments(tmp_path: Path) -> None:
    people = ({_KIND: 1, _NAME: "佐藤", _SMTP: "sato@example.jp"}, {_KIND: 2, _NAME: "", _SMTP: "kato@example.jp"})
    first = _message(recipients=people, files=[File("議事録.txt", b"hello"), File("空.txt", b"")])
    second = Message({_SUBJECT: "two", _HTML: b"<p>page</p>", _FLAGS: 0})
    inbox = Folder("受信/トレイ", [first, second], [Folder("見積", [_message()])])

    mails, problems = _read(tmp_path / "a.pst", pst_of(Folder("Top", folders=[inbox])))

    assert problems == []
    assert list(mails) == ["Top/受信_トレイ/1.eml", "Top/受信_トレイ/2.eml:2,", "Top/受信_トレイ/見積/1.eml"]
    one, two, _ = mails.values()
    assert one.text("subject") == "会議"
    assert [(who.name, who.address) for who in one.addresses("from")] == [("山田", "yamada@freemail.example")]
    assert [(who.name, who.address) for who in one.addresses("to")] == [("佐藤", "sato@example.jp")]
    assert [who.address for who in one.addresses("cc")] == ["kato@example.jp"]
    assert [(part.name, part.data) for part in one.walk() if part.is_attachment] == [
        ("議事録.txt", b"hello"),
        ("空.txt", b""),
    ]
    assert [part.text for part in two.walk()] == ["page"]


def test_the_header_as_it_came_is_kept(tmp_path: Path) -> None:
    header = "Received: from mx.freemail.example ([192.0.2.7]) by mx.example.jp\r\nMessage-ID: <9@freemail.example>\r\n"
    data = pst_of(Folder("Top", [Message({_SUBJECT: "x", _HEADER: header, _ID: "<other@example.jp>"})]))

    (mail,) = _read(tmp_path / "a.pst", data)[0].values()

    assert mail.message_id == "9@freemail.example"
    assert mail.hops[0].from_address == "192.0.2.7"


@pytest.mark.parametrize(("flags", "mark"), [(1, ":2,S"), (0x11, ":2,S"), (0, ":2,"), (0x10, ":2,")])
def test_what_was_read_is_marked(tmp_path: Path, flags: int, mark: str) -> None:
    mails, _ = _read(tmp_path / "a.pst", pst_of(Folder("Top", [Message({_SUBJECT: "x", _FLAGS: flags})])))

    assert list(mails) == [f"Top/1.eml{mark}"]


def test_the_length_of_the_prefix_is_no_part_of_the_subject(tmp_path: Path) -> None:
    mails, _ = _read(tmp_path / "a.pst", pst_of(Folder("Top", [_message("\x01\x05Re: 会議")])))

    assert [mail.text("subject") for mail in mails.values()] == ["Re: 会議"]


def test_many_messages_and_no_message(tmp_path: Path) -> None:
    many = Folder("many", [_message(str(number)) for number in range(40)])

    mails, problems = _read(tmp_path / "a.pst", pst_of(many, Folder("none")))

    assert [mail.text("subject") for mail in mails.values()] == [str(number) for number in range(40)]
    assert problems == []


def test_messages_attached_to_messages_are_read(tmp_path: Path) -> None:
    people = ({_KIND: 1, _NAME: "佐藤", _SMTP: "sato@example.jp"}, {_KIND: 1, _NAME: "加藤", _SMTP: "kato@example.jp"})
    deepest = _message("最奥", files=[File("dropper.exe", b"MZ")])
    inner = _message("転送元", recipients=people, files=[File("", deepest), File("a.txt", b"hello")])

    mails, problems = _read(tmp_path / "a.pst", pst_of(Folder("Top", [_message(files=[File("転送", inner)])])))

    assert problems == []
    (outer,) = mails.values()
    forwarded, innermost = [part.mail for part in outer.walk() if part.mail]
    assert [forwarded.text("subject"), innermost.text("subject")] == ["転送元", "最奥"]
    assert [who.address for who in forwarded.addresses("to")] == ["sato@example.jp", "kato@example.jp"]
    assert {part.name: part.data for part in outer.walk() if part.name} == {"dropper.exe": b"MZ", "a.txt": b"hello"}


def test_an_attached_object_is_told_as_not_read(tmp_path: Path) -> None:
    chart = File("図", b"x", {0x3705: 6})

    mails, problems = _read(tmp_path / "a.pst", pst_of(Folder("Top", [_message(files=[chart])])))

    assert list(mails) == ["Top/1.eml"]
    assert len(problems) == 1
    assert "図" in problems[0]


def test_damage_costs_what_it_hits_and_is_told(tmp_path: Path) -> None:
    files = [File("a.txt", b"hello"), File("", _message("inner"))]
    whole = pst_of(Folder("Top", [_message(files=files), _message("two")]))
    ends = [0x4600, *range(0x4700, len(whole), len(whole) // 30), len(whole) - 1]

    for start, end in pairwise(ends):
        hurt = whole[:start] + bytes(byte ^ 0xFF for byte in whole[start:end]) + whole[end:]
        mails, problems = _read(tmp_path / "a.pst", hurt)
        assert len(mails) == 2 or problems, hex(start)


def test_a_file_cut_short_is_told_with_a_reason(tmp_path: Path) -> None:
    whole = pst_of(Folder("Top", [_message()]))

    for end in (0x4600, len(whole) - 600):
        mails, problems = _read(tmp_path / "a.pst", whole[:end])
        assert (mails, bool(problems)) == ({}, True), end


def test_a_file_that_is_none_is_told_with_a_reason(tmp_path: Path) -> None:
    path = tmp_path / "broken.pst"
    path.write_bytes(b"!BDN\0\0\0\0SM" + bytes(4000))

    [(name, reason)] = list(messages(path))

    assert name == ""
    assert reason


def test_the_time_limit_ends_the_reading(tmp_path: Path) -> None:
    path = tmp_path / "broken.pst"
    path.write_bytes(b"!BDN")

    [(name, reason)] = list(messages(path, seconds=0))

    assert name == ""
    assert b"ended early" in reason
