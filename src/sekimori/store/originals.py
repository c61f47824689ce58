"""Originals: the bytes of the evidence, kept unchanged in keyed, block-indexed packs.

A pack is one file per segment. Every piece of evidence is cut into blocks of 256 KiB; each block is compressed with
Zstandard (RFC 8878), or kept as it is where that saves nothing, and then combined by XOR with a key of the workspace.
The key keeps an antivirus from finding (and deleting) a stored attachment; it is no secret and guards against nobody
who can read the workspace. The index of a piece of evidence stands behind its blocks, so reading a stretch touches only
the blocks that hold it.

    block   = keyed(1 byte method, payload)
    index   = keyed(zstd(int64 little-endian: size, block size, then the end of each block relative to the first))
"""

import io
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np
import numpy.typing as npt
import zstandard

from sekimori.store.layout import KEY_BYTES

__all__ = ["BLOCK", "KEY_BYTES", "Pack", "PackWriter", "Packed", "key_array", "keyed"]

BLOCK = 1 << 18
_STORED, _ZSTD = b"\0", b"\1"
_MEMORY = 1 << 20
_COPIED = 8 << 20


@dataclass(frozen=True, slots=True)
class Packed:
    """Where one piece of evidence stands in its pack: start of its blocks, start and length of its index, size."""

    start: int
    index: int
    index_length: int
    size: int


def keyed(data: bytes, key: npt.NDArray[np.uint8]) -> bytes:
    """`data` XOR the key, repeated; its own inverse."""
    view = np.frombuffer(data, dtype=np.uint8)
    whole = len(view) // KEY_BYTES * KEY_BYTES
    out = np.empty_like(view)
    np.bitwise_xor(view[:whole].reshape(-1, KEY_BYTES), key, out=out[:whole].reshape(-1, KEY_BYTES))
    np.bitwise_xor(view[whole:], key[: len(view) - whole], out=out[whole:])
    return out.tobytes()


def key_array(key: bytes) -> npt.NDArray[np.uint8]:
    """A workspace's key as `keyed` takes it."""
    if len(key) != KEY_BYTES:
        raise ValueError(f"a pack's key has {KEY_BYTES} bytes, not {len(key)}")
    return np.frombuffer(key, dtype=np.uint8)


class PackWriter:
    """Writes a pack; stays in memory until it outgrows 1 MiB, then goes to `path`.

    `read` works at any time, so that evidence can be parsed from its pack while the pack is still being written.
    """

    def __init__(self, path: Path, key: bytes) -> None:
        self._path = path
        self._key = key_array(key)
        self._file: BinaryIO = io.BytesIO()
        self._end = 0
        self._compressor = zstandard.ZstdCompressor(level=1)

    @property
    def size(self) -> int:
        """Bytes written."""
        return self._end

    @property
    def in_memory(self) -> bool:
        """Whether the pack is still small enough to have no file."""
        return isinstance(self._file, io.BytesIO)

    def add(self, blocks: Iterator[bytes]) -> Packed:
        """Append one piece of evidence, given as blocks of exactly `BLOCK` bytes but for the last."""
        start, size, ends = self._end, 0, []
        for block in blocks:
            size += len(block)
            self._append(self._block(block))
            ends.append(self._end - start)
        index = np.array([size, BLOCK, *ends], dtype="<i8").tobytes()
        packed_index = keyed(self._compressor.compress(index), self._key)
        at = self._end
        self._append(packed_index)
        return Packed(start, at, len(packed_index), size)

    def drop(self, packed: Packed) -> None:
        """Take back the last piece added: it turned out to be known already."""
        self._end = packed.start
        self._file.truncate(self._end)

    def copy(self, pack: "Pack", packed: Packed) -> Packed:
        """Append a piece of another pack of the same key, without unpacking it."""
        start, end = self._end, packed.index + packed.index_length
        for offset in range(packed.start, end, _COPIED):
            self._append(pack.raw(offset, min(_COPIED, end - offset)))
        return Packed(start, start + packed.index - packed.start, packed.index_length, packed.size)

    def reading(self) -> "Pack":
        """The pack as far as it is written, for reading."""
        if isinstance(self._file, io.BytesIO):
            return Pack(self._file.getbuffer()[: self._end].tobytes(), self._key.tobytes())
        self._file.flush()
        return Pack(self._path, self._key.tobytes())

    def content(self) -> bytes:
        """The whole pack, while it is in memory."""
        assert isinstance(self._file, io.BytesIO)
        return self._file.getvalue()[: self._end]

    def close(self) -> None:
        """Write what is still in memory to the path, and close."""
        if self.in_memory:
            self._spill()
        self._file.close()

    def discard(self) -> None:
        """Close without keeping anything."""
        spilled = not self.in_memory
        with suppress(OSError):  # what was buffered finds no room on a full disk
            self._file.close()
        if spilled:
            self._path.unlink(missing_ok=True)

    def _block(self, block: bytes) -> bytes:
        packed = self._compressor.compress(block)
        payload = _ZSTD + packed if len(packed) < len(block) else _STORED + block
        return keyed(payload, self._key)

    def _append(self, data: bytes) -> None:
        if self.in_memory and self._end + len(data) > _MEMORY:
            self._spill()
        self._file.seek(self._end)
        self._file.write(data)
        self._end += len(data)

    def _spill(self) -> None:
        memory = self._file
        assert isinstance(memory, io.BytesIO)
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._file = self._path.open("w+b")
        self._file.write(memory.getvalue()[: self._end])


