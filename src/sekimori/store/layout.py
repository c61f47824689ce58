"""Where things stand in a workspace's folder.

workspace.json           format version, key of the packs
desk.sqlite              the desk database: catalogue, cases, indicators, audit log
segments/ORG/MONTH/ID/   table files and the pack of one segment; MONTH is that of arrival
patterns/ORG/            indicators as tables, derived from the desk database
mail-index/ORG/          the index over all mail, derived from the tables
locks/                   who is at work
spill/                   what questions too large for the memory put aside
reports/                 what `case open` and `report` wrote
"""

from dataclasses import dataclass
from pathlib import Path

__all__ = ["KEY_BYTES", "Layout"]

KEY_BYTES = 4096
"""Length of the key that what is kept of evidence is combined with."""


@dataclass(frozen=True, slots=True)
class Layout:
    """The paths of one workspace."""

    root: Path

    @property
    def settings(self) -> Path:
        """Format version and key."""
        return self.root / "workspace.json"

    @property
    def database(self) -> Path:
        """The desk database."""
        return self.root / "desk.sqlite"

    @property
    def segments(self) -> Path:
        """Folder of all segments."""
        return self.root / "segments"

    @property
    def patterns(self) -> Path:
        """Folder of the derived indicator tables."""
        return self.root / "patterns"

    @property
    def mail_index(self) -> Path:
        """Folder of the mail indexes."""
        return self.root / "mail-index"

    @property
    def locks(self) -> Path:
        """Folder of lock files."""
        return self.root / "locks"

    @property
    def reports(self) -> Path:
        """Folder of written reports."""
        return self.root / "reports"

    @property
    def spill(self) -> Path:
        """Folder of what questions too large for the memory put aside while they are answered."""
        return self.root / "spill"

    @property
    def triage(self) -> Path:
        """Folder of the organisations' own rules and lists for judging mails."""
        return self.root / "triage"

    @property
    def scrub_due(self) -> Path:
        """Stands here as long as deleted rows may still be found in the database's files."""
        return self.locks / "scrub.due"

    @property
    def own(self) -> frozenset[Path]:
        """Everything that the program itself keeps in the folder: none of it is evidence."""
        journals = (self.database.with_name(self.database.name + end) for end in ("-wal", "-shm", "-journal"))
        folders = (
            self.segments,
            self.patterns,
            self.mail_index,
            self.locks,
            self.spill,
            self.reports,
            self.triage,
        )
        return frozenset({self.settings, self.database, *journals, *folders})

    def segment(self, organisation: int, month: str, name: str) -> Path:
        """Folder of one segment."""
        return self.segments / str(organisation) / month / name
