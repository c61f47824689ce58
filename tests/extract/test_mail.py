from collections.abc import Sequence
from email.message import EmailMessage
from hashlib import sha256
from pathlib import Path

import pytest

from sekimori.extract.mail import extract, subject_of
from sekimori.formats.mail import parse
from sekimori.model.indicator import MatchMode
from sekimori.model.organisation import Partner, Person, Profile
from sekimori.model.proposal import Extracted, Proposal
from sekimori.values.types import ObservableType as T
from tests.formats import pictures
from tests.formats.documents import zipped

SAMPLES = Path(__file__).resolve().parents[1] / "data/readers/mail/eml"
PROFILE = Profile(
    domains=("example.jp",),
    networks=("10.1.0.0/16",),
    partners=(Partner(name="Kenkyusho", domains=("ministry.example",), networks=("192.0.2.128/25",)),),
    people=(Person(name="佐藤花子", addresses=("sato@home.example",)),),
)
HUNT, WEAK, OWN, KNOWN = Proposal.HUNT, Proposal.WEAK, Proposal.OWN, Proposal.WELL_KNOWN


def found_in(data: bytes, profile: Profile = PROFILE) -> list[Extracted]:
    return extract(parse(data), data, profile)


def hunted(found: Sequence[Extracted]) -> set[tuple[T, MatchMode, str]]:
    indicators = (one.indicator for one in found if one.proposal is HUNT)
    return {(one.type, one.mode, one.pattern) for one in indicators}


def proposals(data: bytes, type_: T) -> dict[str, Proposal]:
    return {one.indicator.pattern: one.proposal for one in found_in(data) if one.indicator.type is type_}


def mail(body: bytes, header: bytes = b"", type_: bytes = b"text/plain; charset=utf-8") -> bytes:
    return b"From: x@sender.example\n" + header + b"Content-Type: " + type_ + b"\n\n" + body


def test_the_whole_targeted_mail() -> None:
    data = (SAMPLES / "targeted.eml").read_bytes()
    found = found_in(data)

    assert hunted(found) == {
        (T.MAIL_ADDRESS, MatchMode.EQUAL, "tanaka.ichiro@freemail.example"),
        (T.MAIL_ADDRESS, MatchMode.EQUAL, "tanaka.ichiro@webmail.example"),
        (T.ADDRESS, MatchMode.EQUAL, "203.0.113.77"),
        (T.ADDRESS, MatchMode.EQUAL, "192.0.2.80"),
        (T.SUBJECT, MatchMode.EQUAL, "【至急】輸出管理委員会の議事録について"),
        (T.URL, MatchMode.URL_PREFIX, "http://www.export-control.example/minutes/2014/10.html"),
        (T.DOMAIN, MatchMode.BELOW, "export-control.example"),
        (T.URL, MatchMode.URL_PREFIX, "http://cdn.evil-updates.example/gate.php?id=7"),
        (T.DOMAIN, MatchMode.BELOW, "evil-updates.example"),
        (T.FILE_NAME, MatchMode.EQUAL, "議事録.zip"),
        (T.FILE_NAME, MatchMode.EQUAL, "議事録.exe"),
        (T.FILE_NAME, MatchMode.EQUAL, "inner.zip"),
        (T.FILE_NAME, MatchMode.EQUAL, "decoy.doc"),
        *((T.HASH, MatchMode.EQUAL, one.indicator.pattern) for one in found if one.indicator.type is T.HASH),
    }
    assert (T.HASH, MatchMode.EQUAL, sha256(b"MZ not a real program").hexdigest()) in hunted(found)
    others = {one.indicator.pattern: one.proposal for one in found if one.proposal is not HUNT}
    assert others == {
        "田中一郎": WEAK,
        "10.1.0.5": OWN,
        "198.51.100.23": WEAK,
        "PostPigeon 3.1": WEAK,
        "http://www.ministry.example/minutes/": KNOWN,
        "www.ministry.example": KNOWN,
        "tanaka@ministry.example": KNOWN,
        "http://track.evil-updates.example/p.gif": WEAK,
        "readme.txt": WEAK,
    }


