"""The sender's time zone does not suit the mail."""

from collections.abc import Iterator

from sekimori.model.triage import Bilingual, Facet
from sekimori.triage.facts import MailFacts
from sekimori.triage.rule import Found, Rule, points

__all__ = ["TimeZone"]

from sekimori.values import domain

_CHINA = "+0800"


class TimeZone(Rule):
    """A time zone that does not suit a Japanese sender."""

    name = "sender.time_zone"
    title = Bilingual("差出人の時間帯の不一致", "A time zone that does not suit the sender")
    why = Bilingual(
        "日本の相手からのメールは普通 +0900 で書かれる。ばらまき型にも多いので、スパイ活動の証拠にはならない。",
        "Mail from Japan is mostly written at +0900. Bulk mail shows this as often, so it is no proof of espionage.",
    )
    reference = "RFC 5322 3.3"
    facet = Facet.SENDER
    weights = points(targeted=5, bulk=10, bec=5)

    def check(self, facts: MailFacts) -> Iterator[Found]:
        """A Japanese mail whose sender is of a .jp domain or unknown, written at another offset than +0900."""
        offset = facts.mail.date.offset if facts.mail.date else ""
        if not facts.is_japanese or not offset.startswith(("+", "-")) or offset in {"+0900", "+0000", "-0000"}:
            return
        if facts.is_known and any(one.offset == offset for one in facts.history.by_address):
            return
        weights = self.weights if offset == _CHINA else points(targeted=5, bulk=5)
        claims = domain.is_below(facts.sender_domain, "jp") if facts.sender_domain else False
        ja = f"日本語のメールの Date が {offset}" + ("、差出人は .jp" if claims else "")
        en = f"a Japanese mail is dated {offset}" + (", its sender of .jp" if claims else "")
        yield self.found(facts.header("date"), ja=ja, en=en, weights=weights)
