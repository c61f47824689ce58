"""The brands that bulk phishing abuses (`data/brands.yaml`), and the domains that are their own."""

import re
from functools import cache
from importlib import resources

import yaml

from sekimori.values.text import fold

__all__ = ["brand_in"]


@cache
def _brands() -> tuple[re.Pattern[str], dict[str, frozenset[str]]]:
    """One pattern of all names, and each name's own parties."""
    text = resources.files("sekimori.triage.data").joinpath("brands.yaml").read_text(encoding="utf-8")
    owners = {
        fold(name): frozenset(brand["domains"]) for brand in yaml.safe_load(text)["brands"] for name in brand["names"]
    }
    names = sorted(owners, key=len, reverse=True)
    words = (rf"(?<![a-z0-9]){re.escape(one)}(?![a-z0-9])" if _is_short(one) else re.escape(one) for one in names)
    return re.compile("|".join(words)), owners


def _is_short(name: str) -> bool:
    """Whether a name is so short a Latin word that it stands inside other words."""
    return name.isascii() and len(name) <= 5


def brand_in(folded: str) -> tuple[str, frozenset[str]] | None:
    """The first brand that a folded text names, and the domains that are its own."""
    pattern, owners = _brands()
    found = pattern.search(folded)
    return (found[0], owners[found[0]]) if found else None
