import base64
import email
from email.message import Message

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekimori.formats.mail import DEPTH, PARTS, Mail, Part, parse

HEAD = b"From: a@example.jp\nTo: b@example.jp\nSubject: x\n"


def multipart(*parts: bytes, boundary: bytes = b"b", type_: bytes = b"mixed", end: bytes = b"--b--\n") -> bytes:
    head = b"Content-Type: multipart/" + type_ + b'; boundary="' + boundary + b'"\n\n'
    return head + b"".join(b"--" + boundary + b"\n" + part + b"\n" for part in parts) + end


def shape(mail: Mail) -> list[tuple[str, str, bytes]]:
    return [(part.number, part.mime_type, part.data) for part in mail.walk()]


def test_one_text() -> None:
    mail = parse(HEAD + b"\nbody\r\nmore\n")
    [part] = mail.parts

    assert (mail.text("subject"), mail.text("date")) == ("x", "")
    assert (part.number, part.mime_type, part.text) == ("1", "text/plain", "body\nmore\n")
    assert part.is_text
    assert not part.is_attachment


def test_parts_numbers_and_places() -> None:
    data = HEAD + multipart(
        multipart(
            b"\nplain", b"Content-Type: text/html\n\n<p>page</p>", boundary=b"in", type_=b"alternative", end=b"--in--"
        ),
        b"Content-Type: a/b; name=c.bin\nContent-Transfer-Encoding: base64\n\n" + base64.b64encode(b"content"),
    )
    mail = parse(data)

    assert shape(mail) == [
        ("1.1", "text/plain", b"plain"),
        ("1.2", "text/html", b"<p>page</p>"),
        ("2", "a/b", b"content"),
    ]
    assert [data[part.place.offset :][: part.place.length] for part in mail.parts] == [
        b"plain",
        b"<p>page</p>",
        base64.b64encode(b"content"),
    ]
    assert mail.problems == ()


def test_nested_mail_keeps_its_own_header_and_place() -> None:
    inner = b"From: evil@x.example\nSubject: inner\n" + multipart(b"\ntext", boundary=b"i", end=b"--i--")
    data = HEAD + multipart(b"\nsee", b"Content-Type: message/rfc822\n\n" + inner)
    mail = parse(data)
    nested = mail.parts[1].mail

    assert shape(mail) == [("1", "text/plain", b"see"), ("2", "message/rfc822", inner), ("2.1", "text/plain", b"text")]
    assert nested is not None
    assert nested.text("subject") == "inner"
    subject = nested.first("subject")
    assert subject is not None
    assert data[subject.place.offset :].startswith(b"Subject: inner\n")


def test_nested_mail_in_base64_has_the_place_of_its_part() -> None:
    inner = b"From: evil@x.example\nSubject: inner\n\ntext"
    data = HEAD + b"Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\n" + base64.b64encode(inner)
    [part] = parse(data).parts

    assert part.mail is not None
    assert [found.text for found in part.mail.parts] == ["text"]
    assert part.mail.parts[0].place == part.place


def test_file_called_eml_is_a_mail_if_it_looks_so() -> None:
    head = b"Content-Type: application/octet-stream; name=a.eml\n\n"

    assert parse(HEAD + head + b"Subject: inner\n\ntext").parts[0].mail is not None
    assert parse(HEAD + head + b"no mail").parts[0].mail is None


def test_digest_holds_mails() -> None:
    mail = parse(HEAD + multipart(b"\nSubject: one\n\ntext", type_=b"digest"))

    assert [part.mail.text("subject") for part in mail.parts if part.mail] == ["one"]


@pytest.mark.parametrize(
    ("data", "shapes", "reason"),
    [
        (multipart(b"\none", end=b""), [("1", "text/plain", b"one\n")], "without its end"),
        (b"Content-Type: multipart/mixed\n\n--b\n", [("1", "text/plain", b"--b\n")], "without its boundary"),
        (b"Content-Type: multipart/mixed; boundary=x\n\ntext", [("1", "text/plain", b"text")], "without its boundary"),
        (multipart(b"\n--bc\n--b c"), [("1", "text/plain", b"--bc\n--b c")], None),
        (multipart(b""), [("1", "text/plain", b"")], None),
        (b"Content-Type: broken\n\ntext", [("1", "text/plain", b"text")], None),
        (b"", [("1", "text/plain", b"")], None),
    ],
)
def test_broken_structure(data: bytes, shapes: list[tuple[str, str, bytes]], reason: str | None) -> None:
    mail = parse(data)

    assert shape(mail) == shapes
    assert [reason in problem.reason for problem in mail.problems if reason] == ([True] if reason else [])
    assert bool(mail.problems) == bool(reason)


