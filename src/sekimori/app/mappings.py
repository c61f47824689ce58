"""Mapping files: the user's description of a generic table."""

from pathlib import Path

import yaml

from sekimori.model.report import N_
from sekimori.readers.network.generic import MappingError

__all__ = ["read_mapping"]


def read_mapping(path: Path) -> dict[str, object]:
    """The mapping of a YAML file; raises `MappingError`, `OSError`. What is in it is checked by the reader."""
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise MappingError(N_("{path} is no mapping: {reason}").format(path=path, reason=error)) from error
    if not isinstance(content, dict):
        raise MappingError(N_("{path} is no mapping: {reason}").format(path=path, reason=N_("it holds no keys")))
    return content
