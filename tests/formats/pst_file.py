"""A small data file of Outlook, written for tests as [MS-PST] says: Unicode, not encrypted, one block for every node.

NDB: header (2.2.2.6), node and block trees of pages (2.2.2.7.7), blocks (2.2.2.8). LTP: heap on node (2.3.1), property
context (2.3.3), table context (2.3.4). Messaging: store, folders with their tables, messages (2.4).
"""

import struct
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

__all__ = ["File", "Folder", "Message", "pst_of"]

Value = int | bool | str | bytes
Values = Mapping[int, Value]

_STORE, _NAMES, _ROOT = 0x21, 0x61, 0x122
_RECIPIENTS, _ATTACHMENTS = 0x692, 0x671
_ROW_ID, _ROW_VERSION = 0x67F2, 0x67F3
_METHOD, _DATA, _SIZE, _LONG_NAME = 0x3705, 0x3701, 0x0E20, 0x3707
_FIRST_BYTE = 0x4600


@dataclass(frozen=True, slots=True)
class File:
    """An attachment: its properties, and what it holds (bytes, or a message)."""

    name: str
    content: "bytes | Message"
    values: Values = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Message:
    """A message: its properties by number, those of its recipients, its attachments."""

    values: Values
    recipients: Sequence[Values] = ()
    files: Sequence[File] = ()


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder with its messages and the folders below it."""

    name: str
    messages: Sequence[Message] = ()
    folders: "Sequence[Folder]" = ()


def pst_of(*folders: Folder) -> bytes:
    """The data file with these folders below its root."""
    writing = _Writing()
    writing.node(_STORE, _properties({0x3001: "store", 0x0FF9: bytes(16)}))
    writing.node(_NAMES, _properties({1: 251, 2: bytes(16), 3: struct.pack("<IHH", 0x8501, 0, 0), 4: b"\0\0\0\0"}))
    writing.folder(Folder("", folders=folders), _ROOT, _ROOT)
    return writing.file()


class _Heap:
    """A heap on a node: pieces that are named by their number (2.3.1)."""

    def __init__(self, signature: int) -> None:
        self._signature = signature
        self._pieces: list[bytes] = []

    def add(self, piece: bytes) -> int:
        """The piece's HID."""
        self._pieces.append(piece)
        return len(self._pieces) << 5

    def block(self, root: int) -> bytes:
        """The block, with the root's HID in its header."""
        at, starts = 12, []
        for piece in self._pieces:
            starts.append(at)
            at += len(piece)
        body = b"".join(self._pieces) + bytes(at % 2)
        pages = struct.pack(f"<HH{len(starts) + 1}H", len(starts), 0, *starts, at)
        return struct.pack("<HBBII", at + at % 2, 0xEC, self._signature, root, 0) + body + pages


def _kind(value: Value) -> int:
    if isinstance(value, bool):
        return 0x000B
    return 0x0003 if isinstance(value, int) else 0x001F if isinstance(value, str) else 0x0102


def _cell(heap: _Heap, value: Value) -> bytes:
    """Four bytes: the number itself, or where the value stands in the heap."""
    if isinstance(value, int):
        return struct.pack("<I", value)
    content = value.encode("utf-16-le") if isinstance(value, str) else value
    return struct.pack("<I", heap.add(content) if content else 0)


def _tree(heap: _Heap, key: int, entry: int, records: bytes) -> int:
    """A BTH of one level (2.3.2)."""
    return heap.add(struct.pack("<BBBBI", 0xB5, key, entry, 0, heap.add(records) if records else 0))


def _properties(values: Values, *, kinds: Mapping[int, int] | None = None) -> bytes:
    """A property context (2.3.3)."""
    heap = _Heap(0xBC)
    records = b"".join(
        struct.pack("<HH", number, (kinds or {}).get(number, _kind(value))) + _cell(heap, value)
        for number, value in sorted(values.items())
    )
    return heap.block(_tree(heap, 2, 6, records))


