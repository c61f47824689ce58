"""What a user says of a table of his own: which column is which field of which kind of record.

    format: csv
    kind: network
    dataset: acme.proxy
    delimiter: ","
    zone: Asia/Tokyo
    time: {column: [date, time], format: "%Y/%m/%d %H:%M:%S"}
    columns: {source_ip: client, url_original: url}

`format` is csv or jsonl. `columns` says field: column; the fields are those of the kind (`sekimori.model.kinds`). Of
several time columns the texts are joined with a blank; without `format` the usual ways to write a time are understood.
`skip_header` is how many lines stand before the header; with `header: false` there is none, and columns are numbers
from 1. In JSON a column is a key, with dots where it is nested.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sekimori.model.kinds import KINDS
from sekimori.model.report import N_
from sekimori.model.schema import PLACE_FIELDS, Kind

__all__ = ["MappingError", "TableMapping", "table_mapping"]

_KEYS = ("format", "kind", "dataset", "delimiter", "zone", "time", "columns", "skip_header", "header")
_FORMATS = ("csv", "jsonl")


class MappingError(ValueError):
    """A description of a table that cannot be followed; the message says which key is wrong and how."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TableMapping:
    """The description, checked. `columns` is field -> column; `time` has no column where records have no time."""

    format: str
    kind: Kind
    dataset: str
    delimiter: str
    zone: ZoneInfo | None
    time: tuple[str, ...]
    time_format: str | None
    columns: dict[str, str]
    skip_header: int
    header: bool

    @property
    def needed(self) -> list[str]:
        """All columns that the table must have."""
        return list(dict.fromkeys((*self.time, *self.columns.values())))


def table_mapping(raw: Mapping[str, object]) -> TableMapping:
    """The description as it was read from the user's file; raises `MappingError`."""
    for key in raw:
        if key not in _KEYS:
            raise MappingError(N_("{key}: no such key; there are {names}").format(key=key, names=", ".join(_KEYS)))
    kind = KINDS.get(_text(raw, "kind", "network"))
    if kind is None or not kind.area:
        names = ", ".join(name for name, one in KINDS.items() if one.area)
        raise MappingError(
            N_("kind: no kind {text}; there are {names}").format(text=repr(raw.get("kind")), names=names)
        )
    format_ = _text(raw, "format")
    if format_ not in _FORMATS:
        names = ", ".join(_FORMATS)
        raise MappingError(N_("format: {text} is none of {names}").format(text=repr(format_), names=names))
    delimiter = _text(raw, "delimiter", ",")
    if len(delimiter) != 1 or delimiter in '"\r\n':
        raise MappingError(N_("delimiter: {text} is not one character").format(text=repr(delimiter)))
    time, time_format = _time(raw)
    mapping = TableMapping(
        format=format_,
        kind=kind,
        dataset=_text(raw, "dataset"),
        delimiter=delimiter,
        zone=_zone(raw),
        time=time,
        time_format=time_format,
        columns=_columns(raw, kind),
        skip_header=_number(raw),
        header=_header(raw),
    )
    if not mapping.header and not all(column.isdecimal() and int(column) > 0 for column in mapping.needed):
        raise MappingError(N_("columns: without a header columns are numbers from 1"))
    return mapping


def _text(raw: Mapping[str, object], key: str, default: str | None = None) -> str:
    value = raw.get(key, default)
    if not isinstance(value, str) or not value:
        reason = N_("{key}: it is missing") if value is None else N_("{key}: {text} is no text")
        raise MappingError(reason.format(key=key, text=repr(value)))
    return value


def _number(raw: Mapping[str, object]) -> int:
    value = raw.get("skip_header", 0)
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise MappingError(N_("skip_header: {text} is no number of lines").format(text=repr(value)))
    return value


def _header(raw: Mapping[str, object]) -> bool:
    value = raw.get("header", True)
    if not isinstance(value, bool):
        raise MappingError(N_("header: {text} is neither true nor false").format(text=repr(value)))
    return value


def _zone(raw: Mapping[str, object]) -> ZoneInfo | None:
    if "zone" not in raw:
        return None
    name = _text(raw, "zone")
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise MappingError(N_("zone: no time zone {text}").format(text=repr(name))) from error


def _time(raw: Mapping[str, object]) -> tuple[tuple[str, ...], str | None]:
    time = raw.get("time")
    if time is None:
        return (), None
    if not isinstance(time, Mapping) or "column" not in time or not set(time) <= {"column", "format"}:
        raise MappingError(N_("time: it has the keys column and, if need be, format"))
    column, format_ = time["column"], time.get("format")
    names = column if isinstance(column, list) else [column]
    if not names or not all(isinstance(name, str | int) and not isinstance(name, bool) for name in names):
        raise MappingError(N_("time: {text} is no column").format(text=repr(column)))
    if format_ is not None and not isinstance(format_, str):
        raise MappingError(N_("time: {text} is no format").format(text=repr(format_)))
    return tuple(map(str, names)), format_


def _columns(raw: Mapping[str, object], kind: Kind) -> dict[str, str]:
    columns = raw.get("columns")
    if not isinstance(columns, Mapping) or not columns:
        raise MappingError(N_("columns: it is missing; it says which column is which field"))
    known = {field.name for field in kind.fields}
    for field, column in columns.items():
        if field in {one.name for one in PLACE_FIELDS}:
            reason = N_("columns: {field} is not mapped; the time has a key of its own")
            raise MappingError(reason.format(field=field))
        if field not in known:
            reason = N_("columns: {kind} has no field {text}; it has {names}")
            raise MappingError(reason.format(kind=kind.name, text=repr(field), names=", ".join(sorted(known))))
        if not isinstance(column, str | int) or isinstance(column, bool):
            reason = N_("columns: the column of {field} is {text}, no name")
            raise MappingError(reason.format(field=field, text=repr(column)))
    return {str(field): str(column) for field, column in columns.items()}
