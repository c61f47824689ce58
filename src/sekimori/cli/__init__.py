"""Faces: the command line. A command parses, then calls one verb of `sekimori.app`.

Every command takes the options of `sekimori.cli.session` and ends with a code of `sekimori.cli.exits`.
"""

import sys
from collections.abc import Callable
from contextvars import copy_context

import typer

from sekimori.app.organisations import ProfileError
from sekimori.cli import case, demo, dev, evidence, hunt, org, triage, workspace
from sekimori.cli.exits import Exit
from sekimori.cli.session import write_failure
from sekimori.readers.network.generic import MappingError
from sekimori.sharing.reading import UnknownIndicatorFormat
from sekimori.store.errors import NoRoom, NoSuchOrganisation, NoSuchThing, Refused, WorkspaceError
from sekimori.values.errors import InvalidValue

__all__ = ["app", "main"]

# Plain help: in a table of Rich, Japanese (which has no blanks to break at) would be cut off.
app = typer.Typer(
    name="sekimori",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
for _noun in (workspace, evidence, case, triage, hunt, org, demo, dev):
    _noun.register(app)

_CODES: tuple[tuple[type[Exception], Exit], ...] = (
    (NoRoom, Exit.NO_ROOM),
    (NoSuchThing, Exit.NOT_FOUND),
    (NoSuchOrganisation, Exit.NOT_FOUND),
    (Refused, Exit.USAGE),
    (WorkspaceError, Exit.WORKSPACE),
    (ProfileError, Exit.USAGE),
    (MappingError, Exit.USAGE),
    (UnknownIndicatorFormat, Exit.USAGE),
    (InvalidValue, Exit.USAGE),
    (OSError, Exit.USAGE),
)


def main() -> None:
    """Run the command line; errors that have a cause end with one line and a code, not with a traceback."""
    # In a context of its own: the language of one run is no matter of the next in the same process.
    sys.exit(copy_context().run(_guarded, lambda: app(prog_name="sekimori")))


def _guarded(run: Callable[[], object]) -> int:
    try:
        run()
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        return Exit.DONE
    except tuple(kind for kind, _ in _CODES) as error:
        write_failure(error)
        return next(code for kind, code in _CODES if isinstance(error, kind))
    return Exit.DONE