def test_nesting_has_a_limit() -> None:
    data = b"end"
    for _ in range(DEPTH + 5):
        data = b"Content-Type: message/rfc822\n\n" + data
    mail = parse(data)

    assert len(list(mail.walk())) == DEPTH + 1
    assert [problem.reason for problem in mail.problems] == [f"nested deeper than {DEPTH}"]


def test_parts_have_a_limit() -> None:
    mail = parse(multipart(*[b"\nx"] * 10_000))

    assert len(mail.parts) == PARTS
    assert [problem.reason for problem in mail.problems] == [f"more than {PARTS} parts"]


def test_header_bomb_is_told() -> None:
    mail = parse(b"A: b\n" * 300_000 + b"\nbody")

    assert "header read up to" in mail.problems[0].reason


def test_line_ends_of_the_old_mac() -> None:
    mail = parse(HEAD.replace(b"\n", b"\r") + multipart(b"\none").replace(b"\n", b"\r"))

    assert shape(mail) == [("1", "text/plain", b"one")]


def test_header_convenience() -> None:
    mail = parse(
        b"Received: from a.example ([192.0.2.1]) by b.example; Mon, 6 Oct 2014 09:00:00 +0900\n"
        b"From: A <a@example.jp>\nTo: b@example.jp\nTo: c@example.jp\nMessage-ID: <1@a>\n"
        b"In-Reply-To: <0@a> (of yesterday)\nReferences: <0@a> <9@a>\nDate: never\n\n"
    )

    assert [address.address for address in mail.addresses("to")] == ["b@example.jp", "c@example.jp"]
    assert (mail.message_id, mail.references) == ("1@a", ["0@a", "9@a"])
    assert [hop.from_address for hop in mail.hops] == ["192.0.2.1"]
    assert mail.date is not None
    assert mail.date.time is None


def _stdlib(message: Message) -> list[tuple[str, bytes]]:
    leaves = (part for part in message.walk() if not part.is_multipart())
    return [
        (part.get_content_type(), payload)
        for part in leaves
        if isinstance(payload := part.get_payload(decode=True), bytes)
    ]


_PARTS = st.recursive(
    st.tuples(st.sampled_from([b"text/plain", b"text/html", b"a/b"]), st.binary(max_size=40)),
    lambda inner: st.lists(inner, min_size=1, max_size=4),
    max_leaves=8,
)


def _written(part: object, level: int = 0) -> bytes:
    if isinstance(part, list):
        boundary = b"=_%d" % level
        pieces = [_written(inner, level + 1) for inner in part]
        return multipart(*pieces, boundary=boundary, end=b"--" + boundary + b"--")
    assert isinstance(part, tuple)
    type_, data = part
    assert isinstance(type_, bytes)
    return b"Content-Type: " + type_ + b"\nContent-Transfer-Encoding: base64\n\n" + base64.b64encode(data)


@given(_PARTS)
def test_well_formed_mails_have_the_parts_that_the_standard_library_finds(part: object) -> None:
    data = HEAD + _written(part)
    mine: list[Part] = list(parse(data).walk())

    assert [(found.mime_type, found.data) for found in mine] == _stdlib(email.message_from_bytes(data))


@given(st.binary(max_size=300), st.integers(0, 400), st.integers(0, 40))
def test_no_bytes_raise(junk: bytes, at: int, width: int) -> None:
    sound = HEAD + multipart(
        b"\none", b"Content-Type: message/rfc822\n\nSubject: y\n\n<p>", b"Content-Type: text/html\n\n<a href=x>"
    )
    data = sound[:at] + junk + sound[at + width :]
    mail = parse(data)

    for part in mail.walk():
        assert 0 <= part.place.offset <= part.place.offset + part.place.length <= len(data)
    for problem in mail.problems:
        assert problem.place.offset + problem.place.length <= len(data)
