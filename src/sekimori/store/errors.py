"""What can go wrong with a workspace, one class a cause. All are `WorkspaceError`."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sekimori.values.wording import N_

__all__ = [
    "NewerWorkspace",
    "NoRoom",
    "NoSuchOrganisation",
    "NoSuchThing",
    "NotAWorkspace",
    "NothingSaid",
    "OrganisationExists",
    "Refused",
    "SeveralSuchThings",
    "StandsWithin",
    "TableFault",
    "WorkspaceBusy",
    "WorkspaceChanged",
    "WorkspaceError",
    "WorkspaceExists",
    "room_told",
]

_NO_ROOM = {errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC)}


class WorkspaceError(Exception):
    """Something is wrong with the workspace or with what was asked of it."""


class Refused(WorkspaceError):
    """What was asked for cannot be done; the workspace itself is well, and as it was before."""


class NothingSaid(Refused):
    """A text that must say something is empty or all blanks."""


class NotAWorkspace(WorkspaceError):
    """The folder holds no workspace."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        super().__init__(N_("{folder} is not a workspace; make one with: sekimori init {folder}").format(folder=folder))


class WorkspaceExists(WorkspaceError):
    """A workspace was to be made where something already is."""

    def __init__(self, folder: Path, why: str) -> None:
        self.folder = folder
        super().__init__(N_("cannot make a workspace in {folder}: {reason}").format(folder=folder, reason=why))


class NewerWorkspace(WorkspaceError):
    """The workspace was written by a newer version of the program."""

    def __init__(self, folder: Path, found: str, known: str) -> None:
        self.folder, self.found, self.known = folder, found, known
        message = N_(
            "{folder} was written by a newer version (its schema is {found}, this program knows up to {known}); "
            "upgrade the program to open it"
        )
        super().__init__(message.format(folder=folder, found=found, known=known))


class WorkspaceBusy(WorkspaceError):
    """Another process holds the lock that is needed."""

    def __init__(self, what: str) -> None:
        message = N_("another process is busy with this workspace ({what}); try again when it has finished")
        super().__init__(message.format(what=what))


class NoRoom(WorkspaceError):
    """The disk is full, or a quota is reached. Nothing that was committed before is lost."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        message = N_("no room left on the disk of {folder}; what was committed is kept, the rest was not added")
        super().__init__(message.format(folder=folder))


@contextmanager
def room_told(folder: Path) -> Iterator[None]:
    """Say a full disk, a quota and a limit on file sizes as `NoRoom`; other errors pass."""
    try:
        yield
    except OSError as error:
        if error.errno in _NO_ROOM:
            raise NoRoom(folder) from error
        raise


class TableFault(WorkspaceError):
    """A table file that the catalogue names is not there, or cannot be read from beginning to end."""

    def __init__(self, path: Path) -> None:
        self.path = path
        damaged = N_("{path} is damaged; restore it from a copy of the workspace")
        missing = N_("{path} is missing; restore it from a copy of the workspace")
        super().__init__((damaged if path.exists() else missing).format(path=path))


class WorkspaceChanged(WorkspaceError):
    """Evidence was purged while it was being asked for: the answer would have holes in it."""

    def __init__(self) -> None:
        super().__init__(N_("evidence was purged by another process while this one was reading; ask again"))


class StandsWithin(Refused):
    """Evidence was to be purged whose bytes also stand in other evidence that would stay."""

    def __init__(self, evidence: int, containers: list[tuple[int, str]]) -> None:
        self.evidence, self.containers = evidence, containers
        names = ", ".join(f"e-{id_} ({name})" for id_, name in containers)
        message = N_("the bytes of e-{evidence} also stand within {names}; nothing was purged: purge these too")
        super().__init__(message.format(evidence=evidence, names=names))


class OrganisationExists(Refused):
    """An organisation was to be added whose name is taken."""

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(N_("an organisation is called {name} already").format(name=repr(name)))


class NoSuchOrganisation(WorkspaceError):
    """No organisation of that name, or none was named where there are several."""

    def __init__(self, name: str | None, known: list[str]) -> None:
        self.name, self.known = name, known
        names = ", ".join(known)
        if name is None:
            message = N_("this workspace holds several organisations ({names}); name one with --organisation")
        else:
            message = N_("no organisation is called {name} here; known: {names}")
        super().__init__(message.format(name=repr(name), names=names))


class NoSuchThing(WorkspaceError):
    """No case, sighting or evidence of that name."""

    def __init__(self, what: str, name: str) -> None:
        self.what, self.name = what, name
        super().__init__(N_("there is no {what} {name} in this workspace").format(what=what, name=name))


class SeveralSuchThings(NoSuchThing):
    """A name that several cases, sightings or pieces of evidence have."""

    def __init__(self, what: str, name: str, found: list[str]) -> None:
        super().__init__(what, name)
        self.found = found
        message = N_("{name} may be {names}: name one of these")
        self.args = (message.format(name=name, names=", ".join(found)),)
