"""Verdicts on mails that a person overruled, in the desk database."""

from datetime import UTC, datetime

from sqlalchemy import func, insert, select

from sekimori.model.organisation import Organisation
from sekimori.model.triage import Overruling, Verdict
from sekimori.store import tables
from sekimori.store.audit import record
from sekimori.store.workspace import Workspace
from sekimori.values import times

__all__ = ["Overrulings"]


class Overrulings:
    """What people of one organisation said in place of the program."""

    def __init__(self, workspace: Workspace, organisation: Organisation) -> None:
        self._workspace = workspace
        self._organisation = organisation.id

    def add(self, sha256: str, *, was: Verdict, verdict: Verdict, why: str, by: str) -> Overruling:
        """Keep a person's verdict on the mail of that hash."""
        at = datetime.now(UTC)
        row = {"sha256": sha256, "was": was.value, "verdict": verdict.value, "why": why, "by": by, "at": at}
        with self._workspace.writing() as connection:
            connection.execute(insert(tables.triage_overruling).values(organisation=self._organisation, **row))
            # No word of the reason: what is purged must not live on in the audit log.
            detail = {"was": was.value, "verdict": verdict.value}
            record(
                connection,
                by=by,
                organisation=self._organisation,
                action="triage.overrule",
                subject=sha256,
                detail=detail,
            )
        return Overruling(verdict=verdict, why=why, by=by, at=times.written(at))

    def newest(self, sha256: str) -> Overruling | None:
        """The verdict that counts for the mail of that hash; None where nobody overruled."""
        table = tables.triage_overruling
        own = (table.c.organisation == self._organisation) & (table.c.sha256 == sha256)
        with self._workspace.reading() as connection:
            row = connection.execute(select(table).where(own).order_by(table.c.id.desc()).limit(1)).first()
        if row is None:
            return None
        return Overruling(verdict=Verdict(row.verdict), why=row.why, by=row.by, at=times.written(row.at))

    def counts(self) -> dict[tuple[Verdict, Verdict], int]:
        """How often each verdict was overruled by each other: (the program's, the person's) -> count."""
        table = tables.triage_overruling
        query = (
            select(table.c.was, table.c.verdict, func.count())
            .where(table.c.organisation == self._organisation)
            .group_by(table.c.was, table.c.verdict)
        )
        with self._workspace.reading() as connection:
            rows = connection.execute(query).fetchall()
        return {(Verdict(was), Verdict(verdict)): int(count) for was, verdict, count in rows}
