from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekimori.readers.protocol import Head, ReadingContext
from sekimori.readers.windows.event_viewer_csv import EventViewerCsv
from tests.readers.windows.reading import SAMPLES, read

FOLDER = SAMPLES / "event_viewer_csv"
JAPANESE = (FOLDER / "events-ja.csv").read_bytes()
ENGLISH = (FOLDER / "events-en.txt").read_bytes()
HEADER = "Level,Date and Time,Source,Event ID,Task Category\r\n"


def _some(row: dict[str, Any], *names: str) -> tuple[Any, ...]:
    return tuple(row.get(name) for name in names)


def test_japanese_messages_become_fields() -> None:
    logon, logoff, started, task, script = read(EventViewerCsv(), JAPANESE).records

    assert _some(logon, "event_code", "user_name", "user_domain", "logon_id", "logon_type") == (
        *(4624, "tanaka", "EXAMPLE", "0x5a3f1", 10),
    )
    assert _some(logon, "source_ip", "source_domain", "subject_user_name", "subject_logon_id") == (
        *("192.0.2.15", "PC02", "PC01$", "0x3e7"),
    )
    assert _some(logoff, "user_name", "logon_id", "subject_user_name") == ("tanaka", "0x5a3f1", None)
    assert _some(started, "process_executable", "user_name", "logon_id") == (
        *(r"C:\Users\tanaka\a.exe", "tanaka", "0x5a3f1"),
    )
    assert _some(started, "hash_value", "url_domain") == (["A" * 40], ["c2.evil.example"])
    assert _some(task, "task_name", "user_name") == (r"\Up", "tanaka")
    data = orjson.loads(script["event_data"])
    assert (data["ScriptBlockText"], data["MessageNumber"], data["MessageTotal"]) == ("Get-Item a\nGet-Item b\n", 1, 2)
    assert script["file_path"] == [r"C:\a.ps1"]


def test_english_messages_become_fields() -> None:
    service, desktop, explicit = read(EventViewerCsv(), ENGLISH).records

    assert _some(service, "service_name", "file_path", "url_domain") == (
        *("Updater", [r"C:\u.exe"], ["c2.evil.example"]),
    )
    assert _some(desktop, "user_name", "user_domain", "source_ip") == ("tanaka", "EXAMPLE", "192.0.2.16")
    assert _some(explicit, "subject_user_name", "user_name", "destination_domain", "event_provider") == (
        *("tanaka", "adm-sato", "srv01.example.jp", "Microsoft-Windows-Security-Auditing"),
    )


def test_times_are_those_of_the_zone() -> None:
    context = ReadingContext(zone=ZoneInfo("Europe/Berlin"))

    japanese, english = read(EventViewerCsv(), JAPANESE), read(EventViewerCsv(), ENGLISH, context)

    assert japanese.records[0]["timestamp"] == datetime(2026, 1, 15, 1, 2, 3, tzinfo=UTC)
    assert english.records[0]["timestamp"] == datetime(2026, 1, 25, 14, 4, 5, tzinfo=UTC)
    assert japanese.statements["time zone"].startswith("Asia/Tokyo")
    assert english.statements["encoding"] == "utf-16-le"


def test_the_channel_is_that_of_the_provider() -> None:
    channels = [row.get("winlog_channel") for row in read(EventViewerCsv(), JAPANESE).records]

    assert channels == [
        "Security",
        "Security",
        *(f"Microsoft-Windows-{name}/Operational" for name in ("Sysmon", "TaskScheduler", "PowerShell")),
    ]


def test_a_row_without_a_time_is_told() -> None:
    (lost,) = read(EventViewerCsv(), JAPANESE).unread

    assert lost.reason.startswith("no event: 'いつか' is no time")
    assert JAPANESE[lost.place.offset :].decode().startswith("情報,いつか")


def test_places_are_those_of_the_rows() -> None:
    for row in read(EventViewerCsv(), JAPANESE).records:
        text = JAPANESE[row["offset"] : row["offset"] + row["length"]].decode()

        assert text.count("情報,2026") + text.count("詳細,2026") == 1
        assert text.endswith('"')


def test_cp932() -> None:
    result = read(EventViewerCsv(), (FOLDER / "special-logon-cp932.csv").read_bytes())

    assert [row["subject_user_name"] for row in result.records] == ["田中"]
    assert result.statements["encoding"] == "cp932"


def test_days_may_come_first() -> None:
    rows = "".join(f"Information,{day} 10:00:00,PowerShell,400,None,a\r\n" for day in ("02/01/2026", "25/01/2026"))

    result = read(EventViewerCsv(), (HEADER + rows).encode())

    assert [row["timestamp"].astimezone(ZoneInfo("Asia/Tokyo")).day for row in result.records] == [2, 25]
    assert result.statements["dates"] == "day before month"


def test_a_column_more_names_the_computer() -> None:
    text = "Level,Date and Time,Source,Event ID,Task Category,Computer\r\nError,2026/01/15 10:00:00,X,1,None,PC9,m\r\n"

    result = read(EventViewerCsv(), text.encode())

    assert result.records[0]["host_name"] == "PC9"
    assert "computer" not in result.statements


def test_a_quote_that_does_not_end_costs_its_event_only() -> None:
    row = "Information,2026/01/15 10:00:00,PowerShell,400,None,{}\r\n"

    result = read(EventViewerCsv(), (HEADER + row.format('"open') + row.format('"a\nb"') + row.format("c")).encode())

    assert [(lost.reason, lost.place.line) for lost in result.unread] == [("a quoted field that does not end", 2)]
    assert [row["line"] for row in result.records] == [3, 5]


@pytest.mark.parametrize(
    "text", ["", "Level,Date,Source", "Date and Time,Level,Source,Event ID", "作業日,作業者,開始,作業内容", "\t\t"]
)
def test_others_are_not_recognised(text: str) -> None:
    assert not EventViewerCsv().recognises(Head("a.csv", text.encode()))


@given(st.binary(max_size=300), st.integers(0, len(JAPANESE)))
def test_any_bytes_are_survived(data: bytes, at: int) -> None:
    read(EventViewerCsv(), JAPANESE[:at] + data + JAPANESE[at:])
    read(EventViewerCsv(), data)


def test_the_computer_is_the_one_that_the_file_is_named_after() -> None:
    data = (SAMPLES / "event_viewer_csv/events-ja.csv").read_bytes()
    named = read(EventViewerCsv(), data, ReadingContext(hosts=frozenset({"evidence"})))
    assert named.statements["computer"] == "evidence, after which the file is named"
    assert {row["host_name"] for row in named.records} == {"evidence"}
    unnamed = read(EventViewerCsv(), data, ReadingContext(hosts=frozenset({"other"})))
    assert all("host_name" not in row for row in unnamed.records)
