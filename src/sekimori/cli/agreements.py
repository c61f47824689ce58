"""What a hunt and a sweep tell alike of an agreement, as JSON."""

from datetime import datetime
from typing import Any, Protocol

from sekimori.model.match import Match
from sekimori.model.role import Role
from sekimori.values import times

__all__ = ["Agreement", "agreement"]


class Agreement(Protocol):
    """An indicator that agreed with a value in a field of some records."""

    @property
    def match(self) -> Match: ...  # noqa: D102
    @property
    def kind(self) -> str: ...  # noqa: D102
    @property
    def field(self) -> str: ...  # noqa: D102
    @property
    def role(self) -> Role: ...  # noqa: D102
    @property
    def count(self) -> int: ...  # noqa: D102
    @property
    def first(self) -> datetime | None: ...  # noqa: D102
    @property
    def last(self) -> datetime | None: ...  # noqa: D102


def agreement(one: Agreement) -> dict[str, Any]:
    """What agreed, where, in what role, how often, first and last."""
    return {
        "indicator": one.match.indicator,
        "pattern": one.match.pattern,
        "mode": one.match.mode.value,
        "type": one.match.type.value,
        "value": one.match.value,
        "clause": one.match.clause,
        "kind": one.kind,
        "field": one.field,
        "role": one.role.value,
        "count": one.count,
        "first": times.written(one.first) if one.first else None,
        "last": times.written(one.last) if one.last else None,
    }
