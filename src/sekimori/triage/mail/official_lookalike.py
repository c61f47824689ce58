"""A domain that plays a public body's or university's."""

from collections.abc import Iterator

from sekimori.model.triage import Bilingual, Facet
from sekimori.triage.domains import plays_official
from sekimori.triage.facts import MailFacts
from sekimori.triage.rule import IPA, Found, Rule, points

__all__ = ["OfficialLookalike"]


class OfficialLookalike(Rule):
    """go.jp, ac.jp or an agency's short name inside another domain."""

    name = "sender.official_lookalike"
    title = Bilingual("公的機関らしく見せたドメイン", "A domain that plays an official one")
    why = Bilingual(
        "go.jp や ac.jp は審査を経た機関だけが持てる。その文字や省庁の略称を含む別のドメインは、見間違いを狙う。",
        "Only vetted bodies hold go.jp and ac.jp; other names that hold those letters or an agency's play on them.",
    )
    reference = f"{IPA} イ①; https://jprs.jp/about/jp-dom/type/; MITRE ATT&CK T1583.001"
    facet = Facet.SENDER
    weights = points(targeted=35, bulk=15, bec=10)

    def check(self, facts: MailFacts) -> Iterator[Found]:
        """The domain of From holds an official ending, or a public body's short name, as a part of its name."""
        if facts.is_known or facts.is_from_own:
            return
        if like := plays_official(facts.sender_domain):
            ja, en = f"{facts.sender_domain} は「{like}」に見せている", f"{facts.sender_domain} plays “{like}”"
            yield self.found(facts.header("from"), ja=ja, en=en)
