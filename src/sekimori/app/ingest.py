"""`add`: evidence of any recognised format into the store, and the known indicators over it."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from sekimori.app.pieces import Input, Intake, Piece, Progress, files_of, slice_of
from sekimori.model.organisation import Organisation
from sekimori.model.place import Statement, Unread
from sekimori.readers.mail.mailbox import mailbox_of
from sekimori.readers.network.generic import MappingError, reader_for
from sekimori.readers.protocol import Head, Member, Reader, ReadingContext, Records, unread
from sekimori.registry import classes_of
from sekimori.store.adding import Adding, Claimed, Found
from sekimori.store.errors import NoRoom, WorkspaceError
from sekimori.store.originals import Pack, Packed
from sekimori.store.workspace import Workspace

__all__ = ["Added", "add", "readers"]

COMMIT_BYTES = 256 << 20
DEEPEST = 8
"""Containers within containers, at most."""


@dataclass(slots=True, kw_only=True)
class Added:
    """What an `add` did. `unread` counts stretches by reason; `unreadable` lists paths that could not be opened."""

    new: int = 0
    known: int = 0
    bytes: int = 0
    records: Counter[str] = field(default_factory=Counter)
    datasets: Counter[str] = field(default_factory=Counter)
    unread: Counter[str] = field(default_factory=Counter)
    unread_evidence: list[tuple[str, str]] = field(default_factory=list)
    unreadable: list[tuple[str, str]] = field(default_factory=list)
    statements: Counter[tuple[str, str]] = field(default_factory=Counter)
    evidence: list[int] = field(default_factory=list)
    """Evidence given at the top level, new or known, in the order given."""


def readers() -> list[Reader]:
    """One instance of every reader there is."""
    return [reader() for reader in classes_of(Reader, "sekimori.readers")]


def add(
    workspace: Workspace,
    organisation: Organisation,
    inputs: Iterable[Input],
    *,
    by: str,
    context: ReadingContext,
    progress: Progress | None = None,
) -> Added:
    """Add files, folders and streams to an organisation's evidence; the same bytes twice add nothing but their place.

    A stream is given with a name for it. Raises `WorkspaceError` (no room, busy); what was committed before stays.
    """
    run = _Run(workspace, organisation, by, context, progress or _silent)
    try:
        run.add_all(files_of(inputs, workspace.layout.root, run.unreadable))
        while run.contested:
            run.add_contested()
    except OSError as error:
        if error.errno in (28, 122, 27):  # ENOSPC, EDQUOT, EFBIG
            raise NoRoom(workspace.layout.root) from error
        raise
    return run.added


def _silent(what: str, done: int) -> None:
    """Tell nobody."""


@dataclass(frozen=True, slots=True)
class _Kept:
    """A `Source` for readers: evidence as the store keeps it."""

    name: str
    size: int
    head: Head
    open: Callable[[], BinaryIO]


class _Run:
    """One `add`."""

    def __init__(
        self, workspace: Workspace, organisation: Organisation, by: str, context: ReadingContext, progress: Progress
    ) -> None:
        self._workspace, self._organisation, self._by = workspace, organisation, by
        self._context, self._progress = context, progress
        self._readers = [reader_for(context.mapping)] if context.mapping else readers()
        self.added = Added()
        self.contested: list[Piece] = []

    def unreadable(self, path: str, reason: str) -> None:
        """Note a path that could not be read."""
        self.added.unreadable.append((path, reason))

    def add_all(self, pieces: Iterable[Piece]) -> None:
        """Add every piece, with a commit whenever enough has come together."""
        with Adding(self._workspace, self._organisation, by=self._by) as adding:
            for piece in pieces:
                evidence = self._add(adding, piece)
                if evidence is not None and piece.depth == 0:
                    self.added.evidence.append(evidence)
                if adding.pending_bytes >= COMMIT_BYTES:
                    adding.commit()
            adding.commit()

    def add_contested(self) -> None:
        """Wait for those who had claimed the same bytes; add what they left."""
        pieces, self.contested = self.contested, []
        with Adding(self._workspace, self._organisation, by=self._by) as adding:
            for piece in pieces:
                adding.wait_for(piece.wait_for)
                self._add(adding, piece)
            adding.commit()

    def _add(self, adding: Adding, piece: Piece) -> int | None:
        try:
            stream = piece.open()
        except OSError as error:
            self.unreadable(piece.path, error.strerror or str(error))
            return None
        with stream:
            return self._add_stream(adding, piece, Intake(stream, piece.name, self._progress))

    def _add_stream(self, adding: Adding, piece: Piece, intake: "Intake") -> int | None:
        packed: Packed | None = None
        if piece.offset is None:
            packed = adding.writer.pack.add(intake.blocks())
            pack = adding.writer.pack
            kept_open = _opener(pack.reading(), packed)
        else:
            for _ in intake.blocks():
                pass
            kept_open = piece.open
        found = Found(
            sha256=intake.sha256,
            size=intake.size,
            name=piece.name,
            path=piece.path,
            mailbox=mailbox_of(Path(piece.path).parts),
            container=piece.container,
            offset=piece.offset,
        )
        claim = adding.claim(found)
        if claim.outcome is Claimed.CONTESTED:
            again = Piece(piece.name, piece.path, kept_open, piece.depth, piece.container, piece.offset, claim.batch)
            self.contested.append(again)
            return claim.evidence
        if claim.outcome is Claimed.KNOWN:
            if packed:
                pack.drop(packed)
            self.added.known += 1
            return claim.evidence
        adding.begin(claim.evidence, found, packed)
        self.added.new += 1
        self.added.bytes += intake.size
        source = _Kept(piece.name, intake.size, Head(piece.name, intake.head), kept_open)
        if intake.broken:
            self._unread(adding, claim.evidence, unread(intake.broken, offset=intake.size))
        self._read(adding, claim.evidence, piece, source)
        return claim.evidence

    def _read(self, adding: Adding, evidence: int, piece: Piece, source: _Kept) -> None:
        reader, reason = self._reader_of(source, piece.depth)
        if reader is None:
            self.added.unread_evidence.append((piece.path, reason))
            self._unread(adding, evidence, unread(reason, length=source.size))
            adding.describe(evidence, None, [])
            return
        self.added.datasets[reader.name] += 1
        statements: list[tuple[str, str]] = []
        try:
            for item in reader.read(source, self._context):
                self._take(adding, evidence, piece, source, item, statements)
        except (MappingError, WorkspaceError):
            raise  # the user's mistake, or the store's trouble: no fault of the evidence
        except OSError as error:
            if error.errno is not None:
                raise
            self._unread(adding, evidence, unread(f"reading broke off: {error}"))
        except Exception as error:  # noqa: BLE001 the one edge where a reader's fault becomes an unread stretch
            self._unread(adding, evidence, unread(f"the reader failed: {type(error).__name__}: {error}"))
        adding.describe(evidence, reader.name, statements)
        self.added.statements.update(set(statements))

    def _take(
        self,
        adding: Adding,
        evidence: int,
        piece: Piece,
        source: _Kept,
        item: Records | Unread | Statement | Member,
        statements: list[tuple[str, str]],
    ) -> None:
        match item:
            case Records(kind, batch):
                adding.add_records(evidence, kind, batch)
                if kind.name == "unread":
                    self.added.unread.update(batch.column("reason").to_pylist())
                else:
                    self.added.records[kind.name] += len(batch)
            case Unread():
                self._unread(adding, evidence, item)
            case Statement(about, value):
                statements.append((about, value))
            case Member():
                self._add(adding, _member(item, evidence, piece, source))

    def _unread(self, adding: Adding, evidence: int, what: Unread) -> None:
        adding.add_unread(evidence, what)
        self.added.unread[what.reason] += 1

    def _reader_of(self, source: _Kept, depth: int) -> tuple[Reader | None, str]:
        if not source.size:
            return None, "empty"
        if depth > DEEPEST:
            return None, f"more than {DEEPEST} containers within each other"
        knowing = [reader for reader in self._readers if self._context.mapping or reader.recognises(source.head)]
        return (knowing[0], "") if knowing else (None, "no reader recognises it")


def _member(item: Member, evidence: int, piece: Piece, source: _Kept) -> Piece:
    path = f"{piece.path}!{item.name}"
    if item.offset is None or item.length is None:
        return Piece(item.name, path, lambda: item.stream, piece.depth + 1, evidence)
    offset, length = item.offset, item.length
    if piece.offset is not None and piece.container is not None:  # a slice of a slice: both are of the same bytes
        return Piece(
            item.name,
            path,
            lambda: slice_of(source.open(), offset, length),
            piece.depth + 1,
            piece.container,
            piece.offset + offset,
        )
    return Piece(item.name, path, lambda: slice_of(source.open(), offset, length), piece.depth + 1, evidence, offset)


def _opener(pack: Pack, packed: Packed) -> Callable[[], BinaryIO]:
    return lambda: pack.open(packed)
