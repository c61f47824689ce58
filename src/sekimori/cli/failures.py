"""Which errors have a cause to be told in one line, and the code that the command then ends with."""

from sekimori.app.organisations import ProfileError
from sekimori.cli.exits import Exit
from sekimori.cli.session import write_failure
from sekimori.readers.network.generic import MappingError
from sekimori.search.errors import NothingToAsk, QueryError
from sekimori.sharing.reading import UnknownIndicatorFormat
from sekimori.store.errors import NoRoom, NoSuchOrganisation, NoSuchThing, Refused, WorkspaceError
from sekimori.values.errors import InvalidValue

__all__ = ["told"]

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
    (QueryError, Exit.USAGE),
    (NothingToAsk, Exit.USAGE),
    (OSError, Exit.USAGE),
)


def told(error: Exception) -> Exit | None:
    """Tell the error where it has a cause to be told, and give its code; else nothing."""
    for kind, code in _CODES:
        if isinstance(error, kind):
            write_failure(error)
            return code
    return None
