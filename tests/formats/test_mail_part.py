import pytest

from sekimori.formats.mail import Part, parse
from sekimori.formats.mail_flowed import unflowed
from sekimori.formats.mail_part import TEXT_BYTES


def part_of(header: bytes, body: bytes) -> Part:
    [part] = parse(header + b"\n\n" + body).parts
    return part


@pytest.mark.parametrize(
    ("coding", "body", "data"),
    [
        (b"base64", b"YWJj", b"abc"),
        (b"BASE64 ", b"YWJj", b"abc"),
        (b"quoted-printable", b"a=3Db=\nc", b"a=bc"),
        (b"x-uuencode", b"begin 644 a\n#86)C\n`\nend\nrest", b"abc"),
        (b"8bit", b"abc", b"abc"),
        (b"unknown", b"abc", b"abc"),
    ],
)
def test_transfer_encodings(coding: bytes, body: bytes, data: bytes) -> None:
    assert part_of(b"Content-Transfer-Encoding: " + coding, body).data == data


@pytest.mark.parametrize(
    ("header", "name", "is_text", "is_attachment"),
    [
        (b"Content-Type: text/plain", "", True, False),
        (b"Content-Type: text/plain; name=a.txt", "a.txt", True, True),
        (b"Content-Type: text/plain\nContent-Disposition: attachment", "", False, True),
        (b"Content-Type: text/plain; name=a.txt\nContent-Disposition: inline; filename=b.txt", "b.txt", True, True),
        (b"Content-Type: image/png\nContent-ID: <1>", "", False, True),
        (b"Content-Type: message/delivery-status", "", True, False),
    ],
)
def test_what_a_part_is(header: bytes, name: str, *, is_text: bool, is_attachment: bool) -> None:
    part = part_of(header, b"x")

    assert (part.name, part.is_text, part.is_attachment) == (name, is_text, is_attachment)


def test_inline_images() -> None:
    assert part_of(b"Content-Type: image/png\nContent-ID: <1>", b"").is_inline_image
    assert not part_of(b"Content-Type: image/png; name=a.png\nContent-Disposition: attachment", b"").is_inline_image


def test_html_takes_the_charset_of_the_page_where_the_header_has_none() -> None:
    page = '<meta charset="euc-jp"><p>会議'.encode("euc_jp")

    assert part_of(b"Content-Type: text/html", page).text == "会議"
    assert part_of(b"Content-Type: text/html; charset=utf-8", "<p>会議".encode()).text == "会議"


def test_html_file_sent_as_bytes_is_read() -> None:
    part = part_of(b"Content-Type: application/octet-stream; name=Invoice.HTM", b"<a href=http://evil.example/>x</a>")

    assert part.html is not None
    assert part.html.links[0].target == "http://evil.example/"
    assert not part.is_text


def test_flowed_lines_are_joined() -> None:
    flowed = b"Content-Type: text/plain; format=flowed"

    assert part_of(flowed, b"one \ntwo\n-- \nname").text == "one two\n-- \nname"
    assert part_of(flowed + b"; delsp=yes", b"http://a.example/long \npath\n").text == "http://a.example/longpath\n"


def test_long_text_is_cut_and_told() -> None:
    mail = parse(b"Subject: x\n\n" + b"x" * (TEXT_BYTES + 1))

    assert len(mail.parts[0].text) == TEXT_BYTES
    assert len(mail.parts[0].data) == TEXT_BYTES + 1
    assert "read up to" in mail.problems[0].reason


def test_flowed_text_of_very_many_lines_is_joined_too() -> None:
    assert unflowed("a \nb\n" * 100_000, delsp=False) == "a b\n" * 100_000
    assert unflowed("a \nb\n" * 100_000, delsp=True) == "ab\n" * 100_000
