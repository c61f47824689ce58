"""Any file of indicators: the format is found by itself."""

from sekimori.model.indicator import Indicator, RefusedRow
from sekimori.model.report import N_
from sekimori.registry import classes_of
from sekimori.sharing.protocol import IndicatorFormat

__all__ = ["UnknownIndicatorFormat", "read_indicators"]


class UnknownIndicatorFormat(ValueError):
    """A file that no indicator format recognises; `name` is the file's."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name

    def __str__(self) -> str:
        return N_("{name} is in no indicator format that is known").format(name=self.name)


def read_indicators(name: str, data: bytes) -> tuple[list[Indicator], list[RefusedRow]]:
    """The indicators of a file, and the rows that were refused.

    Raises `UnknownIndicatorFormat`, also for an empty file.
    """
    for kind in classes_of(IndicatorFormat, "sekimori.sharing"):
        found = kind()
        if found.recognises(name, data):
            return _sorted_out(found, name, data)
    raise UnknownIndicatorFormat(name)


def _sorted_out(kind: IndicatorFormat, name: str, data: bytes) -> tuple[list[Indicator], list[RefusedRow]]:
    indicators: list[Indicator] = []
    refused: list[RefusedRow] = []
    for row in kind.read(name, data):
        if isinstance(row, Indicator):
            indicators.append(row)
        else:
            refused.append(row)
    return indicators, refused
