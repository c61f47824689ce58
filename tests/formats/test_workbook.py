import zipfile
from datetime import datetime
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sekimori.formats import workbook
from sekimori.formats.workbook import Sheet, UnreadableSheet, head_text, is_workbook, sheets
from tests.formats.xls_file import compound, workbook_stream, xls
from tests.readers.work.books import book

BOOK = book({"一": [["a", 1, None], [datetime(2026, 1, 15, 10, 2)]], "empty": []})  # noqa: DTZ001
ODS = "application/vnd.oasis.opendocument.spreadsheet"


def _ods(rows: str) -> bytes:
    stream = BytesIO()
    names = {"office": "office", "table": "table", "text": "text"}
    spaces = " ".join(f'xmlns:{a}="urn:oasis:names:tc:opendocument:xmlns:{b}:1.0"' for a, b in names.items())
    manifest = 'xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"'
    table = f'<table:table table:name="S">{rows}</table:table>'
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("mimetype", ODS)
        archive.writestr(
            "content.xml",
            f"<office:document-content {spaces}><office:body><office:spreadsheet>{table}"
            "</office:spreadsheet></office:body></office:document-content>",
        )
        archive.writestr("META-INF/manifest.xml", f"<manifest:manifest {manifest}/>")
    return stream.getvalue()


def _ods_cell(text: str, repeated: int = 1) -> str:
    return (
        f'<table:table-cell office:value-type="string" table:number-columns-repeated="{repeated}">'
        f"<text:p>{text}</text:p></table:table-cell>"
    )


def _with_cell(reference: str) -> bytes:
    stream = BytesIO()
    with zipfile.ZipFile(BytesIO(BOOK)) as old, zipfile.ZipFile(stream, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name).replace(b'r="A2"', f'r="{reference}"'.encode()))
    return stream.getvalue()


def _reasons(data: bytes) -> list[str]:
    return [sheet.reason for sheet in sheets(data) if isinstance(sheet, UnreadableSheet)]


def test_cells() -> None:
    assert list(sheets(BOOK)) == [Sheet("一", [["a", 1.0], [datetime(2026, 1, 15, 10, 2), ""]])]  # noqa: DTZ001


def test_excel_97() -> None:
    data = xls("一", [["作業日", 46037.0], ["b", 0.5]])

    assert is_workbook(data)
    assert list(sheets(data)) == [Sheet("一", [["作業日", 46037.0], ["b", 0.5]])]


def test_a_locked_workbook_is_told() -> None:
    stream = workbook_stream("S", [["a"]])

    assert _reasons(compound(stream[:20] + b"\x2f\0\0\0" + stream[20:])) == ["the workbook is locked with a password"]


def test_opendocument() -> None:
    row = f"<table:table-row>{_ods_cell('a')}{_ods_cell('b', 2)}</table:table-row>"
    rest = '<table:table-row table:number-rows-repeated="1048570"><table:table-cell/></table:table-row>'

    data = _ods(row + rest)

    assert is_workbook(data)
    assert list(sheets(data)) == [Sheet("S", [["a", "b", "b"]])]


@pytest.mark.parametrize("reference", ["XFD1048576", "A9999999", "ZZZ99999"])
def test_a_cell_far_out_is_refused(reference: str) -> None:
    assert _reasons(_with_cell(reference)) == ["the workbook unpacks to more than can be held"]


@pytest.mark.parametrize("reference", ["A99999999999999999999", "A-1", "2", "Ａ２", "A"])
def test_a_cell_without_a_place_is_refused(reference: str) -> None:
    assert _reasons(_with_cell(reference)) == ["the workbook is damaged or locked: a cell has no place"]


def test_xml_that_is_not_well_formed_is_refused() -> None:
    (reason,) = _reasons(_ods("<table:table-row>"))

    assert reason.startswith("the workbook is damaged or locked: mismatched tag")


def test_declared_entities_are_refused() -> None:
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("xl/workbook.xml", "<!DOCTYPE a [<!ENTITY b 'bbbb'>]><a>&b;</a>")

    assert _reasons(stream.getvalue()) == [
        "the workbook is damaged or locked: a document type declaration stands in it"
    ]


def test_repetitions_without_measure_are_refused() -> None:
    tag = '<table:table-row table:number-rows-repeated="1000000">'

    assert _reasons(_ods(f"{tag}{_ods_cell('a', 16_000)}</table:table-row>")) == [
        "the workbook unpacks to more than can be held"
    ]


def test_a_bomb_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "_UNPACKED_MAX", 1 << 20)
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<a>" + " " * (2 << 20) + "</a>")

    assert _reasons(stream.getvalue()) == ["the workbook unpacks to more than can be held"]


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600), BOOK[:-30]])
def test_what_is_broken_is_told(data: bytes) -> None:
    assert len(_reasons(data)) == 1


def test_texts_in_the_beginning() -> None:
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/sharedStrings.xml", "<si><t>作業日</t></si><si><t>Work done</t></si>" + "x" * 1_000)

    assert "作業日" in head_text(stream.getvalue()[:80]).split("\n")
    assert "作業日" in head_text(bytes.fromhex("d0cf11e0a1b11ae1") + "\x03作業日\x04".encode("utf-16-le")).split("\n")


@given(st.binary(max_size=40), st.integers(0, len(BOOK)))
@settings(max_examples=60)
def test_any_bytes_are_survived(data: bytes, at: int) -> None:
    list(sheets(BOOK[:at] + data + BOOK[at + len(data) :]))
    list(sheets(b"PK\x03\x04" + data))
    list(sheets(bytes.fromhex("d0cf11e0a1b11ae1") + data))
