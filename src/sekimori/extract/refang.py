"""Defanged indicators to real ones, and back.

Reports write `hxxps://evil[.]example/a`, `taro(at)evil.example`, `evil。example` or full-width letters so that nobody
clicks. Only what is no ordinary writing is changed: the words "dot" and "at" without brackets stay, but for
`evil dot com` before a common top label; a `。` that ends a sentence stays, as does the number of a list's line.
"""

import re
from bisect import bisect_right
from dataclasses import dataclass

from sekimori.values import domain

__all__ = ["Refanged", "defang", "may_be_defanged", "refang", "refang_with_offsets"]

_OPEN, _CLOSE = r"[\[({<（［｛【]", r"[\])}>）］｝】]"
_TOPS = "com|net|org|info|biz|jp|cn|ru|kr|tw|io|co|us|uk|de|eu|top|xyz|example"
_SIGNS = rf"""
    (?=[\ \[({{<（［｛【.。hmf])  # what any of these begins with
    (?: (?P<dot> {_OPEN}\ ?[.。．]\ ?{_CLOSE}
               | \ ?{_OPEN}\ ?(?:dot|d0t|ドット)\ ?{_CLOSE}\ ?
               | (?<=[a-z0-9])(?:\[\.|\.\])(?=[a-z0-9])
               | (?<=[a-z0-9])\ dot\ (?=[a-z0-9-]{{1,63}}+\ dot\ |(?:{_TOPS})(?![a-z0-9-])) )
      | (?P<stop> (?-i:(?<=[a-z0-9])。(?=[a-z0-9])) )
      | (?P<at> \ ?{_OPEN}\ ?(?:@|＠|at|アットマーク)\ ?{_CLOSE}\ ? )
      | (?P<slashes> {_OPEN}:/{{1,2}}{_CLOSE}/? )
      | (?P<colon> {_OPEN}[:：]{_CLOSE} )
      | (?P<slash> {_OPEN}/{_CLOSE} )
      | (?P<scheme> (?<![a-z])(?:h(?:xx|\*\*|tt)p|meow|fxp)s?(?={_OPEN}?:) ) )
"""
_DEFANGED = re.compile(_SIGNS, re.IGNORECASE | re.VERBOSE)
_DEFANGED_OR_ESCAPED = re.compile(
    _SIGNS + r"| (?P<escaped> (?<![\w\\.:/-])[a-z0-9-]++(?:\\\.[a-z0-9-]++)++(?![\w\\]) )", re.IGNORECASE | re.VERBOSE
)
_BRACKETED = re.compile(rf"{_OPEN} ?(?:[.。．:：/@＠]|dot|d0t|ドット|at|アット)")
_STOP = re.compile("。(?=[a-z0-9])")
_OTHER_SIGNS = (".]", " dot ", "xxp:", "xxps:", "**p", "meow", "fxp", "\\.", "．", "＠", "：／")

_NAME_LENGTH = 253
_NAME = re.compile(r"[A-Za-z0-9.@_\[\]()-]++")
_BRACKETS = str.maketrans("", "", "[]()")
_TOP_ALONE = re.compile(rf"(?:{_TOPS})(?![a-z0-9.@_-])")
_IPV4 = re.compile(r"[0-9]{1,3}(?:\.[0-9]{1,3}){3}")

_PLAIN = {"dot": ".", "at": "@", "slashes": "://", "colon": ":", "slash": "/"}

_WIDE_SIGN = re.compile("[．＠：／]")
_WIDE_TO_ASCII = {0xFF01 + n: 0x21 + n for n in range(94)}
_WIDE_TOKEN = re.compile(r"[0-9A-Za-z０-９Ａ-Ｚａ-ｚ./:@_?=&%#~．／：＠＿－？＝＆％＃～-]++")
_LIST_NUMBER = re.compile(r"[0-9０-９]{1,2}．(?=[^0-9０-９]|[0-9]+\.)")
_WIDE_VALUE = re.compile(r"[0-9A-Za-z０-９Ａ-Ｚａ-ｚ][．＠.@][0-9A-Za-z０-９Ａ-Ｚａ-ｚ]|：／／|:／／")

_FANGED = re.compile(
    r"(?P<scheme>(?<![A-Za-z])(?:http|HTTP|Http)(?=s?://))|(?<=[A-Za-z0-9])(?P<dot>\.)(?=[A-Za-z0-9])"
    r"|(?<=[A-Za-z0-9])(?P<at>@)(?=[A-Za-z0-9])",
)


