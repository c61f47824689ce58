"""Writes Outlook message files ([MS-OXMSG]) as small compound files ([MS-CFB]) of version 3."""

import struct
from collections.abc import Mapping

Tree = Mapping[str, "bytes | Tree"]

_FREE, _END, _TABLE = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD


def text(tag: int, value: str, codec: str = "") -> dict[str, bytes]:
    """A text property; in UTF-16, or in a code page where one is named."""
    kind = 0x1E if codec else 0x1F
    return {f"__substg1.0_{tag:04X}{kind:04X}": value.encode(codec or "utf-16-le")}


def binary(tag: int, value: bytes) -> dict[str, bytes]:
    """A binary property."""
    return {f"__substg1.0_{tag:04X}0102": value}


def fixed(header: int, values: Mapping[int, int]) -> dict[str, bytes]:
    """The properties of fixed size, by tag (number and type), behind a header of so many bytes."""
    entries = b"".join(struct.pack("<IIQ", tag, 6, value) for tag, value in values.items())
    return {"__properties_version1.0": bytes(header) + entries}


def compound_file(tree: Tree) -> bytes:
    """The tree of storages and streams as a compound file; all streams shorter than 4096 bytes stand together."""
    entries: list[list[object]] = [["Root Entry", 5, _FREE, _FREE, b""]]  # name, kind, right, child, content
    _add(entries, 0, tree)
    small, small_table = bytearray(), []
    sectors: list[bytes] = []
    following: list[int] = []

    def put(data: bytes) -> int:
        start, count = len(sectors), -(-len(data) // 512)
        sectors.extend(data[at : at + 512].ljust(512, b"\0") for at in range(0, len(data), 512))
        following.extend([*range(start + 1, start + count), _END] if count else [])
        return start if count else _END

    places: list[tuple[int, int]] = []
    for _, kind, _, _, content in entries:
        assert isinstance(content, bytes)
        if kind != 2 or not content:
            places.append((_END if kind == 2 else 0, 0))
        elif len(content) >= 4096:
            places.append((put(content), len(content)))
        else:
            first, count = len(small) // 64, -(-len(content) // 64)
            small += content.ljust(64 * count, b"\0")
            small_table += [*range(first + 1, first + count), _END]
            places.append((first, len(content)))
    places[0] = (put(bytes(small)), len(small))
    table_start = put(
        struct.pack(f"<{len(small_table)}I", *small_table).ljust(-(-len(small_table) // 128) * 512, b"\xff")
    )
    directory = put(b"".join(_entry(one, place) for one, place in zip(entries, places, strict=True)))
    tables = -(-(len(sectors) + 1) // 127)
    first = len(sectors)
    numbers = [*following, *[_TABLE] * tables]
    sectors += [
        struct.pack("<128I", *(numbers[at : at + 128] + [_FREE] * 128)[:128]) for at in range(0, 128 * tables, 128)
    ]
    head = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(16) + struct.pack("<5H", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    head += struct.pack("<9I", 0, tables, directory, 0, 4096, table_start, -(-len(small_table) // 128), _END, 0)
    listed = [*range(first, first + tables), *[_FREE] * 109][:109]
    return head + struct.pack("<109I", *listed) + b"".join(sectors)


def _add(entries: list[list[object]], parent: int, tree: Tree) -> None:
    """The entries below a storage, each leading to the next on its right."""
    last = None
    for name in sorted(tree, key=lambda name: (len(name), name.upper())):
        content = tree[name]
        number = len(entries)
        entries.append(
            [name, 2 if isinstance(content, bytes) else 1, _FREE, _FREE, content if isinstance(content, bytes) else b""]
        )
        if last is None:
            entries[parent][3] = number
        else:
            entries[last][2] = number
        last = number
        if not isinstance(content, bytes):
            _add(entries, number, content)


def _entry(entry: list[object], place: tuple[int, int]) -> bytes:
    name, kind, right, child, _ = entry
    raw = f"{name}\0".encode("utf-16-le")
    return (
        raw.ljust(64, b"\0")
        + struct.pack("<HBB3I", len(raw), kind, 1, _FREE, right, child)
        + bytes(36)
        + struct.pack("<IQ", *place)
    )


def sample() -> bytes:
    """The sample of the project: a mail from the Internet's header, an inner message, rich text, code pages."""
    transport = (
        "Received: from mx.freemail.example ([192.0.2.7]) by mail.example.jp; Mon, 6 Oct 2014 09:00:01 +0900\r\n"
        "From: yamada@freemail.example\r\nTo: sato@example.jp\r\nMessage-ID: <1@freemail.example>\r\n"
        "Date: Mon, 6 Oct 2014 09:00:00 +0900\r\nContent-Type: multipart/mixed; boundary=x\r\n"
    )
    rich = rb"{\rtf1\ansi\ansicpg932\fromhtml1 {\*\htmltag64 <p>}\htmlrtf \par\htmlrtf0 \'89\'ef\'8b\'63 http://evil.example/a}"
    packed = struct.pack("<4I", len(rich) + 12, len(rich), 0x414C454D, 0) + rich
    inner: Tree = {
        **fixed(24, {0x3FFD0003: 932, 0x00390040: 130570848000000000}),
        **text(0x0037, "内側の件名", "cp932"), **text(0x1000, "内側の本文", "cp932"),
        **text(0x0C1F, "suzuki@example.jp", "cp932"), **text(0x0C1A, "鈴木", "cp932"),
        "__recip_version1.0_#00000000": {
            **fixed(8, {0x0C150003: 2}), **text(0x3001, "田中", "cp932"), **text(0x39FE, "tanaka@example.jp", "cp932"),
        },
    }  # fmt: skip
    return compound_file({
        **fixed(32, {0x00390040: 130570848000000000}),
        **text(0x0037, "会議の件"), **text(0x007D, transport), **binary(0x1009, packed),
        "__recip_version1.0_#00000000": {**fixed(8, {0x0C150003: 1}), **text(0x3001, "佐藤"), **text(0x39FE, "sato@example.jp")},  # noqa: E501 - bytes as they stand
        "__attach_version1.0_#00000000": {**fixed(8, {0x37050003: 1}), **text(0x3707, "議事録.txt"), **binary(0x3701, b"minutes")},  # noqa: E501 - bytes as they stand
        "__attach_version1.0_#00000001": {**fixed(8, {0x37050003: 5}), "__substg1.0_3701000D": inner},
    })  # fmt: skip
