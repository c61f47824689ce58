"""Texts come back as they were, and none of their printable ASCII stands where it stood."""

import os

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekimori.model.organisation import Organisation
from sekimori.store.originals import KEY_BYTES
from sekimori.store.reading import Reading
from sekimori.store.veil import Veil
from sekimori.store.workspace import Workspace


@given(st.lists(st.none() | st.text(st.characters(exclude_categories=["Cs"]))), st.binary(min_size=94, max_size=94))
def test_texts_come_back(texts: list[str | None], key: bytes) -> None:
    veil = Veil(key.ljust(KEY_BYTES, b"k"))
    table = pa.table({"file_text": pa.array(texts, pa.string()), "file_name": pa.array(texts, pa.string())})
    drawn = veil.drawn(table)
    assert drawn.column("file_name").equals(table.column("file_name"))
    for before, after in zip(texts, drawn.column("file_text").to_pylist(), strict=True):
        if before is not None:
            assert after[0] == "\x02"
            assert all((one != other) == ("!" <= one <= "~") for one, other in zip(before, after[1:], strict=True))
    assert veil.lifted(drawn).equals(table)
    assert all(veil.lifted(one).equals(two) for one, two in zip(drawn.to_batches(), table.to_batches(), strict=True))
    assert veil.lifted(drawn.slice(len(texts) // 2)).equals(table.slice(len(texts) // 2))


def test_texts_of_older_files_are_left_alone() -> None:
    veil = Veil(os.urandom(KEY_BYTES))
    new = veil.drawn(pa.table({"email_body_text": ["after", None]}))
    both = pa.concat_tables([pa.table({"email_body_text": ["before", "\n\x02 inside"]}), new]).combine_chunks()
    assert veil.lifted(both).column(0).to_pylist() == ["before", "\n\x02 inside", "after", None]


def test_nobody_asks_by_a_veiled_text(workspace: Workspace, organisation: Organisation) -> None:
    with Reading(workspace, organisation) as reading, pytest.raises(ValueError, match="email_body_text"):
        reading.records("message", columns=["source"], where={"email_body_text": ["plan"]})
