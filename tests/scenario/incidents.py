"""Plain ways to look into a built-in incident, which share nothing with the readers."""

import csv
import gzip
import io
import mailbox
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from functools import cached_property
from pathlib import Path
from typing import Any

_RECORD = re.compile(r"<EventRecordID>(\d+)<")


@dataclass(frozen=True)
class Incident:
    """The folder of an incident and its truth as the file has it."""

    folder: Path
    truth: dict[str, Any]

    @cached_property
    def traffic(self) -> dict[tuple[str, int], str]:
        """Every line of the proxy and DNS logs, by file and line number."""
        lines = {}
        for path in sorted((self.folder / "evidence").glob("*/*")):
            if path.parent.name in {"proxy", "dns"}:
                data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
                for number, line in enumerate(data.decode("ascii").splitlines(), start=1):
                    lines[self._name(path), number] = line
        return lines

    @cached_property
    def events(self) -> dict[tuple[str, int, int], str]:
        """Every event, by file, data row (CSV) and record number (XML)."""
        found = {}
        for path in sorted((self.folder / "evidence/windows").iterdir()):
            if path.suffix == ".xml":
                for text in path.read_text("utf-8").split("<Event ")[1:]:
                    number = _RECORD.search(text)
                    assert number is not None, text
                    found[self._name(path), 0, int(number[1])] = text
            else:
                for row, cells in enumerate(_rows(path.read_bytes())):
                    found[self._name(path), row, 0] = "\n".join(cells)
        return found

    @cached_property
    def mails(self) -> list[tuple[str, EmailMessage]]:
        """Every mail in the mailboxes with its file, parsed by the standard library."""
        return [(file, _parsed(data)) for file, data in self._raw_mails()]

    def event_at(self, place: dict[str, Any]) -> str:
        return self.events[place["file"], place["line"], place["record"]]

    def _raw_mails(self) -> Iterator[tuple[str, bytes]]:
        for path in sorted((self.folder / "evidence/mail").rglob("*")):
            if path.suffix == ".mbox":
                box = mailbox.mbox(path, create=False)
                yield from ((self._name(path), box.get_bytes(key)) for key in box.keys())  # noqa: SIM118 - no dict
                box.close()
            elif path.is_file():
                yield self._name(path), path.read_bytes()

    def _name(self, path: Path) -> str:
        return path.relative_to(self.folder).as_posix()


def _rows(data: bytes) -> list[list[str]]:
    text = data.decode("utf-8-sig") if data.startswith(b"\xef\xbb\xbf") else data.decode("cp932")
    return list(csv.reader(io.StringIO(text, newline="")))


def _parsed(data: bytes) -> EmailMessage:
    return message_from_bytes(data, policy=policy.default)
