"""Tables as CSV for spreadsheets: every value as it is, none of them a formula."""

import csv
import io
import re
from collections.abc import Iterable, Sequence

__all__ = ["BOM", "csv_text", "harmless"]

BOM = "\ufeff"
"""Stands first in a CSV file, so that Excel takes it for UTF-8."""

# What spreadsheets take for the beginning of a formula, in the width of either (owasp.org/www-community/attacks/
# CSV_Injection); blanks before it are passed over by some.
_FORMULA = re.compile(r"\s*[=+\-@＝＋－＠|%]|[\t\r\n]")
_UNWRITABLE = re.compile("[\x00\ud800-\udfff]")


def csv_text(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table with a byte order mark, in RFC 4180's form."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows([harmless(value) for value in row] for row in rows)
    return BOM + out.getvalue()


def harmless(value: str) -> str:
    """The value with an apostrophe before what would be a formula; what UTF-8 lacks is replaced."""
    plain = _UNWRITABLE.sub("\ufffd", value)
    return f"'{plain}" if _FORMULA.match(plain) else plain
