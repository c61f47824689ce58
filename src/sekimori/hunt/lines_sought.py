"""Which lines may hold what is sought: one multi-pattern automaton over the bytes, before anything is read of them.

The automaton is Hyperscan's, where its library is installed. A line is a candidate where a pattern stands in it, in
any case of letters, and wherever it holds a byte that is not ASCII: an internationalised name, full-width letters.
What else can be written in more than one way keeps a set of patterns from being sought like this.
"""

from collections.abc import Sequence
from importlib import import_module
from types import ModuleType
from typing import Any

import numpy as np
import pyarrow as pa

from sekimori.formats.lines import Positions
from sekimori.model.indicator import MatchMode
from sekimori.values import url
from sekimori.values.address import is_address
from sekimori.values.types import ObservableType

__all__ = ["MOST_LITERALS", "LinesSought", "Spans", "compiled", "literals_of"]

MOST_LITERALS = 200_000
"""Of more, making the automaton would take too long and too much memory."""

_SHORTEST = 4
_ENOUGH = 7
_MAPPED = "ffff:"
"""Stands in every IPv6 address that holds an IPv4 address in other signs than dotted decimals."""

_SIMPLE = frozenset({MatchMode.EQUAL, MatchMode.BELOW, MatchMode.URL_PREFIX})
Spans = tuple[Positions, Positions]
"""Where lines begin, and where they end: behind their line end."""


def literals_of(patterns: pa.Table) -> list[str] | None:
    """The texts of which one stands in every line that holds what is sought; None where there are no such texts."""
    if not 0 < len(patterns) <= MOST_LITERALS:
        return None
    found: dict[str, None] = {}
    rows = zip(*(patterns.column(name).to_pylist() for name in ("type", "mode", "pattern")), strict=True)
    for type_, mode, pattern in rows:
        literal = _literal(ObservableType(type_), MatchMode(mode), pattern)
        if literal is None:
            return None
        found[literal] = None
        if literal[-1].isdigit():
            found[_MAPPED] = None
    return list(found)


def _literal(type_: ObservableType, mode: MatchMode, pattern: str) -> str | None:
    if mode not in _SIMPLE:
        return None
    host = url.host_of(pattern) if type_ is ObservableType.URL else pattern
    if not host or not host.isascii() or len(host) < _SHORTEST:
        return None
    if is_address(host):
        return None if ":" in host else host
    return _beginning(host) if type_ in (ObservableType.DOMAIN, ObservableType.URL) else None


def _beginning(host: str) -> str:
    """The first labels of a name: what names have in common stands at their ends, and there the automaton begins."""
    dot = host.find(".", _ENOUGH)
    return host[: dot + 1] if dot > 0 else host


def compiled(literals: Sequence[str]) -> bytes | None:
    """The automaton as bytes; None where the library is not installed, or cannot make it."""
    library = _library()
    if library is None:
        return None
    database = library.Database(mode=library.HS_MODE_BLOCK)
    try:
        texts = [literal.encode() for literal in literals]
        flags = library.HS_FLAG_CASELESS
        database.compile(expressions=texts, ids=list(range(len(texts))), elements=len(texts), flags=flags, literal=True)
    except library.HyperscanError:
        return None
    return bytes(library.dumpb(database))


class LinesSought:
    """The automaton, ready to be used. Raises `ValueError` for bytes that are none of this library's."""

    def __init__(self, dumped: bytes) -> None:
        library = _library()
        if library is None:
            raise ValueError("hyperscan is not installed")
        try:
            self._database: Any = library.loadb(dumped, mode=library.HS_MODE_BLOCK)
            self._database.scratch = library.Scratch(self._database)
        except library.HyperscanError as error:
            raise ValueError(str(error)) from error

    def lines(self, data: bytes) -> Spans:
        """The lines of some bytes that may hold what is sought, in their order. `data` begins with a line."""
        ends: list[int] = []
        append = ends.append
        self._database.scan(data, lambda _id, _start, end, _flags, _context: append(end))
        at: Positions = np.array(ends, np.int64) - 1
        if not data.isascii():
            at = np.concatenate([at, np.flatnonzero(np.frombuffer(data, np.uint8) >= 0x80)])
        at.sort()
        return _lines_at(data, at)


def _lines_at(data: bytes, at: Positions) -> Spans:
    starts: list[int] = []
    stops: list[int] = []
    index = 0
    while index < len(at):
        position = int(at[index])
        stop = data.find(b"\n", position) + 1 or len(data)
        starts.append(data.rfind(b"\n", 0, position) + 1)
        stops.append(stop)
        index = int(np.searchsorted(at, stop))
    return np.array(starts, np.int64), np.array(stops, np.int64)


def _library() -> ModuleType | None:
    try:
        return import_module("hyperscan")
    except ImportError:
        return None
