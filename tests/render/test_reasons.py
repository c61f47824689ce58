import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekimori.render.messages import Translator, translator
from sekimori.render.reasons import messages_of, translated

WORDS = {
    "; ": "、",
    "evidence": "証拠",
    "domain": "ドメイン名",
    "it is empty": "空",
    "the file is read up to {count} bytes": "{count}バイトまで読む",
    "there is no {what} {name}": "{what} {name} はない",
    "{text} is no {what}: {reason}": "{text} は{what}ではない（{reason}）",
    "{path}: {reason}": "{path}：{reason}",
    "{key} is wrong; it must be {key}": "{key} は誤り",
    "it is cut; the rest was left": "切れていて、残りはない",
}
MESSAGES = messages_of(WORDS)


def said(text: str) -> str:
    return translated(text, lambda message: WORDS.get(message, message), MESSAGES)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("it is empty", "空"),
        ("the file is read up to 1,024 bytes", "1,024バイトまで読む"),
        ("there is no evidence 12", "証拠 12 はない"),
        ("there is no spoon 12", "spoon 12 はない"),
        ("'' is no domain: it is empty", "'' はドメイン名ではない（空）"),
        ("a.zip: it is empty", "a.zip：空"),
        ("a.zip!b: 'x' is no domain: it is empty", "a.zip!b: 'x' はドメイン名ではない（空）"),
        ("it is empty; a.zip: it is empty", "空、a.zip：空"),
        ("it is cut; the rest was left", "切れていて、残りはない"),
        ("it is empty; it is cut; the rest was left; it is empty", "空、切れていて、残りはない、空"),
        ("a.zip: it is empty; something else", "a.zip：空、something else"),
    ],
)
def test_a_text_becomes_what_its_message_says(text: str, wanted: str) -> None:
    assert said(text) == wanted


@pytest.mark.parametrize(
    "text",
    [
        "",
        "something else; and more",
        "a.zip: something else",
        "the file is read up to so many bytes",
        "a is wrong; it must be b",
        "there is no ",
    ],
)
def test_a_text_of_no_message_stays_as_it_is(text: str) -> None:
    assert said(text) == text


@given(st.lists(st.sampled_from([" is no ", ": ", "; ", "there is no ", "x", "it is empty"])).map("".join))
def test_no_text_raises(text: str) -> None:
    assert isinstance(said(text), str)


@pytest.mark.parametrize("text", [" is no : ; " * 5000, "a: " * 5000, "; " * 5000])
def test_hostile_texts_end_the_search(text: str) -> None:
    """Without an end to the steps each of these would take hours."""
    assert said(text).count(":") >= text.count(":") - 4


@pytest.fixture
def ja() -> Translator:
    return translator("ja")


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (
            "MIME part 2 > member inner.zip > member decoy.doc",
            "MIMEパート2 > 書庫内の inner.zip > 書庫内の decoy.doc",
        ),
        (
            "the mail leads there; box.example is a file-sharing service, the path tells whose",
            "メールの誘導先、box.example はファイル共有サービス。誰のものかはパスで区別できる",
        ),
        (
            "p.yaml is no profile: a person has unknown keys: age; addresses: 'x' is no mail address: it has no @",
            (
                "p.yaml はプロファイルとして使えません：人（people）に未知のキーがあります：age、"
                "addresses: 'x' はメールアドレスとして正しくない（@がない）"
            ),
        ),
    ],
)
def test_reasons_within_reasons_are_translated_too(ja: Translator, text: str, wanted: str) -> None:
    assert ja.reason(text) == wanted
