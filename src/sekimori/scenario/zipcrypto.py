"""Zip archives, plain and with the traditional PKWARE encryption that password mails in Japan still use.

Written after PKWARE's APPNOTE.TXT 6.3.x: local file header 4.3.7, central directory 4.3.12, its end 4.3.16,
general purpose bits 4.4.4, traditional encryption section 6.1. The standard library reads such archives and
cannot write them.
"""

import struct
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from random import Random

__all__ = ["ZipMember", "encrypt", "write_zip"]

_ENCRYPTED = 0x0001
_UTF_8 = 0x0800
_DEFLATED = 8
_WORD = 0xFFFFFFFF


@dataclass(frozen=True, slots=True, kw_only=True)
class ZipMember:
    """A file to put in. `encoding` is that of its name: UTF-8 is flagged, CP932 (as Windows in Japan writes) is not."""

    name: str
    data: bytes
    modified: datetime
    encoding: str = "utf-8"


def write_zip(members: Sequence[ZipMember], *, password: str = "", dice: Random | None = None) -> bytes:
    """The archive. With a password, `dice` gives the random bytes of the encryption headers."""
    body = bytearray()
    directory = bytearray()
    for member in members:
        name = member.name.encode(member.encoding)
        crc = zlib.crc32(member.data)
        data = _deflated(member.data)
        flags = _UTF_8 if member.encoding == "utf-8" else 0
        if password:
            if dice is None:
                raise ValueError("a password was given without a source of random bytes")
            flags |= _ENCRYPTED
            data = encrypt(data, password.encode(), dice.randbytes(11) + bytes([crc >> 24]))
        common = struct.pack(
            "<HHHIIIIHH", 20, flags, _DEFLATED, _stamp(member.modified), crc, len(data), len(member.data), len(name), 0
        )
        directory += struct.pack("<4sH", b"PK\x01\x02", 20) + common
        directory += struct.pack("<HHHII", 0, 0, 0, 0, len(body)) + name
        body += b"PK\x03\x04" + common + name + data
    count = len(members)
    end = struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, count, count, len(directory), len(body), 0)
    return bytes(body + directory + end)


def _deflated(data: bytes) -> bytes:
    packer = zlib.compressobj(6, zlib.DEFLATED, -15)
    return packer.compress(data) + packer.flush()


def _stamp(moment: datetime) -> int:
    """Date and time as MS-DOS has them, 4.4.6: the date in the upper half."""
    date = (moment.year - 1980) << 9 | moment.month << 5 | moment.day
    return date << 16 | moment.hour << 11 | moment.minute << 5 | moment.second // 2


def encrypt(data: bytes, password: bytes, header: bytes) -> bytes:
    """Header and data under the three keys of section 6.1; the header's last byte is the CRC's highest, 6.1.6."""
    keys = 0x12345678, 0x23456789, 0x34567890
    for byte in password:
        keys = _updated(keys, byte)
    out = bytearray()
    for byte in header + data:
        mask = (keys[2] | 2) & 0xFFFF
        out.append(byte ^ (mask * (mask ^ 1) >> 8 & 0xFF))
        keys = _updated(keys, byte)
    return bytes(out)


def _updated(keys: tuple[int, int, int], byte: int) -> tuple[int, int, int]:
    first = _CRCS[(keys[0] ^ byte) & 0xFF] ^ keys[0] >> 8
    second = ((keys[1] + (first & 0xFF)) * 134775813 + 1) & _WORD
    return first, second, _CRCS[(keys[2] ^ second >> 24) & 0xFF] ^ keys[2] >> 8


def _step(value: int) -> int:
    for _ in range(8):
        value = value >> 1 ^ (0xEDB88320 if value & 1 else 0)
    return value


_CRCS = tuple(_step(value) for value in range(256))
