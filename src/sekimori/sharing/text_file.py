"""Files of lines: their text, whatever its encoding."""

import re

from sekimori.formats.encoding import decode_line, sniff

__all__ = ["is_text", "json_text", "text_of"]

_HEAD = 1 << 16
_MARKUP = re.compile(rb"\s*(?:\{|\[\s*(?:[\[{\"\]]|[0-9]+\s*,)|<[!?a-zA-Z])")
_CONTROLS = bytes(set(range(32)) - set(b"\t\n\r\f\x1b\x1a"))


def is_text(data: bytes) -> bool:
    """Whether the file is lines of text: neither binary nor JSON, XML or HTML.

    Control characters in a few of its lines cost these lines only.
    """
    head = data[:_HEAD]
    if sniff(head).startswith("utf-16"):
        head = head.decode(sniff(head), "replace").encode("utf-8", "replace")
    head = head.removeprefix(b"\xef\xbb\xbf")
    return bool(head.strip()) and not (_is_binary(head) or head.startswith(b"%PDF") or _MARKUP.match(head))


def _is_binary(head: bytes) -> bool:
    """Whether more than a hundredth are control characters, and more than half of the lines hold any."""
    if (len(head) - len(head.translate(None, _CONTROLS))) * 100 <= len(head):
        return False
    lines = [line for line in head.split(b"\n") if line.strip()]
    return sum(len(line) != len(line.translate(None, _CONTROLS)) for line in lines) * 2 > len(lines)


def json_text(data: bytes) -> bytes | None:
    """A file that begins as JSON does, in UTF-8 without byte order mark; None for any other."""
    data = data.removeprefix(b"\xef\xbb\xbf").lstrip()
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        data = data.decode("utf-16", "replace").encode("utf-8", "replace")
    return data if data.startswith((b"{", b"[")) else None


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
