"""Windows programs with an icon, and shortcuts, written from scratch for the tests."""

import io
import struct

from PIL import Image

__all__ = ["lnk", "program"]

_RVA, _RAW = 0x1000, 0x200


def program(icon: Image.Image | None, *, form: str = "BMP") -> bytes:
    """A PE32 file of one section, with the icon as its only resources, as a bitmap or a PNG."""
    content = _resources(*_split(icon, form)) if icon is not None else bytes(16)
    size = -(-len(content) // 512) * 512
    dos = b"MZ".ljust(60, b"\0") + struct.pack("<I", 64)
    coff = struct.pack("<HHIIIHH", 0x14C, 1, 0, 0, 0, 224, 0x102)
    directories = bytes(16) + (struct.pack("<II", _RVA, len(content)) if icon is not None else bytes(8)) + bytes(104)
    optional = struct.pack("<HBBIIIIIIIIIHHHHHHIIIIHHIIIIII", 0x10B, 0, 0, 0, size, 0, 0, _RVA, _RVA, 0x400000, 0x1000,
                           0x200, 4, 0, 0, 0, 4, 0, 0, 0x1000 + size, _RAW, 0, 2, 0, 0, 0, 0, 0, 0, 16)  # fmt: skip
    section = b".rsrc\0\0\0" + struct.pack("<IIIIIIHHI", len(content), _RVA, size, _RAW, 0, 0, 0, 0, 0x40000040)
    head = dos + b"PE\0\0" + coff + optional + directories + section
    return head.ljust(_RAW, b"\0") + content.ljust(size, b"\0")


def _split(icon: Image.Image, form: str) -> tuple[bytes, bytes]:
    """The entry of an icon file without its offset, and the picture."""
    out = io.BytesIO()
    icon.save(out, "ICO", sizes=[icon.size], bitmap_format="bmp" if form == "BMP" else "png")
    data = out.getvalue()
    return data[6:18], data[22:]


def _resources(entry: bytes, picture: bytes) -> bytes:
    """RT_ICON 1 and RT_GROUP_ICON 1: three levels of directories, then the data."""
    group = struct.pack("<HHH", 0, 1, 1) + entry + struct.pack("<H", 1)
    kinds = ((3, picture), (14, group))
    out = _directory([(kind, 0x80000000 | (32 + 48 * number)) for number, (kind, _) in enumerate(kinds)])
    at = 32 + 48 * len(kinds)
    entries, contents = b"", b""
    for number, (_, content) in enumerate(kinds):
        start = 32 + 48 * number
        out += _directory([(1, 0x80000000 | (start + 24))]) + _directory([(1041, at + 16 * number)])
        place = at + 16 * len(kinds) + len(contents)
        entries += struct.pack("<IIII", _RVA + place, len(content), 0, 0)
        contents += content.ljust(-(-len(content) // 4) * 4, b"\0")
    return out + entries + contents


def _directory(entries: list[tuple[int, int]]) -> bytes:
    return struct.pack("<IIHHHH", 0, 0, 0, 0, 0, len(entries)) + b"".join(struct.pack("<II", *one) for one in entries)


def lnk(*, target: str = "", arguments: str = "", icon: str = "", number: int = 0) -> bytes:
    """A shortcut with Unicode strings ([MS-SHLLINK] 2.1, 2.4)."""
    strings = [(0x08, target), (0x20, arguments), (0x40, icon)]
    flags = 0x80 | sum(flag for flag, text in strings if text)
    clsid = bytes.fromhex("0114020000000000c000000000000046")
    head = struct.pack("<I16sII24xIiIHH8x", 0x4C, clsid, flags, 0, 0, number, 1, 0, 0)
    written = b"".join(struct.pack("<H", len(text)) + text.encode("utf-16-le") for _, text in strings if text)
    return head + written + bytes(4)
