import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekimori.formats.csv_records import CsvRecord, csv_records, fields_of
from sekimori.model.place import Unread


def _read(text: str, delimiter: str = ",") -> list[CsvRecord | Unread]:
    return list(csv_records(io.BytesIO(text.encode()), "utf-8", delimiter, lambda line: line.startswith("#")))


def test_records_and_their_places() -> None:
    text = '#1,"a\r\nb ""c"""\r\n\r\n#2,d'

    first, second = _read(text)

    assert first == CsvRecord(0, 15, 1, ["#1", 'a\nb "c"'])
    assert second == CsvRecord(19, 4, 4, ["#2", "d"])


def test_an_open_quote_costs_one_record() -> None:
    items = _read('#1,"a\nb\n#2,"c\nd"\n#3,e\n')

    assert [item.fields for item in items if isinstance(item, CsvRecord)] == [["#2", "c\nd"], ["#3", "e"]]
    assert [item.place.length for item in items if isinstance(item, Unread)] == [7]


def test_an_open_quote_in_a_long_file_costs_little() -> None:
    lines = [f'#{number},"open' if number == 3 else f"#{number},x" for number in range(100_000)]

    items = _read("\n".join(lines))

    assert len(items) == 100_000
    assert sum(isinstance(item, Unread) for item in items) == 1


@pytest.mark.parametrize(
    ("text", "fields"),
    [("", [""]), ("a,", ["a", ""]), ('"a"b,c', ["ab", "c"]), ('a"b,c', ['a"b', "c"]), ('"a,b', ['"a', "b"])],
)
def test_fields(text: str, fields: list[str]) -> None:
    assert fields_of(text, ",") == fields


@given(st.lists(st.text(st.characters(exclude_characters="\r\x00", exclude_categories=["Cs"])), min_size=2))
def test_fields_are_those_of_the_csv_module(fields: list[str]) -> None:
    stream = io.StringIO(newline="")
    csv.writer(stream, lineterminator="").writerow(fields)

    assert fields_of(stream.getvalue(), ",") == fields
