"""Address lists of a mail header, however broken: groups, quoted and encoded names, comments, missing brackets.

Display names are decoded after the list is cut, so that a comma inside an encoded or quoted name cuts nothing.
Never raises, takes linear time. Reference: RFC 5322, section 3.4 and 4.4.

    To: "山田, 太郎" <yamada@example.jp>, team: a@example.jp, b@example.jp;, =?utf-8?B?5bGx?= <c@example.jp>
"""

import re
from dataclasses import dataclass, field

from sekimori.formats.mail_header import JIS, QUOTED, unquote
from sekimori.formats.mail_text import decode_words

__all__ = ["MailAddress", "addresses"]


@dataclass(frozen=True, slots=True)
class MailAddress:
    """One address of a list: display name decoded, address as written; either may be empty, not both."""

    name: str
    address: str


_PLAIN = re.compile(rb'([^"<>(),;:@\\\x1b\[]*)<([^<>@\s",;:()]+@[^<>@\s",;:()]+)>')
_BARE = re.compile(rb'[^"<>(),;:@\\\x1b\[\s=?\x80-\xff]+@[^"<>(),;:@\\\x1b\[\s=?\x80-\xff]+')
_WORD = rb"=\?[^?\s]+\?[bBqQ]\?[^?]*+\?="
_TEXT = re.compile(rb"(?:" + JIS + rb"|" + _WORD + rb'|\[[^\]\s]*+\]|[^"<>(),;:])++')
_QUOTED = re.compile(QUOTED, re.DOTALL)
_BRACKET = re.compile(rb"([()])")
_ANGLE_END = re.compile(rb"[>,]|\Z")


@dataclass(slots=True)
class _Reading:
    """The address being put together; `brackets` and `quotes` are False once a bracket or quote was never closed."""

    found: list[MailAddress] = field(default_factory=list)
    phrase: bytearray = field(default_factory=bytearray)
    comment: bytes = b""
    angle: bytes | None = None
    brackets: bool = True
    quotes: bool = True

    def finish(self) -> None:
        """Take what has come together, and begin anew."""
        name = " ".join(decode_words(bytes(self.phrase)).split())
        address = ""
        if self.angle is not None:
            address = self.angle.decode("utf-8", "replace").strip(" \t<>'")
        elif "@" in name:
            words = name.split()
            address = next(word for word in words if "@" in word)
            name = " ".join(word for word in words if word != address)
        if not name and self.comment:
            name = " ".join(decode_words(self.comment).split())
        if name or address:
            self.found.append(MailAddress(name, address))
        self.phrase, self.comment, self.angle = bytearray(), b"", None


def addresses(raw: bytes) -> list[MailAddress]:
    """The addresses of a field such as To, in their order."""
    line = raw.replace(b"\r", b"").replace(b"\n", b"") if b"\n" in raw else raw
    if simple := _simple(line):
        return simple
    reading = _Reading()
    position = 0
    while position < len(line):
        if text := _TEXT.match(line, position):
            reading.phrase += text[0]
            position = text.end()
            continue
        mark = line[position : position + 1]
        quoted = _QUOTED.match(line, position) if mark == b'"' and reading.quotes else None
        if quoted:
            reading.phrase += unquote(quoted[0])
            position = quoted.end()
        else:
            # One open quote is enough to know that no later one is closed either: none is searched again.
            reading.quotes = reading.quotes and mark != b'"'
            position = _mark(reading, line, position)
    reading.finish()
    return reading.found


def _simple(line: bytes) -> list[MailAddress]:
    """The addresses of a list whose commas cannot but stand between them; nothing for any other.

    A piece of a name that a comma cuts is neither an address alone nor one behind a name.
    """
    found = []
    for piece in line.split(b","):
        if bare := _BARE.fullmatch(piece.strip()):
            found.append(MailAddress("", bare[0].decode("ascii")))
        elif plain := _PLAIN.fullmatch(piece):
            found.append(MailAddress(" ".join(decode_words(plain[1]).split()), plain[2].decode("utf-8", "replace")))
        else:
            return []
    return found


def _mark(reading: _Reading, line: bytes, position: int) -> int:
    """What a mark of punctuation does; returns where to go on."""
    mark = line[position : position + 1]
    if mark == b"<":
        if reading.angle is not None:
            reading.finish()
        end = _ANGLE_END.search(line, position)
        stop = end.start() if end else len(line)
        reading.angle = line[position + 1 : stop]
        return stop + (line[stop : stop + 1] == b">")
    if mark == b"(" and reading.brackets:
        stop = _comment_end(line, position)
        reading.brackets = stop >= 0
        if stop >= 0:
            reading.comment = line[position + 1 : stop]
            return stop + 1
    if mark in b",;":
        reading.finish()
    elif mark == b":":
        # The name of a group, or `mailto`: not a person's.
        reading.phrase.clear()
    return position + 1


def _comment_end(line: bytes, position: int) -> int:
    """Where the bracket at `position` closes, inner ones counted; -1 where it does not."""
    depth = 0
    for bracket in _BRACKET.finditer(line, position):
        depth += 1 if bracket[0] == b"(" else -1
        if depth == 0:
            return bracket.start()
    return -1
