from enum import StrEnum

import pytest

from sekimori.model.indicator import MatchMode
from sekimori.model.kinds import AREAS
from sekimori.model.match import Answer
from sekimori.model.proposal import Proposal
from sekimori.model.report import Involvement, Lane
from sekimori.model.role import Role
from sekimori.render.words import SYMBOLS, word, word_of_area, word_of_logon
from sekimori.values.types import ObservableType


@pytest.mark.parametrize("values", [Answer, ObservableType, MatchMode, Proposal, Role, Involvement, Lane])
def test_every_value_has_a_word(values: type[StrEnum]) -> None:
    assert all(word(value) for value in values)


def test_each_answer_has_its_own_sign() -> None:
    assert len({SYMBOLS[answer] for answer in Answer}) == 3


def test_values_that_are_spelled_alike_keep_their_own_words() -> None:
    assert (word(Role.TRACE), word(Involvement.TRACE)) == ("trace on a machine", "trace")


def test_every_area_of_a_kind_has_a_word() -> None:
    assert AREAS == ("mail", "network", "endpoint", "administration")
    assert all(word_of_area(area) != area for area in AREAS)
    assert word_of_area("\x1b") == "\x1b"


def test_logon_types_have_words() -> None:
    assert (word_of_logon(10), word_of_logon(99), word_of_logon(None)) == ("remote desktop", "99", "")
