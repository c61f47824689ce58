"""Mail addresses and the display names beside them (RFC 5322, section 3.4; RFC 6531 for Unicode)."""

import re
import unicodedata

from sekimori.values import address, domain
from sekimori.values.errors import InvalidValue, present
from sekimori.values.text import fold
from sekimori.values.wording import N_

__all__ = ["display_name", "domain_of", "normal"]

_TYPE = "mail_address"
_LOCAL_MAX = 256
"""RFC 5321 allows 64; senders that write the recipient into their address use more."""

_ORDINARY = re.compile(r"([a-z0-9._+=-]{1,64})@([a-z0-9._-]+)")
_ATOM = re.compile(r"[^\s\x00-\x20\x7f\"(),:;<>@\[\\\]]+")
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"')
_ESCAPE = re.compile(r"\\(.)")
_LITERAL = re.compile(r"\[(?:ipv6:)?(.+)\]")
_QUOTES = ('""', "''", "“”", "‘’", "「」", "『』")


def normal(text: str) -> str:
    """The normal form of a mail address: lower-case, the domain in its normal form.

    Angle brackets and a name before them are dropped, quotes too where the local part needs none. The standard lets
    the case of a local part matter; no mail system that is used does. Raises `InvalidValue`.
    """
    found = _ORDINARY.fullmatch(text)
    if found:
        return f"{found.group(1)}@{_domain(text, found.group(2))}"
    plain = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", present(_TYPE, text)).lower())
    if plain.endswith(">"):
        plain = plain[:-1].rpartition("<")[2]
    local, at, host = plain.strip().rpartition("@")
    if not at:
        raise InvalidValue(_TYPE, text, N_("it has no @"))
    return f"{_local(text, local)}@{_domain(text, host)}"


def _local(text: str, local: str) -> str:
    if len(local) > _LOCAL_MAX:
        raise InvalidValue(
            _TYPE, text, N_("the part before @ is longer than {most} characters").format(most=_LOCAL_MAX)
        )
    if found := _QUOTED.fullmatch(local):
        local = _ESCAPE.sub(r"\1", found.group(1))
        if not _ATOM.fullmatch(local):
            return '"' + re.sub(r'(["\\])', r"\\\1", local) + '"'
    if not _ATOM.fullmatch(local):
        raise InvalidValue(_TYPE, text, N_("the part before @ is empty or needs quotes"))
    return local


def _domain(text: str, host: str) -> str:
    try:
        if found := _LITERAL.fullmatch(host):
            return f"[{address.normal(found.group(1))}]"
        return domain.normal(host)
    except InvalidValue as error:
        reason = N_("the part after @ is no domain name: {reason}").format(reason=error.reason)
        raise InvalidValue(_TYPE, text, reason) from error


def domain_of(address: str) -> str:
    """The domain of an address in normal form; an address in brackets (`[192.0.2.1]`) stays as it is."""
    return address.rpartition("@")[2]


def display_name(text: str) -> str:
    """The normal form of a display name: folded, blanks collapsed, quotes around it dropped. Raises `InvalidValue`."""
    name = fold(text)
    while len(name) > 1 and name[0] + name[-1] in _QUOTES:
        name = name[1:-1].strip()
    return present("display_name", name, text)