def test_origins_and_places() -> None:
    data = (SAMPLES / "targeted.eml").read_bytes()
    found = {one.indicator.pattern: one.indicator for one in found_in(data)}

    def text(pattern: str) -> bytes:
        place = found[pattern].place
        assert place is not None
        return data[place.offset : place.offset + place.length]

    assert found["tanaka.ichiro@webmail.example"].origin == "header Reply-To"
    assert text("tanaka.ichiro@webmail.example") == b"Reply-To: tanaka.ichiro@webmail.example"
    assert found["議事録.exe"].origin == "MIME part 2 > member 議事録.exe"
    assert found["decoy.doc"].origin == "MIME part 2 > member inner.zip > member decoy.doc"
    assert text("議事録.exe").startswith(b"UEsDB")
    assert found["http://cdn.evil-updates.example/gate.php?id=7"].origin == "MIME part 1.2, link"
    assert text("http://cdn.evil-updates.example/gate.php?id=7").startswith(b"<html>")
    assert text("http://track.evil-updates.example/p.gif") == b"http://track.evil-updates.example/p.gif"


def test_forwarded_mail_is_the_subject() -> None:
    data = (SAMPLES / "forwarded.eml").read_bytes()
    subject = subject_of(parse(data), PROFILE)

    assert subject.mail.message_id == "q1@sender.example"
    assert subject.statement is not None
    assert "MIME part 2" in subject.statement.value
    assert hunted(found_in(data)) == {
        (T.MAIL_ADDRESS, MatchMode.EQUAL, "jiro@sender.example"),
        (T.SUBJECT, MatchMode.EQUAL, "アンケートのお願い"),
        (T.URL, MatchMode.URL_PREFIX, "http://survey.evil.example/q1"),
        (T.DOMAIN, MatchMode.BELOW, "evil.example"),
    }


def test_only_own_people_hand_on_and_only_one_mail() -> None:
    inner = b"Content-Type: message/rfc822\n\nFrom: y@other.example\n\n"
    for header, expected in (
        (b"From: sato@home.example\n" + inner, "y@other.example"),
        (b"From: x@sender.example\n" + inner, "x@sender.example"),
        (b"From: sato@home.example\n\ntext", "sato@home.example"),
        (inner, ""),
    ):
        addresses = subject_of(parse(header), PROFILE).mail.addresses("from")
        assert "".join(one.address for one in addresses) == expected


@pytest.mark.parametrize(
    ("address", "proposal"),
    [
        (b"evil@freemail.example", HUNT),
        (b"evil@sender.example", HUNT),
        (b"boss@example.jp", OWN),
        (b"boss@mail.example.jp", OWN),
        (b"sato@home.example", OWN),
        (b"x@ministry.example", KNOWN),
        (b"x@notexample.jp", HUNT),
    ],
)
def test_senders(address: bytes, proposal: Proposal) -> None:
    [found] = [one for one in found_in(b"Reply-To: " + address + b"\n\n") if one.indicator.type is T.MAIL_ADDRESS]

    assert found.proposal is proposal
    assert found.reason


