"""What an indicator format is: a file in, indicators and refused rows out."""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from typing import ClassVar

from sekimori.model.indicator import Indicator, RefusedRow

__all__ = ["IndicatorFormat"]


class IndicatorFormat(ABC):
    """One format of indicator files. Subclasses sit in a module of their own below `sekimori.sharing`."""

    name: ClassVar[str]
    title: ClassVar[str]

    @abstractmethod
    def recognises(self, name: str, data: bytes) -> bool:
        """Whether `data` (the whole file) is of this format. Exactly one format says yes to a sample."""

    @abstractmethod
    def read(self, name: str, data: bytes) -> Iterator[Indicator | RefusedRow]:
        """Every indicator, and every row that is not one with its place and reason. Never raises on bad content."""
