"""Office documents since 2007 and OpenDocument: XML in a ZIP file.

Reference: ISO/IEC 29500 (Office Open XML), ISO/IEC 26300 (OpenDocument). Every part that can hold text is read:
body, headers and footers, notes, comments, text boxes, shared strings, cells, slides and their notes, diagrams,
properties; and what links and templates lead to. The parser takes the parts in one go, refuses document type
declarations (and with them entities), and nothing is expanded beyond the limits. Documents inside the document are
files of their own (`sekimori.formats.office_objects`).

    word/document.xml    <w:p><w:r><w:t>議事録</w:t></w:r></w:p>
"""

import io
import re
from collections.abc import Iterator
from itertools import islice
from xml.parsers import expat

from sekimori.formats.archive_stream import Bounds, BrokenMember, Entry, within
from sekimori.formats.archive_zip import is_zip, is_zip_document, zip_entries
from sekimori.formats.document_text.limits import Budget, Locked, Unreadable
from sekimori.model.report import N_

__all__ = ["pieces", "recognises"]

_HEAD = 1 << 16
_ENTRIES = 10_000
_MEMBER_BYTES = 64 << 20
_STEP = 4 << 20
"""The parser is fed so many bytes at once: a token that is longer is looked at anew with each portion."""
_OFFICE = re.compile(r"(word|xl|ppt|visio|docProps)/.*\.(xml|rels)\Z", re.IGNORECASE | re.DOTALL)
_OPEN = frozenset({"content.xml", "styles.xml", "meta.xml"})
_TEXTLESS = re.compile(
    r"(theme|styles|settings|fontTable|webSettings|slideMasters?|slideLayouts?|notesMasters?|handoutMasters?"
    r"|calcChain|tableStyles|presProps|viewProps|stylesWithEffects|numbering|app)[/\d.]",
    re.IGNORECASE,
)
_OPEN_OBJECT = re.compile(r"Object[^/]*/content\.xml\Z")
_BINARY_WORKBOOK = "xl/workbook.bin"

_TEXTS = frozenset(
    {
        *("t", "delText", "instrText", "text", "Text"),
        *("title", "subject", "creator", "keywords", "description", "lastModifiedBy", "category"),
    }
)
_UNSEEN = frozenset({"Fallback", "rPh", "rt", "ruby-text"})  # second writings of what stands beside them
_LINES = frozenset(
    {
        *("p", "br", "cr", "row", "si", "comment", "tr", "text", "Text", "h", "table-row", "line-break"),
        *("title", "subject", "creator", "keywords", "description", "lastModifiedBy", "category"),
    }
)
_BLANKS = {"tab": "\t", "tc": "\t", "c": "\t", "table-cell": "\t", "s": " ", "noBreakHyphen": "-"}


def recognises(data: bytes) -> bool:
    """Whether it is a ZIP file that is a document."""
    return is_zip(data) and is_zip_document(data[:_HEAD])


def pieces(data: bytes, budget: Budget) -> Iterator[str]:
    """The texts of the parts, those that are read first by people first. Raises `Unreadable`."""
    entries = list(islice(_entries(data), _ENTRIES))
    names = {entry.name for entry in entries}
    if _BINARY_WORKBOOK in names:
        raise Unreadable(N_("binary workbooks (.xlsb) are not read"))
    if any(entry.encrypted for entry in entries):
        raise Locked
    is_open = "content.xml" in names
    missing: list[str] = []
    for entry in sorted(entries, key=_rank):
        if _is_text(entry.name, is_open=is_open):
            yield from _part(entry, budget, missing, is_open=is_open)
        elif entry.name.startswith("META-INF/manifest") and is_open:
            _refuse_encrypted(entry, budget)
    if missing:
        raise Unreadable("; ".join(missing[:3]))


def _entries(data: bytes) -> Iterator[Entry]:
    try:
        yield from zip_entries(io.BytesIO(data))
    except BrokenMember as broken:
        yield Entry(name="", size=0, packed=0, problem=broken.reason)


def _rank(entry: Entry) -> tuple[int, ...]:
    """Manifest, then the body, then links and properties; numbered parts by their number."""
    number = tuple(int(digits) for digits in re.findall(r"\d{1,9}", entry.name)[:2])
    name = entry.name
    if name.startswith("META-INF/"):
        return (0,)
    return (2 if name.endswith(".rels") or name.startswith("docProps/") or name == "meta.xml" else 1, *number)


