"""The reader of a table that the user describes."""

from collections.abc import Mapping

from sekimori.readers.network.generic_csv import GenericCsv
from sekimori.readers.network.generic_jsonl import GenericJsonl
from sekimori.readers.network.mapping import MappingError, table_mapping
from sekimori.readers.protocol import Reader

__all__ = ["MappingError", "reader_for"]


def reader_for(mapping: Mapping[str, object]) -> Reader:
    """The reader of the described table; raises `MappingError` where the description cannot be followed."""
    return GenericCsv() if table_mapping(mapping).format == "csv" else GenericJsonl()
