"""The content of one part: how its bytes are coded, what it is called, what text it holds.

Reference: RFC 2045 (transfer encodings), RFC 2046 (media types), RFC 2183 (disposition), RFC 3676 (format=flowed).

    Content-Type: application/octet-stream; name="=?utf-8?B?6K2w5LqL6Yyy?=.zip"
    Content-Transfer-Encoding: base64
    Content-Disposition: attachment
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from sekimori.formats import html_text
from sekimori.formats.html_text import HtmlText
from sekimori.formats.mail_flowed import unflowed
from sekimori.formats.mail_header import Field, Region, parameters
from sekimori.formats.mail_structure import Mail, Part, Problem
from sekimori.formats.mail_text import decode, from_base64, from_quoted_printable, is_known
from sekimori.formats.mail_uuencode import from_uuencode, uu_files
from sekimori.model.report import N_

__all__ = ["TEXT_BYTES", "Content", "content_of", "decoded", "files_in_text", "leaf"]

TEXT_BYTES = 8 << 20
"""The text of a part is read up to this length."""

_TYPE = re.compile(r"[a-z0-9!#$&^_.+-]+/[a-z0-9!#$&^_.+-]+")
_PAGE_NAME = re.compile(r"\.(?:html?|shtml?|xhtml|svg)$", re.IGNORECASE)
_RETURNS = re.compile(r"\r+\n?")
_ENVELOPED = frozenset({"enveloped-data", "authenveloped-data"})
_TEXTUAL = ("text/", "message/")


@dataclass(frozen=True, slots=True)
class Content:
    """What the Content fields of a part say; `coding` is the transfer encoding in lower case."""

    mime_type: str = "text/plain"
    coding: str = ""
    name: str = ""
    disposition: str = ""
    content_id: str = ""
    parameters: dict[str, str] = field(default_factory=dict)

    @property
    def is_enveloped(self) -> bool:
        """Whether it is declared as encrypted with S/MIME."""
        return self.parameters.get("smime-type", "").lower() in _ENVELOPED


def content_of(fields: Sequence[Field], default_type: str) -> Content:
    """The content that the header of a part or mail declares."""
    found = {field.name: field.raw for field in reversed(fields) if field.name.startswith("content-")}
    if not found:
        return Content(mime_type=default_type)
    mime_type, of_type = parameters(found.get("content-type", b""))
    disposition, of_disposition = parameters(found.get("content-disposition", b""))
    if not _TYPE.fullmatch(mime_type):
        # RFC 2045, 5.2: what cannot be understood is plain text.
        mime_type = default_type if not mime_type else "text/plain"
    coding = found.get("content-transfer-encoding", b"").decode("ascii", "replace").lower().split(";")[0].strip()
    name = of_disposition.get("filename") or of_type.get("name") or ""
    return Content(
        mime_type=mime_type,
        coding=coding,
        name=" ".join(name.split()),
        disposition=disposition,
        content_id=found.get("content-id", b"").decode("ascii", "replace").strip(" <>"),
        parameters=of_type,
    )


def decoded(region: Region, coding: str) -> bytes:
    """The bytes of a part's body, its transfer encoding undone. Unknown encodings are left as they are."""
    raw = region.data[region.start : region.end]
    if coding == "base64":
        return from_base64(raw)
    if coding == "quoted-printable":
        return from_quoted_printable(raw)
    if coding in {"x-uuencode", "uuencode", "x-uue", "uue"}:
        return from_uuencode(raw)
    return raw


def leaf(content: Content, region: Region, number: str, problems: list[Problem], mail: Mail | None = None) -> Part:
    """The part that a region holds; what cannot be read is added to `problems`."""
    place = region.place(region.start, region.end)
    data = decoded(region, content.coding)
    text, html = "", None
    is_page = content.mime_type == "text/html" or _PAGE_NAME.search(content.name) is not None
    if mail is None and (is_page or content.mime_type.startswith(_TEXTUAL)):
        if len(data) > TEXT_BYTES:
            reason = N_("text of part {number} read up to {count} of {size} bytes")
            problems.append(Problem(place, reason.format(number=number, count=TEXT_BYTES, size=len(data))))
        text, html = _text(content, data[:TEXT_BYTES], is_page=is_page)
        if html is not None and html.is_long:
            reason = N_("part {number}: of the tags after the first {count} only text and targets are read")
            problems.append(Problem(place, reason.format(number=number, count=html_text.TAGS)))
    return Part(
        number=number,
        mime_type=content.mime_type,
        name=content.name,
        disposition=content.disposition,
        content_id=content.content_id,
        place=place,
        data=data,
        text=text,
        html=html,
        mail=mail,
        is_enveloped=content.is_enveloped,
    )


def files_in_text(part: Part, region: Region) -> Iterator[Part]:
    """The uuencoded files in a text, as parts below it; `region` is where the text stands."""
    as_it_stands = len(part.data) == region.end - region.start
    for count, file in enumerate(uu_files(part.data[:TEXT_BYTES]), start=1):
        at = region.start + file.start
        yield Part(
            number=f"{part.number}.{count}",
            mime_type="application/octet-stream",
            name=" ".join(decode(file.name).split()),
            disposition="attachment",
            content_id="",
            place=region.place(at, region.start + file.end) if as_it_stands else part.place,
            data=file.data,
        )


def _text(content: Content, data: bytes, *, is_page: bool) -> tuple[str, HtmlText | None]:
    label = (content.parameters.get("charset") or "").split(" ")[0]
    if is_page:
        if not is_known(label):
            label = html_text.charset_of(data)
        html = html_text.read(decode(data, label))
        return html.text, html
    text = decode(data, label).replace("\r\n", "\n")
    if "\r" in text:
        text = _RETURNS.sub("\n", text)
    if content.parameters.get("format", "").lower() == "flowed":
        text = unflowed(text, delsp=content.parameters.get("delsp", "").lower() == "yes")
    return text, None
