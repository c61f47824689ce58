"""The DKIM signature, verified anew with a key that is given."""

from collections.abc import Iterator, Mapping

from sekimori.formats.dkim_signature import DkimSignature, Outcome
from sekimori.model.triage import Bilingual, Facet, Verdict
from sekimori.triage.facts import MailFacts, Where, registered
from sekimori.triage.rule import Found, Rule, cut, points

__all__ = ["Dkim"]


class Dkim(Rule):
    """A signature that holds, or does not."""

    name = "sender.dkim"
    title = Bilingual("DKIM 署名の再検証", "The DKIM signature, verified anew")
    why = Bilingual(
        "署名が合えば、そのドメインの持ち主が送り、途中で変わっていない。転送で本文が変わっても合わなくなる。"
        "攻撃者も自分のドメインの署名は付けられるので、合うことは信用の証しではない。",
        "A signature that holds was made by the domain's holder, and nothing was altered since; lists and gateways "
        "that alter a mail break it too. An attacker signs with a domain of his own: it is no proof of honesty.",
    )
    reference = "RFC 6376; RFC 8301; RFC 8463; RFC 7489 3.1.1 (alignment)"
    facet = Facet.SENDER
    weights = points(targeted=15, bulk=5, bec=15)

    def check(self, facts: MailFacts) -> Iterator[Found]:
        """Signatures whose key is given; failures count where the signing domain is the sender's."""
        found = [one for one in facts.signatures if one.outcome not in {Outcome.NO_KEY, Outcome.UNUSABLE}]
        # A failure first: points are those of the first reason.
        for one in sorted(found, key=lambda one: one.outcome is Outcome.VERIFIED):
            yield self._found(facts, one)

    def _found(self, facts: MailFacts, one: DkimSignature) -> Found:
        is_own = bool(facts.sender_party) and registered(one.domain) == facts.sender_party
        aligned = _OWN if is_own else _OTHER
        said = [_OUTCOMES[one.outcome], *_notes(facts, one)]
        ja = f"{cut(one.key_name)}({aligned.ja}): {'、'.join(note.ja for note in said)}"
        en = f"{cut(one.key_name)} ({aligned.en}): {'; '.join(note.en for note in said)}"
        return self.found(_where(facts, one), ja=ja, en=en, weights=self._weights(facts, one, is_own=is_own))

    def _weights(self, facts: MailFacts, one: DkimSignature, *, is_own: bool) -> Mapping[Verdict, int]:
        if one.outcome is Outcome.VERIFIED or not is_own or _passed(facts):
            return points()
        return points(targeted=5, bulk=5, bec=5) if one.outcome is Outcome.BODY_ALTERED else self.weights


_OWN = Bilingual("差出人と同じドメイン", "the sender's domain")
_OTHER = Bilingual("差出人と別のドメイン", "not the sender's domain")
_OUTCOMES = {
    Outcome.VERIFIED: Bilingual("署名は合う", "the signature holds"),
    Outcome.BODY_ALTERED: Bilingual("本文が署名の後で変わっている", "the body was altered after it was signed"),
    Outcome.INVALID: Bilingual(
        "署名が合わない(署名されたヘッダーが変わったか、この鍵で署名されていない)",
        "the signature fails: a signed field was altered, or another key signed",
    ),
}


def _passed(facts: MailFacts) -> bool:
    """Whether the receiving server found the signature good: what changed, changed afterwards."""
    return facts.authentication.get("dkim") == "pass"


def _notes(facts: MailFacts, one: DkimSignature) -> Iterator[Bilingual]:
    if one.outcome is not Outcome.VERIFIED and _passed(facts):
        yield Bilingual(
            "受信サーバは合格と記録しているので、受信後の変更", "the server recorded a pass, so it changed since"
        )
    if one.unsigned:
        yield Bilingual(
            f"本文の終わり {one.unsigned} バイトは署名されていない(l=)",
            f"the last {one.unsigned} bytes of the body are not signed (l=)",
        )
    time = facts.mail.time
    if one.expires is not None and time is not None and time.timestamp() > one.expires:
        yield Bilingual("署名の期限(x=)より後に送られた", "it was sent after the signature expired (x=)")


def _where(facts: MailFacts, one: DkimSignature) -> Where:
    """The place of the signature's own field."""
    fields = list(facts.mail.all("dkim-signature"))
    if one.number < len(fields):
        return Where("header Dkim-Signature", fields[one.number].place)
    return facts.header("dkim-signature")
