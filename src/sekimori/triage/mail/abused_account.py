"""A known address, used from elsewhere than ever before."""

from collections.abc import Iterator

from sekimori.model.triage import Bilingual, Facet
from sekimori.triage.facts import MailFacts
from sekimori.triage.mail.never_sent import carries_never_sent
from sekimori.triage.mail.shared_link import SharedLink
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
        """Two of client, origin and time zone, or the time zone alone, were never seen of this address.

        Less where one is new and an encrypted file or a link to shared storage comes with it, or where it sends what
        no business sends.
        """
        changes = list(changed(facts))
        ja, en = _said(changes)
        if len(changes) >= 2 or (
            len(changes) == 1 and len(facts.history.by_address) >= 2 and changes[0][0] == "offset"
        ):
            yield self.found(facts.header("from"), ja=ja, en=en)
        elif facts.is_known and carries_never_sent(facts):
            address = facts.sender_address
            ja = f"以前からの相手 {address} が、仕事では送らない種類のファイルを送ってきた"
            en = f"a correspondent as before, {address}, sends a file of a kind that no business sends"
            yield self.found(facts.header("from"), ja=ja, en=en, weights=points(targeted=20, bec=10))
        elif changes and (any(file.encrypted for file in facts.files) or SharedLink().findings(facts)):
            yield self.found(facts.header("from"), ja=ja, en=en, weights=points(targeted=20, bec=10))


def _said(changes: list[tuple[str, str, str, str, str]]) -> tuple[str, str]:
    """What changed, in Japanese and English."""
    ja = "、".join(f"{one[1]}が {one[3]}（以前は {one[4]}）" for one in changes)
    return ja, ", ".join(f"{one[2]} is {one[3]} (before: {one[4]})" for one in changes)


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
