"""Under which domains anybody gets an address (`data/mail_providers.yaml`)."""

from functools import lru_cache

from sekimori.triage.words import listed
from sekimori.values import domain

__all__ = ["provider"]


@lru_cache(maxsize=8192)
def provider(name: str) -> str:
    """`free` or `provider` where anybody gets an address under the domain; else empty."""
    parents = set(domain.suffixes(name)) if name else set()
    return next((kind for kind in ("free", "provider") if parents & listed("mail_providers", kind)), "")
