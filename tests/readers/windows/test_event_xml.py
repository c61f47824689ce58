from datetime import UTC, datetime

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekimori.readers.protocol import Head
from sekimori.readers.windows.event_xml import EventXml
from tests.readers.windows.reading import SAMPLES, read

SAMPLE = (SAMPLES / "event_xml/security.xml").read_bytes()
NAMESPACE = "http://schemas.microsoft.com/win/2004/08/events/event"


def _event(data: str, *, number: int = 1) -> str:
    system = f"<System><EventID>1</EventID><EventRecordID>{number}</EventRecordID></System>"
    return f"<Event xmlns='{NAMESPACE}'>{system}<EventData>{data}</EventData></Event>"


def test_columns() -> None:
    result = read(EventXml(), SAMPLE)

    logon, cleared, script = result.records
    assert (logon["user_name"], logon["logon_id"], logon["logon_type"]) == ("tanaka", "0x5a3f1", 10)
    assert (logon["source_ip"], logon["source_domain"], logon["host_name"]) == (
        "192.0.2.15",
        "PC02",
        "pc01.example.jp",
    )
    assert logon["timestamp"] == datetime(2026, 1, 15, 1, 2, 3, 456789, UTC)
    assert (cleared["event_code"], cleared["subject_user_name"]) == (1102, "tanaka")
    assert script["url_original"] == ["http://c2.evil.example/a.ps1"]
    assert orjson.loads(script["event_data"])["ScriptBlockText"].endswith('& echo "\ufffd" R&D')


def test_places_are_those_of_the_elements() -> None:
    for row in read(EventXml(), SAMPLE).records:
        element = SAMPLE[row["offset"] : row["offset"] + row["length"]]

        assert element.startswith(b"<Event ")
        assert element.endswith(b"</Event>")


def test_an_event_that_does_not_end_costs_no_other() -> None:
    result = read(EventXml(), SAMPLE)

    assert [(lost.reason, lost.place.line) for lost in result.unread] == [("an event that does not end", 3)]
    assert [row["line"] for row in result.records] == [1, 2, 4]


def test_saved_by_event_viewer_in_utf16() -> None:
    data = (SAMPLES / "event_xml/saved.xml").read_bytes()

    result = read(EventXml(), data)

    (row,) = result.records
    assert EventXml().recognises(Head("saved.xml", data))
    assert result.statements == {"encoding": "utf-16-le"}
    assert result.unread == []
    assert (row["event_code"], row["service_name"]) == (7045, "更新サービス")
    assert row["file_path"] == [r"%SystemRoot%\u.exe"]
    assert data[row["offset"] : row["offset"] + row["length"]].decode("utf-16-le").endswith("</Event>")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "cp932"])
def test_encodings(encoding: str) -> None:
    text = "".join(_event(f"<Data Name='TargetUserName'>田中{n}</Data>", number=n) for n in range(5))

    result = read(EventXml(), text.encode(encoding))

    assert result.unread == []
    assert [row["user_name"] for row in result.records] == [f"田中{n}" for n in range(5)]


def test_unnamed_and_repeated_data_are_kept() -> None:
    (row,) = read(EventXml(), _event("<Data>a</Data><Data>b</Data><Binary>00</Binary><Binary/>").encode()).records

    assert orjson.loads(row["event_data"]) == {"Data": {"#text": ["a", "b"]}, "Binary": "00", "Binary_1": None}


@pytest.mark.parametrize("raw", ["\x00", "\x0b", "\x1b[31m", "&#0;", "&#xFFFE;", "&nbsp;", "&", "\ufffe"])
def test_what_xml_does_not_allow_is_replaced(raw: str) -> None:
    result = read(EventXml(), _event(f"<Data Name='TargetUserName'>a{raw}b</Data>").encode())

    assert result.unread == []
    assert result.records[0]["user_name"][0] + result.records[0]["user_name"][-1] == "ab"


def test_declared_entities_are_refused() -> None:
    bomb = "<!DOCTYPE x [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;'>]>"

    result = read(EventXml(), (bomb + _event("<Data Name='TargetUserName'>&b;</Data>")).encode())

    assert [lost.reason for lost in result.unread] == ["what stands here is no event"]
    assert [row["user_name"] for row in result.records] == ["&b;"]


def test_deep_nesting_is_refused() -> None:
    result = read(EventXml(), (_event("<a>" * 5_000 + "</a>" * 5_000) + _event("")).encode())

    assert [lost.reason for lost in result.unread] == ["not well-formed XML: elements are nested too deeply"]
    assert len(result.records) == 1


def test_an_event_without_measure_is_skipped() -> None:
    data = _event("<Data>" + "a" * (9 << 20) + "</Data>") + _event("", number=2)

    result = read(EventXml(), data.encode())

    assert [row["winlog_record_id"] for row in result.records] == [2]
    assert sum(lost.place.length for lost in result.unread) == len(data) - len(_event("", number=2))


def test_what_stands_between_events_is_told() -> None:
    result = read(EventXml(), (_event("") + "Access is denied.\r\n" + _event("")).encode())

    assert len(result.records) == 2
    assert [lost.reason for lost in result.unread] == ["what stands here is no event"]


@pytest.mark.parametrize("text", ["", "<Events/>", "<?xml version='1.0'?><Event/>", "<EventLog>", "Event"])
def test_others_are_not_recognised(text: str) -> None:
    assert not EventXml().recognises(Head("a.xml", text.encode()))


@given(st.binary(max_size=300), st.integers(0, len(SAMPLE)))
def test_any_bytes_are_survived(data: bytes, at: int) -> None:
    read(EventXml(), SAMPLE[:at] + data + SAMPLE[at:])
    read(EventXml(), data)
