"""Batches: who is at work in a workspace, and what to take back when they die.

A batch has a row in the desk database and a lock file that the system frees when its process ends, however it ends. All
that a batch makes carries its name, and nothing of it exists before it is committed; so whatever carries the name of a
batch whose lock is free is left over.
"""

import os
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from filelock import Timeout
from sqlalchemy import Connection, delete, insert, select

from sekimori.store import tables
from sekimori.store.workspace import Workspace

__all__ = ["batch", "dead_batches", "durable", "forget_batch", "lock_name"]


def lock_name(name: str) -> str:
    """The name of a batch's lock."""
    return f"batch-{name}"


@contextmanager
def batch(workspace: Workspace) -> Iterator[str]:
    """A new batch's name, alive as long as the context; claims that it has not kept by then are taken back."""
    name = uuid.uuid4().hex
    with workspace.lock(lock_name(name)):
        with workspace.writing() as connection:
            connection.execute(insert(tables.batch).values(id=name, started=datetime.now(UTC)))
        try:
            yield name
        finally:
            with workspace.writing() as connection:
                forget_batch(connection, name)


def dead_batches(workspace: Workspace) -> list[str]:
    """Batches that have not ended, and whose process has."""
    with workspace.reading() as connection:
        names = connection.execute(select(tables.batch.c.id)).scalars().all()
    dead = []
    for name in names:
        lock = workspace.lock_of(lock_name(name))
        try:
            lock.acquire(timeout=0)
        except Timeout:
            continue
        lock.release()
        dead.append(name)
    return dead


def forget_batch(connection: Connection, name: str) -> None:
    """Take back a batch's claims, and the batch."""
    connection.execute(delete(tables.evidence).where(tables.evidence.c.batch == name))
    connection.execute(delete(tables.batch).where(tables.batch.c.id == name))


def durable(paths: Iterable[Path]) -> None:
    """Have files written to the disk itself: after a power cut the catalogue must not name files without content."""
    for path in paths:
        with path.open("r+b") as file:
            os.fsync(file.fileno())
