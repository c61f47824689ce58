"""Whose mailbox a mail was in, told from the path that it was handed over with."""

import re
from collections.abc import Sequence
from urllib.parse import unquote

__all__ = ["mailbox_of"]

_MAILDIRS = frozenset({"maildir", ".maildir", "mail", "mdbox"})
_FOLDER_NAMES = (
    "inbox sent drafts trash archives archive templates junk spam queue outbox 受信トレイ 送信済み 下書き ごみ箱"
)
_FOLDERS = frozenset(_FOLDER_NAMES.split()) | {"unsent messages", "sent items", "deleted items"}
_MBOX = re.compile(r"\.(?:mbox|mbx)$", re.IGNORECASE)
_SUBFOLDERS = ".sbd"
_MEMBER = re.compile(r"!\d+\.eml$")
"""What the reader of mailbox files puts behind a file's name for each of its mails."""
_DATA_FILE = re.compile(r"\.(?:pst|ost)$", re.IGNORECASE)
_FETCHED = frozenset({"imap:", "graph:"})
"""What paths of mails begin with that were fetched: `imap://SERVER/USER/FOLDER;…`."""


def mailbox_of(path_parts: Sequence[str]) -> str | None:
    """The mailbox that a path names, its folder behind a `/` where that is not the inbox of a Maildir; None for none.

    `…/taro/Maildir/cur/1700000000.M1P1.mail:2,S` and `taro.mbox` are of `taro`, `…/taro/Maildir/.Sent/new/…` of
    `taro/Sent`; a file called by its folder alone keeps what is above it: `pop.example.jp/Inbox`. A mail within such a
    file (`taro.mbox!3.eml`) is in the file's mailbox.
    What was fetched from a server is of its user, whatever the folder.
    """
    parts = [part for part in path_parts if part.strip("/\\")]
    if len(parts) > 3 and parts[0] in _FETCHED:
        return unquote(parts[2])
    if len(parts) > 2 and parts[-2] in {"cur", "new"}:
        return _maildir(parts[:-2])
    for index, part in enumerate(parts[:-1]):
        if _DATA_FILE.search(part):
            # Below the data file stand its root, which says nothing, and the folders; the last part is the message.
            return "/".join([_DATA_FILE.sub("", part), *parts[index + 2 : -1]])
    for index in range(len(parts) - 1, -1, -1):
        above = parts[:index]
        if parts[index].lower().endswith(_SUBFOLDERS):
            continue
        name = _MEMBER.sub("", parts[index])
        stem = _MBOX.sub("", name)
        if stem.lower() in _FOLDERS or (above and above[-1].lower().endswith(_SUBFOLDERS)):
            return _below(above, stem)
        if stem != name:
            return stem
    return None


def _below(above: Sequence[str], folder: str) -> str:
    """A folder with the folders around it (Thunderbird keeps them as `NAME.sbd`) and one part above them."""
    names = [folder]
    for part in reversed(above):
        names.insert(0, part.removesuffix(_SUBFOLDERS))
        if not part.lower().endswith(_SUBFOLDERS):
            break
    return "/".join(names)


def _maildir(parts: Sequence[str]) -> str:
    """The owner of a Maildir at a path; its subfolders are called `.Sent`, `.Sent.2014`."""
    last = parts[-1]
    if last.startswith(".") and last.lower() not in _MAILDIRS and len(parts) > 1:
        return f"{_maildir(parts[:-1])}/{last[1:].replace('.', '/')}"
    if last.lower() in _MAILDIRS and len(parts) > 1:
        return parts[-2]
    return last
