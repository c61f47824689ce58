"""A link shows another address than the one it leads to (IPA checklist C 4)."""

from collections.abc import Iterator

from sekimori.model.triage import Bilingual, Facet
from sekimori.triage.facts import MailFacts
from sekimori.triage.rule import IPA, Found, Rule, cut, points

__all__ = ["LinkElsewhere"]

import re

from sekimori.triage.facts import registered
from sekimori.values import url
from sekimori.values.errors import InvalidValue

_SHOWN = re.compile(
    r"^(?:https?://|www\.)\S+$|^[a-z0-9-]+(?:\.[a-z0-9-]+)*\.(?:jp|com|net|org|gov|info)(?:/\S*)?$", re.IGNORECASE
)


class LinkElsewhere(Rule):
    """The text of a link is an address of another party."""

    name = "file.link_elsewhere"
    title = Bilingual("表示と違うリンク先", "A link that leads elsewhere")
    why = Bilingual(
        "見えている URL と実際の飛び先が違うのは、着眼点の一つ。",
        "That the shown URL is not the one it leads to is a point of the checklist.",
    )
    reference = f"{IPA} ウ④"
    facet = Facet.FILE
    weights = points(targeted=15, bulk=20)

    def check(self, facts: MailFacts) -> Iterator[Found]:
        """Parties of shown and real host differ, and the real one is not the sender's (as click counters are)."""
        for link in facts.links:
            text = link.text.strip()
            if not text or len(text) > 500 or not _SHOWN.match(text):
                continue
            shown = registered(_host(text))
            if shown and shown != registered(link.host) and registered(link.host) != facts.sender_party:
                ja, en = (
                    f"表示は {cut(text)}、リンク先は {link.host}",
                    f"it shows {cut(text)}, and leads to {link.host}",
                )
                yield self.found(facts.part(link.part), ja=ja, en=en)
                return


def _host(text: str) -> str:
    try:
        return url.host_of(url.normal(text if "://" in text else f"http://{text}")) or ""
    except InvalidValue:
        return ""
