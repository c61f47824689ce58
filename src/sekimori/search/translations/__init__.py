"""Query languages of other systems, one module each, and how one is found by its name."""

from sekimori.registry import classes_of
from sekimori.search.translation import Translation

__all__ = ["translations"]


def translations() -> dict[str, type[Translation]]:
    """Every translation by its name."""
    return {kind.name: kind for kind in classes_of(Translation, "sekimori.search.translations")}
