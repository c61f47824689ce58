"""Writes archives of the formats that Python writes none of, contents stored as they are: LHA, cabinet, RAR 4 and 5.

The forms are those of the references in `sekimori.formats.archive_foreign` and `sekimori.formats.archive_rar`.
"""

import io
import struct
import zlib
from collections.abc import Iterable, Sequence

import py7zr

__all__ = ["cabinet", "iso", "lha", "rar_4", "rar_5", "seven_zip", "seven_zip_hungry", "seven_zip_named"]

Files = Sequence[tuple[str, bytes]]


def seven_zip(files: Files, password: str | None = None, *, hides_names: bool = False) -> bytes:
    """A 7z archive, solid as they are by default."""
    out = io.BytesIO()
    with py7zr.SevenZipFile(out, "w", password=password, header_encryption=hides_names) as archive:
        for name, content in files:
            archive.writestr(content, name)
    return out.getvalue()


def seven_zip_named(name: str, content: bytes) -> bytes:
    """A 7z archive of one file with a name that the library refuses to write."""
    stand_in = "x" * len(name)
    return _patched([(stand_in, content)], stand_in.encode("utf-16-le"), name.encode("utf-16-le"))


def seven_zip_hungry(files: Files) -> bytes:
    """A 7z archive that asks for a dictionary of 4 GiB: the property of LZMA2 is 40 (7zFormat.txt, coder 21)."""
    plain = _patched(files, b"", b"")
    at = plain.rindex(b"\x21\x21\x01")
    return _patched(files, plain[at : at + 4], b"\x21\x21\x01\x28")


def _patched(files: Files, old: bytes, new: bytes) -> bytes:
    """A 7z archive with a plain header in which some bytes stand in place of others, its checksums right."""
    out = io.BytesIO()
    with py7zr.SevenZipFile(out, "w") as archive:
        archive.set_encoded_header_mode(False)
        for name, content in files:
            archive.writestr(content, name)
    data = bytearray(out.getvalue())
    offset, size = struct.unpack_from("<QQ", data, 12)
    header = bytes(data[32 + offset : 32 + offset + size])
    data[32 + offset :] = header.replace(old, new) if old else header
    struct.pack_into("<I", data, 28, zlib.crc32(data[32 + offset : 32 + offset + size]))
    struct.pack_into("<I", data, 8, zlib.crc32(data[12:32]))
    return bytes(data)


def lha(files: Files, codec: str = "cp932") -> bytes:
    """An LHA archive with headers of level 0."""
    out = bytearray()
    for name, content in files:
        raw = name.encode(codec)
        body = b"-lh0-" + struct.pack("<IIIBBB", len(content), len(content), 0, 0x20, 0, len(raw)) + raw
        body += struct.pack("<H", _crc16(content))
        out += bytes([len(body), sum(body) & 0xFF]) + body + content
    return bytes(out) + b"\0"


def cabinet(files: Files) -> bytes:
    """A cabinet of one folder without compression."""
    data = b"".join(content for _, content in files)
    entries, at = b"", 0
    for name, content in files:
        entries += struct.pack("<IIHHHH", len(content), at, 0, 0x4146, 0, 0xA0) + name.encode() + b"\0"
        at += len(content)
    blocks = [data[start : start + 0x8000] for start in range(0, len(data), 0x8000)]
    stored = b"".join(struct.pack("<IHH", 0, len(block), len(block)) + block for block in blocks)
    start = 36 + 8 + len(entries)
    head = struct.pack("<4sIIIIIBBHHHHH", b"MSCF", 0, start + len(stored), 0, 44, 0, 3, 1, 1, len(files), 0, 1, 0)
    return head + struct.pack("<IHH", start, len(blocks), 0) + entries + stored


