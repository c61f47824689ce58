"""The index of an organisation's mail, for reading: candidates, texts, words."""

from pathlib import Path
from typing import Self

import tantivy

from sekimori.store.mail_index.candidates import Planner, told
from sekimori.store.mail_index.grams import ALPHABET, Letters
from sekimori.store.mail_index.sound import check
from sekimori.store.mail_index.terms import Terms, read_terms
from sekimori.store.mail_index.texts import TextReader
from sekimori.store.workspace import Workspace

__all__ = ["MailIndex", "terms_of"]


class MailIndex:
    """One state of the index, for reading."""

    def __init__(self, workspace: Workspace, folder: Path) -> None:
        self._folder = folder
        with told():
            check(folder)
            index = tantivy.Index.open(str(folder / "index"))
            index.config_reader("manual")
            index.reload()
            self.searcher = index.searcher()
        self.count = self.searcher.num_docs
        self.texts = TextReader(folder, workspace.key, self.count)
        self._terms: Terms | None = None
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
        return set(self.texts.numbers())

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


def terms_of(searcher: tantivy.Searcher) -> Terms:
    """All words, from the candidates themselves; letter by letter, for they are many."""
    return Terms.of(
        "\n".join(word for word, _ in searcher.terms_with_prefix("w", chr(letter))) for letter in sorted(ALPHABET)
    )
