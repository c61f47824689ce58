"""Finds the classes of a kind under a package: one new format, target or engine is one new file.

Third parties add theirs through an entry point group named like the package (`sekimori.readers`).
"""

import importlib
import pkgutil
from functools import cache
from importlib.metadata import entry_points
from inspect import isabstract
from typing import TypeVar

__all__ = ["classes_of"]

T = TypeVar("T")


@cache
def classes_of(base: type[T], package: str) -> tuple[type[T], ...]:
    """Every concrete subclass of `base` in the modules below `package`, sorted by its `name` attribute.

    Raises `ValueError` where two classes carry the same name.
    """
    modules = [importlib.import_module(name) for name in _module_names(package)]
    modules += [entry.load() for entry in entry_points(group=package)]
    found: dict[str, type[T]] = {}
    for module in modules:
        for value in vars(module).values():
            if not (isinstance(value, type) and issubclass(value, base)) or isabstract(value):
                continue
            if value.__module__ != module.__name__ or "name" not in vars(value):
                continue
            name = value.name  # type: ignore[attr-defined]
            if found.setdefault(name, value) is not value:
                raise ValueError(f"{value.__module__} and {found[name].__module__} are both named {name!r}")
    return tuple(found[name] for name in sorted(found))


def _module_names(package: str) -> list[str]:
    root = importlib.import_module(package)
    return [info.name for info in pkgutil.walk_packages(root.__path__, f"{package}.")]
