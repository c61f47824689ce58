import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekimori.formats.csv_rows import BrokenRow, Row, rows_of
from sekimori.formats.encoding import text_lines
from sekimori.formats.lines import LongLine


def _rows(text: str, delimiter: str = ",") -> list[Row | BrokenRow | LongLine]:
    return list(rows_of(text_lines(io.BytesIO(text.encode()), "utf-8", longest=1000), delimiter))


def _cells(text: str) -> list[list[str] | str]:
    rows = (row for row in _rows(text) if not isinstance(row, LongLine))
    return [row.cells if isinstance(row, Row) else f"line {row.line}" for row in rows]


_cell = st.text('ab,"\n ;', max_size=6)


@given(st.lists(st.tuples(_cell, _cell, _cell), max_size=8))
def test_what_is_written_is_read(rows: list[tuple[str, str, str]]) -> None:
    out = io.StringIO()
    csv.writer(out, quoting=csv.QUOTE_ALL).writerows([("a", "b", "c"), *rows])
    data = out.getvalue()

    found = _rows(data)

    assert [row.cells for row in found if isinstance(row, Row)] == [["a", "b", "c"], *map(list, rows)]
    for row in found:
        assert isinstance(row, Row)
        raw = data.encode()[row.offset : row.offset + row.length].decode()
        assert next(csv.reader(io.StringIO(raw, newline=""))) == row.cells
        assert row.line == data.encode()[: row.offset].count(b"\n") + 1


def test_rows_of_another_width_are_told() -> None:
    assert _rows("a,b\n1,2,3\n4,5\n") == [
        Row(0, 3, 1, ["a", "b"]),
        BrokenRow(4, 5, 2, "the row has 3 cells, the header has 2"),
        Row(10, 3, 3, ["4", "5"]),
    ]


@pytest.mark.parametrize(
    ("text", "cells"),
    [
        ('a,b\n1,"x\ny"\n2,z\n', [["a", "b"], ["1", "x\ny"], ["2", "z"]]),
        ('a,b\n"1,x\n2,y\n3,z\n', [["a", "b"], "line 2", ["2", "y"], ["3", "z"]]),
        ('a,b\n1,x"\n2,y\n3,"z"\n', [["a", "b"], ["1", 'x"'], ["2", "y"], ["3", "z"]]),
        ('a,b\n1,"x\n2,y\n3,z"\n4,w\n', [["a", "b"], ["1", "x\n2,y\n3,z"], ["4", "w"]]),
        ('a,b\n1,"x\n2,y,"\n3,z\n', [["a", "b"], ["1", "x\n2,y,"], ["3", "z"]]),
        ('a,b\n1,"x\n2,"y\n3,z\n', [["a", "b"], "line 2", "line 3", ["3", "z"]]),
        ("a,b\n\n  \n1,\x002\n", [["a", "b"], ["1", "\x002"]]),
        ("a,b\n1\r2,3\n4,5\n", [["a", "b"], "line 2", ["4", "5"]]),
        ("", []),
    ],
)
def test_stray_quotes_lose_one_line(text: str, cells: list[list[str] | str]) -> None:
    assert _cells(text) == cells


def test_a_quote_that_nobody_closes_does_not_swallow_the_rest() -> None:
    text = 'a,b\n1,"x\n' + "2,y\n" * 1000

    found = _rows(text)

    assert [row.reason for row in found if isinstance(row, BrokenRow)] == ["the row has a quote in the wrong place"]
    assert sum(isinstance(row, Row) for row in found) == 1001


def test_long_lines_are_passed_on_even_within_quotes() -> None:
    text = 'a,b\n1,"x\n' + "y" * 2000 + '\n2,"z\n'

    found = _rows(text)

    assert [type(row) for row in found] == [Row, BrokenRow, LongLine, BrokenRow]


def test_other_delimiters() -> None:
    assert [row.cells for row in _rows("a;b\n1;'2,3'\n", ";") if isinstance(row, Row)] == [["a", "b"], ["1", "'2,3'"]]


@given(st.text('a,"\n\r\0', max_size=60))
def test_any_text(text: str) -> None:
    found = _rows(text)

    assert [row.offset for row in found] == sorted(row.offset for row in found)
