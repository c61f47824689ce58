"""python -m benchmarks bench|eval [AREA]: measures, writes build/bench/AREA.json or build/eval/AREA.json, prints.

An area is a module of this package with `bench()` or `evaluate()`; without AREA all that there are run.
"""

import importlib
import pkgutil
import sys
from collections.abc import Callable, Iterable

import benchmarks
from benchmarks.harness import BUILD, Row, calibration, write

__all__ = ["areas", "main"]

_FUNCTIONS = {"bench": "bench", "eval": "evaluate"}


def areas(verb: str) -> dict[str, Callable[[], Iterable[Row]]]:
    """The areas that can be measured: name and function."""
    names = (info.name for info in pkgutil.iter_modules(benchmarks.__path__) if not info.name.startswith("_"))
    modules = {name: importlib.import_module(f"benchmarks.{name}") for name in names}
    found = {name: getattr(module, _FUNCTIONS[verb], None) for name, module in modules.items()}
    return {name: function for name, function in found.items() if callable(function)}


def main(arguments: list[str]) -> int:
    """Runs what was asked for; 1 where a bar does not hold, 2 where there is no such area."""
    if not arguments or arguments[0] not in _FUNCTIONS:
        sys.stderr.write("usage: python -m benchmarks bench|eval [AREA]\n")
        return 2
    verb, wanted, known = arguments[0], arguments[1:], areas(arguments[0])
    if not known or not set(wanted) <= set(known):
        sys.stderr.write(f"no such area to {verb}; there are: {', '.join(known) or 'none'}\n")
        return 2
    missed = 0
    for area in wanted or known:
        sys.stdout.write(f"\n{verb} {area}\n")
        rows = [*([calibration()] if verb == "bench" else []), *known[area]()]
        sys.stdout.write(write(rows, BUILD / verb / f"{area}.json") + "\n")
        missed += sum(row.holds is False for row in rows)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
