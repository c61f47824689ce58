"""A question to all mail as an organisation types it, and the same for other systems."""

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from sekimori.model.organisation import Organisation
from sekimori.model.query import Query
from sekimori.search.parsing import parse

if TYPE_CHECKING:
    from sekimori.search.translation import Translated, Translation

__all__ = ["asked", "systems", "translated"]


def asked(organisation: Organisation, text: str) -> Query:
    """The question, its days in the organisation's zone. Raises `QueryError`."""
    return parse(text, ZoneInfo(organisation.profile.time_zone))


def systems() -> list[str]:
    """The names of the systems that a question can be translated for."""
    return list(_translations())


def translated(query: Query, system: str) -> "Translated":
    """The question in a system's words. `KeyError` for a name that is none; raises `NothingToAsk`."""
    return _translations()[system]().translate(query)


def _translations() -> "dict[str, type[Translation]]":
    from sekimori.search.translations import translations  # noqa: PLC0415 - most questions are asked here alone

    return translations()
