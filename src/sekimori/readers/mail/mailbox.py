"""Whose mailbox a mail was in, told from the path that it was handed over with."""

import re
from collections.abc import Sequence

__all__ = ["mailbox_of"]

_MAILDIRS = frozenset({"maildir", ".maildir", "mail", "mdbox"})
_FOLDER_NAMES = (
    "inbox sent drafts trash archives archive templates junk spam queue outbox 受信トレイ 送信済み 下書き ごみ箱"
)
_FOLDERS = frozenset(_FOLDER_NAMES.split()) | {"unsent messages", "sent items", "deleted items"}
_MBOX = re.compile(r"\.(?:mbox|mbx)$", re.IGNORECASE)
_SUBFOLDERS = ".sbd"
_DATA_FILE = re.compile(r"\.(?:pst|ost)$", re.IGNORECASE)


def mailbox_of(path_parts: Sequence[str]) -> str | None:
    """The mailbox that a path names, its folder behind a `/` where that is not the inbox of a Maildir; None for none.

    `…/taro/Maildir/cur/1700000000.M1P1.mail:2,S` and `taro.mbox` are of `taro`, `…/taro/Maildir/.Sent/new/…` of
    `taro/Sent`; a file called by its folder alone keeps what is above it: `pop.example.jp/Inbox`.
    """
    parts = [part for part in path_parts if part.strip("/\\")]
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
        stem = _MBOX.sub("", parts[index])
        if stem.lower() in _FOLDERS or (above and above[-1].lower().endswith(_SUBFOLDERS)):
            return _below(above, stem)
        if stem != parts[index]:
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
