"""Whose mailbox a mail was in, told from the path that it was handed over with."""

import re
from collections.abc import Sequence
from urllib.parse import unquote

__all__ = ["HOLD_MAILS", "MAILBOX_FILES", "is_called_mail", "mailbox_of"]

MAILBOX_FILES = frozenset({"mail.mbox", "mail.becky"})
"""The formats of files that are a mailbox each."""

HOLD_MAILS = MAILBOX_FILES | {"mail.pst", "mail.msg", "mail.tnef"}
"""The formats whose members are mails, whatever their header says."""

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
_WITHIN = re.compile(r"(?<=\.pst|\.ost|\.zip|\.tar|\.tgz|\.rar)!|(?<=\.7z|\.gz)!", re.IGNORECASE)
"""What stands between a container and its member, where the member's name is a path of its own."""
_ACCOUNT = re.compile(r"\.mb$", re.IGNORECASE)
_FOLDER_FILE = re.compile(r"\.bmf(?:!\d+\.eml)?$|^folder\.(?:idx|ini)$", re.IGNORECASE)
"""Becky! keeps a folder's mails in files with numbers for names; the folder's parts begin with `!` or `#`."""
_PROFILE = re.compile(r"\.default|^profiles$|thunderbird", re.IGNORECASE)
_FETCHED = frozenset({"imap:", "graph:"})
"""What paths of mails begin with that were fetched: `imap://SERVER/USER/FOLDER;…`."""
_IN_MAILDIR = re.compile(r"\d+\.")
"""So the name of a file of a Maildir begins: with a time."""


def is_called_mail(path_parts: Sequence[str], *, has_field: bool) -> bool:
    """Whether a file is a mail by where it was, however little its header says: fetched, of a Maildir, or `.eml`.

    A name is given to anything: what is merely called `.eml` must begin with a field.
    """
    *above, name = path_parts or ("",)
    is_delivered = bool(above) and above[-1] in {"cur", "new"} and _IN_MAILDIR.match(name) is not None
    return is_delivered or (has_field and name.lower().endswith(".eml")) or (bool(above) and above[0] in _FETCHED)


def mailbox_of(path_parts: Sequence[str], *, is_in_file: bool = False) -> str | None:
    """The mailbox that a path names, its folder behind a `/` where that is not the inbox of a Maildir; None for none.

    With `is_in_file` the path is known to be that of a mail in a mailbox file: such a file without a name that tells
    more (Thunderbird gives its folders no extension) is a mailbox called as it is.

    `…/taro/Maildir/cur/1700000000.M1P1.mail:2,S` and `taro.mbox` are of `taro`, `…/taro/Maildir/.Sent/new/…` of
    `taro/Sent`; a file called by its folder alone keeps what is above it: `pop.example.jp/Inbox`. A mail within such a
    file (`taro.mbox!3.eml`) is in the file's mailbox.
    In a profile of Thunderbird every file is a folder below its server (`pop.example.jp/見積`), in the folder of
    Becky! `taro/5f7a10c0.mb/!!!!Inbox/…bmf` is of `taro/5f7a10c0/Inbox`.
    What was fetched from a server is of its user, whatever the folder.
    """
    parts = [piece for part in path_parts for piece in _WITHIN.split(part) if piece.strip("/\\")]
    if len(parts) > 3 and parts[0] in _FETCHED:
        return unquote(parts[2])
    if len(parts) > 2 and parts[-2] in {"cur", "new"}:
        return _maildir(parts[:-2])
    for index, part in enumerate(parts[:-1]):
        if _DATA_FILE.search(part):
            # Below the data file stand its root, which says nothing, and the folders; the last part is the message.
            return "/".join([_DATA_FILE.sub("", part), *parts[index + 2 : -1]])
    special = _becky(parts) or _profile(parts)
    return special or _named(parts) or (_file_itself(parts) if is_in_file else None)


def _named(parts: Sequence[str]) -> str | None:
    """A mailbox file that its own name, or that of the folder around it, gives away."""
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


def _becky(parts: Sequence[str]) -> str | None:
    """The folder of Becky! that a path lies in: from the account's folder (`.mb`) and what is above it on."""
    if len(parts) < 2 or not _FOLDER_FILE.search(parts[-1]):
        return None
    start = next((index for index in range(len(parts) - 2, -1, -1) if _ACCOUNT.search(parts[index])), len(parts) - 2)
    is_account = _ACCOUNT.search(parts[start]) is not None
    above = [parts[start - 1]] if is_account and start and parts[start - 1].lower() != "becky!" else []
    return "/".join([*above, *(_ACCOUNT.sub("", part.lstrip("!#")) for part in parts[start:-1])]) or None


def _profile(parts: Sequence[str]) -> str | None:
    """The folder in a profile of Thunderbird: `ImapMail/SERVER/FOLDER`, `Mail/SERVER/PARENT.sbd/FOLDER`."""
    for index, part in enumerate(parts[:-2]):
        is_store = part == "ImapMail" or (part == "Mail" and any(map(_PROFILE.search, parts[:index])))
        below = [_MEMBER.sub("", parts[-1]) if one is parts[-1] else one for one in parts[index + 1 :]]
        if is_store and "." not in below[-1]:
            return "/".join(one.removesuffix(_SUBFOLDERS) for one in below)
    return None


def _file_itself(parts: Sequence[str]) -> str | None:
    """What a mailbox file is called, of the path of a mail in it."""
    name, mark, _ = parts[-1].rpartition("!") if parts else ("", "", "")
    return name.rpartition("!")[2] or None if mark else None


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
