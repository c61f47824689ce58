"""Bytes that another process is adding, kept until it has ended.

If it dies, its claims are taken back, and whoever met them adds the bytes after all: from here, since the container or
the pipe that they came out of is read by then. A batch of its own, without claims, keeps them from being cleared away.
"""

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from typing import BinaryIO, Self

from sekimori.model.organisation import Organisation
from sekimori.store.batches import batch
from sekimori.store.originals import PackWriter
from sekimori.store.segments import PACK
from sekimori.store.workspace import Workspace

__all__ = ["Spool"]


class Spool:
    """Keeps streams as long as the context lasts; costs nothing before the first."""

    def __init__(self, workspace: Workspace, organisation: Organisation) -> None:
        self._workspace, self._organisation = workspace, organisation
        self._open = ExitStack()
        self._pack: PackWriter | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self._open.close()

    def keep(self, blocks: Iterator[bytes]) -> Callable[[], BinaryIO]:
        """Keep bytes, given as blocks of `originals.BLOCK` bytes but for the last; what opens them again."""
        if self._pack is None:
            name = self._open.enter_context(batch(self._workspace))
            month = datetime.now(UTC).strftime("%Y-%m")
            folder = self._workspace.layout.segment(self._organisation.id, month, f"{name}-0")
            self._pack = PackWriter(folder / PACK, self._workspace.key)
            self._open.callback(shutil.rmtree, folder, ignore_errors=True)
            self._open.callback(self._pack.discard)
        pack, packed = self._pack, self._pack.add(blocks)
        return lambda: pack.reading().open(packed)
