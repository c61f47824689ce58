"""An account to pay into is said to have changed."""

from collections.abc import Iterator

from sekimori.model.triage import Bilingual, Facet
from sekimori.triage.facts import MailFacts
from sekimori.triage.rule import Found, Rule, points

__all__ = ["ChangedAccount"]

from sekimori.triage.words import words_in


class ChangedAccount(Rule):
    """A changed account in a stranger's mail."""

    name = "theme.changed_account"
    title = Bilingual("初めての相手からの振込先の変更", "A stranger's changed account")
    why = Bilingual(
        "振込先の変更は、取引先のメールを盗み見た者が使う手口。やり取りのないアドレスからなら、電話で確かめるまで応じない。",
        "A changed account is the trick of whoever reads a supplier's mail; from an unknown address, ask by telephone.",
    )
    reference = "IPA「ビジネスメール詐欺(BEC)対策特設ページ」 https://www.ipa.go.jp/security/bec/"
    facet = Facet.THEME
    weights = points(bec=5)

    def check(self, facts: MailFacts) -> Iterator[Found]:
        """Words of a changed account, and no earlier mail of the address is known."""
        words = words_in("lures", "changed_account", facts.opening)
        if words and not facts.is_known:
            ja, en = f"口座の変更の語: {words[0]}", f"words of a changed account: {words[0]}"
            yield self.found(facts.where_says(words[0]), ja=ja, en=en)
