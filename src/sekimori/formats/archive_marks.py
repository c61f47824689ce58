"""Archives of large formats by their first bytes: which format, and whether the beginning is sound.

What is broken there need not be handed on to the libraries: they could make nothing of it.
References: those of `sekimori.formats.archive_foreign` and `sekimori.formats.archive_rar`.
"""

import struct
import zlib

__all__ = ["foreign_format", "is_sound"]

_MAGIC = {b"7z\xbc\xaf\x27\x1c": "7z", b"Rar!\x1a\x07": "RAR", b"MSCF\0\0\0\0": "cabinet"}
_RAR_5 = b"Rar!\x1a\x07\x01\0"
_HEADER = 1 << 13
_VOLUME, _ISO = 0x8001, b"CD001"


def foreign_format(head: bytes) -> str:
    """The name of the format: 7z, RAR, cabinet, LHA, ISO (its mark stands 32 KiB on); empty for anything else."""
    if head[_VOLUME : _VOLUME + len(_ISO)] == _ISO:
        return "ISO"
    if head[2:5] == b"-lh" and head[6:7] == b"-":
        return "LHA"
    return next((name for magic, name in _MAGIC.items() if head.startswith(magic)), "")


def is_sound(head: bytes, size: int, name: str) -> bool:
    """Whether an archive of `size` bytes that begins with `head` (36 KiB of it) can be one of the format `name`."""
    if foreign_format(head) != name:
        return False
    try:
        return _CHECKS[name](head[:_HEADER], size)
    except (struct.error, IndexError):
        return False


def _seven_zip(head: bytes, size: int) -> bool:
    """The checksum of the start header, and whether the header at the end is there."""
    (checksum,) = struct.unpack_from("<I", head, 8)
    offset, length = struct.unpack_from("<QQ", head, 12)
    return bool(checksum == zlib.crc32(head[12:32]) and 32 + offset + length <= size)


def _rar(head: bytes, _size: int) -> bool:
    """The checksum of the first block."""
    if head.startswith(_RAR_5):
        (checksum,) = struct.unpack_from("<I", head, 8)
        # The length of the main header, or of that of the encryption, is a number of one byte or two.
        more = head[12] > 0x7F
        length = head[12] & 0x7F | (head[13] << 7 if more else 0)
        return bool(checksum == zlib.crc32(head[12 : 13 + more + length]))
    checksum, length = struct.unpack_from("<H3xH", head, 7)
    return bool(checksum == zlib.crc32(head[9 : 7 + length]) & 0xFFFF)


def _cabinet(head: bytes, size: int) -> bool:
    """Whether there are folders and files where the header says."""
    (files_at,) = struct.unpack_from("<I", head, 16)
    folders, files = struct.unpack_from("<HH", head, 26)
    return bool(36 <= files_at < size and folders and files)


def _lha(head: bytes, _size: int) -> bool:
    """The checksum of a header of level 0 or 1; those of later levels have none at the beginning."""
    if head[20] > 1:
        return head[20] <= 3
    length = head[0]
    return len(head) < 2 + length or sum(head[2 : 2 + length]) & 0xFF == head[1]


def _iso(_head: bytes, size: int) -> bool:
    """Whether there is more than the volume's description."""
    return size > _VOLUME + 0x1000


_CHECKS = {"7z": _seven_zip, "RAR": _rar, "cabinet": _cabinet, "LHA": _lha, "ISO": _iso}
