"""A known address, used from elsewhere than ever before."""

from collections.abc import Iterator

from sekimori.model.triage import Bilingual, Facet
from sekimori.triage.facts import MailFacts
from sekimori.triage.rule import Found, Rule, points

__all__ = ["AbusedAccount"]


class AbusedAccount(Rule):
    """The same address with a new client, way or time zone."""

    name = "sender.abused_account"
    title = Bilingual("アカウントの不正利用の疑い", "The account may be abused")
    why = Bilingual(
        "乗っ取られたアカウントからのメールは、アドレスも認証も正しく、使うソフト・経路・時間帯だけが変わる。",
        "Mail from a hijacked account has the right address and passes; only client, way and time zone change.",
    )
    reference = "MITRE ATT&CK T1586.002 (Compromise Accounts: Email Accounts)"
    facet = Facet.SENDER
    weights = points(targeted=40, bec=40)

    def check(self, facts: MailFacts) -> Iterator[Found]:
        """Two of client, origin and time zone, or the time zone and one unknown, were never seen of this address."""
        changes = list(changed(facts))
        if len(changes) >= 2 or (
            len(changes) == 1 and len(facts.history.by_address) >= 2 and changes[0][0] == "offset"
        ):
            ja = "、".join(f"{one[1]}が {one[3]}（以前は {one[4]}）" for one in changes)
            en = ", ".join(f"{one[2]} is {one[3]} (before: {one[4]})" for one in changes)
            yield self.found(facts.header("from"), ja=ja, en=en)


def changed(facts: MailFacts) -> Iterator[tuple[str, str, str, str, str]]:
    """What differs from every earlier mail of the address: key, its name in both languages, now, before."""
    offset = facts.mail.date.offset if facts.mail.date else ""
    earlier = facts.history.by_address
    for key, ja, en, now in (
        ("mailer", "ソフト", "the client", facts.mailer),
        ("origin", "送信元", "the origin", facts.origin),
        ("offset", "時間帯", "the time zone", offset),
    ):
        before = {getattr(one, key) for one in earlier} - {""}
        if before and now not in before and (now or key != "mailer"):
            yield key, ja, en, now or "—", ", ".join(sorted(before)[:3])
