"""Texts of mails, written so that an antivirus finds nothing in them.

The text of an attached script is what a scanner looks for, and it would take the table or the desk database that holds
it. So in columns that hold such texts every printable ASCII character stands for another one, by the workspace's key;
U+0002 before a text says so. All else stays as it is, so texts are as long and pack as well as before. The key is that
of the originals (`sekimori.store.originals`), no secret either.
"""

from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

__all__ = ["VEILED", "Veil"]

VEILED = frozenset({"email_body_text", "file_text"})
"""Columns of records that are written like this."""

_MARK = "\x02"
_FIRST, _LAST = 0x21, 0x7E


Rows: TypeAlias = Any  # a table or a record batch


class Veil:
    """Puts the characters of `VEILED` columns for others, and back."""

    def __init__(self, key: bytes) -> None:
        """`key`: that of the workspace."""
        count = _LAST - _FIRST + 1
        # One circle through all of them: no character stays what it is.
        circle = np.argsort(np.frombuffer(key, np.uint8, count), kind="stable").astype(np.uint8) + np.uint8(_FIRST)
        self._there: npt.NDArray[np.uint8] = np.arange(256, dtype=np.uint8)
        self._back = self._there.copy()
        self._there[circle], self._back[np.roll(circle, 1)] = np.roll(circle, 1), circle

    def drawn(self, rows: Rows) -> Rows:
        """A table or record batch as it is written."""
        return self._changed(rows, self._hidden)

    def lifted(self, rows: Rows) -> Rows:
        """The same as it was before; texts without the mark, of older files, are left alone."""
        return self._changed(rows, self._shown)

    def _changed(self, rows: Rows, change: Callable[[pa.StringArray], pa.StringArray]) -> Rows:
        for at, name in enumerate(rows.schema.names):
            if name in VEILED:
                column = rows.column(at).cast(pa.string())
                if isinstance(column, pa.ChunkedArray):
                    changed = pa.chunked_array([change(chunk) for chunk in column.chunks], pa.string())
                else:
                    changed = change(column)
                rows = rows.set_column(at, name, changed)
        return rows

    def _hidden(self, texts: pa.StringArray) -> pa.StringArray:
        return pc.binary_join_element_wise(_MARK, _mapped(texts, self._there), "")

    def _shown(self, texts: pa.StringArray) -> pa.StringArray:
        marked = pc.starts_with(texts, _MARK)
        if not pc.any(marked).as_py():
            return texts
        plain = pc.replace_substring_regex(_mapped(texts, self._back), "^\x02", "", max_replacements=1)
        return pc.if_else(marked, plain, texts)


def _mapped(texts: pa.StringArray, table: npt.NDArray[np.uint8]) -> pa.StringArray:
    valid, offsets, data = texts.buffers()
    mapped = table[np.frombuffer(data, np.uint8)] if data is not None and data.size else np.zeros(0, np.uint8)
    return pa.Array.from_buffers(pa.string(), len(texts), [valid, offsets, pa.py_buffer(mapped)], offset=texts.offset)
