r"""Text of a format that nobody knows: whatever looks like a name, an address, a hash or a URL, wherever it stands.

    Jun 17 10:00:00 gw: 192.0.2.15 asked for (3)www(7)example(2)jp(0), answered 198.51.100.7

In what way it stands there cannot be told, so nothing here is taken for a mere mention: a line too many is better than
a victim that is missed. This is no reader of evidence: what is added must be of a known format.
"""

import re
from collections.abc import Iterator
from typing import ClassVar

import pyarrow as pa

from sekimori.extract.scan import scan_urls
from sekimori.formats.encoding import TextLine, sniff, text_lines
from sekimori.formats.lines import LONGEST_LINE
from sekimori.model.report import N_
from sekimori.model.role import Role
from sekimori.model.schema import HOST_OR_ADDRESS, Field, Kind
from sekimori.readers.protocol import Head, Item, Reader, ReadingContext, Records, Source, unread
from sekimori.values.types import ObservableType as T

__all__ = ["TEXT", "PlainLines"]

_TEXTS = pa.list_(pa.string())
TEXT = Kind(
    name="text",
    area="",
    key="line",
    fields=(
        Field(name="text_domain", type=_TEXTS, meaning="names", observable=HOST_OR_ADDRESS, role=Role.CONTENT),
        Field(name="text_address", type=_TEXTS, meaning="addresses", observable=T.ADDRESS, role=Role.CONTENT),
        Field(
            name="email_address", type=_TEXTS, meaning="addresses of mail", observable=T.MAIL_ADDRESS, role=Role.CONTENT
        ),
        Field(name="hash_value", type=_TEXTS, meaning="hashes", observable=T.HASH, role=Role.CONTENT),
        Field(name="url_original", type=_TEXTS, meaning="URLs", role=Role.CONTENT),
        Field(name="url_domain", type=_TEXTS, meaning="hosts of URLs", observable=HOST_OR_ADDRESS, role=Role.CONTENT),
    ),
)
"""Lines of text: not a kind of the store."""

_NAME = re.compile(r"[\w-]+(?:[.．。｡][\w-]+)+")
_IPV4 = re.compile(r"[0-9]{1,3}(?:[.．。｡][0-9]{1,3}){3}")
_IPV6 = re.compile(r"(?<![\w:])[0-9a-fA-F]{0,4}(?::[0-9a-fA-F]{0,4}){2,7}(?:\.[0-9]{1,3}){0,3}")
_MAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,10}")
_HASH = re.compile(r"(?<![0-9A-Za-z])[0-9A-Fa-f]{32,128}(?![0-9A-Za-z])")
_COUNTED = re.compile(r"\(\d{1,2}\)")
"""Lengths of labels, as the DNS server of Windows writes names."""

_ROWS = 5_000


class PlainLines(Reader):
    """Any text, a line at a time. It is no reader that is found by itself."""

    name: ClassVar[str] = "text.lines"
    title: ClassVar[str] = "text of unknown format"

    def recognises(self, head: Head) -> bool:
        """Never: it is taken where no other is."""
        del head
        return False

    def read(self, source: Source, context: ReadingContext) -> Iterator[Item]:
        """One record for each line that holds anything."""
        del context
        rows: list[dict[str, object]] = []
        with source.open() as stream:
            for line in text_lines(stream, sniff(source.head.data)):
                if not isinstance(line, TextLine):
                    reason = N_("the line is longer than {count} bytes").format(count=f"{LONGEST_LINE:,}")
                    yield unread(reason, offset=line.offset, length=line.length, line=line.line)
                elif held := _held(line.text):
                    rows.append({**held, "offset": line.offset, "length": line.length, "line": line.line})
                if len(rows) >= _ROWS:
                    yield _records(rows)
                    rows = []
        if rows:
            yield _records(rows)


def _records(rows: list[dict[str, object]]) -> Records:
    return Records(TEXT, pa.RecordBatch.from_struct_array(pa.array(rows, pa.struct(list(TEXT.schema)))))


def _held(text: str) -> dict[str, object]:
    if "(0)" in text:
        text += " " + " ".join(_COUNTED.sub(".", one).strip(".") for one in text.split() if one.endswith("(0)"))
    held: dict[str, object] = {}
    words = _NAME.findall(text)
    if names := [one for one in words if not _IPV4.fullmatch(one)]:
        held["text_domain"] = names
    addresses = [one for one in words if _IPV4.fullmatch(one)]
    if text.count(":") > 1:
        addresses += [one for one in _IPV6.findall(text) if len(one) > 2]
    if addresses:
        held["text_address"] = addresses
    if "@" in text and (mails := _MAIL.findall(text)):
        held["email_address"] = mails
    if hashes := _HASH.findall(text):
        held["hash_value"] = hashes
    if "://" in text and (urls := scan_urls(text)):
        held["url_original"] = [one.text for one in urls]
        held["url_domain"] = [one.value.partition("://")[2].partition("/")[0].rpartition("@")[2] for one in urls]
    return held
