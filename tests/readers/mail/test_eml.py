from datetime import UTC, datetime
from pathlib import Path

import pytest

from sekimori.app.golden import MemorySource
from sekimori.model.kinds import ATTACHMENT, MESSAGE
from sekimori.model.place import Statement, Unread
from sekimori.readers.mail import eml
from sekimori.readers.mail.eml import Eml
from sekimori.readers.protocol import Head, Item, ReadingContext, Records

SAMPLES = Path(__file__).resolve().parents[2] / "data/readers/mail/eml"


def items_of(data: bytes) -> list[Item]:
    return list(Eml().read(MemorySource("a.eml", data), ReadingContext()))


def rows_of(data: bytes, kind: str = "message") -> list[dict[str, object]]:
    batches = [item for item in items_of(data) if isinstance(item, Records) and item.kind.name == kind]
    return [row for item in batches for row in item.batch.to_pylist()]


@pytest.mark.parametrize(
    "head",
    [
        b"Received: from a\nFrom: b\n",
        b"Return-Path: <a>\r\nX-Any: 1\r\nDelivered-To: b\r\n",
        b"From: a\nTo: b\nSubject: c\n\n",
        b"X-Long: " + b"x" * 3000 + b"\n folded\nDate: x\nFrom: a\n\n",
        b"\xef\xbb\xbfFrom: a\nDate: b\n",
        b"MIME-Version: 1.0\nContent-Type: text/html\n\n",
        b">From x\nFrom: a\nDate: b\n",
        b"From x Mon Oct  6 09:00:00 2014\rFrom: a\rDate: b\r",
    ],
)
def test_mails_are_recognised(head: bytes) -> None:
    assert Eml().recognises(Head("1700000000.M1P1.host:2,S", head))


@pytest.mark.parametrize(
    "head",
    [
        b"",
        b"From x Mon Oct  6 09:00:00 2014\nFrom: a\nDate: b\n",
        b"HTTP/1.1 200 OK\r\nDate: x\r\nContent-Type: text/html\r\n",
        b"Date: x\nContent-Type: text/html\nServer: y\n",
        "From: a\nTo: b\nDate: c\n".encode("utf-16"),
        b"date,from,to\n1,2,3\n",
        b"key: value\nother: value\n",
        b"Date: x\n\nFrom: a\nTo: b\n",
        b"\x7fELF\0\0From: a\nDate: b\n",
        b"<xml>\nFrom: a\nDate: b\n",
    ],
)
def test_other_things_are_not(head: bytes) -> None:
    assert not Eml().recognises(Head("a.eml", head))


def test_batches_have_exactly_the_columns_of_their_kinds() -> None:
    batches = [item for item in items_of((SAMPLES / "targeted.eml").read_bytes()) if isinstance(item, Records)]

    assert [(item.kind.name, item.batch.num_rows) for item in batches] == [("message", 1), ("attachment", 5)]
    assert batches[0].batch.schema.equals(MESSAGE.schema)
    assert batches[1].batch.schema.equals(ATTACHMENT.schema)


def test_text_is_taken_once_where_the_html_repeats_it() -> None:
    body = b"--b\n\nsame  text\n--b\nContent-Type: text/html\n\n<p>same text</p>\n--b--"
    [row] = rows_of(b"From: a\nContent-Type: multipart/alternative; boundary=b\n\n" + body)

    assert row["email_body_text"] == "same  text"


def test_urls_of_text_and_html() -> None:
    page = (
        b"<a href=http://a.example/1>http://b.example/2</a><a href=//c.example/3>x</a><img src=http://d.example/4>"
        b"<form action=http://192.0.2.1/5></form><a href='mailto:X@e.example?subject=y'>z</a><a href=tel:1>t</a>"
    )
    [row] = rows_of(b"From: a\nContent-Type: text/html\n\n" + page)

    assert row["url_domain"] == ["b.example", "a.example", "c.example", "192.0.2.1", "d.example"]
    assert row["body_mail_address"] == ["x@e.example"]


def test_time_of_the_nearest_hop_where_the_date_is_broken() -> None:
    received = b"Received: by b.example; Mon, 6 Oct 2014 09:00:00 +0900\n"
    items = items_of(received + b"From: a\nDate: never\n\n")

    assert items[0] == Statement("time", "the Date field 'never' cannot be read; the time of the nearest hop is taken")
    assert str(rows_of(received + b"From: a\n\n")[0]["timestamp"]) == "2014-10-06 00:00:00+00:00"
    assert items_of(b"From: a\n\n")[0] == Statement("time", "there is no Date field; the mail has no time")


def test_time_of_the_nearest_hop_is_kept_beside_the_date() -> None:
    hops = b"Received: by b; Mon, 6 Oct 2014 09:00:02 +0900\nReceived: by a; Mon, 6 Oct 2014 09:00:01 +0900\n"
    [row] = rows_of(hops + b"From: a@b.example\nDate: Mon, 1 Jan 2001 00:00:00 +0000\n\n")
    assert row["timestamp"] == datetime(2001, 1, 1, tzinfo=UTC)
    assert row["email_received"] == datetime(2014, 10, 6, 0, 0, 2, tzinfo=UTC)


def test_every_sender_in_from_is_kept() -> None:
    [row] = rows_of(
        b'From: Taro <taro@first.example>, "Jiro" <jiro@second.example>, saburo@third.example\nTo: x@y.jp\n\n'
    )
    assert (row["email_from_address"], row["email_from_name"]) == ("taro@first.example", "Taro")
    assert row["email_more_from_address"] == ["jiro@second.example", "saburo@third.example"]
    assert row["email_more_from_name"] == ["Jiro"]


def test_rest_of_a_huge_mail_is_unread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(eml, "MESSAGE_BYTES", 20)
    data = b"From: a\nDate: b\n\nlong body"
    unread = [item for item in items_of(data) if isinstance(item, Unread)]

    assert [(item.place.offset, item.place.length) for item in unread] == [(20, len(data) - 20)]
    assert rows_of(data)[0]["hash_sha256"] is None


def test_problems_are_unread_stretches() -> None:
    data = (SAMPLES / "cut-off.eml").read_bytes()
    reasons = [item.reason for item in items_of(data) if isinstance(item, Unread)]

    assert ["without its end" in reasons[0], reasons[1].startswith("2!")] == [True, True]


def test_defanged_values_are_recorded_as_meant() -> None:
    body = (
        "資料です。example.jpをご覧\nhxxp://evil2[.]example/b hxxps://foo[.]bar[.]example:8443/x?y=1 "
        "evil3[.]example , 203[.]0[.]113[.]80 taro[@]evil4.example"
    )
    [row] = rows_of(b"From: a@x.example\nContent-Type: text/plain; charset=utf-8\n\n" + body.encode())

    assert row["url_original"] == ["http://evil2.example/b", "https://foo.bar.example:8443/x?y=1"]
    assert row["url_domain"] == ["evil2.example", "foo.bar.example"]
    assert row["body_domain"] == ["example.jp", "evil3.example"]
    assert row["body_address"] == ["203.0.113.80"]
    assert row["body_mail_address"] == ["taro@evil4.example"]
    assert row["email_body_text"] == body
