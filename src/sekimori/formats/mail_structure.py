"""What a parsed mail is: header fields, parts, nested mails, and what could not be read.

Reference: RFC 5322 (messages), RFC 2046 (nested messages), RFC 3501 section 6.4.5 (numbers of parts).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from sekimori.formats.html_text import HtmlText
from sekimori.formats.mail_addresses import MailAddress, addresses
from sekimori.formats.mail_header import Field, Hop, MailDate, date, hop, split_names
from sekimori.model.place import Place

__all__ = ["Mail", "Part", "Problem"]


@dataclass(frozen=True, slots=True)
class Problem:
    """A stretch of the mail that could not be read, or not as it says of itself, and why."""

    place: Place
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One part that holds content: a text, an attachment, or a nested mail.

    `number` counts as IMAP does (`1.2`); `place` is the coded content in the message's bytes, `data` the content
    decoded; `text` is empty for what is no text, and the visible text where `html` is set; `is_enveloped` says that it
    is declared as encrypted with S/MIME.
    """

    number: str
    mime_type: str
    name: str
    disposition: str
    content_id: str
    place: Place
    data: bytes
    text: str = ""
    html: HtmlText | None = None
    mail: "Mail | None" = None
    is_enveloped: bool = False

    @property
    def is_text(self) -> bool:
        """Whether it is shown as part of the mail's text."""
        return self.disposition != "attachment" and self.mail is None and self.mime_type in _TEXTS

    @property
    def is_attachment(self) -> bool:
        """Whether it is a file of its own: named, declared so, or no text."""
        return bool(self.name) or not self.is_text

    @property
    def is_inline_image(self) -> bool:
        """Whether it is an image that belongs to the look of an HTML text."""
        return self.mime_type.startswith("image/") and (bool(self.content_id) or self.disposition == "inline")


_TEXT_NAMES = (
    "text/plain text/html text/enriched text/richtext text/calendar text/rfc822-headers text/x-amp-html "
    "message/delivery-status message/disposition-notification message/feedback-report"
)
_TEXTS = frozenset(_TEXT_NAMES.split())


@dataclass(frozen=True)
class Mail:
    """One message: its fields and its parts in their order, and all problems, those of nested mails included."""

    fields: tuple[Field, ...]
    parts: tuple[Part, ...]
    problems: tuple[Problem, ...]
    place: Place

    @cached_property
    def _named(self) -> dict[str, list[Field]]:
        named: dict[str, list[Field]] = {}
        for field in self.fields:
            named.setdefault(field.name, []).append(field)
        return named

    def first(self, name: str) -> Field | None:
        """The first field of that lower-case name."""
        fields = self._named.get(name)
        return fields[0] if fields else None

    def all(self, *names: str) -> Iterator[Field]:
        """All fields of these lower-case names: name by name, each in its order in the mail."""
        return (field for name in names for field in self._named.get(name, ()))

    def text(self, name: str) -> str:
        """The decoded value of the first field of that name; empty where there is none."""
        field = self.first(name)
        return field.text if field else ""

    def addresses(self, *names: str) -> list[MailAddress]:
        """The addresses in all fields of these names."""
        return [address for field in self.all(*names) for address in addresses(field.raw)]

    @property
    def time(self) -> datetime | None:
        """When it was sent by its Date field, else when the nearest hop that says so took it; None for neither."""
        return self.date.time if self.date is not None and self.date.time is not None else self.received

    @cached_property
    def received(self) -> datetime | None:
        """When the nearest hop that says so took it; None where none does."""
        return next((time for hop in self.hops if (time := hop.date.time) is not None), None)

    @property
    def message_id(self) -> str:
        """Message-ID without brackets; empty where there is none."""
        return next(iter(split_names(self.text("message-id"))), "")

    @property
    def references(self) -> list[str]:
        """Message ids in In-Reply-To and References, each once."""
        names = (name for field in self.all("in-reply-to", "references") for name in split_names(field.text))
        return list(dict.fromkeys(name for name in names if "@" in name))

    @cached_property
    def date(self) -> MailDate | None:
        """The Date field; None where there is none."""
        field = self.first("date")
        return date(field.text) if field else None

    @cached_property
    def hops(self) -> tuple[Hop, ...]:
        """The Received fields, nearest first."""
        return tuple(hop(field) for field in self.all("received"))

    def walk(self) -> Iterator[Part]:
        """All parts, those of nested mails after the part that holds them."""
        for part in self.parts:
            yield part
            if part.mail is not None:
                yield from part.mail.walk()
