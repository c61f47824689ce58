"""What is found in running text, and what is not."""

import re
import sys
from itertools import pairwise
from types import FrameType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekimori.extract import scan as module
from sekimori.extract.scan import Found, Scanned, scan, scan_urls


def values(found: tuple[Found, ...]) -> list[str]:
    return [one.value for one in found]


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("see http://evil.example/a.", "http://evil.example/a"),
        ("詳細はhttps://x.example/a）をご覧ください", "https://x.example/a"),
        ("URLはhttps://x.example/aです", "https://x.example/a"),
        ("(http://evil.example/wiki_(b))", "http://evil.example/wiki_(b)"),
        ("[link](http://evil.example/a)", "http://evil.example/a"),
        ("http://evil.example/a!!!", "http://evil.example/a"),
        ("http://evil.example/a?b=1&c=2,3;d", "http://evil.example/a?b=1&c=2,3;d"),
        ("http://user:pw@evil.example:8080/", "http://user:pw@evil.example:8080/"),
        ("http://www.bank.example@evil.example/", "http://www.bank.example@evil.example/"),
        ("hxxps://evil.example/x", "https://evil.example/x"),
        ("FTP://ftp.evil.example/x", "ftp://ftp.evil.example/x"),
        ("http://203.0.113.9/gate.php", "http://203.0.113.9/gate.php"),
        ("http://[2001:db8::1]:8080/x", "http://[2001:db8::1]:8080/x"),
        ("http://例え.example/a", "http://xn--r8jz45g.example/a"),
        ("http://evil.exampleにアクセス", "http://evil.example/"),
        ("http://foo.zip/setup.py", "http://foo.zip/setup.py"),
        ("<a href='http://evil.example/a'>", "http://evil.example/a"),
    ],
)
def test_one_url(text: str, url: str) -> None:
    found = scan(text)
    assert values(found.urls) == [url]
    assert not found.domains
    assert not found.addresses
    assert not found.mail_addresses


def test_urls_behind_each_other() -> None:
    assert values(scan_urls("http://a.example/x,http://b.example/?u=http://c.example/、http://d.example")) == [
        "http://a.example/x",
        "http://b.example/?u=http://c.example/",
        "http://d.example/",
    ]


@pytest.mark.parametrize("text", ["http://", "http://!", "http:// x", "gopher://x.example/", "http://-", "://evil"])
def test_no_url(text: str) -> None:
    assert scan_urls(text) == ()


@pytest.mark.parametrize(
    ("text", "domains"),
    [
        ("C2サーバevil.exampleへ接続", ["evil.example"]),
        ("evil.example.", ["evil.example"]),
        ("Host:EVIL.EXAMPLE:443", ["evil.example"]),
        ("_dmarc.evil.example", ["_dmarc.evil.example"]),
        ("ref=http%3A%2F%2Fevil.example%2Fa", ["evil.example"]),
        (r"net use \\files.evil.example\share", ["files.evil.example"]),
        ("「日本語.jp」", ["xn--wgv71a119e.jp"]),
        ("see bücher.example and 日本evil.example", ["xn--bcher-kva.example", "evil.example"]),
        ("www.setup.zip", ["www.setup.zip"]),
        ("a.example b.example a.example", ["a.example", "b.example", "a.example"]),
    ],
)
def test_domains(text: str, domains: list[str]) -> None:
    assert values(scan(text).domains) == domains


@pytest.mark.parametrize(
    "text",
    [
        "setup.py invoice.zip readme.md install.sh a.b.test",
        r"C:\Windows\System32\command.com /c x\y.com",
        "System.IO.File [System.Net.WebClient] String.Name",
        "self.name(x) window.name=1 taro.name@CORP",
        "svchost.exe -k netsvcs report.docx v1.2",
        "e.g. this, i.e. that...  1.5 2.10 end.Next",
        "." * 50,
        "x" * 300 + ".example",
    ],
)
def test_no_domains(text: str) -> None:
    assert scan(text) == Scanned()


