"""Who is logged on at which desk: one logon for each day, or one for the month where a machine is never left."""

from collections.abc import Collection, Iterator

from sekimori.scenario.people import Employee
from sekimori.scenario.security import Logon

__all__ = ["Consoles"]


class Consoles:
    """The console logons of all desks. `never_left` are accounts that lock the screen and do not log off."""

    def __init__(self, ids: Iterator[str], never_left: Collection[str]) -> None:
        self._ids = ids
        self._never_left = never_left
        self._logons: dict[tuple[str, int], Logon] = {}

    def at(self, who: Employee, day: int) -> Logon:
        """The logon that is open at this person's desk on a day."""
        key = who.login, 0 if self.stays(who) else day
        if key not in self._logons:
            self._logons[key] = Logon(account=who.login, kind=2, logon_id=next(self._ids))
        return self._logons[key]

    def stays(self, who: Employee) -> bool:
        """Whether this person never logs off."""
        return who.login in self._never_left
