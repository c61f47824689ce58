"""A department's name from outside the organisation."""

import re
from collections.abc import Iterator

from sekimori.model.triage import Bilingual, Facet
from sekimori.triage.facts import MailFacts
from sekimori.triage.rule import IPA, Found, Rule, cut, points
from sekimori.values import domain

__all__ = ["InsideName"]

_INSIDE = re.compile(
    r"^(?:総務|人事|経理|財務|労務|庶務|管理|企画|広報|法務|情報システム|システム|システム管理|情報管理|情報基盤|ネットワーク管理|研究支援|国際)"
    r"(?:部|課|室|係|担当|グループ|センター)?(?:担当|より)?$|^(?:システム管理者|管理者|ヘルプデスク|サービスデスク|事務局|秘書室|役員室|社内.{0,8})$"
    r"|^(?i:hr|human resources|hr department|personnel|it|it support|it department|it service desk|service desk"
    r"|help ?desk|system administrator|administrator|mail administrator|payroll|general affairs|internal audit)$"
)


class InsideName(Rule):
    """Personnel, general affairs, the IT desk: as if from inside."""

    name = "sender.inside_name"
    title = Bilingual("内部の部署を名乗る外部のアドレス", "A department's name from outside")
    why = Bilingual(
        "人事部や情報システム部を名乗るだけの差出人は、組織の中からのように見せかける。",
        "A sender that names itself personnel or IT department, and no more, poses as one from inside.",
    )
    reference = f"{IPA} ア④"
    facet = Facet.SENDER
    weights = points(targeted=20, bulk=10, bec=5)

    def check(self, facts: MailFacts) -> Iterator[Found]:
        """The display name is a department's and nothing else; the domain is neither own nor a partner's."""
        name = facts.sender.name.strip()
        if not facts.profile.domains or facts.is_known or facts.is_from_own or not facts.sender_domain:
            return
        partners = [name for one in facts.profile.partners for name in one.domains]
        if _INSIDE.search(name) and not any(domain.is_below(facts.sender_domain, one) for one in partners):
            ja = f"「{cut(name)}」は部署の名前だけで、{facts.sender_domain} は自組織のドメインではない"
            en = f"“{cut(name)}” is a department's name and no more, and {facts.sender_domain} is no own domain"
            yield self.found(facts.header("from"), ja=ja, en=en)
