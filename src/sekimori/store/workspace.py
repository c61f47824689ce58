"""A workspace: one folder with everything in it."""

import json
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

from filelock import FileLock, Timeout
from sqlalchemy import Connection, Row, insert, select, update

from sekimori.model.organisation import Organisation, Profile
from sekimori.store import tables
from sekimori.store.audit import record
from sekimori.store.database import Database
from sekimori.store.errors import NewerWorkspace, NoSuchOrganisation, NotAWorkspace, WorkspaceBusy, WorkspaceExists
from sekimori.store.layout import Layout
from sekimori.store.originals import KEY_BYTES
from sekimori.store.profiles import profile_from_json, profile_to_json

__all__ = ["FORMAT", "Workspace"]

FORMAT = 1
"""Version of the folder's layout; the desk database has its own (`database.LATEST`)."""

DEFAULT_ORGANISATION = "default"


class Workspace:
    """An open workspace. Close it, or use it as a context."""

    def __init__(self, folder: Path) -> None:
        self.layout = Layout(folder.resolve())
        settings = _settings(self.layout)
        self.key = bytes.fromhex(str(settings["key"]))
        self.database = Database(self.layout.database)
        self.database.upgrade()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the database."""
        self.database.close()

    @classmethod
    def create(cls, folder: Path, *, by: str, organisation: str = DEFAULT_ORGANISATION) -> "Workspace":
        """Make a workspace in `folder`, which must be empty or not there yet, with one organisation."""
        layout = Layout(folder)
        if layout.settings.exists():
            raise WorkspaceExists(folder, "it is a workspace already")
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise WorkspaceExists(folder, "it is not an empty folder")
        for path in (layout.segments, layout.patterns, layout.locks, layout.reports):
            path.mkdir(parents=True)
        # Last, and in one step: a folder with settings is a workspace.
        draft = layout.settings.with_suffix(".new")
        draft.write_text(json.dumps({"format": FORMAT, "key": secrets.token_bytes(KEY_BYTES).hex()}))
        draft.replace(layout.settings)
        workspace = cls(folder)
        workspace.add_organisation(organisation, by=by)
        return workspace

    def organisations(self) -> list[Organisation]:
        """All organisations, by name."""
        table = tables.organisation
        with self.database.reading() as connection:
            rows = connection.execute(select(table).order_by(table.c.name)).fetchall()
        return [Organisation(id=row.id, name=row.name, profile=profile_from_json(row.profile)) for row in rows]

    def organisation(self, name: str | None = None) -> Organisation:
        """The organisation of that name, or the only one; raises `NoSuchOrganisation`."""
        all_ = self.organisations()
        chosen = [one for one in all_ if name is None or one.name == name]
        if len(chosen) != 1:
            raise NoSuchOrganisation(name, [one.name for one in all_])
        return chosen[0]

    def add_organisation(self, name: str, *, by: str, profile: Profile | None = None) -> Organisation:
        """Add an organisation."""
        content = profile_to_json(profile or Profile())
        with self.database.writing() as connection:
            values = {"name": name, "profile": content, "created": datetime.now(UTC)}
            row = connection.execute(insert(tables.organisation).values(**values))
            id_ = _new_id(row.inserted_primary_key)
            record(connection, by=by, organisation=id_, action="organisation.add", subject=name, detail={})
        return Organisation(id=id_, name=name, profile=profile or Profile())

    def set_profile(self, organisation: Organisation, profile: Profile, *, by: str) -> None:
        """Replace an organisation's profile."""
        table = tables.organisation
        content = profile_to_json(profile)
        with self.database.writing() as connection:
            connection.execute(update(table).where(table.c.id == organisation.id).values(profile=content))
            detail = {"before": profile_to_json(organisation.profile), "after": content}
            record(
                connection,
                by=by,
                organisation=organisation.id,
                action="organisation.profile",
                subject=organisation.name,
                detail=detail,
            )

    @contextmanager
    def lock(self, name: str, *, timeout: float = 600) -> Iterator[None]:
        """Hold the lock `name` of this workspace; raises `WorkspaceBusy` after `timeout` seconds."""
        lock = self.lock_of(name)
        try:
            lock.acquire(timeout=timeout)
        except Timeout as error:
            raise WorkspaceBusy(name) from error
        try:
            yield
        finally:
            lock.release()

    def lock_of(self, name: str) -> FileLock:
        """The lock file `name`, not yet held. The system frees it when its process ends, however it ends."""
        return FileLock(self.layout.locks / f"{name}.lock", thread_local=False)

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction on the desk database that writes."""
        with self.database.writing() as connection:
            yield connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction on the desk database that reads."""
        with self.database.reading() as connection:
            yield connection


def _settings(layout: Layout) -> dict[str, object]:
    try:
        settings = json.loads(layout.settings.read_text())
    except (FileNotFoundError, NotADirectoryError):
        raise NotAWorkspace(layout.root) from None
    if int(settings["format"]) > FORMAT:
        raise NewerWorkspace(layout.root, f"format {settings['format']}", f"format {FORMAT}")
    return dict(settings)


def _new_id(key: Row[Any] | None) -> int:
    assert key is not None
    return int(key[0])
