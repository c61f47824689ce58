"""bzip2 files.

Reference: sourceware.org/bzip2. Streams may stand one behind the other, as parallel compressors write them.
In hexadecimal, "BZh" and the block size, then the digits of pi:

    42 5a 68 39 31 41 59 26 53 59 ...
"""

from typing import ClassVar

from sekimori.readers.containers.compressed import Compressed

__all__ = ["Bzip2"]


class Bzip2(Compressed):
    """One bzip2 file."""

    name: ClassVar[str] = "compressed.bz2"
    title: ClassVar[str] = "bzip2 file"
    codec: ClassVar[str] = "bzip2"
