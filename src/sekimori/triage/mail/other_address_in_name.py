"""The display name shows another address than the real one."""

from collections.abc import Iterator

from sekimori.model.triage import Bilingual, Facet
from sekimori.triage.facts import MailFacts
from sekimori.triage.rule import Found, Rule, points

__all__ = ["OtherAddressInName"]

import re

from sekimori.triage.facts import domain_in, registered
from sekimori.values.text import fold

_ADDRESS = re.compile(r"[a-z0-9._%+-]{1,64}@[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,5}")


class OtherAddressInName(Rule):
    """An address as display name, another behind it."""

    name = "sender.other_address_in_name"
    title = Bilingual("表示名に別のアドレス", "Another address as display name")
    why = Bilingual(
        "表示名しか見せないメールソフトでは、表示名のアドレスが差出人に見える。",
        "Clients that show the name alone show the address in it as the sender's.",
    )
    reference = "MITRE ATT&CK T1656 (Impersonation)"
    facet = Facet.SENDER
    weights = points(targeted=30, bulk=20, bec=30)

    def check(self, facts: MailFacts) -> Iterator[Found]:
        """The display name holds an address of another party."""
        found = _ADDRESS.search(fold(facts.sender.name))
        if found and facts.sender_party and registered(domain_in(found[0])) != facts.sender_party:
            ja = f"表示名は {found[0]}、実際は {facts.sender_address}"
            yield self.found(
                facts.header("from"), ja=ja, en=f"the name shows {found[0]}, the address is {facts.sender_address}"
            )
