"""Microsoft 365 through Graph: every folder of every user, then only what is new.

Reference: learn.microsoft.com/graph: "Get incremental changes to messages in a folder" (delta-query-messages), "Get
MIME content of a message" (outlook-get-mime-message), "Microsoft Graph throttling guidance" (throttling), "Use delta
query to track changes" (delta-query-overview, synchronization reset: 410), "List mailFolders" (user-list-mailfolders),
"Obtain immutable identifiers" (outlook-immutable-id). Only GET is sent.
"""

import json
import ssl
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime
from typing import Any, BinaryIO, Self, TypeVar
from urllib.parse import quote, urlsplit

import httpx

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

__all__ = ["BASE_URL", "Graph", "GraphError"]

T = TypeVar("T")

BASE_URL = "https://graph.microsoft.com/v1.0"
MAIL_BYTES = 1 << 30
"""Mails beyond this are listed, not fetched."""
PAGE = 100
PAGE_BYTES = 64 << 20
DEEPEST = 50
_LEFT = 10_000
_AGAIN = {408, 429, 500, 502, 503, 504}
_RESYNC = {"syncstatenotfound", "resyncrequired", "syncstateinvalid"}
_PREFER = f'IdType="ImmutableId", odata.maxpagesize={PAGE}'


class GraphError(Exception):
    """Graph did not give what was asked for; `status` is that of HTTP, 0 where there was none."""

    def __init__(self, reason: str, status: int = 0, code: str = "") -> None:
        self.status, self.code = status, code
        super().__init__(reason)

    @property
    def is_resync(self) -> bool:
        """Whether the state is no longer known and all must be asked for anew."""
        return self.status == httpx.codes.GONE or self.code.lower() in _RESYNC


class _Failed(Exception):
    """A request that failed, and the seconds that the server asks to wait before the next."""

    def __init__(self, error: GraphError, asked: float | None = None) -> None:
        self.error, self.asked = error, asked
        super().__init__(str(error))


