"""Mails that the index does not have, or not as they are now, and what of them could not be searched."""

from collections.abc import Iterator, Mapping, Sequence

from sekimori.model.kinds import ATTACHMENT
from sekimori.model.organisation import Organisation
from sekimori.store.mail_index.mails import IndexedMail
from sekimori.store.mail_index.stored import mails
from sekimori.store.reading import Reading
from sekimori.store.workspace import Workspace

__all__ = ["Unindexed"]

_KEPT_MAILS = 1_000
"""Mails that are kept in memory from one question to the next, at most."""
_COLUMNS = ("source", "mime_part", "file_name", "encrypted", "file_unsearched")


class Unindexed:
    """Some mails of the evidence tables; `inside` names the evidence that holds what was opened of them later."""

    def __init__(
        self,
        workspace: Workspace,
        organisation: Organisation,
        evidence: Sequence[int],
        inside: Mapping[int, Sequence[int]],
    ) -> None:
        self._workspace, self._organisation = workspace, organisation
        self._evidence, self._inside = evidence, inside
        self._kept: list[IndexedMail] | None = None

    def mails(self) -> Iterator[IndexedMail]:
        """All of them."""
        if self._kept is None and len(self._evidence) <= _KEPT_MAILS:
            self._kept = list(self.of(self._evidence))
        return iter(self._kept) if self._kept is not None else self.of(self._evidence)

    def of(self, evidence: Sequence[int]) -> Iterator[IndexedMail]:
        """Those of some evidence."""
        kept = {mail.evidence: mail for mail in self._kept or ()}
        yield from (kept[one] for one in evidence if one in kept)
        if others := [one for one in evidence if one not in kept]:
            with Reading(self._workspace, self._organisation) as reading:
                yield from mails(reading, others, self._inside)

    def unsearched(self, apart: Sequence[int]) -> Iterator[tuple[int, str, str, str]]:
        """What could not be searched, in other evidence that holds attachments too: evidence, part, name, why.

        As in `Notes`, no reason is given where all that is wrong is a missing password. What needed one and was opened
        later is left out.
        """
        mail_of = {one: mail for mail, inside in self._inside.items() for one in inside}
        sources = [*self._evidence, *apart]
        with Reading(self._workspace, self._organisation) as reading:
            stream = reading.stream(ATTACHMENT.name, columns=_COLUMNS, sources=sources)
            rows = [row for batch in stream for row in batch.to_pylist()]
        opened = {(mail_of[row["source"]], _outermost(row["mime_part"])) for row in rows if row["source"] in mail_of}
        for row in rows:
            is_opened = row["encrypted"] and (row["source"], _outermost(row["mime_part"])) in opened
            if (row["encrypted"] or row["file_unsearched"] is not None) and not is_opened:
                yield row["source"], row["mime_part"] or "", row["file_name"] or "", row["file_unsearched"] or ""


def _outermost(part: str | None) -> str:
    """The number of the MIME part, without the names within its archives."""
    return (part or "").partition("!")[0]
