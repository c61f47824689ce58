"""The proxy's access log in Squid's native format, one gzip file a day.

    1791505260.215    183 10.20.6.13 TCP_MISS/200 5120 GET http://umi.example/ - HIER_DIRECT/192.0.2.7 text/html

Time in seconds since 1970, milliseconds taken, client, result and status, bytes, method, URL, user, peer, type
(squid-cache.org, "Squid native access.log format").
"""

import gzip
from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import product
from operator import itemgetter
from pathlib import Path
from random import Random
from urllib.parse import quote

from sekimori.scenario.month import DAYS, JST, at, is_working, name_of
from sekimori.scenario.people import Cast, Computer
from sekimori.scenario.texts import texts
from sekimori.scenario.truth import Mark, Place, Truth, utc

__all__ = ["ProxyLog", "Site", "browse", "sites"]

_TYPES = {"css": "text/css", "js": "application/javascript", "png": "image/png", "jpg": "image/jpeg", "xml": "text/xml"}


@dataclass(frozen=True, slots=True)
class Site:
    """A web site: its host, its address, and the requests that people make there as (method, URL, media type)."""

    host: str
    address: str
    requests: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class _Planted:
    mark: Mark
    client: Computer


class ProxyLog:
    """The lines of the month, by day, until they are written in the order of their times. `count` is their number."""

    def __init__(self) -> None:
        self._days: dict[int, list[tuple[float, str, _Planted | None]]] = defaultdict(list)
        self.count = 0

    def extend(self, day: int, lines: list[tuple[float, str, None]]) -> None:
        """Takes noise: seconds since 1970 and the rest of the line."""
        self._days[day] += lines
        self.count += len(lines)

    def plant(self, when: datetime, client: Computer, request: tuple[str, str, str], user: str, mark: Mark) -> None:
        """One request (method, URL, address of the server) that the truth knows of."""
        method, url, address = request
        status, media_type = ("TCP_TUNNEL/200", "-") if method == "CONNECT" else ("TCP_MISS/200", "text/html")
        rest = (
            f"{200 + len(url):6d} {client.address} {status} {3000 + 7 * len(url)} {method} {url} {user} "
            f"HIER_DIRECT/{address} {media_type}\n"
        )
        self._days[when.astimezone(JST).day].append((when.timestamp(), rest, _Planted(mark, client)))
        self.count += 1

    def write(self, folder: Path, truth: Truth) -> None:
        """Writes a file a day and tells the truth where the planted lines came to stand."""
        (folder / "evidence/proxy").mkdir(parents=True)
        for day in DAYS:
            file = f"evidence/proxy/access-{name_of(day)}.log.gz"
            entries = sorted(self._days[day], key=itemgetter(0))
            content = "".join([f"{when:.3f} {rest}" for when, rest, _ in entries])
            (folder / file).write_bytes(gzip.compress(content.encode("ascii"), compresslevel=6, mtime=0))
            for line, (when, _, planted) in enumerate(entries, start=1):
                if planted is not None:
                    place = Place(file=file, line=line, time=utc(datetime.fromtimestamp(when, UTC)))
                    truth.note_line(planted.mark, place, planted.client.address, planted.client.name)


def sites() -> tuple[tuple[Site, ...], tuple[float, ...]]:
    """The web sites of the month and how often each is asked for, summed up."""
    words = texts("sites")
    made: list[Site] = []
    sums: list[float] = []
    total = 0.0
    chosen = [(one["host"], one["secure"], tuple(one["paths"]), float(one["weight"])) for one in words["fixed"]]
    for rank, (word, kind) in enumerate(product(words["words"], words["kinds"])):
        secure = kind in {"api", "cdn", "shop", "www"}
        # A few sites are asked for often, most seldom; which ones is shuffled by the step of 17.
        chosen.append((f"{kind}.{word}.example", secure, tuple(words["paths"]), 40.0 / (10 + 17 * rank % 320)))
    for number, (host, secure, paths, weight) in enumerate(chosen):
        block, last = ("192.0.2", 1 + number % 90) if number % 3 else ("198.51.100", 140 + number % 100)
        requests = (("CONNECT", f"{host}:443", "-"),) if secure else tuple(_requests(host, paths, words["searches"]))
        made.append(Site(host, f"{block}.{last}", requests))
        total += weight
        sums.append(total)
    return tuple(made), tuple(sums)


def _requests(host: str, paths: tuple[str, ...], searches: list[str]) -> list[tuple[str, str, str]]:
    found = []
    for path in paths:
        tails = [quote(one) for one in searches] if path.endswith("=") else [""]
        media_type = _TYPES.get(path.rpartition(".")[2], "text/html")
        found += [("GET", f"http://{host}{path}{tail}", media_type) for tail in tails]
    return found


def browse(log: ProxyLog, cast: Cast, dice: Random, wanted: int) -> None:
    """Fills the month with about `wanted` lines: people by day, their machines' programs at all hours."""
    places, sums = sites()
    weights = {day: 1.0 if is_working(day) else 0.12 for day in DAYS}
    total = sum(weights.values())
    machines = [(who.computer.address, who.login) for who in cast.employees]
    for day, weight in weights.items():
        _day(log, day, int(wanted * weight / total), dice, _Web(places, sums, machines))


@dataclass(frozen=True, slots=True)
class _Web:
    places: tuple[Site, ...]
    sums: tuple[float, ...]
    machines: list[tuple[str, str]]


def _day(log: ProxyLog, day: int, wanted: int, dice: Random, web: _Web) -> None:
    midnight = at(day).timestamp()
    chance = dice.random
    lines: list[tuple[float, str, None]] = []
    while len(lines) < wanted:
        address, user = web.machines[int(chance() * len(web.machines))]
        busy = chance() < 0.93
        hour = 8.3 + 10 * chance() if busy else 23.7 * chance()
        when = midnight + 3600 * hour
        for site in dice.choices(web.places, cum_weights=web.sums, k=1 + int(chance() * 5)):
            for _ in range(1 + int(chance() * 5)):
                when += chance() * 4
                method, url, media_type = site.requests[int(chance() * len(site.requests))]
                odds = chance()
                result = "TCP_TUNNEL/200" if method == "CONNECT" else _result(odds)
                rest = (
                    f"{int(20 + 900 * odds * odds):6d} {address} {result} {int(400 + 60_000 * odds**4)} {method} "
                    f"{url} {user if busy else '-'} HIER_DIRECT/{site.address} {media_type}\n"
                )
                lines.append((when, rest, None))
    log.extend(day, lines[:wanted])


def _result(odds: float) -> str:
    if odds < 0.78:
        return "TCP_MISS/200"
    if odds < 0.9:
        return "TCP_MEM_HIT/200"
    return "TCP_MISS/304" if odds < 0.97 else "TCP_MISS/404"
