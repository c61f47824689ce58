"""Events as Event Viewer saves them: "Save as CSV", or text with tabs.

    レベル,日付と時刻,ソース,イベント ID,タスクのカテゴリ
    情報,2026/01/15 10:02:03,Microsoft-Windows-Security-Auditing,4634,ログオフ,"アカウントがログオフしました。

    サブジェクト:
        アカウント名:		tanaka
        ログオン ID:		0x3e7
    "

The header names five columns, the sixth is the message; times are local; the computer is not named. Reference:
learn.microsoft.com/windows-server/administration (Event Viewer), and files saved by Japanese and English Windows.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import ClassVar

from sekimori.formats.csv_records import CsvRecord, csv_records, fields_of
from sekimori.formats.encoding import decode_line, is_text, sniff
from sekimori.model.place import Statement
from sekimori.model.report import N_
from sekimori.readers.protocol import Head, Item, Reader, ReadingContext, Source, unread
from sekimori.readers.windows.event_fields import EventBatch, event_row
from sekimori.readers.windows.event_messages import channel_of, message_fields, provider_of
from sekimori.readers.windows.event_rules import Row
from sekimori.values import times
from sekimori.values.errors import InvalidValue

__all__ = ["EventViewerCsv"]

_COLUMNS = {
    **dict.fromkeys(("level", "レベル", "keywords", "キーワード"), "level"),
    **dict.fromkeys(("date and time", "日付と時刻"), "time"),
    **dict.fromkeys(("source", "ソース"), "source"),
    **dict.fromkeys(("event id", "イベント id"), "code"),
    **dict.fromkeys(("task category", "タスクのカテゴリ"), "category"),
    **dict.fromkeys(("computer", "コンピューター", "コンピュータ"), "computer"),
    **dict.fromkeys(("log", "ログ"), "log"),
    **dict.fromkeys(("user", "ユーザー"), "user"),
}
_NEEDED = frozenset({"time", "source", "code"})
_BEGINS = re.compile(r"[^\",\t]{1,40}[,\t][0-9]{1,4}[/.-][0-9]{1,2}[/.-][0-9]{1,4} [^,\t]{4,15}[,\t]")
_NUMERIC_DATE = re.compile(r"([0-9]{1,2})[/.-]([0-9]{1,2})[/.-][0-9]{4} ")


class EventViewerCsv(Reader):
    """Events saved by Event Viewer as CSV or text with tabs."""

    name: ClassVar[str] = "windows.event_viewer_csv"
    title: ClassVar[str] = "Event Viewer, saved as CSV"

    def recognises(self, head: Head) -> bool:
        """By the names of its columns, English or Japanese, in the first line."""
        return is_text(head.data) and _table(head) is not None

    def read(self, source: Source, context: ReadingContext) -> Iterator[Item]:
        """One record an event. Local times are of the context's zone."""
        table = _table(source.head) or _Table("utf-8", ",", ("level", "time", "source", "code", "category"), False)
        if "computer" not in table.columns:
            table = replace(table, computer=context.host_in(source.name))
        yield from _statements(table, context)
        batch = EventBatch(self.name)
        with source.open() as stream:
            for record in csv_records(stream, table.encoding, table.delimiter, _begins):
                if not isinstance(record, CsvRecord):
                    yield record
                    continue
                row = _row(record.fields, table, context)
                place = {"offset": record.offset, "length": record.length, "line": record.line}
                if isinstance(row, str):
                    yield unread(row, **place)
                elif row and batch.add(row, **place):
                    yield from batch.taken()
        yield from batch.taken()


@dataclass(frozen=True, slots=True)
class _Table:
    """How a file is written; `columns` are the meanings of the columns, empty for one that has none here.

    `computer` is the machine that the file is named after, where no column names it.
    """

    encoding: str
    delimiter: str
    columns: tuple[str, ...]
    day_first: bool
    computer: str = ""


def _table(head: Head) -> _Table | None:
    encoding = sniff(head.data)
    text = decode_line(head.data[: len(head.data) & ~1], encoding).lstrip("\ufeff")
    first = text.partition("\n")[0].rstrip("\r")
    delimiter = "\t" if "\t" in first else ","
    columns = tuple(_COLUMNS.get(name.strip().lower(), "") for name in fields_of(first[:1000], delimiter))
    if not _NEEDED.issubset(columns) or columns[0] != "level":
        return None
    day_first = any(int(found[1]) > 12 >= int(found[2]) for found in _NUMERIC_DATE.finditer(text))
    return _Table(encoding, delimiter, columns, day_first)


def _statements(table: _Table, context: ReadingContext) -> Iterator[Statement]:
    yield Statement(N_("encoding"), table.encoding)
    yield Statement(N_("time zone"), N_("{zone} (the file names none)").format(zone=context.zone))
    if table.day_first:
        yield Statement(N_("dates"), N_("day before month"))
    if "log" not in table.columns:
        yield Statement(N_("channel"), N_("by the provider (the file names none)"))
    if table.computer:
        yield Statement(N_("computer"), N_("{host}, after which the file is named").format(host=table.computer))
    elif "computer" not in table.columns:
        yield Statement(N_("computer"), N_("the file names none"))


def _begins(line: str) -> bool:
    return _BEGINS.match(line) is not None


def _row(fields: list[str], table: _Table, context: ReadingContext) -> Row | str:
    """The row; empty for the header, the reason where it is no event."""
    named = dict(zip(table.columns, fields, strict=False))
    if _COLUMNS.get(named.get("code", "").lower()) == "code":
        return {}
    try:
        code = int(named.get("code", ""))
        moment = times.parse(named.get("time", ""), context.zone, day_first=table.day_first)
    except InvalidValue as error:
        return N_("no event: {reason}").format(reason=error)
    except ValueError:
        return N_("no event: there is no event id where one should stand")
    named.setdefault("computer", table.computer)
    return _event_row(named, fields[len(table.columns) :], code, moment)


def _event_row(named: dict[str, str], rest: list[str], code: int, moment: datetime) -> Row:
    provider = provider_of(named.get("source", "").strip())
    message = "\n".join(rest).replace("\r", "")
    data = message_fields(provider, code, message)
    event: dict[str, object] = {
        "System": {
            "Provider": {"#attributes": {"Name": provider}},
            "EventID": code,
            "Channel": named.get("log") or channel_of(provider, code),
            "Computer": named.get("computer"),
            "Security": {"#attributes": {"UserID": named.get("user")}},
        },
        "EventData": data or {"Message": message},
        "Level": named.get("level"),
        "TaskCategory": named.get("category"),
    }
    if data:
        event["Message"] = message
    row = event_row(event)
    row["timestamp"] = moment.replace(tzinfo=None).isoformat()
    return row