@pytest.mark.parametrize(
    ("url", "pattern", "proposal", "url_proposal"),
    [
        ("http://a.b.evil.example/x", "evil.example", HUNT, HUNT),
        ("http://a.evil.co.jp/x", "evil.co.jp", HUNT, HUNT),
        ("http://evil.github.io/x", "evil.github.io", HUNT, HUNT),
        ("http://www.evil.duckdns.org/x", "www.evil.duckdns.org", HUNT, HUNT),
        ("http://evil.fc2.com/x", "evil.fc2.com", HUNT, HUNT),
        ("http://bit.ly/abc", "bit.ly", KNOWN, HUNT),
        ("http://bit.ly/", "bit.ly", KNOWN, KNOWN),
        ("http://drive.google.com/file/x", "drive.google.com", KNOWN, HUNT),
        ("http://www.google.com/x", "www.google.com", KNOWN, KNOWN),
        ("http://www.w3.org/1999/xhtml", "www.w3.org", KNOWN, KNOWN),
        ("http://webmail.example/x", "webmail.example", KNOWN, KNOWN),
        ("http://portal.example.jp/x", "portal.example.jp", OWN, OWN),
        ("http://intra/x", "intra", HUNT, HUNT),
    ],
)
def test_urls_and_their_domains(url: str, pattern: str, proposal: Proposal, url_proposal: Proposal) -> None:
    data = mail(f"see {url} now".encode())

    assert proposals(data, T.DOMAIN) == {pattern: proposal}
    assert proposals(data, T.URL) == {url: url_proposal}


@pytest.mark.parametrize(
    ("address", "proposal"),
    [("192.0.2.1", HUNT), ("192.0.2.200", KNOWN), ("10.1.2.3", OWN), ("192.168.1.1", WEAK)],
)
def test_addresses_in_urls(address: str, proposal: Proposal) -> None:
    data = mail(f"http://{address}/a".encode())

    assert proposals(data, T.ADDRESS) == {address: proposal}
    assert proposals(data, T.URL) == {f"http://{address}/a": proposal}
    assert proposals(data, T.DOMAIN) == {}


def test_what_is_only_named_is_weak() -> None:
    data = mail(b"write to someone@other.example or look for other.example")

    assert proposals(data, T.MAIL_ADDRESS) == {"x@sender.example": HUNT, "someone@other.example": WEAK}
    assert proposals(data, T.DOMAIN) == {"other.example": WEAK}


def test_url_shown_by_a_link_that_leads_elsewhere_is_weak() -> None:
    page = (
        b"<a href=http://evil.example/a>http://bank.example/login</a><a href=http://b.example/c>http://b.example/c</a>"
    )

    assert proposals(mail(page, type_=b"text/html"), T.URL) == {
        "http://evil.example/a": HUNT,
        "http://bank.example/login": WEAK,
        "http://b.example/c": HUNT,
    }


def test_links_in_an_attached_page_count() -> None:
    page = b"<form action=http://evil.example/post>"
    header = b"Content-Disposition: attachment; filename=a.html\n"

    assert proposals(mail(page, header, b"application/octet-stream"), T.URL) == {"http://evil.example/post": HUNT}


@pytest.mark.parametrize(
    ("subject", "proposal"),
    [
        ("輸出管理委員会の議事録", HUNT),
        ("Re: 会議の件", WEAK),
        ("Re: Fw:", WEAK),
        ("Invoice", WEAK),
        ("【至急】ご確認ください", HUNT),
    ],
)
def test_subjects(subject: str, proposal: Proposal) -> None:
    data = mail(b"", f"Subject: {subject}\n".encode())

    assert list(proposals(data, T.SUBJECT).values()) == [proposal]


def test_own_forward_mark_is_not_part_of_the_subject() -> None:
    data = "From: sato@example.jp\nSubject: Fw: Re: 輸出管理委員会の議事録\n\n".encode()

    assert proposals(data, T.SUBJECT) == {"輸出管理委員会の議事録": HUNT}


@pytest.mark.parametrize(
    ("name", "proposal"),
    [
        ("議事録.zip", HUNT),
        ("export control list.xlsx", HUNT),
        ("image001.png", WEAK),
        ("Invoice_(2).PDF", WEAK),
        ("資料.docx", WEAK),
        ("winmail.dat", WEAK),
    ],
)
def test_names_of_attachments(name: str, proposal: Proposal) -> None:
    data = mail(b"x", f'Content-Disposition: attachment; filename="{name}"\n'.encode(), b"a/b")

    assert list(proposals(data, T.FILE_NAME).values()) == [proposal]
    assert proposals(data, T.HASH) == {sha256(b"x").hexdigest(): HUNT}


