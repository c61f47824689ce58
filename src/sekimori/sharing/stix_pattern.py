"""STIX patterns: what a pattern asks for, as far as it can be asked for with single values.

    [domain-name:value = 'evil.example' OR ipv4-addr:value ISSUBSET '203.0.113.0/24']
    [file:hashes.'SHA-256' = 'e3b0…' AND file:name = 'invoice.exe']

Reference: STIX 2.1, section 9 (docs.oasis-open.org/cti/stix/v2.1); section 5 of part 5 of STIX 2.0. The grammar is that
of the stix2-patterns library. `terms` brings a pattern to alternatives: a list of conjunctions of comparisons.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from typing import Any

from stix2patterns.exceptions import ParseException
from stix2patterns.v20.pattern import Pattern as Pattern20
from stix2patterns.v21.pattern import Pattern as Pattern21

from sekimori.model.report import N_

__all__ = ["Comparison", "Term", "Unsupported", "terms"]

_LONGEST = 50_000
_DEEPEST = 40
_MOST_TERMS = 10_000

_STRING = r"'(?:[^'\\]|\\['\\])*+'"
_PATH = rf"[a-z0-9-]+:(?:[A-Za-z0-9_]+|{_STRING})(?:\.(?:[A-Za-z0-9_]+|{_STRING}))*"
_SIMPLE_COMPARISON = re.compile(rf"({_PATH})\s*=\s*({_STRING})")
_SIMPLE_OBSERVATION = rf"\[\s*{_PATH}\s*=\s*{_STRING}(?:\s+OR\s+{_PATH}\s*=\s*{_STRING})*+\s*\]"
_SIMPLE = re.compile(rf"\s*{_SIMPLE_OBSERVATION}(?:\s+OR\s+{_SIMPLE_OBSERVATION})*+\s*")
_STRINGS = re.compile(_STRING)
_BRACKETS = re.compile(r"[()\[\]]")
_OPERATORS = {
    "PropTestEqual": "=",
    "PropTestSet": "IN",
    "PropTestLike": "LIKE",
    "PropTestRegex": "MATCHES",
    "PropTestIsSubset": "ISSUBSET",
    "PropTestIsSuperset": "ISSUPERSET",
    "PropTestOrder": "<, >, <= or >=",
    "PropTestExists": "EXISTS",
}


class Unsupported(ValueError):
    """A pattern, or a part of one, that cannot be asked for; the message names what it is."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """One comparison: path (`file:hashes.SHA-256`), operator (`=`, `LIKE`, `MATCHES` or `ISSUBSET`), value."""

    path: str
    operator: str
    value: str


Term = tuple[Comparison, ...]
"""Comparisons that must all hold of one observation."""


def terms(pattern: str, version: str) -> Iterator[Term | Unsupported]:
    """The alternatives of a pattern of STIX `version` ("2.0" or "2.1"), and those that cannot be asked for.

    Never raises.
    """
    if _SIMPLE.fullmatch(pattern):  # nearly all patterns; the grammar's parser takes milliseconds for each
        for path, value in _SIMPLE_COMPARISON.findall(pattern):
            yield (Comparison(_unquoted_path(path), "=", _unquoted(value)),)
        return
    try:
        tree = _parsed(pattern, version)
        yield from _observations(tree.getChild(0))
    except Unsupported as reason:
        yield reason


def _parsed(pattern: str, version: str) -> Any:
    if len(pattern) > _LONGEST or _depth(pattern) > _DEEPEST:
        raise Unsupported(N_("the pattern is too long or too deeply nested"))
    reader = _Tree()
    try:
        (Pattern20 if version == "2.0" else Pattern21)(pattern).visit(reader)
    except ParseException as error:
        raise Unsupported(N_("the pattern is not valid: {error}").format(error=error)) from error
    return reader.tree


class _Tree:
    """A visitor that merely gets hold of the parse tree."""

    tree: Any = None

    def visit(self, tree: Any) -> None:
        """Called by the library with the whole tree."""
        self.tree = tree


def _depth(pattern: str) -> int:
    """How deep brackets are nested, outside of strings: the parser calls itself that often."""
    depth = deepest = 0
    for found in _BRACKETS.finditer(_STRINGS.sub("", pattern)):
        depth += 1 if found.group() in "([" else -1
        deepest = max(deepest, depth)
    return deepest


def _observations(node: Any) -> Iterator[Term | Unsupported]:
    if node.getChildCount() > 1:
        yield Unsupported(N_("observations in an order (FOLLOWEDBY) cannot be asked for"))
        return
    for both in _operands(node.getChild(0)):
        if both.getChildCount() > 1:
            yield Unsupported(N_("two observations that must both be seen (AND between brackets) cannot be asked for"))
            continue
        observation = both.getChild(0)
        kind = _kind(observation)
        if kind == "ObservationExpressionSimple":
            yield from _alternatives(observation.getChild(1))
        elif kind == "ObservationExpressionCompound":
            yield from _observations(observation.getChild(1))
        else:
            qualifier = observation.getChild(observation.getChildCount() - 1)
            words = [qualifier.getChild(n).getText() for n in range(qualifier.getChildCount())]
            yield Unsupported(N_("the qualifier {text} cannot be asked for").format(text=" ".join(words)))


def _alternatives(node: Any) -> list[Term]:
    """A comparison expression as alternatives of conjunctions."""
    found: list[Term] = []
    for conjunction in _operands(node):
        choices = [_choices(test.getChild(0)) for test in _operands(conjunction, leaves=True)]
        count = 1
        for choice in choices:
            count *= len(choice)
        if len(found) + count > _MOST_TERMS:
            raise Unsupported(N_("the pattern has too many alternatives"))
        found += [tuple(c for part in parts for c in part) for parts in product(*choices)]
    return found


def _choices(test: Any) -> list[Term]:
    kind = _kind(test)
    if kind == "PropTestParen":
        return _alternatives(test.getChild(1))
    path_at = 1 if kind == "PropTestExists" else 0
    path = _unquoted_path(test.getChild(path_at).getText())
    operator = "!=" if kind == "PropTestEqual" and test.NEQ() else _OPERATORS[kind]
    if test.NOT():
        operator = f"NOT {operator}"
    if operator == "IN":
        literals = test.getChild(test.getChildCount() - 1).primitiveLiteral()
        return [(Comparison(path, "=", _unquoted(literal.getText())),) for literal in literals]
    value = "" if kind == "PropTestExists" else _unquoted(test.getChild(test.getChildCount() - 1).getText())
    return [(Comparison(path, operator, value),)]


def _operands(node: Any, *, leaves: bool = False) -> list[Any]:
    """The operands of a chain of one operator, left to right; the chain is as deep as it is long."""
    waiting, found = [node], []
    while waiting:
        part = waiting.pop()
        if part.getChildCount() == 3:
            waiting += (part.getChild(2), part.getChild(0))
        else:
            found.append(part if leaves else part.getChild(0))
    return found


def _kind(node: Any) -> str:
    return type(node).__name__.removesuffix("Context")


def _unquoted(literal: str) -> str:
    if len(literal) > 1 and literal.startswith("'") and literal.endswith("'"):
        return literal[1:-1].replace("\\'", "'").replace("\\\\", "\\")
    return literal


def _unquoted_path(path: str) -> str:
    return _STRINGS.sub(lambda found: _unquoted(found.group()), path)
