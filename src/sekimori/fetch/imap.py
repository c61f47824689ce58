"""IMAP: one user's mailbox, or those of all users with an administrator's login.

Reference: RFC 3501 (EXAMINE, UID FETCH, BODY.PEEK, UIDVALIDITY), RFC 4616 (SASL PLAIN with an authorization identity),
RFC 2342 (namespaces); Dovecot's master users log in as `user*master`. Folders are opened read-only and mails peeked at.
"""

import contextlib
import imaplib
import ipaddress
import re
import ssl
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from typing import Any, TypeVar

from imapclient import IMAPClient, SocketTimeout
from imapclient.exceptions import IMAPClientError, LoginError

from sekimori.fetch.protocol import (
    Event,
    Fetched,
    MailServer,
    Retries,
    State,
    States,
    Trouble,
    left_out_before,
    path_of,
    spool,
    start_over,
)
from sekimori.model.report import N_

__all__ = ["Imap", "Login", "Security", "is_loopback"]

T = TypeVar("T")

MAIL_BYTES = 1 << 30
"""Mails beyond this are listed, not fetched."""
BLOCK_BYTES = 8 << 20
"""What is asked for at a time, of one large mail or of many small ones."""
GROUP = 200
"""Mails whose flags and sizes are asked for at a time; the state advances with every group."""
_LITERAL_BYTES = 4 * BLOCK_BYTES
_LEFT = 10_000

_BYTES = re.compile(r"""\bb(['"])(.*?)\1""")
"""What a server said, as the library words it: `b'[AUTHORIZATIONFAILED] …'`."""

_DROPPED = (imaplib.IMAP4.abort, OSError, EOFError)


class Security(Enum):
    """How a connection is kept from being read along."""

    TLS = "tls"
    STARTTLS = "starttls"
    PLAIN = "plain"


class Login(Enum):
    """How a user's mailbox is reached."""

    OWN = "own"
    """With the user's own name and password."""
    MASTER = "master"
    """As `user*administrator`, the way of Dovecot."""
    PLAIN = "plain"
    """SASL PLAIN with the user as authorization identity, the way of Cyrus and others."""
    SHARED = "shared"
    """Logged in as the administrator, in the namespace of other users (`user/…`)."""


class _Gone(Exception):
    """The folder is no longer the one that was opened."""


class _Client(IMAPClient):  # type: ignore[misc]
    """A client that takes no literal beyond what it asked for."""

    def _create_IMAP4(self) -> Any:  # noqa: N802 the library's name
        made = super()._create_IMAP4()
        read = made.read

        def bounded(size: int) -> bytes:
            if size > _LITERAL_BYTES:
                raise imaplib.IMAP4.error(f"a literal of {size} bytes was announced")
            data: bytes = read(size)
            if len(data) < size:
                raise imaplib.IMAP4.abort("the connection ended within a literal")
            return data

        made.read = bounded
        return made


