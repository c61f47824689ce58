"""Messages that are attached to messages in Outlook's data files, to which libpff gives no access.

Heaps on nodes, property contexts and table contexts ([MS-PST] 2.3), and of what nodes a message is made (2.4.5, 2.4.6).

    attachment 0x8025    its property 0x3701: node 0x8044 below it
    node 0x8044          a message: properties; below it its recipients (0x692) and attachments
"""

import struct
from collections.abc import Iterator, Sequence

from sekimori.formats.mapi import DEPTH, MapiAttachment, MapiMessage, Properties
from sekimori.formats.pst_nodes import BrokenPst, Node, Nodes
from sekimori.model.report import N_

__all__ = ["attached_message"]

_RECIPIENTS, _ATTACHMENT = 0x692, 0x05
_METHOD, _BY_VALUE, _MESSAGE, _DATA = 0x3705, 1, 5, 0x3701
_IN_PLACE = frozenset({0x0002, 0x0003, 0x0004, 0x000A, 0x000B})
_OBJECT = 0x000D
_PROPERTIES, _TABLE = 0xBC, 0x7C
_MOST = 4096
_NOT_SO = N_("a block is not what it should be")


def attached_message(nodes: Nodes, message: int, attachment: int) -> MapiMessage:
    """The message that an attachment (a node's number) of a message of the file holds. Raises `BrokenPst`."""
    try:
        below = nodes.below(nodes.node(message))
        return _held(nodes, below[attachment], 0, 0)
    except (struct.error, KeyError, IndexError) as error:
        raise BrokenPst(_NOT_SO) from error


def _held(nodes: Nodes, attachment: Node, page: int, depth: int) -> MapiMessage:
    """The message in an attachment."""
    below = nodes.below(attachment)
    held = _properties(nodes, attachment, below, page).raw(_DATA)
    (number,) = struct.unpack_from("<I", held)
    return _message(nodes, below[number], depth + 1)


def _message(nodes: Nodes, node: Node, depth: int) -> MapiMessage:
    below = nodes.below(node)
    of = _properties(nodes, node, below, 0)
    page = of.number(0x3FFD) or of.number(0x3FDE)
    people: tuple[Properties, ...] = ()
    if _RECIPIENTS in below:
        people = tuple(_rows(nodes, below[_RECIPIENTS], page))
    files = [one for number, one in sorted(below.items()) if number & 0x1F == _ATTACHMENT][:_MOST]
    return MapiMessage(of, people, tuple(_file(nodes, one, page, depth) for one in files))


def _file(nodes: Nodes, node: Node, page: int, depth: int) -> MapiAttachment:
    of = _properties(nodes, node, nodes.below(node), page)
    method = of.number(_METHOD)
    if method == _MESSAGE and depth < DEPTH:
        return MapiAttachment(of, b"", _held(nodes, node, page, depth))
    return MapiAttachment(of, of.raw(_DATA) if method == _BY_VALUE else b"")


class _Heap:
    """The pieces of a heap on a node (2.3.1), and values that are nodes below it."""

    def __init__(self, nodes: Nodes, node: Node, below: dict[int, Node], signature: int) -> None:
        self._nodes, self._below = nodes, below
        self._blocks = nodes.data(node)
        if not self._blocks or self._blocks[0][2:4] != bytes([0xEC, signature]):
            raise BrokenPst(_NOT_SO)
        (self.root,) = struct.unpack_from("<I", self._blocks[0], 4)

    def piece(self, id_: int) -> bytes:
        """The piece of this HID."""
        block = self._blocks[id_ >> 16]
        index = id_ >> 5 & 0x7FF
        (pages,) = struct.unpack_from("<H", block)
        (count,) = struct.unpack_from("<H", block, pages)
        if not 1 <= index <= count:
            raise BrokenPst(_NOT_SO)
        start, end = struct.unpack_from("<HH", block, pages + 2 + 2 * index)
        return block[start:end]

    def blocks(self, id_: int) -> list[bytes]:
        """What an HNID names: a piece, or the blocks of a node."""
        if not id_:
            return []
        return self._nodes.data(self._below[id_]) if id_ & 0x1F else [self.piece(id_)]

    def value(self, kind: int, cell: bytes) -> bytes:
        """The bytes of a property whose cell of four bytes holds it or names it."""
        if kind in _IN_PLACE:
            return cell
        (id_,) = struct.unpack("<I", cell)
        return b"".join(self.blocks(id_))

    def records(self, id_: int) -> Iterator[bytes]:
        """The records of a BTH (2.3.2): key and data."""
        kind, key, entry, levels, root = struct.unpack("<BBBBI", self.piece(id_)[:8])
        if kind != 0xB5 or not key or levels > 4:
            raise BrokenPst(_NOT_SO)
        waiting = [(root, levels)] if root else []
        for seen, (piece, level) in enumerate(waiting):  # the list grows while it is gone through
            if seen > _MOST:
                raise BrokenPst(N_("a tree of the file has no end"))
            data, width = self.piece(piece), key + (4 if level else entry)
            for at in range(0, len(data) - width + 1, width):
                if level:
                    waiting.append((struct.unpack_from("<I", data, at + key)[0], level - 1))
                else:
                    yield data[at : at + width]


def _properties(nodes: Nodes, node: Node, below: dict[int, Node], page: int) -> Properties:
    """A property context (2.3.3)."""
    heap = _Heap(nodes, node, below, _PROPERTIES)
    values = {}
    for record in heap.records(heap.root):
        number, kind = struct.unpack_from("<HH", record)
        values[number] = (kind, heap.value(kind, record[4:8]))
    return Properties(values, page)


def _rows(nodes: Nodes, node: Node, page: int) -> Iterator[Properties]:
    """The rows of a table context (2.3.4)."""
    heap = _Heap(nodes, node, nodes.below(node), _TABLE)
    info = heap.piece(heap.root)
    count, bits, width, index, rows = struct.unpack_from("<xB4xHHII", info)
    columns = [struct.unpack_from("<HHHBB", info, 22 + 8 * place) for place in range(count)]
    matrix = heap.blocks(rows)
    if not matrix or width <= bits:
        return
    each = len(matrix[0]) // width if len(matrix) > 1 else _MOST
    for record in list(heap.records(index))[:_MOST]:
        block, at = divmod(struct.unpack_from("<I", record, 4)[0], each)
        row = matrix[block][at * width : at * width + width]
        if len(row) == width:
            yield Properties(dict(_cells(heap, row, columns, bits)), page)


def _cells(
    heap: _Heap, row: bytes, columns: Sequence[tuple[int, int, int, int, int]], bits: int
) -> Iterator[tuple[int, tuple[int, bytes]]]:
    for kind, number, at, size, place in columns:
        if not row[bits + place // 8] & 0x80 >> place % 8:
            continue
        cell = row[at : at + size]
        # Numbers and times stand in the row, whatever their size; what has no fixed size is named by four bytes.
        is_there = kind in _IN_PLACE or size != 4
        yield number, (kind, cell if is_there else heap.value(kind, cell))
