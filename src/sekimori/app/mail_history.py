"""What the store tells around one mail: earlier mails of its sender and name, near-duplicates, known domains."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sekimori.model.organisation import Organisation
from sekimori.store.catalogue import Catalogue
from sekimori.store.reading import Reading
from sekimori.store.workspace import Workspace
from sekimori.triage.facts import MailFacts, facts_of, mailer_of, registered, says_password
from sekimori.triage.history import EARLIER, History, Trace, history_of, name_key, same_name, sketch
from sekimori.values import mail_address
from sekimori.values.errors import InvalidValue
from sekimori.values.text import fold

__all__ = ["history_from_store"]

_LONG_AGO = datetime.min.replace(tzinfo=UTC)
CANDIDATES = 2_000
"""So many mails are compared for each question."""

WHOLE = 30
"""So many earlier mails of the sender are looked into as they are: their way and client."""

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
_LARGEST = 8 << 20

_Row = Mapping[str, Any]


def history_from_store(workspace: Workspace, organisation: Organisation, facts: MailFacts, sha256: str) -> History:
    """The history around the mail of that hash. Without any mail in the store there is none."""
    message_id = facts.mail.message_id
    with Reading(workspace, organisation) as reading:
        grouped = reading.grouped("message", by=["email_from_address", "email_from_name"], where={}).to_pylist()
        senders = [one for one in grouped if one["email_from_address"]]
        found = [
            row
            for row in _candidates(reading, facts, senders)
            if row["hash_sha256"] != sha256 and not (message_id and row["email_message_id"] == message_id)
        ]
        files = _files(reading, found)
    if not senders:
        return History()
    own = facts.trace(message_id or sha256)
    whole = _whole(workspace, organisation, own, found)
    traces = [whole.get(row["source"]) or _trace(row, files.get(row["source"], [])) for row in found]
    return history_of(own, traces, _domains(senders, own))


def _candidates(reading: Reading, facts: MailFacts, senders: Iterable[_Row]) -> list[dict[str, Any]]:
    """The newest mails that share something with the one at hand, each once, the oldest of them first."""
    kept: dict[int, dict[str, Any]] = {}
    for where in _questions(reading, facts, senders):
        for row in reading.records("message", columns=_COLUMNS, where=where, limit=CANDIDATES, newest=True).to_pylist():
            kept.setdefault(row["source"], row)
    return sorted(kept.values(), key=lambda row: row["timestamp"] or _LONG_AGO)


def _questions(reading: Reading, facts: MailFacts, senders: Iterable[_Row]) -> list[dict[str, list[object]]]:
    key = name_key(facts.sender.name)
    names = {one["email_from_name"] for one in senders if same_name(name_key(one["email_from_name"] or ""), key)}
    hosts = list(dict.fromkeys(link.host for link in facts.links))[:20]
    hashes = list(dict.fromkeys(file.sha256 for file in facts.files if file.sha256 and not file.is_image))[:50]
    carrying: list[object] = []
    if hashes:
        where: dict[str, list[object]] = {"hash_sha256": list(hashes)}
        rows = reading.records("attachment", columns=["source"], where=where, limit=CANDIDATES, newest=True).to_pylist()
        carrying = list({row["source"] for row in rows})
    addresses = list(dict.fromkeys(one for one in (facts.sender_address, facts.sender.address) if one))
    asked: list[dict[str, list[object]]] = [
        {"email_from_address": list(addresses)},
        {"email_from_name": list(names)},
        {"email_subject": [facts.subject] if facts.subject else []},
        {"url_domain": list(hosts)},
        {"source": carrying},
    ]
    return [one for one in asked if any(one.values())]


def _files(reading: Reading, rows: Sequence[_Row]) -> dict[int, list[dict[str, Any]]]:
    sources = [row["source"] for row in rows]
    found: dict[int, list[dict[str, Any]]] = {}
    if sources:
        for row in reading.records("attachment", columns=_FILES, where={"source": sources}).to_pylist():
            found.setdefault(row["source"], []).append(row)
    return found


def _whole(workspace: Workspace, organisation: Organisation, own: Trace, rows: Sequence[_Row]) -> dict[int, Trace]:
    """The traces of the newest mails of the same address, from the mails themselves."""
    same = [row["source"] for row in rows if own.address and _address(row) == own.address][-WHOLE:]
    catalogue = Catalogue(workspace, organisation)
    kept = catalogue.evidence(same)
    by_source = {row["source"]: row for row in rows}
    return {
        source: facts_of(catalogue.read(one, 0, min(one.size, _LARGEST))).trace(_identity(by_source[source]))
        for source, one in kept.items()
    }


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
