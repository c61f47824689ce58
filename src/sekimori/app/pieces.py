"""What is to be added: files, folders and streams as pieces that can be read once."""

import hashlib
import io
import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol

from sekimori.model.report import N_
from sekimori.readers.protocol import HEAD_BYTES
from sekimori.store.originals import BLOCK

__all__ = ["EMPTY", "TOO_FAR", "Input", "Intake", "Piece", "Progress", "file_piece", "files_of", "silent", "slice_of"]

Input = Path | tuple[str, BinaryIO]
"""A file, a folder, or a stream with a name for it."""

EMPTY = N_("empty")
"""Why evidence without a single byte is not read."""

TOO_FAR = N_("it expands too far; the rest was not read")


class Progress(Protocol):
    """Is told what is being done, for people who wait."""

    def __call__(self, what: str, done: int) -> None:
        """`what` is at work, `done` bytes of it so far; 0 where that is not counted."""
        ...


def silent(what: str, done: int) -> None:
    """Tell nobody."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of bytes to add: what it is called, where it was found, how to read it.

    `container` is the evidence that it was found in, `offset` where a slice begins there; `depth` says how many
    containers are around it, `within` the format of the nearest. `number` is the position among the inputs, None
    within a container. `wait_for` names the batch that has claimed the same bytes.
    """

    name: str
    path: str
    open: Callable[[], BinaryIO]
    depth: int = 0
    container: int | None = None
    offset: int | None = None
    number: int | None = None
    wait_for: str = ""
    within: str = ""
    on_disk: Path | None = None
    """Its file, where it is one."""


def read_up_to(some: Callable[[int], bytes], size: int) -> tuple[bytes, str]:
    """So many bytes, fewer at the end; and why it ended before its end, if it did. What came before is kept.

    `some` reads once: or what was read before an error is lost with it.
    """
    pieces: list[bytes] = []
    missing, broken = size, ""
    try:
        while missing and (piece := some(missing)):
            pieces.append(piece)
            missing -= len(piece)
    except OSError as error:
        broken = error.strerror or str(error)
    except Exception as error:  # noqa: BLE001 a stream out of a container: its reader's fault ends it, no more
        broken = N_("the reader failed: {error}").format(error=f"{type(error).__name__}: {error}")
    return b"".join(pieces), broken


class Intake:
    """Reads a stream once, block by block: hash, size and head come out of it.

    `broken` says why it ended before its end, if it did: the bytes were not to be had, or were more than `limit`.
    """

    def __init__(self, stream: BinaryIO, name: str, progress: Progress, limit: int | None = None) -> None:
        self._some: Callable[[int], bytes] = getattr(stream, "read1", stream.read)
        self._name, self._progress, self._limit = name, progress, limit
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
        if self.broken:
            return b""
        block, self.broken = read_up_to(self._some, BLOCK)
        if self._limit is not None and self.size + len(block) > self._limit:
            self.broken = TOO_FAR
            return block[: max(0, self._limit - self.size)]
        return block


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


def files_of(inputs: Iterable[Input], own: frozenset[Path], failed: Callable[[str, str], None]) -> Iterator[Piece]:
    """Every file of the inputs, as numbered pieces; folders are walked in order of names.

    What a workspace keeps for itself (`own`) is left out; other files in its folder are evidence like any.
    """
    for number, piece in enumerate(_pieces(inputs, own, failed)):
        name, path = _shown(piece.name), _shown(piece.path)
        yield Piece(name, path, piece.open, number=number, on_disk=piece.on_disk)


def _pieces(inputs: Iterable[Input], own: frozenset[Path], failed: Callable[[str, str], None]) -> Iterator[Piece]:
    for one in inputs:
        if isinstance(one, tuple):
            name, stream = one
            yield Piece(name, name, lambda stream=stream: stream)  # type: ignore[misc]
        elif own.isdisjoint([_resolved(one), *_resolved(one).parents]):
            yield from _below(one, own, failed) if os.path.isdir(one) else [file_piece(one)]  # noqa: PTH112 never raises
        else:
            failed(_shown(str(one)), N_("it belongs to the workspace itself"))


def _below(root: Path, own: frozenset[Path], failed: Callable[[str, str], None]) -> Iterator[Piece]:
    """Every file below a folder; links to folders are not followed."""

    def tell(error: OSError) -> None:
        failed(_shown(str(error.filename)), error.strerror or str(error))

    for text, folders, names in os.walk(root, onerror=tell):
        folder, here = Path(text), _resolved(Path(text))
        folders[:] = sorted(name for name in folders if here / name not in own)
        yield from (file_piece(folder / name) for name in sorted(names) if here / name not in own)


def _resolved(path: Path) -> Path:
    return Path(os.path.realpath(path))


def _shown(text: str) -> str:
    r"""A path as text: bytes of a file name that are no UTF-8 as escapes (`\x83`)."""
    try:
        return os.fsencode(text).decode("utf-8", "backslashreplace")
    except UnicodeEncodeError:
        return text.encode("utf-8", "backslashreplace").decode("utf-8")


def file_piece(path: Path) -> Piece:
    """A file, which may not be there."""

    def open_() -> BinaryIO:
        # A pipe would wait for a writer, a device might never end.
        if os.path.exists(path) and not os.path.isfile(path):  # noqa: PTH110, PTH113 these never raise
            raise OSError(None, N_("it is no regular file"))
        return path.open("rb")

    return Piece(path.name, str(path), open_, on_disk=path)
