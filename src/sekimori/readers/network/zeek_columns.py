"""Zeek's fields, as columns of texts, to the columns of `network` records; what both forms of its logs share."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from sekimori.formats.columns import Column, Mask, constant, decimals, integers, is_address, mask_of, micros, scalar
from sekimori.formats.lines import Positions
from sekimori.formats.url_columns import hosts_and_ports
from sekimori.model.kinds import NETWORK
from sekimori.model.report import N_
from sekimori.model.schema import TIME
from sekimori.readers.network.zeek_fields import COMMON, log_named

__all__ = ["Cells", "Mapped", "consumed", "mapped", "wanted"]

Cells = Mapping[str, Column]
"""Field -> its column: strings, or lists of strings for sets and vectors."""

_TEXTS = pa.list_(pa.string())
_MILLISECONDS = 1e11  # larger numbers cannot be seconds: the logs of JSON::TS_MILLIS
_FIRST = pa.scalar(datetime(1970, 1, 1, tzinfo=UTC), TIME)
_END = pa.scalar(datetime(9999, 1, 1, tzinfo=UTC), TIME)
_MAIL_ADDRESS = re.compile(r"[^\s<>\"(),;:]+@[^\s<>\"(),;:]+")
_MAIL_FIELDS = ("mailfrom", "rcptto", "from", "to", "cc", "reply_to")
_NAME = re.compile(r"[^\s]+\.[^\s.]+\.?|localhost")


@dataclass(frozen=True, slots=True)
class Mapped:
    """Columns of the records, for each row why it is none (null where it is one), and what else the message shall say.

    `kept` are fields that were put into a column, but not wholly, with the rows where that is so.
    """

    columns: dict[str, Column]
    reasons: Column
    kept: dict[str, Mask] = field(default_factory=dict)


def consumed(path: str) -> set[str]:
    """The fields of a log that have a column of their own, so that the message leaves them out."""
    return {*COMMON, *log_named(path).columns, *_CONSUMED.get(path, ())}


def wanted(path: str) -> set[str]:
    """The fields that `mapped` looks at; the cells may hold others."""
    return {*consumed(path), *log_named(path).kept, *_LOOKED_AT.get(path, ())}


def mapped(path: str, cells: Cells, rows: int) -> Mapped:
    """The columns of records of one log."""
    log = log_named(path)
    columns: dict[str, Column] = {"event_dataset": constant(f"zeek.{path}", rows)}
    if log.protocol:
        columns["network_protocol"] = constant(log.protocol, rows)
    reasons: Column = pa.nulls(rows, pa.string())
    for name, fields in _sources({**COMMON, **log.columns, **log.kept}, cells).items():
        column, wrong = _column(name, [cells[one] for one in fields])
        columns[name] = column
        if wrong.any():
            reason = N_("{fields} is no time") if name == "timestamp" else N_("{fields} is no number")
            bad: Column = constant(reason.format(fields=" or ".join(fields)), rows)
            reasons = pc.coalesce(reasons, pc.if_else(pa.array(wrong, pa.bool_()), bad, pa.nulls(rows, pa.string())))
    if path in ("files", "known_services"):
        columns["network_protocol"] = pc.utf8_lower(columns.get("network_protocol", pa.nulls(rows, pa.string())))
    result = Mapped(columns, reasons)
    if path in _DERIVED:
        _DERIVED[path](cells, result)
    return result


def _sources(table: Mapping[str, str], cells: Cells) -> dict[str, list[str]]:
    """Column -> the fields it is made of, of those that are there."""
    sources: dict[str, list[str]] = {}
    for one, column in table.items():
        if one in cells:
            sources.setdefault(column, []).append(one)
    return sources


def _column(name: str, cells: list[Column]) -> tuple[Column, Mask]:
    """One column of records from its fields, and the rows where these are not what they should be."""
    type_ = NETWORK.field(name).type
    if type_ == _TEXTS:
        return _joined([_texts(cell) for cell in cells]), np.zeros(len(cells[0]), np.bool_)
    text: Column = pc.coalesce(*[_text(cell) for cell in cells])
    if type_ == TIME:
        column = _times(text)
    elif name == "event_duration":
        column = _milliseconds(text)
    elif type_ == pa.int64():
        column = integers(text)
    else:
        return text, np.zeros(len(text), np.bool_)
    return column, mask_of(pc.and_(pc.is_null(column), pc.is_valid(text)))


def _text(cell: Column) -> Column:
    """One text a row: of several the first."""
    if cell.type != _TEXTS:
        return cell
    first: Column = pc.list_slice(cell, 0, 1)
    counts = pc.fill_null(pc.list_value_length(first), pa.scalar(0, pa.int32()))
    empty = np.asarray(counts.to_numpy() == 0, np.bool_)
    places = np.cumsum(~empty) - 1
    return pc.list_flatten(first).take(pa.array(np.maximum(places, 0), pa.int64(), mask=empty))


def _texts(cell: Column) -> Column:
    """A list of texts a row."""
    if cell.type == _TEXTS:
        return cell
    present = mask_of(pc.is_valid(cell))
    return _lists(np.concatenate(([0], np.cumsum(present))), cell.drop_null(), ~present)


def _lists(offsets: Positions, values: Column, null: Mask) -> Column:
    return pa.ListArray.from_arrays(pa.array(offsets, pa.int32()), values, mask=pa.array(null, pa.bool_()))


def _joined(columns: list[Column]) -> Column:
    """The lists of several columns as one; a row without any value is null."""
    if len(columns) == 1:
        return columns[0]
    rows = zip(*(column.to_pylist() for column in columns), strict=True)
    lists = [[value for values in row if values for value in values] or None for row in rows]
    return pa.array(lists, _TEXTS)


def _times(text: Column) -> Column:
    """Seconds or milliseconds since 1970, or ISO 8601."""
    seconds = decimals(text)
    large = mask_of(pc.greater_equal(seconds, pa.scalar(_MILLISECONDS)))
    if large.any():
        reduced: Column = pc.cast(pc.divide(seconds, pa.scalar(1000.0)), pa.string())
        text = pc.if_else(pa.array(large, pa.bool_()), reduced, text)
    times = micros(text)
    if times.null_count == text.null_count:
        return times
    nothing: Column = pa.nulls(len(text), pa.string())
    return pc.coalesce(times, _iso_times(pc.if_else(pc.is_null(times), text, nothing)))


def _iso_times(text: Column) -> Column:
    try:
        times: Column = pc.cast(text, TIME)
    except pa.ArrowInvalid:
        coded = text.dictionary_encode()
        times = pa.array([_iso(value) for value in coded.dictionary.to_pylist()], TIME).take(coded.indices)
    sound = pc.and_(pc.greater_equal(times, _FIRST), pc.less(times, _END))
    return pc.if_else(sound, times, pa.nulls(len(times), TIME))


def _iso(text: str) -> datetime | None:
    try:
        time = datetime.fromisoformat(text)
        return (time if time.tzinfo else time.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _milliseconds(text: Column) -> Column:
    values = decimals(text).to_numpy(zero_copy_only=False)
    valid = np.abs(values) < 1e15
    return pa.array(np.rint(np.where(valid, values, 0) * 1000).astype(np.int64), pa.int64(), mask=~valid)


def _of(cells: Cells, name: str, like: Column) -> Column:
    """The text of a field, null where the log has no such field."""
    return _text(cells[name]) if name in cells else pa.nulls(len(like), pa.string())


def _http(cells: Cells, result: Mapped) -> None:
    """Zeek writes the URL in parts: host, port of the connection, URI (whole only towards a proxy)."""
    rows = result.reasons
    host, uri, method = (_of(cells, name, rows) for name in ("host", "uri", "method"))
    port = _of(cells, "id.resp_p", rows)
    no_text: Column = constant("", len(rows))
    usual: Column = pc.or_kleene(pc.equal(port, scalar("80")), pc.match_substring(host, ":"))
    shown: Column = pc.if_else(usual, no_text, pc.binary_join_element_wise(scalar(":"), port, scalar("")))
    parts = (scalar("http://"), host, pc.coalesce(shown, no_text), pc.coalesce(uri, no_text))
    built: Column = pc.binary_join_element_wise(*parts, scalar(""))
    absolute: Column = pc.match_substring_regex(uri, "^[A-Za-z][A-Za-z0-9+.-]*://")
    whole: Column = pc.or_kleene(absolute, pc.equal(method, scalar("CONNECT")))
    url: Column = pc.coalesce(pc.if_else(pc.fill_null(whole, pa.scalar(False)), uri, built), uri)
    result.columns["url_original"] = url
    result.columns["url_domain"] = hosts_and_ports(url)[0]
    result.kept["host"] = mask_of(whole)
    if "http_request_referrer" in result.columns:
        result.columns["referrer_domain"] = hosts_and_ports(result.columns["http_request_referrer"])[0]


def _dns(cells: Cells, result: Mapped) -> None:
    """Answers are addresses, names, or texts such as `TXT 12 v=spf1 -all`, which stay in the message."""
    if "answers" not in cells:
        return
    answers = _texts(cells["answers"])
    values: Column = answers.flatten()
    addresses = is_address(values)
    names = ~addresses & _holding(values, lambda value: _NAME.fullmatch(value) is not None)
    result.columns["dns_resolved_ip"] = _chosen(answers, values, addresses)
    result.columns["dns_resolved_name"] = _chosen(answers, values, names)
    others = _counts(answers, ~addresses & ~names)
    result.kept["answers"] = np.asarray(others > 0, np.bool_)


def _holding(values: Column, holds: Callable[[str], bool]) -> Mask:
    """Which values it holds for, asked once for each distinct one."""
    coded = values.dictionary_encode()
    answers = np.array([holds(value) for value in coded.dictionary.to_pylist()], np.bool_)
    return np.asarray(answers[coded.indices.to_numpy()], np.bool_)


def _counts(lists: Column, chosen: Mask) -> Positions:
    """How many chosen values each list has."""
    lengths = lists.value_lengths().fill_null(0).to_numpy().astype(np.int64)
    ends = np.cumsum(lengths)
    total = np.concatenate(([0], np.cumsum(chosen)))
    return np.asarray(total[ends] - total[ends - lengths], np.int64)


def _chosen(lists: Column, values: Column, chosen: Mask) -> Column:
    """The lists with the chosen values alone; null where none is left."""
    counts = _counts(lists, chosen)
    kept = values.filter(pa.array(chosen, pa.bool_()))
    return _lists(np.concatenate(([0], np.cumsum(counts))), kept, counts == 0)


def _smtp(cells: Cells, result: Mapped) -> None:
    """Envelope and header addresses, out of `Name <address>` where need be; the headers themselves stay."""
    columns = [_texts(cells[name]).to_pylist() for name in _MAIL_FIELDS if name in cells]
    found: list[list[str] | None] = []
    for row in zip(*columns, strict=True):
        texts = [text for values in row if values for text in values]
        addresses = dict.fromkeys(address for text in texts for address in _MAIL_ADDRESS.findall(text))
        found.append(list(addresses) or None)
    if columns:
        result.columns["email_address"] = pa.array(found, _TEXTS)


def _files(cells: Cells, result: Mapped) -> None:
    """Before Zeek 5.1 the log has no connection, but hosts that sent and received the file."""
    if "id.orig_h" in cells:
        return
    sent, received, is_orig = (_of(cells, name, result.reasons) for name in ("tx_hosts", "rx_hosts", "is_orig"))
    upload: Column = pc.fill_null(pc.equal(is_orig, scalar("T")), pa.scalar(False))
    result.columns["source_ip"] = pc.if_else(upload, sent, received)
    result.columns["destination_ip"] = pc.if_else(upload, received, sent)


def _smb_files(cells: Cells, result: Mapped) -> None:
    """The name is a path below the share: its last part is the file's name."""
    if "name" in cells:
        last: Column = pc.replace_substring_regex(_text(cells["name"]), r"^.*[\\/]", "")
        result.columns["file_name"] = pc.if_else(pc.equal(last, scalar("")), pa.nulls(len(last), pa.string()), last)


