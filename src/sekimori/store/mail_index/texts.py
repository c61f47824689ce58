"""The text store: what each indexed mail says, folded, so that candidates are verified exactly.

    texts       one frame per mail, one after the other: keyed(zstd(text)), with the dictionary where there is one; the
                text is as it was `written` (see `folding`), its notes behind U+0000 where it has any
    mails       one `RECORD` per mail, in the same order
    dictionary  keyed; trained from some of the mails when the index was begun

Both files are written before the candidate index is committed; its number of mails decides, and what stands beyond is
cut off when writing begins again. The key is that of the originals (`store.originals`): short texts, which compression
leaves as they are, must not be found by an antivirus either.
"""

import mmap
import os
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

import numpy as np
import numpy.typing as npt
import zstandard

from sekimori.store.mail_index.folding import signs
from sekimori.store.mail_index.generation import replaced
from sekimori.store.mail_index.mails import IndexedMail, Notes
from sekimori.store.originals import key_array, keyed

__all__ = ["ENCRYPTED", "NO_TIME", "RECORD", "UNSEARCHED", "DamagedIndex", "TextReader", "TextWriter", "train"]

RECORD = np.dtype(
    [("order", "<u8"), ("time", "<i8"), ("evidence", "<i8"), ("start", "<i8"), ("length", "<i4"), ("flags", "<i4")]
)
NO_TIME = np.iinfo(np.int64).min
ENCRYPTED, UNSEARCHED = 1, 2
"""Flags of a mail: an attachment needs a password; a part could not be searched."""

_DICTIONARY_BYTES = 110 << 10
_LEVEL = 3
_NOTES = "\0"

Records = npt.NDArray[np.void]


class DamagedIndex(Exception):
    """The index is not what was written, or of another version: it has to be built anew."""


def train(folder: Path, key: bytes, samples: Sequence[IndexedMail]) -> None:
    """Write the dictionary; an empty one where the samples are too few or too much alike."""
    try:
        made = zstandard.train_dictionary(_DICTIONARY_BYTES, [_frame(mail) for mail in samples])
        content = made.as_bytes()
    except zstandard.ZstdError:
        content = b""
    replaced(folder / "dictionary", keyed(content, key_array(key)))


def _frame(mail: IndexedMail) -> bytes:
    notes = mail.notes.packed()
    return (f"{mail.written}{_NOTES}{notes}" if notes else mail.written).encode("utf-8", "replace")


def _dictionary(folder: Path, key: bytes) -> zstandard.ZstdCompressionDict | None:
    try:
        data = (folder / "dictionary").read_bytes()
    except FileNotFoundError:
        return None
    if not data:
        return None
    return zstandard.ZstdCompressionDict(keyed(data, key_array(key)), dict_type=zstandard.DICT_TYPE_FULLDICT)


def records_of(folder: Path, count: int) -> Records:
    """The records of the first `count` mails; raises `DamagedIndex` where they are not all there."""
    if not count:
        return np.empty(0, RECORD)
    try:
        records = np.fromfile(folder / "mails", dtype=RECORD, count=count)
    except OSError as error:
        raise DamagedIndex(str(error)) from error
    if len(records) < count:
        raise DamagedIndex("records are missing")
    return records


class TextWriter:
    """Appends mails after the first `count`."""

    def __init__(self, folder: Path, key: bytes, count: int) -> None:
        self._key = key_array(key)
        records = records_of(folder, count)
        self._end = int(records["start"][-1] + records["length"][-1]) if count else 0
        dictionary = _dictionary(folder, key)
        self._compressor = zstandard.ZstdCompressor(level=_LEVEL, dict_data=dictionary, write_checksum=True)
        self._texts = _cut(folder / "texts", self._end)
        try:
            self._mails = _cut(folder / "mails", count * RECORD.itemsize)
        except BaseException:
            self._texts.close()
            raise

    def add(self, mails: Sequence[IndexedMail]) -> None:
        """Append some mails."""
        rows = []
        for mail in mails:
            frame = keyed(self._compressor.compress(_frame(mail)), self._key)
            self._texts.write(frame)
            time = NO_TIME if mail.time is None else mail.time
            flags = ENCRYPTED * mail.is_encrypted | UNSEARCHED * bool(mail.notes.unsearched)
            rows.append((mail.order, time, mail.evidence, self._end, len(frame), flags))
            self._end += len(frame)
        self._mails.write(np.array(rows, RECORD).tobytes())

    def flush(self) -> None:
        """Bring everything to the disk itself."""
        for file in (self._texts, self._mails):
            file.flush()
            os.fsync(file.fileno())

    def close(self) -> None:
        """Close the files."""
        self._texts.close()
        self._mails.close()


def _cut(path: Path, size: int) -> BinaryIO:
    """A file opened for appending at `size`; raises `DamagedIndex` where it is shorter."""
    file = path.open("r+b" if path.exists() else "w+b")
    if file.seek(0, os.SEEK_END) < size:
        file.close()
        raise DamagedIndex(f"{path.name} is too short")
    file.truncate(size)
    file.seek(size)
    return file


class TextReader:
    """The first `count` mails."""

    def __init__(self, folder: Path, key: bytes, count: int) -> None:
        self._key = key_array(key)
        self.records = records_of(folder, count)
        self._starts, self._lengths = self.records["start"], self.records["length"]
        dictionary = _dictionary(folder, key)
        self._decompressor = zstandard.ZstdDecompressor(dict_data=dictionary)
        size = int(self._starts[-1] + self._lengths[-1]) if count else 0
        self._map: mmap.mmap | None = None
        if size:
            try:
                with (folder / "texts").open("rb") as file:
                    self._map = mmap.mmap(file.fileno(), size, access=mmap.ACCESS_READ)
            except (OSError, ValueError) as error:
                raise DamagedIndex(str(error)) from error

    def text(self, number: int) -> str:
        """The folded text of a mail; raises `DamagedIndex`."""
        return signs(self._frame(number)[0])

    def mail(self, number: int) -> IndexedMail:
        """A mail as it was given to be kept; raises `DamagedIndex`."""
        written, notes = self._frame(number)
        record = self.records[number]
        time = int(record["time"])
        try:
            return IndexedMail(
                evidence=int(record["evidence"]),
                time=None if time == NO_TIME else time,
                is_encrypted=bool(record["flags"] & ENCRYPTED),
                written=written,
                text=signs(written),
                notes=Notes.unpacked(notes),
            )
        except ValueError as error:
            raise DamagedIndex(str(error)) from error

    def _frame(self, number: int) -> tuple[str, str]:
        """The text and the notes of a mail."""
        assert self._map is not None
        start = int(self._starts[number])
        frame = self._map[start : start + int(self._lengths[number])]
        try:
            kept = self._decompressor.decompress(keyed(frame, self._key)).decode()
        except (zstandard.ZstdError, UnicodeDecodeError) as error:
            raise DamagedIndex(str(error)) from error
        if _NOTES not in kept:
            return kept, ""
        text, _, notes = kept.partition(_NOTES)
        return text, notes

    def close(self) -> None:
        """Close the file."""
        if self._map is not None:
            self._map.close()
