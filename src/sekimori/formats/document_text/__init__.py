"""The text inside a file, as a search needs it: Office, OpenDocument, PDF, RTF, HTML, mail and plain text.

A format is one module with `recognises` and `pieces`, listed in `_FORMATS`; it goes by content, never by name. Text
comes out piece by piece, so that what was read before a fault, a limit or the end of the time is kept. Nothing is
run, fetched or drawn.

    議事録.docx    出席者：山田 …
    名簿.xlsx      needs a password
"""

from collections.abc import Iterator
from dataclasses import dataclass
from time import monotonic
from types import ModuleType

from sekimori.formats.document_text import (
    encrypted_office,
    excel_97,
    letter,
    pdf,
    plain,
    powerpoint_97,
    rich_text,
    word_97,
    zipped_xml,
)
from sekimori.formats.document_text.limits import Budget, Locked, TooSlow, Unreadable, readable
from sekimori.formats.mail_structure import Mail
from sekimori.model.report import N_

__all__ = ["NOTHING", "TEXT_CHARACTERS", "Budget", "DocumentText", "document_text"]

TEXT_CHARACTERS = 2_000_000
"""So many characters of a file are taken."""

# What begins with bytes of its own comes before what has to be looked at.
_FORMATS: tuple[ModuleType, ...] = (
    *(zipped_xml, pdf, rich_text, letter, encrypted_office, word_97, excel_97, powerpoint_97),
    plain,
)


@dataclass(frozen=True, slots=True)
class DocumentText:
    """The text of a file, why not all of it could be read (empty: it was), and whether a password is needed."""

    text: str = ""
    unsearched: str = ""
    locked: bool = False


NOTHING = DocumentText()
"""A file that holds no text by its nature: a picture, a program."""


def document_text(data: bytes, budget: Budget, *, declared: str = "", mail: Mail | None = None) -> DocumentText:
    """The text of a file within what is left of the budget, which it takes from. Never raises on any bytes.

    `declared` is the text of what the mail itself declares as text and has decoded: it stands in for a guess. `mail`
    is the file where it is a mail and parsed already.
    """
    found = next((format_ for format_ in _FORMATS if format_.recognises(data)), None)
    if declared and found in (None, letter, plain):
        return DocumentText(readable(declared[:TEXT_CHARACTERS]), _TOO_LONG if len(declared) > TEXT_CHARACTERS else "")
    if found is None:
        return NOTHING
    if len(data) > budget.bytes:
        return DocumentText(unsearched=N_("the files of this mail hold more than is searched"))
    budget.bytes -= len(data)
    begin = monotonic()
    try:
        pieces = letter.pieces_of(mail) if mail is not None and found is letter else found.pieces(data, budget)
        return _collected(pieces, begin, budget.seconds)
    finally:
        budget.seconds -= monotonic() - begin


_TOO_LONG = N_("only the first {count} characters are searched").format(count=TEXT_CHARACTERS)
_TOO_SLOW = N_("reading it takes too long; what was read so far is searched")
_BROKEN = N_("it is damaged: {error}")


def _collected(pieces: Iterator[str], begin: float, seconds: float) -> DocumentText:
    """The pieces as one text, up to the limits of length and time."""
    taken: list[str] = []
    room, reason, locked = TEXT_CHARACTERS, "", False
    try:
        for piece in pieces:
            taken.append(piece[:room])
            room -= len(piece)
            if room < 0:
                reason = _TOO_LONG
                break
            if monotonic() - begin > seconds:
                raise TooSlow
    except TooSlow:
        reason = _TOO_SLOW
    except Unreadable as error:
        reason, locked = error.reason, isinstance(error, Locked)
    except Exception as error:  # noqa: BLE001 - a library's fault on hostile bytes is a file that is not searched
        reason = _BROKEN.format(error=f"{type(error).__name__}: {error}"[:200])
    return DocumentText(readable("".join(taken)), reason, locked)
