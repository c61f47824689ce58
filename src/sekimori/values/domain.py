"""Domain names: one form for all ways to write them, their parents, and the public suffix list.

The normal form is lower-case, in A-labels (RFC 5891), without the trailing dot. Other functions take normal forms.
Unicode is mapped by UTS #46, as browsers do, and what IDNA 2008 forbids but resolvers carry all the same
(underscores, hyphens anywhere, emoji labels) is kept, because logs and attackers hold such names.
"""

import re
from collections.abc import Iterable
from functools import cache, lru_cache

import idna
from publicsuffixlist import PublicSuffixList

from sekimori.values.errors import InvalidValue, present
from sekimori.values.wording import N_

__all__ = [
    "has_known_top",
    "is_below",
    "is_public_suffix",
    "normal",
    "ordinary",
    "public_suffix",
    "registrable",
    "shown",
    "suffixes",
]

_TYPE = "domain"
_NAME_MAX = 253
_LABEL_MAX = 63
_TEXT_MAX = 1000
"""Longer texts are no names in any script; mapping them would only cost time."""

# The top label holds a letter and is no hexadecimal number: else a browser takes the name for an IPv4 address.
_ORDINARY = re.compile(r"(?:[a-z0-9_-]{1,63}\.)*+(?!0x[0-9a-f]*\Z)(?=[0-9_-]*[a-z])[a-z0-9_-]{1,63}")
_ORDINARY_AND_SHORT = re.compile(rf"(?!.{{{_NAME_MAX + 1}}}){_ORDINARY.pattern}")
_NOT_ALLOWED = re.compile(r"[^a-z0-9_-]")


def normal(text: str) -> str:
    """The normal form of a domain name: lower-case A-labels, no trailing dot.

    Single labels are names too. Ideographic and full-width dots count as dots. An IP address in any writing is
    no domain name. Raises `InvalidValue`.
    """
    name = text.lower()
    if len(name) <= _NAME_MAX and _ORDINARY.fullmatch(name):
        return name
    return _unusual(text)


def ordinary(texts: Iterable[str]) -> list[str]:
    """Those texts that are their own normal form at first sight, as nearly all logged names are."""
    return list(filter(_ORDINARY_AND_SHORT.fullmatch, texts))


def _unusual(text: str) -> str:
    name = _mapped(text, present(_TYPE, text)).removesuffix(".")
    labels = [_a_label(text, label) for label in name.split(".")]
    name = ".".join(labels)
    if len(name) > _NAME_MAX:
        raise InvalidValue(_TYPE, text, N_("it is longer than {most} characters").format(most=_NAME_MAX))
    if not _ORDINARY.fullmatch(name):
        raise InvalidValue(_TYPE, text, N_("its last label is a number, as in an IP address"))
    return name


def _mapped(text: str, name: str) -> str:
    if len(name) > _TEXT_MAX:
        raise InvalidValue(_TYPE, text, N_("it is longer than {most} characters").format(most=_NAME_MAX))
    if name.isascii():
        return name.lower()
    try:
        return idna.uts46_remap(name, std3_rules=False, transitional=False)
    except idna.IDNAError as error:
        raise InvalidValue(_TYPE, text, N_("it holds a character that no domain name can hold")) from error


def _a_label(text: str, label: str) -> str:
    if not label:
        raise InvalidValue(_TYPE, text, N_("it has an empty label"))
    if bad := _NOT_ALLOWED.search("".join(filter(str.isascii, label))):
        raise InvalidValue(_TYPE, text, N_("{text} cannot stand in a domain name").format(text=repr(bad.group())))
    encoded = label if label.isascii() else "xn--" + label.encode("punycode").decode("ascii")
    if len(encoded) > _LABEL_MAX:
        raise InvalidValue(_TYPE, text, N_("it has a label longer than {most} characters").format(most=_LABEL_MAX))
    return encoded


def shown(name: str) -> str:
    """A domain name as a browser may show it: A-labels as the letters they stand for."""
    return ".".join(_letters(label) for label in name.split(".")) if "xn--" in name else name


def _letters(label: str) -> str:
    if not label.startswith("xn--"):
        return label
    try:
        letters = label[4:].encode("ascii").decode("punycode")
        letters.encode("utf-8")  # half of a pair is no letter
    except (UnicodeError, ValueError, OverflowError):
        return label
    return letters


def suffixes(name: str) -> list[str]:
    """The name itself, then every parent by whole labels, down to the top label."""
    found = [name]
    at = name.find(".")
    while at >= 0:
        found.append(name[at + 1 :])
        at = name.find(".", at + 1)
    return found


def is_below(name: str, parent: str) -> bool:
    """Whether `name` is `parent` or lies under it, by whole labels."""
    return name == parent or name.endswith("." + parent)


@cache
def _list() -> PublicSuffixList:
    return PublicSuffixList()


def public_suffix(name: str) -> str:
    """The part of a name under which strangers register (publicsuffix.org, both sections); may be the whole name.

    By the list's default rule the top label, where nothing is listed.
    """
    return str(_list().publicsuffix(name))


def registrable(name: str) -> str | None:
    """The public suffix and one label more: what one party holds. None where the name is a public suffix itself."""
    found = _list().privatesuffix(name)
    return None if found is None else str(found)


def is_public_suffix(name: str) -> bool:
    """Whether strangers register directly under this name, such as `co.jp` or `github.io`."""
    return bool(_list().is_public(name))


def has_known_top(name: str) -> bool:
    """Whether the top label is one of the internet's, by the public suffix list: not so for `.local` or `.exe`.

    `.example` and `.test` count, so that examples behave like what they stand for (RFC 2606).
    """
    return _is_known_top(name.rpartition(".")[2])


@lru_cache(maxsize=4096)
def _is_known_top(label: str) -> bool:
    return label in {"example", "test"} or _list().publicsuffix(label, accept_unknown=False) is not None
