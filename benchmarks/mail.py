"""Area `mail`: indexing all mail, and searching it.

The corpus is generated (`mail_corpus`); notmuch and mu index the same Maildir in the same run. The index is made from
the evidence tables; to compare, parsing alone is timed apart and added. What `add` does beside (records, observables,
originals, hunting) has its own row. SEKIMORI_BENCH_MAILS takes fewer mails for a quick trial.
"""

import json
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from benchmarks.harness import BUILD, Cost, Row, best, debian, measure, row
from benchmarks.mail_corpus import MAILS
from benchmarks.mail_judging import judging
from benchmarks.mail_queries import HANDED_OUT, SORTS
from benchmarks.mail_recall import fidelity, recall

__all__ = ["bench", "evaluate"]

COUNT = int(os.environ.get("SEKIMORI_BENCH_MAILS", str(MAILS)))
RUNS = 3 if COUNT == MAILS else 1
FOLDER = BUILD / "bench/work"
CORPUS = FOLDER / f"mails-{COUNT}"
WORKSPACE = FOLDER / f"mail-workspace-{COUNT}"
REAL = BUILD / "data/mail/japanese-bulk"
PROGRAM = Path(sys.executable).with_name("sekimori")


def evaluate() -> Iterator[Row]:
    """What search finds, what is read of odd mails, and how mails are judged: real ones, and invented ones apart."""
    yield from recall()
    yield fidelity()
    yield from judging()


