"""`add`: evidence of any recognised format into the store."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import BinaryIO

from sekimori.app.pieces import TOO_FAR, Input, Intake, Piece, Progress, files_of, silent, slice_of
from sekimori.app.recognising import (
    EXPANDED_BYTES,
    EXPANDED_RATIO,
    LEAST_BYTES,
    failed,
    items_of,
    reader_of,
    readers_for,
)
from sekimori.model.organisation import Organisation
from sekimori.model.place import Statement, Unread
from sekimori.model.report import N_
from sekimori.readers.mail.mailbox import MAILBOX_FILES, mailbox_of
from sekimori.readers.protocol import Head, Member, Reader, ReadingContext, Records, unread
from sekimori.store.adding import Adding, Claimed, Found, UnfitRecords
from sekimori.store.catalogue import Catalogue
from sekimori.store.errors import WorkspaceBusy, room_told
from sekimori.store.originals import Pack, Packed
from sekimori.store.spool import Spool
from sekimori.store.workspace import Workspace

__all__ = ["Added", "add", "add_pieces"]

COMMIT_BYTES = 256 << 20
COMMIT_PIECES = 20_000
"""What is known of each piece is held until it is committed; it can be between two inputs, not within one."""

SLICE = N_("known, but no reader knew it when it was added: purge what it was found in and add that again")
LATER = N_("known, but not read yet: another process is at work here; add it again later")


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


def add(
    workspace: Workspace,
    organisation: Organisation,
    inputs: Iterable[Input],
    *,
    by: str,
    context: ReadingContext,
    progress: Progress = silent,
) -> Added:
    """Add files, folders and streams to an organisation's evidence; the same bytes twice add nothing but their place.

    A stream is given with a name for it. Raises `WorkspaceError` (no room, busy); what was committed before stays.
    """
    with _running(workspace, organisation, by, context, progress) as run:
        run.add_all(files_of(inputs, workspace.layout.own, run.unreadable))
    return run.added


def add_pieces(
    workspace: Workspace, organisation: Organisation, pieces: Sequence[Piece], *, by: str, context: ReadingContext
) -> Added:
    """Add pieces that were made from known evidence, which they name as their container. Raises `WorkspaceError`."""
    with _running(workspace, organisation, by, context, silent) as run:
        run.add_all(pieces)
    return run.added


@contextmanager
def _running(
    workspace: Workspace, organisation: Organisation, by: str, context: ReadingContext, progress: Progress
) -> "Iterator[_Run]":
    """One run; at its end what others had claimed is looked at again."""
    with Spool(workspace, organisation) as spool, room_told(workspace.layout.root):
        run = _Run(workspace, organisation, by, context, spool, progress)
        yield run
        while run.contested:
            run.add_contested()


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
        self,
        workspace: Workspace,
        organisation: Organisation,
        by: str,
        context: ReadingContext,
        spool: Spool,
        progress: Progress,
    ) -> None:
        self._workspace, self._organisation, self._by = workspace, organisation, by
        self._context, self._spool, self._progress = context, spool, progress
        self._readers = readers_for(context)
        self._left = 0
        self._top: dict[int, int] = {}
        self.contested: list[Piece] = []
        self._added = Added()

    @property
    def added(self) -> Added:
        """What was done."""
        self._added.evidence = [self._top[number] for number in sorted(self._top)]
        return self._added

    def unreadable(self, path: str, reason: str) -> None:
        """Note a path that could not be read."""
        self._added.unreadable.append((path, reason))

    def add_all(self, pieces: Iterable[Piece]) -> None:
        """Add every piece, with a commit whenever enough has come together."""
        with Adding(self._workspace, self._organisation, by=self._by) as adding:
            for piece in pieces:
                self._add(adding, piece)
                if adding.pending_bytes >= COMMIT_BYTES or adding.pending_pieces >= COMMIT_PIECES:
                    adding.commit()
            adding.commit()

    def add_contested(self) -> None:
        """Wait for those who had claimed the same bytes; add what they left.

        Nothing is claimed while this waits for those who began before it, so nobody waits in a circle.
        """
        pieces, self.contested = self.contested, []
        with Adding(self._workspace, self._organisation, by=self._by) as adding:
            for piece in pieces:
                self._progress(piece.name, 0)
                adding.wait_for(piece.wait_for)
                self._add(adding, piece)
            adding.commit()

    def _add(self, adding: Adding, piece: Piece) -> None:
        try:
            stream = piece.open()
        except OSError as error:
            self.unreadable(piece.path, error.strerror or str(error))
            return
        is_outermost = piece.depth == 0 or bool(piece.wait_for)
        limit = None if is_outermost or piece.offset is not None else self._left
        with stream:
            intake = Intake(stream, piece.name, self._progress, limit)
            packed, kept_open = _taken_in(adding, piece, intake)
        if is_outermost:
            self._left = EXPANDED_BYTES + EXPANDED_RATIO * intake.size
        elif piece.offset is None:
            self._left -= max(intake.size, LEAST_BYTES)
        if intake.broken and not intake.size:
            _drop(adding, packed)
            self._lost(adding, piece, intake)
            return
        source = _Kept(piece.name, intake.size, Head(piece.name, intake.head), kept_open)
        self._claim(adding, piece, intake, source, packed)

    def _claim(self, adding: Adding, piece: Piece, intake: Intake, source: _Kept, packed: Packed | None) -> None:
        found = Found(
            sha256=intake.sha256,
            size=intake.size,
            name=piece.name,
            path=piece.path,
            mailbox=mailbox_of(Path(piece.path).parts, is_in_file=piece.within in MAILBOX_FILES),
            container=piece.container,
            offset=piece.offset,
        )
        claim = adding.claim(found)
        if claim.outcome is Claimed.CONTESTED:
            self._put_off(piece, source, claim.batch)
        elif piece.number is not None:
            self._top[piece.number] = claim.evidence
        if claim.outcome is not Claimed.NEW:
            _drop(adding, packed)
            self._added.known += claim.outcome is Claimed.KNOWN
            if claim.is_unread:
                self._read_again(adding, claim.evidence, found, piece, source)
            self._lost(adding, piece, intake)
            return
        adding.begin(claim.evidence, found, packed)
        self._added.new += 1
        self._added.bytes += intake.size
        if intake.broken:
            self._unread(adding, claim.evidence, unread(intake.broken, offset=intake.size))
        self._read(adding, claim.evidence, piece, source)

    def _read_again(self, adding: Adding, evidence: int, found: Found, piece: Piece, source: _Kept) -> None:
        """Read known evidence that no reader knew when it was added, if one knows it now."""
        reader, reason = self._reader_of(source, piece)
        if reader is not None:
            try:
                begun, reason = adding.begin_again(evidence, found), SLICE
            except WorkspaceBusy:
                begun, reason = False, LATER
            if begun:
                catalogue = Catalogue(self._workspace, self._organisation)
                self._read(adding, evidence, piece, replace(source, open=lambda: catalogue.open(evidence)))
                return
        self._added.unread_evidence.append((piece.path, reason))

    def _lost(self, adding: Adding, piece: Piece, intake: Intake) -> None:
        """Tell of a piece that broke off and is no evidence of its own: where it was found, it could not be read."""
        if not intake.broken:
            return
        if piece.container is not None and adding.is_adding(piece.container):
            self._unread(adding, piece.container, unread(intake.broken))
        else:
            self.unreadable(piece.path, intake.broken)

    def _put_off(self, piece: Piece, source: _Kept, batch: str) -> None:
        """Keep a piece that somebody else is adding, for when he has ended. A slice is then one of its own."""
        with source.open() as stream:
            open_ = self._spool.keep(Intake(stream, piece.name, self._progress).blocks())
        self.contested.append(replace(piece, open=open_, offset=None, wait_for=batch))

    def _read(self, adding: Adding, evidence: int, piece: Piece, source: _Kept) -> None:
        reader, reason = self._reader_of(source, piece)
        if reader is None:
            self._added.unread_evidence.append((piece.path, reason))
            self._unread(adding, evidence, unread(reason, length=source.size))
            adding.describe(evidence, None, [])
            return
        self._added.datasets[reader.name] += 1
        statements: list[tuple[str, str]] = []
        for item in items_of(reader, source, self._context):
            match item:
                case Records():
                    self._keep(adding, evidence, item)
                case Unread():
                    self._unread(adding, evidence, item)
                case Statement(about, value):
                    statements.append((about, value))
                case Member():
                    if self._left <= 0 and item.offset is None:
                        self._unread(adding, evidence, unread(TOO_FAR))
                        break
                    self._add(adding, replace(_member(item, evidence, piece, source), within=reader.name))
        adding.describe(evidence, reader.name, statements)
        self._added.statements.update(set(statements))

    def _keep(self, adding: Adding, evidence: int, records: Records) -> None:
        kind, batch = records.kind, records.batch
        try:
            adding.add_records(evidence, kind, batch)
        except UnfitRecords as error:
            self._unread(adding, evidence, unread(failed(error)))
            return
        if kind.name == "unread":
            self._added.unread.update(batch.column("reason").to_pylist())
        else:
            self._added.records[kind.name] += len(batch)

    def _unread(self, adding: Adding, evidence: int, what: Unread) -> None:
        adding.add_unread(evidence, what)
        self._added.unread[what.reason] += 1

    def _reader_of(self, source: _Kept, piece: Piece) -> tuple[Reader | None, str]:
        return reader_of(self._readers, source.head, source.size, piece)


def _drop(adding: Adding, packed: Packed | None) -> None:
    """Take the bytes of the piece read last out of the pack again."""
    if packed:
        adding.writer.pack.drop(packed)


def _taken_in(adding: Adding, piece: Piece, intake: Intake) -> tuple[Packed | None, Callable[[], BinaryIO]]:
    """Read a piece to its end, into the pack unless it is a slice of what is there; what opens it again."""
    if piece.offset is None:
        packed = adding.writer.pack.add(intake.blocks())
        return packed, _opener(adding.writer.pack.reading(), packed)
    for _ in intake.blocks():
        pass
    return None, piece.open


def _member(item: Member, evidence: int, piece: Piece, source: _Kept) -> Piece:
    path, depth = f"{piece.path}!{item.name}", piece.depth + 1
    if item.offset is None or item.length is None:
        return Piece(item.name, path, lambda: item.stream, depth, evidence)
    offset, length = item.offset, item.length

    def open_() -> BinaryIO:
        return slice_of(source.open(), offset, length)

    if piece.offset is not None and piece.container is not None:  # a slice of a slice: both are of the same bytes
        return Piece(item.name, path, open_, depth, piece.container, piece.offset + offset)
    return Piece(item.name, path, open_, depth, evidence, offset)


def _opener(pack: Pack, packed: Packed) -> Callable[[], BinaryIO]:
    return lambda: pack.open(packed)
