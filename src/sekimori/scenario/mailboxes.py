"""The post: delivers mails into mailboxes with the headers that a delivery adds, and writes the mailboxes."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from hashlib import sha256
from pathlib import Path

from sekimori.scenario.mime import Draft, compose
from sekimori.scenario.people import Cast, Computer, Employee

__all__ = ["Journey", "Post"]

_MBOX_EVERY = 15
_MBOX_FIRST = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Journey:
    """The way of a mail: the address it was handed in from, and the relay that passed it on, if it came from outside.

    `web` is the front end of a provider whose users write in a browser.
    """

    origin: str
    relay: Computer | None = None
    web: str = ""


@dataclass(frozen=True, slots=True)
class _Kept:
    when: datetime
    sender: str
    data: bytes


class Post:
    """All mailboxes of the institute while the month goes by. `count` is the number of mails kept."""

    def __init__(self, cast: Cast) -> None:
        self._cast = cast
        self._mbox_users = {who.login for who in cast.employees[_MBOX_FIRST::_MBOX_EVERY]}
        self._mboxes: dict[str, list[_Kept]] = defaultdict(list)
        self._files: dict[str, bytes] = {}
        self.count = 0

    def deliver(self, draft: Draft, to: Sequence[Employee], journey: Journey) -> dict[str, str]:
        """Puts a mail into the mailboxes of people; the files it came to lie in, by mail address."""
        message = compose(draft)
        return {
            who.address: self._keep(who, draft, self._received(draft, who, journey) + message, folder="") for who in to
        }

    def file_sent(self, draft: Draft, who: Employee) -> str:
        """Keeps the sender's own copy; the file it lies in."""
        return self._keep(who, draft, compose(draft), folder=".Sent/")

    def content(self, file: str) -> bytes:
        """The bytes of a mail that was delivered into a Maildir."""
        return self._files[file]

    def uses_mbox(self, who: Employee) -> bool:
        """Whether this person's mailbox is one mbox file."""
        return who.login in self._mbox_users

    def write(self, folder: Path) -> None:
        """Writes all mailboxes below `folder`, as `deliver` named them."""
        boxes = {_maildir(who) for who in self._cast.employees if not self.uses_mbox(who)}
        boxes |= {file.rpartition("/")[0].rpartition("/")[0] for file in self._files}
        for box in sorted(boxes):
            for part in ("cur", "new", "tmp"):
                (folder / box / part).mkdir(parents=True)
        for file, data in self._files.items():
            (folder / file).write_bytes(data)
        for file, mails in self._mboxes.items():
            (folder / file).write_bytes(b"".join(_mbox_entry(mail) for mail in sorted(mails, key=lambda m: m.when)))

    def _keep(self, who: Employee, draft: Draft, data: bytes, folder: str) -> str:
        self.count += 1
        if self.uses_mbox(who):
            file = f"evidence/mail/{who.login}.mbox"
            self._mboxes[file].append(_Kept(draft.when, draft.sender.address, data))
            return file
        name = f"{int(draft.when.timestamp())}.M{draft.when.microsecond}P{self.count}.srv-mail01"
        unread = not folder and draft.when.day > 29 and self.count % 3 == 0
        # Not the colon of Maildir's description: Windows cannot keep it, and programs there write a semicolon.
        file = f"{_maildir(who)}/{folder}{f'new/{name}' if unread else f'cur/{name};2,S'}"
        self._files[file] = data
        return file

    def _received(self, draft: Draft, who: Employee, journey: Journey) -> bytes:
        inside = f"srv-mail01.{self._cast.domain}"
        outer = self._cast.exchanger
        code = sha256(f"{draft.message_id}/{who.login}".encode()).hexdigest()[:10].upper()
        lines = [f"Return-Path: <{draft.sender.address}>", f"Delivered-To: {who.address}"]
        hops: list[tuple[str, str]] = []
        if journey.relay is None:
            hops.append((f"from [{journey.origin}]", f"by {inside} (Postfix) with ESMTPSA id {code}"))
        else:
            relay, mx = journey.relay, outer.name
            front = journey.web or relay.name
            hops.append((f"from {mx} ({mx} [{outer.address}])", f"by {inside} (Postfix) with ESMTP id {code}"))
            hops.append((f"from {relay.name} ({relay.name} [{relay.address}])", f"by {mx} with ESMTPS id {code[:8]}"))
            hops.append((f"from [{journey.origin}]", f"by {front} with {'HTTPS' if journey.web else 'ESMTPSA'}"))
        for behind, (source, by) in enumerate(hops):
            when = draft.when + timedelta(seconds=2 * (len(hops) - behind))
            lines.append(f"Received: {source}\n {by}\n for <{who.address}>; {format_datetime(when)}")
        if journey.relay is not None:
            domain = draft.sender.address.partition("@")[2]
            lines.append(f"Authentication-Results: {outer.name}; spf=pass smtp.mailfrom={domain}; dmarc=pass")
        return ("\n".join(lines) + "\n").encode("ascii")


def _maildir(who: Employee) -> str:
    return f"evidence/mail/{who.login}/Maildir"


def _mbox_entry(mail: _Kept) -> bytes:
    """One mail with its separator; a body line that looks like one is quoted, as mboxrd does."""
    body = b"".join(
        b">" + line if line.lstrip(b">").startswith(b"From ") else line for line in mail.data.splitlines(keepends=True)
    )
    end = b"\n" if body.endswith(b"\n") else b"\n\n"
    return f"From {mail.sender} {mail.when.astimezone(UTC).ctime()}\n".encode("ascii") + body + end