def test_empty_files_and_pictures_in_the_text_are_weak() -> None:
    attachment = b"Content-Disposition: attachment; filename=list.bin\n"

    assert proposals(mail(b"", attachment, b"a/b"), T.HASH) == {sha256(b"").hexdigest(): WEAK}
    assert proposals(mail(b"p", b"Content-ID: <1>\n", b"image/png; name=crest.png"), T.HASH) == {
        sha256(b"p").hexdigest(): WEAK
    }


def test_the_strongest_proposal_of_a_pattern_is_kept() -> None:
    hop = b"Received: from a ([203.0.113.9]) by b; x\n"

    assert proposals(mail(b"", hop), T.ADDRESS) == {"203.0.113.9": WEAK}
    assert proposals(mail(b"http://203.0.113.9/", hop), T.ADDRESS) == {"203.0.113.9": HUNT}
    assert proposals(mail(b"", hop + b"X-Originating-IP: [203.0.113.9]\n"), T.ADDRESS) == {"203.0.113.9": HUNT}


def test_every_pattern_stands_once() -> None:
    found = found_in((SAMPLES / "targeted.eml").read_bytes())

    assert len({one.indicator.identity for one in found}) == len(found)


def test_encrypted_archive_gives_names_without_hashes() -> None:
    data = (SAMPLES / "encrypted.eml").read_bytes()

    assert proposals(data, T.FILE_NAME) == {"docs.zip": HUNT, "名簿.xlsx": HUNT}
    assert len(proposals(data, T.HASH)) == 1


def test_defanged_values_are_taken_from_where_they_are_written() -> None:
    written = {
        (T.URL, "http://evil2.example/b"): b"hxxp://evil2[.]example/b",
        (T.URL, "https://foo.bar.example:8443/x?y=1"): b"hxxps://foo[.]bar[.]example:8443/x?y=1",
        (T.DOMAIN, "evil2.example"): b"hxxp://evil2[.]example/b",
        (T.DOMAIN, "bar.example"): b"hxxps://foo[.]bar[.]example:8443/x?y=1",
        (T.DOMAIN, "evil3.example"): b"evil3[.]example",
        (T.ADDRESS, "203.0.113.80"): b"203[.]0[.]113[.]80",
    }
    data = mail("次を遮断: ".encode() + b" ... ".join(dict.fromkeys(written.values())))
    found = {(one.indicator.type, one.indicator.pattern): one.indicator.place for one in found_in(data)}

    taken = {key: place for key, place in found.items() if key[0] in {T.URL, T.DOMAIN, T.ADDRESS}}
    assert {
        key: data[place.offset : place.offset + place.length] for key, place in taken.items() if place is not None
    } == written


@pytest.mark.parametrize(
    ("name", "picture", "origin"),
    [
        ("a.png", pictures.qr("https://evil.example/a"), "MIME part 2, QR code"),
        ("a.docx", pictures.word("https://evil.example/a"), "MIME part 2, QR code (word/media/image1.png)"),
        (
            "a.zip",
            zipped({"b.png": pictures.qr("https://evil.example/a")}),
            "MIME part 2 > member b.png, QR code",
        ),
    ],
)
def test_a_qr_code_leads_somewhere(name: str, picture: bytes, origin: str) -> None:
    message = EmailMessage()
    message["From"] = "x@sender.example"
    message.set_content("Please scan.")
    message.add_attachment(picture, maintype="application", subtype="octet-stream", filename=name)
    data = message.as_bytes()
    urls = [one.indicator for one in found_in(data) if one.indicator.type is T.URL]
    [part] = [part for part in parse(data).walk() if part.name]
    assert [(one.pattern, one.origin, one.place) for one in urls] == [("https://evil.example/a", origin, part.place)]
    assert {(T.URL, MatchMode.URL_PREFIX, "https://evil.example/a"), (T.DOMAIN, MatchMode.BELOW, "evil.example")} <= (
        hunted(found_in(data))
    )
