"""What a document says of itself: who wrote it, where, when, with what. Office, PDF, RTF.

A format is one module with `recognises` and `properties`, listed in `_FORMATS`; it goes by content, never by name.
Nothing here says who wrote a document: whoever makes one can write what he likes, and most forget to.

    議事録.docx    author user, company 微软中国, East Asian language zh-CN, created 2014-10-06T00:12:00Z
"""

from types import ModuleType

from sekimori.formats.document_properties import office, pdf, rich_text, summary
from sekimori.formats.document_properties.properties import DocumentProperties
from sekimori.formats.document_text.limits import TooSlow, time_limit

__all__ = ["DocumentProperties", "properties_of"]

LARGEST = 32 << 20
"""A document of more bytes is not looked into."""

_FORMATS: tuple[ModuleType, ...] = (office, summary, rich_text, pdf)


def properties_of(data: bytes, *, seconds: float = 3.0) -> DocumentProperties | None:
    """What the document says of itself; None for what is no document. Never raises on any bytes."""
    found = next((one for one in _FORMATS if one.recognises(data)), None)
    if found is None or len(data) > LARGEST or seconds <= 0:
        return None
    try:
        with time_limit(seconds):
            told: DocumentProperties = found.properties(data)
    except TooSlow:
        return DocumentProperties()
    except Exception:  # noqa: BLE001 - a library's fault on hostile bytes is a document that tells nothing
        return DocumentProperties()
    return told
