"""A URL holds the recipient's name or address (IPA checklist C 3)."""

from collections.abc import Iterator

from sekimori.model.triage import Bilingual, Facet
from sekimori.triage.facts import MailFacts
from sekimori.triage.rule import IPA, Found, Rule, cut, points

__all__ = ["NameInUrl"]


class NameInUrl(Rule):
    """Who clicked can be told from the URL."""

    name = "file.name_in_url"
    title = Bilingual("URL に受信者の名前", "The recipient's name in a URL")
    why = Bilingual(
        "実名の一部を含む URL は、だれが開いたかを攻撃者に知らせ、宛先ごとに作られた証拠になる。",
        "A URL with part of a real name tells the attacker who opened it; it was made for this recipient.",
    )
    reference = f"{IPA} ウ③"
    facet = Facet.FILE
    weights = points(targeted=10, bulk=12)

    def check(self, facts: MailFacts) -> Iterator[Found]:
        """The local part of a recipient's address in a link that is not of the recipient's own domain."""
        own = {one.rpartition("@")[2] for one in facts.recipients}
        names = {local for one in facts.recipients if len(local := one.partition("@")[0]) >= 5}
        for target, link in facts.decoded_targets:
            if link.host in own:
                continue
            rest = target.partition("://")[2].partition("/")[2]
            if found := next((name for name in names if name in rest), ""):
                ja, en = f"{link.host} への URL に「{cut(found)}」", f"a URL to {link.host} holds “{cut(found)}”"
                yield self.found(facts.part(link.part), ja=ja, en=en)
                return
