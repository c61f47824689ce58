"""Mails as the standard library reads them back."""

import email
from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage

import pytest

from sekimori.scenario.documents import Document
from sekimori.scenario.mime import Draft, Party, compose
from tests.scenario.incidents import Incident


def _parsed(draft: Draft) -> EmailMessage:
    return email.message_from_bytes(compose(draft), policy=policy.default)


def _draft(charset: str, **more: object) -> Draft:
    values: dict[str, object] = {
        "message_id": "1@mail.example",
        "sender": Party("田辺 康介", "tanabe@minato-univ.example.jp"),
        "to": (Party("山田 花子", "hanako@asagiri-ocean.example.jp"), Party("", "taro@asagiri-ocean.example.jp")),
        "when": datetime(2026, 10, 9, tzinfo=UTC),
        "subject": "海洋政策懇談会の議事録を送付いたしますのでご確認ください",
        "text": "本文です。\n二行目です。\n",
        "charset": charset,
    }
    return Draft(**{**values, **more})  # type: ignore[arg-type]


@pytest.mark.parametrize("charset", ["utf-8", "iso-2022-jp", "shift_jis"])
def test_text_and_headers_survive_each_charset(charset: str) -> None:
    mail = _parsed(_draft(charset, thread=("0@mail.example",)))
    assert mail["Subject"] == "海洋政策懇談会の議事録を送付いたしますのでご確認ください"
    assert [address.display_name for address in mail["From"].addresses] == ["田辺 康介"]
    assert [address.addr_spec for address in mail["To"].addresses] == [
        "hanako@asagiri-ocean.example.jp", "taro@asagiri-ocean.example.jp",
    ]  # fmt: skip
    assert mail.get_content_charset() == charset
    assert mail.get_content() == "本文です。\n二行目です。\n"
    assert mail["References"] == mail["In-Reply-To"] == "<0@mail.example>"


def test_what_a_charset_lacks_goes_out_as_utf_8() -> None:
    mail = _parsed(_draft("iso-2022-jp", text="café\n"))
    assert (mail.get_content_charset(), mail.get_content()) == ("utf-8", "café\n")


@pytest.mark.parametrize("charset", ["utf-8", "iso-2022-jp"])
def test_attachments_keep_name_and_bytes_beside_text_and_html(charset: str) -> None:
    data = bytes(range(256))
    document = Document("議事録_20261008.zip", "application/zip", data)
    mail = _parsed(_draft(charset, html="<p>本文です。</p>", documents=(document,)))
    (attached,) = mail.iter_attachments()
    assert (attached.get_filename(), attached.get_content()) == (document.name, data)
    page = mail.get_body(("html",))
    assert page is not None
    assert "本文です。" in page.get_content()


def test_the_month_holds_every_encoding_and_no_defect(incident: Incident) -> None:
    charsets, encodings = set(), set()
    for file, mail in incident.mails:
        for part in mail.walk():
            assert not part.defects, (file, part.defects)
            charsets.add(part.get_content_charset())
            encodings.add(str(part["Content-Transfer-Encoding"] or ""))
    assert charsets >= {"utf-8", "iso-2022-jp", "shift_jis", "us-ascii"}
    assert encodings >= {"7bit", "8bit", "base64", "quoted-printable"}


def test_mails_have_threads_lists_and_many_forms_of_attachment(incident: Incident) -> None:
    mails = [mail for _, mail in incident.mails]
    ids = {mail["Message-ID"] for mail in mails}
    assert any(mail["In-Reply-To"] in ids for mail in mails if mail["In-Reply-To"])
    assert any(mail["List-Id"] for mail in mails)
    types = {part.get_content_type() for mail in mails for part in mail.iter_attachments()}
    assert {"application/zip", "application/pdf", "image/png"} <= types
    assert len(mails) == incident.truth["counts"]["mails"]
