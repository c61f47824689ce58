"""What answering a case gives, apart from the verb: who only shows it needs nothing of what makes it."""

from dataclasses import dataclass
from pathlib import Path

from sekimori.model.report import CaseReport

__all__ = ["Answer"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A case's report and the files it was written to; whether the case was opened just now."""

    report: CaseReport
    files: dict[str, Path]
    is_new: bool
