"""A public body is named in From, the address is not in a public body's domain."""

from collections.abc import Iterator

from sekimori.model.triage import Bilingual, Facet
from sekimori.triage.facts import MailFacts
from sekimori.triage.rule import IPA, Found, Rule, points

__all__ = ["PublicBody"]

import re

from sekimori.values import domain

_NAME = re.compile(
    r"(?:外務|防衛|経済産業|文部科学|財務|法務|厚生労働|農林水産|国土交通|環境|総務)省|内閣府|内閣官房|警察庁|警視庁|金融庁|デジタル庁|特許庁|公安調査庁|国税庁|消防庁|気象庁|防衛装備庁|経産省|文科省|厚労省|県庁|市役所|区役所|在日.{1,12}大使館"
)
_PUBLIC = ("go.jp", "lg.jp", "gov", "mil")


class PublicBody(Rule):
    """A public body's name above another's address."""

    name = "sender.public_body"
    title = Bilingual("公的機関を名乗る別ドメイン", "A public body's name, another's domain")
    why = Bilingual(
        "日本の官庁は go.jp、自治体は lg.jp から送る。",
        "Japanese ministries write from go.jp, municipalities from lg.jp.",
    )
    reference = f"{IPA} ア③; https://jprs.jp/about/jp-dom/type/"
    facet = Facet.SENDER
    weights = points(targeted=25, bulk=10)

    def check(self, facts: MailFacts) -> Iterator[Found]:
        """From names a Japanese public body, and the domain is not one of public bodies or known."""
        found = _NAME.search(facts.sender.name) or _NAME.search("\n".join(facts.signature.splitlines()[-8:]))
        if not found or not facts.sender_domain or facts.is_known or facts.is_from_own:
            return
        if facts.sender_domain.endswith(tuple(f".{one}" for one in _PUBLIC)) or _is_partner(facts):
            return
        ja = f"「{found[0]}」を名乗るが、{facts.sender_domain} は公的機関のドメインではない"
        en = f"it names “{found[0]}”, yet {facts.sender_domain} is no public body's domain"
        yield self.found(facts.header("from"), ja=ja, en=en)


def _is_partner(facts: MailFacts) -> bool:
    partners = (name for partner in facts.profile.partners for name in partner.domains)
    return any(domain.is_below(facts.sender_domain, name) for name in partners)
