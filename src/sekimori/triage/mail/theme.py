"""The mail is about what spies ask for, weighed against the recipient's work."""

from collections.abc import Callable, Iterator

from sekimori.model.triage import Bilingual, Facet
from sekimori.triage.facts import MailFacts
from sekimori.triage.rule import IPA, Found, Rule, points

__all__ = ["Theme"]

from sekimori.triage.words import words_in
from sekimori.values.text import fold

_GROUPS = {
    "politics": ("政治", "politics"),
    "economy": ("経済", "economy"),
    "security": ("安全保障", "security"),
    "international": ("国際関係", "international relations"),
    "technology": ("先端技術", "advanced technology"),
    "export_control": ("輸出管理", "export control"),
    "ip": ("知的財産", "intellectual property"),
    "energy": ("エネルギー", "energy"),
}


class Theme(Rule):
    """Words of politics, economy, security, international relations, technology, export control, property."""

    name = "theme.words"
    title = Bilingual("スパイ活動が関心を持つ主題", "A theme that espionage asks for")
    why = Bilingual(
        "政治・経済・安全保障・国際関係・先端技術に関わる人に、その仕事の話題で届くのが標的型攻撃メール。",
        "Targeted mail reaches people of politics, economy, security, diplomacy and technology with their own themes.",
    )
    reference = f"{IPA} ア①②"
    facet = Facet.THEME
    weights = points(targeted=20)

    def check(self, facts: MailFacts) -> Iterator[Found]:
        """The group with most words; more points for more words, and where it suits a recipient's work."""
        seen = {key: words_in("themes", key, facts.opening) for key in _GROUPS}
        best = max(seen, key=lambda key: len(seen[key]))
        words = [word for key in (best, *seen) for word in seen[key]]
        if not words:
            return
        ja, en = _GROUPS[best]
        shown = "、".join(dict.fromkeys(words[:6]))
        role = next((one for one in map(_work_of(facts), seen) if one), "") if facts.recipient_people else ""
        in_subject = bool(words_in("themes", best, fold(facts.subject)))
        weight = (20 if len(set(words)) > 1 else 12 if in_subject else 8) + (10 if role else 0)
        suits_ja, suits_en = (
            (f"。受信者の職務「{role}」に合う", f", which suits the recipient's work, {role}") if role else ("", "")
        )
        where = facts.header("subject") if in_subject else facts.body_where
        text = {"ja": f"{ja}の語: {shown}{suits_ja}", "en": f"words of {en}: {shown}{suits_en}"}
        yield self.found(where, **text, weights=points(targeted=weight))


def _work_of(facts: MailFacts) -> Callable[[str], str]:
    def work(key: str) -> str:
        if not words_in("themes", key, facts.opening):
            return ""
        for person in facts.recipient_people:
            if words_in("themes", f"{key}_roles", fold(f"{person.department} {person.role}")):
                return " ".join(one for one in (person.department, person.role) if one)
        return ""

    return work
