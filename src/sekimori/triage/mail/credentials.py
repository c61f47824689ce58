"""It asks for an account, a password or personal data (IPA checklist A 6)."""

from collections.abc import Iterator

from sekimori.model.triage import Bilingual, Facet
from sekimori.triage.facts import MailFacts
from sekimori.triage.rule import BULK_LIST, IPA, Found, Rule, points

__all__ = ["Credentials"]

from sekimori.triage.words import words_in


class Credentials(Rule):
    """Account trouble, and a link or form to mend it."""

    name = "theme.credentials"
    title = Bilingual("ID・パスワードや個人情報の入力を求める", "It asks for ID, password or personal data")
    why = Bilingual(
        "アカウントの停止や容量の超過を告げて、偽のログイン画面に導く。",
        "It tells of a suspended account or a full mailbox, and leads to a false login page.",
    )
    reference = f"{IPA} ア⑥; {BULK_LIST}"
    facet = Facet.THEME
    weights = points(bulk=25)

    def check(self, facts: MailFacts) -> Iterator[Found]:
        """Words of accounts, with a link, a form or an HTML file; more points for more of them."""
        words = words_in("lures", "credentials", facts.folded[:30_000])
        if words and (facts.links or facts.files or facts.has_form):
            shown, weight = "、".join(words[:4]), (10, 10, 20, 28)[min(3, len(words))]
            text = {"ja": f"アカウントの語: {shown}", "en": f"words of accounts: {shown}"}
            yield self.found(facts.where_says(words[0]), **text, weights=points(bulk=weight))
