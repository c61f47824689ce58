"""Compressed bytes to plain ones, a bounded piece at a time.

Every decompressor here is a generator of pieces: nothing is expanded that was not asked for, so that a bomb costs no
more than the limit of whoever reads. gzip: RFC 1952; deflate: RFC 1951; Zstandard: RFC 8878; xz:
tukaani.org/xz/xz-file-format.txt; bzip2: sourceware.org/bzip2.
"""

import bz2
import lzma
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from typing import BinaryIO, Protocol, cast

import zstandard
from isal import igzip_lib

from sekimori.model.report import N_

__all__ = [
    "CODECS",
    "PIECE",
    "Bounds",
    "BrokenMember",
    "Codec",
    "Decompressor",
    "Entry",
    "codec_of",
    "compressed_entry",
    "expanded",
    "label",
    "pieces",
    "single",
    "within",
]

PIECE = 1 << 18
"""Bytes of the largest piece of plain data (a Zstandard block run may be larger)."""

_READ = 1 << 16
_XZ_MEMORY = 256 << 20
_ZSTD_WINDOW = 128 << 20
# 1 KiB of Zstandard holds at most 256 blocks of 128 KiB, 32 MiB in all: the library cannot stop earlier.
_ZSTD_STEP = 1 << 10


class BrokenMember(OSError):
    """Bytes inside a container that end before they should; what was read before is good. `reason` says why."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason

    def __str__(self) -> str:
        return self.reason


class Decompressor(Protocol):
    """The shape of the decompressors of `bz2`, `lzma` and `isal`."""

    @property
    def eof(self) -> bool:
        """Whether the end of the compressed data was reached."""
        ...

    @property
    def needs_input(self) -> bool:
        """Whether nothing more comes out without more going in."""
        ...

    @property
    def unused_data(self) -> bytes:
        """What followed the end."""
        ...

    def decompress(self, data: bytes, max_length: int, /) -> bytes:
        """At most `max_length` bytes of what is inside."""
        ...


@dataclass(frozen=True, slots=True)
class Codec:
    """One way of compressing a single stream: its magic bytes, the suffixes of its files, how to undo it."""

    name: str
    magic: bytes
    suffixes: tuple[str, ...]
    start: Callable[[], Decompressor]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One file of an archive. `pieces` is None where it cannot be read: `encrypted`, or for the `problem` named.

    `size` is what the archive says, -1 where it does not; `packed` are the compressed bytes.
    """

    name: str
    size: int
    packed: int
    encrypted: bool = False
    problem: str = ""
    pieces: Callable[[], Iterator[bytes]] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """How far one member may expand: to so many bytes and, after `ratio_after` of them, to `ratio` times its size."""

    bytes: int
    ratio: int
    ratio_after: int


class _Zstandard:
    """The Zstandard decompressor in the shape of the others."""

    def __init__(self) -> None:
        self._inner = zstandard.ZstdDecompressor(max_window_size=_ZSTD_WINDOW).decompressobj()
        self._data = b""
        self._at = 0

    @property
    def eof(self) -> bool:
        return self._inner.eof

    @property
    def needs_input(self) -> bool:
        return self._at >= len(self._data)

    @property
    def unused_data(self) -> bytes:
        return self._inner.unused_data + self._data[self._at :]

    def decompress(self, data: bytes, _max_length: int, /) -> bytes:
        if data:
            self._data, self._at = self._data[self._at :] + data, 0
        step = self._data[self._at : self._at + _ZSTD_STEP]
        self._at += len(step)
        return self._inner.decompress(step)


def _gzip() -> Decompressor:
    return igzip_lib.IgzipDecompressor(flag=igzip_lib.DECOMP_GZIP)


def _xz() -> Decompressor:
    return lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=_XZ_MEMORY)


_ALL = (
    Codec("gzip", b"\x1f\x8b\x08", (".gz", ".tgz"), _gzip),
    Codec("bzip2", b"BZh", (".bz2", ".tbz2", ".tbz"), bz2.BZ2Decompressor),
    Codec("xz", b"\xfd7zXZ\x00", (".xz", ".txz"), _xz),
    Codec("zstd", b"\x28\xb5\x2f\xfd", (".zst", ".tzst", ".zstd"), _Zstandard),
)
CODECS = {codec.name: codec for codec in _ALL}
"""The codecs of single streams, by name."""
_ERRORS = (
    cast("type[Exception]", igzip_lib.IsalError),  # its stub takes the class for an instance
    lzma.LZMAError,
    zstandard.ZstdError,
    OSError,
    EOFError,
    ValueError,
)


