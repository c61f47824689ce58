"""Who is affected: the people who got the mails or answered them, and the machines that talked or carry traces."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sekimori.model.organisation import Person, Profile
from sekimori.model.report import AffectedHost, AffectedPerson, Involvement
from sekimori.values import domain, mail_address
from sekimori.values.address import is_address

__all__ = ["MachineSeen", "MailSeen", "affected_hosts", "affected_people", "is_own", "machine_key"]


_AUTOMATIC = frozenset({"mailer-daemon", "postmaster"})
"""Senders that nobody is behind: they return mails (RFC 5321, section 4.5.5) and answer nobody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MailSeen:
    """A mail in which an indicator was seen. `is_answer` where the indicator is among those it was sent *to*."""

    time: datetime | None
    sender: str
    recipients: Sequence[str]
    is_answer: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MachineSeen:
    """A machine in whose records an indicator was seen, by name or address, with the user where it is known."""

    machine: str
    user: str
    what: Involvement
    first: datetime | None
    last: datetime | None
    count: int


@dataclass(slots=True)
class _Span:
    what: dict[Involvement, None]
    first: datetime | None = None
    last: datetime | None = None
    count: int = 0
    user: str = ""
    address: str = ""

    def widen(self, first: datetime | None, last: datetime | None, count: int = 1) -> None:
        """Take in one more observation."""
        self.first = min((time for time in (self.first, first) if time), default=None)
        self.last = max((time for time in (self.last, last) if time), default=None)
        self.count += count


def is_own(address: str, profile: Profile) -> bool:
    """Whether a mail address belongs to the organisation; all do where the profile names no domain."""
    if not profile.domains:
        return True
    return any(domain.is_below(mail_address.domain_of(address), own) for own in profile.domains)


def affected_people(mails: Iterable[MailSeen], profile: Profile) -> list[AffectedPerson]:
    """The organisation's people in these mails, earliest first; the same person once, by the first address."""
    known = {address: person for person in profile.people for address in person.addresses}
    spans: dict[str, _Span] = {}
    for mail in mails:
        if mail.is_answer:
            people, what = {mail.sender}, Involvement.REPLIED
        else:
            people, what = set(mail.recipients), Involvement.RECEIVED
        own = {one for one in people if one and is_own(one, profile) and one.partition("@")[0] not in _AUTOMATIC}
        for address in {known[one].addresses[0] if one in known else one for one in own}:
            span = spans.setdefault(address, _Span({}))
            span.what[what] = None
            span.widen(mail.time, mail.time)
    found = [_person(address, span, known.get(address)) for address, span in spans.items()]
    return sorted(found, key=lambda one: (one.first is None, one.first, one.address))


def affected_hosts(seen: Iterable[MachineSeen], profile: Profile) -> list[AffectedHost]:
    """The machines, earliest first; a name and an address that the profile joins are one machine."""
    spans: dict[str, _Span] = {}
    for one in seen:
        span = spans.setdefault(machine_key(one.machine, profile), _Span({}))
        span.what[one.what] = None
        span.widen(one.first, one.last, one.count)
        span.user = span.user or one.user
        if is_address(one.machine):
            span.address = one.machine
    addresses = {name.split(".")[0]: address for address, name in profile.hosts.items()}
    owners = {host.split(".")[0]: person.name for person in profile.people for host in person.hosts}
    found = [
        AffectedHost(
            name="" if is_address(key) else key,
            address=span.address or addresses.get(key, ""),
            user=span.user or owners.get(key, ""),
            what=tuple(span.what),
            first=span.first,
            last=span.last,
            count=span.count,
        )
        for key, span in spans.items()
    ]
    return sorted(found, key=lambda one: (one.first is None, one.first, one.name, one.address))


def machine_key(machine: str, profile: Profile) -> str:
    """What a machine goes by: its short name where that is known, else its address."""
    name = profile.hosts.get(machine, machine)
    return name if is_address(name) else name.lower().split(".")[0]


def _person(address: str, span: _Span, person: Person | None) -> AffectedPerson:
    return AffectedPerson(
        address=address,
        name=person.name if person else "",
        department=person.department if person else "",
        role=person.role if person else "",
        vip=person.vip if person else False,
        what=tuple(span.what),
        first=span.first,
        last=span.last,
        host=person.hosts[0] if person and person.hosts else "",
    )
