"""Bytes of a mail as text: character encodings as labelled, or guessed where the label is missing or wrong.

Mail labels lie: `iso-2022-jp` holds Windows' own characters (①, half-width kana), `us-ascii` holds Shift_JIS,
`x-unknown` holds UTF-8. A label is tried first; the bytes overrule it where they say clearly what they are, also where
they fit it (`mail_wrong_label`).
Never raises. Reference: RFC 1468 (ISO-2022-JP), RFC 2047 (encoded words), the WHATWG Encoding Standard (labels).

    Subject: =?ISO-2022-JP?B?GyRCMnE1RBsoQg==?=        ->  会議
    Subject: =?utf-8?B?5Lya6A==?= =?utf-8?B?rbA=?=      ->  会議 (a character cut in two)
"""

import binascii
import codecs
import re
from collections.abc import Callable
from functools import lru_cache

from sekimori.formats.mail_wrong_label import meant

__all__ = ["decode", "decode_words", "from_base64", "from_quoted_printable", "is_known"]

_ALIASES = {
    "shift_jis": "cp932",
    "cp50220": "iso2022_jp",
    "cp50221": "iso2022_jp",
    "iso-2022-jp-ms": "iso2022_jp",
    "csiso2022jp": "iso2022_jp",
    "x-sjis": "cp932",
    "shift-jis": "cp932",
    "shift_jis-2004": "cp932",
    "windows-31j": "cp932",
    "cswindows31j": "cp932",
    "x-ms-cp932": "cp932",
    "ms_kanji": "cp932",
    "x-euc-jp": "euc_jp",
    "eucjp-ms": "euc_jp",
    "x-gbk": "gb18030",
    "ks_c_5601-1987": "cp949",
    "ks_c_5601": "cp949",
    "windows-874": "cp874",
    "iso-8859-8-i": "iso8859-8",
    "unicode-1-1-utf-7": "utf-7",
    "utf8mb4": "utf-8",
    "x-mac-japanese": "cp932",
}
# Supersets that writers of the narrower label mean in practice.
_WIDER = {
    "shift_jis": "cp932",
    "iso8859-1": "cp1252",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "euc_kr": "cp949",
    "big5": "big5hkscs",
    "cp950": "big5hkscs",
    "tis-620": "cp874",
    "utf-8-sig": "utf-8",
    "iso2022_jp_1": "iso2022_jp",
    "iso2022_jp_2": "iso2022_jp",
    "iso2022_jp_3": "iso2022_jp",
    "iso2022_jp_2004": "iso2022_jp",
    "iso2022_jp_ext": "iso2022_jp",
}
# Only these: Python has codecs that are not for text (rot13) or take quadratic time (punycode, idna).
_TEXT_CODECS = re.compile(
    r"utf-8|utf-7|utf-16(-[lb]e)?|utf-32(-[lb]e)?|ascii|iso8859-\d+|cp\d+|koi8-[rtu]|mac-\w+|gb18030|hz|big5hkscs"
    r"|euc_jp|iso2022_(jp|kr)|johab|ptcp154|kz1048"
)
_HALF_KANA = re.compile("[｡-ﾟ]")
_WORD = re.compile(rb"=\?([^?\s]{1,80})\?([bBqQ])\?(.*?)\?=", re.DOTALL)
_ESCAPE = re.compile(rb"\x1b(\$\(?[@BD]|\([BJIH]|&@\x1b\$B)")
_ASCII_AND_KANA = bytes({*range(0x80), *range(0xA1, 0xE0)})
_HIGH_BIT = bytes(byte | 0x80 for byte in range(256))


@lru_cache(maxsize=512)
def _codec(label: str) -> str | None:
    """Python's name of the codec that a label means, or None."""
    name = label.strip(" '\"\t").lower()
    try:
        found = codecs.lookup(_ALIASES.get(name, name)).name
    except (LookupError, ValueError):
        return None
    found = _WIDER.get(found, found)
    return found if _TEXT_CODECS.fullmatch(found) else None


def is_known(label: str) -> bool:
    """Whether the label names a character encoding that can be decoded."""
    return _codec(label) is not None


