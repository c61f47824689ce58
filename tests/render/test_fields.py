import pytest

from sekimori.model.kinds import KINDS
from sekimori.model.schema import Kind
from sekimori.render.fields import word_of_field, word_of_kind


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.name)
def test_every_field_of_a_kind_has_a_word(kind: Kind) -> None:
    assert [name for name in kind.schema.names if "_" in word_of_field(name)] == []
    assert len({word_of_field(name) for name in kind.schema.names}) == len(kind.schema.names), "words tell fields apart"


def test_kinds_have_words_of_their_own() -> None:
    assert len({word_of_kind(kind) for kind in KINDS}) == len(KINDS)


def test_other_names_stay_as_they_are() -> None:
    assert (word_of_kind("pcap"), word_of_field("x_field")) == ("pcap", "x_field")
