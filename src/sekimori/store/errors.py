"""What can go wrong with a workspace, one class a cause. All are `WorkspaceError`."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

__all__ = [
    "NewerWorkspace",
    "NoRoom",
    "NoSuchOrganisation",
    "NoSuchThing",
    "NotAWorkspace",
    "OrganisationExists",
    "StandsWithin",
    "WorkspaceBusy",
    "WorkspaceChanged",
    "WorkspaceError",
    "WorkspaceExists",
    "room_told",
]

_NO_ROOM = {errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC)}


class WorkspaceError(Exception):
    """Something is wrong with the workspace or with what was asked of it."""


class NotAWorkspace(WorkspaceError):
    """The folder holds no workspace."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        super().__init__(f"{folder} is not a workspace; make one with: sekimori init {folder}")


class WorkspaceExists(WorkspaceError):
    """A workspace was to be made where something already is."""

    def __init__(self, folder: Path, why: str) -> None:
        self.folder = folder
        super().__init__(f"cannot make a workspace in {folder}: {why}")


class NewerWorkspace(WorkspaceError):
    """The workspace was written by a newer version of the program."""

    def __init__(self, folder: Path, found: str, known: str) -> None:
        self.folder, self.found, self.known = folder, found, known
        super().__init__(
            f"{folder} was written by a newer version (its schema is {found}, this program knows up to {known}); "
            "upgrade the program to open it"
        )


class WorkspaceBusy(WorkspaceError):
    """Another process holds the lock that is needed."""

    def __init__(self, what: str) -> None:
        super().__init__(f"another process is busy with this workspace ({what}); try again when it has finished")


class NoRoom(WorkspaceError):
    """The disk is full, or a quota is reached. Nothing that was committed before is lost."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        super().__init__(f"no room left on the disk of {folder}; what was committed is kept, the rest was not added")


@contextmanager
def room_told(folder: Path) -> Iterator[None]:
    """Say a full disk, a quota and a limit on file sizes as `NoRoom`; other errors pass."""
    try:
        yield
    except OSError as error:
        if error.errno in _NO_ROOM:
            raise NoRoom(folder) from error
        raise


class WorkspaceChanged(WorkspaceError):
    """Evidence was purged while it was being asked for: the answer would have holes in it."""

    def __init__(self) -> None:
        super().__init__("evidence was purged by another process while this one was reading; ask again")


class StandsWithin(WorkspaceError):
    """Evidence was to be purged whose bytes also stand in other evidence that would stay."""

    def __init__(self, evidence: int, containers: list[tuple[int, str]]) -> None:
        self.evidence, self.containers = evidence, containers
        names = ", ".join(f"e-{id_} ({name})" for id_, name in containers)
        super().__init__(f"the bytes of e-{evidence} also stand within {names}; nothing was purged: purge these too")


class OrganisationExists(WorkspaceError):
    """An organisation was to be added whose name is taken."""

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(f"an organisation is called {name!r} already")


class NoSuchOrganisation(WorkspaceError):
    """No organisation of that name, or none was named where there are several."""

    def __init__(self, name: str | None, known: list[str]) -> None:
        self.name, self.known = name, known
        names = ", ".join(known)
        if name is None:
            super().__init__(f"this workspace holds several organisations ({names}); name one with --organisation")
        else:
            super().__init__(f"no organisation is called {name!r} here; known: {names}")


class NoSuchThing(WorkspaceError):
    """No case, sighting or evidence of that name."""

    def __init__(self, what: str, name: str) -> None:
        self.what, self.name = what, name
        super().__init__(f"there is no {what} {name} in this workspace")
