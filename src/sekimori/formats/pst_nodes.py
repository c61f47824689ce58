"""Nodes and blocks of Outlook's data files ([MS-PST] 2.2), as far as `sekimori.formats.pst` needs them itself.

    21 42 44 4e …    header: where the trees of nodes and of blocks begin
    node 0x200024    block 0x1c8 (its data), block 0x1d2 (the nodes below it)

Unicode files with pages of 512 bytes, not encrypted or with the permutation ("compressible encryption"). A file that
leads in circles or out of itself raises `BrokenPst`.
"""

import struct
from typing import BinaryIO, NamedTuple

from sekimori.model.report import N_

__all__ = ["BrokenPst", "Node", "Nodes"]

_UNICODE = frozenset({21, 23})
_PLAIN, _PERMUTED = 0, 1
_PAGE, _TRAILER = 512, 16
_DEEPEST = 8
_LARGEST = 256 << 20
_MOST = 100_000
_INTERNAL = 0x2
_DATA_TREE, _NODE_TREE = 0x01, 0x02
# 5.1: what a byte stands for under the permutation.
_PLAIN_BYTES = bytes.fromhex(
    "47f1b4e60b6a7248854e9eebe2f89453e0bba002e85a09abdbe3bac67cc310dd"
    "39059630f53760828cc9134a6b1df3fb8f2697ca911701c4322d6e3195ffd923"
    "d1005e79dc443b1a28c5615720903d83b943be67d2464276c06d5b7eb20f1629"
    "3ca903540dda5ddff6b7c762cd8d06d3695c86d614f7a56675acb1e94521700c"
    "879f74a4224c6fbf1f56aa2eb3783350b0a392bccf191ca763cb1e4d3e4b1b9b"
    "4fe7f0eead3ab55904ea40552551e57a893868527bfc27aed7bdfa07f4cc8e5f"
    "ef359c842b15d5773449b6120a7f7188fd9d18417d93d8582ccefe24afdeb836"
    "c8a180a69998a82f0e816573e4c2a28ad4e111d0088b2af2ed9a643fc16cf9ec"
)


class BrokenPst(ValueError):
    """What the file says of itself cannot be, or is in a form that is not read; the message says which."""


class Node(NamedTuple):
    """A node: the block of its data, and the block that lists the nodes below it (0 for none)."""

    data: int
    below: int


class Nodes:
    """The nodes of a file."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        header = stream.read(564)
        if len(header) < 564 or not header.startswith(b"!BDN"):
            raise BrokenPst(N_("it is cut off"))
        (version,) = struct.unpack_from("<H", header, 10)
        (self._coding,) = struct.unpack_from("<B", header, 513)
        if version not in _UNICODE or self._coding not in {_PLAIN, _PERMUTED}:
            raise BrokenPst(N_("the form of the file is not one that this is read from"))
        (self._nodes,) = struct.unpack_from("<Q", header, 224)
        (self._blocks,) = struct.unpack_from("<Q", header, 240)

    def node(self, number: int) -> Node:
        """The node of this number in the file's own tree. Raises `BrokenPst`."""
        entry = self._find(self._nodes, number, 32)
        _, data, below = struct.unpack_from("<QQQ", entry)
        return Node(data, below)

    def below(self, node: Node) -> dict[int, Node]:
        """The nodes below a node, by number. Raises `BrokenPst`."""
        found: dict[int, Node] = {}
        waiting = [node.below] if node.below else []
        for seen, id_ in enumerate(waiting):  # the list grows while it is gone through
            if seen > _MOST:
                raise BrokenPst(N_("a tree of the file has no end"))
            block = self._block(id_)
            kind, level, count = struct.unpack_from("<BBH", block.ljust(4, b"\0"))
            if kind != _NODE_TREE:
                raise BrokenPst(N_("a block is not what it should be"))
            width = 16 if level else 24
            for at in range(8, min(8 + count * width, len(block) - width + 1), width):
                if level:
                    waiting.append(struct.unpack_from("<Q", block, at + 8)[0])
                else:
                    number, data, deeper = struct.unpack_from("<QQQ", block, at)
                    found[number & 0xFFFF_FFFF] = Node(data, deeper)
        return found

    def data(self, node: Node) -> list[bytes]:
        """The data of a node, block by block. Raises `BrokenPst`."""
        blocks: list[bytes] = []
        waiting, room, seen = [node.data] if node.data else [], _LARGEST, 0
        while waiting:
            id_ = waiting.pop()
            seen += 1
            block = self._block(id_)
            room -= len(block)
            if room < 0 or seen > _MOST:
                raise BrokenPst(N_("it is larger than {count} bytes").format(count=_LARGEST))
            if not id_ & _INTERNAL:
                blocks.append(block)
                continue
            kind, _, count = struct.unpack_from("<BBH", block.ljust(4, b"\0"))
            if kind != _DATA_TREE:
                raise BrokenPst(N_("a block is not what it should be"))
            count = min(count, (len(block) - 8) // 8)
            waiting += reversed(struct.unpack_from(f"<{count}Q", block, 8))
        return blocks

    def _find(self, root: int, key: int, width: int) -> bytes:
        """The entry with a key in a tree of pages (2.2.2.7.7)."""
        at = root
        for _ in range(_DEEPEST):
            page = self._read(at, _PAGE)
            count, _, size, level = struct.unpack_from("<BBBB", page, 488)
            if size < (24 if level else width) or count * size > 488:
                break
            entries = [page[start : start + size] for start in range(0, count * size, size)]
            if not level:
                found = next((one for one in entries if int.from_bytes(one[:8], "little") == key), None)
                if found is None:
                    break
                return found
            known = [one for one in entries if int.from_bytes(one[:8], "little") <= key]
            if not known:
                break
            at = int.from_bytes(known[-1][16:24], "little")
        raise BrokenPst(N_("a part that the file speaks of is not there"))

    def _block(self, id_: int) -> bytes:
        entry = self._find(self._blocks, id_ & ~1, 24)
        _, at, size = struct.unpack_from("<QQH", entry)
        data = self._read(at, size)
        if id_ & _INTERNAL or self._coding == _PLAIN:
            return data
        return data.translate(_PLAIN_BYTES)

    def _read(self, at: int, size: int) -> bytes:
        if at >= 1 << 62:
            raise BrokenPst(N_("it is cut off"))
        self._stream.seek(at)
        data = self._stream.read(size)
        if len(data) < size:
            raise BrokenPst(N_("it is cut off"))
        return data
