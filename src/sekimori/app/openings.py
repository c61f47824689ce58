"""What is said of the encrypted attachments of a mail: which passwords were tried, and what opened."""

from dataclasses import dataclass

from sekimori.app.pairing import Paired
from sekimori.formats.mail import Mail
from sekimori.model.place import Place

__all__ = ["Carrier", "OpenedName", "Opening", "Trial"]


@dataclass(frozen=True, slots=True)
class Trial:
    """A password that may be the right one: the evidence and SHA-256 of the mail that told it, its line, why."""

    password: str
    evidence: int | None
    mail: str
    line: int
    reason: str


@dataclass(frozen=True, slots=True)
class OpenedName:
    """An opened file: name, bytes, SHA-256."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Carrier:
    """The mail that carries locked files: its evidence (0 where it is not in the store), where it is, its SHA-256.

    `known` are the paths of files that were opened before.
    """

    mail: Mail
    evidence: int
    within: str
    sha256: str
    known: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """What became of one encrypted attachment of a mail.

    `mail` is the mail's evidence and `within` where it was found, `part` the attachment's path and `place` in it,
    `sha256` its hash. `trial` is what opened it, None where nothing did; `is_known` where it had been opened before.
    `content` is the evidence that holds the opened files.
    """

    mail: int
    within: str
    part: str
    name: str
    sha256: str
    place: Place
    tried: int = 0
    trial: Trial | None = None
    files: tuple[OpenedName, ...] = ()
    problems: tuple[str, ...] = ()
    mails: tuple[Paired, ...] = ()
    is_known: bool = False
    content: bytes = b""
