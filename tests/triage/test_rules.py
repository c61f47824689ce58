"""Every rule fires where it must and is silent where it must be, by its cases in `tests/data/triage/NAME.yaml`."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from sekimori.model.triage import CAPS, Verdict
from sekimori.registry import classes_of
from sekimori.triage.rule import IPA, Rule
from tests.triage.mails import case_facts, mail_bytes

DATA = Path(__file__).resolve().parent.parent / "data/triage"
WORDS = Path(__file__).resolve().parents[2] / "src/sekimori/triage/data"
# The groups of IPA's checklist: theme, sender, body, attachment; and how many points each has.
CHECKLIST = {"ア": 6, "イ": 2, "ウ": 5, "エ": 5}
RULES = classes_of(Rule, "sekimori.triage.mail")


def cases(rule: type[Rule]) -> dict[str, list[dict[str, Any]]]:
    path = DATA / f"{rule.__module__.rpartition('.')[2]}.yaml"
    content: dict[str, list[dict[str, Any]]] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return content


def every(kind: str) -> list[Any]:
    return [
        pytest.param(rule, case, id=f"{rule.name}-{number}")
        for rule in RULES
        for number, case in enumerate(cases(rule)[kind])
    ]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_every_rule_says_what_it_is_and_has_both_kinds_of_cases(rule: type[Rule]) -> None:
    found = cases(rule)
    assert set(found) == {"fires", "silent"}
    assert found["fires"]
    assert found["silent"]
    assert rule.facet in CAPS
    assert rule.weights
    assert set(rule.weights) <= {Verdict.TARGETED, Verdict.BULK, Verdict.BEC}
    assert rule.reference.strip()
    for text in (rule.title, rule.why):
        assert text.ja.strip()
        assert text.en.isascii() or "а" in text.en
        assert not text.ja.isascii()


def test_no_cases_are_without_a_rule() -> None:
    assert {path.stem for path in DATA.glob("*.yaml")} == {rule.__module__.rpartition(".")[2] for rule in RULES}


@pytest.mark.parametrize(("rule", "case"), every("fires"))
def test_it_fires(rule: type[Rule], case: dict[str, Any]) -> None:
    found = list(rule().check(case_facts(case)))
    assert found
    assert found[0].where == case.get("where", found[0].where)
    size = len(mail_bytes(case))
    for one in found:
        assert one.where
        assert one.text.ja
        assert one.text.en
        assert 0 <= one.place.offset <= one.place.offset + one.place.length <= size


@pytest.mark.parametrize(("rule", "case"), every("silent"))
def test_it_is_silent(rule: type[Rule], case: dict[str, Any]) -> None:
    assert list(rule().check(case_facts(case))) == []


def test_every_point_of_the_checklist_has_a_rule() -> None:
    points = {f"{group}{number}" for group, last in CHECKLIST.items() for number in "①②③④⑤⑥"[:last]}
    cited = {
        f"{found[0]}{number}"
        for rule in RULES
        if IPA in rule.reference
        for found in re.findall(r"([アイウエ])([①-⑥]+)", rule.reference.partition(IPA)[2])
        for number in found[1]
    }
    assert cited == points


def test_every_word_of_the_lists_is_a_text() -> None:
    for name in ("lures", "themes", "file_types"):
        content = yaml.safe_load((WORDS / f"{name}.yaml").read_text(encoding="utf-8"))
        for key, words in content.items():
            if key not in {"date", "not_after"}:
                assert all(isinstance(word, str) and len(word) > 1 for word in words if key != "unusual_archive"), key
                assert len(set(words)) == len(words), key
