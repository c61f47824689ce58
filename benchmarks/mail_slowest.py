"""Times every mail of some folders, and hostile ones made here, as `add` reads them; the hostile ones also judged.

Mails in data files of Outlook, in mailbox files and in wrappings are taken out first, by the reader of those.
python -m benchmarks.mail_slowest FOLDER... prints JSON: for "real", "hostile" and "hostile, judged" the
CPU-milliseconds of the slowest mail (the better of two runs each), its name, and how many there are. Hostile are mails
of 10,000 parts, of nested mails, of header bombs and of endless lines, each of a size that a mail server takes.
"""

import base64
import io
import json
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import BinaryIO

from sekimori.readers.mail.becky import Becky
from sekimori.readers.mail.eml import Eml
from sekimori.readers.mail.mbox import Mbox
from sekimori.readers.mail.msg import Msg
from sekimori.readers.mail.pst import Pst
from sekimori.readers.mail.tnef import Tnef
from sekimori.readers.protocol import HEAD_BYTES, Head, Member, ReadingContext
from sekimori.triage.facts import facts_of
from sekimori.triage.judging import judge

_MOST = 16 << 20
_HEAD = b"From: a@mail.example\nTo: b@example.jp\nSubject: s\nDate: Mon, 6 Oct 2014 09:00:00 +0900\nMIME-Version: 1.0\n"


@dataclass(frozen=True, slots=True)
class _Bytes:
    """A mail in memory as evidence."""

    name: str
    data: bytes

    @property
    def size(self) -> int:
        return len(self.data)

    @property
    def head(self) -> Head:
        return Head(data=self.data[:HEAD_BYTES], name=self.name)

    def open(self) -> BinaryIO:
        return io.BytesIO(self.data)


def hostile() -> Iterator[tuple[str, bytes]]:
    """Mails that are made to take long."""
    mixed = _HEAD + b"Content-Type: multipart/mixed; boundary=b\n\n"
    yield "10,000 parts", mixed + b"--b\n\nx\n" * 10_000 + b"--b--\n"
    nested = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(2_000))
    yield "2,000 multiparts within each other", _HEAD + nested
    yield "2,000 mails within each other", _HEAD + (b"Content-Type: message/rfc822\n\n" + _HEAD) * 2_000
    yield "a header of 4 MB", _HEAD + b"X: y\n" * 800_000 + b"\nx\n"
    yield "a field of 4 MB", _HEAD + b"X: " + b"y" * (4 << 20) + b"\n\nx\n"
    yield "50,000 recipients", _HEAD + b"Cc: " + b", ".join(b"a%d@b.example" % n for n in range(50_000)) + b"\n\nx\n"
    for name, sign in (("brackets", b"("), ("quotes", b'"'), ("angles", b"<"), ("encoded words", b"=?utf-8?B?4pyT?= ")):
        yield f"an address list of {name}", _HEAD + b"Cc: " + sign * (500_000 // len(sign)) + b"\n\nx\n"
    yield "4 MB without a blank", _HEAD + b"\n" + b"a" * (4 << 20)
    yield "4 MB of dots", _HEAD + b"\n" + b"a." * (2 << 20)
    yield "30,000 URLs", _HEAD + b"\n" + b"".join(b"http://h%d.evil.example/a?b=%d\n" % (n, n) for n in range(30_000))
    page = b"Content-Type: text/html\n\n"
    yield "a page of 500,000 tags", _HEAD + page + b"<p><a href=x>" * 250_000
    yield "a page that never closes", _HEAD + page + b"<" * 1_000_000
    coded = base64.encodebytes(b"\0" * (4 << 20))
    yield "4 MB of base64", _HEAD + b"Content-Type: text/plain\nContent-Transfer-Encoding: base64\n\n" + coded
    yield "parameters without end", _HEAD + b"Content-Type: text/plain" + b"; a*0*=x" * 100_000 + b"\n\nx\n"


def main(*folders: str) -> None:
    """Time all, print the slowest."""
    paths = (path for folder in folders for path in sorted(Path(folder).rglob("*")) if path.is_file())
    real = (mail for path in paths if path.stat().st_size <= _MOST for mail in _mails(path.name, path.read_bytes()))
    found = {
        "real": _slowest(real, _read),
        "hostile": _slowest(hostile(), _read),
        "hostile, judged": _slowest(hostile(), _judge),
    }
    sys.stdout.write(json.dumps(found))


def _mails(name: str, data: bytes) -> Iterator[tuple[str, bytes]]:
    """The mail that a file is, or the mails that it holds."""
    source = _Bytes(name, data)
    for reader in (Pst(), Msg(), Tnef(), Mbox(), Becky()):
        if reader.recognises(source.head):
            members = (one for one in reader.read(source, ReadingContext()) if isinstance(one, Member))
            yield from ((f"{name}!{one.name}", one.stream.read()) for one in members)
            return
    yield name, data


def _slowest(mails: Iterable[tuple[str, bytes]], work: Callable[[str, bytes], object]) -> tuple[float, str, int]:
    timed = [(min(_milliseconds(work, name, data) for _ in range(2)), name) for name, data in mails]
    return (*max(timed, default=(0.0, "")), len(timed))


def _milliseconds(work: Callable[[str, bytes], object], name: str, data: bytes) -> float:
    start = time.process_time()
    work(name, data)
    return (time.process_time() - start) * 1000


def _read(name: str, data: bytes) -> None:
    for _ in Eml().read(_Bytes(name, data), ReadingContext()):
        pass


def _judge(_name: str, data: bytes) -> None:
    judge(facts_of(data), today=date(2026, 1, 1))


if __name__ == "__main__":
    main(*sys.argv[1:])
