"""A small Microsoft Graph on this machine: users, folders within folders, deltas in pages, MIME, and its failures."""

import json
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

PAGE = 2


@dataclass
class Folder:
    """A folder with its mails in the order they came: id, MIME and whether it was read."""

    name: str
    above: str = ""
    mails: list[tuple[str, bytes, bool]] = field(default_factory=list)
    received: str = "2026-10-01T00:00:00Z"


@dataclass
class Failure:
    """What is answered, so many times, where the address holds `where`."""

    where: str
    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    times: int = 1


@dataclass
class Office:
    """Mailboxes by user and folder's id, and what was asked for."""

    port: int = 0
    scheme: str = "http"
    boxes: dict[str, dict[str, Folder]] = field(default_factory=dict)
    failures: list[Failure] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    tokens: list[str] = field(default_factory=list)
    generation: int = 1
    """Part of every delta token: those of an earlier one are expired."""

    @property
    def url(self) -> str:
        return f"{self.scheme}://127.0.0.1:{self.port}/v1.0"

    def put(self, user: str, folder: str, id_: str, mail: bytes, *, seen: bool = False) -> None:
        self.boxes[user][folder].mails.append((id_, mail, seen))

    def count(self, part: str) -> int:
        """How many requests held this in their address."""
        return sum(part in one for one in self.asked)

    def answer(self, target: str) -> tuple[int, dict[str, str], bytes]:
        """Status, headers and body for an address."""
        for failure in self.failures:
            if failure.times and failure.where in target:
                failure.times -= 1
                return failure.status, failure.headers, failure.body
        split = urlsplit(target)
        parts = [unquote(part) for part in split.path.removeprefix("/v1.0/").split("/")]
        try:
            found = self._found(parts, parse_qs(split.query))
        except KeyError:
            return 404, {}, b'{"error": {"code": "ErrorItemNotFound"}}'
        if isinstance(found, tuple):
            return found
        return 200, {}, found if isinstance(found, bytes) else json.dumps(found).encode()

    def _found(self, parts: list[str], query: dict[str, list[str]]) -> Any:
        match parts:
            case ["users"]:
                return self._page("/users", query, [{"id": f"id {u}", "userPrincipalName": u} for u in self.boxes])
            case ["me"]:
                return {"userPrincipalName": next(iter(self.boxes))}
            case ["me", *rest]:
                user = next(iter(self.boxes))
            case ["users", user, *rest]:
                user = user.removeprefix("id ")
            case _:
                raise KeyError
        folders = self.boxes[user]
        match rest:
            case ["mailFolders"]:
                return {"value": _listed(folders, "")}
            case ["mailFolders", id_, "childFolders"]:
                return {"value": _listed(folders, id_)}
            case ["mailFolders", id_, "messages", "delta"]:
                return self._delta("/".join(["", *parts]), folders[id_], query)
            case ["messages", id_, "$value"]:
                return next((mail for box in folders.values() for one, mail, _ in box.mails if one == id_), None) or (
                    404,
                    {},
                    b"",
                )
        raise KeyError

    def _page(self, path: str, query: dict[str, list[str]], rows: list[dict[str, Any]]) -> dict[str, Any]:
        start = int(query.get("$skip", ["0"])[0])
        more = {"@odata.nextLink": f"{self.url}{path}?$skip={start + PAGE}"} if len(rows) > start + PAGE else {}
        return {"value": rows[start : start + PAGE], **more}

    def _delta(self, path: str, folder: Folder, query: dict[str, list[str]]) -> Any:
        generation, _, at = (query.get("$deltatoken") or query.get("$skiptoken") or [""])[0].partition("-")
        if generation and int(generation) != self.generation:
            return 410, {}, b'{"error": {"code": "SyncStateNotFound"}}'
        start = int(at or 0)
        after = min(start + PAGE, len(folder.mails))
        rows: list[dict[str, Any]] = [
            {"id": id_, "isRead": seen, "receivedDateTime": folder.received}
            for id_, _, seen in folder.mails[start:after]
        ]
        rows.append({"id": "away", "@removed": {"reason": "deleted"}})
        name, token = ("nextLink", "skiptoken") if after < len(folder.mails) else ("deltaLink", "deltatoken")
        link = f"{self.url}{path.replace(' ', '%20')}?${token}={self.generation}-{after}"
        return {"value": rows, f"@odata.{name}": link}


def _listed(folders: dict[str, Folder], above: str) -> list[dict[str, Any]]:
    return [
        {
            "id": id_,
            "displayName": folder.name,
            "childFolderCount": sum(one.above == id_ for one in folders.values()),
        }
        for id_, folder in folders.items()
        if folder.above == above
    ]


@contextmanager
def serving(context: ssl.SSLContext | None = None) -> Iterator[Office]:
    """A server that runs, with nothing in it; with TLS where a context is given."""
    office = Office(scheme="https" if context else "http")

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            office.asked.append(self.path)
            office.tokens.append(self.headers.get("Authorization", ""))
            status, headers, body = office.answer(self.path)
            self.send_response(status)
            for name, value in {"Content-Length": str(len(body)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.do_GET()

        def log_message(self, format: str, *args: object) -> None:
            """Nothing: what was asked is kept."""

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        office.port = server.server_address[1]
        if context:
            server.socket = context.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        try:
            yield office
        finally:
            server.shutdown()
            thread.join(10)
