"""Any file of indicators: the format is found by itself."""

from collections.abc import Iterator

import orjson

from sekimori.model.indicator import Indicator, RefusedRow
from sekimori.model.report import N_
from sekimori.registry import classes_of
from sekimori.sharing.protocol import IndicatorFormat
from sekimori.sharing.text_file import json_text

__all__ = ["UnknownIndicatorFormat", "indicator_rows", "read_indicators"]


class UnknownIndicatorFormat(ValueError):
    """A file that no indicator format recognises; `name` is the file's, `message` (with `{name}`) says what it is."""

    def __init__(self, name: str, message: str) -> None:
        super().__init__(name)
        self.name, self._message = name, message

    def __str__(self) -> str:
        return self._message.format(name=self.name)


def read_indicators(name: str, data: bytes) -> tuple[list[Indicator], list[RefusedRow]]:
    """The indicators of a file, and the rows that were refused.

    Raises `UnknownIndicatorFormat`, also for an empty file.
    """
    indicators: list[Indicator] = []
    refused: list[RefusedRow] = []
    for row in indicator_rows(name, data):
        if isinstance(row, Indicator):
            indicators.append(row)
        else:
            refused.append(row)
    return indicators, refused


def indicator_rows(name: str, data: bytes) -> Iterator[Indicator | RefusedRow]:
    """What a file holds, in its order, one at a time. Raises as `read_indicators` does, before the first."""
    for kind in classes_of(IndicatorFormat, "sekimori.sharing"):
        found = kind()
        if found.recognises(name, data):
            return iter(found.read(name, data))
    raise UnknownIndicatorFormat(name, _what_it_is(data))


def _what_it_is(data: bytes) -> str:
    if not data.strip():
        return N_("{name} is empty")
    text = json_text(data)
    if text is not None and _is_damaged(text):
        return N_("{name} is damaged JSON: cut off, or not valid")
    return N_("{name} is in no indicator format that is known")


def _is_damaged(text: bytes) -> bool:
    try:
        orjson.loads(text)
    except orjson.JSONDecodeError:
        return True
    return False
