"""Fingerprints of TLS clients: JA3 (an MD5) and JA4 (three parts between underscores)."""

import re

from sekimori.values.errors import InvalidValue, present
from sekimori.values.wording import N_

__all__ = ["is_ja4", "ja3", "ja4"]

_JA3 = re.compile(r"[0-9a-f]{32}")
_JA4 = re.compile(r"[tqd](?:1[0-3]|s[1-3]|d[1-3]|00)[di][0-9]{4}[0-9a-z]{2}_[0-9a-f]{12}_[0-9a-f]{12}")


def ja3(text: str) -> str:
    """A JA3 in lower-case hexadecimal digits. Raises `InvalidValue`."""
    digits = present("ja3", text).lower()
    if not _JA3.fullmatch(digits):
        raise InvalidValue("ja3", text, N_("32 hexadecimal digits are expected"))
    return digits


def ja4(text: str) -> str:
    """A JA4 such as `t13d1516h2_8daaf6152771_e5627efa2ab1`, in lower case. Raises `InvalidValue`."""
    folded = present("ja4", text).lower()
    if not is_ja4(folded):
        raise InvalidValue("ja4", text, N_("a JA4 such as {text} is expected").format(text=_EXAMPLE))
    return folded


def is_ja4(text: str) -> bool:
    """Whether a text can be nothing but a JA4; in lower case."""
    return _JA4.fullmatch(text) is not None


_EXAMPLE = "t13d1516h2_8daaf6152771_e5627efa2ab1"
