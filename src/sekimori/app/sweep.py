"""`sweep`: indicators over raw files as they are, nothing kept."""

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass, replace
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow.parquet as pq

from sekimori.app.indicator_set import IndicatorSet
from sekimori.app.pieces import Input, Piece, Progress, file_piece, files_of, silent
from sekimori.app.recognising import readers, readers_for
from sekimori.app.sweep_file import FileSwept, SweepFiles
from sekimori.hunt.lines_sought import LinesSought
from sekimori.hunt.sweeping import Sweeper
from sekimori.hunt.tally import Swept
from sekimori.model.indicator import Indicator, RefusedRow
from sekimori.model.report import N_
from sekimori.readers.protocol import ReadingContext, unread
from sekimori.store.errors import Refused

__all__ = ["Sweep", "sweep"]

TOGETHER_BYTES = 64 << 20
"""Less than this is swept in one process: others would take longer to begin."""

_ENDED = N_("the process that read it ended: {error}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sweep:
    """What a sweep found, with the indicators that were seen or mentioned, by identity."""

    indicators: int
    refused: Sequence[RefusedRow]
    named: dict[str, Indicator]
    files: FileSwept

    @property
    def seen(self) -> list[Swept]:
        """What was found in ways that show contact, or in text of unknown format."""
        return [one for one in self.files.tally.found if not one.is_mention]

    @property
    def mentions(self) -> list[Swept]:
        """What was merely mentioned: in a referrer, in a query string."""
        return [one for one in self.files.tally.found if one.is_mention]


def sweep(
    inputs: Sequence[Input],
    wanted: IndicatorSet,
    *,
    context: ReadingContext,
    format_: str = "",
    mentions: bool = False,
    own: frozenset[Path] = frozenset(),
    progress: Progress = silent,
) -> Sweep:
    """Sweep files, folders and streams; `own` is what a workspace keeps for itself. Raises `Refused` for a format."""
    if format_ and format_ not in {one.name for one in readers()}:
        known = ", ".join(one.name for one in readers())
        raise Refused(N_("there is no format {name}; there are {known}").format(name=format_, known=known))
    done = FileSwept()
    pieces = list(files_of(inputs, own, lambda path, reason: done.not_read(path, unread(reason))))
    apart = [one for one in pieces if one.on_disk]
    with _set_up(context, format_, mentions=mentions) as how:
        if _is_much(apart):
            how.keep(wanted)
            pieces = [one for one in pieces if not one.on_disk]
            for path, came in _in_processes(apart, how, progress):
                _take(done, path, came)
        if pieces:
            files = how.made(wanted, progress)
            for piece in pieces:
                done.take(files.sweep(piece))
    named = wanted.named({one.match.indicator for one in done.tally.found})
    return Sweep(indicators=len(wanted), refused=wanted.refused, named=named, files=done)


@dataclass(frozen=True, slots=True)
class _How:
    """How files are swept, in a form that another process can be told."""

    patterns: Path
    automaton: Path
    context: ReadingContext
    format_: str
    mentions: bool

    def made(self, wanted: IndicatorSet, progress: Progress) -> SweepFiles:
        """What sweeps, in this process."""
        sweeper = Sweeper(wanted.patterns, mentions=self.mentions)
        sought = None if self.mentions else wanted.lines_sought()
        return SweepFiles(sweeper, sought, readers_for(self.context, self.format_), self.context, progress)

    def keep(self, wanted: IndicatorSet) -> None:
        """Write the patterns for other processes."""
        if not self.patterns.exists():
            pq.write_table(wanted.patterns, self.patterns)
            self.automaton.write_bytes(wanted.automaton or b"")


@contextmanager
def _set_up(context: ReadingContext, format_: str, *, mentions: bool) -> Iterator[_How]:
    with TemporaryDirectory(prefix="sekimori-") as folder:
        how = _How(Path(folder) / "patterns", Path(folder) / "lines", context, format_, mentions)
        yield how


def _is_much(pieces: Sequence[Piece]) -> bool:
    return len(pieces) > 1 and _processors() > 1 and sum(map(_size, pieces)) > TOGETHER_BYTES


def _size(piece: Piece) -> int:
    try:
        return piece.on_disk.stat().st_size if piece.on_disk else 0
    except OSError:
        return 0


def _processors() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _in_processes(pieces: Sequence[Piece], how: _How, progress: Progress) -> Iterator[tuple[str, "Future[FileSwept]"]]:
    """What came of each file, in the order in which they are done."""
    count = min(len(pieces), _processors())
    with ProcessPoolExecutor(count, get_context("spawn"), _begin, (how,)) as pool:
        at_work = {pool.submit(_sweep_one, one.on_disk, one.path): one.path for one in pieces if one.on_disk}
        for number, one in enumerate(as_completed(at_work), 1):
            progress(at_work[one], number)
            yield at_work[one], one


def _take(done: FileSwept, path: str, came: "Future[FileSwept]") -> None:
    try:
        done.take(came.result())
    except (BrokenProcessPool, OSError, MemoryError) as error:
        done.not_read(path, unread(_ENDED.format(error=str(error) or type(error).__name__)))


_FILES: list[SweepFiles] = []
"""Of a process that sweeps for another: what it sweeps with."""


def _begin(how: _How) -> None:
    sweeper = Sweeper(pq.read_table(how.patterns), mentions=how.mentions)
    data = b"" if how.mentions else how.automaton.read_bytes()
    sought = LinesSought(data) if data else None
    _FILES[:] = [SweepFiles(sweeper, sought, readers_for(how.context, how.format_), how.context)]


def _sweep_one(file: Path, path: str) -> FileSwept:
    return _FILES[0].sweep(replace(file_piece(file), path=path))
