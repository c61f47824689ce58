"""The display name of a known person, with another address."""

from collections.abc import Iterator

from sekimori.model.triage import Bilingual, Facet
from sekimori.triage.facts import MailFacts
from sekimori.triage.rule import Found, Rule, cut, points

__all__ = ["KnownName"]

from sekimori.triage.history import name_key, same_name


class KnownName(Rule):
    """A known person's name above an address that is not the person's."""

    name = "sender.known_name"
    title = Bilingual("知っている人の名前と別のアドレス", "A known person's name with another address")
    why = Bilingual(
        "受信者が信じる相手の名前を表示名に使うと、アドレスを見ない人は気付かない。",
        "Whoever looks at the name alone does not notice that the person it belongs to has another address.",
    )
    reference = "MITRE ATT&CK T1656 (Impersonation)"
    facet = Facet.SENDER
    weights = points(targeted=40, bec=35)

    def check(self, facts: MailFacts) -> Iterator[Found]:
        """The name is one of the profile's people or of one earlier sender, the address none of theirs.

        A name that many addresses bore is a brand's or a wave's, no person's.
        """
        name = facts.sender.name
        if facts.is_known or not facts.sender_address:
            return
        person = facts.person_named
        if person and facts.sender_address not in person.addresses and not facts.is_from_own:
            ja = f"「{cut(name)}」は組織の人の名前だが、{facts.sender_address} はその人のアドレスではない"
            en = f"“{cut(name)}” is one of the organisation's people, whose address {facts.sender_address} is not"
            yield self.found(facts.header("from"), ja=ja, en=en)
        elif signed := _signed(facts):
            ja = f"署名の「{cut(signed)}」は組織の人だが、{facts.sender_address} はその人のアドレスではない"
            en = f"“{cut(signed)}” is one of the organisation's people, whose address {facts.sender_address} is not"
            yield self.found(facts.where_says(signed), ja=ja, en=en, weights=points(targeted=25, bec=20))
        elif len({one.address for one in facts.history.by_name}) == 1 and len(name_key(name)) >= 3:
            known = facts.history.by_name[0].address
            ja = f"「{cut(name)}」はこれまで {known} から書いていたが、今回は {facts.sender_address}"
            en = f"“{cut(name)}” wrote from {known} before, and now from {facts.sender_address}"
            yield self.found(facts.header("from"), ja=ja, en=en)


def _signed(facts: MailFacts) -> str:
    """The person of the organisation, no recipient, who signs a mail from outside."""
    if facts.is_from_own or not facts.sender_address:
        return ""
    lines = [name_key(line) for line in facts.signature.splitlines()[-6:]]
    for person in facts.profile.people:
        key = name_key(person.name)
        if len(key) < 3 or not any(same_name(key, line) for line in lines):
            continue
        if person not in facts.recipient_people:
            return person.name if facts.sender_address not in person.addresses else ""
    return ""
