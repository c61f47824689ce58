"""What is to be added: files, folders and streams as pieces that can be read once."""

import hashlib
import io
import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol

from sekimori.readers.containers.stream import BrokenMember
from sekimori.readers.protocol import HEAD_BYTES
from sekimori.store.originals import BLOCK

__all__ = ["Input", "Intake", "Piece", "Progress", "files_of", "slice_of"]

Input = Path | tuple[str, BinaryIO]
"""A file, a folder, or a stream with a name for it."""


class Progress(Protocol):
    """Is told what is being done, for people who wait."""

    def __call__(self, what: str, done: int) -> None:
        """`what` is at work, `done` bytes of it so far."""
        ...


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of bytes to add: what it is called, where it was found, how to read it."""

    name: str
    path: str
    open: Callable[[], BinaryIO]
    depth: int = 0
    container: int | None = None
    offset: int | None = None  # of a slice, in its container
    wait_for: str = ""


class Intake:
    """Reads a stream once, block by block: hash, size and head come out of it."""

    def __init__(self, stream: BinaryIO, name: str, progress: Progress) -> None:
        self._stream, self._name, self._progress = stream, name, progress
        self._hash = hashlib.sha256()
        self.size = 0
        self.head = b""
        self.broken = ""

    @property
    def sha256(self) -> str:
        """Of all that was read."""
        return self._hash.hexdigest()

    def blocks(self) -> Iterator[bytes]:
        """Blocks of `BLOCK` bytes; the last may be shorter."""
        while block := self._block():
            self._hash.update(block)
            self.size += len(block)
            if len(self.head) < HEAD_BYTES:
                self.head = (self.head + block)[:HEAD_BYTES]
            self._progress(self._name, self.size)
            yield block

    def _block(self) -> bytes:
        pieces, missing = [], BLOCK
        try:
            while missing and (piece := self._stream.read(missing)):
                pieces.append(piece)
                missing -= len(piece)
        except BrokenMember as error:
            self.broken = str(error)
        return b"".join(pieces) if not self.broken or pieces else b""


def slice_of(stream: BinaryIO, offset: int, length: int) -> BinaryIO:
    """A stretch of a seekable stream, as a stream; closing it closes the other."""
    return io.BufferedReader(_Slice(stream, offset, length))


class _Slice(io.RawIOBase):
    """A stretch of another stream, as a stream."""

    def __init__(self, stream: BinaryIO, offset: int, length: int) -> None:
        super().__init__()
        self._stream, self._offset, self._length = stream, offset, length
        self._position = 0

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
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self._length}[whence]
        self._position = max(0, base + offset)
        return self._position

    def readinto(self, buffer: "memoryview | bytearray") -> int:  # type: ignore[override]
        """Fill `buffer`; 0 at the end of the stretch."""
        self._stream.seek(self._offset + self._position)
        piece = self._stream.read(max(0, min(len(buffer), self._length - self._position)))
        buffer[: len(piece)] = piece
        self._position += len(piece)
        return len(piece)

    def close(self) -> None:
        """Close the stream under it too."""
        self._stream.close()
        super().close()


def files_of(inputs: Iterable[Input], workspace: Path, failed: Callable[[str, str], None]) -> Iterator[Piece]:
    """Every file of the inputs; folders are walked in order of names, the workspace itself is left out."""
    for one in inputs:
        if isinstance(one, tuple):
            name, stream = one
            yield Piece(name, name, lambda stream=stream: stream)  # type: ignore[misc]
        elif one.is_dir():
            for folder, folders, names in _walk(one, failed):
                folders[:] = sorted(name for name in folders if (folder / name).resolve() != workspace)
                for name in sorted(names):
                    yield _file(folder / name)
        else:
            yield _file(one)


def _walk(root: Path, failed: Callable[[str, str], None]) -> Iterator[tuple[Path, list[str], list[str]]]:
    """`os.walk` that tells which folders could not be listed; links to folders are not followed."""

    def tell(error: OSError) -> None:
        failed(str(error.filename), error.strerror or str(error))

    for folder, folders, names in os.walk(root, onerror=tell):
        yield Path(folder), folders, names


def _file(path: Path) -> Piece:
    def open_() -> BinaryIO:
        if path.exists() and not path.is_file():
            raise OSError(None, "not a regular file")
        return path.open("rb")

    return Piece(path.name, str(path), open_)
