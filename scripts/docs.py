"""Writes the generated parts of the documentation: python -m scripts.docs.

A generated part stands between `<!-- generated: NAME -->` and `<!-- end -->`; the rest of a page is written by hand.
"""

import ast
import importlib
import inspect
import itertools
import json
import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import typer
from typer.core import TyperArgument, TyperCommand, TyperGroup, TyperOption

from benchmarks.harness import shown
from sekimori.model.triage import Verdict
from sekimori.readers.protocol import Reader
from sekimori.registry import classes_of
from sekimori.sharing.protocol import IndicatorFormat
from sekimori.triage.rule import Rule

__all__ = ["PARTS", "command_names", "commands", "exit_codes", "pages", "rendered", "stale"]

ROOT = Path(__file__).resolve().parent.parent
_MEASURED = {"bench", "eval"}
_PART = re.compile(r"(<!-- generated: (?P<name>[a-z ]+) -->\n).*?(<!-- end -->)", re.DOTALL)


def pages() -> list[Path]:
    """Every page of the documentation, the README first."""
    readme = ROOT / "README.md"
    return [*([readme] if readme.exists() else []), *sorted((ROOT / "docs").rglob("*.md"))]


def rendered(text: str, *, measured: bool = True) -> str:
    """A page with its generated parts written anew. `KeyError` where nobody makes a part of that name.

    What was measured changes with every run: those parts can be left as they are.
    """

    def part(match: re.Match[str]) -> str:
        name = match["name"]
        made = None if name in _MEASURED and not measured else PARTS[name]()
        return match.group() if made is None else f"{match[1]}\n{made.strip()}\n\n{match[3]}"

    return _PART.sub(part, text)


def stale(*, measured: bool = True) -> list[Path]:
    """The pages whose generated parts are not what would be written now."""
    texts = {page: page.read_text(encoding="utf-8") for page in pages()}
    return [page for page, text in texts.items() if rendered(text, measured=measured) != text]


def commands() -> dict[str, TyperCommand]:
    """Every command that does something, by what is typed: `sekimori case open`. Help is in English."""
    os.environ["LC_ALL"] = "C.UTF-8"
    app = importlib.import_module("sekimori.cli").application()
    return dict(_leaves("sekimori", typer.main.get_command(app)))


def command_names() -> list[str]:
    """What can be typed, sorted as the help has it."""
    return list(commands())


def exit_codes() -> dict[int, str]:
    """Exit codes with their meanings: the members of `sekimori.cli.exits.Exit` and the texts below them."""
    kind = importlib.import_module("sekimori.cli.exits").Exit
    (tree,) = ast.parse(inspect.getsource(kind)).body
    assert isinstance(tree, ast.ClassDef)
    codes: dict[int, str] = {}
    for member, below in itertools.pairwise(tree.body):
        match member, below:
            case ast.Assign(value=ast.Constant(value=int(code))), ast.Expr(value=ast.Constant(value=str(meaning))):
                codes[code] = meaning
    return codes


def _leaves(path: str, command: object) -> Iterator[tuple[str, TyperCommand]]:
    if isinstance(command, TyperGroup):
        for name, inner in command.commands.items():
            yield from _leaves(f"{path} {name}", inner)
    elif isinstance(command, TyperCommand) and not command.hidden:
        yield path, command


def _commands_part() -> str:
    found = commands()
    rows = {name: _options(name, command) for name, command in found.items()}
    common = [row for row in next(iter(rows.values())) if all(row in others for others in rows.values())]
    texts = (
        "\n".join([f"### `{_usage(name, command)}`", "", inspect.cleandoc(command.help or ""), *_table(own), ""])
        for name, command in found.items()
        for own in [[row for row in rows[name] if row not in common]]
    )
    return "\n".join(["### Options of every command", *_table(common), "", *texts])


def _table(rows: list[str]) -> list[str]:
    return ["", "| option | meaning |", "|---|---|", *rows] if rows else []


def _options(name: str, command: TyperCommand) -> list[str]:
    context = typer.Context(command, info_name=name)
    records = (option.get_help_record(context) for option in command.params if isinstance(option, TyperOption))
    return [f"| `{_line(record[0])}` | {_line(record[1])} |" for record in records if record]


def _usage(name: str, command: TyperCommand) -> str:
    return " ".join([name, *(_argument(p) for p in command.params if isinstance(p, TyperArgument))])


def _argument(argument: TyperArgument) -> str:
    name = (argument.metavar or argument.name or "").upper().rstrip(".") + ("…" if argument.nargs == -1 else "")
    return name if argument.required else f"[{name}]"


def _line(text: str | None) -> str:
    return " ".join((text or "").split()).replace("|", "\\|")


def _formats_part(base: type[Reader] | type[IndicatorFormat], package: str) -> str:
    found: Iterable[type[Reader | IndicatorFormat]] = classes_of(base, package)
    rows = (f"| `{kind.name}` | {_line(kind.title)} | {_first_sentence(kind.__module__)} |" for kind in found)
    return "\n".join(["| name | format | what it is |", "|---|---|---|", *rows])


def _first_sentence(module: str) -> str:
    text = inspect.getdoc(importlib.import_module(module)) or ""
    return _line(text.split("\n\n")[0])


def _exit_part() -> str:
    rows = (f"| {code} | {_line(meaning)} |" for code, meaning in exit_codes().items())
    return "\n".join(["| code | meaning |", "|---|---|", *rows])


def _measured_part(folder: str) -> str | None:
    """The tables of the last run; nothing where none was made on this machine, and the page keeps what it has."""
    reports = sorted((ROOT / "build" / folder).glob("*.json"))
    tables = (f"### {path.stem}\n\n{shown(json.loads(path.read_text(encoding='utf-8')))}" for path in reports)
    return "\n\n".join(tables) or None


def _rules_part() -> str:
    """Every rule of triage: name, facet, points, title in both languages, reference."""
    lines = ["| rule | looks at | points | meaning | reference |", "|---|---|---|---|---|"]
    for rule in classes_of(Rule, "sekimori.triage.mail"):
        points = " / ".join(
            str(rule.weights.get(verdict, 0)) for verdict in (Verdict.TARGETED, Verdict.BULK, Verdict.BEC)
        )
        meaning = f"{rule.title.en} ({rule.title.ja})"
        lines.append(f"| `{rule.name}` | {rule.facet} | {points} | {meaning} | {rule.reference} |")
    return "\n".join(lines)


PARTS: dict[str, Callable[[], str | None]] = {
    "readers": lambda: _formats_part(Reader, "sekimori.readers"),
    "indicator formats": lambda: _formats_part(IndicatorFormat, "sekimori.sharing"),
    "commands": _commands_part,
    "exit codes": _exit_part,
    "bench": lambda: _measured_part("bench"),
    "eval": lambda: _measured_part("eval"),
    "triage rules": _rules_part,
}


def main() -> None:
    """Writes the pages whose generated parts changed, and names them."""
    for page in stale():
        page.write_text(rendered(page.read_text(encoding="utf-8")), encoding="utf-8", newline="\n")
        sys.stdout.write(f"{page.relative_to(ROOT)}\n")


if __name__ == "__main__":
    main()
