"""A notice in the IT department's name (IPA checklist A 4 and 6)."""

from collections.abc import Iterator

from sekimori.model.triage import Bilingual, Facet
from sekimori.triage.facts import MailFacts
from sekimori.triage.rule import IPA, Found, Rule, points
from sekimori.triage.words import words_in

__all__ = ["SystemNotice"]


class SystemNotice(Rule):
    """Mailbox, VPN, password: the IT department writes."""

    name = "theme.system_notice"
    title = Bilingual("情報システム部門を名乗る案内", "A notice in the IT department's name")
    why = Bilingual(
        "メールの容量・移行やパスワードの更新を告げて、偽のログイン画面や「更新プログラム」に導く。",
        "It tells of a full or moved mailbox or an expiring password, and leads to a false login page or an update.",
    )
    reference = f"{IPA} ア④⑥"
    facet = Facet.THEME
    weights = points(targeted=12, bulk=5)

    def check(self, facts: MailFacts) -> Iterator[Found]:
        """Words of such notices, in a mail with a file or a link."""
        words = words_in("lures", "system_notice", facts.opening)
        if words and (facts.files or facts.links):
            shown = "、".join(words[:4])
            yield self.found(
                facts.where_says(words[0]), ja=f"システム案内の語: {shown}", en=f"words of an IT notice: {shown}"
            )
