"""A brand that bulk phishing abuses is named, the sender is not the brand."""

from collections.abc import Iterator

from sekimori.model.triage import Bilingual, Facet
from sekimori.triage.facts import MailFacts
from sekimori.triage.rule import BULK_LIST, Found, Rule, points

__all__ = ["Brand"]

from sekimori.triage.brands import brand_in
from sekimori.values.text import fold


class Brand(Rule):
    """A brand's name above another's domain."""

    name = "sender.brand"
    title = Bilingual("ブランドを騙る別ドメイン", "A brand's name, another's domain")
    why = Bilingual(
        "ばらまき型のフィッシングは、通販・銀行・カード・運送などの名を騙る。",
        "Bulk phishing takes the names of shops, banks, cards and carriers.",
    )
    reference = BULK_LIST
    facet = Facet.SPREAD
    weights = points(bulk=40, targeted=-30, bec=-20)

    def check(self, facts: MailFacts) -> Iterator[Found]:
        """A listed brand stands in the display name, the subject or the local part, and the domain is not its own.

        A brand's own domain in From counts as forged where authentication failed, or links lead elsewhere.
        """
        local = facts.sender_address.partition("@")[0]
        for where, text in (
            ("from", facts.sender.name),
            ("subject", facts.subject),
            ("from", local),
            ("from", facts.sender_domain),
        ):
            found = brand_in(fold(text))
            if found is None:
                continue
            name, domains = found
            if facts.sender_party in domains and not _leads_away(facts, domains):
                return
            ja, en = (
                f"「{name}」を名乗るが、差出人は {facts.sender_domain}",
                f"it names “{name}”, the sender is of {facts.sender_domain}",
            )
            yield self.found(
                facts.header(where), ja=ja, en=en, weights=self.weights if where == "from" else _IN_SUBJECT
            )
            return


_IN_SUBJECT = points(bulk=30, targeted=-10, bec=-10)


def _leads_away(facts: MailFacts, domains: frozenset[str]) -> bool:
    """Whether a mail under the brand's own domain has no link of the brand's: its From is likely forged."""
    failed = not facts.is_authenticated and "fail" in facts.authentication.values()
    return failed or bool(facts.link_parties and not facts.is_authenticated and not facts.link_parties & domains)
