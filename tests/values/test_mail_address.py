import pytest

from sekimori.values import mail_address
from sekimori.values.errors import InvalidValue


@pytest.mark.parametrize(
    ("written", "normal", "domain"),
    [
        ("taro@example.jp", "taro@example.jp", "example.jp"),
        ("<Taro.Sato+x@EXAMPLE.jp.>", "taro.sato+x@example.jp", "example.jp"),
        ("佐藤 太郎 <taro@example.jp>", "taro@example.jp", "example.jp"),
        ('"Taro.Sato"@example.jp', "taro.sato@example.jp", "example.jp"),
        ('"taro sato"@example.jp', '"taro sato"@example.jp', "example.jp"),
        ('"a\\"@\\b"@example.jp', '"a\\"@b"@example.jp', "example.jp"),
        ("a..b.@example.jp", "a..b.@example.jp", "example.jp"),
        ("bounce=taro=example.jp@list.example", "bounce=taro=example.jp@list.example", "list.example"),
        ("ｔａｒｏ＠ｅｘａｍｐｌｅ．ｊｐ", "taro@example.jp", "example.jp"),
        ("太郎@例え.example", "太郎@xn--r8jz45g.example", "xn--r8jz45g.example"),
        ("root@srv01", "root@srv01", "srv01"),
        ("taro@[192.0.2.1]", "taro@[192.0.2.1]", "[192.0.2.1]"),
        ("taro@[IPv6:2001:DB8::1]", "taro@[2001:db8::1]", "[2001:db8::1]"),
    ],
)
def test_normal(written: str, normal: str, domain: str) -> None:
    assert mail_address.normal(written) == normal
    assert mail_address.normal(normal) == normal
    assert mail_address.domain_of(normal) == domain


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("", "it is empty"),
        ("-", "it is empty"),
        ("<>", "it has no @"),
        ("a\0@example.jp", "it holds a NUL character"),
        ("example.jp", "it has no @"),
        ("@example.jp", "the part before @ is empty or needs quotes"),
        ("a b@example.jp", "the part before @ is empty or needs quotes"),
        ("a@b@example.jp", "the part before @ is empty or needs quotes"),
        ("a" * 300 + "@example.jp", "the part before @ is longer than 256 characters"),
        ("taro@", "the part after @ is no domain name: it is empty"),
        ("taro@a..b", "the part after @ is no domain name: it has an empty label"),
        ("taro@192.0.2.1", "the part after @ is no domain name: its last label is a number, as in an IP address"),
    ],
)
def test_normal_refuses(written: str, reason: str) -> None:
    with pytest.raises(InvalidValue) as caught:
        mail_address.normal(written)
    assert (caught.value.type, caught.value.text, caught.value.reason) == ("mail_address", written, reason)


@pytest.mark.parametrize(
    ("written", "normal"),
    [
        ('"Sato  Taro"', "sato taro"),
        ("'\"ﾔﾏﾀﾞ　ﾊﾅｺ\"'", "ヤマダ ハナコ"),
        ("「総務部」", "総務部"),
        ("O'Brien", "o'brien"),
        ('"', '"'),
        ("taro@example.jp", "taro@example.jp"),
    ],
)
def test_display_name(written: str, normal: str) -> None:
    assert mail_address.display_name(written) == normal
    assert mail_address.display_name(normal) == normal


@pytest.mark.parametrize("written", ["", '""', "' '", "\u200b", "-"])
def test_display_name_refuses(written: str) -> None:
    with pytest.raises(InvalidValue) as caught:
        mail_address.display_name(written)
    assert caught.value.text == written