class Pack:
    """Reads a pack: a file, or bytes in memory."""

    def __init__(self, source: Path | bytes, key: bytes) -> None:
        self._source = source
        self._key = key_array(key)

    def raw(self, offset: int, length: int) -> bytes:
        """Bytes of the pack as they stand."""
        if isinstance(self._source, bytes):
            return self._source[offset : offset + length]
        with self._source.open("rb") as file:
            file.seek(offset)
            return file.read(length)

    def open(self, packed: Packed) -> BinaryIO:
        """A seekable, buffered stream over one piece of evidence."""
        source = self._source
        file: BinaryIO = io.BytesIO(source) if isinstance(source, bytes) else source.open("rb")
        return io.BufferedReader(_PackedStream(file, packed, self._key), BLOCK)


class _PackedStream(io.RawIOBase):
    """A seekable, read-only stream over one piece of evidence in a pack."""

    def __init__(self, file: BinaryIO, packed: Packed, key: npt.NDArray[np.uint8]) -> None:
        super().__init__()
        self._file, self._packed, self._key = file, packed, key
        self._decompressor = zstandard.ZstdDecompressor()
        index = np.frombuffer(self._decompressor.decompress(self._keyed_at(packed.index, packed.index_length)), "<i8")
        self._block_size = int(index[1])
        self._ends = index[2:]
        self._position = 0
        self._block: tuple[int, bytes] = (-1, b"")

    def readable(self) -> bool:
        """Always."""
        return True

    def seekable(self) -> bool:
        """Always."""
        return True

    def tell(self) -> int:
        """The position."""
        return self._position

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Move, as `io.IOBase.seek` does."""
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self._packed.size}[whence]
        self._position = max(0, base + offset)
        return self._position

    def readinto(self, buffer: "memoryview | bytearray") -> int:  # type: ignore[override]
        """Fill `buffer` from the current block; 0 at the end."""
        number = self._position // self._block_size
        if self._position >= self._packed.size:
            return 0
        if self._block[0] != number:
            self._block = (number, self._read_block(number))
        within = self._position - number * self._block_size
        piece = self._block[1][within : within + len(buffer)]
        buffer[: len(piece)] = piece
        self._position += len(piece)
        return len(piece)

    def close(self) -> None:
        """Close the file under it."""
        self._file.close()
        super().close()

    def _read_block(self, number: int) -> bytes:
        begin = int(self._ends[number - 1]) if number else 0
        data = self._keyed_at(self._packed.start + begin, int(self._ends[number]) - begin)
        return data[1:] if data[:1] == _STORED else self._decompressor.decompress(data[1:], max_output_size=BLOCK)

    def _keyed_at(self, offset: int, length: int) -> bytes:
        self._file.seek(offset)
        return keyed(self._file.read(length), self._key)
