"""CSV for spreadsheets: values come back as they were, and none is a formula."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekimori.render.table import BOM, csv_text, harmless


@pytest.mark.parametrize("value", ["=1+1", "+81", "-1", "@SUM(A1)", "  =1", "\t=1", "\r\n@x", "＝1", "|calc", "%x"])
def test_what_would_be_a_formula_is_text(value: str) -> None:
    assert harmless(value) == f"'{value}"


@pytest.mark.parametrize("value", ["", "a=1", "議事録", "taro@example.jp", "2026-10-08", "'=1"])
def test_other_values_stay(value: str) -> None:
    assert harmless(value) == value


@given(st.lists(st.lists(st.text(max_size=12), min_size=2, max_size=2), max_size=4))
def test_table_is_read_back(rows: list[list[str]]) -> None:
    text = csv_text(("a", "b"), rows)

    assert text.startswith(BOM)
    read = list(csv.reader(io.StringIO(text.removeprefix(BOM), newline="")))
    assert read == [["a", "b"], *([harmless(value) for value in row] for row in rows)]
    assert text.encode()


def test_what_utf_8_lacks_is_replaced() -> None:
    assert harmless("a\udc80\0b") == "a\ufffd\ufffdb"
