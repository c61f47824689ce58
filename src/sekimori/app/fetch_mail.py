"""`fetch`: mail from where it lives into the store, only what is new, in batches that are committed one by one."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sekimori.app.adding import context_of, settle
from sekimori.app.ingest import add
from sekimori.app.pieces import Input, Progress, silent
from sekimori.fetch.protocol import Event, Fetched, MailServer, State, Trouble
from sekimori.model.organisation import Organisation
from sekimori.store.fetching import fetch_states, keep_fetch_states
from sekimori.store.workspace import Workspace

__all__ = ["FetchedMail", "fetch_mail"]

BATCH_MAILS = 2_000
BATCH_BYTES = 64 << 20


@dataclass(slots=True, kw_only=True)
class FetchedMail:
    """What a fetch did: mails taken from the server, those new here, what could not be fetched or read."""

    mails: int = 0
    bytes: int = 0
    new: int = 0
    known: int = 0
    troubles: list[tuple[str, str]] = field(default_factory=list)
    unread: Counter[str] = field(default_factory=Counter)
    sightings: int = 0


def fetch_mail(
    workspace: Workspace,
    organisation: Organisation,
    server: MailServer,
    *,
    by: str,
    since: date | None = None,
    again: bool = False,
    progress: Progress = silent,
) -> FetchedMail:
    """Fetch what is new on a server and hunt the known indicators in it; `again` forgets what was fetched before.

    A folder's state is kept only once its mails are committed: a fetch that is broken off is gone on with by the next.
    """
    done = FetchedMail()
    context = context_of(organisation)
    events = server.events({} if again else fetch_states(workspace, organisation), since)
    batch = _Batch(events, done)
    while not batch.is_over:
        added = add(workspace, organisation, batch.inputs(), by=by, context=context, progress=progress)
        keep_fetch_states(workspace, organisation, batch.states, by=by)
        done.new += added.new
        done.known += added.known
        done.troubles += [*added.unreadable, *added.unread_evidence]
        done.unread.update(added.unread)
    done.sightings = settle(workspace, organisation, by=by, progress=progress)
    return done


class _Batch:
    """Cuts what a server yields into batches; `states` are those that hold once the batch is committed."""

    def __init__(self, events: Iterator[Event], done: FetchedMail) -> None:
        self._events, self._done = events, done
        self.states: dict[str, Any] = {}
        self.is_over = False

    def inputs(self) -> Iterator[Input]:
        """The mails of the next batch, one at a time."""
        self.states = {}
        mails = size = 0
        for event in self._events:
            match event:
                case Fetched():
                    mails, size = mails + 1, size + event.size
                    self._done.mails += 1
                    self._done.bytes += event.size
                    yield event.path, event.stream
                case State(folder, state):
                    self.states[folder] = state
                case Trouble(path, reason):
                    self._done.troubles.append((path, reason))
            if mails >= BATCH_MAILS or size >= BATCH_BYTES:
                return
        self.is_over = True
