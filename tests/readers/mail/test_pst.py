"""The reader of Outlook's data files, on files written for it."""

from sekimori.app.golden import MemorySource
from sekimori.model.place import Statement, Unread
from sekimori.readers.mail.pst import Pst
from sekimori.readers.protocol import Item, Member, ReadingContext
from tests.formats.pst_file import File, Folder, Message, pst_of

_MAIL = Message({0x0037: "会議", 0x1000: "本文です", 0x0E07: 1})


def _items(data: bytes) -> list[Item]:
    source = MemorySource("taro.pst", data)
    assert Pst().recognises(source.head)
    return list(Pst().read(source, ReadingContext()))


def test_messages_are_members_named_by_their_folders() -> None:
    [one, two] = _items(
        pst_of(Folder("Top", folders=[Folder("受信トレイ", [_MAIL, Message({0x0037: "x", 0x0E07: 0})])]))
    )

    assert isinstance(one, Member)
    assert isinstance(two, Member)
    assert [one.name, two.name] == ["Top/受信トレイ/1.eml:2,S", "Top/受信トレイ/2.eml:2,"]
    assert b"Subject: =?utf-8?B?" in one.stream.read()


def test_what_cannot_be_read_is_told_beside_the_messages() -> None:
    chart = Message({0x0037: "x"}, files=[File("図", b"x", {0x3705: 6})])

    member, missing = _items(pst_of(Folder("Top", [chart])))

    assert isinstance(member, Member)
    assert isinstance(missing, Unread)
    assert "図" in missing.reason


def test_a_file_without_messages_says_so() -> None:
    [told] = _items(pst_of(Folder("Top")))

    assert isinstance(told, Statement)
    assert told.about == "messages"


def test_a_file_that_is_cut_off_is_unread() -> None:
    whole = pst_of(Folder("Top", [_MAIL]))

    assert [isinstance(one, Unread) for one in _items(whole[:600])] == [True]
    assert all(isinstance(one, Unread) for one in _items(whole[:-700]))
