"""The dates of the mail and its way do not fit."""

from collections.abc import Iterator

from sekimori.model.triage import Bilingual, Facet
from sekimori.triage.facts import MailFacts
from sekimori.triage.rule import Found, Rule, points

__all__ = ["Path"]

from datetime import timedelta

_APART = timedelta(hours=26)


class Path(Rule):
    """The Date field and the first hop are more than a day apart."""

    name = "sender.path"
    title = Bilingual("日時と経路の食い違い", "Date and way do not fit")
    why = Bilingual(
        "書いた時刻が、最初の中継の時刻と一日以上違うなら、日時は偽られたか、送信の道具が作った。",
        "A mail written more than a day before or after its first relay took it has a false date, or one a tool made.",
    )
    reference = "RFC 5321 4.4"
    facet = Facet.SENDER
    weights = points(targeted=10, bulk=10, bec=10)

    def check(self, facts: MailFacts) -> Iterator[Found]:
        """Date against the farthest hop that has a time."""
        written = facts.mail.date.time if facts.mail.date else None
        hop = next((one for one in reversed(facts.mail.hops) if one.date.time is not None), None)
        if written is None or hop is None or hop.date.time is None:
            return
        apart = abs(hop.date.time - written)
        if apart > _APART:
            hours = int(apart.total_seconds() // 3600)
            ja = f"Date と最初の中継が {hours} 時間違う"
            yield self.found(facts.header("date"), ja=ja, en=f"Date and the first hop are {hours} hours apart")
