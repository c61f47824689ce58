"""Bytes that fit their label and yet mean something else: Japanese and Chinese texts under a wrong one.

EUC-JP labelled Shift_JIS comes out as half-width kana, anything labelled Latin-1 as accents and signs; every byte
"fits", so nothing is told and no word is found. Here the text under the label is looked at, and given up only for one
that is much likelier: made of kana and frequent characters that stand beside each other.

    b4c1bbfa  EUC-JP 漢字    as Shift_JIS ｴﾁｻ・    as windows-1252 ´Á»ú
    8abf8e9a  Shift_JIS 漢字    as windows-1252 Š¿Žš

Reference: JIS X 0208 and GB 2312 (rows 4 and 5: kana; from row 16: the frequent characters); the encodings' pages of
the WHATWG Encoding Standard.
"""

import re

__all__ = ["meant"]

_LATIN = re.compile(r"cp1252|cp1250|cp1254|cp1257|iso8859-(1|2|3|4|9|10|13|14|15|16)|cp437|cp850|cp858|mac-\w+")
_PAIRS = re.compile(rb"[\x81-\xfe][\x40-\xfe][\x81-\xfe][\x40-\xfe]")
_KANA = re.compile("[ぁ-んァ-ヶー]")
_ODD_IN_SHIFT_JIS = re.compile("[｡-ﾟ\ue000-\uf8ff]")
_PRIVATE = re.compile("[\ue000-\uf8ff]")
_WIDE_RUN = re.compile(r"[^\x00-\xff]{2,}")
_PLAIN_WIDE = re.compile("[　-〟ぁ-んァ-ヶー！-～￥]")
_FREQUENT = {"cp932": (0x88, 0x97), "euc_jp": (0xB0, 0xCF), "gb2312": (0xB0, 0xD7)}
"""The first bytes of frequent characters: the first level of JIS X 0208 and of GB 2312."""
_CHARACTERS = 4000
_LEAST, _LEAST_CHINESE = 3, 8
_MUCH_KANA = 0.25


def meant(data: bytes, codec: str, text: str | None) -> str | None:
    """The text that bytes likely mean in another encoding than their label's, `codec`.

    `text` is what they are under the label, None where they do not fit it. None where the label may well be right.
    """
    if codec.startswith("utf-") or not _PAIRS.search(data):
        return None
    if _LATIN.fullmatch(codec):
        return _in(data, "cp932", "euc_jp", "gb2312")
    if codec == "cp932":
        return _for_shift_jis(data, data.decode(codec, "replace") if text is None else text)
    if codec == "euc_jp":
        return _for_euc(data, text)
    # Other letters stand beside each other as wide characters do: kana alone tell.
    return None if text is not None and _KANA.search(text) else _with_kana(data, "cp932", "euc_jp")


def _in(data: bytes, *codecs: str, least: int = _LEAST) -> str | None:
    """The text in the first of some encodings in which it is likely one."""
    for codec in codecs:
        text = _strict(data, codec)
        if text is not None and _is_likely(text, codec, least):
            return data.decode("gb18030") if codec == "gb2312" else text
    return None


def _with_kana(data: bytes, *codecs: str) -> str | None:
    """The text in the first of some encodings in which much of it is kana."""
    texts = (_strict(data, codec) for codec in codecs)
    return next((text for text in texts if text is not None and _share_of_kana(text) >= _MUCH_KANA), None)


def _for_shift_jis(data: bytes, text: str) -> str | None:
    if not _ODD_IN_SHIFT_JIS.search(text):
        return None
    wide = _without_ascii(text)
    odd = _ODD_IN_SHIFT_JIS.findall(wide)
    if len(odd) < len(wide) / 4:
        return None
    # What is half-width kana alone is a text of them, unless it reads as hiragana.
    is_half = len(odd) == len(wide) and not _PRIVATE.search(wide)
    return _with_kana(data, "euc_jp") if is_half else _with_kana(data, "euc_jp") or _in(data, "euc_jp", "gb2312")


def _for_euc(data: bytes, text: str | None) -> str | None:
    if text is None or _KANA.search(text) or _is_likely(text, "euc_jp", _LEAST):
        return None
    return _in(data, "gb2312", least=_LEAST_CHINESE)


def _is_likely(text: str, codec: str, least: int) -> bool:
    """Whether a text is likely one: its wide characters stand together, and are kana, signs and frequent ones.

    Lines and bullets, the same character again and again, are none.
    """
    text = text[:_CHARACTERS]
    wide = _without_ascii(text)
    together = sum(map(len, _WIDE_RUN.findall(text)))
    if len(wide) < least or together < len(wide) * 3 / 4 or len(set(wide)) < min(10, max(3, len(wide) / 3)):
        return False
    if codec != "gb2312" and _share_of_kana(text) >= _MUCH_KANA:
        return True
    low, high = _FREQUENT[codec]
    usual = sum(bool(_PLAIN_WIDE.match(char)) or low <= char.encode(codec)[0] <= high for char in wide)
    return usual >= len(wide) * 9 / 10


def _share_of_kana(text: str) -> float:
    wide = _without_ascii(text)
    return len(_KANA.findall(wide)) / len(wide) if len(wide) >= _LEAST else 0.0


def _without_ascii(text: str) -> str:
    return re.sub(r"[\x00-\x7f]+", "", text)


def _strict(data: bytes, codec: str) -> str | None:
    try:
        return data.decode(codec)
    except (UnicodeError, ValueError):
        return None
