"""Messages as Outlook and Exchange keep them ([MS-OXPROPS], [MS-OXCMSG]), and their rendering as mails (RFC 5322).

The header that came over the Internet is kept as it stands where the message has it; what it lacks is written from
the properties. A mail with all properties needs no second reader: it is read as every other mail.
"""

import base64
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from hashlib import sha256

from sekimori.formats.rtf import RTF_BYTES, decompressed, text_of_rtf

__all__ = ["DEPTH", "MapiAttachment", "MapiMessage", "Properties", "rendered"]

DEPTH = 10
"""Messages in messages are rendered to this depth."""

_EPOCH = datetime(1601, 1, 1, tzinfo=UTC)
_CODECS = {932: "cp932", 936: "gb18030", 949: "cp949", 950: "cp950", 20932: "euc_jp", 51932: "euc_jp",
           50220: "iso2022_jp", 50221: "iso2022_jp", 50222: "iso2022_jp", 54936: "gb18030", 65001: "utf-8",
           20127: "cp1252", 28591: "latin-1"}  # fmt: skip
_UNREAD_NAME = b"Content-Disposition: attachment; filename=message.lzfu\r\n"
_WIDE, _NARROW, _TIME = 0x001F, 0x001E, 0x0040


@dataclass(frozen=True, slots=True)
class Properties:
    """The properties of one object: by number, the type and the bytes."""

    values: Mapping[int, tuple[int, bytes]]
    code_page: int = 0

    def raw(self, number: int) -> bytes:
        """The bytes; empty where there are none."""
        return self.values.get(number, (0, b""))[1]

    def number(self, number: int) -> int:
        """An integer or truth value; 0 where there is none."""
        return int.from_bytes(self.raw(number)[:4], "little")

    def text(self, *numbers: int) -> str:
        """The first of these texts that is not empty."""
        for number in numbers:
            kind, data = self.values.get(number, (0, b""))
            if kind == _WIDE:
                text = data.decode("utf-16-le", "replace")
            else:
                text = self.decoded(data) if kind == _NARROW else ""
            if text := text.rstrip("\0"):
                return text
        return ""

    def decoded(self, data: bytes) -> str:
        """Text in the message's code page; UTF-8 or CP932 where it names none."""
        page = self.code_page or self.number(0x3FFD) or self.number(0x3FDE)
        codecs = [_CODECS.get(page, f"cp{page}")] if page else ["utf-8", "cp932"]
        for codec in [*codecs, "utf-8", "cp932"]:
            try:
                return data.decode(codec)
            except (UnicodeDecodeError, LookupError):
                continue
        return data.decode("cp1252", "replace")

    def time(self, number: int) -> datetime | None:
        """A time in UTC; None where there is none."""
        kind, data = self.values.get(number, (0, b""))
        if kind != _TIME or len(data) < 8:
            return None
        try:
            return _EPOCH + timedelta(microseconds=struct.unpack_from("<Q", data)[0] // 10)
        except OverflowError:
            return None


@dataclass(frozen=True, slots=True)
class MapiAttachment:
    """A file or a message that a message carries."""

    properties: Properties
    data: bytes = b""
    message: "MapiMessage | None" = None


@dataclass(frozen=True, slots=True)
class MapiMessage:
    """One message with the properties of its recipients and its attachments."""

    properties: Properties
    recipients: tuple[Properties, ...] = ()
    attachments: tuple[MapiAttachment, ...] = ()


_DROPPED = ("content-", "mime-version", "x-sekimori-")


@dataclass(slots=True)
class _Allowance:
    """How much rich text is still read, in the messages of one mail together."""

    rich: int = RTF_BYTES


def rendered(message: MapiMessage) -> bytes:
    """The message as a mail. Rich text too long to be read is a file of it, as it stands."""
    return _rendered(message, 0, _Allowance())


def _rendered(message: MapiMessage, depth: int, allowance: _Allowance) -> bytes:
    head = _header(message)
    parts, unread = _bodies(message.properties, allowance)
    body = parts[0] if len(parts) == 1 else _multipart("alternative", parts)
    files = [*unread, *(_file(one, depth, allowance) for one in message.attachments)]
    return b"\r\n".join([*head, b"MIME-Version: 1.0", _multipart("mixed", [body, *files]) if files else body])


def _header(message: MapiMessage) -> list[bytes]:
    own = list(_kept(message.properties.text(0x007D)))
    known = {line.partition(b":")[0].strip().lower() for line in own if line[:1] not in b" \t"}
    for name, value in _fields(message):
        if value and name.lower().encode() not in known:
            own.append(name.encode() + b": " + value)
    return own


def _kept(text: str) -> Iterator[bytes]:
    """The lines of the transport header, but those that tell of the body's coding, which is another one here."""
    keeping = False
    for line in text.splitlines():
        if line[:1] in {" ", "\t"}:
            if keeping and line.strip():
                yield line.encode("utf-8", "replace")
            continue
        name, colon, _ = line.partition(":")
        keeping = bool(colon) and name.isascii() and " " not in name.strip() and bool(name.strip())
        keeping = keeping and not name.lower().startswith(_DROPPED)
        if keeping:
            yield line.encode("utf-8", "replace")


def _fields(message: MapiMessage) -> Iterator[tuple[str, bytes]]:
    of = message.properties
    time = of.time(0x0039) or of.time(0x0E06)
    author = of.text(0x5D02, 0x5D01, 0x0065, 0x0C1F)
    yield "From", _person(of.text(0x0042, 0x0C1A), author)
    sender = of.text(0x5D01, 0x0C1F)
    if "@" in sender and sender != author:
        yield "Sender", _person(of.text(0x0C1A), sender)
    for kind, name, listed in ((1, "To", 0x0E04), (2, "Cc", 0x0E03), (3, "Bcc", 0x0E02)):
        people = [_recipient(one) for one in message.recipients if one.number(0x0C15) & 3 == kind]
        names = [_person(text.strip(), "") for text in of.text(listed).split(";") if text.strip()]
        yield name, b",\r\n ".join(people or names)
    yield "Subject", _words(of.text(0x0037))
    yield "Date", format_datetime(time).encode() if time else b""
    yield "Message-ID", _plain(of.text(0x1035))
    yield "In-Reply-To", _plain(of.text(0x1042))
    yield "References", _plain(of.text(0x1039))


def _recipient(of: Properties) -> bytes:
    return _person(of.text(0x3001), of.text(0x39FE, 0x3003))


def _person(name: str, address: str) -> bytes:
    """An entry of an address field. An address of the directory (`/O=…`) is none of the Internet."""
    if "@" not in address:
        name, address = (name, "") if "@" not in name else ("", name)
    shown = _words(name) if name and name != address else b""
    target = _plain(address).strip(b"<>")
    if not target:
        # A name that no address is known of: as a display name alone it would be taken for an address.
        return shown + b" <>" if shown else b""
    return b"%s <%s>" % (shown, target) if shown else b"<" + target + b">"


def _plain(text: str) -> bytes:
    return " ".join(text.split()).encode("utf-8", "replace")


def _words(text: str) -> bytes:
    """Encoded words (RFC 2047), each of whole characters."""
    text = " ".join(text.split())
    pieces = (text[at : at + 12].encode("utf-8", "replace") for at in range(0, len(text), 12))
    return b"\r\n ".join(b"=?utf-8?B?" + base64.b64encode(piece) + b"?=" for piece in pieces)


def _bodies(of: Properties, allowance: _Allowance) -> tuple[list[bytes], list[bytes]]:
    """The text in its forms, and the rich text where not all of it is read."""
    plain, html = of.text(0x1000), of.raw(0x1013)
    text = of.text(0x1013) or (of.decoded(html) if html else "")
    unread: list[bytes] = []
    if not text and (rich := of.raw(0x1009)):
        read, is_cut = decompressed(rich, allowance.rich)
        allowance.rich -= len(read)
        inside, is_html = text_of_rtf(read)
        text, plain = (inside, plain) if is_html else ("", plain or inside)
        unread += [_leaf("application/octet-stream", rich, _UNREAD_NAME)] if is_cut else []
    parts = [_leaf("text/html; charset=utf-8", text.encode("utf-8", "replace"))] if text else []
    if plain or not text:
        parts.insert(0, _leaf("text/plain; charset=utf-8", plain.encode("utf-8", "replace")))
    return parts, unread


def _leaf(kind: str, data: bytes, more: bytes = b"") -> bytes:
    head = b"Content-Type: " + kind.encode("ascii", "replace") + b"\r\nContent-Transfer-Encoding: base64\r\n"
    return head + more + b"\r\n" + base64.encodebytes(data)


def _file(one: MapiAttachment, depth: int, allowance: _Allowance) -> bytes:
    of = one.properties
    name = of.text(0x3707, 0x3704, 0x3001)
    if one.message is not None and depth < DEPTH:
        inner = _rendered(one.message, depth + 1, allowance)
        return b"Content-Type: message/rfc822\r\nContent-Disposition: attachment\r\n\r\n" + inner
    kind = of.text(0x370E)
    sound = (
        kind.isascii() and kind.count("/") == 1 and kind.replace("/", "").replace("-", "").replace(".", "").isalnum()
    )
    quoted = "".join(f"%{octet:02X}" for octet in name.encode("utf-8", "replace"))
    more = f"Content-Disposition: attachment; filename*=utf-8''{quoted}\r\n".encode()
    allowed = sound and not kind.lower().startswith(("multipart/", "message/"))
    return _leaf(kind if allowed else "application/octet-stream", one.data, more)


def _multipart(kind: str, parts: list[bytes]) -> bytes:
    boundary = b"=_" + sha256(b"\n".join(parts)).hexdigest()[:32].encode()
    head = b'Content-Type: multipart/%s; boundary="%s"\r\n' % (kind.encode(), boundary)
    inside = b"".join(b"\r\n--" + boundary + b"\r\n" + part for part in parts)
    return head + inside + b"\r\n--" + boundary + b"--\r\n"
