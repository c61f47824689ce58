"""Which reader a piece of evidence is for, and what it yields; how deep and how far containers are opened."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from sekimori.app.pieces import EMPTY, Piece
from sekimori.model.report import N_
from sekimori.readers.mail.eml import Eml, has_field
from sekimori.readers.mail.mailbox import HOLD_MAILS, is_called_mail
from sekimori.readers.network.generic import MappingError, reader_for
from sekimori.readers.protocol import Head, Item, Reader, ReadingContext, Source, unread
from sekimori.registry import classes_of

__all__ = [
    "DEEPEST",
    "EXPANDED_BYTES",
    "EXPANDED_RATIO",
    "LEAST_BYTES",
    "NOBODY",
    "Asked",
    "failed",
    "items_of",
    "reader_of",
    "readers",
    "readers_for",
]

DEEPEST = 8
"""Containers within containers, at most."""

EXPANDED_BYTES = 1 << 30
EXPANDED_RATIO = 1_100
"""How far one input may expand, all that is within it taken together: to so many bytes and so many times its size.

One layer of deflate cannot exceed 1,032 to 1, so only layers of bombs come to it. A member counts as `LEAST_BYTES`.
"""
LEAST_BYTES = 4096

Asked = tuple[Reader, bool]
"""A reader, and whether it is taken unasked."""

NOBODY = N_("no reader recognises it")
"""Why evidence of no known format is not read."""

_CONTAINERS = "sekimori.readers.containers."


def readers() -> list[Reader]:
    """One instance of every reader there is."""
    return [reader() for reader in classes_of(Reader, "sekimori.readers")]


def readers_for(context: ReadingContext, name: str = "") -> list[Asked]:
    """The readers to ask, in order; True for one that is taken unasked: that of a described table, or of this name.

    Containers are opened all the same.
    """
    if not context.mapping and not name:
        return [(reader, False) for reader in readers()]
    containers = [(reader, False) for reader in readers() if type(reader).__module__.startswith(_CONTAINERS)]
    given = [reader_for(context.mapping)] if context.mapping else [one for one in readers() if one.name == name]
    return [*containers, *((one, True) for one in given)]


def _recognises(reader: Reader, head: Head) -> bool:
    try:
        return reader.recognises(head)
    except Exception:  # noqa: BLE001 a reader that fails on the head does not know it
        return False


def items_of(reader: Reader, source: Source, context: ReadingContext) -> Iterator[Item]:
    """What a reader yields; its failing is one more unread stretch, and what came before is kept."""
    try:
        yield from reader.read(source, context)
    except MappingError:
        raise  # the user's mistake, no fault of the evidence
    except OSError as error:
        yield unread(N_("reading broke off: {error}").format(error=error.strerror or str(error)))
    except Exception as error:  # noqa: BLE001 the one edge where a reader's fault becomes an unread stretch
        yield unread(failed(error))


def failed(error: Exception) -> str:
    """The reason where a reader raised."""
    return N_("the reader failed: {error}").format(error=f"{type(error).__name__}: {error}")


def reader_of(asked: Sequence[Asked], head: Head, size: int, piece: Piece) -> tuple[Reader | None, str]:
    """The reader for a piece of evidence of a size; the reason where there is none.

    What stands in a mailbox, or is called a mail, is one whatever its header says.
    """
    if not size:
        return None, EMPTY
    if piece.depth > DEEPEST:
        return None, N_("more than {number} containers within each other").format(number=DEEPEST)
    if piece.within in HOLD_MAILS:
        return Eml(), ""
    for reader, is_given in asked:
        if is_given or _recognises(reader, head):
            return reader, ""
    if is_called_mail(Path(piece.path).parts, has_field=has_field(head.data)):
        return Eml(), ""
    return None, NOBODY
