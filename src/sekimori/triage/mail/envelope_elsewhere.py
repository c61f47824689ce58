"""The envelope sender is of another party than From."""

from collections.abc import Iterator

from sekimori.model.triage import Bilingual, Facet
from sekimori.triage.facts import MailFacts
from sekimori.triage.rule import Found, Rule, points

__all__ = ["EnvelopeElsewhere"]

from sekimori.triage.facts import domain_in, registered


class EnvelopeElsewhere(Rule):
    """Return-Path of another party than From."""

    name = "sender.envelope_elsewhere"
    title = Bilingual("Return-Path が差出人と違う", "The envelope sender is another's")
    why = Bilingual(
        "配送エラーの戻り先は、実際に送った者を示すことがある。配信業者を使う正規のメールにも多く、弱い手掛かり。",
        "Where bounces go can show who really sent it. Mail services make it common, so it weighs little.",
    )
    reference = "RFC 5321 4.4; RFC 7489 3.1"
    facet = Facet.SENDER
    weights = points(targeted=5, bulk=5, bec=5)

    def check(self, facts: MailFacts) -> Iterator[Found]:
        """The parties of Return-Path and From differ; lists and authenticated senders do not count."""
        if facts.mail.first("list-id") or facts.is_authenticated or not facts.sender_party:
            return
        for address in facts.addresses("return-path"):
            party = registered(domain_in(address))
            if party and party != facts.sender_party:
                ja = f"差出人は {facts.sender_domain}、Return-Path は {address}"
                en = f"the sender is of {facts.sender_domain}, Return-Path is {address}"
                yield self.found(facts.header("return-path"), ja=ja, en=en)
                return
