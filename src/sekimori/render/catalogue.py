"""The messages of one language: a catalogue as gettext's tools keep it (PO), read when it is first needed.

    msgid "one {count}"
    msgid_plural "many {count}"
    msgstr[0] "…"

Only what the project's own catalogue needs: no contexts, one form for all numbers, texts in double quotes with `\\n`,
`\\"` and `\\\\`.
Reference: gnu.org/software/gettext/manual, "The Format of PO Files".
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

__all__ = ["Catalogue"]

_LINE = re.compile(r'(?:(msgid|msgid_plural|msgstr|msgstr\[0\]) )?"(.*)"')
_ESCAPED = re.compile(r"\\(.)")
_MEANT = {"n": "\n", "t": "\t"}


@dataclass(frozen=True, slots=True, eq=False)
class Catalogue:
    """Translations by message: of plain messages, and of those with a plural by their singular. May be empty.

    Equal to itself alone, so that a `Translator` can be a key.
    """

    plain: dict[str, str] = field(default_factory=dict)
    plural: dict[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, lines: Iterable[str]) -> "Catalogue":
        """A catalogue from the lines of its file; lines that are no part of a message are passed over."""
        found = cls()
        entry: dict[str, str] = {}
        key = ""
        for line in lines:
            part = _LINE.fullmatch(line.rstrip())
            if part is None:
                continue
            if part[1] == "msgid":
                found._keep(entry)
                entry = {}
            key = part[1] or key
            text = part[2] if "\\" not in part[2] else _ESCAPED.sub(lambda one: _MEANT.get(one[1], one[1]), part[2])
            entry[key] = entry.get(key, "") + text
        found._keep(entry)
        return found

    def gettext(self, message: str) -> str:
        """The translation; the message itself where there is none."""
        return self.plain.get(message) or message

    def ngettext(self, one: str, many: str, count: int) -> str:
        """The translation for a number; where there is none, the form of English."""
        return self.plural.get(one) or (one if count == 1 else many)

    def _keep(self, entry: dict[str, str]) -> None:
        if "msgid_plural" in entry:
            self.plural[entry["msgid"]] = entry.get("msgstr[0]", "")
        elif entry.get("msgid"):  # an empty one is the header
            self.plain[entry["msgid"]] = entry.get("msgstr", "")
