"""What a mailbox says of a mail in it: whether it was read, and whether it is marked as deleted."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from sekimori.readers.mail.becky import Becky
from sekimori.readers.mail.becky_index import INDEX_BYTES, INDEX_NAME, BeckyIndex, states
from sekimori.readers.mail.mbox import Mbox
from sekimori.store.catalogue import Catalogue, Evidence
from sekimori.store.places import Found

__all__ = ["UNKNOWN", "MailStates", "State"]

_HEADER = 1 << 16
_FETCHED = re.compile(r"(?:imap|graph)://")  # `sekimori.fetch.protocol.path_of`; what was read there ends so:
_SEEN = ";SEEN"
# Flags of a Maildir (cr.yp.to/proto/maildir.html) stand behind ":2,"; Windows takes no colon, so ";" or "!" are used.
# The reader of Outlook's data files writes them so too.
_FLAGS = re.compile(r"[:;!]2,([A-Za-z]*)$")
_FIELD = re.compile(
    rb"^(Status|X-Status|X-Mozilla-Status2?|X-Becky-Status):[ \t]*([0-9A-Za-z]*)", re.MULTILINE | re.IGNORECASE
)
# searchfox.org/comm-central/source/mailnews/base/public/nsMsgMessageFlags.idl: Read, Expunged, IMAPDeleted.
_MOZILLA_READ, _MOZILLA_EXPUNGED, _MOZILLA_IMAP_DELETED = 0x1, 0x8, 0x20_0000
_BECKY_READ = 0x1


@dataclass(frozen=True, slots=True)
class State:
    """`is_read` is None where the mailbox does not say."""

    is_read: bool | None = None
    is_deleted: bool = False


UNKNOWN = State()
"""Nothing is said."""


class MailStates:
    """The states of mails at their places.

    A Maildir and a data file of Outlook say it in the mail's name, a fetched mail's path at its end, a mailbox file in
    fields that the program puts into the mail's header, Becky! in the index beside it. In a mail on its own these
    fields may be the sender's, and tell nothing. A mail that is deleted stays in its mailbox file until the program
    compacts it.
    """

    def __init__(self, catalogue: Catalogue, evidence: Mapping[int, Evidence]) -> None:
        self._catalogue = catalogue
        self._evidence = evidence
        self._indexes: dict[str, dict[tuple[str, str], bool]] = {}

    def of(self, place: Found, message_id: str) -> State:
        """The state of the mail of this Message-ID at this place."""
        if _FETCHED.match(place.path):
            return State(place.path.endswith(_SEEN))
        if flags := _FLAGS.search(place.path):
            return State("S" in flags[1], "T" in flags[1])
        container = self._evidence.get(place.container) if place.container is not None else None
        if container is None or container.dataset not in {Mbox.name, Becky.name}:
            return UNKNOWN
        said = self._fields(place.evidence)
        if container.dataset == Becky.name:
            return State(self._indexed(place.path, message_id, said.get(b"x-becky-status")))
        return _in_mailbox_file(said)

    def _fields(self, evidence: int) -> dict[bytes, bytes]:
        header = self._catalogue.read(self._evidence[evidence], 0, _HEADER)
        header = re.split(rb"\r?\n\r?\n", header, maxsplit=1)[0]
        return {name.lower(): value for name, value in _FIELD.findall(header)}

    def _indexed(self, path: str, message_id: str, field: bytes | None) -> bool | None:
        """As the folder's index says of this mail; else as the field said when the mail was written."""
        file = path.rpartition("!")[0]
        cut = max(file.rfind("/"), file.rfind("\\")) + 1
        folder, stem = file[:cut], file[cut:].rpartition(".")[0].lower()
        if folder not in self._indexes:
            self._indexes[folder] = self._index(folder + INDEX_NAME)
        known = self._indexes[folder].get((stem, message_id))
        if known is not None or field is None:
            return known
        return bool(_hexadecimal(field) & _BECKY_READ)

    def _index(self, path: str) -> dict[tuple[str, str], bool]:
        found = [one for one in self._catalogue.at(path) if one.dataset == BeckyIndex.name]
        return states(self._catalogue.read(found[-1], 0, INDEX_BYTES)) if found else {}


def _in_mailbox_file(said: Mapping[bytes, bytes]) -> State:
    if value := said.get(b"x-mozilla-status"):
        flags, more = _hexadecimal(value), _hexadecimal(said.get(b"x-mozilla-status2", b"0"))
        return State(bool(flags & _MOZILLA_READ), bool(flags & _MOZILLA_EXPUNGED or more & _MOZILLA_IMAP_DELETED))
    status = said.get(b"status")
    return State(None if status is None else b"R" in status.upper(), b"D" in said.get(b"x-status", b"").upper())


def _hexadecimal(value: bytes) -> int:
    try:
        return int(value, 16)
    except ValueError:
        return 0
