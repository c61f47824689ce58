"""The index of an organisation's mail, for reading: candidates, texts, words."""

from collections.abc import Sequence
from pathlib import Path
from typing import Self

import numpy as np
import numpy.typing as npt
import tantivy

from sekimori.store.mail_index.candidates import Planner, told
from sekimori.store.mail_index.grams import Letters
from sekimori.store.mail_index.terms import Terms, read_terms
from sekimori.store.mail_index.texts import UNSEARCHED, TextReader
from sekimori.store.workspace import Workspace

__all__ = ["MailIndex", "terms_of"]


class MailIndex:
    """One state of the index, for reading."""

    def __init__(self, workspace: Workspace, folder: Path) -> None:
        self._folder = folder
        with told():
            index = tantivy.Index.open(str(folder / "index"))
            index.config_reader("manual")
            index.reload()
            self.searcher = index.searcher()
        self.count = self.searcher.num_docs
        self.texts = TextReader(folder, workspace.key, self.count)
        self._terms: Terms | None = None
        self._newest: list[int] | None = None
        self._by_evidence: npt.NDArray[np.int64] | None = None
        self.planner = Planner(index, Letters(workspace.key), self.terms)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the files."""
        self.texts.close()

    @property
    def evidence(self) -> set[int]:
        """The evidence that is in it."""
        return set(self.texts.records["evidence"].tolist())

    def numbers_of(self, evidence: Sequence[int]) -> dict[int, int]:
        """The numbers of some evidence; what is not in it is left out."""
        if not self.count:
            return {}
        known = self.texts.records["evidence"]
        if self._by_evidence is None:
            self._by_evidence = np.argsort(known, kind="stable")
        at = np.searchsorted(known, evidence, sorter=self._by_evidence)
        numbers = self._by_evidence[np.minimum(at, self.count - 1)]
        return {one: number for one, number in zip(evidence, numbers.tolist(), strict=True) if known[number] == one}

    def with_unsearched(self) -> list[int]:
        """The numbers of the mails of which a part could not be searched."""
        return np.flatnonzero(self.texts.records["flags"] & UNSEARCHED).tolist()

    def terms(self) -> Terms:
        """All words."""
        if self._terms is None:
            self._terms = read_terms(self._folder, self.count) or terms_of(self.searcher)
        return self._terms

    def numbers(self, query: tantivy.Query, *, limit: int, skip: int) -> list[int]:
        """The numbers of the mails that a plan finds, newest first, `limit` of them after the first `skip`."""
        with told():
            found = self.searcher.search(query, limit, count=False, order_by_field="order", offset=skip)
            numbers = self.searcher.fast_field_values("number", [address for _, address in found.hits])
        return [int(number) for number in numbers if number is not None]

    def newest_first(self) -> list[int]:
        """The numbers of all mails."""
        if self._newest is None:
            records = self.texts.records
            self._newest = np.lexsort((records["evidence"], records["order"]))[::-1].tolist()
        return self._newest


def terms_of(searcher: tantivy.Searcher) -> Terms:
    """All words, from the candidates themselves."""
    return Terms.of(word for word, _ in searcher.terms_with_prefix("w", ""))
