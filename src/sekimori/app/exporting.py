"""`search --export`: the mails found, as files: each as it came, all in one mailbox file, or a table of them.

Nothing that is there is overwritten unless that is asked for. A file appears under its name when it is whole.
"""

import errno
import os
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from sekimori.app.export_format import Format
from sekimori.app.searching import Hit
from sekimori.model.organisation import Organisation
from sekimori.render.table import csv_text
from sekimori.store.catalogue import Catalogue, Evidence
from sekimori.store.workspace import Workspace
from sekimori.values import times

__all__ = ["export", "file_written", "refuse_taken"]


_COLUMNS = (
    *("time", "from", "name", "to", "cc", "subject", "attachments", "mailboxes", "message-id", "sha256", "evidence"),
)
# Every line that begins like a separator gets one more sign, so that reading takes away exactly one (mboxrd, described
# in loc.gov/preservation/digital/formats/fdd/fdd000385.shtml).
_FROM_LINE = re.compile(rb"^(>*From )", re.MULTILINE)
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_SENDER = re.compile(r"[!-~]+")


def export(
    workspace: Workspace, organisation: Organisation, hits: Sequence[Hit], format_: Format, to: Path, *, force: bool
) -> None:
    """Write the mails: `eml` into the folder `to`, the others to the file. Raises `FileExistsError`, `OSError`."""
    if format_ is Format.CSV:
        with file_written(to, force=force) as out:
            out.write(csv_text(_COLUMNS, map(_row, hits)).encode())
        return
    catalogue = Catalogue(workspace, organisation)
    evidence = catalogue.evidence([hit.evidence for hit in hits])
    if format_ is Format.EML:
        _write_each(catalogue, evidence, hits, to, force=force)
        return
    with file_written(to, force=force) as out:
        for hit in hits:
            if hit.evidence in evidence:
                one = evidence[hit.evidence]
                out.write(_in_mailbox(hit, one, catalogue.read(one, 0, one.size)))


def refuse_taken(path: Path, *, force: bool) -> None:
    """Raise `FileExistsError` where something is at the path already, unless it may be overwritten."""
    if not force and os.path.lexists(path):
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(path))


@contextmanager
def file_written(path: Path, *, force: bool) -> Iterator[BinaryIO]:
    """A file that is at the path when all is written; what was begun is removed when something fails."""
    refuse_taken(path, force=force)
    begun = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with begun.open("xb") as out:
            yield out
        refuse_taken(path, force=force)
        begun.replace(path)
    finally:
        begun.unlink(missing_ok=True)


def _write_each(
    catalogue: Catalogue, evidence: dict[int, Evidence], hits: Sequence[Hit], folder: Path, *, force: bool
) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    wanted = [(folder / f"{_day(hit.time)}-e{hit.evidence}.eml", hit.evidence) for hit in hits]
    for path, _ in wanted:
        refuse_taken(path, force=force)
    for path, id_ in wanted:
        if id_ in evidence:
            with file_written(path, force=force) as out:
                out.write(catalogue.read(evidence[id_], 0, evidence[id_].size))


def _day(time: datetime | None) -> str:
    return time.strftime("%Y%m%dT%H%M%SZ") if time else "undated"


def _in_mailbox(hit: Hit, evidence: Evidence, data: bytes) -> bytes:
    """The mail behind its separator, quoted, and an empty line behind it; line ends as they came."""
    sender = hit.sender if _SENDER.fullmatch(hit.sender) else "MAILER-DAEMON"
    line = f"From {sender} {_asctime(hit.time or evidence.arrived)}\n".encode()
    end = b"" if data.endswith(b"\n") else b"\n"
    return line + _FROM_LINE.sub(rb">\1", data) + end + b"\n"


def _asctime(time: datetime) -> str:
    """C's form of a time, in UTC and in English whatever the locale."""
    utc = time.astimezone(UTC)
    return f"{_DAYS[utc.weekday()]} {_MONTHS[utc.month - 1]} {utc.day:2d} {utc:%H:%M:%S} {utc.year:04d}"


def _row(hit: Hit) -> tuple[str, ...]:
    joined: Callable[[Sequence[str]], str] = "\n".join
    return (
        times.written(hit.time) if hit.time else "",
        *(hit.sender, hit.name, joined(hit.recipients), joined(hit.copies), hit.subject, joined(hit.attachments)),
        *(joined(hit.mailboxes), hit.message_id, hit.sha256, f"e-{hit.evidence}"),
    )
