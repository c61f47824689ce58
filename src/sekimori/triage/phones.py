"""What is wrong with the telephone numbers of a Japanese signature.

    〒305-0000 茨城県つくば市…
    TEL 03-1234-567  FAX 03-1234-567

Numbers in Japan have ten digits from the first 0 on, eleven with 050, 060, 070, 080 and 090; the first digits tell
the town. Reference: https://www.soumu.go.jp/main_sosiki/joho_tsusin/top/tel_number/ (numbering plan).
"""

import re
import unicodedata
from collections.abc import Iterator

__all__ = ["slips"]

_NUMBER = re.compile(
    r"(?i)(TEL|PHONE|電話|FAX|ファックス|ファクス|携帯|直通)(?:番号)?\s{0,3}[.:：]?\s{0,3}"
    r"((?:\+81[- ]?)?[(（]?\d[\d\-‐－–() （）]{5,20}\d)"
)
_ELEVEN = ("050", "070", "080", "090", "020")
_TOWNS = {
    "東京都": ("03", "04"),
    "大阪市": ("06",),
    "京都市": ("075",),
    "名古屋市": ("052",),
    "横浜市": ("045",),
    "川崎市": ("044",),
    "札幌市": ("011",),
    "仙台市": ("022",),
    "神戸市": ("078",),
    "広島市": ("082",),
    "福岡市": ("092",),
    "千葉市": ("043",),
    "さいたま市": ("048",),
    "つくば市": ("029",),
}
_EVERYWHERE = (*_ELEVEN, "0120", "0570", "0800")


def slips(signature: str) -> Iterator[tuple[str, str, str]]:
    """What is wrong, in Japanese and English, and the number as it stands."""
    found = [(match[1].upper(), match[2].strip(), _digits(match[2])) for match in _NUMBER.finditer(signature[-4000:])]
    numbers = [one for one in found if one[2].startswith("0")]
    town = next((name for name in _TOWNS if name in signature), "")
    for _, written, digits in numbers:
        if len(digits) not in _lengths(digits):
            yield "桁数が合わない番号", "a number of the wrong length", written
        elif town and not digits.startswith((*_TOWNS[town], *_EVERYWHERE)):
            yield f"所在地({town})と市外局番が違う", "the prefix is not that of the town in the address", written
    for name, written, digits in numbers:
        if name.startswith(("FAX", "ファ")) and any(
            digits == other and not kind.startswith(("FAX", "ファ")) for kind, _, other in numbers
        ):
            yield "電話と同じ FAX 番号", "fax and telephone are the same number", written


def _lengths(digits: str) -> tuple[int, ...]:
    """How many digits a number may have. 060 is a mobile's since 2024, and 06 followed by 0 may be meant for Osaka."""
    if digits.startswith(_ELEVEN):
        return (11,)
    return (10, 11) if digits.startswith("060") else (10,)


def _digits(text: str) -> str:
    """The digits of a number from its first 0 on."""
    plain = unicodedata.normalize("NFKC", text)
    digits = "".join(one for one in plain if one.isdigit() and one.isascii())
    return f"0{digits[2:]}" if plain.lstrip().startswith("+81") else digits
