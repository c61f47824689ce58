"""Fields of recorded authentication, as servers write them and as senders try to."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekimori.formats.authentication_results import authentication_results


@pytest.mark.parametrize(
    ("text", "server", "results"),
    [
        ("mx.example.jp; spf=pass smtp.mailfrom=a; dkim=fail", "mx.example.jp", [("spf", "pass"), ("dkim", "fail")]),
        ("mx.example.jp 1; none", "mx.example.jp", []),
        ("MX.example.jp; SPF = Pass; dmarc/1=none", "mx.example.jp", [("spf", "pass"), ("dmarc", "none")]),
        ("i=2; mx.example.jp; dmarc=pass", "mx.example.jp", [("dmarc", "pass")]),
        ("spf=none (sender IP is 192.0.2.1)\r\n a=b;dmarc=fail action=none", "", [("spf", "none"), ("dmarc", "fail")]),
        ('mx; spf=fail x="dmarc=pass"@evil.example; dmarc=fail', "mx", [("spf", "fail"), ("dmarc", "fail")]),
        ('mx; spf=fail smtp.mailfrom="a; dmarc=pass; b"@evil.example', "mx", [("spf", "fail")]),
        ('mx; spf=fail smtp.mailfrom="a\\"; dmarc=pass; \\"b"@evil.example', "mx", [("spf", "fail")]),
        ("mx; spf=fail (a (b); dmarc=pass) smtp.helo=x", "mx", [("spf", "fail")]),
        ("mx; spf=fail (a \\); dmarc=pass", "mx", [("spf", "fail")]),
        ("mx; spf=fail smtp.mailfrom=dmarc=pass@evil.example", "mx", [("spf", "fail")]),
        ("mx; x-dmarc=pass; spf=none", "mx", [("x-dmarc", "pass"), ("spf", "none")]),
        ("", "", []),
        (";;=;a=;=b", "", []),
    ],
)  # fmt: skip
def test_what_a_field_says(text: str, server: str, results: list[tuple[str, str]]) -> None:
    said = authentication_results(text)
    assert said.server == server
    assert [(one.method, one.result) for one in said.results] == results


def test_what_a_result_is_about() -> None:
    [one] = authentication_results("mx; dkim=pass (2048 bit) header.d=A.example header.i=@b.example").results
    assert one.about == {"header.d": "a.example", "header.i": "@b.example"}


@given(st.text(alphabet='mx;=() "\\a.dkimpass', max_size=200))
def test_any_text_is_read(text: str) -> None:
    assert all(one.method and one.result for one in authentication_results(text).results)