def decode(data: bytes, label: str = "") -> str:
    """The text of bytes that are labelled with a character encoding; an empty or unknown label is guessed.

    What fits nothing comes out with U+FFFD in place of the bad bytes.
    """
    if data.isascii() and not _is_special(data, label):
        return data.decode("ascii")
    codec = _codec(label) if label else None
    if codec == "iso2022_jp" or (b"\x1b$" in data and codec in (None, "ascii", "utf-8", "cp1252", "cp932", "euc_jp")):
        return _decode_jis(data)
    if codec is None or codec == "ascii":
        return _guess(data)
    if codec != "utf-8" and not codec.startswith("utf-") and (text := _strict(data, "utf-8")) is not None:
        return text
    text = _strict(data, codec)
    if text is None:
        return meant(data, codec, None) or _guess(data, codec)
    if (other := meant(data, codec, text)) is not None:
        return other
    # UTF-7 can spell half of a surrogate pair, which no text may hold.
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace") if codec == "utf-7" else text


def _is_special(data: bytes, label: str) -> bool:
    """Whether bytes that are all ASCII may mean something else: a shifting or wide encoding."""
    if b"\x1b" in data or b"\0" in data:
        return True
    return bool(label) and _codec(label) in {"utf-7", "hz", "iso2022_kr"}


def _strict(data: bytes, codec: str) -> str | None:
    try:
        return data.decode(codec)
    except (UnicodeError, ValueError):
        return None


def _guess(data: bytes, codec: str | None = None) -> str:
    """The text of bytes whose label is missing or does not fit them (`codec` is the label's, if known)."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")) and (text := _strict(data, "utf-16")) is not None:
        return text
    if _ESCAPE.search(data):
        return _decode_jis(data)
    if (text := _strict(data, "utf-8")) is not None:
        return text
    if codec is not None:
        # A known label with a few bad bytes is a damaged text rather than another encoding.
        damaged = data.decode(codec, "replace")
        if damaged.count("\ufffd") * 50 <= len(damaged):
            return damaged
    japanese = [text for text in (_strict(data, "cp932"), _strict(data, "euc_jp")) if text is not None]
    if japanese:
        return min(japanese, key=lambda text: len(_HALF_KANA.findall(text)))
    if (text := _strict(data, "gb18030")) is not None:
        return text
    if codec is not None:
        return data.decode(codec, "replace")
    mended = data.decode("utf-8", "replace")
    if mended.count("\ufffd") * 20 <= len(mended):
        return mended
    return data.decode("cp1252", "replace")


def _decode_jis(data: bytes) -> str:
    """ISO-2022-JP with what Windows adds to it: NEC and IBM characters, half-width kana, stray 8-bit bytes."""
    text = _strict(data, "iso2022_jp")
    if text is not None:
        return text
    pieces: list[str] = []
    mode, start = b"(B", 0
    for escape in _ESCAPE.finditer(data):
        pieces.append(_jis_run(data[start : escape.start()], mode))
        mode, start = escape[1], escape.end()
    pieces.append(_jis_run(data[start:], mode))
    return "".join(pieces)


def _jis_run(run: bytes, mode: bytes) -> str:
    """The characters between two escape sequences."""
    if not run:
        return ""
    if mode == b"(I":
        return run.translate(_HIGH_BIT).decode("cp932", "replace")
    if mode == b"$(D":
        return _jis_lines(run, _supplementary)
    if mode.startswith((b"$", b"&")):
        return _jis_lines(run, _double_bytes)
    if run.isascii():
        return run.decode("ascii")
    # Half-width kana of JIS in eight bits (JIS X 0201), which alone would pass for EUC or Shift_JIS.
    return run.decode("cp932") if not run.translate(None, _ASCII_AND_KANA) else _guess(run)


def _jis_lines(run: bytes, pairs: Callable[[bytes], str]) -> str:
    """A run whose line ends end the shift even where the escape back to ASCII is missing.

    RFC 1468 asks for the escape before the end of a line; writers that cut lines by length forget it, and go on
    in the same shift on the next line.
    """
    return "\n".join(pairs(line) for line in run.replace(b"\r", b"").split(b"\n"))


def _double_bytes(run: bytes) -> str:
    """JIS X 0208 in pairs of 7-bit bytes, rewritten as Shift_JIS, whose Windows form knows the vendors' rows."""
    if (text := _strict(run.translate(_HIGH_BIT), "euc_jp")) is not None:
        return text
    out = bytearray()
    position = 0
    while position < len(run):
        first = run[position] & 0x7F
        second = run[position + 1] & 0x7F if position + 1 < len(run) else 0
        if not (0x21 <= first <= 0x7E and 0x21 <= second <= 0x7E):
            out.append(first if 0x20 <= first < 0x7F or first == 9 else 0x3F)
            position += 1
            continue
        lead = ((first - 0x21) >> 1) + 0x81
        out.append(lead if lead <= 0x9F else lead + 0x40)
        if first & 1:
            out.append(second + (0x1F if second < 0x60 else 0x20))
        else:
            out.append(second + 0x7E)
        position += 2
    return out.decode("cp932", "replace")


