"""Faces: the command line. A command parses, then calls one verb of `sekimori.app`.

Every command takes the options of `sekimori.cli.session` and ends with a code of `sekimori.cli.exits`. Only what the
command at hand needs is imported: nobody waits for libraries of another.
"""

import gc
import os
import sys
from collections.abc import Callable
from contextvars import copy_context
from importlib import import_module

import typer

__all__ = ["ROOMS", "application", "main"]

ROOMS: dict[str, tuple[str, ...]] = {
    "workspace": ("init", "status"),
    "evidence": ("add", "show", "prevalence", "timeline", "purge"),
    "fetch": ("fetch",),
    "hunt": ("hunt",),
    "sweep": ("sweep",),
    "search": ("search",),
    "demo": ("demo",),
    "case": ("case",),
    "mail": ("mail",),
    "triage": ("triage",),
    "org": ("org",),
    "dev": ("dev",),
}
"""The modules of commands beside this one, and the first words that each of them answers to."""

_OBJECTS = 100_000
"""New objects between two looks for circles of them: a segment's dictionaries hold a million texts and no circle."""


def application(word: str = "") -> typer.Typer:
    """The command line: all of it, or, where the first word typed is a command, what belongs to that one."""
    # Plain help: in a table of Rich, Japanese (which has no blanks to break at) would be cut off.
    app = typer.Typer(
        name="sekimori",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
    )
    app.callback()(_nothing)  # or a single command would lose its name
    for room in [room for room, words in ROOMS.items() if word in words] or ROOMS:
        import_module(f"sekimori.cli.{room}").register(app)
    return app


def main() -> None:
    """Run the command line; errors that have a cause end with one line and a code, not with a traceback."""
    # Arrow's allocator reads it when it is loaded. A tenth of adding a log went to taking back from the system what had
    # been given to it a moment before; it all goes back when the command ends.
    os.environ.setdefault("MIMALLOC_PURGE_DELAY", "-1")
    app = application(sys.argv[1] if len(sys.argv) > 1 else "")
    gc.freeze()
    gc.set_threshold(_OBJECTS, 20, 100)
    # In a context of its own: the language of one run is no matter of the next in the same process.
    sys.exit(copy_context().run(_guarded, lambda: app(prog_name="sekimori")))


def _nothing() -> None: ...


def _guarded(run: Callable[[], object]) -> int:
    try:
        run()
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        return 0
    except Exception as error:
        code = import_module("sekimori.cli.failures").told(error)
        if code is None:
            raise
        return int(code)
    return 0
