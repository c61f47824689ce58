"""The distinct values of a segment: every text is brought to its normal form once, and has an id."""

from collections.abc import Callable, Iterable, Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from sekimori.model.schema import HOST_OR_ADDRESS, typed
from sekimori.store.shapes import NAMES, SUFFIXES
from sekimori.values import address, domain
from sekimori.values.errors import InvalidValue
from sekimori.values.identity import value_id, value_ids
from sekimori.values.types import ObservableType

__all__ = ["NO_ID", "ORDINARY", "Ids", "Vocabulary", "order_of"]

Ids = npt.NDArray[np.int64]

NO_ID = -1
"""In the place of an id where a text is no value; ids are 63 bits, so never negative."""

_TEXTS = 2_000_000
"""Texts that are remembered for a type before it begins anew."""

ORDINARY: dict[str, tuple[tuple[ObservableType, Callable[[Iterable[str]], list[str]]], ...]] = {
    ObservableType.DOMAIN: ((ObservableType.DOMAIN, domain.ordinary),),
    ObservableType.ADDRESS: ((ObservableType.ADDRESS, address.ordinary),),
    HOST_OR_ADDRESS: (
        (ObservableType.DOMAIN, domain.ordinary),
        (ObservableType.ADDRESS, address.ordinary),
    ),
}
"""Types most of whose texts are their own normal form, and how those are found quickly."""


def order_of(ids: Ids) -> Ids:
    """The positions of ids in rising order of these; equal ones in any order.

    Numbers sort three times as fast as positions by their numbers. So the position takes the place of each id's lowest
    bits; only where two different ids agree in all the others, and so may stand the wrong way round, is it done over.
    """
    below = (1 << len(ids).bit_length()) - 1
    keys: Ids = (ids & ~below) | np.arange(len(ids))
    keys.sort()
    order: Ids = keys & below
    rising = ids[order]
    return order if (rising[1:] >= rising[:-1]).all() else np.argsort(ids)


class _Texts:
    """The texts met so far for one type: the id of each, and the normal form of those that differ from it."""

    def __init__(self) -> None:
        self.ids: dict[str, int] = {}
        self.normals: dict[str, str] = {}


class Vocabulary:
    """All distinct values, by type."""

    def __init__(self) -> None:
        self._names: dict[str, dict[str, int]] = {}
        self._texts: dict[str, _Texts] = {}

    def __len__(self) -> int:
        return sum(len(names) for names in self._names.values())

    def encode(self, observable: str, texts: pa.Array) -> tuple[pa.Array, Ids, Ids]:
        """A column of texts: in normal forms (dictionary-encoded); the code of each row; the id of each code.

        Where rows are empty, they have a last code of their own, whose id is `NO_ID`.
        """
        encoded = texts.dictionary_encode()
        distinct = encoded.dictionary.to_pylist()
        known = self._known(observable, distinct)
        ids: Ids = np.fromiter(map(known.ids.__getitem__, distinct), np.int64, len(distinct))
        indices = encoded.indices
        if indices.null_count:
            indices, ids = indices.fill_null(len(distinct)), np.append(ids, NO_ID)
        codes: Ids = indices.to_numpy().astype(np.int64)
        if not known.normals:
            return encoded, codes, ids
        normals = pa.array([known.normals.get(text, text) for text in distinct], pa.string())
        return pa.DictionaryArray.from_arrays(encoded.indices, normals), codes, ids

    def names(self) -> pa.Table:
        """The distinct values (`NAMES`), sorted by id."""
        parts = [
            pa.table(
                [pa.array(names.values(), pa.int64()), pa.repeat(type_, len(names)), pa.array(names, pa.string())],
                schema=NAMES,
            )
            for type_, names in self._names.items()
        ]
        table = pa.concat_tables([NAMES.empty_table(), *parts])
        return table.take(pa.array(order_of(table.column("id").to_numpy())))

    def suffixes(self) -> pa.Table:
        """The domain names by everything above them (`SUFFIXES`), sorted by suffix."""
        names = self._names.get(ObservableType.DOMAIN, {})
        above = _Above()
        parents: Ids = above.indices([name.partition(".")[2] for name in names])
        own: Ids = np.fromiter(names.values(), dtype=np.int64, count=len(names))
        suffixes, of = above.expanded(parents)
        every = np.concatenate([own, suffixes])
        order = order_of(every)
        return pa.table([pa.array(every[order]), pa.array(np.concatenate([own, own[of]])[order])], schema=SUFFIXES)

    def _known(self, observable: str, distinct: Sequence[str]) -> _Texts:
        known = self._texts.setdefault(observable, _Texts())
        if len(known.ids) > _TEXTS:
            known = self._texts[observable] = _Texts()
        new = [text for text in distinct if text not in known.ids]
        for type_, ordinary in ORDINARY.get(observable, ()):
            taken = ordinary(new)
            ids = value_ids(type_, taken)
            known.ids.update(zip(taken, ids, strict=True))
            self._names.setdefault(type_, {}).update(zip(taken, ids, strict=True))
            new = [text for text in new if text not in known.ids]
        for text in new:
            self._learn(observable, text, known)
        return known

    def _learn(self, observable: str, text: str, known: _Texts) -> None:
        try:
            type_, value = typed(observable, text)
        except InvalidValue:
            known.ids[text] = NO_ID
            return
        known.ids[text] = self._names.setdefault(type_, {}).setdefault(value, value_id(type_, value))
        if value != text:
            known.normals[text] = value


class _Above:
    """The ids of all names above names, found once for each parent."""

    def __init__(self) -> None:
        self._index: dict[str, int] = {"": 0}
        self._ids: list[list[int]] = [[]]

    def indices(self, parents: Sequence[str]) -> Ids:
        """The number of each parent in `expanded`."""
        for parent in dict.fromkeys(parents):
            self._learn(parent)
        return np.fromiter(map(self._index.__getitem__, parents), np.int64, len(parents))

    def _learn(self, parent: str) -> int:
        found = self._index.get(parent)
        if found is None:
            ids = [value_id(ObservableType.DOMAIN, parent), *self._ids[self._learn(parent.partition(".")[2])]]
            found = self._index[parent] = len(self._ids)
            self._ids.append(ids)
        return found

    def expanded(self, parents: Ids) -> tuple[Ids, Ids]:
        """For names with these parents, in turn: the id of each name above, and the position of the name below it."""
        lengths: Ids = np.array([len(ids) for ids in self._ids], dtype=np.int64)
        flat: Ids = np.array([id_ for ids in self._ids for id_ in ids], dtype=np.int64)
        starts = np.cumsum(lengths) - lengths
        counts = lengths[parents]
        of: Ids = np.repeat(np.arange(len(parents)), counts)
        within = np.arange(len(of)) - np.repeat(np.cumsum(counts) - counts, counts)
        return flat[starts[parents][of] + within], of
