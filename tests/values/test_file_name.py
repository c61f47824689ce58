import pytest

from sekimori.values import file_name
from sekimori.values.errors import InvalidValue


@pytest.mark.parametrize(
    ("written", "normal"),
    [
        ("Report.DOCX", "report.docx"),
        ("x.exe. . ", "x.exe"),
        ("annexe\u202etxt.exe", "annexetxt.exe"),
        ("か\u3099.txt", "が.txt"),
        ("ａ.txt", "ａ.txt"),
        ("ｶﾞ.txt", "ｶﾞ.txt"),
        ("a   b.pdf", "a   b.pdf"),
        (".bashrc", ".bashrc"),
    ],
)
def test_normal(written: str, normal: str) -> None:
    assert file_name.normal(written) == normal


@pytest.mark.parametrize("written", ["", "-", " . . ", "\u202e", "a\0.txt"])
def test_normal_refuses(written: str) -> None:
    with pytest.raises(InvalidValue) as caught:
        file_name.normal(written)
    assert (caught.value.type, caught.value.text) == ("file_name", written)


def test_has_bidi() -> None:
    assert file_name.has_bidi("annexe\u202etxt.exe")
    assert file_name.has_bidi("a\u2067b")
    assert not file_name.has_bidi("報告書.txt")
