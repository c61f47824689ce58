"""Writing the text store (see `texts`)."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

import zstandard

from sekimori.store.mail_index.generation import replaced
from sekimori.store.mail_index.mails import IndexedMail
from sekimori.store.mail_index.texts import (
    ENCRYPTED,
    NO_TIME,
    RECORD,
    UNSEARCHED,
    DamagedIndex,
    dictionary,
    frame_of,
    keyed,
)

__all__ = ["TextWriter", "train"]

_DICTIONARY_BYTES = 256 << 10
_LEVEL = 5


def train(folder: Path, key: bytes, samples: Sequence[IndexedMail]) -> None:
    """Write the dictionary; an empty one where the samples are too few or too much alike."""
    try:
        content = zstandard.train_dictionary(_DICTIONARY_BYTES, list(map(frame_of, samples))).as_bytes()
    except zstandard.ZstdError:
        content = b""
    replaced(folder / "dictionary", keyed(content, key))


class TextWriter:
    """Appends mails after the first `count`."""

    def __init__(self, folder: Path, key: bytes, count: int) -> None:
        self._key = key
        self._compressor = zstandard.ZstdCompressor(
            level=_LEVEL, dict_data=dictionary(folder, key), write_checksum=True, write_dict_id=False
        )
        self._mails = _cut(folder / "mails", count * RECORD.size)
        try:
            self._end = _end_of_texts(self._mails, count)
            self._texts = _cut(folder / "texts", self._end)
        except BaseException:
            self._mails.close()
            raise

    def add(self, mails: Sequence[IndexedMail]) -> None:
        """Append some mails."""
        records, frames = [], []
        for mail in mails:
            frame = keyed(self._compressor.compress(frame_of(mail)), self._key)
            time, received = (NO_TIME if one is None else one for one in (mail.time, mail.received))
            flags = ENCRYPTED * mail.is_encrypted | UNSEARCHED * bool(mail.notes.unsearched)
            records.append(RECORD.pack(mail.order, time, mail.evidence, self._end, len(frame), flags, received))
            frames.append(frame)
            self._end += len(frame)
        self._texts.write(b"".join(frames))
        self._mails.write(b"".join(records))

    def flush(self) -> None:
        """Bring everything to the disk itself."""
        for file in (self._texts, self._mails):
            file.flush()
            os.fsync(file.fileno())

    def close(self) -> None:
        """Close the files."""
        self._texts.close()
        self._mails.close()


def _end_of_texts(mails: BinaryIO, count: int) -> int:
    if not count:
        return 0
    mails.seek(-RECORD.size, os.SEEK_END)
    start, length = RECORD.unpack(mails.read(RECORD.size))[3:5]
    return int(start + length)


def _cut(path: Path, size: int) -> BinaryIO:
    """A file opened for appending at `size`; raises `DamagedIndex` where it is shorter."""
    file = path.open("r+b" if path.exists() else "w+b")
    if file.seek(0, os.SEEK_END) < size:
        file.close()
        raise DamagedIndex(f"{path.name} is too short")
    file.truncate(size)
    file.seek(size)
    return file
