from pathlib import Path

import pytest

from sekimori.formats.mail import parse
from sekimori.formats.mapi import rendered
from sekimori.formats.msg import BrokenMsg, read_msg
from tests.formats.msg_file import compound_file, fixed, sample, text

_SAMPLE = Path(__file__).parents[1] / "data" / "readers" / "mail" / "msg" / "minutes.msg"


def test_the_sample_is_what_is_written_here() -> None:
    assert _SAMPLE.read_bytes() == sample()


def test_header_bodies_files_and_the_message_inside() -> None:
    mail = parse(rendered(read_msg(sample())))

    assert mail.problems == ()
    assert mail.text("subject") == "会議の件"
    assert [hop.from_address for hop in mail.hops] == ["192.0.2.7"]
    parts = list(mail.walk())
    assert next(part.data.decode() for part in parts if part.mime_type == "text/html").startswith("<p>会議 http://evil")
    assert "議事録.txt" in [part.name for part in parts]
    inner = next(part.mail for part in parts if part.mail is not None)
    assert inner.text("subject") == "内側の件名"
    assert [(one.name, one.address) for one in inner.addresses("cc")] == [("田中", "tanaka@example.jp")]


def test_a_line_break_in_a_property_makes_no_field() -> None:
    data = compound_file(
        {**fixed(32, {}), **text(0x0037, "a\r\nBcc: b@example.jp"), **text(0x0C1F, "c@example.jp\r\nTo: d@example.jp")}
    )

    mail = parse(rendered(read_msg(data)))

    assert list(mail.addresses("bcc")) == []
    assert list(mail.addresses("to")) == []


def test_other_bytes_are_told_as_broken() -> None:
    with pytest.raises(BrokenMsg):
        read_msg(sample()[:700])
