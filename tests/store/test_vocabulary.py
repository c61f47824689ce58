"""Ids in rising order, also those that only their lowest bits tell apart."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from sekimori.store.vocabulary import Ids, order_of

_IDS = st.one_of(st.integers(0, (1 << 63) - 1), st.integers((1 << 62) - 4, (1 << 62) + 4))


@given(st.lists(_IDS, max_size=60))
def test_positions_follow_the_ids(numbers: list[int]) -> None:
    ids: Ids = np.array(numbers, dtype=np.int64)
    order = order_of(ids)
    assert sorted(order.tolist()) == list(range(len(numbers)))
    assert ids[order].tolist() == sorted(numbers)
