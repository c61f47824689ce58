"""A body or institute is named as the sender's, yet the address is free mail."""

from collections.abc import Iterator

from sekimori.model.triage import Bilingual, Facet
from sekimori.triage.facts import MailFacts
from sekimori.triage.rule import IPA, Found, Rule, points

__all__ = ["OrganisationFreeMail"]

import re

from sekimori.triage.providers import provider
from sekimori.values.text import fold

_BODY = re.compile(
    r"[一-龥ァ-ヶA-Za-zー]{2,20}(?:省|庁|大学|大学院|研究所|研究院|研究機構|機構|協会|学会|財団|新聞社|新聞|放送|通信社|大使館|総領事館|領事館"
    r"|委員会|事務局|株式会社|センター|連盟|連合会|総研|総合研究所|シンクタンク|商工会議所|編集部|編集局|報道局|政策室|調査室"
    r"|健康保険組合|組合|評議会|協議会|懇話会|懇談会|倶楽部|研究会|研究室|病院|銀行|特許事務所|法律事務所|事務所|党本部|議員室|総務部|人事部"
    r"|管理課|情報システム部|査証課|広報室|広報部|広報本部|支社|支局|本部|出版社|出版|書房|有限会社|合同会社)"
    r"|(?:株式会社|財団法人|社団法人|独立行政法人|国立研究開発法人|公益財団法人)[一-龥ァ-ヶA-Za-zー]{2,20}"
    r"|[一-龥ァ-ヶー]{0,10}(?:名誉教授|准教授|教授|主任研究員|上席研究員|研究員|特派員|記者"
    r"|論説委員|編集長|編集者|書記官|参事官|公使|審議官|事務官)"
    r"|\b(?:University|Institute|Ministry|Embassy|Consulate|Foundation|Department of|Think Tank|Council|Agency"
    r"|Association|Cent(?:er|re) (?:for|of|on)|Society|Academy|Laboratory|College|Commission|Bureau|Journal|Magazine"
    r"|Professor|Prof\.|Senior Fellow|Research Fellow|Correspondent|Reporter|Journalist|Editor|Attach[eé]|Secretariat"
    r"|Inc\.|Ltd\.?|Corporation|Human Resources|Talent Acquisition|Organi[sz]ing Committee)(?=\W|$)"
)

_STUDENT = re.compile(
    r"(?:大学|大学院|学部|研究科|高専|高校)[^。\n]{0,15}(?:[1-6一二三四五六]\s?年|修士|博士(?:前期|後期)?課程|学部生|院生|在学)"
    r"|\b(?:PhD|doctoral|master'?s|graduate|undergraduate|exchange) (?:student|candidate)\b",
    re.IGNORECASE,
)
_SALUTATION = re.compile(
    r"^[ \t]*(?:(?:dear|hello|hi|to)\b.{0,80}|.{1,60}(?:様|先生|御中|殿|各位))[,，、]?[ \t]*$",
    re.IGNORECASE | re.MULTILINE,
)
_SAYS = re.compile(
    r"申します|の者です|でございます|をしております|を務めて|の[一-龥々]{1,4}です|[Mm]y name is"
    r"|\bI am |I'm |writing on behalf|on behalf of"
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
        """The display name or the signature names an organisation; the address is a provider's.

        Students name their university, and write from their own address.
        """
        if not provider(facts.sender_domain) or facts.mail.first("list-id"):
            return
        if _STUDENT.search(fold(facts.own_body[:1_000])) and not _BODY.search(facts.sender.name):
            return
        for text, where in (
            (facts.sender.name, facts.header("from")),
            (_introduction(facts), None),
            (_without_salutation(facts.signature), None),
        ):
            if found := _BODY.search(text):
                ja = f"「{found[0]}」を名乗るが、アドレスは {facts.sender_domain}"
                en = f"it names “{found[0]}”, yet the address is of {facts.sender_domain}"
                yield self.found(where or facts.where_says(found[0]), ja=ja, en=en)
                return


def _without_salutation(text: str) -> str:
    """A text without the lines that address the reader, whose titles are not the writer's."""
    return _SALUTATION.sub("", text)


def _introduction(facts: MailFacts) -> str:
    """The lines in which writers say who they are."""
    return "\n".join(line[:300] for line in facts.own_body.splitlines()[:8] if _SAYS.search(line[:300]))
