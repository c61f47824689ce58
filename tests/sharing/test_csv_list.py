"""Lists in columns: headers, encodings, quoting, and rows that are refused."""

import pytest

from sekimori.model.indicator import Indicator, MatchMode, RefusedRow
from sekimori.sharing.csv_list import CsvList
from sekimori.sharing.reading import read_indicators
from sekimori.values.types import ObservableType


def rows(text: str | bytes, name: str = "list.csv") -> list[Indicator | RefusedRow]:
    return list(CsvList().read(name, text.encode() if isinstance(text, str) else text))


def patterns(text: str | bytes) -> list[str]:
    return [row.pattern for row in rows(text) if isinstance(row, Indicator)]


def reasons(text: str) -> list[tuple[str, str]]:
    return [(row.origin, row.reason) for row in rows(text) if isinstance(row, RefusedRow)]


@pytest.mark.parametrize(
    "header",
    ["type,value", "種別,値", "Type;Indicator", "observable-type\tIOC", "#type,value", "indicator_type,Value,"],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp932"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_headers_encodings_and_line_ends(header: str, encoding: str, end: str) -> None:
    mark = next(mark for mark in ",;\t" if mark in header)
    text = end.join([header, f"ドメイン{mark}evil.example", f"ip{mark}203.0.113.9"])
    assert patterns(text.encode(encoding)) == ["evil.example", "203.0.113.9"]


def test_a_control_character_costs_its_row_alone() -> None:
    data = b"type,value\ndomain,evil.example\ndomain,ev\0il.example\nip,203.0.113.9\n"
    indicators, refused = read_indicators("list.csv", data)
    assert [one.pattern for one in indicators] == ["evil.example", "203.0.113.9"]
    assert [(row.origin, row.reason) for row in refused] == [
        ("list.csv, line 3", "'ev\\x00il.example' is no domain: it holds a NUL character")
    ]


def test_the_file_is_the_source_where_none_is_named() -> None:
    data = b"value,source\na.example,CERT\nb.example,\n"
    assert [one.source for one in read_indicators("feed.csv", data)[0]] == ["CERT", "feed.csv"]
    assert [one.source for one in read_indicators("feed.txt", b"evil.example\n")[0]] == ["feed.txt"]


def test_a_row_tells_its_place_and_context() -> None:
    (row,) = rows(
        "value,confidence,tlp,source,tags,valid_until\nevil.example,high,red,CERT,a|b,2026-12-31T00:00:00Z\n", "f.csv"
    )
    assert isinstance(row, Indicator)
    assert (row.origin, row.confidence, row.marking, row.source, row.labels) == (
        "f.csv, line 2",
        85,
        "TLP:RED",
        "CERT",
        ("a", "b"),
    )
    assert row.valid_until is not None
    assert row.valid_until.isoformat() == "2026-12-31T00:00:00+00:00"


def test_one_column_without_header() -> None:
    assert patterns("evil.example\n\n203.0.113.9\n# a comment\n") == ["evil.example", "203.0.113.9"]


def test_a_quoted_cell_goes_over_lines_and_lines_are_counted() -> None:
    text = 'value,note\nevil.example,"first\nsecond, ""third"""\nnothing,x\n'
    assert patterns(text) == ["evil.example"]
    assert reasons(text)[0][0] == "list.csv, line 4"


def test_a_quotation_mark_that_is_never_closed_costs_its_line_only() -> None:
    text = 'value,note\nevil.example,"open\n' + "".join(f"h{n}.example,x\n" for n in range(300))
    assert len(patterns(text)) == 301


def test_each_bad_row_is_refused_with_its_line() -> None:
    text = """type,value,confidence,tlp,valid_from,match
domain,a..b
domain,
nosuchtype,x
ip,evil
domain,a.example,101
domain,a.example,,PINK
domain,a.example,,,someday
domain,a.example,,,,fuzzy
domain,good.example,,,,
"""
    assert patterns(text) == ["good.example"]
    assert [origin for origin, _ in reasons(text)] == [f"list.csv, line {n}" for n in range(2, 10)]


def test_a_date_of_sighting_that_cannot_be_read_costs_nothing() -> None:
    assert patterns("date,url\nsometime,http://evil.example/\n") == ["http://evil.example/"]


def test_several_values_in_a_row() -> None:
    text = f"SHA256,MD5,Remote Template IP\n{'a' * 64},{'b' * 32},203.0.113.9\n{'c' * 64},bad,none\n"
    assert patterns(text) == ["a" * 64, "b" * 32, "203.0.113.9", "c" * 64]
    assert len(reasons(text)) == 1


def test_pairs_of_misp() -> None:
    text = f"""type,value,to_ids
filename|md5,a.exe|{"a" * 32},1
domain|ip,evil.example|203.0.113.9,1
ip-dst|port,203.0.113.9|443,0
"""
    found = [row for row in rows(text) if isinstance(row, Indicator)]
    assert [(row.type, row.pattern, row.description) for row in found] == [
        (ObservableType.HASH, "a" * 32, "(filename a.exe)"),
        (ObservableType.DOMAIN, "evil.example", "(ip 203.0.113.9)"),
    ]
    assert "not for detection" in reasons(text)[0][1]


def test_modes() -> None:
    text = "value,match,type\nevil.example,完全一致,domain\nevil.example,,domain\n請求,部分一致,件名\n"
    found = [row.mode for row in rows(text) if isinstance(row, Indicator)]
    assert found == [MatchMode.EQUAL, MatchMode.BELOW, MatchMode.CONTAINS]


@pytest.mark.parametrize(
    ("name", "data", "taken"),
    [
        ("a.csv", b"evil.example\n", True),
        ("a.txt", b"type,value\ndomain,evil.example\n", True),
        ("a.txt", b"evil.example\n", False),
        ("a.txt", b"Domain\nevil.example\n", False),
        ("a.csv", b'{"type": "bundle"}', False),
        ("a.csv", b"PK\3\4" + bytes(100), False),
        ("a.csv", b"", False),
    ],
)
def test_recognition(name: str, data: bytes, taken: bool) -> None:
    assert CsvList().recognises(name, data) is taken


def test_many_rows_take_work_in_proportion() -> None:
    text = "type,value,description\n" + "".join(f"domain,h{n}.example,case {n}\n" for n in range(20_000))
    indicators, refused = read_indicators("large.csv", text.encode())
    assert (len(indicators), len(refused)) == (20_000, 0)
