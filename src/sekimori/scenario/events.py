"""Windows events: collected per machine and channel, and written as `wevtutil qe` and Event Viewer write them.

Element names after learn.microsoft.com, "Event Schema". `wevtutil qe LOG /f:xml` writes one event after another
without a root; with `/e:Events` they have one. Event Viewer's "save as CSV" names neither computer nor record number,
writes local time and the newest first; the last column, the message, has no heading.
"""

import csv
import io
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from hashlib import sha256
from pathlib import Path
from xml.sax.saxutils import escape

from sekimori.scenario.month import JST
from sekimori.scenario.people import Computer
from sekimori.scenario.truth import Mark, Place, utc
from sekimori.scenario.viewer import LEVEL, headings, message

__all__ = ["Channel", "Event", "EventLog", "Planted"]


class Channel(StrEnum):
    """The channels that are collected; the value is the end of the file's name."""

    SECURITY = "security"
    SYSMON = "sysmon"
    SYSTEM = "system"
    REMOTE = "remote"


@dataclass(frozen=True, slots=True)
class _About:
    name: str
    provider: str
    guid: str


_ABOUT = {
    Channel.SECURITY: _About(
        "Security", "Microsoft-Windows-Security-Auditing", "{54849625-5478-4994-a5ba-3e3b0328c30d}"
    ),
    Channel.SYSMON: _About(
        "Microsoft-Windows-Sysmon/Operational", "Microsoft-Windows-Sysmon", "{5770385f-c22a-43e0-bf4c-06f5698ffbd9}"
    ),
    Channel.SYSTEM: _About("System", "Service Control Manager", "{555908d1-a6d7-4695-8e1e-26931d2012f4}"),
    Channel.REMOTE: _About(
        "Microsoft-Windows-TerminalServices-RemoteConnectionManager/Operational",
        "Microsoft-Windows-TerminalServices-RemoteConnectionManager",
        "{c76baa63-ae81-421c-b425-340b4b24157f}",
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One event before it is written; `data` are names and values in their order."""

    when: datetime
    computer: Computer
    channel: Channel
    code: int
    data: tuple[tuple[str, str], ...]
    mark: Mark | None = None


@dataclass(frozen=True, slots=True)
class Planted:
    """A marked event and where it came to stand."""

    event: Event
    mark: Mark
    place: Place


class EventLog:
    """The events of the machines whose logs were collected; what happens on others is not kept.

    `collected` says how a machine's channel is written: "xml", "xml-root", or the encoding of a CSV ("cp932",
    "utf-8-sig").
    """

    def __init__(self, domain: str, collected: Mapping[tuple[str, Channel], str]) -> None:
        self._domain = domain
        self._collected = collected
        self._events: dict[tuple[str, Channel], list[Event]] = defaultdict(list)

    def add(self, events: Iterable[Event]) -> None:
        """Takes events, in any order."""
        for event in events:
            if (event.computer.name, event.channel) in self._collected:
                self._events[event.computer.name, event.channel].append(event)

    @property
    def count(self) -> int:
        """Events kept."""
        return sum(map(len, self._events.values()))

    def write(self, folder: Path) -> list[Planted]:
        """Writes a file for each machine and channel; the marked events with their places."""
        (folder / "evidence/windows").mkdir(parents=True)
        planted: list[Planted] = []
        for (host, channel), form in self._collected.items():
            events = sorted(self._events[host, channel], key=lambda event: event.when)
            if form.startswith("xml"):
                file = f"evidence/windows/{host}-{channel}.xml"
                planted += self._write_xml(folder, file, events, rooted=form == "xml-root")
            else:
                file = f"evidence/windows/{host}-{channel}.csv"
                planted += _write_csv(folder, file, events[::-1], form)
        return planted

    def _write_xml(self, folder: Path, file: str, events: list[Event], *, rooted: bool) -> list[Planted]:
        first = 1 + int(sha256(file.encode()).hexdigest()[:4], 16)
        lines = [self._xml(event, number) for number, event in enumerate(events, start=first)]
        if rooted:
            lines = ["<?xml version='1.0' encoding='utf-8' standalone='yes'?>", "<Events>", *lines, "</Events>"]
        (folder / file).write_text("\r\n".join([*lines, ""]), "utf-8", newline="")
        return [
            Planted(event, event.mark, Place(file=file, record=number, time=utc(event.when)))
            for number, event in enumerate(events, start=first)
            if event.mark is not None
        ]

    def _xml(self, event: Event, record: int) -> str:
        about = _ABOUT[event.channel]
        moment = event.when.astimezone(UTC)
        return (
            f"<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System>"
            f"<Provider Name='{about.provider}' Guid='{about.guid}'/><EventID>{event.code}</EventID>"
            f"<Version>0</Version><Level>{0 if event.channel is Channel.SECURITY else 4}</Level>"
            f"<Task>0</Task><Opcode>0</Opcode>"
            f"<Keywords>0x8020000000000000</Keywords>"
            f"<TimeCreated SystemTime='{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond:06d}0Z'/>"
            f"<EventRecordID>{record}</EventRecordID><Correlation/>"
            f"<Execution ProcessID='708' ThreadID='{record % 9000}'/>"
            f"<Channel>{about.name}</Channel><Computer>{event.computer.name}.{self._domain}</Computer>"
            f"<Security/></System>{_payload(event)}</Event>"
        )


def _payload(event: Event) -> str:
    if event.channel is Channel.REMOTE:
        fields = "".join(f"<{name}>{escape(value)}</{name}>" for name, value in event.data)
        return f"<UserData><EventXML xmlns='Event_NS'>{fields}</EventXML></UserData>"
    fields = "".join(
        [
            f"<Data Name='{name}'>{escape(value)}</Data>" if value else f"<Data Name='{name}'/>"
            for name, value in event.data
        ]
    )
    return f"<EventData>{fields}</EventData>"


def _write_csv(folder: Path, file: str, events: list[Event], encoding: str) -> list[Planted]:
    text = io.StringIO(newline="")
    rows = csv.writer(text, lineterminator="\r\n")
    rows.writerow(headings())
    planted = []
    for number, event in enumerate(events, start=1):
        when = event.when.astimezone(JST)
        category, told = message(event.code, dict(event.data))
        source = _ABOUT[event.channel].provider
        rows.writerow([LEVEL, f"{when:%Y/%m/%d %H:%M:%S}", source, event.code, category, told])
        if event.mark is not None:
            place = Place(file=file, line=number, time=utc(when.replace(microsecond=0)))
            planted.append(Planted(event, event.mark, place))
    (folder / file).write_bytes(text.getvalue().encode(encoding))
    return planted
