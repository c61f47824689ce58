"""What a mail carries, looked into once, however many rules ask.

The facts of a mail are replaced when its history becomes known; what takes time to read stays here.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from sekimori.formats.mail import Mail
from sekimori.triage.files import Carried, Opened, carried

__all__ = ["Contents"]


@dataclass(frozen=True)
class Contents:
    """The files of a mail; `opened` is what passwords opened of them, by path."""

    mail: Mail
    opened: Mapping[str, Opened] = field(default_factory=dict)

    @cached_property
    def files(self) -> tuple[Carried, ...]:
        """Every file it carries, those in archives and those that a password opened included."""
        return tuple(carried(self.mail, self.opened))
