"""The Message-ID was not made by the sender's system."""

import re
from collections.abc import Iterator

from sekimori.model.triage import Bilingual, Facet
from sekimori.triage.facts import MailFacts, registered
from sekimori.triage.rule import Found, Rule, cut, points

__all__ = ["MessageId"]

_MACHINE = re.compile(
    r"(?i)localhost|^(?:desktop|laptop|win|pc|user|admin)-|-pc$|\.(?:local|lan|localdomain|internal)$|^[\d.]+$|^\["
)


class MessageId(Rule):
    """A Message-ID of another party or of a bare machine."""

    name = "sender.message_id"
    title = Bilingual("Message-ID が差出人と合わない", "The Message-ID does not suit the sender")
    why = Bilingual(
        "Message-ID の右側は普通、差出人の組織か配信サービスの名前。端末名や別の組織の名前なら、別の場所で作られた。",
        "Its right side is mostly the sender's organisation or mail service; another's shows that it came from there.",
    )
    reference = "RFC 5322 3.6.4"
    facet = Facet.SENDER
    weights = points(targeted=8, bulk=3, bec=5)

    def check(self, facts: MailFacts) -> Iterator[Found]:
        """Its right side is a machine's name, or another party's; authenticated senders and lists do not count."""
        name = facts.mail.message_id.strip("<> ").rpartition("@")[2].lower()
        if not name or facts.is_authenticated or facts.mail.first("list-id") or not facts.sender_party:
            return
        machine = "." not in name or _MACHINE.search(name) is not None
        if machine or registered(name) != facts.sender_party:
            ja = f"差出人は {facts.sender_domain}、Message-ID は {cut(name)}"
            en = f"the sender is of {facts.sender_domain}, the Message-ID of {cut(name)}"
            weights = self.weights if machine else points(targeted=3, bulk=3, bec=3)
            yield self.found(facts.header("message-id"), ja=ja, en=en, weights=weights)
