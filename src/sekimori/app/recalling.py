"""`search --notice`: from mails that should not have come, who received them, the notice to them, and the lists with
which the mail administrator takes them out of the mailboxes.

The purge commands find a message by sender, subject and time of sending, as Message-IDs cannot be searched for there
(see `sekimori.search.translations.purview`); the Message-ID stands beside each, for the message trace.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sekimori.app.deliveries import Delivery, deliveries
from sekimori.app.exporting import file_written, refuse_taken
from sekimori.model.organisation import Organisation, Person
from sekimori.render.notice import notice
from sekimori.render.table import BOM, csv_text
from sekimori.search.purging import Message, purge_commands
from sekimori.store.workspace import Workspace
from sekimori.values import times

__all__ = ["Recall", "recall"]

_QUARANTINE = ("mailbox", "message-id", "sender", "subject", "date", "read", "deleted", "path", "evidence")
_RECIPIENTS = ("recipient", "name", "department", "mailbox", "messages", "read")


@dataclass(frozen=True, slots=True, kw_only=True)
class Recall:
    """What a recall came to: the deliveries, who received any, and the files written.

    `unknown` counts the deliveries of which neither an address of one's own nor a mailbox is known.
    """

    deliveries: Sequence[Delivery]
    recipients: Sequence[str]
    files: Sequence[Path]
    unknown: int = 0


def recall(
    workspace: Workspace, organisation: Organisation, ids: Sequence[int], folder: Path, *, force: bool
) -> Recall:
    """Write notice and lists for the mails of these ids into a folder; nothing where there are none.

    Raises `FileExistsError`, `OSError`.
    """
    found = deliveries(workspace, organisation, ids)
    if not found:
        return Recall(deliveries=(), recipients=(), files=())
    recipients, unknown = _recipients(organisation, found)
    messages = _messages(found)
    contents = {
        "notice.ja.txt": notice(messages, "ja", organisation.profile.time_zone),
        "notice.en.txt": notice(messages, "en", organisation.profile.time_zone),
        "recipients.csv": csv_text(_RECIPIENTS, recipients),
        "quarantine.csv": csv_text(_QUARANTINE, map(_quarantined, found)),
        "purge.ps1": BOM + purge_commands(messages),
    }
    files = [folder / name for name in contents]
    for path in files:
        refuse_taken(path, force=force)
    folder.mkdir(parents=True, exist_ok=True)
    for path, text in zip(files, contents.values(), strict=True):
        with file_written(path, force=force) as out:
            out.write(text.encode("utf-8", "backslashreplace"))
    return Recall(deliveries=found, recipients=[row[0] for row in recipients], files=files, unknown=unknown)


def _messages(found: Sequence[Delivery]) -> list[Message]:
    """The messages by sender and subject, newest first."""
    alike: dict[tuple[str, str], list[Delivery]] = {}
    for one in sorted(found, key=lambda one: -one.time.timestamp() if one.time else 0.0):
        alike.setdefault((one.sender, one.subject), []).append(one)
    return [_message(sender, subject, each) for (sender, subject), each in alike.items()]


def _message(sender: str, subject: str, each: Sequence[Delivery]) -> Message:
    moments = [one.time for one in each if one.time is not None]
    ids = tuple(dict.fromkeys(one.message_id for one in each if one.message_id))
    return Message(sender, subject, min(moments, default=None), max(moments, default=None), ids)


def _recipients(organisation: Organisation, found: Sequence[Delivery]) -> tuple[list[tuple[str, ...]], int]:
    """A row for each address of one's own that the mails were sent to, and each mailbox that belongs to none.

    Then how many deliveries have neither.
    """
    people = {address: person for person in organisation.profile.people for address in person.addresses}
    by_recipient: dict[str, list[Delivery]] = {}
    unknown = 0
    for one in found:
        own = [address for address in one.recipients if _is_own(organisation, address)]
        owner = next((address for address in own if _owns(address, people.get(address), one.mailbox)), None)
        named = [owner] if owner else [*own, *([one.mailbox] if one.mailbox else [])]
        unknown += not named
        for recipient in named:
            by_recipient.setdefault(recipient, []).append(one)
    return [_recipient(name, people.get(name), each) for name, each in sorted(by_recipient.items())], unknown


def _is_own(organisation: Organisation, address: str) -> bool:
    domain = address.rpartition("@")[2]
    return any(f".{domain}".endswith(f".{own}") for own in organisation.profile.domains)


def _owns(address: str, person: Person | None, mailbox: str) -> bool:
    """Whether a mailbox is that of an address: called by it, by what stands before its @, or by an account."""
    owner = mailbox.partition("/")[0].lower()
    names = {
        address.lower(),
        address.partition("@")[0].lower(),
        *(a.lower() for a in (person.accounts if person else ())),
    }
    return bool(owner) and owner in names


def _recipient(name: str, person: Person | None, each: Sequence[Delivery]) -> tuple[str, ...]:
    mailboxes = dict.fromkeys(one.mailbox for one in each if one.mailbox)
    messages = {one.message_id or str(one.evidence) for one in each}
    return (
        name,
        person.name if person else "",
        person.department if person else "",
        "\n".join(mailboxes),
        str(len(messages)),
        _read([one.is_read for one in each]),
    )


def _quarantined(one: Delivery) -> tuple[str, ...]:
    date = times.written(one.time) if one.time else ""
    return (
        one.mailbox,
        one.message_id,
        one.sender,
        one.subject,
        date,
        _read([one.is_read]),
        "yes" if one.is_deleted else "",
        one.path,
        f"e-{one.evidence}",
    )


def _read(states: Sequence[bool | None]) -> str:
    if True in states:
        return "yes"
    return "no" if states and None not in states else ""
