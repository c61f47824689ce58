"""gzip files.

Reference: RFC 1952. Members may stand one behind the other, as rotated logs do when they are joined. In hexadecimal:

    1f 8b 08 00 00 00 00 00 02 03 4b cc c9 4c 4e 4c ...
"""

from typing import ClassVar

from sekimori.readers.containers.compressed import Compressed

__all__ = ["Gzip"]


class Gzip(Compressed):
    """One gzip file."""

    name: ClassVar[str] = "compressed.gzip"
    title: ClassVar[str] = "gzip file"
    codec: ClassVar[str] = "gzip"
