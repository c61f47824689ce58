"""The words of the invented month, from the data files beside this module."""

from functools import cache
from importlib import resources
from typing import Any

import yaml

__all__ = ["texts"]


@cache
def texts(name: str) -> Any:
    """The content of `data/NAME.yaml`."""
    path = resources.files(__package__) / "data" / f"{name}.yaml"
    return yaml.safe_load(path.read_text("utf-8"))
