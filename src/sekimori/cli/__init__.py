"""Faces: the command line. A command parses, then calls one verb of `sekimori.app`.

Every command takes the options of `sekimori.cli.session` and ends with a code of `sekimori.cli.exits`.

`search` is asked again and again, and starts alone: the other commands' modules, and what they need, are imported when
another command, or the help, is asked for.
"""

import sys
from collections.abc import Callable
from contextvars import copy_context
from functools import cache
from importlib import import_module

import typer

from sekimori.cli.exits import Exit
from sekimori.cli.session import write_failure

__all__ = ["app", "main"]

_NOUNS = ("workspace", "evidence", "case", "hunt", "search", "org", "demo", "dev")
_ALONE = frozenset(("search",))


def __getattr__(name: str) -> typer.Typer:
    """`app`: the whole command line, made when it is first asked for."""
    if name == "app":
        return _made(_NOUNS)
    raise AttributeError(name)


@cache
def _made(nouns: tuple[str, ...]) -> typer.Typer:
    # Plain help: in a table of Rich, Japanese (which has no blanks to break at) would be cut off.
    made = typer.Typer(
        name="sekimori",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
    )
    made.callback()(_nothing)  # so that one command alone is a command too
    for noun in nouns:
        import_module(f"sekimori.cli.{noun}").register(made)
    return made


def _nothing() -> None:
    pass


def _codes() -> tuple[tuple[type[Exception], Exit], ...]:
    """What may end a command, and with which code. Made when something has ended one."""
    from sekimori.app.organisations import ProfileError  # noqa: PLC0415
    from sekimori.readers.network.generic import MappingError  # noqa: PLC0415
    from sekimori.search.errors import NothingToAsk, QueryError  # noqa: PLC0415
    from sekimori.sharing.reading import UnknownIndicatorFormat  # noqa: PLC0415
    from sekimori.store.errors import (  # noqa: PLC0415
        NoRoom,
        NoSuchOrganisation,
        NoSuchThing,
        Refused,
        WorkspaceError,
    )
    from sekimori.values.errors import InvalidValue  # noqa: PLC0415

    return (
        (NoRoom, Exit.NO_ROOM),
        (NoSuchThing, Exit.NOT_FOUND),
        (NoSuchOrganisation, Exit.NOT_FOUND),
        (Refused, Exit.USAGE),
        (WorkspaceError, Exit.WORKSPACE),
        (ProfileError, Exit.USAGE),
        (MappingError, Exit.USAGE),
        (UnknownIndicatorFormat, Exit.USAGE),
        (InvalidValue, Exit.USAGE),
        (QueryError, Exit.USAGE),
        (NothingToAsk, Exit.USAGE),
        (OSError, Exit.USAGE),
    )


def main() -> None:
    """Run the command line; errors that have a cause end with one line and a code, not with a traceback."""
    asked = sys.argv[1] if len(sys.argv) > 1 else ""
    nouns = (asked,) if asked in _ALONE else _NOUNS
    # In a context of its own: the language of one run is no matter of the next in the same process.
    sys.exit(copy_context().run(_guarded, lambda: _made(nouns)(prog_name="sekimori")))


def _guarded(run: Callable[[], object]) -> int:
    try:
        run()
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        return Exit.DONE
    except tuple(kind for kind, _ in _codes()) as error:
        write_failure(error)
        return next(code for kind, code in _codes() if isinstance(error, kind))
    return Exit.DONE