def _is_text(name: str, *, is_open: bool) -> bool:
    if not name:
        return True
    if is_open:
        return name in _OPEN or _OPEN_OBJECT.match(name) is not None
    return _OFFICE.match(name) is not None and (name.endswith(".rels") or _TEXTLESS.search(name) is None)


def _part(entry: Entry, budget: Budget, missing: list[str], *, is_open: bool) -> Iterator[str]:
    """The text of one part of a document; what is wrong with it is added to `missing`."""
    reading = _Reading(everything=is_open)
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler = reading.start, reading.end
    parser.CharacterDataHandler = reading.text
    parser.StartDoctypeDeclHandler = _refuse_doctype
    try:
        for step in _steps(entry, budget):
            parser.Parse(step, False)
            yield reading.taken()
        parser.Parse(b"", True)
    except (BrokenMember, Unreadable, expat.ExpatError) as error:
        why = error.reason if isinstance(error, (BrokenMember, Unreadable)) else str(error)
        missing.append(N_("{path}: {reason}").format(path=entry.name or N_("the rest"), reason=why))
    yield reading.taken()
    yield "\n".join(["", *reading.targets, ""])


def _steps(entry: Entry, budget: Budget) -> Iterator[bytes]:
    """The bytes of a part, in large portions. Raises `BrokenMember`, `Unreadable`."""
    if entry.pieces is None:
        raise Unreadable(entry.problem)
    gathered = bytearray()
    for piece in within(entry, Bounds(bytes=_MEMBER_BYTES, ratio=200, ratio_after=1 << 20)):
        budget.expanded -= len(piece)
        if budget.expanded < 0:
            raise Unreadable(N_("it expands too far; the rest was not read"))
        gathered += piece
        if len(gathered) >= _STEP:
            yield bytes(gathered)
            gathered.clear()
    yield bytes(gathered)


def _refuse_doctype(*_: object) -> None:
    raise Unreadable(N_("a document type declaration stands in it, which no Office program writes"))


def _refuse_encrypted(entry: Entry, budget: Budget) -> None:
    try:
        if b"encryption-data" in b"".join(_steps(entry, budget)):
            raise Locked
    except BrokenMember:
        return


class _Reading:
    """One part being read: what of its characters is text."""

    def __init__(self, *, everything: bool) -> None:
        self._everything = everything
        self._pieces: list[str] = []
        self._unseen = self._inside = 0
        self._is_shared = False
        self.targets: list[str] = []

    def taken(self) -> str:
        """The text since it was last asked for."""
        text = "".join(self._pieces)
        self._pieces.clear()
        return text

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Takes the beginning of an element."""
        kind = name.rpartition(":")[2]
        if self._unseen or kind in _UNSEEN:
            self._unseen += 1
        elif kind in _TEXTS or (kind == "v" and not self._is_shared):
            self._inside += 1
        elif kind == "c":
            self._is_shared = attributes.get("t") == "s"
        elif attributes:
            self._target(kind, attributes)

    def _target(self, kind: str, attributes: dict[str, str]) -> None:
        """What an element names in its attributes: a sheet, or a place outside of the document."""
        if kind == "sheet":
            self.targets.append(attributes.get("name", ""))
        elif attributes.get("TargetMode") == "External":
            self.targets.append(attributes.get("Target", ""))
        elif self._everything and attributes.get("xlink:href", "").find("://") > 0:
            self.targets.append(attributes["xlink:href"])

    def end(self, name: str) -> None:
        """Takes the end of an element."""
        if self._unseen:
            self._unseen -= 1
            return
        kind = name.rpartition(":")[2]
        if kind in _TEXTS or (kind == "v" and not self._is_shared):
            self._inside = max(0, self._inside - 1)
        if kind in _LINES:
            if self._pieces[-1:] != ["\n"]:
                self._pieces.append("\n")
        elif blank := _BLANKS.get(kind):
            self._pieces.append(blank)

    def text(self, text: str) -> None:
        """Takes characters."""
        if not self._unseen and (self._everything or self._inside):
            self._pieces.append(text)
