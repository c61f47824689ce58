"""The mail that only tells a password, judged with the one that carries what the password opens."""

from dataclasses import replace

from sekimori.model.triage import Bilingual, Reason, Triage, Verdict
from sekimori.triage.facts import MailFacts
from sekimori.triage.mail.password_separate import PasswordSeparate

__all__ = ["with_carrier"]

_ORDER = (Verdict.NONE, Verdict.UNKNOWN, Verdict.BULK, Verdict.BEC, Verdict.TARGETED)
_SAID = {
    Verdict.UNKNOWN: Bilingual("判断できない", "cannot tell"),
    Verdict.BULK: Bilingual("ばらまき型", "bulk malware or phishing"),
    Verdict.BEC: Bilingual("ビジネスメール詐欺の疑い", "business e-mail compromise suspected"),
    Verdict.TARGETED: Bilingual("標的型の疑い", "targeted espionage suspected"),
}


def with_carrier(triage: Triage, facts: MailFacts, carrier: Triage) -> Triage:
    """The judgement on a mail that tells a password, where the mail that it belongs to is judged worse: as that one.

    `carrier` is the judgement on that mail, `facts.history.carrier` what is remembered of it.
    """
    other = facts.history.carrier
    if other is None or _ORDER.index(carrier.verdict) <= _ORDER.index(triage.verdict):
        return triage
    said = _SAID[carrier.verdict]
    text = Bilingual(
        f"このパスワードで開くメール {other.identity} の判定: {said.ja}",
        f"the mail that this password opens, {other.identity}, is judged: {said.en}",
    )
    where = facts.body_where
    rule = PasswordSeparate
    reason = Reason(
        rule=rule.name,
        facet=rule.facet,
        title=rule.title,
        text=text,
        why=rule.why,
        reference=rule.reference,
        where=where.name,
        place=where.place,
    )
    reasons = (reason, *triage.reasons)
    return replace(triage, verdict=carrier.verdict, confidence=carrier.confidence, reasons=reasons, border=text)
