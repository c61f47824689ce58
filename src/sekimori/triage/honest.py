"""Where all that speaks for a targeted mail would be said of an honest one too, and only asking tells them apart.

A student who applies from free mail, and a partner who writes from his journey, give the same reasons as a lure does:
free mail or another client, way and time zone, a theme, a plain document. As long as the sender is authenticated, is
doubtful for nothing else, slips nowhere and sends nothing that could harm by its kind, that is "cannot tell". Who
travels takes his own computer or his telephone along: another client in another time zone is no journey.
"""

import re
from collections.abc import Iterable

from sekimori.model.triage import Bilingual, Facet, Reason, Verdict
from sekimori.triage.facts import MailFacts
from sekimori.triage.mail.abused_account import changed

__all__ = ["could_be_honest"]

_STRANGER = frozenset({"sender.free_mail", "sender.first_contact", "sender.unvouched", "sender.unauthenticated"})
_TRAVELLER = frozenset(
    {
        *("sender.abused_account", "sender.time_zone", "sender.client", "sender.path"),
        *("sender.message_id", "sender.sending_host", "sender.first_contact"),
    }
)
_PLAIN = frozenset({"file.attachment"})
_PHONE = re.compile(r"iphone|ipad|android|\bios\b|mobile", re.IGNORECASE)
_AS_STRANGER = Bilingual(
    "正規のフリーメールから普通の文書が届いただけで、善意の初めての相手と見分けられない。別の手段で確かめる",
    "an honest stranger on free mail with a plain document would look the same: ask by another way",
)
_AS_TRAVELLER = Bilingual(
    "以前からの相手が別の場所や端末から書いてきただけで、出張や機種変更と見分けられない。電話などで確かめる",
    "a known sender on a journey or with a new device would look the same: ask by another way",
)


def could_be_honest(facts: MailFacts, reasons: Iterable[Reason]) -> Bilingual | None:
    """Why the mail may as well be honest; None where something in it an honest one would not have."""
    met: dict[Facet, set[str]] = {facet: set() for facet in Facet}
    for reason in reasons:
        if reason.points.get(Verdict.TARGETED, 0) > 0:
            met[reason.facet].add(reason.rule)
    if not facts.is_authenticated or met[Facet.BODY] or not met[Facet.FILE] <= _PLAIN:
        return None
    if met[Facet.SENDER] <= _STRANGER:
        return _AS_STRANGER
    return _AS_TRAVELLER if met[Facet.SENDER] <= _TRAVELLER and _takes_along(facts) else None


def _takes_along(facts: MailFacts) -> bool:
    """Whether the client is one that a traveller has with him."""
    differs = {one[0] for one in changed(facts)}
    return not {"mailer", "offset"} <= differs or _PHONE.search(facts.mailer) is not None
