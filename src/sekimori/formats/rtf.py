r"""Rich text of Outlook: decompressed ([MS-OXRTFCP]), and as the HTML or text inside it ([MS-OXRTFEX]).

    {\rtf1\ansi\ansicpg932\fromhtml1 {\*\htmltag64 <p>}\htmlrtf \par\htmlrtf0 caf\'e9}

One pass over at most `RTF_BYTES`; nothing raises.
"""

import re
import struct
from dataclasses import dataclass, field

__all__ = ["RTF_BYTES", "decompressed", "text_of_rtf"]

RTF_BYTES = 16 << 20
"""Rich text is read up to this length, decompressed."""

_PRELOAD = (
    rb"{\rtf1\ansi\mac\deff0\deftab720{\fonttbl;}{\f0\fnil \froman \fswiss \fmodern \fscript \fdecor "
    rb"MS Sans SerifSymbolArialTimes New RomanCourier{\colortbl\red0\green0\blue0"
    b"\r\n"
    rb"\par \pard\plain\f0\fs20\b\i\u\tab\tx"
)
_PACKED, _PLAIN = 0x75465A4C, 0x414C454D


def decompressed(data: bytes) -> bytes:
    """The rich text in a compressed stream, as far as it can be read; empty for anything else."""
    if len(data) < 16:
        return b""
    _, size, kind, _ = struct.unpack_from("<4I", data)
    if kind == _PLAIN:
        return data[16 : 16 + min(size, RTF_BYTES)]
    return _unpacked(data[16:], min(size, RTF_BYTES)) if kind == _PACKED else b""


def _unpacked(data: bytes, size: int) -> bytes:
    window = bytearray(4096)
    window[: len(_PRELOAD)] = _PRELOAD
    write, at = len(_PRELOAD), 0
    out = bytearray()
    while at < len(data) and len(out) < size:
        control = data[at]
        at += 1
        for bit in range(8):
            if control >> bit & 1:
                reference = int.from_bytes(data[at : at + 2], "big")
                at += 2
                start, length = reference >> 4, (reference & 15) + 2
                if start == write or at > len(data):
                    return bytes(out[:size])
            else:
                start, length = -1, 1
            for step in range(length):
                if start < 0 and at >= len(data):
                    return bytes(out[:size])
                octet = window[(start + step) & 4095] if start >= 0 else data[at]
                window[write] = octet
                out.append(octet)
                write = (write + 1) & 4095
            at += start < 0
    return bytes(out[:size])


_TOKEN = re.compile(
    rb"\\([a-zA-Z]{1,32})(-?\d{1,10})? ?|\\'([0-9a-fA-F]{2})|\\([^a-zA-Z])|([{}])|([\r\n]+)|([^\\{}\r\n]+)"
)
_BREAKS = {"par": "\r\n", "line": "\r\n", "tab": "\t", "lquote": "‘", "rquote": "’", "ldblquote": "“",
           "rdblquote": "”", "bullet": "•", "endash": "–", "emdash": "—"}  # fmt: skip
_SKIPPED = frozenset(
    ["fonttbl", "colortbl", "stylesheet", "info", "pict", "object", "listtable", "generator", "themedata"]
)


@dataclass(slots=True)
class _State:
    """What holds within a group."""

    skipped: bool = False
    in_tag: bool = False
    hidden: bool = False
    after_unicode: int = 1


@dataclass(slots=True)
class _Reading:
    html: bool
    codec: str = "cp1252"
    state: _State = field(default_factory=_State)
    stack: list[_State] = field(default_factory=list)
    held: bytearray = field(default_factory=bytearray)
    out: list[str] = field(default_factory=list)
    ignore: int = 0
    starred: bool = False

    def flush(self) -> None:
        """Bytes are decoded together, as a character may stand over several escapes."""
        if self.held:
            self.out.append(self.held.decode(self.codec, "replace"))
            self.held.clear()

    def put(self, data: bytes) -> None:
        if self.ignore:
            dropped = min(self.ignore, len(data))
            self.ignore -= dropped
            data = data[dropped:]
        if not self.state.skipped and not (self.html and self.state.hidden):
            self.held += data

    def text(self, text: str) -> None:
        if not self.state.skipped and not (self.html and self.state.hidden):
            self.flush()
            self.out.append(text)

    def group(self, mark: bytes) -> None:
        self.flush()
        self.ignore = 0
        if mark == b"{":
            if len(self.stack) < 10_000:
                old = self.state
                self.stack.append(old)
                self.state = _State(old.skipped, old.in_tag, old.hidden, old.after_unicode)
        elif self.stack:
            self.state = self.stack.pop()

    def word(self, name: str, value: int | None) -> None:
        starred, self.starred = self.starred, False
        if name == "htmltag":
            self.state.skipped, self.state.in_tag = not self.html, True
        elif name == "htmlrtf":
            self.state.hidden = value != 0
        elif name in _SKIPPED or starred:
            self.state.skipped = True
        elif name == "ansicpg" and value is not None:
            self.codec = _codec(value)
        elif name == "uc":
            self.state.after_unicode = min(max(value or 0, 0), 8)
        elif name == "u" and value is not None:
            self.text(chr(value & 0xFFFF))
            self.ignore = self.state.after_unicode
        elif name in _BREAKS:
            self.text(_BREAKS[name])


def _codec(number: int) -> str:
    name = {65001: "utf-8", 932: "cp932", 936: "gb18030", 949: "cp949", 950: "cp950"}.get(number, f"cp{number}")
    try:
        b"".decode(name)
    except LookupError:
        return "cp1252"
    return name


def text_of_rtf(data: bytes) -> tuple[str, bool]:
    """The HTML that the rich text was made from, and True; or its plain text, and False."""
    data = data[:RTF_BYTES]
    reading = _Reading(html=rb"\fromhtml" in data[:4096])
    for found in _TOKEN.finditer(data):
        word, value, octet, symbol, brace, _, plain = found.groups()
        if word:
            reading.word(word.decode("ascii"), int(value) if value else None)
        elif octet:
            reading.put(bytes([int(octet, 16)]))
        elif symbol == b"*":
            reading.starred = True
        elif symbol:
            reading.put({b"~": b" ", b"_": b"-", b"-": b""}.get(symbol, symbol))
        elif brace:
            reading.group(brace)
        elif plain:
            reading.put(plain)
    reading.flush()
    joined = "".join(reading.out).encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return joined, reading.html
