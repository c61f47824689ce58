r"""Rich Text Format, as a document. Reference: Rich Text Format (RTF) Specification 1.9.1, Microsoft, 2008.

    {\rtf1\ansi\ansicpg932{\fonttbl{\f0\fcharset128 MS Mincho;}}\f0 \'8b\'63\u-28552?}

How it is read: `sekimori.formats.rtf_text`.
"""

from collections.abc import Iterator

from sekimori.formats import rtf_text
from sekimori.formats.document_text.limits import Budget

__all__ = ["pieces", "recognises"]


def recognises(data: bytes) -> bool:
    """Whether it begins as RTF does; Word takes a mark cut short (`{\\rt`) as well, which is used to hide."""
    return data[:64].lstrip().startswith(b"{\\rt")


def pieces(data: bytes, budget: Budget) -> Iterator[str]:  # noqa: ARG001 - bound by the size of the file
    """The text, some thousand tokens at a time."""
    yield from rtf_text.pieces(data)
