"""The documentation is true: examples run, generated parts are current, every command and exit code is explained."""

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts import docs

PROGRAM = Path(sys.executable).with_name("sekimori")
PAGES = docs.pages()
_BLOCK = re.compile(r"^```console\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_FILE = re.compile(r"^```\w+ (\S+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_LINK = re.compile(r"\]\((?!https?:|#|mailto:)([^)#\s]+)")

by_page = pytest.mark.parametrize("page", PAGES, ids=lambda path: str(path.relative_to(docs.ROOT)))


def steps_of(text: str) -> Iterator[tuple[str, str]]:
    """What is typed and what is shown below it, from a page's console blocks, in order."""
    for block in _BLOCK.findall(text):
        for step in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            typed, _, shown = step.partition("\n")
            yield typed, shown


def agrees(shown: str, printed: str) -> bool:
    """Whether output is as shown: `…` stands for anything in a line, and alone in a line for any lines."""
    lines = [line.rstrip() for line in shown.strip().splitlines()]
    patterns = (r"(?:.*\n)*" if line == "…" else ".*".join(map(re.escape, line.split("…"))) + r"\n" for line in lines)
    text = "".join(f"{line.rstrip()}\n" for line in printed.strip().splitlines())
    return re.fullmatch("".join(patterns), text) is not None


def run(typed: str, folder: Path) -> tuple[int, str]:
    """Exit code and output of `sekimori …`, as typed in a folder."""
    program, *arguments = shlex.split(typed)
    assert program == "sekimori", f"only sekimori is run in examples, not: {typed}"
    done = subprocess.run(
        [PROGRAM, *arguments],
        cwd=folder,
        env={**os.environ, "HOME": str(folder)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
        encoding="utf-8",
    )
    return done.returncode, done.stdout


@by_page
def test_examples_run_as_shown(page: Path, tmp_path: Path) -> None:
    code = 0
    text = page.read_text(encoding="utf-8")
    for name, content in _FILE.findall(text):  # a block that is named is a file which the examples use
        (tmp_path / name).write_text(content, encoding="utf-8")
    for typed, shown in steps_of(text):
        if typed == "echo $?":
            assert shown.strip() == str(code)
            continue
        code, printed = run(typed, tmp_path)
        assert agrees(shown, printed), f"$ {typed}\n{printed}"


@by_page
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    targets = _LINK.findall(page.read_text(encoding="utf-8"))

    assert [target for target in targets if not (page.parent / target).exists()] == []


@pytest.mark.parametrize("page", [page for page in PAGES if page.parent.name == "docs" and page.stem != "index"])
def test_map_names_every_page(page: Path) -> None:
    assert f"({page.name})" in (page.parent / "index.md").read_text(encoding="utf-8")


def test_generated_parts_are_current() -> None:
    assert docs.stale(measured=False) == [], "run `make docs`"


def test_every_command_and_exit_code_is_explained() -> None:
    text = "\n".join(page.read_text(encoding="utf-8") for page in PAGES)

    assert [name for name in docs.commands() if f"`{name}" not in text] == []
    assert [code for code in docs.exit_codes() if f"| {code} | " not in text] == []
    assert len(docs.exit_codes()) > 1


@pytest.mark.parametrize(
    ("shown", "printed", "agreed"),
    [
        ("", "", True),
        ("one\ntwo", "one\ntwo\n", True),
        ("one", "one\ntwo\n", False),
        ("one … three", "one two three", True),
        ("one …", "two", False),
        ("one\n…", "one\ntwo\nthree", True),
        ("…\nthree", "one\ntwo\nthree", True),
        ("…\nfour", "one\ntwo\nthree", False),
        ("a.c", "abc", False),
    ],
)
def test_shown_output_is_compared(shown: str, printed: str, agreed: bool) -> None:
    assert agrees(shown, printed) is agreed


def test_steps_are_taken_from_console_blocks_alone() -> None:
    text = "```console\n$ sekimori init work\ndone\n$ echo $?\n0\n```\n\n```sh\n$ sekimori add x\n```\n"

    assert list(steps_of(text)) == [("sekimori init work", "done\n"), ("echo $?", "0\n")]


def test_generated_part_is_replaced_and_the_rest_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(docs.PARTS, "bench", lambda: "new")
    monkeypatch.setitem(docs.PARTS, "eval", lambda: None)
    bench = "before\n<!-- generated: bench -->\n{}<!-- end -->\nafter\n"
    kept = "<!-- generated: eval -->\nold\n<!-- end -->\n"

    assert docs.rendered(bench.format("\nold\n\n") + kept) == bench.format("\nnew\n\n") + kept
    assert docs.rendered(bench.format("\nold\n\n"), measured=False) == bench.format("\nold\n\n")
    with pytest.raises(KeyError):
        docs.rendered("<!-- generated: nothing -->\n<!-- end -->\n")
