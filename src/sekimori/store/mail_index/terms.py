"""The list of all words of the index: in it, the words that hold a part of a word are found.

    terms   the number of mails that the list covers (8 bytes), then zstd(words, each between line breaks)

A word too many does no harm, a missing one loses hits: so the list is replaced before the index is committed, and one
that covers fewer mails than the index is not used.
"""

from collections.abc import Iterable
from pathlib import Path

import zstandard

from sekimori.store.mail_index.generation import replaced

__all__ = ["TERMS_MOST", "Terms", "read_terms", "write_terms"]

TERMS_MOST = 30_000
"""Words that one part of a word is looked up as for a page, at most; a part that stands in more is no help there."""


class Terms:
    """All words, in the index's letters."""

    def __init__(self, words: bytes) -> None:
        self.words = words

    @classmethod
    def of(cls, words: Iterable[str]) -> "Terms":
        """The list of some words; several may be given as one text, a line break between any two."""
        return cls("\n".join(["", *filter(None, words), ""]).encode("ascii", "replace"))

    def more(self, words: Iterable[str]) -> "Terms":
        """The list with some words added."""
        return Terms(self.words + "\n".join([*words, ""]).encode("ascii"))

    def holding(self, part: str, *, from_start: bool, to_end: bool, most: int) -> list[str] | None:
        """The words that hold a part, at their start or end where that is said; None for more than `most`."""
        sought = b"\n" * from_start + part.encode("ascii") + b"\n" * to_end
        words, found, at = self.words, [], 0
        while (at := words.find(sought, at)) >= 0:
            begin = at + 1 if from_start else words.rfind(b"\n", 0, at) + 1
            end = words.find(b"\n", begin)
            found.append(words[begin:end].decode("ascii"))
            if len(found) > most:
                return None
            at = end
        return found


def read_terms(folder: Path, count: int, *, exactly: bool = False) -> Terms | None:
    """The list, where it covers at least, or exactly, `count` mails."""
    try:
        data = (folder / "terms").read_bytes()
        covered = int.from_bytes(data[:8], "little")
        if len(data) < 8 or covered < count or (exactly and covered != count):
            return None
        return Terms(zstandard.ZstdDecompressor().decompress(data[8:]))
    except (OSError, zstandard.ZstdError):
        return None


def write_terms(folder: Path, terms: Terms, count: int) -> None:
    """Replace the list, in one step."""
    packed = zstandard.ZstdCompressor(level=3, write_checksum=True).compress(terms.words)
    replaced(folder / "terms", count.to_bytes(8, "little") + packed)