def _ftp(cells: Cells, result: Mapped) -> None:
    """The argument of a transfer is written as a URL."""
    if "arg" in cells:
        arg = _text(cells["arg"])
        is_url = pc.starts_with(arg, "ftp://")
        url: Column = pc.if_else(is_url, arg, pa.nulls(len(arg), pa.string()))
        result.columns["url_original"] = url
        result.columns["url_domain"] = hosts_and_ports(url)[0]
        result.kept["arg"] = ~mask_of(is_url)


def _x509(cells: Cells, result: Mapped) -> None:
    """A wildcard stands for all names below its own; a client's certificate says nothing of a server."""
    names = result.columns.get("tls_server_name")
    if names is not None:
        lists = [[name.removeprefix("*.") for name in row] if row else None for row in names.to_pylist()]
        result.columns["tls_server_name"] = pa.array(lists, _TEXTS)
    of_client: Column = pc.fill_null(pc.equal(_of(cells, "client_cert", result.reasons), scalar("T")), pa.scalar(False))
    clients = mask_of(of_client)
    if clients.any():
        for column in [name for name in result.columns if name.startswith("tls_server_")]:
            nothing: Column = pa.nulls(len(clients), result.columns[column].type)
            result.columns[column] = pc.if_else(of_client, nothing, result.columns[column])
        result.kept.update({name: clients for name in _OF_CERTIFICATE if name in cells})


