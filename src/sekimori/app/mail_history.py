"""What the store tells around one mail: earlier mails of its sender and name, near-duplicates, known domains.

Near-duplicates are looked up by subject, link hosts and files, and by a few stretches of the body in the mail index.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Self

from sekimori.model.organisation import Organisation
from sekimori.model.query import Contains, Field
from sekimori.store.catalogue import Catalogue
from sekimori.store.mail_search import MailSearch
from sekimori.store.reading import Reading
from sekimori.store.workspace import Workspace
from sekimori.triage.facts import MailFacts, facts_of, mailer_of, registered, says_password
from sekimori.triage.history import EARLIER, History, Trace, history_of, name_key, same_name, sketch
from sekimori.triage.phrases import phrases
from sekimori.values import mail_address
from sekimori.values.errors import InvalidValue
from sekimori.values.text import fold

__all__ = ["MailHistory", "history_from_store"]

_LONG_AGO = datetime.min.replace(tzinfo=UTC)
CANDIDATES = 500
"""So many mails are compared for each question."""

PER_PHRASE = 60
"""So many mails are compared for each stretch of the body: a wave has most of them in common."""

WHOLE = 30
"""Of so many earlier mails of the sender the way is looked up, in their headers."""

_COLUMNS = (
    "source",
    "timestamp",
    "email_message_id",
    "email_from_address",
    "email_from_name",
    "email_x_mailer",
    "email_utc_offset",
    "email_subject",
    "email_body_text",
    "email_to_address",
    "email_cc_address",
    "email_delivered_to",
    "hash_sha256",
)
_FILES = ("source", "hash_sha256", "encrypted")
_PEOPLE = ("email_to_address", "email_cc_address", "email_delivered_to")
_HEADER = 1 << 16

_Row = Mapping[str, Any]


def history_from_store(workspace: Workspace, organisation: Organisation, facts: MailFacts, sha256: str) -> History:
    """The history around the mail of that hash. Without any mail in the store there is none."""
    with MailHistory(workspace, organisation) as stored:
        return stored.around(facts, sha256)


class MailHistory:
    """One organisation's stored mail, as it is when the context is entered, asked around one mail after another."""

    def __init__(self, workspace: Workspace, organisation: Organisation) -> None:
        self._catalogue = Catalogue(workspace, organisation)
        self._reading = Reading(workspace, organisation)
        by = ("email_from_address", "email_from_name")
        grouped = self._reading.grouped("message", by=by, where={}).to_pylist()
        self._senders = [one for one in grouped if one["email_from_address"]]
        self._search = MailSearch(workspace, organisation) if self._senders else None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the files."""
        self._reading.close()
        if self._search:
            self._search.close()

    def around(self, facts: MailFacts, sha256: str) -> History:
        """The history around the mail of that hash. Without any mail in the store there is none."""
        if not self._senders:
            return History()
        message_id = facts.mail.message_id
        found = [
            row
            for row in self._candidates(facts)
            if row["hash_sha256"] != sha256 and not (message_id and row["email_message_id"] == message_id)
        ]
        own = facts.trace(message_id or sha256)
        files = self._files(found)
        origins = self._origins([row["source"] for row in found if own.address and _address(row) == own.address])
        traces = (_trace(row, files.get(row["source"], ())) for row in found)
        ways = (replace(one, origin=origins.get(row["source"], "")) for one, row in zip(traces, found, strict=True))
        return history_of(own, ways, _domains(self._senders, own))

    def _candidates(self, facts: MailFacts) -> list[dict[str, Any]]:
        """The newest mails that share something with the one at hand, each once, the oldest of them first."""
        sources = list(dict.fromkeys(source for found in self._sharing(facts) for source in found))
        if not sources:
            return []
        rows = self._reading.records("message", columns=_COLUMNS, where={"source": sources}).to_pylist()
        once = {row["source"]: row for row in rows}
        return sorted(once.values(), key=lambda row: row["timestamp"] or _LONG_AGO)

    def _sharing(self, facts: MailFacts) -> Iterator[list[int]]:
        """The evidence of the newest mails for each thing that a mail may share."""
        key = name_key(facts.sender.name)
        named = {
            one["email_from_name"] for one in self._senders if same_name(name_key(one["email_from_name"] or ""), key)
        }
        hashes = [file.sha256 for file in facts.files if file.sha256 and not file.is_image]
        yield self._newest("message", "email_from_address", [facts.sender_address, facts.sender.address])
        yield self._newest("message", "email_from_name", named)
        yield self._newest("message", "email_subject", [facts.subject])
        yield self._newest("message", "url_domain", [link.host for link in facts.links][:20])
        yield self._newest("attachment", "hash_sha256", hashes[:50])
        if self._search is not None:
            for phrase in phrases(facts.body):
                yield self._search.page(Contains(Field.BODY, (phrase,)), limit=PER_PHRASE)

    def _newest(self, kind: str, name: str, values: Iterable[str]) -> list[int]:
        wanted = [one for one in dict.fromkeys(values) if one]
        if not wanted:
            return []
        where = {name: wanted}
        rows = self._reading.records(kind, columns=["source"], where=where, limit=CANDIDATES, newest=True)
        found: list[int] = rows.column("source").to_pylist()
        return found

    def _files(self, rows: Sequence[_Row]) -> dict[int, list[dict[str, Any]]]:
        found: dict[int, list[dict[str, Any]]] = {}
        if sources := [row["source"] for row in rows]:
            for row in self._reading.records("attachment", columns=_FILES, where={"source": sources}).to_pylist():
                found.setdefault(row["source"], []).append(row)
        return found

    def _origins(self, sources: Sequence[int]) -> dict[int, str]:
        """By which way the newest mails of the same address came, from their headers."""
        kept = self._catalogue.evidence(sources[-WHOLE:])
        heads = {source: self._catalogue.read(one, 0, min(one.size, _HEADER)) for source, one in kept.items()}
        return {source: facts_of(_header(head)).origin for source, head in heads.items()}


def _header(data: bytes) -> bytes:
    return data.replace(b"\r\n", b"\n").partition(b"\n\n")[0] + b"\n\n"


def _identity(row: _Row) -> str:
    return row["email_message_id"] or f"evidence {row['source']}"


def _address(row: _Row) -> str:
    try:
        return mail_address.normal(row["email_from_address"] or "")
    except InvalidValue:
        return ""


def _trace(row: _Row, files: Iterable[_Row]) -> Trace:
    body, time, kept = row["email_body_text"] or "", row["timestamp"], list(files)
    return Trace(
        identity=_identity(row),
        evidence=row["source"],
        time=time if isinstance(time, datetime) else None,
        address=_address(row),
        name=row["email_from_name"] or "",
        mailer=mailer_of(row["email_x_mailer"] or ""),
        offset=row["email_utc_offset"] or "",
        subject=fold(row["email_subject"] or ""),
        sketch=sketch(body),
        mailboxes=frozenset(address for name in _PEOPLE for address in row[name] or ()),
        files=frozenset(one["hash_sha256"] for one in kept if one["hash_sha256"]),
        encrypted=any(one["encrypted"] for one in kept),
        says_password=says_password(body),
    )


def _domains(senders: Iterable[_Row], own: Trace) -> dict[str, int]:
    """How often each sender's party was seen, beginning at least a day before the mail."""
    counts: dict[str, int] = {}
    for one in senders:
        first = one["first"]
        if own.time is None or (isinstance(first, datetime) and first <= own.time - EARLIER):
            party = registered(one["email_from_address"].rpartition("@")[2].lower())
            counts[party] = counts.get(party, 0) + int(one["count"])
    return counts
