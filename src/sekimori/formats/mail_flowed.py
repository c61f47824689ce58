"""Texts whose lines were broken for transport (format=flowed), with their paragraphs whole again.

Reference: RFC 3676, section 4.

    > a quoted line that goes on ·
    > and ends here
"""

import re

__all__ = ["unflowed"]

_QUOTES = re.compile(">*")
_SIGNATURE = "-- "
_LINES = 100_000


def unflowed(text: str, *, delsp: bool) -> str:
    """The text with flowed lines joined; with `delsp` without the blank that marks them. Lines end with `\\n`.

    In a text of very many lines quotations are not told apart.
    """
    if text.count("\n") > _LINES:
        return text.replace(" \n", "" if delsp else " ")
    out: list[str] = []
    flowing = -1  # the depth of quotation of the paragraph that goes on, -1 for none
    for line in text.split("\n"):
        depth = _QUOTES.match(line).end()  # type: ignore[union-attr]  # it matches nothing too
        content = line[depth:].removeprefix(" ") if line[depth : depth + 1] == " " else line[depth:]
        flows = content.endswith(" ") and content != _SIGNATURE
        if flows and delsp:
            content = content[:-1]
        if flowing == depth and content != _SIGNATURE:
            out.append(content)
        else:
            out.append("\n" if out else "")
            out.append(f"{'>' * depth} {content}" if depth else content)
        flowing = depth if flows else -1
    return "".join(out)
