"""Names shared by too many to tell anything: a small built-in list (`well_known.yaml`) and public suffixes."""

from enum import StrEnum
from functools import cache
from importlib import resources

import yaml

from sekimori.model.report import N_
from sekimori.values import domain

__all__ = ["Category", "category", "holder"]


class Category(StrEnum):
    """Why a name is well known."""

    FREE_MAIL = "free_mail"
    PORTAL = "portal"
    SCHEMA = "schema"
    DELIVERY = "delivery"
    SHORTENER = "shortener"
    SHARING = "sharing"
    HOSTING = "hosting"
    DYNAMIC_DNS = "dynamic_dns"
    PUBLIC_SUFFIX = "public_suffix"

    @property
    def meaning(self) -> str:
        """In words, `{name}` for the name."""
        return _MEANINGS[self]


_MEANINGS = {
    Category.FREE_MAIL: N_("{name} is a free-mail provider"),
    Category.PORTAL: N_("{name} is a site that everybody visits"),
    Category.SCHEMA: N_("{name} is the name of a format"),
    Category.DELIVERY: N_("{name} is a delivery network that many sites use"),
    Category.SHORTENER: N_("{name} is a URL shortener"),
    Category.SHARING: N_("{name} is a file-sharing service"),
    Category.HOSTING: N_("{name} is shared hosting"),
    Category.DYNAMIC_DNS: N_("{name} is a dynamic DNS service"),
    Category.PUBLIC_SUFFIX: N_("{name} is a suffix under which anybody registers"),
}
_TENANTS = frozenset({Category.HOSTING, Category.DYNAMIC_DNS})


@cache
def _names() -> dict[str, Category]:
    text = resources.files("sekimori.extract").joinpath("well_known.yaml").read_text(encoding="utf-8")
    listed: dict[str, list[str]] = yaml.safe_load(text)
    return {name: Category(key) for key, names in listed.items() for name in names}


def category(name: str) -> Category | None:
    """The category of a domain name in normal form, by its longest listed parent; None for most names.

    What a tenant of a hosting or dynamic DNS service holds is the tenant's, and not well known.
    """
    names = _names()
    for parent in domain.suffixes(name):
        if found := names.get(parent):
            return None if found in _TENANTS and parent != name else found
    is_suffix = domain.is_public_suffix(name) and domain.has_known_top(name)
    return Category.PUBLIC_SUFFIX if is_suffix else None


def holder(host: str) -> str:
    """The name to hunt for a host: what its holder registered; the whole host where strangers share the parent."""
    if any(_names().get(parent) in _TENANTS for parent in domain.suffixes(host)[1:]):
        return host
    # Names that companies let out (the private section of the public suffix list) count as suffixes here.
    return domain.registrable(host) or host
