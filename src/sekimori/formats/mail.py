"""Mails (RFC 5322 with MIME) as structure: header fields, parts with their exact places, nested mails.

An own walk over the bytes: every field and part keeps its place in the evidence, nesting is limited while reading,
and all takes linear time, none of which the standard library's parser gives; on well-formed mails both find the same
parts. `parse` never raises; what cannot be read is listed in `Mail.problems`.

    From: =?utf-8?B?5bGx55Sw?= <yamada@freemail.example>
    Subject: =?utf-8?B?5Lya6K2w?=
    Content-Type: multipart/mixed; boundary="b1"

    --b1
    Content-Type: text/plain; charset=utf-8

    http://192.0.2.7/a
    --b1
    Content-Type: application/zip; name="a.zip"
    Content-Transfer-Encoding: base64

    UEsFBgAAAAAAAAAAAAAAAAAAAAAAAA==
    --b1--

Reference: RFC 5322, RFC 2045 and 2046 (section 5.1: how a multipart body is cut).
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from sekimori.formats.cms import is_encrypted, unwrapped
from sekimori.formats.mail_header import HEADER_BYTES, Field, Region, read_fields
from sekimori.formats.mail_part import Content, content_of, decoded, files_in_text, leaf
from sekimori.formats.mail_structure import Mail, Part, Problem
from sekimori.formats.tnef import tnef_mail
from sekimori.model.report import N_

__all__ = ["DEPTH", "PARTS", "Mail", "Part", "Problem", "parse"]

DEPTH = 20
"""Multiparts and mails inside one another are read to this depth."""

PARTS = 2_000
"""So many parts of a mail are read."""

_DELIMITER_END = re.compile(rb"[ \t]*+\r*+(?:\n|\Z)")
_NESTED = frozenset({"message/rfc822", "message/global"})
_TNEF = frozenset({"application/ms-tnef", "application/vnd.ms-tnef"})
_SIGNED = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime"})
_MAIL_FIELDS = frozenset({"from", "to", "subject", "date", "received", "message-id", "return-path"})


def parse(data: bytes) -> Mail:
    """The mail that the bytes are. Bytes that are no mail come out as a mail of few fields and one text part."""
    if b"\n" not in data and b"\r" in data:
        # Line ends of the old Mac OS; the length, and so every place, stays.
        data = data.replace(b"\r", b"\n")
    return _Walk().mail(Region(data, 0, len(data)), "", 0)


@dataclass(slots=True)
class _Walk:
    """One walk through a mail: the parts seen so far, and the problems."""

    parts: int = 0
    problems: list[Problem] = field(default_factory=list)

    def problem(self, region: Region, reason: str) -> None:
        self.problems.append(Problem(region.place(region.start, region.end), reason))

    def mail(self, region: Region, prefix: str, depth: int) -> Mail:
        """The mail in a region; its parts are numbered below `prefix`."""
        known = len(self.problems)
        fields, body, cut = read_fields(region)
        if cut:
            self.problem(
                region.part(body, region.end), N_("header read up to {count} bytes").format(count=HEADER_BYTES)
            )
            body = region.end
        inside = region.part(body, region.end)
        parts = tuple(self.entity(content_of(fields, "text/plain"), inside, (prefix, _below(prefix, 1)), depth))
        place = region.place(region.start, region.end)
        return Mail(tuple(fields), parts, tuple(self.problems[known:]), place)

    def entity(self, content: Content, region: Region, numbers: tuple[str, str], depth: int) -> Iterator[Part]:
        """The parts in a body; `numbers` are its own as a multipart and as a single part."""
        if self.parts >= PARTS or depth > DEPTH:
            if self.parts == PARTS or depth > DEPTH:
                too_deep, too_many = N_("nested deeper than {depth}"), N_("more than {count} parts")
                self.problem(region, too_deep.format(depth=DEPTH) if depth > DEPTH else too_many.format(count=PARTS))
                self.parts += depth <= DEPTH
            return
        if content.mime_type.startswith("multipart/"):
            pieces = self.pieces(content, region)
            if pieces:
                yield from self.multipart(content, region, pieces, numbers[0], depth)
                return
            content = Content(coding=content.coding, parameters=content.parameters)
        self.parts += 1
        nested = self.nested(content, region, numbers[1], depth)
        part = leaf(content, region, numbers[1], self.problems, nested)
        yield part
        if part.is_text and part.mime_type == "text/plain":
            yield from files_in_text(part, region)

    def pieces(self, content: Content, region: Region) -> list[Region]:
        """Where the parts of a multipart body stand; none where the boundary is missing."""
        boundary = content.parameters.get("boundary", "").rstrip()
        pieces, closed = _cut(region, b"--" + boundary.encode("utf-8", "replace")) if boundary else ([], False)
        if not pieces:
            if region.start < region.end:
                self.problem(region, N_("multipart without its boundary, read as one text"))
        elif not closed and len(pieces) <= PARTS:
            self.problem(region.part(region.end, region.end), N_("multipart without its end, the mail may be cut off"))
        return pieces

    def multipart(
        self, content: Content, region: Region, pieces: Sequence[Region], prefix: str, depth: int
    ) -> Iterator[Part]:
        """The parts of a multipart body."""
        default = "message/rfc822" if content.mime_type == "multipart/digest" else "text/plain"
        for count, piece in enumerate(pieces, start=1):
            fields, body, _ = read_fields(piece)
            numbers = (_below(prefix, count),) * 2
            yield from self.entity(content_of(fields, default), region.part(body, piece.end), numbers, depth + 1)
            if self.parts > PARTS:
                return

    def nested(self, content: Content, region: Region, number: str, depth: int) -> Mail | None:
        """The mail that a part holds: a forwarded one, or a file called `.eml`."""
        is_file = content.name.lower().endswith(".eml")
        is_tnef = content.mime_type in _TNEF or content.name.lower() == "winmail.dat"
        is_signed = content.mime_type in _SIGNED or content.name.lower().endswith(".p7m")
        if content.mime_type not in _NESTED and not is_file and not is_tnef and not is_signed:
            return None
        inside = region
        if content.coding in {"base64", "quoted-printable"}:
            data = decoded(region, content.coding)
            inside = Region(data, 0, len(data), region.place(region.start, region.end))
        if is_tnef or is_signed:
            wrapping = bytes(inside.data[inside.start : inside.end])
            data_inside = self.inside(content, region, wrapping, is_tnef=is_tnef)
            place = region.place(region.start, region.end)
            return (
                self.mail(Region(data_inside, 0, len(data_inside), place), number, depth + 1) if data_inside else None
            )
        if is_file and not _is_mail(read_fields(inside)[0]):
            return None
        return self.mail(inside, number, depth + 1)

    def inside(self, content: Content, region: Region, wrapping: bytes, *, is_tnef: bool) -> bytes:
        """What TNEF or a signature wraps; empty where that is nothing, needs a key, or cannot be read."""
        found = tnef_mail(wrapping) if is_tnef else unwrapped(wrapping)
        if found is None and is_tnef:
            self.problem(region, N_("the TNEF wrapping cannot be read"))
        elif found is None and not content.is_enveloped and not is_encrypted(wrapping):
            self.problem(region, N_("the S/MIME wrapping cannot be read"))
        return found or b""


def _below(prefix: str, count: int) -> str:
    return f"{prefix}.{count}" if prefix else str(count)


def _is_mail(fields: Sequence[Field]) -> bool:
    return any(field.name in _MAIL_FIELDS for field in fields)


def _cut(region: Region, delimiter: bytes) -> tuple[list[Region], bool]:
    """The stretches between the delimiter lines (one more than is read, at most), and whether the last one closes."""
    data, end = region.data, region.end
    pieces: list[Region] = []
    start = -1
    position = region.start
    while (found := data.find(delimiter, position, end)) >= 0 and len(pieces) <= PARTS:
        position = found + len(delimiter)
        if found > region.start and data[found - 1] != 0x0A:
            continue
        closing = data.startswith(b"--", position) and position + 2 <= end
        line_end = _DELIMITER_END.match(data, position + 2 if closing else position, end)
        if line_end is None:
            continue
        if start >= 0:
            pieces.append(region.part(start, max(start, _before_newline(data, start, found))))
        if closing:
            return pieces, True
        start = position = line_end.end()
    if start >= 0 and len(pieces) <= PARTS:
        pieces.append(region.part(start, end))
    return pieces, False


def _before_newline(data: bytes, start: int, position: int) -> int:
    """The end of a part: the line break before the delimiter belongs to the delimiter."""
    if position > start and data[position - 1] == 0x0A:
        position -= 1
        if position > start and data[position - 1] == 0x0D:
            position -= 1
    return position
