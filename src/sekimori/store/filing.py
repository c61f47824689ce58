"""Putting the files of a segment into the catalogue."""

from collections.abc import Iterable

from sqlalchemy import Connection, insert

from sekimori.store import tables
from sekimori.store.segments import Finished
from sekimori.store.shapes import SCHEMA_VERSION

__all__ = ["insert_files"]


def insert_files(connection: Connection, segment: int, files: Iterable[Finished]) -> None:
    """Put a finished segment's files into the catalogue, staged payloads into the database."""
    for file in files:
        row = {"segment": segment, "name": file.name, "kind": file.kind, "rows": file.rows, "bytes": file.size}
        connection.execute(insert(tables.segment_file).values(schema_version=SCHEMA_VERSION, **row))
        if file.payload is not None:
            values = {"segment": segment, "name": file.name, "payload": file.payload}
            connection.execute(insert(tables.staged).values(**values))
