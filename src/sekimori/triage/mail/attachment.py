"""There is an attachment at all (IPA checklist D 1)."""

from collections.abc import Iterator

from sekimori.model.triage import Bilingual, Facet
from sekimori.triage.facts import MailFacts
from sekimori.triage.rule import IPA, Found, Rule, cut, points

__all__ = ["AnyAttachment"]


class AnyAttachment(Rule):
    """A document or archive attached."""

    name = "file.attachment"
    title = Bilingual("添付ファイルがある", "There is an attachment")
    why = Bilingual(
        "添付ファイルは着眼点の入口。それだけでは何も示さない。",
        "An attachment is where the checklist begins; alone it shows nothing.",
    )
    reference = f"{IPA} エ①"
    facet = Facet.FILE
    weights = points(targeted=5)

    def check(self, facts: MailFacts) -> Iterator[Found]:
        """Any file that is no picture, calendar, signature or part of the look."""
        for file in facts.files:
            if "!" in file.path or not file.name or file.is_image or file.mime_type in _LET_PASS:
                continue
            yield self.found(facts.file(file), ja=f"「{cut(file.name)}」", en=f"“{cut(file.name)}”")
            return


_LET_PASS = frozenset(
    {"text/calendar", "application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature"}
)
