"""`search --notice`: from mails that should not have come, who received them, the notice to them, and the lists with
which the mail administrator takes them out of the mailboxes.

The purge commands find a message by sender, subject and time of sending, as Message-IDs cannot be searched for there
(see `sekimori.search.translations.purview`); the Message-ID stands beside each, for the message trace.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from sekimori.app.deliveries import Delivery, deliveries
from sekimori.app.exporting import file_written, refuse_taken
from sekimori.app.owners import Owners
from sekimori.model.organisation import Organisation
from sekimori.render.notice import notice
from sekimori.render.table import BOM, csv_text
from sekimori.search.purging import Message, purge_commands
from sekimori.store.logged_mail import Told
from sekimori.store.workspace import Workspace
from sekimori.values import times

__all__ = ["Recall", "recall"]

_QUARANTINE = (
    *("mailbox", "recipients", "message-id", "sender", "subject", "date", "read", "deleted"),
    *("told-by", "path", "evidence"),
)
_RECIPIENTS = ("recipient", "own", "delivered", "name", "department", "mailbox", "messages", "read")


@dataclass(frozen=True, slots=True, kw_only=True)
class Recall:
    """What a recall came to: the deliveries, who is to be told, and the files written.

    `unknown` counts the deliveries of which nobody who is to be told is known. `differing` are deliveries under the
    same Message-ID with another sender or subject: neither the notice nor the purge is about them.
    """

    deliveries: Sequence[Delivery]
    recipients: Sequence[str]
    files: Sequence[Path]
    unknown: int = 0
    differing: Sequence[Delivery] = ()


@dataclass(slots=True)
class _Recipient:
    """Somebody that the mails were sent to. `is_own` is as of `Owners`; `is_reached`: a copy that is here
    was delivered to him; `here` are the deliveries into his own mailbox, or into one that is not known."""

    name: str
    is_own: bool | None
    is_reached: bool = False
    sent: list[Delivery] = field(default_factory=list)
    here: list[Delivery] = field(default_factory=list)

    @property
    def is_told(self) -> bool:
        """Whether the notice is for him: not where he is known to be of another organisation."""
        return self.is_own is not False or self.is_reached


def recall(
    workspace: Workspace,
    organisation: Organisation,
    ids: Sequence[int],
    folder: Path,
    *,
    force: bool,
    logged: Sequence[Told] = (),
) -> Recall:
    """Write notice and lists for the mails of these ids, and messages known from logs, into a folder.

    Nothing is written where there are none. Raises `FileExistsError`, `OSError`.
    """
    found = deliveries(workspace, organisation, ids, logged)
    if not found:
        return Recall(deliveries=(), recipients=(), files=())
    sure, differing = [one for one in found if not one.differs], [one for one in found if one.differs]
    owners = Owners(organisation)
    recipients, unknown = _recipients(owners, sure)
    messages = _messages(sure)
    contents = {
        "notice.ja.txt": notice(messages, "ja", organisation.profile.time_zone),
        "notice.en.txt": notice(messages, "en", organisation.profile.time_zone),
        "recipients.csv": csv_text(_RECIPIENTS, (_recipient(owners, one) for one in recipients)),
        "quarantine.csv": csv_text(_QUARANTINE, map(_quarantined, sure)),
        "purge.ps1": BOM + purge_commands(messages),
    }
    if differing:
        contents["differing.csv"] = csv_text(_QUARANTINE, map(_quarantined, differing))
    return Recall(
        deliveries=sure,
        recipients=[one.name for one in recipients if one.is_told],
        files=_written(folder, contents, force=force),
        unknown=unknown,
        differing=differing,
    )


def _written(folder: Path, contents: Mapping[str, str], *, force: bool) -> list[Path]:
    files = [folder / name for name in contents]
    for path in files:
        refuse_taken(path, force=force)
    folder.mkdir(parents=True, exist_ok=True)
    for path, text in zip(files, contents.values(), strict=True):
        with file_written(path, force=force) as out:
            out.write(text.encode("utf-8", "backslashreplace"))
    return files


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


def _recipients(owners: Owners, found: Sequence[Delivery]) -> tuple[list[_Recipient], int]:
    """Everybody that the mails were sent to, and each mailbox that belongs to none of them; by name.

    Then of how many deliveries nobody who is to be told is known.
    """
    known: dict[str, _Recipient] = {}
    unknown = 0
    for one in found:
        owner = ((owners.of(one.mailbox, one.recipients) or one.mailbox) if one.mailbox else "").lower()
        reached = set() if one.is_logged else {owner, *map(str.lower, one.delivered_to)}
        names = dict.fromkeys([*map(str.lower, one.recipients), *([owner] if owner else [])])
        for name in names:
            recipient = known.setdefault(name, _Recipient(name, owners.is_own(name)))
            recipient.is_reached |= name in reached
            recipient.sent.append(one)
            if owner in {"", name}:
                recipient.here.append(one)
        unknown += not any(known[name].is_told for name in names)
    return sorted(known.values(), key=lambda one: one.name), unknown


def _recipient(owners: Owners, one: _Recipient) -> tuple[str, ...]:
    person = owners.people.get(one.name)
    mailboxes = dict.fromkeys(each.mailbox for each in one.here if each.mailbox)
    return (
        one.name,
        {True: "yes", False: "no", None: ""}[one.is_own],
        "yes" if one.is_reached or any(each.is_logged for each in one.here) else "",
        person.name if person else "",
        person.department if person else "",
        "\n".join(mailboxes),
        str(len({each.message for each in one.sent})),
        _read([each.is_read for each in one.here]),
    )


def _quarantined(one: Delivery) -> tuple[str, ...]:
    date = times.written(one.time) if one.time else ""
    return (
        one.mailbox,
        "\n".join(one.recipients),
        one.message_id,
        one.sender,
        one.subject,
        date,
        _read([one.is_read]),
        "yes" if one.is_deleted else "",
        "copy" if one.is_here else "log",
        one.path,
        f"e-{one.evidence}",
    )


def _read(states: Sequence[bool | None]) -> str:
    if True in states:
        return "yes"
    return "no" if states and None not in states else ""
