"""The house's budgets, words and walls, held over the source by reading it."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
SOURCE = ROOT / "src/sekimori"
MODULES = sorted(SOURCE.rglob("*.py"))

MODULE_LINES = 400
FUNCTION_LINES = 40

AVOID = {
    *("manager", "helper", "helpers", "handler", "util", "utils", "whitelist", "blacklist"),
    *("ioc", "iocs", "alert", "alerts", "entity", "score", "scores"),
}
WORDS_OF_FORMATS = {"entity"}  # MIME and HTML call their parts so
AVOID_VERBS = {"process", "handle"}

_WORD = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z0-9]+|[A-Z]+")
_SQL = re.compile(
    r"\s*(select\s.+\sfrom\s|insert\s+into\s|update\s.+\sset\s|delete\s+from\s|with\s+\w+\s+as\s*\()", re.IGNORECASE
)
_OF_THIS_PLACE = re.compile(r"(?<![\w.}*])/(home|root|Users|work)/\w|\b(pypi\.org|pythonhosted\.org|registry\.npmjs)\b")

by_module = pytest.mark.parametrize("module", MODULES, ids=lambda path: str(path.relative_to(SOURCE)))


def functions_in(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Every function and method, nested ones included."""
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def length_of(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of the body without its docstring."""
    body = function.body[1:] if ast.get_docstring(function) else function.body
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0


def names_in(tree: ast.AST) -> Iterator[str]:
    """Every name that a module gives: classes, functions, parameters, variables, attributes."""
    for node in ast.walk(tree):
        match node:
            case ast.ClassDef(name=name) | ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                yield name
            case ast.arg(arg=name) | ast.Name(id=name, ctx=ast.Store()):
                yield name
            case ast.Attribute(value=ast.Name(id="self"), attr=name, ctx=ast.Store()):
                yield name


def words_to_avoid(tree: ast.AST) -> set[str]:
    """Names made of words that the house does not use."""
    verbs = {function.name for function in functions_in(tree)} & AVOID_VERBS
    named = {name for name in names_in(tree) if {word.lower() for word in _WORD.findall(name)} & AVOID}
    return verbs | named


def sql_in(tree: ast.AST) -> list[str]:
    """Texts that begin like a statement of SQL."""
    texts = (node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str))
    return [text for text in texts if _SQL.match(text)]


def prints_in(tree: ast.AST) -> list[int]:
    """Lines that print."""
    calls = (node for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name))
    return [call.lineno for call in calls if isinstance(call.func, ast.Name) and call.func.id == "print"]


def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


@by_module
def test_budgets_are_kept(module: Path) -> None:
    if module.parent.name == "versions":  # a migration is one list of what changed, and is never read again
        return
    lines = module.read_text(encoding="utf-8").count("\n")
    long = {function.name: length_of(function) for function in functions_in(_tree(module))}

    assert lines <= MODULE_LINES
    assert {name: length for name, length in long.items() if length > FUNCTION_LINES} == {}


@by_module
def test_names_use_the_words_of_the_design(module: Path) -> None:
    stem = {word.lower() for word in _WORD.findall(module.stem)}
    allowed = WORDS_OF_FORMATS if module.is_relative_to(SOURCE / "formats") else set()

    assert words_to_avoid(_tree(module)) - allowed == set()
    assert stem & AVOID == set()


@by_module
def test_no_sql_above_the_store(module: Path) -> None:
    if module.is_relative_to(SOURCE / "store"):
        return

    assert sql_in(_tree(module)) == []


@pytest.mark.parametrize("room", ["values", "model", "formats", "readers", "sharing", "extract", "hunt", "admin"])
def test_only_faces_print(room: str) -> None:
    printing = {str(path): prints_in(_tree(path)) for path in (SOURCE / room).rglob("*.py")}

    assert {path: lines for path, lines in printing.items() if lines} == {}


def _project_files() -> Iterator[Path]:
    folders = ("src", "tests", "docs", "scripts", "benchmarks", "requirements", ".ci")
    yield from (path for path in ROOT.iterdir() if path.is_file())
    for folder in folders:
        yield from (path for path in (ROOT / folder).rglob("*") if path.is_file())


def test_nothing_speaks_of_the_place_where_it_was_written() -> None:
    skipped = {ROOT / "LICENSE", Path(__file__)}
    found = {}
    for path in _project_files():
        # Samples are evidence of invented machines and may well name their home directories.
        if path in skipped or path.is_relative_to(ROOT / "tests/data") or path.suffix in {".pyc", ".xlsx"}:
            continue
        if hit := _OF_THIS_PLACE.search(path.read_text(encoding="utf-8", errors="replace")):
            found[str(path.relative_to(ROOT))] = hit.group()

    assert found == {}


def test_the_rules_notice_what_they_are_for() -> None:
    source = "class FeedManager:\n    ioc_list = 1\n    def process(self): pass\n    def sound(self, alertness): pass\n"
    long = "def long():\n    '''One.\n    Two.'''\n" + "    x = 1\n" * 41
    sql = "a = 'select x from y'\nb = '''\n  with t as (select 1)'''\nc = 'Select a file'\nd = 'Update'\n"

    assert words_to_avoid(ast.parse(source)) == {"FeedManager", "ioc_list", "process"}
    assert [length_of(function) for function in functions_in(ast.parse(long))] == [41]
    assert len(sql_in(ast.parse(sql))) == 2
    assert prints_in(ast.parse("x = 1\nprint(x)\n")) == [2]
    assert _OF_THIS_PLACE.search("open('/home/alice/x')")
    assert not _OF_THIS_PLACE.search("https://example.jp/work/x framework/y tests/home/z")