def _table(rows: Sequence[tuple[int, Values]]) -> bytes:
    """A table context (2.3.4) of rows with their ids; each column has four bytes, a row that lacks one a clear bit."""
    heap = _Heap(0x7C)
    kinds: dict[int, int] = {_ROW_ID: 3, _ROW_VERSION: 3}
    for _, values in rows:
        kinds |= {number: _kind(value) for number, value in values.items()}
    columns = [_ROW_ID, _ROW_VERSION, *sorted(set(kinds) - {_ROW_ID, _ROW_VERSION})]
    width = 4 * len(columns)
    matrix = b""
    for id_, values in rows:
        whole = {_ROW_ID: id_, _ROW_VERSION: 1, **values}
        cells = b"".join(_cell(heap, whole[number]) if number in whole else bytes(4) for number in columns)
        bits = sum(0x80 >> place for place, number in enumerate(columns) if number in whole)
        matrix += cells + bytes([bits])
    index = _tree(heap, 4, 4, b"".join(struct.pack("<II", id_, place) for place, (id_, _) in enumerate(rows)))
    described = b"".join(
        struct.pack("<HHHBB", kinds[number], number, 4 * place, 4, place)
        for place, number in sorted(enumerate(columns), key=lambda one: one[1])
    )
    ends = struct.pack("<4H", width, width, width, width + 1)
    hid_rows = heap.add(matrix) if matrix else 0
    info = struct.pack("<BB", 0x7C, len(columns)) + ends + struct.pack("<III", index, hid_rows, 0) + described
    return heap.block(heap.add(info))


