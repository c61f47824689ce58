"""Exit codes, the same for every command."""

from enum import IntEnum

__all__ = ["Exit"]


class Exit(IntEnum):
    """What a command ends with."""

    DONE = 0
    """Done, whatever was found."""
    USAGE = 2
    """The command line, a file given for reading, or a value in it is wrong, or what was asked for is refused."""
    NOT_FOUND = 3
    """No such organisation, case, sighting or evidence."""
    WORKSPACE = 4
    """The workspace cannot be used: there is none, it is busy, damaged or of a newer version."""
    NO_ROOM = 5
    """The disk is full; what was committed before is kept."""
    UNREAD = 6
    """With `--strict`: done, but some of the input could not be read."""
    SEEN = 10
    """With `--fail-if-seen`: done, and an indicator was seen."""
