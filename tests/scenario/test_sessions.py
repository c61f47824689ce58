"""Administrators' sessions: the ordered ones are covered by a work record as written, the onward ones by none."""

import csv
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from openpyxl import load_workbook

from tests.scenario.incidents import Incident

_TOKYO = ZoneInfo("Asia/Tokyo")
_SLACK = timedelta(minutes=10)


@dataclass(frozen=True)
class Written:
    """A work record as a person would read it."""

    place: str
    begins: datetime
    ends: datetime
    account: str
    source: str
    target: str


@pytest.fixture(scope="module")
def records(incident: Incident) -> list[Written]:
    return [*_workbook(incident), *_table(incident)]


def _moment(day: int, cell: str | time) -> datetime:
    if isinstance(cell, time):
        return datetime(2026, 10, day, cell.hour, cell.minute, tzinfo=_TOKYO)
    found = re.fullmatch(r"(午前|午後)?(\d+)[:時](\d+)(?:分|頃)?", unicodedata.normalize("NFKC", cell))
    assert found is not None, cell
    hour = int(found[2]) + (12 if found[1] == "午後" else 0)
    return datetime(2026, 10, day, hour, int(found[3]), tzinfo=_TOKYO)


def _workbook(incident: Incident) -> Iterator[Written]:
    (path,) = (incident.folder / "evidence/work").glob("*.xlsx")
    name = path.relative_to(incident.folder).as_posix()
    for sheet in load_workbook(path):
        assert sheet.merged_cells.ranges
        day = 0
        for row, cells in enumerate(sheet.iter_rows(min_row=4, values_only=True), start=4):
            date: Any = cells[0]
            if isinstance(date, str):
                assert date.startswith("令和8年10月")
                day = int(date.removeprefix("令和8年10月").removesuffix("日"))
            elif date is not None:
                day = date.day
            begins, ends, _, account, source, target = cells[1:7]
            if account:
                times = _moment(day, begins), _moment(day, ends)  # type: ignore[arg-type]
                yield Written(f"{name}#{sheet.title}#{row}", *times, str(account), str(source), str(target))


def _table(incident: Incident) -> Iterator[Written]:
    (path,) = (incident.folder / "evidence/work").glob("*.csv")
    name = path.relative_to(incident.folder).as_posix()
    rows = csv.reader(path.read_text("cp932").splitlines())
    assert next(rows)[0] == "作業日"
    for row, (date, begins, ends, _, account, source, target, *_rest) in enumerate(rows, start=2):
        day = int(date.rpartition("/")[2])
        yield Written(f"{name}#{row}", _moment(day, begins), _moment(day, ends), account, source, target)


def _sessions(logons: list[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    sessions = defaultdict(list)
    for logon in logons:
        sessions[logon["session"]].append(logon)
    return sessions


def _covers(record: Written, logon: dict[str, Any]) -> bool:
    when = datetime.fromisoformat(logon["place"]["time"])
    return (
        record.begins - _SLACK <= when <= record.ends + _SLACK
        and record.account == logon["account"]
        and record.source in {logon["source_host"], logon["source_address"]}
        and logon["target_host"] in record.target
    )


def test_every_ordered_event_is_covered_by_its_record(incident: Incident, records: list[Written]) -> None:
    by_place = {record.place: record for record in records}
    ordered = incident.truth["ordered_logons"]
    assert all(_covers(by_place[logon["work_record"]], logon) for logon in ordered)
    assert {"ordered-from-victim", "ordered-to-victim", "ordered-evening"} < set(_sessions(ordered))


def test_no_onward_event_is_covered_by_any_record(incident: Incident, records: list[Written]) -> None:
    onward = incident.truth["onward_logons"]
    assert {session: {logon["event_code"] for logon in logons} for session, logons in _sessions(onward).items()} == {
        "onward-1": {4648, 1149, 4624, 4672, 4647, 4634},
        "onward-2": {4648, 1149, 4624, 4672, 4647, 4634},
    }
    for logon in onward:
        when = datetime.fromisoformat(logon["place"]["time"]).astimezone(_TOKYO)
        assert when.hour < 5
        assert not any(record.begins - _SLACK <= when <= record.ends + _SLACK for record in records)
        assert logon["work_record"] == ""
        assert logon["source_host"] in incident.truth["campaign"]["victim_hosts"]


def test_logon_events_are_where_the_truth_says(incident: Incident) -> None:
    for logon in (*incident.truth["ordered_logons"], *incident.truth["onward_logons"]):
        text = incident.event_at(logon["place"])
        assert str(logon["event_code"]) in text
        assert logon["account"] in text
        if logon["event_code"] in {4624, 1149}:
            assert logon["source_address"] in text


def test_no_remote_desktop_logon_is_left_untold(incident: Incident) -> None:
    told = {
        (logon["place"]["file"], logon["place"]["line"], logon["place"]["record"])
        for logon in (*incident.truth["ordered_logons"], *incident.truth["onward_logons"])
        if logon["event_code"] == 4624
    }
    in_xml = re.compile(r"<EventID>4624<.*'LogonType'>10<", re.DOTALL)
    in_csv = re.compile(r"\n4624\n.*ログオン タイプ:\s+10\b", re.DOTALL)
    assert told == {place for place, text in incident.events.items() if in_xml.search(text) or in_csv.search(text)}


def test_logs_have_their_forms(incident: Incident) -> None:
    folder = incident.folder / "evidence/windows"
    victim = incident.truth["campaign"]["victim_hosts"][0]
    assert (folder / f"{victim}-security.xml").read_text("utf-8").startswith("<Event ")
    assert (folder / f"{victim}-sysmon.xml").read_bytes().endswith(b"</Events>\r\n")
    assert (folder / "SRV-WEB01-security.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    rows = (folder / "SRV-DATA02-security.csv").read_text("cp932").splitlines()
    assert rows[0] == "レベル,日付と時刻,ソース,イベント ID,タスクのカテゴリ"
    times = re.findall(r"^情報,([\d/ :]+),", "\n".join(rows), re.MULTILINE)
    assert times == sorted(times, reverse=True)
    assert len([path for path in folder.glob("AG-PC*") if path.name.endswith("-sysmon.xml")]) == 5
