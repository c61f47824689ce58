"""Invisible letters inside words, to get past filters."""

from collections.abc import Iterator

from sekimori.model.triage import Bilingual, Facet
from sekimori.triage.facts import MailFacts
from sekimori.triage.rule import Found, Rule, points

__all__ = ["HiddenLetters"]

import re

_HIDDEN = re.compile(
    "[\u3041-\u30ff\u4e00-\u9fffA-Za-z][\u00ad\u034f\u200b-\u200d\u2060-\u2064\ufe00-\ufe0e\ufeff\U000e0000-\U000e01ef]+(?=[\u3041-\u30ff\u4e00-\u9fffA-Za-z])"
)


class HiddenLetters(Rule):
    """Invisible characters between letters."""

    name = "body.hidden_letters"
    title = Bilingual("語の中の見えない文字", "Invisible letters inside words")
    why = Bilingual(
        "フィルタの語の照合を避けるためのばらまき型の手口。", "Bulk mail breaks words with them to get past filters."
    )
    reference = "Unicode UTS #39; MITRE ATT&CK T1027"
    facet = Facet.BODY
    weights = points(bulk=25, targeted=-5)

    def check(self, facts: MailFacts) -> Iterator[Found]:
        """Such characters in the subject, the name or the body."""
        if _HIDDEN.search(facts.sender.name) or _HIDDEN.search(facts.subject):
            where = facts.header("from" if _HIDDEN.search(facts.sender.name) else "subject")
            yield self.found(where, ja="語の中に見えない文字がある", en="invisible characters stand inside words")
        elif (count := len(_HIDDEN.findall(facts.body[:30_000]))) >= 3:
            ja, en = (
                f"本文の語の中に見えない文字が {count} 箇所ある",
                f"invisible characters stand inside words {count} times",
            )
            yield self.found(facts.body_where, ja=ja, en=en)
