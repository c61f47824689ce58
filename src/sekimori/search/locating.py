"""Where a text that was looked for stands in a text as it was written, though both were folded to compare them."""

import re
from functools import lru_cache

from sekimori.values.text import fold

__all__ = ["Span", "spans_of"]

Span = tuple[int, int]
"""First character and end."""

_TOKEN = re.compile(r"\S+|\s+")
# A character with the marks that belong to it: half-width voicing marks and combining ones.
_CLUSTER = re.compile("(?s).[\u0300-\u036f\u20d0-\u20ff\u3099\u309a\uff9e\uff9f\ufe00-\ufe0f]*")
# The wide characters between which a line break is none; as those of the index (store.mail_index.folding).
_WIDE = re.compile(
    "[\u2e80-\u2fdf\u3001-\ua4cf\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\ufe30-\ufe6f\uff01-\uffe6\U00020000-\U0003ffff]"
)


def spans_of(text: str, parts: tuple[str, ...]) -> list[Span] | None:
    """Where the parts stand in the text, one behind the other, the earliest; None where one does not.

    Blanks are as one blank; a line break between two wide characters is none at all.
    """
    folded, starts, ends = _Folding(text).whole()
    spans, at = [], 0
    for part in parts:
        wanted = _wanted(part)
        found = folded.find(wanted, at)
        if found < 0 or not wanted:
            return None
        at = found + len(wanted)
        spans.append((starts.at(found), ends.at(at - 1)))
    return spans


@lru_cache(maxsize=64)
def _wanted(part: str) -> str:
    return _Folding(part).whole()[0].strip()


class _Places:
    """From characters of a folded text to those of the text as written, worked out where it is asked."""

    def __init__(self, text: str, tokens: list[tuple[int, int, str]], *, is_end: bool) -> None:
        self._text, self._tokens, self._is_end = text, tokens, is_end

    def at(self, place: int) -> int:
        """Where the character at `place` of the folded text begins in the text as written, or ends."""
        length = 0
        for start, end, folded in self._tokens:
            if place < length + len(folded):
                return self._within(start, end, place - length)
            length += len(folded)
        return len(self._text)

    def _within(self, start: int, end: int, place: int) -> int:
        token = self._text[start:end]
        if token.isspace():
            return end if self._is_end else start
        for cluster in _CLUSTER.finditer(token):
            place -= len(_folded(cluster[0]))
            if place < 0:
                return start + (cluster.end() if self._is_end else cluster.start())
        return end


class _Folding:
    """A text, token by token, folded."""

    def __init__(self, text: str) -> None:
        self._text = text

    def whole(self) -> tuple[str, _Places, _Places]:
        """The folded text, and where its characters begin and end in the text as written."""
        text = self._text
        tokens = [(*found.span(), _folded(found[0])) for found in _TOKEN.finditer(text)]
        for index, (start, end, _) in enumerate(tokens):
            if text[start].isspace():
                before = tokens[index - 1][2] if index else ""
                after = tokens[index + 1][2] if index + 1 < len(tokens) else ""
                tokens[index] = (start, end, _blank(before, text[start:end], after))
        folded = "".join(token for _, _, token in tokens)
        return folded, _Places(text, tokens, is_end=False), _Places(text, tokens, is_end=True)


def _blank(before: str, blank: str, after: str) -> str:
    """What blanks between two folded tokens become."""
    is_break = "\n" in blank or "\r" in blank
    return "" if is_break and _WIDE.match(before[-1:]) and _WIDE.match(after[:1]) else " "


@lru_cache(maxsize=65536)
def _folded(token: str) -> str:
    return fold(token)