def bench() -> Iterator[Row]:
    """All rows; that on real mail only where it is."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    if not CORPUS.exists():
        measure([sys.executable, "-m", "benchmarks.mail_corpus", CORPUS, str(COUNT)])
    yield from _indexing()
    yield from _searching()
    if REAL.exists():
        yield _real()
    yield from _slowest()


def _indexing() -> Iterator[Row]:
    raw = sum(path.stat().st_size for path in CORPUS.rglob("*") if path.is_file())
    added = _added(CORPUS)
    parsed = best(lambda: measure([sys.executable, "-m", "benchmarks.mail_parsing", CORPUS]), RUNS)
    indexed = best(lambda: measure([sys.executable, "-m", "benchmarks.mail_index", WORKSPACE]), RUNS)
    if int(indexed.output.split()[0]) != COUNT:
        raise ValueError(f"{indexed.output.split()[0]} of {COUNT} mails are in the index")
    both = parsed.cpu + indexed.cpu
    notmuch, mu = _notmuch(), _mu()
    peers = {name: cost.cpu / COUNT * 1000 for name, cost in (("notmuch", notmuch), ("mu", mu)) if cost}
    yield row(f"index {COUNT:,} mails, parsing included", both / COUNT * 1000, "CPU-s per 1,000", peers, "<= 0.6")
    yield row("of this parsing", parsed.cpu / COUNT * 1000, "CPU-s per 1,000")
    speeds = {name: raw / 1e6 / cost.cpu * 2 for name, cost in (("notmuch", notmuch), ("mu", mu)) if cost}
    yield row("the same, for two cores", raw / 1e6 / both * 2, "MB/s", speeds, ">= 25")
    yield row("whole add: records, observables, originals, index", added.cpu / COUNT * 1000, "CPU-s per 1,000")
    sizes = {name: _bytes(path) / raw for name, path in _STORES.items() if path.exists()}
    yield row("peak memory of the whole add", added.peak / 2**20, "MiB", bar="<= 512")
    yield row("index with texts against the mails", _bytes(WORKSPACE / "mail-index") / raw, "share", sizes, "<= 0.3")
    yield row("peak memory of making the index", indexed.peak / 2**20, "MiB", bar="<= 512")


def _searching() -> Iterator[Row]:
    figures = json.loads(measure([sys.executable, "-m", "benchmarks.mail_queries", WORKSPACE]).output)
    bars = dict(zip(SORTS, (10, 10, 50, 50), strict=True))
    for sort in SORTS:
        apart = {"finding it alone": figures[sort][1]}
        name = f"first page with excerpts, {sort}, 95th percentile"
        yield row(name, figures[sort][0], "ms", apart, f"<= {bars[sort]}")
    for sort in SORTS:
        yield row(f"whole answer, {sort}, 95th percentile", figures[sort][2], "ms", bar="<= 2000")
    for what in HANDED_OUT:
        found = {"mails in the largest": figures[what][1]}
        yield row(f"whole answer, {what}, 95th percentile", figures[what][0], "ms", found, "<= 2000")
    reader = measure([sys.executable, "-m", "benchmarks.mail_queries", WORKSPACE, "one"])
    yield row("peak memory of a reader", reader.peak / 2**20, "MiB", bar="<= 128")
    yield _command()


def _command() -> Row:
    """The whole process of a search; the fixed loop beside it, measured as it is, says what the machine was worth."""
    env = {"SEKIMORI_WORKSPACE": str(WORKSPACE), "LANG": "ja_JP.UTF-8"}
    runs = [measure([PROGRAM, "search", "管理"], env=env) for _ in range(5)]
    apart = {"its CPU": min(run.cpu for run in runs) * 1000}
    return row("search on the command line, whole process", min(run.wall for run in runs) * 1000, "ms", apart, "<= 400")


def _slowest() -> Iterator[Row]:
    """The slowest mail of the real sets, and of those that are made to be slow; as `add` reads them, and judged."""
    folders = [path for path in (BUILD / "data/mail").glob("*") if path.is_dir()]
    found = json.loads(measure([sys.executable, "-m", "benchmarks.mail_slowest", *folders]).output)
    for which, (slowest, name, count) in found.items():
        if count:
            kind, _, judged = which.partition(", ")
            said = (f", {judged}" if judged else "") + (f" ({name})" if kind == "hostile" else "")
            bar = "<= 2000" if judged else "<= 1000"
            yield row(f"slowest of {count:,} {kind} mails{said}", slowest, "ms CPU", bar=bar)


def _real() -> Row:
    """Real Japanese bulk mail: once into a workspace, then parsed and indexed."""
    workspace = FOLDER / "mail-workspace-real"
    count = sum(path.is_file() for path in REAL.rglob("*"))
    _add(REAL, workspace)
    parsed = best(lambda: measure([sys.executable, "-m", "benchmarks.mail_parsing", REAL]), RUNS)
    indexed = best(lambda: measure([sys.executable, "-m", "benchmarks.mail_index", workspace]), RUNS)
    # So few mails that starting the processes would decide: what the work itself took counts.
    speed = 2 * count / (float(parsed.output.split()[1]) + float(indexed.output.split()[1]))
    return row("real Japanese mail, parsing included, for two cores", speed, "mails/s", bar=">= 1200")


def _added(path: Path) -> Cost:
    return _add(path, WORKSPACE)


def _add(path: Path, workspace: Path) -> Cost:
    shutil.rmtree(workspace, ignore_errors=True)
    measure((PROGRAM, "init", workspace))
    return measure([PROGRAM, "add", "--json", path], env={"SEKIMORI_WORKSPACE": str(workspace)})


_STORES = {"notmuch": CORPUS / ".notmuch", "mu": FOLDER / "mu"}


def _notmuch() -> Cost | None:
    program = debian("notmuch", "notmuch")
    if program is None:
        return None
    config = FOLDER / "notmuch.conf"
    config.write_text(f"[database]\npath={CORPUS}\n[user]\nname=Sato\nprimary_email=sato@example.jp\n")
    shutil.rmtree(_STORES["notmuch"], ignore_errors=True)
    return measure([program, "new"], env={"NOTMUCH_CONFIG": str(config)})


def _mu() -> Cost | None:
    program = debian("maildir-utils", "mu")
    if program is None:
        return None
    home = _STORES["mu"]
    shutil.rmtree(home, ignore_errors=True)
    measure([program, "init", f"--muhome={home}", f"--maildir={CORPUS}"])
    return measure([program, "index", "--quiet", f"--muhome={home}"])


def _bytes(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
