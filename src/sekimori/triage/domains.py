"""When two domain names look alike to a reader, and which are known."""

import re
from functools import lru_cache

from sekimori.triage.facts import MailFacts, registered
from sekimori.triage.providers import provider
from sekimori.triage.words import listed
from sekimori.values import domain

__all__ = ["alike", "known_parties", "plays_official"]

_SHORTEST = 5
_OFFICIAL = (".go.jp", ".lg.jp", ".ac.jp", ".or.jp", ".gov", ".mil", ".edu")
_OF_JAPAN = frozenset({"jp", "japan", "go", "gov", "jpn"})
_PLAYED = re.compile(r"(?<![a-z0-9])(?:go|lg|ac|or)[-.]?jp(?=[-.])|(?<=-)(?:gojp|acjp|lgjp|gov)(?=[-.])")
_KNOWN_BY_MAILS = 2
_MOST = 5_000
# Pairs that look alike in the fonts that mail clients use; both sides are brought to one.
_LOOKS = (("rn", "m"), ("vv", "w"), ("cl", "d"), ("0", "o"), ("1", "l"), ("i", "l"), ("5", "s"))
_ADDED = frozenset(
    [
        "mail",
        "jp",
        "co",
        "go",
        "or",
        "ac",
        "lab",
        "info",
        "support",
        "office",
        "group",
        "global",
        "official",
        "secure",
        "security",
        "online",
        "portal",
        "web",
        "net",
        "inc",
        "corp",
        "japan",
    ]
)
_LETTERS = str.maketrans("аеорсухіѕԁһӏοανιρτυκ", "aeopcyxisdhloavlptuk")


@lru_cache(maxsize=4096)
def known_of(parties: frozenset[str]) -> frozenset[str]:
    """Those of some parties that are long enough to be looked alike, and no mail provider's."""
    return frozenset(one for one in parties if not provider(one))


def known_parties(facts: MailFacts) -> frozenset[str]:
    """Parties of the organisation, of its partners and of frequent correspondents."""
    return facts.once(known_parties, lambda: _known_parties(facts))


def _known_parties(facts: MailFacts) -> frozenset[str]:
    profile = facts.profile
    named = {*profile.domains, *(name for partner in profile.partners for name in partner.domains)}
    named |= {mail.rpartition("@")[2] for person in profile.people for mail in person.addresses}
    often = [name for name, count in facts.history.domains.items() if count >= _KNOWN_BY_MAILS][:_MOST]
    earlier = [one.address.rpartition("@")[2] for one in facts.history.by_name]
    return known_of(frozenset(registered(name) for name in (*named, *often, *earlier) if name))


def alike(name: str, known: str) -> bool:
    """Whether a party's name looks like a known one's without being it."""
    if name == known:
        return False
    (mine, my_suffix), (theirs, their_suffix) = _cut(domain.shown(name)), _cut(domain.shown(known))
    if not mine or len(theirs) < _SHORTEST:
        return bool(mine) and mine == theirs and len(theirs) >= 4 and my_suffix != their_suffix
    if mine == theirs or _skeleton(mine) == _skeleton(theirs) or _is_near(mine, theirs):
        return True
    words = set(mine.split("-"))
    rest = mine.replace(theirs, "", 1).strip("-") if theirs in mine else ""
    return (theirs in words and len(words) > 1) or rest in _ADDED or _joined(known) == mine


def plays_official(name: str) -> str:
    """The official ending or public body that a domain name plays without being below it; empty where none.

    `mofa-go-jp.example`, `www.meti.go.jp.example`, `jaxa-mail.example`.
    """
    if not name or name.endswith(_OFFICIAL):
        return ""
    text = domain.shown(name).lower()
    if found := _PLAYED.search(text):
        return found[0].strip("-.").replace("-", ".")
    words = _cut(registered(name))[0].split("-")
    bodies = listed("mail_providers", "public_bodies")
    sure = bool(_OF_JAPAN & set(words))
    return next((one for one in words if len(words) > 1 and one in bodies and (sure or len(one) > 3)), "")


def _joined(known: str) -> str:
    """A known name with its dots as hyphens: `example.ac.jp` as `example-ac-jp`, up to the top label or not."""
    return known.rpartition(".")[0].replace(".", "-")


def _cut(name: str) -> tuple[str, str]:
    suffix = domain.public_suffix(name) if name.isascii() else name.rpartition(".")[2]
    return name.removesuffix(f".{suffix}"), suffix


def _skeleton(label: str) -> str:
    text = label.translate(_LETTERS)
    for looks, like in _LOOKS:
        text = text.replace(looks, like)
    return text.replace("-", "")


def _is_near(one: str, other: str) -> bool:
    """Whether one letter was changed, added, left out, or two neighbours swapped."""
    if abs(len(one) - len(other)) > 1:
        return False
    start = 0
    while start < min(len(one), len(other)) and one[start] == other[start]:
        start += 1
    mine, theirs = one[start:], other[start:]
    if mine[1:] == theirs[1:] or mine[1:] == theirs or mine == theirs[1:]:
        return True
    return len(mine) == len(theirs) and mine[:2] == theirs[1::-1] and mine[2:] == theirs[2:]
