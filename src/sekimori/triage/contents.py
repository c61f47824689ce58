"""What a mail carries, looked into once, however many rules ask.

The facts of a mail are replaced when its history becomes known; what takes time to read stays here.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from sekimori.formats.dkim_signature import DkimSignature, verified
from sekimori.formats.mail import Mail
from sekimori.triage.files import Carried, Opened, carried

__all__ = ["Contents"]


@dataclass(frozen=True)
class Contents:
    """A mail with its bytes; `opened` is what passwords opened of its files, by path.

    `keys` are those of DKIM signatures, by the name under which they stand in the DNS.
    """

    mail: Mail
    data: bytes = field(repr=False)
    opened: Mapping[str, Opened] = field(default_factory=dict)
    keys: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def files(self) -> tuple[Carried, ...]:
        """Every file it carries, those in archives and those that a password opened included."""
        return tuple(carried(self.mail, self.opened))

    @cached_property
    def signatures(self) -> tuple[DkimSignature, ...]:
        """The DKIM signatures, verified with the keys that are given."""
        return verified(self.data, self.keys)
