"""What every place that mail is fetched from has in common.

A server yields mails, states and troubles in order. A `State` holds once every mail before it is kept: who takes the
mails keeps it then, and hands it in at the next fetch. So a fetch that is broken off loses nothing and doubles nothing.
"""

import random
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from tempfile import SpooledTemporaryFile
from typing import Any, BinaryIO, cast

__all__ = [
    "Event",
    "Fetched",
    "MailServer",
    "Retries",
    "State",
    "States",
    "Trouble",
    "left_out_before",
    "path_of",
    "spool",
    "start_over",
]

SPOOL_BYTES = 4 << 20
"""A mail up to this size is kept in memory while it is taken in, a larger one in a temporary file."""

States = Mapping[str, Mapping[str, Any]]
"""What was kept last, by folder (`path_of` without marks)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """One mail, whole, from its beginning. `path` says where it was, and `;SEEN` at its end that it was read there."""

    path: str
    stream: BinaryIO
    size: int


@dataclass(frozen=True, slots=True)
class State:
    """How far a folder was fetched."""

    folder: str
    state: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Trouble:
    """What could not be fetched, and why; the fetch goes on with the next."""

    path: str
    reason: str


Event = Fetched | State | Trouble


@dataclass(frozen=True, slots=True, kw_only=True)
class Retries:
    """How often to try, with pauses (seconds) that double; `wait` is replaced by tests."""

    tries: int = 6
    first_pause: float = 1.0
    longest_pause: float = 300.0
    wait: Callable[[float], None] = time.sleep

    def pause(self, attempt: int, asked: float | None = None) -> None:
        """Wait after the failed attempt (from 0), as long as the server asked for where it did."""
        own = self.first_pause * 2**attempt * random.uniform(1.0, 1.25)  # noqa: S311 no secret, only spread
        self.wait(min(self.longest_pause, own if asked is None else max(0.0, asked)))


class MailServer(ABC):
    """A place that mail is fetched from. `name` is the word before `://` in its paths."""

    name: str

    @abstractmethod
    def events(self, states: States, since: date | None) -> Iterator[Event]:
        """Everything that `states` do not cover, received on or after `since`. Nothing on the server changes."""


def path_of(scheme: str, server: str, user: str, folder: str = "", **marks: object) -> str:
    """The path of a folder or mail: `imap://server/user/Folder;UIDVALIDITY=1;UID=5;SEEN`; a mark of True is bare.

    Percent signs, semicolons and what else would be misread are percent-encoded; Japanese is kept.
    """
    names = "/".join(_quoted(part, "/\\") for part in (server, user))
    ending = "".join(f";{name}" if value is True else f";{name}={value}" for name, value in marks.items() if value)
    return f"{scheme}://{names}/{_quoted(folder, '')}{ending}"


def _quoted(text: str, also: str) -> str:
    avoided = "%;!?#" + also
    return "".join(
        "".join(f"%{byte:02X}" for byte in char.encode("utf-8", "surrogatepass"))
        if char in avoided or not char.isprintable()
        else char
        for char in text
    )


def start_over(state: Mapping[str, Any], since: date | None) -> bool:
    """Whether a state is of no use since it left out mails that are asked for now."""
    kept = state.get("since")
    return kept is not None and (since is None or since.isoformat() < str(kept))


def left_out_before(state: Mapping[str, Any], since: date | None) -> str | None:
    """The day before which some mails were never fetched, after one more fetch from `since` on; None where all were."""
    return max(filter(None, (state.get("since"), since and since.isoformat())), default=None)


def spool() -> BinaryIO:
    """A temporary file that stays in memory while it is small."""
    return cast("BinaryIO", SpooledTemporaryFile(max_size=SPOOL_BYTES))
