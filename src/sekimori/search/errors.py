"""What is wrong with a question, and where in it."""

from sekimori.values.wording import N_

__all__ = ["NothingToAsk", "QueryError"]


class QueryError(ValueError):
    """A text that is no question: `column` (from 1) is where it goes wrong, `reason` why."""

    def __init__(self, column: int, reason: str) -> None:
        super().__init__(column, reason)
        self.column = column
        self.reason = reason

    def __str__(self) -> str:
        return N_("the query is wrong at character {column}: {reason}").format(column=self.column, reason=self.reason)


class NothingToAsk(ValueError):
    """A question of which another system can answer no part; `system` is its name, `reasons` say why."""

    def __init__(self, system: str, reasons: tuple[str, ...]) -> None:
        super().__init__(system, reasons)
        self.system = system
        self.reasons = reasons

    def __str__(self) -> str:
        message = N_("{system} cannot be asked this: {reason}")
        return message.format(system=self.system, reason="; ".join(self.reasons))
