"""An organisation's own rules: simple conditions in YAML, no program.

    name: own.society
    title: {ja: 学会事務局を名乗るメール, en: Mail in the society's name}
    why: {ja: 事務局は society.example からしか送らない, en: The society writes from society.example alone}
    reference: 内規 3-2
    facet: sender
    weights: {targeted: 30}
    when:
      sender_name: [学会事務局]
      not_sender_domain: [society.example]

Every key under `when` must hold; a key holds where any of its texts does, a `not_` key where none does. Texts are
compared folded (`sekimori.values.text`), domains by whole labels.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence

import yaml

from sekimori.model.triage import Bilingual, Facet, Verdict
from sekimori.triage.facts import MailFacts, Where
from sekimori.triage.rule import Found, Rule
from sekimori.values.text import fold
from sekimori.values.wording import N_

__all__ = ["InvalidRule", "parse_rule"]

_KEYS = frozenset({"name", "title", "why", "reference", "facet", "weights", "when"})
_MOST_POINTS = 100


class InvalidRule(ValueError):
    """A file that is no rule; the message says why."""


def _within(texts: Sequence[str], values: Sequence[str]) -> str:
    return next((text for text in texts if any(text in fold(value) for value in values)), "")


def _below(texts: Sequence[str], values: Sequence[str]) -> str:
    return next((text for text in texts if any(one == text or one.endswith(f".{text}") for one in values)), "")


_Condition = tuple[Callable[[MailFacts], Sequence[str]], Callable[[Sequence[str], Sequence[str]], str], str]
_CONDITIONS: Mapping[str, _Condition] = {
    "subject": (lambda facts: [facts.subject], _within, "subject"),
    "body": (lambda facts: [facts.body], _within, ""),
    "sender_name": (lambda facts: [facts.sender.name], _within, "from"),
    "sender_address": (lambda facts: [facts.sender_address], _within, "from"),
    "sender_domain": (lambda facts: [facts.sender_domain], _below, "from"),
    "mailer": (lambda facts: [facts.mailer], _within, "x-mailer"),
    "attachment": (lambda facts: [file.name for file in facts.files], _within, ""),
    "link_domain": (lambda facts: [link.host for link in facts.links], _below, ""),
}


class _OwnRule(Rule):
    """A rule read from YAML."""

    def __init__(self, content: Mapping[str, object], when: Mapping[str, tuple[str, ...]]) -> None:
        self.name = str(content["name"])  # type: ignore[misc]
        self.title = _bilingual(content, "title")  # type: ignore[misc]
        self.why = _bilingual(content, "why")  # type: ignore[misc]
        self.reference = str(content.get("reference", ""))  # type: ignore[misc]
        self.facet = Facet(str(content["facet"]))  # type: ignore[misc]
        self.weights = _weights(content)  # type: ignore[misc]
        self._when = when

    @property
    def identity(self) -> object:
        """Itself: all of an organisation's rules are of this class."""
        return self

    def check(self, facts: MailFacts) -> Iterator[Found]:
        """All conditions hold."""
        seen: list[str] = []
        where: Where = facts.body_where
        for key, texts in self._when.items():
            values, holds, header = _CONDITIONS[key.removeprefix("not_")]
            found = holds(texts, values(facts))
            if bool(found) == key.startswith("not_"):
                return
            if found:
                seen.append(found)
                where = facts.header(header) if header else where
        text = ", ".join(seen) or self.title.en
        yield self.found(where, ja="、".join(seen) or self.title.ja, en=text)


def parse_rule(text: str) -> Rule:
    """The rule in a YAML text. Raises `InvalidRule`."""
    try:
        content = yaml.safe_load(text)
    except (yaml.YAMLError, ValueError) as error:
        raise InvalidRule(str(error)) from error
    if not isinstance(content, dict) or not {"name", "title", "facet", "weights", "when"} <= set(content) <= _KEYS:
        raise InvalidRule(N_("expected the keys {names}").format(names=", ".join(sorted(_KEYS))))
    try:
        return _OwnRule(content, _when(content))
    except (KeyError, ValueError) as error:
        raise InvalidRule(str(error)) from error


def _when(content: Mapping[str, object]) -> dict[str, tuple[str, ...]]:
    given = content["when"]
    if (
        not isinstance(given, dict)
        or not given
        or not {k.removeprefix("not_") for k in map(str, given)} <= set(_CONDITIONS)
    ):
        raise InvalidRule(N_("expected the keys {names}").format(names=", ".join(_CONDITIONS)))
    when: dict[str, tuple[str, ...]] = {}
    for key, values in given.items():
        if not isinstance(values, list) or not all(fold(str(value)) for value in values):
            raise InvalidRule(N_("{name}: expected a list").format(name=key))
        when[str(key)] = tuple(fold(str(value)) for value in values)
    return when


def _bilingual(content: Mapping[str, object], key: str) -> Bilingual:
    given = content.get(key, "")
    if isinstance(given, dict):
        return Bilingual(str(given.get("ja") or given.get("en") or ""), str(given.get("en") or given.get("ja") or ""))
    return Bilingual(str(given), str(given))


def _weights(content: Mapping[str, object]) -> Mapping[Verdict, int]:
    given = content["weights"]
    if not isinstance(given, dict) or not given:
        raise InvalidRule(N_("expected the keys {names}").format(names="targeted, bulk, bec"))
    weights: dict[Verdict, int] = {}
    for key, value in given.items():
        if key not in {"targeted", "bulk", "bec"} or not isinstance(value, int) or abs(value) > _MOST_POINTS:
            raise InvalidRule(N_("{name}: expected points from -100 to 100").format(name=key))
        weights[Verdict(key)] = value
    return weights
