"""Which columns of a table hold what, by the synonyms that people write over them (`synonyms.yaml`)."""

import re
import unicodedata
from collections.abc import Sequence
from functools import cache
from importlib import resources

import yaml

__all__ = ["is_header", "known_words", "plain_header", "role_of", "roles_of"]

_NOISE = re.compile(r"[\s()\[\]{}<>:*/.,_・「」【】〈〉《》#-]+")
_BRACKETS = re.compile(r"[(\[【〈《「][^)\]】〉》」]*[)\]】〉》」]")
_LONGEST = 40


@cache
def _synonyms() -> dict[str, str]:
    text = resources.files(__package__).joinpath("synonyms.yaml").read_text(encoding="utf-8")
    return {plain_header(str(name)): role for role, names in yaml.safe_load(text).items() for name in names}


def known_words() -> dict[str, str]:
    """All synonyms in the form of `plain_header`, with their roles."""
    return dict(_synonyms())


def plain_header(text: str) -> str:
    """A header as it is compared."""
    return _NOISE.sub("", unicodedata.normalize("NFKC", text).lower())


def role_of(text: str) -> str | None:
    """What a column of that header holds; what stands in brackets counts only where the whole is known."""
    if not text or len(text) > _LONGEST:
        return None
    whole = _synonyms().get(plain_header(text))
    return whole or _synonyms().get(plain_header(_BRACKETS.sub("", unicodedata.normalize("NFKC", text))))


def roles_of(cells: Sequence[str]) -> dict[str, int]:
    """The column of each role; the first one counts."""
    found: dict[str, int] = {}
    for index, cell in enumerate(cells):
        role = role_of(cell)
        if role and role not in found:
            found[role] = index
    return found


def is_header(cells: Sequence[str]) -> bool:
    """Whether a row heads a table of work: who, when, and what or where."""
    roles = roles_of(cells).keys()
    return bool(
        roles & {"person", "account"} and roles & {"date", "start"} and roles & {"work", "host"} and len(roles) >= 3
    )
