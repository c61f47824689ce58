r"""RTF: the information group, the language and code page, the fonts.

Reference: Rich Text Format (RTF) Specification 1.9.1, Microsoft, 2008: "Information Group", "Font Table". Its times
name no zone, so they say no moment.

    {\rtf1\ansi\ansicpg936\deflangfe2052{\fonttbl{\f1\fcharset134 \'cb\'ce\'cc\'e5;}}{\info{\author user}}
"""

import re

from sekimori.formats.document_properties.properties import DocumentProperties, cleaned, language_of
from sekimori.formats.mail_text import decode

__all__ = ["properties", "recognises"]

_READ = 1 << 20
_INFO = re.compile(rb"\{(?:\\\*)?\\(author|operator|company|template|generator)\s((?:[^{}]){1,800})\}")
_NUMBER = re.compile(rb"\\(ansicpg|deflang|deflangfe|adeflang)(\d{1,5})")
_FONT = re.compile(rb"\{\\f\d{1,5}(?:[^{};]{0,200}?)\\fcharset(\d{1,3})((?:[^{};]|\{[^{}]{0,200}\}){0,300});\}")
_ESCAPE = re.compile(rb"\\'([0-9A-Fa-f]{2})|\\u(-?\d{1,5})\s?\??|\\[a-z]{1,32}-?\d{0,10}\s?|[{}\r\n]")
_CHARSETS = {128: "cp932", 129: "cp949", 134: "gb18030", 136: "big5", 204: "cp1251"}
_MANY = 40


def recognises(data: bytes) -> bool:
    """Whether it begins as RTF does, also with its mark cut short."""
    return data[:64].lstrip().startswith(b"{\\rt")


def properties(data: bytes) -> DocumentProperties:
    """What the first MiB says."""
    head = data[:_READ]
    numbers: dict[bytes, int] = {}
    for name, number in _NUMBER.findall(head):
        numbers.setdefault(name, int(number))
    codepage = numbers.get(b"ansicpg", 0)
    told: dict[bytes, str] = {}
    for name, value in _INFO.findall(head):
        told.setdefault(name, cleaned(_text(value, f"cp{codepage or 1252}")))
    fonts = [cleaned(_text(name, _CHARSETS.get(int(charset), "cp1252"))) for charset, name in _FONT.findall(head)]
    tags = [language_of(numbers[name]) for name in (b"deflang", b"deflangfe", b"adeflang") if name in numbers]
    return DocumentProperties(
        author=told.get(b"author", ""),
        last_author=told.get(b"operator", ""),
        company=told.get(b"company", ""),
        application=told.get(b"generator", "").rstrip(";"),
        template=told.get(b"template", ""),
        languages=tuple(dict.fromkeys(tag for tag in tags if tag)),
        codepage=codepage if codepage < 65_000 else 0,
        fonts=tuple(dict.fromkeys(font for font in fonts if font))[:_MANY],
    )


def _text(value: bytes, label: str) -> str:
    """The characters of a value: bytes in its code page, Unicode numbers; control words are left out."""
    out: list[str] = []
    raw = bytearray()
    at = 0
    for found in _ESCAPE.finditer(value):
        raw += value[at : found.start()]
        at = found.end()
        if found[1]:
            raw.append(int(found[1], 16))
        elif found[2]:
            out += [decode(bytes(raw), label), chr(int(found[2]) & 0xFFFF)]
            raw.clear()
    raw += value[at:]
    out.append(decode(bytes(raw), label))
    joined = "".join(out)
    return joined.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
