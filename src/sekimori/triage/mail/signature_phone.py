"""Telephone numbers in the signature that cannot be right (IPA checklist C 5)."""

from collections.abc import Iterator

from sekimori.model.triage import Bilingual, Facet
from sekimori.triage.facts import MailFacts
from sekimori.triage.phones import slips
from sekimori.triage.rule import IPA, Found, Rule, points

__all__ = ["SignaturePhone"]


class SignaturePhone(Rule):
    """A number too short or long, fax as telephone, another town's, a mobile for an office."""

    name = "sender.signature_phone"
    title = Bilingual("署名の電話番号の誤り", "A wrong telephone number in the signature")
    why = Bilingual(
        "実在しない部署や電話番号の署名は着眼点の一つ。桁数の誤り、電話と同じ FAX、所在地と違う市外局番などに表れる。",
        "Signatures of places and numbers that do not exist are a point of the checklist: wrong length, another town.",
    )
    reference = f"{IPA} ウ⑤"
    facet = Facet.SENDER
    weights = points(targeted=10, bulk=3)

    def check(self, facts: MailFacts) -> Iterator[Found]:
        """The numbers beside TEL and FAX; authenticated and known senders do not count."""
        if facts.is_authenticated or facts.is_known or facts.mail.first("list-id"):
            return
        for ja, en, written in slips(facts.signature):
            yield self.found(facts.where_says(written), ja=f"{ja}: {written}", en=f"{en}: {written}")
