from sekimori.extract.mail_content import said, text_of
from sekimori.formats.mail import parse


def test_texts_of_forwarded_mails_belong_to_the_text() -> None:
    inner = b"From: A <a@x.example>\nSubject: =?utf-8?B?5Lya6K2w?=\n\nhttp://x.example/1"
    parts = list(said(parse(b"From: b@example.jp\nContent-Type: message/rfc822\n\n" + inner)))

    assert text_of(parts) == "From: A <a@x.example>\nSubject: 会議\nhttp://x.example/1"
    assert [part.part.number for part in parts] == ["1", "1.1"]


def test_attached_page_leads_somewhere_but_is_no_text() -> None:
    data = (
        b"Content-Type: text/html\nContent-Disposition: attachment; filename=a.html\n\n<a href=http://x.example/1>y</a>"
    )
    [part] = said(parse(data))

    assert text_of([part]) == ""
    assert [(seen.value, seen.use) for seen in part.urls] == [("http://x.example/1", "link")]


def test_attached_text_is_not_said() -> None:
    data = b"Content-Type: text/plain\nContent-Disposition: attachment\n\nhttp://x.example/"

    assert list(said(parse(data))) == []


def test_targets_that_are_no_web_addresses_are_left_out() -> None:
    page = b"<a href=javascript:x()>1</a><a href=/rel>2</a><a href='http://'>4</a><a href=mailto:none>5</a>"
    [part] = said(parse(b"Content-Type: text/html\n\n" + page))

    assert part.urls == ()
    assert part.mail_targets == ()


def test_defanged_urls_are_kept_as_written_and_as_meant() -> None:
    [part] = said(parse(b"Content-Type: text/plain\n\nhxxp://evil2[.]example/b and hxxps://foo[.]example"))

    assert [(seen.text, seen.plain, seen.value) for seen in part.urls] == [
        ("hxxp://evil2[.]example/b", "http://evil2.example/b", "http://evil2.example/b"),
        ("hxxps://foo[.]example", "https://foo.example", "https://foo.example/"),
    ]
