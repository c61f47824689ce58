"""A sender's domain or address that no person chose."""

from collections.abc import Iterator

from sekimori.model.triage import Bilingual, Facet
from sekimori.triage.facts import MailFacts
from sekimori.triage.rule import Found, Rule, points

__all__ = ["RandomSender"]

import re

_VOWELS = re.compile("[aeiouy]")


class RandomSender(Rule):
    """A random-looking label under a cheap top-level domain."""

    name = "spread.random_sender"
    title = Bilingual("使い捨てのドメイン", "A throw-away domain")
    why = Bilingual(
        "ばらまき型は、機械で作った名前のドメインを大量に使い捨てる。",
        "Bulk mail uses up many domains with names made by machine.",
    )
    reference = "MITRE ATT&CK T1583.001"
    facet = Facet.SPREAD
    weights = points(bulk=15)

    def check(self, facts: MailFacts) -> Iterator[Found]:
        """Five or more letters nearly without vowels or mixed with figures, or one of the tops bought in bulk."""
        label, _, top = facts.sender_party.partition(".")
        if not top or facts.is_known or facts.is_from_own or facts.is_authenticated:
            return
        odd = len(label) >= 5 and (
            len(_VOWELS.findall(label)) * 5 <= len(label) or re.search(r"[a-z]\d+[a-z]|\d[a-z]+\d", label)
        )
        if odd or top.rpartition(".")[2] in _BULK_TOPS:
            ja, en = f"{facts.sender_party} は使い捨ての形", f"{facts.sender_party} has the form of a throw-away name"
            yield self.found(facts.header("from"), ja=ja, en=en)


_BULK_TOPS = frozenset(
    [
        "cn",
        "icu",
        "shop",
        "xyz",
        "top",
        "cfd",
        "sbs",
        "buzz",
        "club",
        "online",
        "site",
        "store",
        "click",
        "cyou",
        "rest",
        "bond",
        "live",
        "fun",
        "vip",
        "work",
        "life",
        "monster",
        "quest",
    ]
)
