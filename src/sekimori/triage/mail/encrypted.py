"""An encrypted archive or document."""

from collections.abc import Iterator

from sekimori.model.triage import Bilingual, Facet
from sekimori.triage.facts import MailFacts
from sekimori.triage.providers import provider
from sekimori.triage.rule import Found, Rule, cut, points

__all__ = ["Encrypted"]


class Encrypted(Rule):
    """A file that needs a password."""

    name = "file.encrypted"
    title = Bilingual("暗号化された添付ファイル", "An encrypted attachment")
    why = Bilingual(
        "検査を抜けるために使われる。日本では正規の業務でも多い(PPAP)ので弱い手掛かり。知らない相手からなら重い。",
        "It passes every check. Honest business in Japan does so too (PPAP): it weighs little, more from a stranger.",
    )
    reference = "MITRE ATT&CK T1027.013; T1566.001"
    facet = Facet.FILE
    weights = points(targeted=12, bulk=5)

    def check(self, facts: MailFacts) -> Iterator[Found]:
        """An archive with an encrypted member, an encrypted document; member names where readable."""
        for file in facts.files:
            if file.encrypted and "!" not in file.path:
                names = "、".join(cut(name) for name in file.members[:3])
                ja = f"「{cut(file.name)}」はパスワードが必要" + (f"(中身: {names})" if names else "")
                en = f"“{cut(file.name)}” needs a password" + (f" (inside: {names})" if names else "")
                yield self.found(facts.file(file), ja=ja, en=en, weights=_STRANGE if _is_strange(facts) else None)


_STRANGE = points(targeted=20, bulk=5)


def _is_strange(facts: MailFacts) -> bool:
    """Whether nothing vouches for the sender: no earlier mail, and a provider's domain or no authentication passed."""
    return not facts.is_known and (bool(provider(facts.sender_domain)) or "pass" not in facts.authentication.values())
