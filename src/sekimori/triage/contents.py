"""What a mail carries, looked into once, however many rules ask.

The facts of a mail are replaced when its history becomes known; what takes time to read stays here.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from time import monotonic

from sekimori.extract.mail_content import Said, said, text_of
from sekimori.extract.scan_defanged import scan_defanged
from sekimori.formats.dkim_signature import DkimSignature, verified
from sekimori.formats.document_properties import DocumentProperties, properties_of
from sekimori.formats.document_text import Budget, document_text
from sekimori.formats.mail import Mail, Part
from sekimori.formats.qr_codes import Code, PictureBudget, codes_in_part, codes_of
from sekimori.triage.files import Carried, Opened, carried
from sekimori.values.text import fold

__all__ = ["BODY_CHARACTERS", "Contents", "SeenCode"]

BODY_CHARACTERS = 200_000
"""The body is judged up to this length."""

LINKS = 3_000
"""So many links of a page are judged."""

_DOCUMENTS = 20
_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class SeenCode:
    """A QR code: its text, the part and the name of the place where it is, and the URLs (normal form) in the text."""

    text: str
    where: str
    part: Part
    urls: tuple[str, ...]


@dataclass(frozen=True)
class Contents:
    """A mail with its bytes; `opened` is what passwords opened of its files, by path.

    `keys` are those of DKIM signatures, by the name under which they stand in the DNS.
    """

    mail: Mail
    data: bytes = field(repr=False)
    opened: Mapping[str, Opened] = field(default_factory=dict)
    keys: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def said(self) -> tuple[Said, ...]:
        """What its parts say, their links looked for as far as the body is judged."""
        return tuple(said(self.mail, scanned_characters=BODY_CHARACTERS, targets=LINKS))

    @property
    def is_cut(self) -> bool:
        """Whether more is said than is judged."""
        return sum(len(one.text) for one in self.said if one.is_body) > BODY_CHARACTERS

    @cached_property
    def body(self) -> str:
        """The text of the body."""
        return text_of(list(self.said))[:BODY_CHARACTERS]

    @cached_property
    def folded_parts(self) -> tuple[tuple[Part, str], ...]:
        """The parts that say something, each with its text folded."""
        return tuple((one.part, fold(one.text[:BODY_CHARACTERS])) for one in self.said if one.text)

    @property
    def files(self) -> tuple[Carried, ...]:
        """Every file it carries, those inside others and those that a password opened included."""
        return self._carried[0]

    @property
    def unread(self) -> tuple[str, ...]:
        """Why files in archives, mails and documents were not read."""
        return self._carried[1]

    @cached_property
    def _carried(self) -> tuple[tuple[Carried, ...], tuple[str, ...]]:
        unread: list[str] = []
        files = tuple(carried(self.mail, self.opened, unread))
        return files, tuple(unread)

    @cached_property
    def signatures(self) -> tuple[DkimSignature, ...]:
        """The DKIM signatures, verified with the keys that are given."""
        return verified(self.data, self.keys)

    @property
    def codes(self) -> tuple[SeenCode, ...]:
        """The QR codes in its pictures: attached, in the text, in documents and opened files."""
        return self._seen_codes[0]

    @property
    def unseen_pictures(self) -> int:
        """How many pictures and PDFs were too large or too many to be looked at."""
        return self._seen_codes[1]

    @cached_property
    def _seen_codes(self) -> tuple[tuple[SeenCode, ...], int]:
        budget = PictureBudget()
        return tuple(self._codes(budget)), budget.left_out

    def _codes(self, budget: PictureBudget) -> Iterator[SeenCode]:
        for part in self.mail.walk():
            if not part.is_attachment:
                for code in codes_in_part(part, budget):
                    yield _seen(code, f"part {part.number}", part)
        for file in self.files:
            if file.data and not file.members:
                for code in codes_of(file.data, budget):
                    yield _seen(code, file.where, file.part)

    @cached_property
    def documents(self) -> tuple[tuple[Carried, DocumentProperties], ...]:
        """The documents among its files, with what they say of themselves."""
        found: list[tuple[Carried, DocumentProperties]] = []
        until = monotonic() + _SECONDS
        for file in self.files:
            told = properties_of(file.data, seconds=until - monotonic()) if file.data and not file.members else None
            if told is not None:
                found.append((file, told))
            if len(found) >= _DOCUMENTS:
                break
        return tuple(found)

    @cached_property
    def texts(self) -> tuple[tuple[Carried, str], ...]:
        """The texts of these documents, as far as they can be read; those that cannot are left out."""
        budget = Budget(seconds=_SECONDS)
        found = [(file, document_text(file.data or b"", budget)) for file, _ in self.documents]
        return tuple((file, one.text) for file, one in found if one.text or not one.unsearched)


def _seen(code: Code, where: str, part: Part) -> SeenCode:
    urls = tuple(found.value for found in scan_defanged(code.text)[0].urls)
    return SeenCode(code.text, f"{where}, {code.inside}" if code.inside else where, part, urls)
