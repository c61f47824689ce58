r"""The text of Rich Text Format, or the HTML that one was made from.

References: Rich Text Format (RTF) Specification 1.9.1, Microsoft, 2008; [MS-OXRTFEX].

    {\rtf1\ansi\ansicpg932{\fonttbl{\f0\fcharset128 MS Mincho;}}\f0 \'8b\'63\u-28552?}
    {\rtf1\ansi\ansicpg932\fromhtml1 {\*\htmltag64 <p>}\htmlrtf \par\htmlrtf0 caf\'e9}

Characters are bytes in the code page of the font, else of the document (`\'8b\'63`), or Unicode numbers with what
older readers show instead (`\u-28552?`, left out). Groups that are data or definitions are left out. Every byte is
looked at once; there is no recursion.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from sekimori.formats.mail_text import decode

__all__ = ["pieces"]

_TOKEN = re.compile(
    rb"\\([A-Za-z]{1,32})(-?\d{1,10})? ?|\\'([0-9A-Fa-f]{2})|\\([^A-Za-z])|([{}])|([^\\{}\r\n]{1,65536})|[\r\n]+|\\"
)
_UNSEEN_WORDS = (
    "fonttbl colortbl stylesheet pict objdata themedata colorschememapping datastore latentstyles listtable "
    "listoverridetable rsidtbl generator xmlnstbl filetbl revtbl blipuid mmathPr pgptbl defchp defpap wgrffmtfilter "
    "shpinst sp sn bkmkstart bkmkend panose falt"
)
_UNSEEN = frozenset(word.encode() for word in _UNSEEN_WORDS.split()) - {b"shpinst", b"sp"}
# Starred groups, which a reader may leave out, that hold text all the same.
_STARRED_TEXTS = frozenset(b"fldinst shptxt annotation atnauthor atnid footnote shpinst hlinkbase nonesttables".split())
_SIGNS = {b"par": "\n", b"line": "\n", b"sect": "\n", b"page": "\n", b"row": "\n", b"tab": "\t", b"cell": "\t",
          b"nestcell": "\t", b"nestrow": "\n", b"emdash": "\u2014", b"endash": "\u2013", b"bullet": "\u2022",
          b"lquote": "\u2018", b"rquote": "\u2019", b"ldblquote": "\u201c", b"rdblquote": "\u201d"}  # fmt: skip
_CHARSETS = {0: "cp1252", 128: "cp932", 129: "cp949", 134: "gb18030", 136: "big5", 161: "cp1253", 162: "cp1254",
             163: "cp1258", 177: "cp1255", 178: "cp1256", 186: "cp1257", 204: "cp1251", 222: "cp874",
             238: "cp1250"}  # fmt: skip
_OF_HTML = frozenset([b"htmltag", b"htmlrtf"])
_AT_ONCE = 2048
_RAW_BYTES = 1 << 16


class _Group(NamedTuple):
    """What holds inside a pair of braces: whether it is text, the font, how many bytes stand in for a `\\u`.

    `is_rtf_only` of what stands there for those who read no HTML.
    """

    seen: bool = True
    font: int = -1
    instead: int = 1
    is_rtf_only: bool = False

    @property
    def is_shown(self) -> bool:
        """Whether its text is taken."""
        return self.seen and not self.is_rtf_only


@dataclass(slots=True)
class _Document:
    """The document being read, or with `is_html` the page that it was made from."""

    is_html: bool = False
    unseen: frozenset[bytes] = _UNSEEN
    codepage: str = "cp1252"
    group: _Group = field(default_factory=_Group)
    groups: list[_Group] = field(default_factory=list)
    fonts: dict[int, str] = field(default_factory=dict)
    defined: int = -1
    raw: bytearray = field(default_factory=bytearray)
    out: list[str] = field(default_factory=list)
    skip: int = 0
    starred: bool = False
    unit: int = 0

    def flush(self) -> None:
        """Bytes gathered so far become text."""
        if self.raw:
            label = self.fonts.get(self.group.font, self.codepage)
            self.out.append(decode(bytes(self.raw), label))
            self.raw.clear()

    def add(self, data: bytes) -> None:
        """Bytes of text; those that only stand in for a Unicode character are left out."""
        left = data[self.skip :]
        self.skip = max(0, self.skip - len(data))
        if left and self.group.is_shown:
            self.raw += left

    def sign(self, text: str) -> None:
        """A character that is no byte."""
        if self.group.is_shown:
            self.flush()
            self.out.append(text)

    def brace(self, *, opens: bool) -> None:
        """A group begins or ends."""
        self.skip = 0
        if opens:
            self.groups.append(self.group)
        elif self.groups:
            self.into(self.groups.pop())
        self.starred = False

    def into(self, group: _Group) -> None:
        """From here on this holds. Bytes of one font are decoded together: a character may stand over two groups."""
        if group.font != self.group.font:
            self.flush()
        self.group = group

    def taken(self) -> str:
        """The text since it was last asked for."""
        text = "".join(self.out)
        self.out.clear()
        return text


def pieces(data: bytes, *, is_mail: bool = False, is_html: bool = False) -> Iterator[str]:
    """The text, some thousand tokens at a time; halves of surrogate pairs stand each for themselves.

    Of a mail what it says of itself is left out; with `is_html` the page comes out that it was made from.
    """
    document = _Document(is_html=is_html, unseen=_UNSEEN | {b"info"} if is_mail else _UNSEEN)
    at, number = 0, 0
    while token := _TOKEN.match(data, at):
        at = token.end()
        number += 1
        word, value, code, sign, brace, text = token.groups()
        if text is not None:
            document.add(text)
        elif code is not None:
            document.add(bytes([int(code, 16)]))
        elif brace is not None:
            document.brace(opens=brace == b"{")
        elif word is not None:
            at += _word(document, word, int(value) if value else None)
        elif sign is not None:
            _sign(document, sign)
        if number % _AT_ONCE == 0:
            if len(document.raw) > _RAW_BYTES:
                document.flush()
            yield document.taken()
    document.flush()
    yield document.taken()


def _sign(document: _Document, sign: bytes) -> None:
    if sign == b"*":
        document.starred = True
    elif sign in b"\\{}":
        document.add(sign)
    elif sign in b"\r\n":
        document.sign("\n")
    elif sign in b"~_":
        document.sign(" " if sign == b"~" else "-")


def _word(document: _Document, word: bytes, value: int | None) -> int:
    """A control word; returns how many bytes after it are binary data."""
    starred, document.starred = document.starred, False
    group = document.group
    if document.is_html and word in _OF_HTML:
        # A tag is in the code page of the document, and text whatever the group around it is.
        is_tag = word == b"htmltag"
        document.into(group._replace(seen=True, font=-1) if is_tag else group._replace(is_rtf_only=value != 0))
    elif word in document.unseen or (starred and word not in _STARRED_TEXTS):
        document.into(group._replace(seen=False))
    if text := _SIGNS.get(word):
        document.sign(text)
    elif word == b"u" and value is not None:
        _unicode(document, value & 0xFFFF)
    elif word == b"bin" and value is not None:
        return max(0, value)
    elif value is not None:
        _setting(document, word, value)
    return 0


def _setting(document: _Document, word: bytes, value: int) -> None:
    group = document.group
    if word == b"uc":
        document.into(group._replace(instead=min(max(value, 0), 16)))
    elif word == b"f":
        document.into(group._replace(font=value))
        document.defined = value
    elif word == b"fcharset":
        if value in _CHARSETS:
            document.fonts.setdefault(document.defined, _CHARSETS[value])
    elif word == b"ansicpg":
        document.codepage = f"cp{value}"


def _unicode(document: _Document, unit: int) -> None:
    """One UTF-16 unit; halves of a pair are joined at the end, where all text is made sound."""
    document.sign(chr(unit))
    document.skip = document.group.instead
