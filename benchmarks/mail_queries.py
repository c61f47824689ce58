"""Times searches in a workspace, in one process: python -m benchmarks.mail_queries WORKSPACE [one].

Each sort is strings of one to six characters cut by chance out of the texts. Prints JSON: for each sort the 95th
percentile of the first page of 20 with excerpts, of finding that page alone, and of the whole answer, in milliseconds.
With `one`, only ten pages with excerpts: for the memory of a reader.
"""

import json
import random
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from sekimori.app.searching import shown
from sekimori.model.query import Contains, Field, Query
from sekimori.store.mail_index.folding import FIELD_END, VALUE_END
from sekimori.store.mail_index.grams import without_hashes
from sekimori.store.mail_index.state import mail_evidence
from sekimori.store.mail_index.stored import mails
from sekimori.store.mail_search import MailSearch
from sekimori.store.reading import Reading
from sekimori.store.workspace import Workspace

SORTS = ("Japanese", "Latin inside words", "cut anywhere")
PAGES, WHOLES = 100, 40
_TEXTS = 1_000


def main(folder: str, only: str = "") -> None:
    """Ask, time, print."""
    with Workspace(Path(folder)) as workspace, MailSearch(workspace, workspace.organisation()) as search:
        if only:
            for text in ("example", "の", "kernel", "tion", "管理") * 2:
                _first_page(search, Contains(Field.ANY, (text,)))
            return
        texts = _texts(workspace)
        chance = random.Random(1)
        figures = {}
        for sort in SORTS:
            asked = [Contains(Field.ANY, (_cut(texts, chance, sort),)) for _ in range(PAGES)]
            seen = sorted(_milliseconds(partial(_first_page, search, one)) for one in asked)
            pages = sorted(_milliseconds(partial(search.page, one, limit=20)) for one in asked)
            wholes = sorted(_milliseconds(partial(search.all, one), runs=1) for one in asked[:WHOLES])
            figures[sort] = [times[len(times) * 95 // 100] for times in (seen, pages, wholes)]
    sys.stdout.write(json.dumps(figures))


def _first_page(search: MailSearch, query: Query) -> None:
    shown(search, query, search.page(query, limit=20))


def _texts(workspace: Workspace) -> list[str]:
    ids = mail_evidence(workspace, workspace.organisation())
    with Reading(workspace, workspace.organisation()) as reading:
        some = mails(reading, random.Random(2).sample(ids, min(_TEXTS, len(ids))))
        return [without_hashes(mail.text)[0] for mail in some]


def _cut(texts: list[str], chance: random.Random, sort: str) -> str:
    while True:
        text = chance.choice(texts)
        begin = chance.randrange(len(text))
        found = text[begin : begin + chance.randint(1, 6)]
        if VALUE_END in found or FIELD_END in found or found.isascii() == (sort == "Japanese"):
            continue
        if sort == "cut anywhere" or found.isalnum():
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