def _supplementary(run: bytes) -> str:
    """JIS X 0212, by way of EUC."""
    high = run.translate(_HIGH_BIT)
    pairs = (b"\x8f" + high[position : position + 2] for position in range(0, len(high) - 1, 2))
    return b"".join(pairs).decode("euc_jp", "replace")


def from_base64(data: bytes) -> bytes:
    """Base64 with whatever is between its characters ignored; several padded pieces are joined."""
    try:
        if _INNER_PADDING.search(data) is None:
            return binascii.a2b_base64(data)
    except binascii.Error:
        pass
    decoded = bytearray()
    for piece in data.split(b"="):
        clean = piece.translate(None, _NOT_BASE64)
        clean = clean[: len(clean) - (len(clean) % 4 == 1)]
        decoded += binascii.a2b_base64(clean + b"=" * (-len(clean) % 4))
    return bytes(decoded)


_LINE_END_BLANK = re.compile(rb"(?<![ \t])[ \t]++(?=\r?\n)")
_PASSES = 8
_FOLD = b"\x1f"
"""Stands for a line break of a folded field while that is decoded: part of no character in any encoding of mail."""
_WIDE = "\u3001-\u9fff\uf900-\ufaff\uff01-\uffee"
_WIDE_FOLD = re.compile(rf"(?<=[{_WIDE}])\x1f[ \t]+(?=[{_WIDE}])")
_JIS_FOLD = re.compile(rb"\x1b\([BJ]\r?\n[ \t]+(?=\x1b\$)")
_INNER_PADDING = re.compile(rb"=\s*+[A-Za-z0-9+/]")
_NOT_BASE64 = bytes(set(range(256)) - set(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"))


def from_quoted_printable(data: bytes, *, header: bool = False) -> bytes:
    """Quoted-printable; what is not well formed stays as it is. In a header `_` is a space (RFC 2047, 4.2).

    Blanks at the end of a line were added on the way (RFC 2045, 6.7, rule 3).
    """
    if not header:
        data = _without_line_end_blanks(data)
    return binascii.a2b_qp(data, header=header)


def _without_line_end_blanks(data: bytes) -> bytes:
    # Replacing is many times as quick as the expression, which is for what has more of them than is usual.
    for _ in range(_PASSES):
        before = len(data)
        for line_end in (b"\n", b"\r\n"):
            data = data.replace(b" " + line_end, line_end).replace(b"\t" + line_end, line_end)
        if len(data) == before:
            return data
    return _LINE_END_BLANK.sub(b"", data)


def decode_words(raw: bytes) -> str:
    """The text of a header value: encoded words of RFC 2047, and raw bytes guessed where they are not ASCII.

    Neighbouring words of one encoding are joined before decoding, as writers cut characters in two. Where raw Japanese
    or Chinese was folded within a word, the blank of the fold is none.
    """
    if b"\n" in raw:
        if not raw.isascii() and _FOLD not in raw:
            raw = raw.replace(b"\r", b"").replace(b"\n", _FOLD)
            return _WIDE_FOLD.sub("", decode_words(raw)).replace(_FOLD.decode(), "")
        raw = _JIS_FOLD.sub(b"", raw).replace(b"\r", b"").replace(b"\n", b"")
    # With a `?=` still ahead no start of a word is searched to the end in vain: time stays linear.
    last = raw.rfind(b"?=") + 2
    if last < 4 or b"=?" not in raw:
        return decode(raw)
    return "".join(decode(bytes(data), label) for label, data in _pieces(raw, last))


def _pieces(raw: bytes, last: int) -> list[tuple[str, bytearray]]:
    """Pieces of a header value as (label, bytes), joined where label and neighbourhood allow; label "" is raw."""
    pieces: list[tuple[str, bytearray]] = []
    position = 0
    for word in _WORD.finditer(raw, 0, last):
        gap = raw[position : word.start()]
        label = word[1].partition(b"*")[0].decode("ascii", "replace").lower()
        data = from_base64(word[3]) if word[2] in b"bB" else from_quoted_printable(word[3], header=True)
        between_words = bool(pieces and pieces[-1][0]) and gap.isspace()
        if gap and not between_words:
            pieces.append(("", bytearray(gap)))
        if pieces and pieces[-1][0] == label:
            pieces[-1][1].extend(data)
        else:
            pieces.append((label, bytearray(data)))
        position = word.end()
    pieces.append(("", bytearray(raw[position:])))
    return pieces
