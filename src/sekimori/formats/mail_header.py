"""Header fields of a mail: where they stand, their text, addresses, parameters, dates and hops.

Fields are cut from the bytes so that each has its exact place; nothing here raises on any bytes, and all takes
linear time. Reference: RFC 5322 (fields, addresses, dates), RFC 2045 and 2231 (parameters), RFC 5321 4.4 (Received).

    Received: from mx.sender.example (mx.sender.example [192.0.2.7]) by mail.example.jp; Mon, 6 Oct 2014 09:00:01 +0900
    From: =?utf-8?B?5bGx55Sw?= <yamada@freemail.example>
    Content-Disposition: attachment; filename*0*=utf-8''%E8%AD%B0; filename*1*=%E4%BA%8B%E9%8C%B2.zip
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_tz
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import unquote_to_bytes

from sekimori.formats.mail_text import decode, decode_words
from sekimori.model.place import Place

__all__ = [
    "HEADER_BYTES",
    "JIS",
    "QUOTED",
    "Field",
    "Hop",
    "MailDate",
    "Region",
    "date",
    "hop",
    "parameters",
    "read_fields",
    "split_names",
    "unquote",
]

HEADER_BYTES = 1 << 20
"""A header block is read up to this length."""

# Inside a JIS run (RFC 1468) every byte is half a character, even where it looks like a quote or a comma.
JIS = rb"\x1b\$[^\x1b]*+\x1b\([BJ]"
# So is the second byte of a Shift_JIS character, where it looks like a backslash.
_SJIS = rb"[\x81-\x9f\xe0-\xfc][\x40-\x7e\x80-\xfc]"
QUOTED = rb'"(?:' + JIS + rb"|" + _SJIS + rb'|\\.|[^"\\])*+"'

_FIELD = re.compile(rb"([!-9;-~]+)[ \t]*:([^\n]*+(?:\n[ \t][^\n]*+)*+)\n?")
_UNIX_FROM = re.compile(rb">?From (?![ \t]*:)[^\n]*+\n")
_BLANK = re.compile(rb"\r*+(?:\n|\Z)")
_COMMON = frozenset(
    b"bcc cc content-disposition content-id content-transfer-encoding content-type date delivered-to dkim-signature "
    b"from in-reply-to message-id mime-version received references reply-to return-path sender subject to".split()
)
_PARAMETER = re.compile(rb'\s*+([^\s=;"]++)\s*+=\s*+(?:(' + QUOTED + rb")|((?:" + JIS + rb"|[^;])*+))[^;]*+", re.DOTALL)
_OFFSET = re.compile(r"[+-]\d{4}\b")
_ZONE = re.compile(r"\d\s+([A-Z]{1,5})\b")
_NO_YEAR = re.compile(r"[A-Za-z]{3}[ ,-]{1,9}0\d{3}\b")
_HOP_FROM = re.compile(r"from\s+(\S+)(.*?)(?=\sby\s|\Z)", re.IGNORECASE)
_HOP_BY = re.compile(r"(?:^|\s)by\s+(\S+)", re.IGNORECASE)
_HOP_ADDRESS = re.compile(
    r"\[(?:IPv6:)?([0-9A-Fa-f:.]{3,45})\]|\((?:[^\s()]{1,80}@)?(\d{1,3}(?:\.\d{1,3}){3})\)", re.IGNORECASE
)
_HOP_SEEN = re.compile(r"\((?:HELO |EHLO )?([A-Za-z0-9_-]++(?:\.[A-Za-z0-9_-]++)++)\.?[\s)\[]", re.IGNORECASE)
_HOP_BYTES = 4096


@dataclass(frozen=True, slots=True)
class Region:
    """A stretch of bytes being read; `anchor` is its place in the message where the bytes were decoded from it."""

    data: bytes
    start: int
    end: int
    anchor: Place | None = None

    def place(self, start: int, end: int) -> Place:
        """The place in the message of a stretch of this region."""
        return self.anchor or Place(offset=start, length=end - start)

    def part(self, start: int, end: int) -> "Region":
        """A stretch of this region."""
        return Region(self.data, start, end, self.anchor)


class Field(NamedTuple):
    """One header field: `name` in lower case, `raw` the value as it stands, still folded and encoded."""

    name: str
    raw: bytes
    start: int
    end: int
    region: Region

    @property
    def place(self) -> Place:
        """Where the whole field stands in the message."""
        return self.region.place(self.start, self.end)

    @property
    def text(self) -> str:
        """The value decoded, on one line."""
        return decode_words(self.raw).strip()


@dataclass(frozen=True, slots=True)
class MailDate:
    """A date as `text`, its time in UTC (None where it cannot be read), its offset as written (`+0900`, `JST`)."""

    text: str
    time: datetime | None
    offset: str


@dataclass(frozen=True, slots=True)
class Hop:
    """One Received field: the name that the sending host gave, its name and address as seen, who took it.

    `when` is the time as written. What the field does not tell is empty.
    """

    from_name: str
    from_seen: str
    from_address: str
    by: str
    when: str
    place: Place

    @property
    def date(self) -> MailDate:
        """When the host took it."""
        return date(self.when)


_field = Field._make


@lru_cache(maxsize=1024)  # the same names stand in mail after mail
def _lower(name: bytes) -> str:
    return name.decode("ascii").lower()


def read_fields(region: Region) -> tuple[list[Field], int, bool]:
    """The header fields at the beginning of a region, where the body begins, and whether the header was cut short.

    A line that is no field ends the header, unless a common field follows it at once: a subject broken without
    folding. What lies beyond `HEADER_BYTES` is not read as fields.
    """
    data, end = region.data, region.end
    limit = min(end, region.start + HEADER_BYTES)
    fields: list[Field] = []
    position = region.start
    if unix_from := _UNIX_FROM.match(data, position, limit):
        position = unix_from.end()
    match = _FIELD.match
    while position < limit:
        if found := match(data, position, limit):
            name, raw = found.groups()
            fields.append(_field((_lower(name), raw.strip(), position, found.end(2), region)))
            position = found.end()
        elif blank := _BLANK.match(data, position, limit):
            return fields, blank.end(), False
        else:
            following = _after_broken_line(data, position, limit)
            if following is None:
                cut = limit < end and data.find(b"\n", position, limit) < 0
                return fields, position, cut
            if fields:
                last = fields.pop()
                raw = last.raw + b" " + data[position:following].strip()
                fields.append(Field(last.name, raw, last.start, following, region))
            position = following
    return fields, position, limit < end


def _after_broken_line(data: bytes, position: int, limit: int) -> int | None:
    """Where the header goes on after a line that is no field; None where it does not."""
    newline = data.find(b"\n", position, limit)
    if newline < 0:
        return None
    following = _FIELD.match(data, newline + 1, limit)
    return newline + 1 if following and following[1].lower() in _COMMON else None


def _line(raw: bytes) -> bytes:
    return raw.replace(b"\r", b"").replace(b"\n", b"") if b"\n" in raw else raw


def parameters(raw: bytes) -> tuple[str, dict[str, str]]:
    """The value and the parameters of a field such as Content-Type, both names in lower case.

    Continued and encoded parameters (RFC 2231) are joined as bytes before they are decoded, as writers cut them
    inside a character; encoded words, which RFC 2047 forbids here, are decoded all the same.
    """
    value, separator, _ = _line(raw).partition(b";")
    plain: dict[str, bytes] = {}
    pieces: dict[str, list[tuple[int, bool, bytes]]] = {}
    for name, content in _parameter_pairs(_line(raw), len(value)) if separator else ():
        base, star, index = name.partition("*")
        if not star:
            plain.setdefault(base, content)
            continue
        number, encoded = index.rstrip("*"), index.endswith("*") or not index
        if number.isdecimal() or not number:
            pieces.setdefault(base, []).append((int(number[:6] or 0), encoded, content))
    found = {name: decode_words(content) for name, content in plain.items()}
    found.update((name, _joined(sorted(parts, key=lambda part: part[0]))) for name, parts in pieces.items())
    return value.strip().lower().decode("ascii", "replace"), found


def _parameter_pairs(line: bytes, position: int) -> Iterator[tuple[str, bytes]]:
    while position < len(line):
        found = _PARAMETER.match(line, position + 1)
        if found is None:
            position = line.find(b";", position + 1)
            if position < 0:
                return
            continue
        content = unquote(found[2]) if found[2] is not None else found[3].strip()
        yield found[1].decode("ascii", "replace").lower(), content
        position = found.end()


def unquote(quoted: bytes) -> bytes:
    """The content of a quoted string. In raw 8-bit and JIS text a backslash may be half a character and stays."""
    content = quoted[1:-1]
    if b"\\" not in content or b"\x1b" in content or not content.isascii():
        return content
    return re.sub(rb"\\(.)", rb"\1", content)


def _joined(parts: list[tuple[int, bool, bytes]]) -> str:
    charset = b""
    joined = bytearray()
    for position, (_, encoded, content) in enumerate(parts):
        value = content
        if position == 0 and encoded and value.count(b"'") >= 2:
            charset, _, value = value.split(b"'", 2)
        joined += unquote_to_bytes(value) if encoded else value
    if any(encoded for _, encoded, _ in parts):
        return decode(bytes(joined), charset.decode("ascii", "replace"))
    return decode_words(bytes(joined))


def date(text: str) -> MailDate:
    """A date of RFC 5322, or something like it; without an offset it is taken as UTC."""
    text = text[:200]
    offset = _OFFSET.search(text)
    zone = offset[0] if offset else (name[1] if (name := _ZONE.search(text)) else "")
    try:
        parsed = parsedate_tz(text)
        if parsed is None or _NO_YEAR.search(text):  # which would be taken for a year of two digits
            return MailDate(text, None, zone)
        year, month, day, hour, minute, second = parsed[:6]
        time = datetime(year, month, day, hour, minute, min(second, 59), tzinfo=UTC) - timedelta(seconds=parsed[9] or 0)
    except (ValueError, IndexError, TypeError, OverflowError):
        return MailDate(text, None, zone)
    return MailDate(text, time, zone)


def hop(field: Field) -> Hop:
    """What a Received field tells."""
    text = " ".join(field.raw[:_HOP_BYTES].decode("latin-1").split())
    route, _, when = text.rpartition(";")
    route = route or text
    name = seen = address = ""
    if source := _HOP_FROM.match(route):
        name = source[1]
        rest = source[2]
        found = _HOP_ADDRESS.search(rest) or _HOP_ADDRESS.search(name)
        address = (found[1] or found[2]) if found else ""
        named = _HOP_SEEN.search(rest)
        seen = named[1] if named and named[1] != address else ""
    by = _HOP_BY.search(route)
    return Hop(name, seen, address, by[1] if by else "", when.strip(), field.place)


def split_names(text: str) -> list[str]:
    """Message identifiers of a Message-ID, In-Reply-To or References field, without brackets."""
    return [name.strip("<>,") for name in text.split() if name.strip("<>,")]
