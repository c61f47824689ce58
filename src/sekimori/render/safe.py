"""Hostile text made harmless and visible, for every rendering.

What an attacker wrote must not move a terminal's cursor, turn the reading direction, hide behind characters without
a shape, fill the page or become a link. Nothing is dropped silently: a character that cannot be shown stands as its
escape (`\\x1b`, `\\u202e`), what is cut is counted.
"""

import re
import unicodedata
from collections.abc import Iterator

from sekimori.extract.scan import scan
from sekimori.values.types import ObservableType

__all__ = ["CUT", "clean", "clean_lines", "defang", "defang_all", "pieces", "safe_for", "shown", "unfolded", "visible"]

CUT = 300
"""Characters of a value that are shown at most, unless the caller says otherwise."""

# Letters and symbols by category, yet without any shape: Hangul fillers and the empty Braille cell.
_SHAPELESS = frozenset("\u115f\u1160\u3164\uffa0\u2800\u034f")
# Control, format (bidirectional controls, zero-width), surrogate, private, unassigned, line and paragraph separators.
_HIDDEN = frozenset(("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"))
_MARKS = frozenset(("Mn", "Me"))
_MARKS_IN_A_ROW = 3
_SPACES = re.compile(r"[ \u00a0\u2000-\u200a\u202f\u205f\u3000]{8,}")

_FOLD = re.compile(r"[\t\r\n]+ *")

_WEB = re.compile(r"\bhttp(s?)(?=://|:\\\\)", re.IGNORECASE)
_SCHEME = re.compile(r"\b(javascript|vbscript|data|file|ftp|mailto|ms-[a-z-]+|search-ms):(?=\S)", re.IGNORECASE)
_HOST = re.compile(r"(?<=://)[^\s/?#\"'<>\\]+")
_DOT = re.compile(r"(?<!\[)\.(?!\])")
_DOTTED = frozenset((ObservableType.DOMAIN, ObservableType.ADDRESS))
_AT_A_DOMAIN = frozenset((ObservableType.MAIL_ADDRESS, ObservableType.MESSAGE_ID))

# What the code page of a console lacks, in its nearest shape: first what CP932 (Windows Japanese) can write.
_NEAREST = {"\u2014": "\u2015", "\u2013": "-", "\u2022": "・", "\u00a0": " "}
_ASCII = {
    "●": "[!]",
    "○": "[ ]",
    "△": "[?]",
    "…": "...",
    "→": "->",
    "×": "x",
    "─": "-",
    "\u2015": "-",
    "・": "-",
    "【": "[[",
    "】": "]]",
}


def pieces(text: str, limit: int = CUT) -> Iterator[tuple[str, bool]]:
    """The text in pieces, each with whether it is an escape for something that cannot be shown; URLs are defanged.

    Characters beyond `limit` are cut; the last piece then says how many they were: `…[+1048276]`.
    """
    plain: list[str] = []
    marks = 0
    for char in text[:limit]:
        marks = marks + 1 if unicodedata.category(char) in _MARKS else 0
        if _is_hidden(char) or marks > _MARKS_IN_A_ROW:
            if plain:
                yield _harmless("".join(plain)), False
                plain.clear()
            yield _escape(char), True
        else:
            plain.append(char)
    if plain:
        yield _harmless("".join(plain)), False
    if len(text) > limit:
        yield f"…[+{len(text) - limit}]", True


def clean(text: str, limit: int = CUT) -> str:
    """One line of harmless text: URLs defanged, escapes for what has no shape, long runs of spaces counted, cut."""
    return "".join(piece for piece, _ in pieces(text, limit))


def unfolded(text: str, limit: int = CUT) -> str:
    """A header field as `clean` has it, where it was folded a blank (RFC 5322, 2.2.3; a fold may be a tab)."""
    return clean(_FOLD.sub(" ", text), limit)


def visible(text: str, limit: int = CUT) -> str:
    """One line as it stands, nothing defanged; only what has no shape, or moves the cursor, becomes an escape."""
    plain = "".join(_escape(char) if _is_hidden(char) and char != "\t" else char for char in text[:limit])
    return plain if len(text) <= limit else f"{plain}…[+{len(text) - limit}]"


def clean_lines(text: str, limit: int = 4000) -> list[str]:
    """Harmless text in its lines (LF, CRLF or CR), tabs as spaces; what lies beyond `limit` characters is counted."""
    lines = re.split(r"\r\n|\n|\r", text[:limit])
    cleaned = [clean(line.replace("\t", "  "), limit) for line in lines]
    if len(text) > limit:
        cleaned.append(f"…[+{len(text) - limit}]")
    return cleaned


def defang(text: str) -> str:
    """Text whose URLs are no links any more: `hxxp://evil[.]example/a`, `javascript[:]…`. Twice is as once."""
    return _SCHEME.sub(r"\1[:]", _HOST.sub(lambda host: _bracketed(host[0]), _WEB.sub(r"hxxp\1", text)))


def defang_all(text: str) -> str:
    """Running text in which nothing can be followed: URLs, domain names, addresses and mail addresses defanged.

    Names of files keep their dots.
    """
    found = scan(text)
    defanged, end = [], 0
    for one in sorted((*found.domains, *found.addresses, *found.mail_addresses), key=lambda one: one.offset):
        local, at, name = one.text.rpartition("@")
        defanged += [text[end : one.offset], local, at, _bracketed(name)]
        end = one.offset + one.length
    return defang("".join([*defanged, text[end:]]))


def shown(type_: ObservableType, value: str) -> str:
    """A value of that type as people see it: defanged where it could be followed. It is not cleaned yet."""
    if type_ in _DOTTED:
        return _bracketed(value)
    if type_ in _AT_A_DOMAIN:
        local, at, domain = value.rpartition("@")
        return local + at + _bracketed(domain)
    return defang(value)


def safe_for(encoding: str, text: str) -> str:
    """The text with what `encoding` (a console's) lacks replaced: its nearest shape, else an escape. Never raises."""
    if _fits(encoding, text):
        return text
    return "".join(char if _fits(encoding, char) else _replaced(encoding, char) for char in text)


def _replaced(encoding: str, char: str) -> str:
    near = _NEAREST.get(char, char)
    if _fits(encoding, near):
        return near
    return _ASCII.get(near) or char.encode("ascii", "backslashreplace").decode("ascii")


def _fits(encoding: str, text: str) -> bool:
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return False
    except LookupError:  # an encoding that Python does not know: only ASCII is certain
        return text.isascii()
    return True


def _is_hidden(char: str) -> bool:
    return unicodedata.category(char) in _HIDDEN or char in _SHAPELESS


def _escape(char: str) -> str:
    number = ord(char)
    if number < 0x100:
        return {9: "\\t", 10: "\\n", 13: "\\r"}.get(number, f"\\x{number:02x}")
    return f"\\u{number:04x}" if number < 0x10000 else f"\\U{number:08x}"


def _harmless(text: str) -> str:
    return _SPACES.sub(lambda run: f"[ ×{len(run[0])}]", defang(text))


def _bracketed(text: str) -> str:
    return _DOT.sub("[.]", text)
