"""Feeding the index of an organisation's mail: after evidence is committed; anew whenever in doubt."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Self

import tantivy

from sekimori.model.organisation import Organisation
from sekimori.model.report import N_
from sekimori.store.errors import WorkspaceError
from sekimori.store.mail_index.candidates import told
from sekimori.store.mail_index.documents import create, documents
from sekimori.store.mail_index.generation import begun, current, finish_beginning, index_lock
from sekimori.store.mail_index.grams import Letters
from sekimori.store.mail_index.index import MailIndex, terms_of
from sekimori.store.mail_index.mails import IndexedMail
from sekimori.store.mail_index.standing import note_standing
from sekimori.store.mail_index.state import mail_count, mail_evidence
from sekimori.store.mail_index.stored import mails
from sekimori.store.mail_index.terms import read_terms, write_terms
from sekimori.store.mail_index.text_writing import TextWriter, train
from sekimori.store.mail_index.texts import DamagedIndex
from sekimori.store.reading import Reading
from sekimori.store.workspace import Workspace

__all__ = ["catch_up", "rebuild"]

_AT_ONCE = 250
_COMMIT_MAILS = 100_000
_HEAP_BYTES = 80_000_000
_FEW = 2_000
"""Mails whose words are added to the list of words one by one; for more it is read from the index."""
_SAMPLES = 1_000
_DICTIONARY_AT = 500
_OUTGROWN_AT = 2_000


def catch_up(workspace: Workspace, organisation: Organisation, *, wait: float = 600) -> int:
    """Bring the mails into the index that it does not have yet, and make it anew where it cannot be used; how many.

    Raises `WorkspaceBusy` where another process has been writing it for `wait` seconds.
    """
    if not mail_count(workspace, organisation):
        return 0
    with workspace.lock(index_lock(organisation), timeout=wait):
        count = _caught_up(workspace, organisation)
        if folder := current(workspace, organisation):
            note_standing(workspace, organisation, folder)
        return count


def rebuild(workspace: Workspace, organisation: Organisation) -> int:
    """Make the index anew from the evidence tables; how many mails it holds. Raises `WorkspaceBusy`."""
    with workspace.lock(index_lock(organisation)):
        count = _built(workspace, organisation)
        if folder := current(workspace, organisation):
            note_standing(workspace, organisation, folder)
        return count


def _caught_up(workspace: Workspace, organisation: Organisation) -> int:
    folder = current(workspace, organisation)
    if folder is not None:
        try:
            return _fed(workspace, organisation, folder)
        except DamagedIndex:
            pass
    return _built(workspace, organisation)


def _built(workspace: Workspace, organisation: Organisation) -> int:
    waiting = mail_evidence(workspace, organisation)
    try:
        folder = begun(workspace, organisation)
        with told():
            create(folder / "index")
        if len(waiting) >= _DICTIONARY_AT:
            _train(workspace, organisation, folder, waiting)
        finish_beginning(workspace, organisation, folder)
        return _fed(workspace, organisation, folder)
    except DamagedIndex as error:
        message = N_("the index of the mail cannot be written: {error}")
        raise WorkspaceError(message.format(error=error)) from error


def _train(workspace: Workspace, organisation: Organisation, folder: Path, waiting: Sequence[int]) -> None:
    some = waiting[:: max(1, len(waiting) // _SAMPLES)][:_SAMPLES]
    with Reading(workspace, organisation) as reading:
        train(folder, workspace.key, list(mails(reading, some)))


def _fed(workspace: Workspace, organisation: Organisation, folder: Path) -> int:
    """Feed what is missing, as long as the index counts: a purge meanwhile ends it. How many mails."""
    with MailIndex(workspace, folder) as index:
        if index.count == mail_count(workspace, organisation):
            return 0
        waiting = sorted(set(mail_evidence(workspace, organisation)) - index.evidence)
        if index.count and not (folder / "dictionary").exists() and index.count + len(waiting) >= _OUTGROWN_AT:
            raise DamagedIndex("it has outgrown its beginnings: with a dictionary it is smaller")
    with Reading(workspace, organisation) as reading, _Feeder(workspace, folder, len(waiting)) as feeder:
        for portion in _portions(mails(reading, waiting)):
            feeder.add(portion)
            if feeder.waiting >= _COMMIT_MAILS:
                if current(workspace, organisation) != folder:
                    return feeder.fed
                feeder.commit()
        if current(workspace, organisation) == folder:
            feeder.commit()
            feeder.list_words()
        return feeder.fed


def _portions(read: Iterable[IndexedMail]) -> Iterator[list[IndexedMail]]:
    reading = iter(read)
    while some := list(islice(reading, _AT_ONCE)):
        yield some


class _Feeder:
    """Writes mails into the index: texts first, then the list of words, then the commit that makes them exist."""

    def __init__(self, workspace: Workspace, folder: Path, expected: int) -> None:
        self._folder = folder
        with told():
            self._index = tantivy.Index.open(str(folder / "index"))
            self._begin = self._count = self._index.searcher().num_docs
        self._letters = Letters(workspace.key)
        self._texts = TextWriter(folder, workspace.key, self._count)
        # A list of other mails than those of the index is what a run left that died before its commit.
        self._terms = read_terms(folder, self._count, exactly=True)
        if self._terms is None:
            (folder / "terms").unlink(missing_ok=True)
        if expected > _FEW:
            self._terms = None
        self._words: set[str] = set()
        self.waiting = 0

    def __enter__(self) -> Self:
        with told():
            self._writer = self._index.writer(_HEAP_BYTES, num_threads=1)
        return self

    def __exit__(self, kind: type[BaseException] | None, *exc: object) -> None:
        self._texts.close()
        with told():
            if self.waiting:
                self._writer.rollback()
            self._writer.wait_merging_threads()

    @property
    def fed(self) -> int:
        """Mails committed."""
        return self._count - self._begin

    def add(self, mails: Sequence[IndexedMail]) -> None:
        """Write some mails (`_AT_ONCE` at most); they are there after `commit`."""
        self._texts.add(mails)
        with told():
            for document, words in documents(mails, self._count + self.waiting, self._letters):
                self._writer.add_document(document)
                if self._terms is not None:
                    self._words.update(words.split())
                self.waiting += 1

    def commit(self) -> None:
        """Make everything so far exist."""
        count = self._count + self.waiting
        self._texts.flush()
        if self._terms is not None:
            self._terms = self._terms.more(self._words)
            write_terms(self._folder, self._terms, count)
            self._words.clear()
        with told():
            self._writer.commit()
        self._count, self.waiting = count, 0

    def list_words(self) -> None:
        """Write the list of words anew where it was not kept up: until then it is made for every search."""
        if self._terms is None:
            with told():
                self._index.reload()
                write_terms(self._folder, terms_of(self._index.searcher()), self._count)
