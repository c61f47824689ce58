"""Times searches in a workspace, in one process: python -m benchmarks.mail_queries WORKSPACE [one].

Each sort is strings of one to six characters cut by chance out of the texts. Prints JSON: for each sort the 95th
percentile of the first page of 20 with excerpts, of finding that page alone, and of the whole answer, in milliseconds.
For what is done with a whole answer (`HANDED_OUT`), of which the strings are of all sorts: the 95th percentile of
searching and doing it, and how many mails the largest answer has. With `one`, only ten pages with excerpts: for the
memory of a reader.
"""

import json
import random
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from sekimori.app import searching
from sekimori.app.deliveries import deliveries
from sekimori.app.export_format import Format
from sekimori.app.exporting import export
from sekimori.app.searching import shown
from sekimori.model.query import Contains, Field, Query
from sekimori.store.mail_index.folding import FIELD_END, VALUE_END
from sekimori.store.mail_index.mails import Part
from sekimori.store.mail_index.state import mail_evidence
from sekimori.store.mail_index.stored import mails
from sekimori.store.mail_search import MailSearch
from sekimori.store.reading import Reading
from sekimori.store.workspace import Workspace

SORTS = ("Japanese", "Latin inside words", "cut anywhere", "within addresses")
HANDED_OUT = ("--mailboxes", "--export csv")
PAGES, WHOLES = 100, 40
_TEXTS = 1_000
_ADDRESSES = (Part.FROM, Part.SENDER, Part.TO, Part.CC, Part.URL, Part.DOMAIN)


def main(folder: str, only: str = "") -> None:
    """Ask, time, print."""
    with Workspace(Path(folder)) as workspace, MailSearch(workspace, workspace.organisation()) as search:
        if only:
            for text in ("example", "の", "kernel", "tion", "管理") * 2:
                _first_page(search, Contains(Field.ANY, (text,)))
            return
        texts, addresses = _texts(workspace)
        chance = random.Random(1)
        figures = {}
        every: list[Contains] = []
        for sort in SORTS:
            of = addresses if sort == "within addresses" else texts
            asked = [Contains(Field.ANY, (_cut(of, chance, sort),)) for _ in range(PAGES)]
            every += asked[: WHOLES // len(SORTS)]
            seen = sorted(_milliseconds(partial(_first_page, search, one)) for one in asked)
            pages = sorted(_milliseconds(partial(search.page, one, limit=20)) for one in asked)
            wholes = sorted(_milliseconds(partial(search.all, one), runs=1) for one in asked[:WHOLES])
            figures[sort] = [times[len(times) * 95 // 100] for times in (seen, pages, wholes)]
        with tempfile.TemporaryDirectory() as to:
            figures |= {what: _handed_out(workspace, what, every, Path(to)) for what in HANDED_OUT}
    sys.stdout.write(json.dumps(figures))


def _first_page(search: MailSearch, query: Query) -> None:
    shown(search, query, search.page(query, limit=20))


def _handed_out(workspace: Workspace, what: str, asked: Sequence[Query], to: Path) -> list[float]:
    """What a command does after it has opened the workspace, for each question."""
    organisation = workspace.organisation()
    counts = []

    def answer(query: Query) -> None:
        ids = searching.every(workspace, organisation, query).ids
        counts.append(len(ids))
        if what == "--mailboxes":
            deliveries(workspace, organisation, ids)
        else:
            hits = searching.hits_of(workspace, organisation, query, ids)
            export(workspace, organisation, hits, Format.CSV, to / "table.csv", force=True)

    times = sorted(_milliseconds(partial(answer, query), runs=1) for query in asked)
    return [times[len(times) * 95 // 100], max(counts)]


def _texts(workspace: Workspace) -> tuple[list[str], list[str]]:
    """The texts of some mails, and their addresses, host names and URLs apart."""
    ids = mail_evidence(workspace, workspace.organisation())
    with Reading(workspace, workspace.organisation()) as reading:
        some = mails(reading, random.Random(2).sample(ids, min(_TEXTS, len(ids))))
        fields = [mail.text.split(FIELD_END) for mail in some]
    texts = [FIELD_END.join(one[: Part.HASH]) for one in fields]
    return texts, [VALUE_END.join(one[part] for part in _ADDRESSES) for one in fields]


def _cut(texts: list[str], chance: random.Random, sort: str) -> str:
    while True:
        text = chance.choice(texts)
        begin = chance.randrange(len(text))
        found = text[begin : begin + chance.randint(1, 6)]
        if VALUE_END in found or FIELD_END in found or found.isascii() == (sort == "Japanese"):
            continue
        if sort == "cut anywhere" or found.isalnum() is (sort != "within addresses"):
            return found


def _milliseconds(ask: Callable[[], object], runs: int = 3) -> float:
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        ask()
        times.append((time.perf_counter() - start) * 1000)
    return min(times)


if __name__ == "__main__":
    main(*sys.argv[1:])
