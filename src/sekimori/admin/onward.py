"""Logons from affected machines to others, and the work record that orders each, or none.

Stolen administrators' accounts move on from the machine that was infected first. A logon over remote desktop that
comes from an affected machine after its first trace is listed with the work record that covers its time, target,
account and source; one that nothing covers is what to ask the administrator about.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sekimori.values.address import is_address
from sekimori.values.text import fold

__all__ = ["Logon", "Work", "covering", "onward", "short_name"]

REMOTE_INTERACTIVE = 10
"""LogonType of a logon over remote desktop (Windows event 4624)."""

SLACK = timedelta(minutes=5)
"""Clocks and pens are not exact."""

OPEN_END = timedelta(hours=1)
"""How far a record without an end reaches."""

_ONE_LOGON = timedelta(minutes=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Logon:
    """A logon of one account on one host from another. `evidence`, `offset`, `length`, `line` say where it stands."""

    time: datetime
    host: str
    account: str
    from_address: str
    from_host: str
    logon_type: int | None
    evidence: int
    offset: int
    length: int
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """A work record. `precision` is by how many seconds its times may be off."""

    person: str
    start: datetime
    end: datetime | None
    precision: int
    accounts: Sequence[str] = field(default_factory=tuple)
    sources: Sequence[str] = field(default_factory=tuple)
    targets: Sequence[str] = field(default_factory=tuple)
    text: str
    evidence: int
    offset: int
    length: int
    line: int


def onward(logons: Iterable[Logon], since: dict[str, datetime]) -> list[Logon]:
    """The logons that come from a machine (by short name or address) after its time in `since`, one each.

    Several events tell of one logon: of those within five minutes of each other, on one host and account, the first
    with a logon type stays.
    """
    found: list[Logon] = []
    for logon in sorted(logons, key=lambda one: (one.time, one.logon_type is None)):
        begun = [since[name] for name in (short_name(logon.from_host), logon.from_address) if name in since]
        if not begun or logon.time < min(begun) or short_name(logon.host) == short_name(logon.from_host):
            continue
        same = next((n for n, one in enumerate(found) if _is_same(one, logon)), None)
        if same is None:
            found.append(logon)
        elif found[same].logon_type is None and logon.logon_type is not None:
            found[same] = logon
    return found


def covering(logon: Logon, works: Iterable[Work]) -> Work | None:
    """The work record that orders a logon: its time, target, and (where it names them) account and source agree."""
    return next((work for work in works if _covers(work, logon)), None)


def short_name(host: str) -> str:
    """A host's name without its domain, for comparison; an address stays as it is."""
    folded = host.strip().lower().lstrip("\\")
    return folded if is_address(folded) else folded.split(".")[0]


def _is_same(one: Logon, other: Logon) -> bool:
    return (
        short_name(one.host) == short_name(other.host)
        and one.account.lower() == other.account.lower()
        and abs(one.time - other.time) <= _ONE_LOGON
    )


def _covers(work: Work, logon: Logon) -> bool:
    slack = max(SLACK, timedelta(seconds=work.precision))
    end = work.end or work.start + OPEN_END
    if not work.start - slack <= logon.time <= end + slack:
        return False
    if not _is_target(work, short_name(logon.host)):
        return False
    if work.accounts and logon.account.lower() not in {name.lower() for name in work.accounts}:
        return False
    sources = {short_name(name) for name in work.sources} - {""}
    return not sources or bool(sources & {short_name(logon.from_host), logon.from_address})


def _is_target(work: Work, host: str) -> bool:
    """Whether the record names the host, as a target or as a whole word in its text; what is unknown is not named."""
    if not host or host in {short_name(name) for name in work.targets}:
        return bool(host)
    return re.search(rf"(?<![\w.-]){re.escape(host)}(?![\w-])", fold(work.text), re.ASCII) is not None