class _Writing:
    """The file coming together: blocks and nodes."""

    def __init__(self) -> None:
        self._body = bytearray()
        self._blocks: list[tuple[int, int, int]] = []
        self._nodes: list[tuple[int, int, int, int]] = []
        self._ids = 0
        self._numbers = 0x400

    def _block(self, data: bytes, *, is_internal: bool = False) -> int:
        self._ids += 1
        id_ = self._ids * 4 + 2 * is_internal
        at = _FIRST_BYTE + len(self._body)
        trailer = struct.pack("<HHIQ", len(data), _signature(at, id_), _checksum(data), id_)
        self._body += data + bytes(-(len(data) + 16) % 64) + trailer
        self._blocks.append((id_, at, len(data)))
        return id_

    def _below(self, nodes: Sequence[tuple[int, bytes, int]]) -> int:
        """A block of the nodes (number, data, nodes below) below a node; 0 without any."""
        if not nodes:
            return 0
        entries = b"".join(struct.pack("<QQQ", number, self._block(data), sub) for number, data, sub in sorted(nodes))
        return self._block(struct.pack("<BBHI", 2, 0, len(nodes), 0) + entries, is_internal=True)

    def node(self, number: int, data: bytes, sub: int = 0, parent: int = 0) -> None:
        """A node of the file."""
        self._nodes.append((number, self._block(data), sub, parent))

    def folder(self, folder: Folder, number: int, parent: int) -> None:
        """A folder, its tables, and what is in it."""
        below = [(self._number(0x02), inner) for inner in folder.folders]
        messages = [(self._number(0x04), message) for message in folder.messages]
        shown: Values = {0x3001: folder.name, 0x3602: len(messages), 0x3603: 0, 0x360A: bool(below)}
        self.node(number, _properties(shown), parent=parent)
        base = number & ~0x1F
        self.node(base | 0x0D, _table([(id_, {0x3001: inner.name}) for id_, inner in below]))
        self.node(base | 0x0E, _table([(id_, {}) for id_, _ in messages]))
        self.node(base | 0x0F, _table([]))
        for id_, message in messages:
            self.node(id_, *self._message(message), parent=number)
        for id_, inner in below:
            self.folder(inner, id_, number)

    def _number(self, kind: int) -> int:
        self._numbers += 1
        return self._numbers << 5 | kind

    def _message(self, message: Message) -> tuple[bytes, int]:
        """The message's properties and the nodes below it."""
        nodes: list[tuple[int, bytes, int]] = [
            (_RECIPIENTS, _table(list(enumerate(message.recipients))), 0),
        ]
        files = [(self._number(0x05), file) for file in message.files]
        if files:
            nodes.append((_ATTACHMENTS, _table([(id_, {_LONG_NAME: file.name}) for id_, file in files]), 0))
        nodes += [(id_, *self._file(file)) for id_, file in files]
        return _properties({0x001A: "IPM.Note", **message.values}), self._below(nodes)

    def _file(self, file: File) -> tuple[bytes, int]:
        if isinstance(file.content, bytes):
            own: Values = {_METHOD: 1, _DATA: file.content, _SIZE: len(file.content), _LONG_NAME: file.name}
            return _properties({**own, **file.values}), 0
        inner, below = self._message(file.content)
        id_ = self._number(0x04)
        own = {_METHOD: 5, _DATA: struct.pack("<II", id_, len(inner)), _SIZE: len(inner), _LONG_NAME: file.name}
        return _properties({**own, **file.values}, kinds={_DATA: 0x000D}), self._below([(id_, inner, below)])

    def file(self) -> bytes:
        """The whole file."""
        nodes = [struct.pack("<QQQII", id_, data, sub, parent, 0) for id_, data, sub, parent in sorted(self._nodes)]
        blocks = [struct.pack("<QQHHI", id_, at, size, 2, 0) for id_, at, size in sorted(self._blocks)]
        root_of_nodes = self._pages(nodes, 0x81)
        root_of_blocks = self._pages(blocks, 0x80)
        return _header(_FIRST_BYTE + len(self._body), root_of_nodes, root_of_blocks, self._ids) + self._body

    def _pages(self, entries: Sequence[bytes], kind: int) -> tuple[int, int]:
        """The tree of pages over these entries (2.2.2.7.7.1); id and place of its root."""
        level = 0
        while True:
            most = 488 // len(entries[0])
            above = []
            for start in range(0, len(entries), most):
                some = entries[start : start + most]
                id_, at = self._page(some, kind, level, most)
                above.append(some[0][:8] + struct.pack("<QQ", id_, at))
                if len(entries) <= most:
                    return id_, at
            entries, level = above, level + 1

    def _page(self, entries: Sequence[bytes], kind: int, level: int, most: int) -> tuple[int, int]:
        self._ids += 1
        self._body += bytes(-len(self._body) % 512)
        id_, at = self._ids * 4, _FIRST_BYTE + len(self._body)
        numbers = struct.pack("<BBBBI", len(entries), most, len(entries[0]), level, 0)
        page = b"".join(entries).ljust(488, b"\0") + numbers
        self._body += page + struct.pack("<BBHIQ", kind, kind, _signature(at, id_), _checksum(page), id_)
        return id_, at


def _header(size: int, nodes: tuple[int, int], blocks: tuple[int, int], last: int) -> bytes:
    root = struct.pack("<IQQQQQQQQBBH", 0, size, 0x4400, 0, 0, *nodes, *blocks, 0, 0, 0)
    numbers = struct.pack("<32I", *[0x400] * 32)
    middle = struct.pack("<2sHHBBIIQQI", b"SM", 23, 19, 1, 1, 0, 0, 0, 4 * last + 4, 1) + numbers + bytes(8) + root
    middle += bytes(4) + b"\xff" * 256 + struct.pack("<BBHQ", 0x80, 0, 0, 4 * last + 4)
    whole = b"!BDN" + struct.pack("<I", _checksum(middle[:471])) + middle
    return (whole + struct.pack("<I", _checksum(middle[:516])) + bytes(36)).ljust(_FIRST_BYTE, b"\0")


def _signature(at: int, id_: int) -> int:
    """2.2.2.8.1, wSig: of the 32 lower bits (5.5)."""
    mixed = (at ^ id_) & 0xFFFF_FFFF
    return (mixed >> 16) ^ (mixed & 0xFFFF)


def _checksum(data: bytes) -> int:
    """CRC-32 that begins at 0 and is not inverted (5.3)."""
    return zlib.crc32(data, 0xFFFF_FFFF) ^ 0xFFFF_FFFF
