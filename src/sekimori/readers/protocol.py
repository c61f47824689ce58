"""What a reader is: bytes of one format in, record batches of one kind out.

A reader never hunts, stores or prints, and never raises on any bytes: what it cannot read it yields as
`Unread`. Only misuse raises.
"""

import re
from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import BinaryIO, ClassVar, Protocol
from zoneinfo import ZoneInfo

import pyarrow as pa

from sekimori.model.place import Place, Statement, Unread
from sekimori.model.schema import Kind

__all__ = ["HEAD_BYTES", "Head", "Item", "Member", "Reader", "ReadingContext", "Records", "Source", "unread"]

HEAD_BYTES = 65_536
"""How much of the beginning of the evidence a reader may see to recognise it."""


@dataclass(frozen=True, slots=True)
class Head:
    """The beginning of a piece of evidence: its first `HEAD_BYTES` bytes and the name it came with.

    Recognition goes by content; the name only breaks ties that the content cannot.
    """

    name: str
    data: bytes


class Source(Protocol):
    """One piece of evidence, readable as often as needed."""

    @property
    def name(self) -> str:
        """File name, or the member's name in its container."""
        ...

    @property
    def size(self) -> int:
        """Bytes."""
        ...

    @property
    def head(self) -> Head:
        """The beginning, for recognition."""
        ...

    def open(self) -> BinaryIO:
        """A new seekable stream over the whole content; the caller closes it."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingContext:
    """What a reader may assume where a format is silent.

    `zone` is the time zone of local times, `arrived` when the evidence came in (a format without years takes the
    latest year that does not lie after it), `mapping` the user's description of a generic table.
    """

    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("Asia/Tokyo"))
    arrived: datetime = field(default_factory=lambda: datetime.now(UTC))
    mapping: dict[str, object] | None = None
    hosts: frozenset[str] = frozenset()
    """Short names, in lower case, of the machines that the organisation knows."""

    columns: frozenset[str] | None = None
    """The columns that are asked for besides the places; a reader may leave others empty, and need not look at them."""

    def host_in(self, name: str) -> str:
        """The known machine that a file is named after, the longest name first; empty where there is none."""
        lower = name.lower()
        for host in sorted(self.hosts, key=len, reverse=True):
            if re.search(rf"(?<![0-9a-z]){re.escape(host)}(?![0-9a-z])", lower):
                return host
        return ""


@dataclass(frozen=True, slots=True)
class Records:
    """A batch of records of one kind. `batch` has exactly the columns of `kind.schema`, in order."""

    kind: Kind
    batch: pa.RecordBatch


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A piece of evidence inside another: a file in an archive, a mail in a mailbox.

    `stream` is consumed before the next item is asked for. A slice of the parent (a mail in an mbox) also has
    its `offset` and `length` there and is not stored a second time.
    """

    name: str
    stream: BinaryIO
    offset: int | None = None
    length: int | None = None


Item = Records | Unread | Statement | Member


class Reader(ABC):
    """One format. Subclasses sit in a module of their own below `sekimori.readers` and are found there.

    `name` is the dataset (`squid.access`); `title` names the format for people.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    by_line: ClassVar[bool] = False
    """Whether each line stands for itself: it is read in the same way without those before it, makes at most one
    record, and shows the values of observables as they are, but for the case of letters, where all of it is ASCII.
    A sweep then reads only the lines that may hold what is sought."""

    @abstractmethod
    def recognises(self, head: Head) -> bool:
        """Whether this is evidence of this format. Strict: exactly one reader says yes to a sample."""

    @abstractmethod
    def read(self, source: Source, context: ReadingContext) -> Iterator[Item]:
        """The records, members, statements and unread stretches of the evidence, in its order."""


def unread(reason: str, *, offset: int = 0, length: int = 0, line: int = 0) -> Unread:
    """An `Unread` at a place."""
    return Unread(place=Place(offset=offset, length=length, line=line), reason=reason)
