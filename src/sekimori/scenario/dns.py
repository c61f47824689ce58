"""The resolver's queries as Zeek writes them: dns.log in TSV, one file a day, and one day as JSON lines.

The sensor stands between the machines inside and the resolver: what the proxy resolves for its clients is not seen.
Columns after docs.zeek.org, base/protocols/dns.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from operator import itemgetter
from pathlib import Path
from random import Random
from typing import NamedTuple

from sekimori.scenario.month import DAYS, JST, at, is_working
from sekimori.scenario.people import Cast, Computer
from sekimori.scenario.proxy import sites
from sekimori.scenario.truth import Mark, Place, Truth, utc

__all__ = ["DnsLog", "resolve"]

_JSON_DAY = 16
_FIELDS = (
    ("ts", "time"), ("uid", "string"), ("id.orig_h", "addr"), ("id.orig_p", "port"), ("id.resp_h", "addr"),
    ("id.resp_p", "port"), ("proto", "enum"), ("trans_id", "count"), ("rtt", "interval"), ("query", "string"),
    ("qclass", "count"), ("qclass_name", "string"), ("qtype", "count"), ("qtype_name", "string"), ("rcode", "count"),
    ("rcode_name", "string"), ("AA", "bool"), ("TC", "bool"), ("RD", "bool"), ("RA", "bool"), ("Z", "count"),
    ("answers", "vector[string]"), ("TTLs", "vector[interval]"), ("rejected", "bool"),
)  # fmt: skip
_QUERY_TYPES = {"A": 1, "AAAA": 28, "MX": 15, "PTR": 12}


class _Query(NamedTuple):
    when: float
    client: str
    port: int
    name: str
    kind: str
    answer: str
    uid: str
    planted: "_Planted | None"


@dataclass(frozen=True, slots=True)
class _Planted:
    mark: Mark
    client: Computer


class DnsLog:
    """The queries of the month, by day, until they are written. `count` is their number."""

    def __init__(self, resolver: Computer) -> None:
        self._resolver = resolver.address
        self._days: dict[int, list[_Query]] = defaultdict(list)
        self.count = 0

    def ask(self, day: int, queries: Iterable[_Query]) -> None:
        """Takes queries of one day."""
        before = len(self._days[day])
        self._days[day] += queries
        self.count += len(self._days[day]) - before

    def plant(self, when: datetime, client: Computer, name: str, answer: str, mark: Mark) -> None:
        """One query that the truth knows of; an empty answer is a name that does not exist."""
        seconds = when.timestamp()
        number = int(seconds * 1000)
        uid = f"C{number:x}{self.count:05x}"[:18]
        query = _Query(seconds, client.address, 49152 + number % 16000, name, "A", answer, uid, _Planted(mark, client))
        self.ask(when.astimezone(JST).day, (query,))

    def write(self, folder: Path, truth: Truth) -> None:
        """Writes a file a day and tells the truth where the planted queries came to stand."""
        (folder / "evidence/dns").mkdir(parents=True)
        for day in DAYS:
            queries = sorted(self._days[day], key=itemgetter(0))
            as_json = day == _JSON_DAY
            file = f"evidence/dns/dns.2026-10-{day:02d}.{'json' if as_json else 'log'}"
            head = [] if as_json else _head(day)
            lines = self._json(queries) if as_json else self._tsv(queries)
            foot = [] if as_json else [f"#close\t2026-10-{day:02d}-23-59-59"]
            (folder / file).write_text("\n".join([*head, *lines, *foot, ""]), "ascii", newline="\n")
            for line, query in enumerate(queries, start=1 + len(head)):
                if query.planted is not None:
                    place = Place(file=file, line=line, time=utc(datetime.fromtimestamp(query.when, UTC)))
                    client = query.planted.client
                    truth.note_line(query.planted.mark, place, client.address, client.name)

    def _tsv(self, queries: list[_Query]) -> Iterator[str]:
        for when, client, port, name, kind, answer, uid, _ in queries:
            code = "3\tNXDOMAIN" if kind == "A" and not answer else "0\tNOERROR"
            answers = f"{answer}\t300.000000" if answer else "-\t-"
            yield (
                f"{when:.6f}\t{uid}\t{client}\t{port}\t{self._resolver}\t53\tudp"
                f"\t{port ^ 0x5A5A}\t0.00{port % 97:04d}\t{name}\t1\tC_INTERNET"
                f"\t{_QUERY_TYPES[kind]}\t{kind}\t{code}\tF\tF\tT\tT\t0\t{answers}\tF"
            )

    def _json(self, queries: list[_Query]) -> Iterator[str]:
        names = [name for name, _ in _FIELDS]
        for query, line in zip(queries, self._tsv(queries), strict=True):
            row = dict(zip(names, line.split("\t"), strict=True))
            found = [query.answer] if query.answer else []
            numbers = {name: int(row[name]) for name, kind in _FIELDS if kind in {"port", "count"}}
            flags = {name: row[name] == "T" for name, kind in _FIELDS if kind == "bool"}
            times: dict[str, object] = {"ts": float(row["ts"]), "rtt": float(row["rtt"])}
            answers: dict[str, object] = {"answers": found, "TTLs": [300.0] * len(found)}
            yield json.dumps({**row, **numbers, **flags, **times, **answers}, separators=(",", ":"))


def _head(day: int) -> list[str]:
    return [
        r"#separator \x09",
        "#set_separator\t,",
        "#empty_field\t(empty)",
        "#unset_field\t-",
        "#path\tdns",
        f"#open\t2026-10-{day:02d}-00-00-00",
        "#fields\t" + "\t".join(name for name, _ in _FIELDS),
        "#types\t" + "\t".join(kind for _, kind in _FIELDS),
    ]


def resolve(log: DnsLog, cast: Cast, dice: Random, wanted: int) -> None:
    """Fills the month with about `wanted` queries: names inside mostly, names outside for what goes past the proxy."""
    weights = {day: 1.0 if is_working(day) else 0.3 for day in DAYS}
    total = sum(weights.values())
    inside = [(f"{server.name.lower()}.{cast.domain}", server.address) for server in cast.servers.values()]
    outside = [(site.host, site.address) for site in sites()[0]]
    machines = [who.computer.address for who in cast.employees]
    for day, weight in weights.items():
        log.ask(day, _day(day, int(wanted * weight / total), dice, (inside, outside, machines)))


def _day(
    day: int, wanted: int, dice: Random, names: tuple[list[tuple[str, str]], list[tuple[str, str]], list[str]]
) -> list[_Query]:
    midnight = at(day).timestamp()
    chance = dice.random
    inside, outside, machines = names
    queries = []
    for _ in range(wanted):
        odds = chance()
        name, answer = dice.choice(inside if odds < 0.55 else outside)
        kind = "AAAA" if 0.5 < odds < 0.55 else "A"
        if kind == "AAAA" or odds > 0.985:
            answer = ""
        hour = 8.3 + 10 * chance() if chance() < 0.8 else 23.9 * chance()
        queries.append(
            _Query(
                midnight + 3600 * hour,
                machines[int(chance() * len(machines))],
                49152 + int(chance() * 16000),
                name,
                kind,
                answer,
                f"C{dice.getrandbits(80):020x}"[:18],
                None,
            )
        )
    return queries
