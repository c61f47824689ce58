"""The observables in what a mail says: its texts, its HTML, and the texts of mails forwarded in it.

Each text is scanned once; the reader of mails and the extraction of indicators take what they need from the same
findings.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from urllib.parse import unquote

from sekimori.extract.scan import Scanned
from sekimori.extract.scan_defanged import scan_defanged
from sekimori.formats.html_text import HtmlText
from sekimori.formats.mail import Mail, Part
from sekimori.values import mail_address, url
from sekimori.values.errors import InvalidValue

__all__ = ["Said", "SeenUrl", "said", "text_of"]

_MAIL_FIELDS = ("from", "sender", "reply-to", "to", "cc", "date", "subject")
_COMPARED = 4
"""So many texts are compared with those after them: a mail in two forms, seldom more."""
_WEB = re.compile(r"(?:https?|ftp):|//", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class SeenUrl:
    """A URL: normal form, as written, and where it stands: `text`, or in HTML `link`, `form` or `source`.

    `plain` is the writing without defanging: a URL that programs read.
    """

    value: str
    text: str
    use: str
    plain: str


@dataclass(frozen=True, slots=True)
class Said:
    """What one part says: its text, what a scan of it found, and where it leads.

    `urls` are those of the text and of the HTML, `mail_targets` the addresses in `mailto:` links; `is_body` tells
    whether it is shown as the mail's text.
    """

    part: Part
    text: str
    scanned: Scanned
    urls: tuple[SeenUrl, ...] = ()
    mail_targets: tuple[str, ...] = ()
    is_body: bool = True


def said(mail: Mail, *, scanned_characters: int | None = None, targets: int | None = None) -> Iterator[Said]:
    """What the parts of the mail say, in their order; a text that repeats an earlier one is left out.

    With `scanned_characters` the scan of a text ends there, with `targets` so many places are taken where HTML leads.
    """
    earlier: list[str] = []
    for part in mail.walk():
        text = header_of(part.mail) if part.mail is not None else part.text
        if not (part.is_text or part.mail is not None or part.html is not None) or not (text or part.html):
            continue
        repeated = bool(earlier) and text.split() in [one.split() for one in earlier[:_COMPARED]]
        earlier.append(text)
        plain, scanned = scan_defanged("" if repeated else text[:scanned_characters])
        pairs = zip(scanned.urls, plain.urls, strict=True)
        urls = [SeenUrl(found.value, found.text, "text", meant.text) for found, meant in pairs]
        if part.html is not None:
            urls.extend(islice(_targets(part.html), targets))
        yield Said(
            part=part,
            text="" if repeated else text,
            scanned=scanned,
            urls=tuple(urls),
            mail_targets=tuple(_mail_targets(part.html)) if part.html is not None else (),
            is_body=part.is_text or part.mail is not None,
        )


def text_of(parts: list[Said]) -> str:
    """The text of the body: every text once, HTML as text."""
    return "\n".join(part.text for part in parts if part.is_body and part.text)


def header_of(mail: Mail) -> str:
    """The header of a forwarded mail as a text: who wrote to whom, when, about what."""
    lines = (f"{field.name.capitalize()}: {field.text}" for field in mail.fields if field.name in _MAIL_FIELDS)
    return "\n".join(lines)


def _targets(html: HtmlText) -> Iterator[SeenUrl]:
    written = [(link.target, "link") for link in html.links]
    written.extend((form, "form") for form in html.forms)
    written.extend((source, "source") for source in html.sources)
    for text, use in dict.fromkeys(written):
        if value := _web_url(text):
            yield SeenUrl(value, text, use, text)


@lru_cache(maxsize=8192)  # the same pictures and footers stand in mail after mail
def _web_url(text: str) -> str:
    """The normal form of a target on the web; empty for any other."""
    if not _WEB.match(text):
        return ""
    try:
        return url.normal(f"http:{text}" if text.startswith("//") else text)
    except InvalidValue:
        return ""


def _mail_targets(html: HtmlText) -> Iterator[str]:
    for link in html.links:
        if link.target[:7].lower() == "mailto:":
            for text in unquote(link.target[7:].partition("?")[0]).split(","):
                try:
                    yield mail_address.normal(text.strip())
                except InvalidValue:
                    continue
