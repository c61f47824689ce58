"""The password comes in another mail, or stands in this one."""

from collections.abc import Iterator

from sekimori.model.triage import Bilingual, Facet
from sekimori.triage.facts import MailFacts
from sekimori.triage.rule import Found, Rule, cut, points

__all__ = ["PasswordSeparate"]

from sekimori.triage.words import words_in


class PasswordSeparate(Rule):
    """An encrypted file whose password is spoken of."""

    name = "file.password_separate"
    title = Bilingual("パスワードの別送", "The password sent separately")
    why = Bilingual(
        "パスワードを別に送る習慣(PPAP)を真似れば、検査されずに開いてもらえる。",
        "Whoever imitates the custom of sending the password separately gets past the checks and is opened.",
    )
    reference = "https://www.ipa.go.jp/security/emotet/ (パスワード付き ZIP)"
    facet = Facet.FILE
    weights = points(targeted=12, bulk=5)

    def check(self, facts: MailFacts) -> Iterator[Found]:
        """The mail whose password opened it, else its pair in the store, else words beside a locked file or a link."""
        opened = next((file for file in facts.files if file.is_opened and file.key and file.key.is_separate), None)
        if opened is not None and opened.key is not None:
            mail = opened.key.told_by[:12]
            ja = f"「{cut(opened.name)}」は別のメール {mail} のパスワードで開いた"
            en = f"“{cut(opened.name)}” opened with the password in another mail, {mail}"
            yield self.found(facts.file(opened), ja=ja, en=en)
            return
        if facts.history.pair:
            ja, en = f"対になるメール: {facts.history.pair}", f"the mail that goes with it: {facts.history.pair}"
            yield self.found(facts.body_where, ja=ja, en=en)
            return
        words = words_in("lures", "password_separate", facts.folded[:30_000])
        if words and (facts.links or any(file.encrypted or file.is_archive for file in facts.files)):
            ja, en = f"「{words[0]}」", f"“{words[0]}”"
            yield self.found(facts.where_says(words[0]), ja=ja, en=en)
