import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sekimori.values import identity
from sekimori.values.types import ObservableType


@pytest.mark.parametrize(
    ("type_", "value", "expected"),
    [
        (ObservableType.DOMAIN, "evil.example", 0x185F0B88455CADCA),
        (ObservableType.ADDRESS, "192.0.2.1", 0x062925202D4993A3),
    ],
)
def test_fixed_vectors(type_: ObservableType, value: str, expected: int) -> None:
    assert identity.value_id(type_, value) == expected


@settings(derandomize=True, max_examples=200, deadline=None)
@given(st.sampled_from(ObservableType), st.lists(st.text(st.characters(codec=None, categories=None))))
def test_ids_of_many_are_the_ids_of_each(type_: ObservableType, values: list[str]) -> None:
    ids = identity.value_ids(type_, values)
    assert ids == [identity.value_id(type_, value) for value in values]
    assert all(0 <= value < 2**63 for value in ids)


def test_type_is_part_of_the_id() -> None:
    assert identity.value_id(ObservableType.HOST, "a") != identity.value_id(ObservableType.USER, "a")
