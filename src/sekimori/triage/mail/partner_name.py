"""A partner's name above another's address."""

from collections.abc import Iterator

from sekimori.model.triage import Bilingual, Facet
from sekimori.triage.facts import MailFacts
from sekimori.triage.rule import IPA, Found, Rule, cut, points
from sekimori.values import domain
from sekimori.values.text import fold

__all__ = ["PartnerName"]

_SHORTEST = 4


class PartnerName(Rule):
    """A partner named in From or the signature, another domain."""

    name = "sender.partner_name"
    title = Bilingual("取引先を名乗る別ドメイン", "A partner's name, another's domain")
    why = Bilingual(
        "取引先や関係機関の名は、受信者が疑わずに開く名前。",
        "Recipients open what comes in the name of those they work with.",
    )
    reference = f"{IPA} イ②、ウ⑤; MITRE ATT&CK T1656"
    facet = Facet.SENDER
    weights = points(targeted=30, bec=25)

    def check(self, facts: MailFacts) -> Iterator[Found]:
        """The name of a partner in the profile; the sender is neither known nor of a partner's or an own domain."""
        if facts.is_known or facts.is_from_own or not facts.sender_domain or facts.mail.first("list-id"):
            return
        names = [one for one in facts.profile.partners if len(one.name) >= _SHORTEST]
        if any(domain.is_below(facts.sender_domain, name) for one in facts.profile.partners for name in one.domains):
            return
        for text, where in ((facts.sender.name, facts.header("from")), (facts.signature[-600:], None)):
            folded = fold(text)
            if found := next((one.name for one in names if fold(one.name) in folded), ""):
                ja = f"取引先「{cut(found)}」を名乗るが、{facts.sender_domain} はそのドメインではない"
                en = f"it names the partner “{cut(found)}”, whose domain {facts.sender_domain} is not"
                yield self.found(where or facts.body_where, ja=ja, en=en)
                return
