"""What is kept of a text shows it as it was written, and folds, character by character, to what is searched."""

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekimori.store.mail_index.as_written import signs, written, written_all
from sekimori.store.mail_index.folding import FIELD_END, VALUE_END, folded, folded_question, is_wide, without_own
from sekimori.values.text import fold, fold_signs

# Letters, kana of both widths with their marks, ideographs, ligatures, marks that join, blanks, line breaks.
ODD = "aÉßﬁ輸出ｶﾞﾊﾟがＡ（㈱①\u3099\u0301\u0345ᾳ가ᄀ\u1161\u11a8\u200b\u00a8😀\u3000\u00a0 \t\r\n\n"
TEXTS = st.text(max_size=12) | st.text(alphabet=ODD, max_size=12)


def plainly(text: str) -> str:
    """The folding in the simplest words: all of it, then breaks between wide characters, then blanks."""
    kept = re.sub(r"\r\n?", "\n", fold_signs(without_own(text)))
    lines = [line.strip() for line in kept.split("\n")]
    whole = lines[0]
    for before, line in pairwise(lines):
        whole += ("" if before and line and is_wide(before[-1]) and is_wide(line[0]) else " ") + line
    return " ".join(whole.split())


@given(TEXTS)
def test_folded_is_what_the_plain_way_gives(text: str) -> None:
    assert folded(text) == signs(written(without_own(text))) == plainly(text)
    assert folded_question(text).strip() == plainly(text)


@given(TEXTS)
def test_what_is_kept_has_the_length_of_what_is_searched(text: str) -> None:
    kept = written(without_own(text))

    assert len(kept) == len(signs(kept))
    assert signs(signs(kept)) == signs(kept)
    assert fold(kept) == fold(signs(kept))


@given(st.lists(st.lists(st.text(alphabet="ab輸 \n\tＡ", max_size=5), min_size=1, max_size=3), min_size=1, max_size=3))
def test_values_and_fields_are_kept_apart(fields: list[list[str]]) -> None:
    text = FIELD_END.join(VALUE_END.join(values) for values in fields)
    other = "x \n y"

    kept, same = written_all([text, other])
    assert [one.split(VALUE_END) for one in kept.split(FIELD_END)] == [list(map(written, values)) for values in fields]
    assert same == "x y"


@pytest.mark.parametrize(
    ("text", "kept", "searched"),
    [
        ("Hello,\r\n\tWorld ", "Hello, World", "hello, world"),
        ("ＥＴＣ（カード）", "ＥＴＣ（カード）", "etc(カード)"),
        ("輸出\n管理\n\nＡ社", "輸出管理 Ａ社", "輸出管理 a社"),
        ("ﾊﾟｿｺﾝ", "パｿｺﾝ", "パソコン"),
        ("㈱①", "(株)①", "(株)1"),
        ("Straße", "Strasse", "strasse"),
    ],
)
def test_case_and_width_stay(text: str, kept: str, searched: str) -> None:
    assert (written(text), signs(written(text))) == (kept, searched)
