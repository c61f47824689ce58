"""A public body is named in From, the address is not in a public body's domain."""

from collections.abc import Iterator

from sekimori.model.triage import Bilingual, Facet
from sekimori.triage.facts import MailFacts
from sekimori.triage.rule import IPA, Found, Rule, points

__all__ = ["PublicBody"]

import re

from sekimori.values import domain

_NAME = re.compile(
    r"(?:外務|防衛|経済産業|文部科学|財務|法務|厚生労働|農林水産|国土交通|環境|総務)省|経産省|文科省|厚労省|内閣府|内閣官房"
    r"|警察庁|警視庁|金融庁|デジタル庁|特許庁|公安調査庁|国税庁|消防庁|気象庁|防衛装備庁|県庁|市役所|区役所|在日.{1,12}大使館"
    r"|総理官邸|首相官邸|内閣サイバーセキュリティセンター|国家サイバー統括室|国家安全保障局|原子力規制委員会|公正取引委員会|海上保安庁|出入国在留管理庁"
    r"|入国管理局|文化庁|スポーツ庁|資源エネルギー庁|中小企業庁|復興庁|宮内庁|会計検査院|人事院|厚生局|労働局|税務署|経済産業局|保健所"
    r"|情報処理推進機構|宇宙航空研究開発機構|産業技術総合研究所|理化学研究所|物質・?材料研究機構|日本原子力研究開発機構|科学技術振興機構"
    r"|日本学術振興会|日本貿易振興機構|国際協力機構|新エネルギー・産業技術総合開発機構|情報通信研究機構|防衛研究所|国立感染症研究所|日本学術会議"
    r"|JPCERT|(?i:\bministry of (?:foreign affairs|defen[cs]e|economy|education|finance|justice|health)\b)"
    r"|(?i:\bcabinet (?:office|secretariat)\b|\bnational police agency\b)"
)
_SAYS = re.compile(
    rf"(?:{_NAME.pattern})[一-龥ァ-ヶー・]{{0,15}}"
    r"(?:です|でございます|の[一-龥々 ]{1,6}(?:です|と申します)|より|からのお知らせ)"
)
_PUBLIC = ("go.jp", "lg.jp", "gov", "mil", "gov.uk", "gov.au", "gc.ca", "jpcert.or.jp", "gov.tw", "go.kr", "europa.eu")


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
        found = (
            _NAME.search(facts.sender.name)
            or _NAME.search("\n".join(facts.signature.splitlines()[-8:]))
            or _SAYS.search(facts.own_body[:600])
        )
        if not found or not facts.sender_domain or facts.is_known or facts.is_from_own:
            return
        below = any(domain.is_below(facts.sender_domain, one) for one in _PUBLIC)
        if below or _is_partner(facts) or facts.mail.first("list-id"):
            return
        ja = f"「{found[0]}」を名乗るが、{facts.sender_domain} は公的機関のドメインではない"
        en = f"it names “{found[0]}”, yet {facts.sender_domain} is no public body's domain"
        yield self.found(facts.header("from"), ja=ja, en=en)


def _is_partner(facts: MailFacts) -> bool:
    partners = (name for partner in facts.profile.partners for name in partner.domains)
    return any(domain.is_below(facts.sender_domain, name) for name in partners)