@dataclass(kw_only=True)
class Graph(MailServer):
    """Microsoft 365. Without `users` all that the directory lists; `own` fetches that of who signed in.

    `token` gives an access token; it is asked again where one is refused.
    """

    name = "graph"

    token: Callable[[], str]
    base_url: str = BASE_URL
    users: Sequence[str] = ()
    own: bool = False
    ca_file: str | None = None
    retries: Retries = field(default_factory=Retries)
    timeout: float = 60.0
    mail_bytes: int = MAIL_BYTES
    trusted: ssl.SSLContext = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Read the certificates to trust; OSError where the file is none."""
        self.trusted = ssl.create_default_context(cafile=self.ca_file)

    def events(self, states: States, since: date | None) -> Iterator[Event]:
        """All folders of every user, one user after another."""
        with _Asking(self) as asking:
            try:
                users = list(self._users(asking))
            except GraphError as error:
                yield Trouble(self.path("", ""), str(error))
                return
            for user, root in users:
                try:
                    for id_, shown in _folders(asking, f"{root}/mailFolders", "", set()):
                        folder = _Folder(self, asking, user, f"{root}/mailFolders/{quote(id_, safe='')}", shown)
                        yield from folder.told(states, since)
                except GraphError as error:
                    yield Trouble(self.path(user, ""), str(error))

    def path(self, user: str, folder: str, **marks: object) -> str:
        """Where a folder or mail is."""
        return path_of("graph", urlsplit(self.base_url).netloc, user, folder, **marks)

    def _users(self, asking: "_Asking") -> Iterator[tuple[str, str]]:
        """Names of users with the paths of their mailboxes."""
        if self.own:
            me = asking.json("/me?$select=userPrincipalName")
            yield str(me.get("userPrincipalName") or "me"), "/me"
        elif self.users:
            yield from ((user, f"/users/{quote(user, safe='@')}") for user in dict.fromkeys(self.users))
        else:
            for row in asking.rows("/users?$select=id,userPrincipalName&$top=100"):
                if row.get("id"):
                    yield str(row.get("userPrincipalName") or row["id"]), f"/users/{quote(str(row['id']), safe='')}"


def _folders(asking: "_Asking", url: str, above: str, known: set[str]) -> Iterator[tuple[str, str]]:
    """Ids and names of all folders below `url`, hidden ones included, each of them once."""
    for row in asking.rows(f"{url}?includeHiddenFolders=true&$top={PAGE}&$select=id,displayName,childFolderCount"):
        id_ = str(row.get("id") or "")
        if not id_ or id_ in known:
            continue
        known.add(id_)
        shown = above + str(row.get("displayName") or id_).replace("/", "∕")
        yield id_, shown
        if row.get("childFolderCount") and shown.count("/") < DEEPEST:
            root = url.partition("/mailFolders")[0]
            inner = f"{root}/mailFolders/{quote(id_, safe='')}/childFolders"
            yield from _folders(asking, inner, f"{shown}/", known)


class _Folder:
    """One folder of one user."""

    def __init__(self, server: Graph, asking: "_Asking", user: str, url: str, shown: str) -> None:
        self._server, self._asking, self._user, self._url, self._shown = server, asking, user, url, shown
        self._key = server.path(user, shown)

    def told(self, states: States, since: date | None) -> Iterator[Event]:
        """What is new; a state that Graph no longer knows is left for a new beginning, once."""
        state = dict(states.get(self._key, {}))
        if state.get("url") != self._url or start_over(state, since):
            state = {}
        try:
            yield from self._events(state, since)
        except GraphError as error:
            if not (error.is_resync and state.get("link")):
                yield Trouble(self._key, str(error))
                return
            try:
                yield from self._events({}, since)
            except GraphError as again:
                yield Trouble(self._key, str(again))

    def _events(self, state: Mapping[str, Any], since: date | None) -> Iterator[Event]:
        kept_since = left_out_before(state, since)
        link = state.get("link") or f"{self._url}/messages/delta?changeType=created&$select=isRead,receivedDateTime"
        again: list[dict[str, Any]] = list(state.get("left", ()))
        left: list[dict[str, Any]] = []
        followed: set[str] = set()
        while link and link not in followed:
            followed.add(link)
            page = self._asking.json(link)
            for row in [*again, *_rows(page)]:
                if row.get("id") and "@removed" not in row and _is_due(row, since):
                    yield from self._mail(row, left)
            again = []  # what fails twice waits for the next fetch, not for the next page
            following = self._asking.link(page, "@odata.nextLink")
            kept = following or self._asking.link(page, "@odata.deltaLink")
            if not kept:
                raise GraphError(N_("the server's answer is broken"))
            yield State(self._key, {"url": self._url, "link": kept, "since": kept_since, "left": left[:_LEFT]})
            link = following

    def _mail(self, row: Mapping[str, Any], left: list[dict[str, Any]]) -> Iterator[Event]:
        id_, seen = str(row["id"]), row.get("isRead") is True
        root = self._url.partition("/mailFolders")[0]
        try:
            stream, size = self._asking.content(f"{root}/messages/{quote(id_, safe='')}/$value")
        except GraphError as error:
            if error.status == httpx.codes.NOT_FOUND:  # it was deleted meanwhile
                return
            left.append({name: row[name] for name in ("id", "isRead", "receivedDateTime") if name in row})
            yield Trouble(self._server.path(self._user, self._shown, ID=quote(id_, safe="=")), str(error))
            return
        path = self._server.path(self._user, self._shown, ID=quote(id_, safe="="), SEEN=seen)
        yield Fetched(path=path, stream=stream, size=size)


class _Asking:
    """GET requests that are repeated where Graph is busy or the connection drops."""

    def __init__(self, server: Graph) -> None:
        self._server = server
        self._base = server.base_url.rstrip("/")
        self._client = httpx.Client(
            timeout=server.timeout, verify=server.trusted, follow_redirects=False, trust_env=True
        )
        self._token = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self._client.close()

    def json(self, link: str) -> dict[str, Any]:
        """An answer that is an object."""

        def taken(response: httpx.Response) -> dict[str, Any]:
            try:
                found = json.loads(_bounded(response, PAGE_BYTES))
            except RecursionError as error:
                raise ValueError("nested too deeply") from error
            if not isinstance(found, dict):
                raise ValueError("no object")  # noqa: TRY004 said below as a broken answer
            return found

        return self._get(link, taken)

    def rows(self, link: str) -> Iterator[dict[str, Any]]:
        """The rows of all pages."""
        followed: set[str] = set()
        while link and link not in followed:
            followed.add(link)
            page = self.json(link)
            yield from _rows(page)
            link = self.link(page, "@odata.nextLink")

    def link(self, page: Mapping[str, Any], name: str) -> str:
        """A page's link to another, empty where it has none; a broken one is noticed before it is kept."""
        link = page.get(name) or ""
        if not isinstance(link, str):
            raise GraphError(N_("the server's answer is broken"))
        return self._url(link) if link else ""

    def content(self, link: str) -> tuple[BinaryIO, int]:
        """An answer's bytes in a temporary file, from their beginning."""

        def taken(response: httpx.Response) -> tuple[BinaryIO, int]:
            stream, size, limit = spool(), 0, self._server.mail_bytes
            try:
                for block in response.iter_bytes():
                    size += len(block)
                    if size > limit:
                        raise GraphError(N_("mails are fetched up to {count} bytes").format(count=limit))
                    stream.write(block)
            except BaseException:
                stream.close()
                raise
            stream.seek(0)
            return stream, size

        return self._get(link, taken)

    def _get(self, link: str, taken: Callable[[httpx.Response], T]) -> T:
        url, retries = self._url(link), self._server.retries
        is_renewed = False
        for attempt in range(retries.tries):
            try:
                return self._taken(url, taken)
            except _Failed as failed:
                failure, asked = failed.error, failed.asked
            if failure.status == httpx.codes.UNAUTHORIZED and not is_renewed:
                is_renewed, self._token = True, ""
                continue
            if failure.is_resync or (failure.status and failure.status not in _AGAIN):
                break
            if attempt + 1 < retries.tries:
                retries.pause(attempt, asked)
        raise failure

    def _taken(self, url: str, taken: Callable[[httpx.Response], T]) -> T:
        """What one request gives; `_Failed` where another may do better."""
        headers = self._headers()
        try:
            with self._client.stream("GET", url, headers=headers) as response:
                if response.status_code == httpx.codes.OK:
                    return taken(response)
                raise _Failed(_failure(response), _seconds(response.headers.get("Retry-After")))
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            text = str(error) or type(error).__name__
            failure = GraphError(N_("the connection failed: {error}").format(error=text))
            if _is_distrust(error):
                raise failure from error
            raise _Failed(failure) from error
        except ValueError as error:
            raise _Failed(GraphError(N_("the server's answer is broken"))) from error

    def _url(self, link: str) -> str:
        """A link as a URL; the token goes to nobody but the server that was named."""
        if link.startswith("/"):
            return self._base + link
        try:
            theirs, ours = urlsplit(link), urlsplit(self._base)
        except ValueError:
            raise GraphError(N_("the server's answer is broken")) from None
        if (theirs.scheme, theirs.netloc) != (ours.scheme, ours.netloc):
            raise GraphError(N_("the server's answer points to another server"))
        return link

    def _headers(self) -> dict[str, str]:
        self._token = self._token or self._server.token()
        return {"Authorization": f"Bearer {self._token}", "Prefer": _PREFER}


