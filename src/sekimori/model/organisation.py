"""Organisations and their profile: what is their own, and who their people are."""

from dataclasses import dataclass, field

__all__ = ["Organisation", "Partner", "Person", "Profile"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A person of the organisation. `vip` marks those whom spies would want most."""

    name: str
    addresses: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()
    department: str = ""
    role: str = ""
    vip: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Partner:
    """An organisation one works with: its values are well known and never block-worthy without a look."""

    name: str
    domains: tuple[str, ...] = ()
    networks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What an organisation says of itself. All values are normal forms of `sekimori.values`."""

    domains: tuple[str, ...] = ()
    networks: tuple[str, ...] = ()
    time_zone: str = "Asia/Tokyo"
    partners: tuple[Partner, ...] = ()
    people: tuple[Person, ...] = ()
    hosts: dict[str, str] = field(default_factory=dict)
    """Host name of each fixed address, where the organisation knows it: address -> host."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Organisation:
    """One organisation in a workspace; nothing crosses from one to another."""

    id: int
    name: str
    profile: Profile = field(default_factory=Profile)
