"""What an Authentication-Results field says (RFC 8601 2.2), also in its ARC form (RFC 8617 4.1.1).

Comments and quoted strings are set aside first: a sender chooses what stands in them.

    mx.example.jp; spf=fail smtp.mailfrom="dmarc=pass"@evil.example; dkim=pass (ok) header.d=partner.example
    i=1; mx.example.jp; dmarc=none header.from=partner.example
    spf=none (sender IP is 192.0.2.1) smtp.mailfrom=partner.example; dmarc=fail      (without the server's name)
"""

import re
from dataclasses import dataclass
from typing import NamedTuple

__all__ = ["AuthenticationResults", "Result", "authentication_results"]

_CHARACTERS = 10_000
_METHOD = re.compile(
    r"\s*([a-z][a-z0-9-]{0,30})(?:\s*/\s*\d{1,5})?\s*=\s*([a-z]{1,20})\b(.*)", re.IGNORECASE | re.DOTALL
)
_PROPERTY = re.compile(r"\s([a-z]{1,20}\.[a-z0-9_-]{1,40})\s*=\s*([^\s;]{1,300})", re.IGNORECASE)
_INSTANCE = re.compile(r"\s*i\s*=\s*\d{1,3}\s*\Z", re.IGNORECASE)


class Result(NamedTuple):
    """One method's result, in lower case, and the domains that it speaks of, by property (`header.d`)."""

    method: str
    result: str
    about: dict[str, str]


@dataclass(frozen=True, slots=True)
class AuthenticationResults:
    """One field: the name of the server that wrote it (empty where it gives none), and its results in order."""

    server: str
    results: tuple[Result, ...]


def authentication_results(text: str) -> AuthenticationResults:
    """What the field's text says. Anything that is no result is left out; never raises."""
    pieces = _plain(text[:_CHARACTERS]).split(";")
    if _INSTANCE.match(pieces[0]):
        pieces = pieces[1:]
    first = pieces[0].split() if pieces and not _METHOD.match(pieces[0]) else []
    found = (_METHOD.match(piece) for piece in pieces)
    results = (
        Result(one[1].lower(), one[2].lower(), {key.lower(): value.lower() for key, value in _PROPERTY.findall(one[3])})
        for one in found
        if one
    )
    return AuthenticationResults(first[0].lower() if first else "", tuple(results))


def _plain(text: str) -> str:
    """The text without comments (they nest) and without what stands in quotes."""
    kept: list[str] = []
    depth, quoted, escaped = 0, False, False
    for one in text:
        if escaped:
            escaped = False
        elif one == "\\" and (quoted or depth):
            escaped = True
        elif one == '"' and not depth:
            quoted = not quoted
        elif one == "(" and not quoted:
            depth += 1
            kept.append(" ")
        elif one == ")" and depth and not quoted:
            depth -= 1
        elif not quoted and not depth:
            kept.append(one)
    return "".join(kept)
