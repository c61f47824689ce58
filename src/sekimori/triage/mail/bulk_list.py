"""The mail is on a list of bulk mails."""

from collections.abc import Iterator

from sekimori.model.triage import Bilingual, Facet
from sekimori.triage.facts import MailFacts
from sekimori.triage.rule import BULK_LIST, Found, Rule, points

__all__ = ["OnBulkList"]


class OnBulkList(Rule):
    """Subject, brand or domain on a loaded list."""

    name = "spread.bulk_list"
    title = Bilingual("ばらまき型メールの一覧に掲載", "On a list of bulk mails")
    why = Bilingual("一覧に載った文面は、多くの組織に届いている。", "What is on a list reached many organisations.")
    reference = BULK_LIST
    facet = Facet.SPREAD
    weights = points(bulk=50, targeted=-40)

    def check(self, facts: MailFacts) -> Iterator[Found]:
        """By part of the subject, brand or domain; also on a list that is too old to say what is not on it."""
        for one, by in facts.lists.hits(f"{facts.sender.name} {facts.subject}", [link.host for link in facts.links]):
            ja, en = f"一覧「{one.name}」({one.date}) の「{by}」", f"list “{one.name}” ({one.date}): “{by}”"
            yield self.found(facts.header("subject"), ja=ja, en=en)
