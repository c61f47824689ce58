"""Under which domains anybody gets an address (`data/mail_providers.yaml`)."""

from functools import lru_cache

from sekimori.triage.words import listed
from sekimori.values import domain

__all__ = ["provider"]


@lru_cache(maxsize=8192)
def provider(name: str) -> str:
    """`free` or `provider` where anybody gets an address under the domain, by the list or its very name; else empty."""
    parents = set(domain.suffixes(name)) if name else set()
    kind = next((kind for kind in ("free", "provider") if parents & listed("mail_providers", kind)), "")
    return kind or ("free" if (domain.registrable(name) or "").partition(".")[0] in _FREE_BY_NAME else "")


_FREE_BY_NAME = frozenset(
    [
        "email",
        "fastmail",
        "free-mail",
        "freemail",
        "freewebmail",
        "gmail",
        "hotmail",
        "inbox",
        "mail",
        "mymail",
        "webmail",
    ]
)
"""Labels that free-mail services of many countries carry: freemail.example, webmail.example.com are of that kind."""
