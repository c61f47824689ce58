import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sekimori.extract.refang import defang, may_be_defanged, refang
from sekimori.extract.scan import Scanned, scan
from sekimori.extract.scan_defanged import scan_defanged

DEFANGED = (
    "通信先: hxxp://evil2[.]example/b … hxxps://foo[.]bar[.]example:8443/x?y=1 … evil3[.]example , 203[.]0[.]113[.]80"
)


def names(scanned: Scanned) -> list[str]:
    return [one.value for one in (*scanned.domains, *scanned.addresses, *scanned.mail_addresses)]


def test_defanged_values_are_read_as_meant_and_placed_as_written() -> None:
    plain, written = scan_defanged(DEFANGED)

    assert [(one.value, one.text) for one in written.urls] == [
        ("http://evil2.example/b", "hxxp://evil2[.]example/b"),
        ("https://foo.bar.example:8443/x?y=1", "hxxps://foo[.]bar[.]example:8443/x?y=1"),
    ]
    assert [one.text for one in plain.urls] == ["http://evil2.example/b", "https://foo.bar.example:8443/x?y=1"]
    assert [(one.value, one.text) for one in written.domains] == [("evil3.example", "evil3[.]example")]
    assert [(one.value, one.text) for one in written.addresses] == [("203.0.113.80", "203[.]0[.]113[.]80")]
    everything = (*written.urls, *written.domains, *written.addresses)
    assert [DEFANGED[one.offset :][: one.length] for one in everything] == [one.text for one in everything]


@pytest.mark.parametrize(
    ("text", "found", "as_written"),
    [
        ("taro (at) evil[dot]example へ", "taro@evil.example", "taro (at) evil[dot]example"),
        ("url evil。example です", "evil.example", "evil。example"),
        ("ｅｖｉｌ．ｅｘａｍｐｌｅ に注意", "evil.example", "ｅｖｉｌ．ｅｘａｍｐｌｅ"),
        ("１９２．０．２．１ へ", "192.0.2.1", "１９２．０．２．１"),
        ("www.evil.co。jp", "www.evil.co.jp", "www.evil.co。jp"),
        (r"^www\.evil\.example$", "www.evil.example", r"www\.evil\.example"),
        ("見よ、evil dot com", "evil.com", "evil dot com"),
    ],
)
def test_ways_to_defang(text: str, found: str, as_written: str) -> None:
    _, written = scan_defanged(text)

    assert names(written) == [found]
    [one] = (*written.domains, *written.addresses, *written.mail_addresses)
    assert one.text == text[one.offset : one.offset + one.length] == as_written


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("資料です。example.jpをご覧", ["example.jp"]),
        ("了解。com", []),
        ("PDF。example.jp", ["example.jp"]),
        ("pdf。example.jp", ["example.jp"]),
        ("example.co.jp。thanks", ["example.co.jp"]),
        ("www.example.jp。info@example.jpまで", ["www.example.jp", "info@example.jp"]),
        ("web。info@example.jpまで", ["info@example.jp"]),
        ("203.0.113.80。2番目", ["203.0.113.80"]),
        ("合計2。192.0.2.1", ["192.0.2.1"]),
        ("１．www.example.jp ２．info@example.jp", ["www.example.jp", "info@example.jp"]),
        ("１．192.0.2.1 １２．はじめに", ["192.0.2.1"]),
        ("配列a[0].com と f(x).com [1] (別紙) 【重要】", []),
    ],
)
def test_ordinary_writing_is_not_made_into_names(text: str, found: list[str]) -> None:
    assert names(scan_defanged(text)[1]) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("http://evil。example/a", "http://evil.example/a"),
        ("http://www。evil.example/a", "http://www.evil.example/a"),
        ("ok。http://a.example/", "http://a.example/"),
        ("a.example。http://a.example/", "http://a.example/"),
    ],
)
def test_full_stops_of_japanese_at_urls(text: str, found: str) -> None:
    assert [one.value for one in scan_defanged(text)[0].urls] == [found]


@given(st.text(st.sampled_from("ab1.@:/[](){}-htpx。．＠： dotDOT\\【】ド"), max_size=30))
@settings(derandomize=True, max_examples=200, deadline=None)
def test_what_changes_by_refanging_shows_a_sign_and_has_its_place(text: str) -> None:
    assert may_be_defanged(text) or scan(refang(text)) == scan(text)
    _, written = scan_defanged(text)
    everything = (*written.urls, *written.domains, *written.addresses, *written.mail_addresses)
    assert all(text[one.offset :][: one.length] == one.text for one in everything)


@pytest.mark.parametrize("value", ["http://a.example/x.y?z=1", "taro@a.example", "192.0.2.9", "b.a.example"])
def test_defanging_changes_no_finding(value: str) -> None:
    plain, written = scan_defanged(f"次: {defang(value)} です")

    assert plain == scan(f"次: {value} です")
    [one] = (*written.urls, *written.domains, *written.addresses, *written.mail_addresses)
    assert one.text == defang(value)


@pytest.mark.parametrize("part", ["a。", "a.jp。", "[.", "１．", "a@"])
def test_long_runs_are_no_trouble(part: str) -> None:
    plain, written = scan_defanged(part * 20_000)

    assert len(plain.domains) == len(written.domains)