def iso(files: Files) -> bytes:
    """The image of a disc with names of Joliet (a second volume description, UCS-2)."""
    records, content, at = b"", b"", 21
    for name, data in files:
        records += _disc_record(at, len(data), 0, f"{name};1".encode("utf-16-be"))
        content += data + bytes(-len(data) % 2048)
        at += -(-len(data) // 2048)
    content += bytes(16 * 2048)  # programs write such an end, and libarchive takes no shorter image
    own = _disc_record(20, 2048, 2, b"\0") + _disc_record(20, 2048, 2, b"\1")
    empty = (_disc_record(19, 2048, 2, b"\0") + _disc_record(19, 2048, 2, b"\1")).ljust(2048, b"\0")
    volumes = _volume(1, b"", at, 19) + _volume(2, b"%/E", at, 20) + (b"\xffCD001\1").ljust(2048, b"\0")
    return bytes(16 * 2048) + volumes + empty + (own + records).ljust(2048, b"\0") + content


def _volume(kind: int, escape: bytes, blocks: int, root: int) -> bytes:
    head = struct.pack("<B5sBB", kind, b"CD001", 1, 0) + b" " * 64 + bytes(8) + _both(blocks, "I")
    head += escape.ljust(32, b"\0") + _both(1, "H") + _both(1, "H") + _both(2048, "H") + _both(10, "I")
    head += struct.pack("<II", 18, 0) + struct.pack(">II", 18, 0)
    return (head + _disc_record(root, 2048, 2, b"\0")).ljust(881, b" ") + b"\1".ljust(1167, b"\0")


def _disc_record(at: int, size: int, flags: int, name: bytes) -> bytes:
    body = b"\0" + _both(at, "I") + _both(size, "I") + bytes(7) + bytes([flags, 0, 0]) + _both(1, "H")
    body += bytes([len(name)]) + name
    odd = (len(body) + 1) % 2
    return bytes([len(body) + 1 + odd]) + body + bytes(odd)


def _both(value: int, kind: str) -> bytes:
    return struct.pack(f"<{kind}", value) + struct.pack(f">{kind}", value)


def rar_4(files: Files, encrypted: Iterable[str] = (), *, hides_names: bool = False) -> bytes:
    """A RAR 4 archive; of an encrypted member only the header says so."""
    out = b"Rar!\x1a\x07\0" + _block_4(0x73, 0x80 if hides_names else 0, bytes(6))
    for name, content in files:
        raw = name.encode()
        flags = 0x8000 | (4 if name in set(encrypted) else 0)
        fields = struct.pack(
            "<IIBIIBBHI", len(content), len(content), 0, zlib.crc32(content), 0, 20, 0x30, len(raw), 32
        )
        out += _block_4(0x74, flags, fields + raw) + content
    return out + _block_4(0x7B, 0x4000, b"")


def _block_4(kind: int, flags: int, rest: bytes) -> bytes:
    body = struct.pack("<BHH", kind, flags, 7 + len(rest)) + rest
    return struct.pack("<H", zlib.crc32(body) & 0xFFFF) + body


def rar_5(files: Files, encrypted: Iterable[str] = (), *, hides_names: bool = False) -> bytes:
    """A RAR 5 archive; of an encrypted member only the header says so."""
    out = b"Rar!\x1a\x07\x01\0"
    if hides_names:
        return out + _block_5(_number(4) + _number(0) + bytes(20))
    out += _block_5(_number(1) + _number(0) + _number(0))
    for name, content in files:
        raw = name.encode()
        record = _number(1) + bytes(40)
        extra = _number(len(record)) + record if name in set(encrypted) else b""
        fields = _number(4) + _number(len(content)) + _number(32) + struct.pack("<I", zlib.crc32(content))
        fields += _number(0) + _number(1) + _number(len(raw)) + raw
        flags = _number(2 | bool(extra)) + (_number(len(extra)) if extra else b"") + _number(len(content))
        out += _block_5(_number(2) + flags + fields + extra) + content
    return out + _block_5(_number(5) + _number(0) + _number(0))


def _block_5(body: bytes) -> bytes:
    whole = _number(len(body)) + body
    return struct.pack("<I", zlib.crc32(whole)) + whole


def _number(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*out, value])


def _crc16(data: bytes) -> int:
    crc = 0
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0xA001 if crc & 1 else 0)
    return crc
