"""Whose a mailbox is, and which addresses are the organisation's own."""

from collections.abc import Iterable

from sekimori.model.organisation import Organisation, Person

__all__ = ["Owners"]


class Owners:
    """The addresses of an organisation, as its profile has them. `people` are by address, in small letters."""

    def __init__(self, organisation: Organisation) -> None:
        self._domains = organisation.profile.domains
        self.people = {address.lower(): one for one in organisation.profile.people for address in one.addresses}
        self._by_name: dict[str, str] = {}
        for address, person in self.people.items():
            for name in _names(address, person):
                self._by_name.setdefault(name, address)

    def is_own(self, address: str) -> bool | None:
        """Whether an address is of the organisation; None where it is no address, or the profile names no domains."""
        _, at, domain = address.lower().rpartition("@")
        if not at or not self._domains:
            return None
        return any(f".{domain}".endswith(f".{own}") for own in self._domains)

    def of(self, mailbox: str, addresses: Iterable[str]) -> str | None:
        """The address that a mailbox belongs to: one of these, else that of a person of the profile.

        A mailbox is called by the address, by what stands before its @, or by an account of the person.
        """
        name = mailbox.partition("/")[0].lower()
        fitting = (one for one in map(str.lower, addresses) if name in _names(one, self.people.get(one)))
        return (next(fitting, None) or self._by_name.get(name)) if name else None


def _names(address: str, person: Person | None) -> set[str]:
    accounts = person.accounts if person else ()
    return {address, address.partition("@")[0], *(account.lower() for account in accounts)}
