"""Hashes of files: MD5, SHA-1, SHA-256 and SHA-512, told apart by length."""

import re

from sekimori.values.errors import InvalidValue, present
from sekimori.values.wording import N_

__all__ = ["algorithm", "normal"]

_ALGORITHMS = {32: "md5", 40: "sha1", 64: "sha256", 128: "sha512"}
_HEX = re.compile(r"[0-9a-f]+")


def normal(text: str) -> str:
    """The hash in lower-case hexadecimal digits. Raises `InvalidValue`."""
    digits = present("hash", text).lower()
    if not _HEX.fullmatch(digits):
        raise InvalidValue("hash", text, N_("it holds more than hexadecimal digits"))
    if len(digits) not in _ALGORITHMS:
        raise InvalidValue("hash", text, N_("it has {count} digits, not 32, 40, 64 or 128").format(count=len(digits)))
    return digits


def algorithm(text: str) -> str:
    """`md5`, `sha1`, `sha256` or `sha512`. Raises `InvalidValue`."""
    return _ALGORITHMS[len(normal(text))]