@pytest.mark.parametrize(
    ("text", "addresses"),
    [
        ("接続元198.51.100.7から", ["198.51.100.7"]),
        ("192.0.2.1:443, 192.0.2.2.", ["192.0.2.1", "192.0.2.2"]),
        ("192.0.2.1-192.0.2.9", ["192.0.2.1", "192.0.2.9"]),
        ("192.0.2.0/24", ["192.0.2.0"]),
        ("[2001:db8::1] and fe80::1", ["2001:db8::1", "fe80::1"]),
        ("::ffff:192.0.2.1", ["192.0.2.1"]),
    ],
)
def test_addresses(text: str, addresses: list[str]) -> None:
    assert values(scan(text).addresses) == addresses


@pytest.mark.parametrize(
    "text",
    [
        "なくversion 16.0.1.2, ver.1.2.3.4, v 1.2.3.4, バージョン：1.2.3.4",
        "1.2.3.4.5 1.3.6.1.4.1.311 300.1.2.3 01.2.3.4",
        "Chrome/120.0.1.2 Edg/1.2.3.4",
        "12:34:56 aa:bb std::vector a::b 00:11:22:33:44:55 10:20:30:40",
    ],
)
def test_no_addresses(text: str) -> None:
    assert scan(text).addresses == ()


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("taro@example.jpまで", "taro@example.jp"),
        ("差出人:Taro.Yamada+x@EXAMPLE.co.jp。", "taro.yamada+x@example.co.jp"),
        ("<a@evil.example>", "a@evil.example"),
        ("to=b@evil.example.", "b@evil.example"),
    ],
)
def test_mail_addresses(text: str, address: str) -> None:
    found = scan(text)
    assert values(found.mail_addresses) == [address]
    assert not found.domains


@pytest.mark.parametrize("text", ["@", "a@", "@evil", "a@b", "a@host.local", "a@@b.example x@1.2"])
def test_no_mail_addresses(text: str) -> None:
    assert scan(text).mail_addresses == ()


@given(
    st.lists(
        st.sampled_from(
            [
                "http://evil.example/a(b",
                "）",
                " ",
                "。",
                "evil.example",
                "192.0.2.1",
                "a@b.example",
                "日本",
                ".",
                "@",
                "://",
                "2001:db8::1",
            ]
        ),
        max_size=12,
    )
)
def test_places_are_where_they_say(parts: list[str]) -> None:
    text = "".join(parts)
    found = scan(text)
    taken: list[range] = []
    for one in (*found.urls, *found.domains, *found.addresses, *found.mail_addresses):
        assert text[one.offset : one.offset + one.length] == one.text
        taken.append(range(one.offset, one.offset + one.length))
    taken.sort(key=lambda place: place.start)
    assert all(before.stop <= after.start for before, after in pairwise(taken))


@given(st.text(max_size=200))
def test_any_text(text: str) -> None:
    scan(text)


def python_lines(text: str) -> int:
    """How many lines of Python a scan runs."""
    count = 0

    def tracer(_frame: FrameType, event: str, _argument: object) -> object:
        nonlocal count
        count += event == "line"
        return tracer

    before = sys.gettrace()
    sys.settrace(tracer)  # type: ignore[arg-type]
    try:
        scan(text)
    finally:
        sys.settrace(before)
    return count


HOSTILE = [
    "a.",
    "@",
    "a@",
    "1",
    "1.",
    "://",
    "http://",
    "http://!",
    "http://a.jp/,",
    "a.b/)http://",
    "::",
    '"',
    "あ.",
    "a-",
    "%2F",
]


@pytest.mark.parametrize("part", HOSTILE)
def test_python_work_grows_with_the_text(part: str) -> None:
    once = python_lines(part * 300)
    twice = python_lines(part * 600)
    assert twice <= 2 * once + 500


def test_what_looks_around_is_bounded_or_possessive() -> None:
    """An unbounded repeat that may give back makes a regular expression quadratic; none of these has one."""
    patterns = [value.pattern for value in vars(module).values() if isinstance(value, re.Pattern)]
    assert len(patterns) > 8
    for pattern in patterns:
        plain = re.sub(r"\\.", "x", re.sub(r"\[(?:\\.|[^\]\\])*\]", "x", pattern))
        assert not re.search(r"[*+]", re.sub(r"[*+}]\+", "", plain)), pattern


@pytest.mark.parametrize("part", [*HOSTILE, "http://a.b/(", "a" * 300 + "@", "x" * 64 + "."])
def test_a_megabyte_is_read(part: str) -> None:
    assert scan(part * (200_000 // len(part))) is not None


def test_nothing_is_cheap() -> None:
    assert scan("whoami /all") is scan("dir")