@dataclass(kw_only=True)
class Imap(MailServer):
    """An IMAP server. `users` are those whose mailboxes are fetched; the only one where `login` is OWN."""

    name = "imap"

    host: str
    user: str
    password: str = field(repr=False)
    port: int = 0
    security: Security = Security.TLS
    login: Login = Login.OWN
    users: Sequence[str] = ()
    ca_file: str | None = None
    separator: str = "*"
    retries: Retries = field(default_factory=Retries)
    timeout: float = 60.0
    mail_bytes: int = MAIL_BYTES
    trusted: ssl.SSLContext = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Read the certificates to trust; OSError where the file is none."""
        self.trusted = ssl.create_default_context(cafile=self.ca_file)

    def events(self, states: States, since: date | None) -> Iterator[Event]:
        """All folders of every user, one user after another."""
        whom = [self.user] if self.login in (Login.OWN, Login.SHARED) else list(dict.fromkeys(self.users))
        for user in whom:
            session = _Session(self, user)
            try:
                yield from self._folders(session, states, since)
            except LoginError as error:
                yield Trouble(self.path(user), N_("the server refused the login: {error}").format(error=_text(error)))
            except _DROPPED as error:
                yield Trouble(self.path(user), N_("the connection failed: {error}").format(error=_text(error)))
            except (imaplib.IMAP4.error, IMAPClientError) as error:
                yield Trouble(self.path(user), N_("the server answered: {error}").format(error=_text(error)))
            finally:
                session.close()

    def path(self, user: str, folder: str = "", **marks: object) -> str:
        """Where a folder or mail is."""
        usual = {Security.TLS: 993}.get(self.security, 143)
        server = self.host if self.port in (0, usual) else f"{self.host}:{self.port}"
        return path_of("imap", server, user, folder, **marks)

    def connect(self, user: str) -> IMAPClient:
        """A connection logged in for a user; nothing is sent before it is encrypted, if it is to be."""
        direct = self.security is Security.TLS
        port, timeout = self.port or (993 if direct else 143), SocketTimeout(30, self.timeout)
        context = self.trusted if direct else None
        client = _Client(self.host, port, ssl=direct, ssl_context=context, timeout=timeout)
        try:
            if self.security is Security.STARTTLS:
                client.starttls(self.trusted)
            self._log_in(client, user)
        except BaseException:
            with contextlib.suppress(OSError, imaplib.IMAP4.error):  # a failed handshake left no socket to close
                client.shutdown()
            raise
        return client

    def _log_in(self, client: IMAPClient, user: str) -> None:
        if self.login is Login.MASTER:
            client.login(f"{user}{self.separator}{self.user}", self.password)
        elif self.login is Login.PLAIN:
            client.plain_login(self.user, self.password, user)
        else:
            client.login(self.user, self.password)

    def _folders(self, session: "_Session", states: States, since: date | None) -> Iterator[Event]:
        for owner, shown, name in session.run(self._listed):
            if self.login is Login.SHARED and self.users and owner not in self.users:
                continue
            owner = owner or session.user  # noqa: PLW2901 a user's own folders name nobody
            key = self.path(owner, shown)
            try:
                yield from _Folder(self, session, owner, shown, name).events(dict(states.get(key, {})), since)
            except _Gone:
                yield Trouble(key, N_("the folder was replaced while it was fetched; fetch again"))
            except LoginError:
                raise
            except _DROPPED:
                raise
            except (imaplib.IMAP4.error, IMAPClientError) as error:
                yield Trouble(key, N_("the server answered: {error}").format(error=_text(error)))

    def _listed(self, client: IMAPClient) -> list[tuple[str, str, str]]:
        """Owner, folder as shown and folder as the server calls it, of all folders that can be opened."""
        owner = self.user if self.login is Login.OWN else ""
        prefixes = [("", "")]
        if self.login is Login.SHARED:
            others = (client.namespace().other or ()) if client.has_capability("NAMESPACE") else ()
            prefixes = [(_str(prefix), _str(mark)) for prefix, mark in others] or [("user/", "/")]
        found = []
        for prefix, _ in prefixes:
            for flags, mark, name in client.list_folders(prefix, "*"):
                if {_str(flag).lower() for flag in flags} & {"\\noselect", "\\nonexistent"}:
                    continue
                shown = _str(name).removeprefix(prefix).replace(_str(mark or b"/"), "/")
                whose, _, rest = shown.partition("/")
                found.append((whose, rest or "INBOX", name) if self.login is Login.SHARED else (owner, shown, name))
        return found


class _Session:
    """One user's connection, made again when it drops, with the folder that was open."""

    def __init__(self, server: Imap, user: str) -> None:
        self._server, self.user = server, user
        self._client: IMAPClient | None = None
        self._folder: tuple[str, int] | None = None

    def run(self, action: Callable[[IMAPClient], T]) -> T:
        """What `action` gives; on a dropped connection it is done again on a new one, so often as `Retries` say."""
        retries = self._server.retries
        for attempt in range(retries.tries):
            try:
                return action(self._connected())
            except _DROPPED as error:
                self.close()
                # A certificate that is not trusted will not be at the next attempt either.
                if attempt + 1 == retries.tries or isinstance(error, ssl.SSLCertVerificationError):
                    raise
                retries.pause(attempt)
        raise AssertionError("unreachable")

    def examine(self, folder: str) -> int:
        """Open a folder read-only; its UIDVALIDITY."""
        self._folder = None
        validity = self.run(lambda client: _examine(client, folder))
        self._folder = (folder, validity)
        return validity

    def close(self) -> None:
        """Close the connection, whatever its state."""
        client, self._client = self._client, None
        if client is not None:
            with contextlib.suppress(OSError, imaplib.IMAP4.error):
                client.shutdown()

    def _connected(self) -> IMAPClient:
        if self._client is None:
            self._client = self._server.connect(self.user)
            if self._folder is not None and _examine(self._client, self._folder[0]) != self._folder[1]:
                raise _Gone
        return self._client


@dataclass(frozen=True, slots=True)
class _Mail:
    uid: int
    size: int
    seen: bool