def _is_distrust(error: BaseException | None) -> bool:
    """Whether a certificate was refused: it will be at the next attempt too."""
    while error is not None and not isinstance(error, ssl.SSLCertVerificationError):
        error = error.__cause__ or error.__context__
    return error is not None


def _bounded(response: httpx.Response, limit: int) -> bytes:
    data = bytearray()
    for block in response.iter_bytes():
        data += block
        if len(data) > limit:
            raise ValueError("the answer is too long")
    return bytes(data)


def _failure(response: httpx.Response) -> GraphError:
    """What an answer that is none says of itself."""
    code = ""
    try:
        found = json.loads(_bounded(response, 1 << 20))
        code = str(found["error"]["code"])[:100]
    except (ValueError, TypeError, KeyError, RecursionError, httpx.HTTPError):
        pass
    text = f"{response.status_code} {code}".strip()
    return GraphError(N_("the server answered: {error}").format(error=text), response.status_code, code)


def _rows(page: Mapping[str, Any]) -> list[dict[str, Any]]:
    rows = page.get("value")
    if not isinstance(rows, list):
        raise GraphError(N_("the server's answer is broken"))
    return [row for row in rows if isinstance(row, dict)]


def _is_due(row: Mapping[str, Any], since: date | None) -> bool:
    """Whether a message is asked for. Graph's own filter would end a delta after 5,000 messages."""
    received = str(row.get("receivedDateTime") or "")
    return since is None or not received or received[:10] >= since.isoformat()


def _seconds(text: str | None) -> float | None:
    """`Retry-After`: seconds, or a date (RFC 9110, 10.2.3)."""
    if not text:
        return None
    try:
        return (
            float(text) if text.strip().isdigit() else (parsedate_to_datetime(text) - datetime.now(UTC)).total_seconds()
        )
    except (ValueError, TypeError):
        return None
