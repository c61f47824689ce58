"""Files of lines: their text, whatever its encoding."""

import re

from sekimori.formats.encoding import decode_line, sniff

__all__ = ["is_text", "text_of"]

_HEAD = 1 << 16
_MARKUP = re.compile(rb"\s*(?:\{|\[\s*(?:[\[{\"\]]|[0-9]+\s*,)|<[!?a-zA-Z])")
_CONTROLS = bytes(set(range(32)) - set(b"\t\n\r\f\x1b\x1a"))


def is_text(data: bytes) -> bool:
    """Whether the file is lines of text: neither binary nor JSON, XML or HTML."""
    head = data[:_HEAD]
    if sniff(head).startswith("utf-16"):
        head = head.decode(sniff(head), "replace").encode("utf-8", "replace")
    head = head.removeprefix(b"\xef\xbb\xbf")
    binary = len(head) - len(head.translate(None, _CONTROLS))
    return bool(head.strip()) and binary * 100 <= len(head) and not head.startswith(b"%PDF") and not _MARKUP.match(head)


def text_of(data: bytes) -> str:
    """The whole text, without byte order mark; lines that are not valid in one encoding are read in another."""
    encoding = sniff(data[:_HEAD])
    if encoding.startswith("utf-16"):
        return data.decode(encoding, "backslashreplace").removeprefix("\ufeff")
    try:
        return data.decode("cp932" if encoding == "cp932" else "utf-8-sig")
    except UnicodeDecodeError:
        lines = data.removeprefix(b"\xef\xbb\xbf").split(b"\n")
        return "\n".join([decode_line(line, encoding) for line in lines])
