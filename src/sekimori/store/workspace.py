"""A workspace: one folder with everything in it."""

import json
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from sekimori.model.organisation import Organisation, Profile
from sekimori.store.database import Database, Value
from sekimori.store.errors import (
    NewerWorkspace,
    NoSuchOrganisation,
    NotAWorkspace,
    NothingSaid,
    WorkspaceBusy,
    WorkspaceError,
    WorkspaceExists,
    room_told,
)
from sekimori.store.layout import KEY_BYTES, Layout
from sekimori.store.profiles import profile_from_json
from sekimori.values.wording import N_

if TYPE_CHECKING:
    from filelock import FileLock
    from sqlalchemy import Connection

    from sekimori.store.engine import QueryEngine

__all__ = ["FORMAT", "Workspace"]

FORMAT = 1
"""Version of the folder's layout; the desk database has its own (`database.LATEST`)."""

DEFAULT_ORGANISATION = "default"


class Workspace:
    """An open workspace. Close it, or use it as a context."""

    def __init__(self, folder: Path) -> None:
        self.layout = Layout(folder.resolve())
        self._engine: QueryEngine | None = None
        self.key = _key(self.layout)
        if not self.layout.database.is_file():
            message = N_("{path} is missing: without it the workspace cannot be read")
            raise WorkspaceError(message.format(path=self.layout.database))
        self.database = Database(self.layout.database)
        self.database.upgrade()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the query engine and the database."""
        if self._engine is not None:
            self._engine.close()
        self.database.close()

    @property
    def engine(self) -> "QueryEngine":
        """The query engine over the evidence tables. Imported only when asked for, as all that is slow to import."""
        if self._engine is None:
            self._engine = import_module("sekimori.store.engine").QueryEngine(self.layout.spill)
        return self._engine

    @classmethod
    def create(cls, folder: Path, *, by: str, organisation: str = DEFAULT_ORGANISATION) -> "Workspace":
        """Make a workspace in `folder`, which must be empty or not there yet, with one organisation."""
        layout = Layout(folder)
        if layout.settings.exists():
            raise WorkspaceExists(folder, N_("it is a workspace already"))
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise WorkspaceExists(folder, N_("it is not an empty folder"))
        with room_told(folder):
            for path in (layout.segments, layout.patterns, layout.locks, layout.reports):
                path.mkdir(parents=True)
            database = Database(layout.database)
            database.upgrade()
            import_module("sekimori.store.organising").insert_organisation(database, organisation, Profile(), by)
            database.close()
            # Last, and in one step: a folder with settings is a workspace.
            draft = layout.settings.with_suffix(".new")
            draft.write_text(json.dumps({"format": FORMAT, "key": secrets.token_bytes(KEY_BYTES).hex()}))
            draft.replace(layout.settings)
        return cls(folder)

    def organisations(self) -> list[Organisation]:
        """All organisations, by name."""
        rows = self.rows("select id, name, profile from organisation order by name")
        return [
            Organisation(id=id_, name=name, profile=profile_from_json(json.loads(said))) for id_, name, said in rows
        ]

    def organisation(self, name: str | None = None) -> Organisation:
        """The organisation of that name, or the only one; raises `NoSuchOrganisation`."""
        all_ = self.organisations()
        chosen = [one for one in all_ if name is None or one.name == name]
        if len(chosen) != 1:
            raise NoSuchOrganisation(name, [one.name for one in all_])
        return chosen[0]

    def add_organisation(self, name: str, *, by: str, profile: Profile | None = None) -> Organisation:
        """Add an organisation; raises `OrganisationExists`, and `NothingSaid` for a name of blanks."""
        if not name.strip():
            raise NothingSaid(N_("an organisation needs a name that is not blank"))
        organising = import_module("sekimori.store.organising")
        made: Organisation = organising.insert_organisation(self.database, name, profile or Profile(), by)
        return made

    def set_profile(self, organisation: Organisation, profile: Profile, *, by: str) -> None:
        """Replace an organisation's profile."""
        import_module("sekimori.store.organising").update_profile(self.database, organisation, profile, by)

    @contextmanager
    def lock(self, name: str, *, timeout: float = 600) -> Iterator[None]:
        """Hold the lock `name` of this workspace; raises `WorkspaceBusy` after `timeout` seconds."""
        lock = self.lock_of(name)
        try:
            lock.acquire(timeout=timeout)
        except TimeoutError as error:
            raise WorkspaceBusy(name) from error
        try:
            yield
        finally:
            lock.release()

    def lock_of(self, name: str) -> "FileLock":
        """The lock file `name`, not yet held. The system frees it when its process ends, however it ends."""
        lock: FileLock = import_module("filelock").FileLock(self.layout.locks / f"{name}.lock", thread_local=False)
        return lock

    def rows(self, sql: str, values: Sequence[Value] = ()) -> list[tuple[Any, ...]]:
        """The rows of the desk database that answer a short question in SQL (see `database`)."""
        return self.database.rows(sql, values)

    @contextmanager
    def writing(self) -> "Iterator[Connection]":
        """A transaction on the desk database that writes."""
        with self.database.writing() as connection:
            yield connection

    @contextmanager
    def reading(self) -> "Iterator[Connection]":
        """A transaction on the desk database that reads."""
        with self.database.reading() as connection:
            yield connection


def _key(layout: Layout) -> bytes:
    """The key of the packs, from settings that this program understands."""
    try:
        settings = json.loads(layout.settings.read_bytes())
        found = int(settings["format"])
        if found > FORMAT:
            raise NewerWorkspace(layout.root, f"format {found}", f"format {FORMAT}")
        key = bytes.fromhex(settings["key"])
        if len(key) != KEY_BYTES:
            raise ValueError(f"its key has {len(key)} bytes, not {KEY_BYTES}")
    except (FileNotFoundError, NotADirectoryError):
        raise NotAWorkspace(layout.root) from None
    except (ValueError, TypeError, KeyError, OSError, RecursionError) as error:
        message = N_("{path} is damaged: {error}")
        detail = f"{type(error).__name__}: {error}"
        raise WorkspaceError(message.format(path=layout.settings, error=detail)) from error
    return key
