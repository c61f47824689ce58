"""Plain text in any encoding, tables (CSV), sources, and HTML. Reference: the WHATWG Encoding Standard.

    会議名,日時,出席者

What is text is told by its bytes: hardly any control characters, or UTF-16.
"""

import re
from collections.abc import Iterator
from contextlib import nullcontext

from sekimori.formats import html_text
from sekimori.formats.document_text.limits import Budget, Unreadable, time_limit
from sekimori.formats.encoding import sniff
from sekimori.formats.html_text import TAGS
from sekimori.formats.mail_text import decode
from sekimori.model.report import N_

__all__ = ["pieces", "recognises"]

_HEAD = 1 << 16
_TEXT_BYTES = 8 << 20
_LARGE_PAGE = 1 << 20
_CONTROLS = bytes(set(range(32)) - {9, 10, 12, 13, 27}) + b"\x7f"
_ONE_IN = 500
_PAGE = re.compile(rb"<(?:!doctype\s+html|html|head|body|script)\b", re.IGNORECASE)


def recognises(data: bytes) -> bool:
    """Whether it is text: no bytes or hardly any that texts do not have."""
    head = data[:_HEAD]
    if not head:
        return False
    if (encoding := sniff(head)).startswith("utf-16"):
        text = head[: len(head) & ~1].decode(encoding, "replace")
        return text.count("\ufffd") * _ONE_IN <= len(text)
    return (len(head) - len(head.translate(None, _CONTROLS))) * _ONE_IN <= len(head)


def pieces(data: bytes, budget: Budget) -> Iterator[str]:
    """The text; of a page what is seen of it, and where it leads. Raises `Unreadable`."""
    cut = data[:_TEXT_BYTES]
    encoding = sniff(cut[:_HEAD])
    is_page = _PAGE.search(cut[:4096]) is not None
    label = encoding if encoding.startswith("utf-16") else ""
    text = decode(cut, html_text.charset_of(cut) if is_page and not label else label)
    if is_page:
        with time_limit(budget.seconds) if len(cut) > _LARGE_PAGE else nullcontext():
            page = html_text.read(text)
        yield page.text
        yield "\n".join(["", *(link.target for link in page.links), *page.forms, *page.sources])
        if page.is_long:
            reason = N_("of the tags after the first {count} only text and targets are read")
            raise Unreadable(reason.format(count=TAGS))
    else:
        yield text
    if len(data) > _TEXT_BYTES:
        raise Unreadable(N_("only the first {count} bytes are searched").format(count=_TEXT_BYTES))