def codec_of(head: bytes) -> Codec | None:
    """The codec whose magic bytes `head` begins with."""
    return next((codec for codec in _ALL if head.startswith(codec.magic)), None)


def _without_suffix(name: str, codec: Codec) -> str:
    """The name of what is inside: `a.log.gz` holds `a.log`, `a.tgz` holds `a.tar`."""
    for suffix in codec.suffixes:
        if name.lower().endswith(suffix) and len(name) > len(suffix):
            return name[: -len(suffix)] + (".tar" if suffix.startswith(".t") else "")
    return name


def label(raw: bytes, *, utf8: bool = False) -> str:
    """A member's name as text; control characters are replaced. Without the UTF-8 flag, UTF-8 is tried, then CP932."""
    text = raw.decode("utf-8", "replace") if utf8 else _guessed(raw)
    return "".join("\ufffd" if ord(c) < 32 or 127 <= ord(c) < 160 else c for c in text) or "unnamed"


def _guessed(raw: bytes) -> str:
    for encoding in ("utf-8", "cp932"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return raw.decode("cp437")


def pieces(raw: BinaryIO, offset: int | None = None, length: int | None = None) -> Iterator[bytes]:
    """The bytes of `raw` from `offset` (from where it stands, when None), `length` of them at most.

    With an offset it seeks before every piece, so that others may use `raw` in between.
    """
    left = length
    while left is None or left > 0:
        if offset is not None:
            raw.seek(offset)
        piece = raw.read(_READ if left is None else min(_READ, left))
        if not piece:
            return
        offset = None if offset is None else offset + len(piece)
        left = None if left is None else left - len(piece)
        yield piece


def expanded(source: Iterator[bytes], codec: Codec) -> Iterator[bytes]:
    """The plain bytes of one or more compressed streams, one behind the other; zero bytes between them are padding.

    Raises `BrokenMember` where they are corrupt, cut short, or followed by something else.
    """
    rest = next(source, b"")
    while rest:
        rest = yield from single(codec.start(), rest, source)
        rest = rest.lstrip(b"\0")
        while len(rest) < len(codec.magic) and (more := next(source, b"")):
            rest = (rest + more).lstrip(b"\0")
        if rest and not rest.startswith(codec.magic):
            raise BrokenMember(N_("after the end of the {format} data comes something else").format(format=codec.name))


def single(decompressor: Decompressor, data: bytes, source: Iterator[bytes]) -> Generator[bytes, None, bytes]:
    """The plain bytes of one compressed stream that begins with `data` and goes on in `source`; returns what follows.

    Raises `BrokenMember` where it is corrupt or cut short.
    """
    while not decompressor.eof:
        if decompressor.needs_input and not data:
            data = next(source, b"")
            if not data:
                raise BrokenMember(N_("the compressed data is cut short"))
        try:
            piece = decompressor.decompress(data, PIECE)
        except _ERRORS as error:
            raise BrokenMember(N_("the compressed data is corrupt ({error})").format(error=error)) from error
        data = b""
        if piece:
            yield piece
    return bytes(decompressor.unused_data)


def compressed_entry(raw: BinaryIO, name: str, codec: Codec, size: int) -> Entry:
    """The one member of a compressed file called `name` of `size` bytes."""
    inner = label(_without_suffix(name, codec).encode("utf-8", "replace"), utf8=True)
    return Entry(name=inner, size=-1, packed=size, pieces=lambda: expanded(pieces(raw, 0), codec))


def within(entry: Entry, bounds: Bounds) -> Iterator[bytes]:
    """The bytes of an entry as long as they keep to the bounds; raises `BrokenMember` beyond them."""
    total = 0
    for piece in entry.pieces() if entry.pieces else ():
        total += len(piece)
        if total > bounds.bytes:
            raise BrokenMember(N_("it expands to more than {count} bytes").format(count=f"{bounds.bytes:,}"))
        if total > bounds.ratio_after and 0 <= entry.packed * bounds.ratio < total:
            raise BrokenMember(N_("it expands to more than {count} times its size").format(count=f"{bounds.ratio:,}"))
        yield piece
