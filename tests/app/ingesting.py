"""What the tests of adding share: made-up evidence of several formats, and a short way to add it."""

import base64
import io
import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path

from sekimori.app.ingest import Added, add
from sekimori.app.pieces import Input
from sekimori.model.organisation import Organisation
from sekimori.readers.protocol import ReadingContext
from sekimori.store.workspace import Workspace

BY = "tanaka"


def mail(number: int, *, subject: str = "", body: str = "", attachments: Sequence[tuple[str, bytes]] = ()) -> bytes:
    """A message from an invented sender."""
    head = (
        f"From: Yamada <yamada{number}@freemail.example>\r\nTo: sato@example.jp\r\n"
        f"Subject: {subject or f'Meeting {number}'}\r\nDate: Thu, 01 Oct 2026 09:{number % 60:02}:00 +0900\r\n"
        f"Message-ID: <{number}@freemail.example>\r\nMIME-Version: 1.0\r\n"
    )
    text = body or f"See http://host{number}.evil.example/a for number {number}."
    if not attachments:
        return f"{head}Content-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n".encode()
    parts = [f"Content-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n"]
    for name, content in attachments:
        coded = base64.encodebytes(content).decode()
        parts.append(
            f'Content-Type: application/octet-stream; name="{name}"\r\nContent-Transfer-Encoding: base64\r\n'
            f'Content-Disposition: attachment; filename="{name}"\r\n\r\n{coded}\r\n'
        )
    whole = "".join(f"--cut\r\n{part}" for part in parts)
    return f"{head}Content-Type: multipart/mixed; boundary=cut\r\n\r\n{whole}--cut--\r\n".encode()


def mailbox(mails: Iterable[bytes]) -> bytes:
    """A mailbox file of some messages."""
    return b"".join(
        b"From yamada@freemail.example Thu Oct  1 09:00:00 2026\n" + one.replace(b"\r\n", b"\n") + b"\n"
        for one in mails
    )


def zipped(members: Iterable[tuple[str, bytes]], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A ZIP archive; the same content at the same time is the same archive."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, content in members:
            archive.writestr(zipfile.ZipInfo(name), content, method)
    return out.getvalue()


def squid(lines: int, *, host: str = "www.example", start: int = 1_790_000_000) -> bytes:
    """Lines of a proxy's log."""
    return b"".join(
        f"{start + n}.{n % 1000:03}     52 10.0.0.{n % 200} TCP_MISS/200 {n} GET http://h{n % 50}.{host}/p{n} - "
        f"HIER_DIRECT/198.51.100.{n % 200} text/html\n".encode()
        for n in range(lines)
    )


def added(
    workspace: Workspace, organisation: Organisation, *inputs: Input, context: ReadingContext | None = None
) -> Added:
    """Add inputs as `tanaka`."""
    return add(workspace, organisation, inputs, by=BY, context=context or ReadingContext())


def written(folder: Path, files: Iterable[tuple[str, bytes]]) -> Path:
    """Files in a folder."""
    for name, content in files:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return folder
