"""A body or institute is named as the sender's, yet the address is free mail."""

from collections.abc import Iterator

from sekimori.model.triage import Bilingual, Facet
from sekimori.triage.facts import MailFacts
from sekimori.triage.rule import IPA, Found, Rule, points

__all__ = ["OrganisationFreeMail"]

import re

from sekimori.triage.providers import provider

_BODY = re.compile(
    r"[一-龥ァ-ヶA-Za-zー]{2,20}(?:省|庁|大学|大学院|研究所|研究院|研究機構|機構|協会|学会|財団|新聞社|新聞|放送|通信社|大使館|総領事館|領事館"
    r"|委員会|事務局|株式会社|センター|連盟|連合会|総研|総合研究所|シンクタンク|商工会議所|編集部|政策室|調査室)"
    r"|(?:株式会社|財団法人|社団法人|独立行政法人|国立研究開発法人|公益財団法人)[一-龥ァ-ヶA-Za-zー]{2,20}"
    r"|\b(?:University|Institute|Ministry|Embassy|Foundation|Department of|Think Tank|Council|Agency|Association)\b"
)


class OrganisationFreeMail(Rule):
    """A signature or name of an organisation above a free-mail address."""

    name = "sender.organisation_free_mail"
    title = Bilingual("組織を名乗るフリーメール", "An organisation's name on free mail")
    why = Bilingual(
        "官庁・大学・企業の人は、仕事のメールを組織のドメインから送る。",
        "People of ministries, universities and companies write on business from their organisation's domain.",
    )
    reference = f"{IPA} イ①、ウ⑤"
    facet = Facet.SENDER
    weights = points(targeted=25, bec=10)

    def check(self, facts: MailFacts) -> Iterator[Found]:
        """The display name or the signature names an organisation; the address is a provider's."""
        if not provider(facts.sender_domain) or facts.mail.first("list-id"):
            return
        for text, where in (
            (facts.sender.name, facts.header("from")),
            (_introduction(facts), None),
            (facts.signature, None),
        ):
            if found := _BODY.search(text):
                ja = f"「{found[0]}」を名乗るが、アドレスは {facts.sender_domain}"
                en = f"it names “{found[0]}”, yet the address is of {facts.sender_domain}"
                yield self.found(where or facts.where_says(found[0]), ja=ja, en=en)
                return


def _introduction(facts: MailFacts) -> str:
    """The lines in which writers say who they are."""
    return "\n".join(
        line
        for line in facts.own_body.splitlines()[:8]
        if re.search("申します|の者です|でございます|my name is|I am ", line)
    )