class _Folder:
    """One folder of one user."""

    def __init__(self, server: Imap, session: _Session, owner: str, shown: str, name: str) -> None:
        self._server, self._session, self._name = server, session, name
        self._owner, self._shown = owner, shown

    def events(self, state: dict[str, Any], since: date | None) -> Iterator[Event]:
        """New mails in order of UIDs, the state after every group of them."""
        validity = self._session.examine(self._name)
        if state.get("uidvalidity") != validity or start_over(state, since):
            state = {}
        last, left = int(state.get("uid", 0)), [int(uid) for uid in state.get("left", ())]
        kept_since = left_out_before(state, since)
        uids = self._session.run(lambda client: _search(client, last, since))
        again = sorted(uid for uid in left if uid <= last)
        left = []
        for group in [again, *(uids[at : at + GROUP] for at in range(0, len(uids), GROUP))]:
            if not group:
                continue
            yield from self._group(group, validity, left)
            last = max(last, group[-1])
            after = {"uidvalidity": validity, "uid": last, "since": kept_since}
            still = [uid for uid in again if uid > group[-1]] if group is not again else []
            yield State(self._path(), {**after, "left": [*left, *still][:_LEFT]})

    def _path(self, **marks: object) -> str:
        return self._server.path(self._owner, self._shown, **marks)

    def _group(self, uids: list[int], validity: int, left: list[int]) -> Iterator[Event]:
        mails = self._session.run(lambda client: _described(client, uids))
        together: list[_Mail] = []
        for mail in mails:
            if mail.size > BLOCK_BYTES:
                yield from self._large(mail, validity, left)
                continue
            if together and sum(one.size for one in together) + mail.size > BLOCK_BYTES:
                yield from self._small(together, validity, left)
                together = []
            together.append(mail)
        if together:
            yield from self._small(together, validity, left)

    def _small(self, mails: list[_Mail], validity: int, left: list[int]) -> Iterator[Event]:
        try:
            bodies = self._session.run(lambda client: _bodies(client, [mail.uid for mail in mails]))
        except imaplib.IMAP4.error as error:
            if isinstance(error, (imaplib.IMAP4.abort, LoginError)):
                raise
            if len(mails) > 1:  # one of them is refused: the others are not lost for it
                for mail in mails:
                    yield from self._small([mail], validity, left)
                return
            left.append(mails[0].uid)
            reason = N_("the server answered: {error}").format(error=_text(error))
            yield Trouble(self._path(UIDVALIDITY=validity, UID=mails[0].uid), reason)
            return
        for mail in mails:
            body = bodies.pop(mail.uid, None)
            if body is not None:  # else it was deleted meanwhile
                stream = spool()
                stream.write(body)
                yield self._fetched(mail, validity, stream, len(body))

    def _large(self, mail: _Mail, validity: int, left: list[int]) -> Iterator[Event]:
        path = self._path(UIDVALIDITY=validity, UID=mail.uid)
        if mail.size > self._server.mail_bytes:
            left.append(mail.uid)
            limit = self._server.mail_bytes
            yield Trouble(path, N_("mails are fetched up to {count} bytes").format(count=limit))
            return
        stream, size = spool(), 0
        while size <= self._server.mail_bytes:
            start = size
            block = self._session.run(lambda client, start=start: _stretch(client, mail.uid, start))  # type: ignore[misc]
            stream.write(block)
            size += len(block)
            if len(block) < BLOCK_BYTES:
                break
        if size:
            yield self._fetched(mail, validity, stream, size)

    def _fetched(self, mail: _Mail, validity: int, stream: Any, size: int) -> Fetched:
        stream.seek(0)
        path = self._path(UIDVALIDITY=validity, UID=mail.uid, SEEN=mail.seen)
        return Fetched(path=path, stream=stream, size=size)


def _examine(client: IMAPClient, folder: str) -> int:
    return int(client.select_folder(folder, readonly=True).get(b"UIDVALIDITY", 0))


def _search(client: IMAPClient, last: int, since: date | None) -> list[int]:
    """UIDs beyond the last; `n:*` names the last mail even where there is none beyond (RFC 3501, 6.4.8)."""
    criteria: list[Any] = ["UID", f"{last + 1}:*", *(["SINCE", since] if since else [])]
    return sorted(uid for uid in client.search(criteria) if uid > last)


def _described(client: IMAPClient, uids: list[int]) -> list[_Mail]:
    found: Mapping[int, Mapping[bytes, Any]] = client.fetch(uids, ["FLAGS", "RFC822.SIZE"])
    return [
        _Mail(uid, int(found[uid].get(b"RFC822.SIZE", 0)), b"\\Seen" in found[uid].get(b"FLAGS", ()))
        for uid in uids
        if uid in found
    ]


def _bodies(client: IMAPClient, uids: list[int]) -> dict[int, bytes]:
    found = client.fetch(uids, ["BODY.PEEK[]"])
    return {uid: found[uid][b"BODY[]"] for uid in uids if found.get(uid, {}).get(b"BODY[]") is not None}


def _stretch(client: IMAPClient, uid: int, start: int) -> bytes:
    found = client.fetch([uid], [f"BODY.PEEK[]<{start}.{BLOCK_BYTES}>"]).get(uid, {})
    return found.get(f"BODY[]<{start}>".encode()) or b""


def _str(text: str | bytes) -> str:
    return text.decode("utf-8", "backslashreplace") if isinstance(text, bytes) else text


def _text(error: BaseException) -> str:
    text = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return str(_BYTES.sub(r"\2", text))[:300]


def is_loopback(host: str) -> bool:
    """Whether a host is this machine by its very name, without asking anybody."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host.lower() == "localhost"
