"""PDF: the text layer, notes, form fields, links and properties. Reference: ISO 32000-1.

    %PDF-1.4 …  BT /F1 12 Tf (The minutes) Tj ET

A scanned page holds a picture and no text, which is said and never taken for an empty page.
"""

import io
import logging
from collections.abc import Iterator
from time import monotonic
from typing import Any

from sekimori.formats.document_text.limits import Budget, Locked, TooSlow, Unreadable, time_limit
from sekimori.model.report import N_

__all__ = ["PAGES", "pieces", "recognises"]

PAGES = 500
"""So many pages are read."""

_HEAD = 1024
_NOTES = 1_000


def recognises(data: bytes) -> bool:
    """Whether the mark of a PDF stands in the first KiB, as its readers allow."""
    return b"%PDF-" in data[:_HEAD]


def pieces(data: bytes, budget: Budget) -> Iterator[str]:
    """The text page by page. Raises `Unreadable`."""
    # Imported where there is a PDF to read: it takes longer than reading most mails.
    from pypdf import PdfReader  # noqa: PLC0415

    logging.getLogger("pypdf").setLevel(logging.CRITICAL + 1)
    end = monotonic() + budget.seconds
    with time_limit(budget.seconds):
        reader = PdfReader(io.BytesIO(data), strict=False)
        if reader.is_encrypted and not reader.decrypt(""):
            raise Locked
        pages = len(reader.pages)
        properties = [str(value) for value in (reader.metadata or {}).values()]
    broken, is_empty = 0, True
    for number in range(min(pages, PAGES)):
        try:
            with time_limit(end - monotonic()):  # pages that cannot be read take of the one allowance too
                text, extra = _page(reader.pages[number])
        except TooSlow:
            raise
        except Exception:  # noqa: BLE001 - one bad page leaves the others
            broken += 1
            continue
        is_empty &= not text.strip()
        yield f"{text}\n{extra}\n"
    yield "\n".join(properties)
    _tell_missing(data, pages, broken, is_empty=is_empty)


def _tell_missing(data: bytes, pages: int, broken: int, *, is_empty: bool) -> None:
    """Say what was not read."""
    if broken:
        raise Unreadable(N_("{count} of its {pages} pages cannot be read").format(count=broken, pages=pages))
    if pages > PAGES:
        raise Unreadable(N_("only the first {count} pages are searched").format(count=PAGES))
    if is_empty:
        raise Unreadable(N_("its pages hold no text that can be read, perhaps pictures"))
    if b"/EmbeddedFile" in data:
        raise Unreadable(N_("files embedded in it are not read"))


def _page(page: Any) -> tuple[str, str]:
    """The text of a page, and what its notes, fields and links say."""
    text = page.extract_text() or ""
    extra: list[str] = []
    for reference in list(page.get("/Annots") or ())[:_NOTES]:
        note = reference.get_object()
        action = note.get("/A")
        target = action.get_object().get("/URI") if action is not None else None
        extra += [str(value) for value in (note.get("/Contents"), note.get("/V"), target) if value is not None]
    return text, "\n".join(extra)
