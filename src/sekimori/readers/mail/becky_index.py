"""The index of a folder of Becky! Internet Mail (`Folder.idx`): a line for each mail that its list shows.

Columns stand between bytes 01: where the mail begins and in which file (both hexadecimal), subject, sender, recipients,
Message-ID, three times, size, state. The first line is the index's own. It tells of mails that are read from their
mailbox files; of it, only how many there are is told, and for the list of recipients who read a mail
(`states`). Columns that are not described publicly are left alone.
Reference: todayand.exblog.jp/10961523 (the columns); the bits of the state as in X-Becky-Status,
searchfox.org/comm-central/source/mailnews/import/src/nsBeckyMail.cpp.

    0|0|5f7a10c1|会議|yamada@freemail.example|sato@example.jp|<1@freemail.example>||…|787|000001|0|3|0|iso-2022-jp|
"""

import re
from collections.abc import Iterator
from typing import ClassVar

from sekimori.model.place import Statement
from sekimori.model.report import N_
from sekimori.readers.protocol import Head, Item, Reader, ReadingContext, Source, unread

__all__ = ["INDEX_BYTES", "INDEX_NAME", "BeckyIndex", "states"]

INDEX_NAME = "Folder.idx"
"""So the index beside the mailbox files is called."""

INDEX_BYTES = 64 << 20
"""An index is read up to this length."""

_LINE = re.compile(rb"[0-9A-Fa-f]{1,16}\x01[^\x01\n]{0,20}\x01[0-9A-Fa-f]{1,16}\x01[^\n]*")
_FIRST = re.compile(rb"[^\n\x01]{0,200}\n" + _LINE.pattern)
_FILE, _MESSAGE_ID, _STATE, _COLUMNS = 2, 6, 12, 13
_READ = 0x1


class BeckyIndex(Reader):
    """The index of one folder. Yields no records: the mails stand in the mailbox files beside it."""

    name: ClassVar[str] = "mail.becky_index"
    title: ClassVar[str] = "Becky! folder index (Folder.idx)"

    def recognises(self, head: Head) -> bool:
        """Whether its second line has the columns."""
        return _FIRST.match(head.data) is not None

    def read(self, source: Source, context: ReadingContext) -> Iterator[Item]:  # noqa: ARG002 - nothing is assumed
        """How many mails it lists, and how many of them were read."""
        with source.open() as stream:
            data = stream.read(INDEX_BYTES)
        marked = [is_read for _, _, is_read in _entries(data)]
        told = N_("{count} mails, {read} of them read").format(count=len(marked), read=sum(marked))
        yield Statement(N_("index of the folder"), told)
        if source.size > len(data):
            reason = N_("an index is read up to {count} bytes").format(count=INDEX_BYTES)
            yield unread(reason, offset=len(data), length=source.size - len(data))


def states(index: bytes) -> dict[tuple[str, str], bool]:
    """Whether a mail was read, by the stem of its mailbox file in lower case and its Message-ID without brackets.

    What the index says twice and differently, as after copying within the folder, is left out.
    """
    found: dict[tuple[str, str], bool] = {}
    contested = set()
    for file, message_id, is_read in _entries(index[:INDEX_BYTES]):
        key = (file, message_id)
        if message_id and found.setdefault(key, is_read) != is_read:
            contested.add(key)
    return {key: is_read for key, is_read in found.items() if key not in contested}


def _entries(data: bytes) -> Iterator[tuple[str, str, bool]]:
    """File, Message-ID and whether it was read, of every line whose state can be read."""
    for line in data.split(b"\n")[1:]:
        columns = line.rstrip(b"\r").split(b"\x01")
        if len(columns) < _COLUMNS or not _LINE.match(line):
            continue
        try:
            state = int(columns[_STATE], 16)
        except ValueError:
            continue
        message_id = columns[_MESSAGE_ID].decode("utf-8", "replace").strip().strip("<>")
        yield columns[_FILE].decode("ascii", "replace").lower(), message_id, bool(state & _READ)
