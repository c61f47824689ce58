import struct
from pathlib import Path

import pytest

from sekimori.formats.mail import Problem, parse
from sekimori.formats.mail_attachment import attached
from sekimori.formats.mapi import MapiAttachment, MapiMessage, Properties, rendered
from sekimori.formats.msg import BrokenMsg, read_msg
from sekimori.formats.rtf import RTF_BYTES
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


def test_rich_text_has_one_allowance_for_the_whole_mail() -> None:
    def message(*files: MapiAttachment) -> MapiMessage:
        rich = rb"{\rtf1 " + b"a" * (RTF_BYTES // 2) + b"}"
        data = struct.pack("<4I", len(rich), len(rich), 0x414C454D, 0) + rich
        return MapiMessage(Properties({0x1009: (0x0102, data), 0x0037: (0x1F, b"x\0")}), (), files)

    inner = MapiAttachment(Properties({}), message=message())
    problems: list[Problem] = []
    mail = parse(rendered(message(inner, inner)))

    files = [file.name for file in attached(mail, problems)]

    assert files.count("message.lzfu") == 2
    assert ["MELA" in problem.reason for problem in problems] == [True, True]
    assert sum(part.text.count("a") for part in mail.walk()) < RTF_BYTES
