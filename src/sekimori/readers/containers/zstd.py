"""Zstandard files.

Reference: RFC 8878. Frames may stand one behind the other. In hexadecimal:

    28 b5 2f fd 24 1b d9 00 00 ...
"""

from typing import ClassVar

from sekimori.readers.containers.compressed import Compressed

__all__ = ["Zstandard"]


class Zstandard(Compressed):
    """One Zstandard file."""

    name: ClassVar[str] = "compressed.zstandard"
    title: ClassVar[str] = "Zstandard file"
    codec: ClassVar[str] = "zstd"
