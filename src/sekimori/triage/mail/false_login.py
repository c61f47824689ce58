"""It tells of a full mailbox or an expiring password, and leads to a login that is not the organisation's."""

from collections.abc import Iterator

from sekimori.model.triage import Bilingual, Facet
from sekimori.triage.domains import known_parties
from sekimori.triage.facts import MailFacts, registered
from sekimori.triage.rule import BULK_LIST, IPA, Found, Rule, cut, points
from sekimori.triage.words import words_in

__all__ = ["FalseLogin"]


class FalseLogin(Rule):
    """Trouble with the mailbox, mended at a stranger's link."""

    name = "theme.false_login"
    title = Bilingual("組織外のリンクでメールの再認証を求める", "Mailbox trouble, mended at a stranger's link")
    why = Bilingual(
        "自分のメールボックスの容量やパスワードの期限を、組織の外のページで直すことはない。",
        "Nobody mends the quota or the password of the own mailbox on a page outside the organisation.",
    )
    reference = f"{IPA} ア⑥; {BULK_LIST}"
    facet = Facet.THEME
    weights = points(bulk=35)

    def check(self, facts: MailFacts) -> Iterator[Found]:
        """Words of mailbox trouble at the beginning, a link to no known party's host, and no earlier mail.

        Where the organisation's own address is forged, the mail was made for it, which other rules tell.
        """
        if facts.is_known or facts.is_from_own or not facts.links:
            return
        words = words_in("lures", "mailbox_trouble", facts.opening)
        known = known_parties(facts)
        link = next((one for one in facts.links if registered(one.host) not in known), None)
        if words and link:
            ja = f"「{words[0]}」とあり、リンク先は {cut(link.host)}"
            yield self.found(
                facts.where_says(words[0]), ja=ja, en=f"“{words[0]}”, and the link leads to {cut(link.host)}"
            )
