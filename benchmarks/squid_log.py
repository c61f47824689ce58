"""Writes the proxy log that the benchmarks read: python -m benchmarks.squid_log LOG [LINES].

Squid's native format, always the same bytes: 3,000,000 lines, 390 MB, 245 days, 297,785 hosts, three of four requests
CONNECT. Few hosts are asked for often and most only now and then, so that a day's hosts are about two fifths of its
lines, as in the logs of an organisation of some hundred people.
"""

import random
import sys
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

__all__ = ["DAYS", "HOSTS", "LINES", "host", "indicators", "lines", "write"]

LINES = 3_000_000
HOSTS = 297_785
DAYS = 245
START = 1_735_689_600  # 2025-01-01T00:00:00Z
_LABELS = ("www", "cdn", "api", "img", "mail", "login", "static", "update")
_ZONES = ("example", "example.jp", "example.com", "example.net", "example.org")
_SYLLABLES = ("ka", "shi", "no", "ra", "te", "mi", "ko", "su", "ya", "to", "ne", "ma", "ri", "ho", "ku", "se")
_RARITY = 1.68  # bends the log-uniform draw of hosts towards the often asked ones
_CHUNK = 10_000


def host(number: int) -> str:
    """The host of a number below `HOSTS`: a name of one to three labels under a reserved zone."""
    mixed = number * 0x9E375 & 0xFFFFF  # an odd factor keeps them apart
    word = "".join(_SYLLABLES[mixed >> shift & 15] for shift in (0, 4, 8, 12, 16))
    name = f"{word}{number % 97}.{_ZONES[number % 5]}"
    return name if number % 3 == 0 else f"{_LABELS[number % 8]}.{name}"


def indicators(count: int) -> Iterator[str]:
    """`count` distinct domain names to look for; each 397th is one of the log's rare hosts, the first one too."""
    rare = HOSTS // 2
    for number in range(count):
        if number % 397 == 0:
            yield host(rare + number // 397 * 7919 % rare)
        else:
            yield f"{_SYLLABLES[number % 16]}{number * 2_654_435_761 % 2**32:08x}.{_ZONES[number % 5]}"


def lines(count: int = LINES) -> Iterator[str]:
    """The lines of the log. Each host stands in it at least once where `count` allows."""
    draw = random.Random(20250617)
    new_every = max(1, count // HOSTS)
    step = DAYS * 86_400_000 / count
    for number in range(count):
        fresh, rest = divmod(number, new_every)
        chosen = fresh if rest == 0 and fresh < HOSTS else int(HOSTS ** (draw.random() ** _RARITY)) - 1
        yield _line(START * 1000 + int(number * step), chosen, draw.getrandbits(64))


def write(path: Path, count: int = LINES) -> None:
    """Writes the log; a log of that name is there only when it is whole."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".partial")
    with partial.open("w", encoding="ascii", newline="\n") as file:
        source = lines(count)
        while chunk := list(islice(source, _CHUNK)):
            file.writelines(chunk)
    partial.replace(path)


def _line(millis: int, chosen: int, bits: int) -> str:
    name = host(chosen)
    client = f"10.0.{bits >> 8 & 3}.{bits & 255}"
    address = f"240.{chosen >> 16}.{chosen >> 8 & 255}.{chosen & 255}"  # reserved: nobody's
    user = f"u{bits & 0x3FF:04d}" if bits >> 16 & 3 else "-"
    size, elapsed = bits >> 24 & 0x3FFFF, bits >> 44 & 0x3FFF
    head = f"{millis // 1000}.{millis % 1000:03d} {elapsed:6d} {client}"
    if bits >> 60 & 3:
        return f"{head} TCP_TUNNEL/200 {size} CONNECT {name}:443 {user} HIER_DIRECT/{address} -\n"
    url = f"http://{name}/{_SYLLABLES[bits >> 4 & 15]}/{bits >> 8 & 0xFFFFFFFF:08x}/{chosen:x}?id={bits & 0x3FF}"
    status, kind = ("TCP_MISS/200", "text/html") if bits >> 62 & 1 else ("TCP_MEM_HIT/304", "image/png")
    return f"{head} {status} {size} GET {url} {user} HIER_DIRECT/{address} {kind}\n"


if __name__ == "__main__":
    write(Path(sys.argv[1]), *(int(count) for count in sys.argv[2:]))
