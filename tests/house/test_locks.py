"""The locked sets hold what the program imports: a fresh machine gets all that it needs to run, and it was tested."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _declared(extra: str = "") -> set[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    listed = [*project["dependencies"], *(project["optional-dependencies"][extra] if extra else [])]
    return {_normal(found.group()) for one in listed if (found := _NAME.match(one))}


def _locked(name: str) -> dict[str, str]:
    text = (ROOT / "requirements" / name).read_text(encoding="utf-8")
    found = re.findall(r"^([\w.-]+)==([^\s;\\]+)", text, re.MULTILINE)
    return {_normal(package): version for package, version in found}


@pytest.mark.parametrize(("extra", "lock"), [("", "run.txt"), ("test", "test.txt")])
def test_what_is_declared_is_locked(extra: str, lock: str) -> None:
    assert _declared(extra) - set(_locked(lock)) == set()


def test_what_runs_is_what_was_tested() -> None:
    run, tested = _locked("run.txt"), _locked("test.txt")

    assert {name: version for name, version in run.items() if tested.get(name) != version} == {}


def test_locks_name_no_place_to_download_from() -> None:
    for path in (ROOT / "requirements").glob("*.txt"):
        assert "://" not in path.read_text(encoding="utf-8"), path.name
