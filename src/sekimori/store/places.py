"""Where evidence was found."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from sekimori.model.organisation import Organisation
from sekimori.store.workspace import Workspace

__all__ = ["Found", "places"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One place where evidence was found: its path, and the mailbox and container that it was in."""

    evidence: int
    path: str
    mailbox: str | None
    container: int | None


def places(workspace: Workspace, organisation: Organisation, ids: Sequence[int]) -> list[Found]:
    """Every place where evidence of these ids was found, each once, by evidence and in order of finding."""
    sql = (
        "select evidence, path, mailbox, container from place "
        "where organisation = ? and evidence in (select value from json_each(?)) order by evidence, id"
    )
    rows = workspace.rows(sql, [organisation.id, json.dumps(list(ids))])
    found = (Found(evidence=row[0], path=row[1], mailbox=row[2], container=row[3]) for row in rows)
    return list(dict.fromkeys(found))
