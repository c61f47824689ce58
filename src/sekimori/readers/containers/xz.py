"""xz files.

Reference: tukaani.org/xz/xz-file-format.txt. Streams may stand one behind the other, with zero bytes between them.
In hexadecimal:

    fd 37 7a 58 5a 00 00 04 e6 d6 b4 46 ...
"""

from typing import ClassVar

from sekimori.readers.containers.compressed import Compressed

__all__ = ["Xz"]


class Xz(Compressed):
    """One xz file."""

    name: ClassVar[str] = "compressed.xz"
    title: ClassVar[str] = "xz file"
    codec: ClassVar[str] = "xz"