def _intel(cells: Cells, result: Mapped) -> None:
    """The type of the indicator says what was seen; the indicator stays in the message as well."""
    seen, kinds = (_of(cells, name, result.reasons).to_pylist() for name in ("seen.indicator", "seen.indicator_type"))
    for kind, column in _INTEL_COLUMNS.items():
        values = [value if found == f"Intel::{kind}" else None for value, found in zip(seen, kinds, strict=True)]
        type_ = NETWORK.field(column).type
        if any(values):
            lists = [[value] if value else None for value in values]
            result.columns[column] = pa.array(lists if type_ == _TEXTS else values, type_)


_OF_CERTIFICATE = ("fingerprint", "certificate.subject", "certificate.issuer")
_INTEL_COLUMNS = {
    "DOMAIN": "url_domain",
    "URL": "url_original",
    "SOFTWARE": "user_agent_original",
    "EMAIL": "email_address",
    "USER_NAME": "source_user_name",
    "FILE_HASH": "hash_value",
    "FILE_NAME": "file_name",
    "CERT_HASH": "tls_server_hash",
}
_DERIVED: Mapping[str, Callable[[Cells, Mapped], None]] = {
    "http": _http,
    "dns": _dns,
    "smtp": _smtp,
    "files": _files,
    "smb_files": _smb_files,
    "ftp": _ftp,
    "x509": _x509,
    "intel": _intel,
}
_CONSUMED: Mapping[str, tuple[str, ...]] = {"http": ("host", "uri"), "dns": ("answers",), "ftp": ("arg",)}
_LOOKED_AT: Mapping[str, tuple[str, ...]] = {
    "smtp": _MAIL_FIELDS,
    "files": ("tx_hosts", "rx_hosts", "is_orig"),
    "smb_files": ("name",),
    "x509": ("client_cert",),
    "intel": ("seen.indicator", "seen.indicator_type"),
}
