"""Refanging changes what is defanged, and nothing else."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from sekimori.extract.refang import defang, refang, refang_with_offsets


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("hxxp://evil[.]example/a", "http://evil.example/a"),
        ("hXXps://evil[.]example", "https://evil.example"),
        ("h**p://evil.example", "http://evil.example"),
        ("meow://evil.example", "http://evil.example"),
        ("fxp://evil.example", "ftp://evil.example"),
        ("hxxp[:]//evil.example", "http://evil.example"),
        ("hxxps[://]evil.example", "https://evil.example"),
        ("http[:]//evil.example[/]a", "http://evil.example/a"),
        ("evil(.)example", "evil.example"),
        ("evil{.}example", "evil.example"),
        ("evil[ . ]example", "evil.example"),
        ("evil[.example", "evil.example"),
        ("evil.]example", "evil.example"),
        ("evil[dot]example", "evil.example"),
        ("evil (DOT) example", "evil.example"),
        ("www dot evil dot com", "www.evil.com"),
        ("evil[ドット]example", "evil.example"),
        ("evil（ドット）example", "evil.example"),
        ("evil。example", "evil.example"),
        ("evil．example", "evil.example"),
        ("ｅｖｉｌ．ｅｘａｍｐｌｅ", "evil.example"),
        ("ｈｔｔｐ：／／evil．example／a", "http://evil.example/a"),
        ("taro[@]evil.example", "taro@evil.example"),
        ("taro[at]evil[dot]example", "taro@evil.example"),
        ("taro (at) evil.example", "taro@evil.example"),
        ("taro＠evil.example", "taro@evil.example"),
        (r"www\.evil\.example", "www.evil.example"),
        ("198[.]51[.]100[.]7", "198.51.100.7"),
    ],
)
def test_defanged_forms(written: str, meant: str) -> None:
    assert refang(written) == meant


@pytest.mark.parametrize(
    "text",
    [
        "Connect the dot to the line.",
        "接続しました。Nextの手順です。",
        r"C:\Users\taro\.ssh\config",
        "f(x) and a[0] and {y}",
        "ＡＢＣ会社の第１章",
        "the xx project: hxx",
        "一覧（別紙）のとおり。",
    ],
)
def test_ordinary_writing_stays(text: str) -> None:
    assert refang(text) == text


_HOSTS = st.from_regex(r"[a-z0-9]{1,8}(\.[a-z0-9]{1,8}){1,3}", fullmatch=True)


@given(
    _HOSTS,
    st.sampled_from(["{}", "http://{}/a.b?c=d.e", "https://{}", "HTTP://{}/", "ftp://{}/x", "taro@{}", "見よ{}を"]),
)
def test_what_is_defanged_comes_back(host: str, form: str) -> None:
    text = form.format(host)
    assert refang(defang(text)) == text
    assert "." not in defang(host).replace("[.]", "")


@given(st.text(st.sampled_from("ab1.@:/[]()-htpx。 dot\\"), max_size=40))
def test_any_text_that_is_not_defanged_comes_back(text: str) -> None:
    assume(refang(text) == text)
    assert refang(defang(text)) == text


@given(st.text(st.sampled_from("ab1.@:/[]()-htpx。．＠ dot\\"), max_size=60))
def test_offsets_lead_back(text: str) -> None:
    found = refang_with_offsets(text)
    assert found.text == refang(text)
    origins = [found.original(at) for at in range(len(found.text) + 1)]
    assert origins == sorted(origins)
    assert found.original(len(found.text)) == len(text)


def test_an_offset_leads_to_the_defanged_place() -> None:
    text = "C2: hxxp://evil[.]example/a と evil2[.]example"
    found = refang_with_offsets(text)
    assert text[found.original(found.text.index("evil2")) :].startswith("evil2[.]")


@pytest.mark.parametrize("part", ["[.", " dot ", "a dot ", "a\\.", "ａ．", "hxxp", "[", "(at"])
def test_long_runs_are_no_trouble(part: str) -> None:
    assert len(refang(part * 20_000)) <= len(part) * 20_000
