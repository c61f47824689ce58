"""What the texts of an event hold: URLs, names and addresses, hashes, and the programs that commands start."""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from sekimori.extract.scan import scan
from sekimori.values import file_path, url

__all__ = ["defender_paths", "found_in", "hashes_in", "last_part", "program_of", "task_programs"]

_COLUMNS = ("url_original", "url_domain", "text_domain", "text_address")
_CACHED_LENGTH = 16_384
_SHORT = 512
# Cheap to ask, so that most lines are not scanned: a URL, an address, or a dot before what may be a top-level domain.
_WORTH_A_LOOK = re.compile(
    r"://|[0-9]\.[0-9]|[0-9A-Fa-f]:[0-9A-Fa-f]*:|\.[^\x00-\x7f]|[^\x00-\x7f]\."
    r"|\.(?:(?!(?:exe|dll|sys|ps1|psd1|psm1|bat|cmd|msc|tmp|log|txt)\b)[a-z]{2,24}|[A-Z]{2,24}|xn--[a-z0-9-]+)(?![\w(=])"
)
_NAMESPACE = re.compile(r"\bxmlns(?::\w+)?\s*=\s*(?:\"[^\"]*\"|'[^']*')")
_PROGRAM = re.compile(
    r"\s*(?:\"([^\"]+)\"?|(.{1,500}?\.(?:exe|com|sys|dll|bat|cmd|ps1|vbs|js|scr|msi|cpl))(?=[\s,\"]|\Z)|(\S+))",
    re.IGNORECASE,
)
_TASK_COMMAND = re.compile(r"<Command>([^<]+)</Command>")
_HASH = re.compile(r"(?:\A|[=,;\s])([0-9A-Fa-f]{32,128})(?=[,;\s]|\Z)")
_NO_HASH = frozenset({"0" * 32, "0" * 40, "0" * 64})
_DEFENDER = re.compile(r"([a-z]+):_?(.*)", re.IGNORECASE)
_DEFENDER_FILES = frozenset({"file", "containerfile", "startup", "driver", "webfile"})

Found = tuple[tuple[str, ...], ...]
"""What is found in a text, for each of `_COLUMNS`."""


def found_in(texts: Iterable[str]) -> dict[str, list[str]]:
    """The columns of URLs, their hosts, names and addresses that the texts fill; each value once, as written."""
    columns: dict[str, list[str]] = {}
    for text in texts:
        if not _WORTH_A_LOOK.search(text):
            continue
        found = _remembered(text) if len(text) <= _CACHED_LENGTH else _found(text)
        for name, values in zip(_COLUMNS, found, strict=False):
            if values:
                column = columns.setdefault(name, [])
                column.extend(value for value in values if value not in column)
    return columns


def _found(text: str) -> Found:
    if len(text) > _SHORT:
        text = "\n".join(filter(_WORTH_A_LOOK.search, text.splitlines()))
    scanned = scan(_NAMESPACE.sub("", text) if "xmlns" in text else text)
    if not (scanned.urls or scanned.domains or scanned.addresses):
        return ()
    return (
        _once(one.text for one in scanned.urls),
        _once(host for one in scanned.urls if (host := url.host_of(one.value))),
        _once(one.text for one in scanned.domains),
        _once(one.text for one in scanned.addresses),
    )


_remembered = lru_cache(maxsize=4_096)(_found)


def _once(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(values))


@lru_cache(maxsize=8_192)
def last_part(path: str) -> str:
    """The name at the end of a path."""
    return file_path.name(path)


@lru_cache(maxsize=4_096)
def program_of(command: str) -> str:
    r"""The program that a command line starts: `C:\a b\c.exe` of `"C:\a b\c.exe" /x`, with or without quotes."""
    found = _PROGRAM.match(command)
    return next(filter(None, found.groups()), "") if found else ""


def task_programs(content: str) -> Iterator[str]:
    """The programs that a task's definition starts (MS-TSCH, section 2.5.7)."""
    return (found.group(1).strip() for found in _TASK_COMMAND.finditer(content))


@lru_cache(maxsize=8_192)
def hashes_in(text: str) -> tuple[str, ...]:
    """The hashes of `SHA256=…,MD5=…` or of a text that is one, without those that only hold zeros."""
    return tuple(value for value in _HASH.findall(text) if value not in _NO_HASH)


def defender_paths(text: str) -> Iterator[str]:
    r"""The files that Defender names: `file:_C:\a.zip->b.exe; process:_pid:1`."""
    for part in text.split(";"):
        found = _DEFENDER.match(part.strip())
        if found and found[1].lower() in _DEFENDER_FILES:
            yield found[2].partition("->")[0]