@dataclass(frozen=True, slots=True)
class Refanged:
    """A refanged text, and where its characters stood: from `_new[i]` on, the text is shifted by `_shift[i]`."""

    text: str
    _new: tuple[int, ...]
    _shift: tuple[int, ...]

    def original(self, offset: int) -> int:
        """The offset in the text as it was written."""
        at = bisect_right(self._new, offset)
        return offset + (self._shift[at - 1] if at else 0)


def may_be_defanged(text: str) -> bool:
    """Whether the text shows any sign of defanging: a quick look, which says yes too often rather than too seldom."""
    lower = text.lower()
    return bool(
        any(sign in lower for sign in _OTHER_SIGNS)
        or _BRACKETED.search(lower)
        or ("。" in lower and _STOP.search(lower))
    )


def refang(text: str) -> str:
    """The text with defanged dots, colons, slashes, at signs and schemes as they were. The rest stays as it is."""
    return _signs(text).sub(_replacement, _narrow(text))


def refang_with_offsets(text: str) -> Refanged:
    """As `refang`, remembering where things stood."""
    plain = _narrow(text)
    parts: list[str] = []
    new: list[int] = []
    shifts: list[int] = []
    at, length = 0, 0
    for found in _signs(text).finditer(plain):
        replacement = _replacement(found)
        parts += (plain[at : found.start()], replacement)
        length += found.start() - at + len(replacement)
        at = found.end()
        new.append(length)
        shifts.append(at - length)
    parts.append(plain[at:])
    return Refanged("".join(parts), tuple(new), tuple(shifts))


def defang(text: str) -> str:
    """The text with web addresses, dots in names and at signs made harmless: `hxxp://evil[.]example`."""
    return _FANGED.sub(_harmless, text)


def _signs(text: str) -> re.Pattern[str]:
    return _DEFANGED_OR_ESCAPED if "\\." in text else _DEFANGED


def _replacement(found: re.Match[str]) -> str:
    kind = found.lastgroup or ""
    if kind == "escaped":
        return found.group().replace("\\.", ".")
    if kind == "stop":
        return "。" if _ends_sentence(found.string, found.start()) else "."
    return _PLAIN.get(kind) or _scheme(found.group())


def _ends_sentence(text: str, at: int) -> bool:
    """Whether the `。` stands between a name and the next sentence: one of its sides is whole without the other."""
    start = max(0, at - _NAME_LENGTH)
    reversed_name = _NAME.match(text[start:at][::-1])
    after = _NAME.match(text, at + 1, at + 1 + _NAME_LENGTH)
    if not reversed_name or not after:
        return False
    if _is_whole(reversed_name.group()[::-1]):
        return not _TOP_ALONE.match(text, at + 1)
    if "@" in after.group() or text.startswith("://", after.end()):
        return True
    before = at - len(reversed_name.group()) - 1
    return (before < 0 or text[before] != "/") and _is_whole(after.group())


def _is_whole(written: str) -> bool:
    """Whether it is a complete address or name of the internet, such as somebody registers."""
    name = written.translate(_BRACKETS).rpartition("@")[2].strip(".-").lower()
    if "." not in name:
        return False
    return bool(_IPV4.fullmatch(name)) or (domain.has_known_top(name) and not domain.is_public_suffix(name))


def _scheme(text: str) -> str:
    scheme = "ftp" if text[0] in "fF" else "http"
    if text.isupper():
        scheme = scheme.upper()
    elif text[0] == "H":
        scheme = "Http"
    return scheme + (text[-1] if text[-1] in "sS" else "")


def _harmless(found: re.Match[str]) -> str:
    if found.lastgroup == "scheme":
        return found.group().replace("t", "x").replace("T", "X")
    return f"[{found.group()}]"


def _narrow(text: str) -> str:
    """Full-width letters and signs of addresses and names as ASCII, one character for one."""
    if text.isascii() or not _WIDE_SIGN.search(text):
        return text
    return _WIDE_TOKEN.sub(_narrow_token, text)


def _narrow_token(found: re.Match[str]) -> str:
    token = found.group()
    if token.isascii() or not _WIDE_VALUE.search(token):
        return token
    number = _LIST_NUMBER.match(token)
    at = number.end() if number else 0
    return token[:at] + token[at:].translate(_WIDE_TO_ASCII)
