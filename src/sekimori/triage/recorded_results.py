"""Which Authentication-Results field of a mail the receiving organisation wrote, and what it says.

A sender can write such a field too, with any name in it. Fields and hops stand newest first, so one is believed only

- above a hop that the receiving side took the mail by: a field below the hop that took the mail from outside came
  with the mail;
- or below that hop where it names a server of the organisation or one that stands as `by` above it (Postfix puts what
  its filters add there): a receiving server must remove fields that come with its own name (RFC 8601 5);
- in a mail without any hop, as it is saved from some programs, where it names the organisation's server.

Of those that are believed the topmost alone counts, and of a method its first result; of DKIM, which tells of every
signature, the sender's own.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from ipaddress import ip_address, ip_network
from itertools import islice

from sekimori.formats.authentication_results import AuthenticationResults, Result, authentication_results
from sekimori.formats.mail import Mail
from sekimori.formats.mail_header import Field, Hop, hop
from sekimori.values import domain, mail_address
from sekimori.values.errors import InvalidValue

__all__ = ["NOTHING", "RecordedResults", "party_of", "recorded_results"]

_FIELDS = ("authentication-results", "arc-authentication-results")
_METHODS = frozenset({"spf", "dkim", "dmarc", "arc"})
_RECIPIENTS = 200
_WITHIN = tuple(
    ip_network(one)
    for one in ("10.0.0.0/8", "127.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "::1/128", "fc00::/7", "fe80::/10")
)
_MICROSOFT = frozenset({"outlook.com", "office365.com"})
"""Microsoft 365: its hops give no name as seen, and its border always records results, above whatever came along."""


@dataclass(frozen=True, slots=True)
class RecordedResults:
    """The believed field (None where there is none), and what it says of the methods."""

    field: Field | None = None
    results: tuple[Result, ...] = ()

    def by_method(self) -> dict[str, str]:
        """The result of each method: the first; of DKIM a pass where any signature passed."""
        found: dict[str, str] = {}
        for one in self.results:
            if one.method == "dkim" and one.result == "pass":
                found["dkim"] = "pass"
            found.setdefault(one.method, one.result)
        return found

    def authenticates(self, party: str, signers: Iterable[str]) -> bool:
        """Whether DMARC, or a DKIM signature of the sender's party, passed. `signers` are the parties that signed.

        A pass that does not say which signature it is of counts where the party's own is the only one.
        """
        if not party:
            return False
        for one in self.results:
            if one.method == "dmarc":
                if one.result == "pass" and party_of(one.about.get("header.from", party)) == party:
                    return True
                break
        only = set(signers) == {party}
        return any(
            party_of(signer) == party if (signer := _signer(one)) else only
            for one in self.results
            if one.method == "dkim" and one.result == "pass"
        )


NOTHING = RecordedResults()
"""Where nothing is recorded that can be believed."""


def recorded_results(mail: Mail, own: Iterable[str], recipients: Iterable[str]) -> RecordedResults:
    """What the receiving side recorded. `own` are the organisation's domains, `recipients` the mail's addresses.

    The recipients' domains stand for the organisation's where the mail has no hop and the profile no domain.
    """
    ours = frozenset(map(party_of, own)) - {""}
    for kind in _FIELDS:
        for field, said in _believed(mail, kind, ours, recipients):
            results = tuple(one for one in said.results if one.method in _METHODS)
            if results:
                return RecordedResults(field, results)
    return NOTHING


def _believed(
    mail: Mail, kind: str, ours: frozenset[str], recipients: Iterable[str]
) -> Iterator[tuple[Field, AuthenticationResults]]:
    if mail.first(kind) is None:
        return
    hops = sum(1 for _ in mail.all("received"))
    own = set(ours)
    if not hops and not ours:
        own.update(map(party_of, {mail_address.domain_of(one) for one in islice(recipients, _RECIPIENTS)}))
    above, is_inside = 0, True
    for field in mail.fields:
        if field.name == "received":
            above += 1
            if is_inside:
                seen = hop(field)
                name = seen.by.lower().strip("();,.")
                own.add(party_of(name) or name)
                is_inside = _is_inner(seen, ours)
        elif field.name == kind:
            said = authentication_results(field.text)
            if (is_inside and above < hops) or (party_of(said.server) or said.server) in own - {""}:
                yield field, said


def _is_inner(one: Hop, ours: frozenset[str]) -> bool:
    """Whether the mail stayed with one party on this hop. What a sender says of himself (HELO) shows nothing."""
    taken = party_of(one.by)
    if not one.from_name or {taken, party_of(one.from_name)} <= _MICROSOFT:
        return True
    if one.from_address:
        try:
            address = ip_address(one.from_address)
        except ValueError:
            return False
        if any(address in network for network in _WITHIN):
            return True
    return bool(one.from_seen) and party_of(one.from_seen) in {taken, *ours} - {""}


def _signer(one: Result) -> str:
    """The domain of a DKIM result's signature; empty where it does not say."""
    return one.about.get("header.d") or one.about.get("header.i", "").rpartition("@")[2]


def party_of(name: str) -> str:
    """What one party holds of a domain name as written in a field; empty where it is none."""
    try:
        host = domain.normal(name.strip("();,."))
    except InvalidValue:
        return ""
    return (domain.registrable(host) or host) if "." in host else ""
