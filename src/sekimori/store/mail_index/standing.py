"""What the catalogue says about mail as a whole, noted beside the index when it was last fed.

    standing    JSON: what the catalogue was like, and what it said then

All of it could be asked again at any time; with a hundred thousand mails that takes longer than a search. The note
holds as long as nothing was added to the catalogue; a purge removes the index, and the note with it.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sekimori.model.organisation import Organisation
from sekimori.store.mail_index.generation import replaced
from sekimori.store.mail_index.state import attachments_apart, delivery_logs, mail_count, opened_inside
from sekimori.store.workspace import Workspace

__all__ = ["Standing", "note_standing", "standing"]

_FILE = "standing"


@dataclass(frozen=True, slots=True)
class Standing:
    """How many mails there are; evidence that belongs to mails (see `state`), and logs with their names."""

    mails: int
    inside: Mapping[int, Sequence[int]]
    apart: Sequence[int]
    logs: Sequence[tuple[int, str]]


def standing(workspace: Workspace, organisation: Organisation, folder: Path | None) -> Standing:
    """The present standing: as noted in an index's folder where that still holds."""
    return (folder and _noted(folder, _mark(workspace))) or _asked(workspace, organisation)


def note_standing(workspace: Workspace, organisation: Organisation, folder: Path) -> None:
    """Note it for those who come later."""
    mark = _mark(workspace)  # first: what is added meanwhile makes the note void
    if _noted(folder, mark) is not None:
        return
    said = _asked(workspace, organisation)
    inside = {str(mail): list(opened) for mail, opened in said.inside.items()}
    content = {"mark": mark, "mails": said.mails, "inside": inside, "apart": said.apart, "logs": said.logs}
    replaced(folder / _FILE, json.dumps(content).encode())


def _mark(workspace: Workspace) -> list[int]:
    """Numbers that grow whenever evidence, or a place of evidence, is added."""
    return [row[0] or 0 for row in workspace.rows("select max(id) from segment union all select max(id) from place")]


def _asked(workspace: Workspace, organisation: Organisation) -> Standing:
    return Standing(
        mails=mail_count(workspace, organisation),
        inside=opened_inside(workspace, organisation),
        apart=attachments_apart(workspace, organisation),
        logs=delivery_logs(workspace, organisation),
    )


def _noted(folder: Path, mark: list[int]) -> Standing | None:
    try:
        found: dict[str, Any] = json.loads((folder / _FILE).read_bytes())
        if found["mark"] != mark:
            return None
        return Standing(
            mails=int(found["mails"]),
            inside={int(mail): opened for mail, opened in found["inside"].items()},
            apart=found["apart"],
            logs=[(evidence, name) for evidence, name in found["logs"]],
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
