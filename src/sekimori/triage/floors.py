"""What is never "no finding", however few points it has: a sum can miss what one thing in a mail says by itself.

Each holds only for a sender whom nothing vouches for: no earlier mail, and no authenticated domain that is the
organisation's, a partner's or a frequent correspondent's.
"""

from collections.abc import Mapping

from sekimori.model.triage import Bilingual, Facet, Verdict
from sekimori.triage.facts import MailFacts
from sekimori.triage.mail.changed_account import ChangedAccount
from sekimori.triage.mail.false_login import FalseLogin
from sekimori.triage.mail.never_sent import carries_never_sent
from sekimori.values import domain

__all__ = ["floor"]

_DOUBTFUL = 20
_OFTEN = 2
_FILE = Bilingual(
    "仕事では送らない種類のファイルがあり、差出人を裏付けるものがない",
    "it carries a file that no business sends, and nothing vouches for the sender",
)
_ACCOUNT = Bilingual(
    "初めての相手が振込先の変更を伝えている。別の手段で本人に確かめる",
    "a stranger tells of a changed account: ask by another way whether it is true",
)
_LOGIN = Bilingual(
    "裏付けのない差出人が、組織の外のリンクでのログインを求めている",
    "a sender whom nothing vouches for asks to log in at a link outside the organisation",
)


def floor(facts: MailFacts, facets: Mapping[Verdict, Mapping[Facet, int]]) -> tuple[Verdict, Bilingual] | None:
    """The least that is said of the mail, and why; None where "no finding" may stand."""
    if _is_vouched(facts):
        return None
    if carries_never_sent(facts):
        return (Verdict.UNKNOWN if _speaks_for_targeted(facets[Verdict.TARGETED]) else Verdict.BULK), _FILE
    if ChangedAccount().findings(facts):
        return Verdict.UNKNOWN, _ACCOUNT
    return (Verdict.UNKNOWN, _LOGIN) if FalseLogin().findings(facts) else None


def _is_vouched(facts: MailFacts) -> bool:
    if facts.is_known or not facts.is_authenticated:
        return facts.is_known
    partners = (name for one in facts.profile.partners for name in one.domains)
    is_partner = any(domain.is_below(facts.sender_domain, name) for name in partners)
    return facts.is_from_own or is_partner or facts.history.domains.get(facts.sender_party, 0) >= _OFTEN


def _speaks_for_targeted(given: Mapping[Facet, int]) -> bool:
    """Whether anything but the file does: a theme, slips in the text, or a sender more doubtful than a stranger."""
    return given.get(Facet.THEME, 0) > 0 or given.get(Facet.BODY, 0) > 0 or given.get(Facet.SENDER, 0) >= _DOUBTFUL
