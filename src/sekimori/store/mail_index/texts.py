"""The text store: what each indexed mail says, so that candidates are verified exactly, and hits shown.

    texts       one frame per mail, one after the other: keyed(zstd(text)), with the dictionary where there is one; the
                text as it was written, then, each behind U+0000, its folded form where it is not all ASCII, and its
                notes where it has any
    mails       one `RECORD` per mail, in the same order
    dictionary  keyed; trained from some of the mails when the index was begun

Both files are written before the candidate index is committed; its number of mails decides, and what stands beyond is
cut off when writing begins again. The key is that of the originals (`store.originals`): short texts, which compression
leaves as they are, must not be found by an antivirus either.
"""

import mmap
import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from struct import Struct

import zstandard

from sekimori.store.mail_index.mails import IndexedMail, Notes

__all__ = [
    "ENCRYPTED",
    "NO_TIME",
    "RECORD",
    "UNSEARCHED",
    "DamagedIndex",
    "TextReader",
    "dictionary",
    "frame_of",
    "keyed",
]

RECORD = Struct("<QqqqiIq")
"""Order, time, evidence, where the frame begins, its length, flags, when it was received."""
NO_TIME = -(1 << 63)
ENCRYPTED, UNSEARCHED = 1, 2
"""Flags of a mail: an attachment needs a password; a part could not be searched."""

_FLAGS_AT = 36
_UNSEARCHED = re.compile(rb"[\2\3]")
_END = "\0"


class DamagedIndex(Exception):
    """The index is not what was written, or of another version: it has to be built anew."""


def keyed(frame: bytes, key: bytes) -> bytes:
    """A frame XOR the key, repeated; its own inverse. As `originals.keyed`, yet a search imports no numpy for it."""
    size = len(frame)
    repeated = key[:size] if size <= len(key) else (key * (size // len(key) + 1))[:size]
    return (int.from_bytes(frame, "little") ^ int.from_bytes(repeated, "little")).to_bytes(size, "little")


def dictionary(folder: Path, key: bytes) -> zstandard.ZstdCompressionDict | None:
    """The dictionary of the frames; None for none."""
    try:
        data = (folder / "dictionary").read_bytes()
    except FileNotFoundError:
        return None
    if not data:
        return None
    return zstandard.ZstdCompressionDict(keyed(data, key), dict_type=zstandard.DICT_TYPE_FULLDICT)


def frame_of(mail: IndexedMail) -> bytes:
    """What is kept of a mail, not yet compressed."""
    folded = "" if mail.written.isascii() else mail.text
    notes = mail.notes.packed()
    kept = f"{mail.written}{_END}{folded}{_END}{notes}" if notes else f"{mail.written}{_END * bool(folded)}{folded}"
    return kept.encode("utf-8", "replace")


@dataclass(frozen=True, slots=True)
class _Record:
    order: int
    time: int | None
    evidence: int
    start: int
    length: int
    flags: int
    received: int | None


class TextReader:
    """The first `count` mails."""

    def __init__(self, folder: Path, key: bytes, count: int) -> None:
        self._key, self._count = key, count
        self._numbers: dict[int, int] | None = None
        self._records = _mapped(folder / "mails", count * RECORD.size)
        last = self._record(count - 1) if count else None
        self._texts = _mapped(folder / "texts", last.start + last.length if last else 0)
        self._decompressor = zstandard.ZstdDecompressor(dict_data=dictionary(folder, key))

    def order(self, number: int) -> int:
        """Where a mail stands among all."""
        return int(RECORD.unpack_from(self._records, number * RECORD.size)[0])

    def evidence(self, number: int) -> int:
        """The evidence that a mail is."""
        return int(RECORD.unpack_from(self._records, number * RECORD.size)[2])

    def times(self, number: int) -> tuple[int, ...]:
        """The times that a mail has, in microseconds since 1970."""
        record = self._record(number)
        return tuple(one for one in (record.time, record.received) if one is not None)

    def is_encrypted(self, number: int) -> bool:
        """Whether an attachment needs a password."""
        return bool(self._record(number).flags & ENCRYPTED)

    def number(self, evidence: int) -> int | None:
        """The number of the mail that some evidence is; None where it is not here."""
        at = bisect_left(range(self._count), evidence, key=self.evidence)
        if at < self._count and self.evidence(at) == evidence:
            return at
        return self.numbers().get(evidence)  # mails are fed about in the order of their evidence, but not always

    def numbers(self) -> dict[int, int]:
        """The number of each evidence."""
        if self._numbers is None:
            self._numbers = {record[2]: number for number, record in enumerate(RECORD.iter_unpack(self._records))}
        return self._numbers

    def with_unsearched(self) -> Iterator[int]:
        """The numbers of the mails of which a part could not be searched."""
        flags = self._records[_FLAGS_AT :: RECORD.size]
        return (found.start() for found in _UNSEARCHED.finditer(flags))

    def text(self, number: int) -> str:
        """The folded text of a mail; raises `DamagedIndex`."""
        return self._kept(self._record(number))[1]

    def mail(self, number: int) -> IndexedMail:
        """A mail as it was given to be kept; raises `DamagedIndex`."""
        record = self._record(number)
        written, text, notes = self._kept(record)
        try:
            return IndexedMail(
                evidence=record.evidence,
                time=record.time,
                received=record.received,
                is_encrypted=bool(record.flags & ENCRYPTED),
                written=written,
                text=text,
                notes=Notes.unpacked(notes),
            )
        except ValueError as error:
            raise DamagedIndex(str(error)) from error

    def close(self) -> None:
        """Close the files."""
        for one in (self._records, self._texts):
            if isinstance(one, mmap.mmap):
                one.close()

    def _record(self, number: int) -> _Record:
        values = RECORD.unpack_from(self._records, number * RECORD.size)
        order, time, evidence, start, length, flags, received = values
        return _Record(order, _known(time), evidence, start, length, flags, _known(received))

    def _kept(self, record: _Record) -> tuple[str, str, str]:
        """What was written, its folded form, and the notes."""
        frame = self._texts[record.start : record.start + record.length]
        try:
            kept = self._decompressor.decompress(keyed(frame, self._key)).decode()
        except (zstandard.ZstdError, UnicodeDecodeError) as error:
            raise DamagedIndex(str(error)) from error
        if _END not in kept:
            return kept, kept.lower(), ""
        written, _, rest = kept.partition(_END)
        folded, _, notes = rest.partition(_END)
        return written, folded or written.lower(), notes


def _known(time: int) -> int | None:
    return None if time == NO_TIME else time


def _mapped(path: Path, size: int) -> mmap.mmap | bytes:
    """The beginning of a file; raises `DamagedIndex` where it is shorter."""
    if not size:
        return b""
    try:
        with path.open("rb") as file:
            return mmap.mmap(file.fileno(), size, access=mmap.ACCESS_READ)
    except (OSError, ValueError) as error:
        raise DamagedIndex(str(error)) from error
