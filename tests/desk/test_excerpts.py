"""What of a record's raw source is shown."""

import pytest

from sekimori.desk.excerpts import around, of_header

MAIL = (
    "Return-Path: <yamada@freemail.example>\r\n"
    "Received: from mx.example.jp ([198.51.100.1])\r\n\tby imap.example.jp; Thu, 1 Oct 2026 09:00:02 +0900\r\n"
    "Received: from web.freemail.example ([203.0.113.66])\r\n\tby mx.example.jp; Thu, 1 Oct 2026 09:00:01 +0900\r\n"
    "From: =?utf-8?B?5bGx55Sw?= <Yamada@Freemail.example>\r\n"
    "To: sato@example.jp\r\n"
    "Subject: =?utf-8?B?6K2w5LqL6Yyy?=\r\n"
    "Date: Thu, 1 Oct 2026 09:00:00 +0900\r\n"
    "\r\n"
    "See http://203.0.113.66/a\r\n"
)


@pytest.mark.parametrize(
    ("field", "value", "shown"),
    [
        (
            "email_from_address",
            "yamada@freemail.example",
            "…\nFrom: =?utf-8?B?5bGx55Sw?= <Yamada@Freemail.example>\n…",
        ),
        ("email_return_path", "yamada@freemail.example", "Return-Path: <yamada@freemail.example>\n…"),
        ("email_subject", "議事録", "…\nSubject: =?utf-8?B?6K2w5LqL6Yyy?=\n…"),
        (
            "email_hop_address",
            "203.0.113.66",
            (
                "…\nReceived: from web.freemail.example ([203.0.113.66])\r\n"
                "\tby mx.example.jp; Thu, 1 Oct 2026 09:00:01 +0900\n…"
            ),
        ),
        (
            "url_domain",
            "203.0.113.66",
            (
                "…\nFrom: =?utf-8?B?5bGx55Sw?= <Yamada@Freemail.example>\nTo: sato@example.jp\n"
                "Subject: =?utf-8?B?6K2w5LqL6Yyy?=\nDate: Thu, 1 Oct 2026 09:00:00 +0900\n…"
            ),
        ),
    ],
)
def test_of_a_mail_the_header_that_agreed(field: str, value: str, shown: str) -> None:
    assert of_header(MAIL, field, value) == shown


def test_a_long_header_is_cut_around_the_value() -> None:
    many = ", ".join(f"person{number}@example.jp" for number in range(200))
    shown = of_header(f"From: a@example.net\r\nTo: {many}\r\n\r\nbody", "email_to_address", "person120@example.jp")
    first, field, last = shown.split("\n")
    assert (first, last) == ("…", "…")
    assert "person120@example.jp" in field
    assert field.startswith("…")
    assert field.endswith("…")
    assert len(field) < 400
    assert "body" not in shown


def test_the_stretch_around_a_value() -> None:
    text = "a" * 1000 + " Evil.example " + "b" * 1000
    assert around("short evil.example", "evil.example") == "short evil.example"
    middle = around(text, "evil.example", 100)
    assert "Evil.example" in middle
    assert (middle[0], middle[-1], len(middle)) == ("…", "…", 102)
    assert around(text + "end", "end", 100) == "…" + (text + "end")[-100:]
    assert around(text, "not there", 100) == text[:100] + "…"
    assert around("", "x") == of_header("", "email_subject", "x").replace("…", "").strip() == ""
