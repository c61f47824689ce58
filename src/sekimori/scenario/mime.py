"""Mails as bytes: headers, bodies and attachments in the encodings that mail in Japan comes in.

The standard library writes one style only; a month of real mail has many, so messages are put together here
after RFC 5322, RFC 2045 to 2047 and RFC 2231.
"""

import base64
import quopri
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from functools import lru_cache
from hashlib import sha256
from urllib.parse import quote

from sekimori.scenario.documents import Document

__all__ = ["Draft", "Party", "compose"]

_CODECS = {"shift_jis": "cp932"}
_WORD = 12
"""Characters in one encoded word: in any of the charsets the word then stays below 76 characters."""


@dataclass(frozen=True, slots=True)
class Party:
    """A sender or recipient as a header has it."""

    name: str
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A mail before it is encoded. `thread` are the message ids of References, the last also of In-Reply-To."""

    message_id: str
    sender: Party
    to: tuple[Party, ...]
    cc: tuple[Party, ...] = ()
    when: datetime
    subject: str
    text: str
    html: str = ""
    documents: tuple[Document, ...] = ()
    charset: str = "utf-8"
    thread: tuple[str, ...] = ()
    headers: tuple[tuple[str, str], ...] = ()


def compose(draft: Draft) -> bytes:
    """The message, with line feeds alone as mail stores on Unix keep it."""
    charset = _usable(draft)
    head = "".join(f"{name}: {value}\n" for name, value in _headers(draft, charset))
    kind, body = _content(draft, charset)
    return f"{head}MIME-Version: 1.0\n{kind}\n".encode("ascii") + body


def _usable(draft: Draft) -> str:
    names = [party.name for party in (draft.sender, *draft.to, *draft.cc)]
    names += [document.name for document in draft.documents]
    texts = (draft.subject, draft.text, draft.html, *names)
    try:
        "".join(texts).encode(_codec(draft.charset))
    except UnicodeEncodeError:
        return "utf-8"
    return draft.charset


def _codec(charset: str) -> str:
    return _CODECS.get(charset, charset)


def _headers(draft: Draft, charset: str) -> Iterator[tuple[str, str]]:
    yield "Date", format_datetime(draft.when)
    yield "From", _party(draft.sender, charset)
    yield "To", ",\n ".join(_party(party, charset) for party in draft.to)
    if draft.cc:
        yield "Cc", ",\n ".join(_party(party, charset) for party in draft.cc)
    yield "Message-ID", f"<{draft.message_id}>"
    if draft.thread:
        yield "In-Reply-To", f"<{draft.thread[-1]}>"
        yield "References", "\n ".join(f"<{one}>" for one in draft.thread)
    yield "Subject", _words(draft.subject, charset)
    yield from draft.headers


def _party(party: Party, charset: str) -> str:
    if not party.name:
        return party.address
    name = f'"{party.name}"' if party.name.isascii() else _words(party.name, charset)
    return f"{name} <{party.address}>"


@lru_cache(maxsize=4096)
def _words(text: str, charset: str) -> str:
    if text.isascii():
        return text
    parts = (text[at : at + _WORD] for at in range(0, len(text), _WORD))
    return "\n ".join(
        f"=?{charset.upper()}?B?{base64.b64encode(part.encode(_codec(charset))).decode()}?=" for part in parts
    )


def _content(draft: Draft, charset: str) -> tuple[str, bytes]:
    kind, body = _text("plain", draft.text, charset)
    if draft.html:
        page = _text("html", draft.html, charset)
        kind, body = _multipart("alternative", draft.message_id, [(kind, body), page])
    if draft.documents:
        parts = [(kind, body), *(_attachment(document, charset) for document in draft.documents)]
        kind, body = _multipart("mixed", draft.message_id, parts)
    return kind, body


def _text(subtype: str, text: str, charset: str) -> tuple[str, bytes]:
    data = text.encode(_codec(charset))
    if text.isascii() or charset == "iso-2022-jp":
        encoding = "7bit"
    elif charset == "utf-8" and len(data) > 1.5 * len(text):
        encoding, data = "base64", base64.encodebytes(data)
    elif charset == "shift_jis":
        encoding = "8bit"
    else:
        encoding, data = "quoted-printable", quopri.encodestring(data)
    return f"Content-Type: text/{subtype}; charset={charset}\nContent-Transfer-Encoding: {encoding}\n", data


def _attachment(document: Document, charset: str) -> tuple[str, bytes]:
    if document.name.isascii():
        name = file_name = f'="{document.name}"'
    elif charset == "utf-8":
        name = f'="{_words(document.name, charset)}"'
        file_name = f"*=UTF-8''{quote(document.name)}"
    else:
        name = file_name = f'="{_words(document.name, charset)}"'
    head = (
        f"Content-Type: {document.media_type};\n name{name}\n"
        f"Content-Transfer-Encoding: base64\nContent-Disposition: attachment;\n filename{file_name}\n"
    )
    return head, base64.encodebytes(document.data)


def _multipart(subtype: str, message_id: str, parts: list[tuple[str, bytes]]) -> tuple[str, bytes]:
    boundary = "----=_" + sha256(f"{subtype}/{message_id}".encode()).hexdigest()[:24]
    opening = f"--{boundary}\n".encode("ascii")
    body = b"".join(opening + head.encode("ascii") + b"\n" + data.rstrip(b"\n") + b"\n" for head, data in parts)
    return f'Content-Type: multipart/{subtype};\n boundary="{boundary}"\n', body + f"--{boundary}--\n".encode("ascii")
