"""The signature in the body names another address than From (IPA checklist B 2)."""

from collections.abc import Iterator

from sekimori.model.triage import Bilingual, Facet
from sekimori.triage.facts import MailFacts
from sekimori.triage.rule import IPA, Found, Rule, points

__all__ = ["SignatureMismatch"]

import re

from sekimori.triage.facts import domain_in, registered
from sekimori.triage.providers import provider
from sekimori.values import mail_address
from sekimori.values.errors import InvalidValue

_ADDRESS = re.compile(r"[A-Za-z0-9._%+-]{1,64}(?:@|＠|\(at\)|\[at\]|★)[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,5}")
_LABEL = re.compile(r"(?i)e-?mail|mail|メール|アドレス|連絡先|TEL|電話|FAX|〒|http")


class SignatureMismatch(Rule):
    """The address in the signature is of another party than From."""

    name = "sender.signature_mismatch"
    title = Bilingual("差出人と署名のアドレスが違う", "From and signature differ")
    why = Bilingual(
        "実在の人の署名を写したメールは、署名のアドレスと差出人のアドレスが食い違う。",
        "A mail with a real person's copied signature comes from another address than the one it shows.",
    )
    reference = f"{IPA} イ②"
    facet = Facet.SENDER
    weights = points(targeted=35, bulk=5, bec=20)

    def check(self, facts: MailFacts) -> Iterator[Found]:
        """Every address in the signature is of another party, and the signature looks like one."""
        if not facts.sender_party or facts.mail.first("list-id"):
            return
        named = list(_named(facts))
        parties = {registered(domain_in(address)) for address in named}
        if not named or facts.sender_party in parties or not _LABEL.search(facts.signature):
            return
        own = {registered(name) for name in facts.profile.domains}
        strange = [
            address
            for address in named
            if registered(domain_in(address)) not in own and not provider(domain_in(address))
        ]
        if strange:
            ja = f"差出人は {facts.sender_address}、署名は {strange[-1]}"
            en = f"the sender is {facts.sender_address}, the signature says {strange[-1]}"
            # A newsletter's end names several addresses; a person's signature one.
            weights = self.weights if len(set(strange)) == 1 else points(targeted=20, bulk=5, bec=10)
            yield self.found(facts.where_says(strange[-1].partition("@")[0]), ja=ja, en=en, weights=weights)


def _named(facts: MailFacts) -> Iterator[str]:
    recipients = set(facts.recipients)
    for found in _ADDRESS.finditer(facts.signature[-4000:]):
        text = re.sub(r"＠|\(at\)|\[at\]|★", "@", found[0])
        try:
            address = mail_address.normal(text)
        except InvalidValue:
            continue
        if address not in recipients:
            yield address
