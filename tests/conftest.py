"""What all tests share: real data where it is, a quiet environment, one way to draw examples."""

import os
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

ROOT = Path(__file__).resolve().parent.parent

# Nobody's workspace, language or terminal leaks into a test; help texts take their language when they are imported.
for name in ("SEKIMORI_WORKSPACE", "SEKIMORI_ORGANISATION", "LC_MESSAGES", "LANGUAGE", "FORCE_COLOR"):
    os.environ.pop(name, None)
os.environ.update({"LANG": "C.UTF-8", "LC_ALL": "C.UTF-8", "NO_COLOR": "1", "COLUMNS": "120"})

# Shared machines are slow at times: no test depends on how long an example takes.
settings.register_profile(
    "tests",
    derandomize=True,
    deadline=None,
    database=None,
    max_examples=100,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile("fuzz", settings.get_profile("tests"), derandomize=False, max_examples=20_000)
settings.load_profile("tests")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what only POSIX systems have: elsewhere it is no test that was skipped, but none."""
    if sys.platform == "win32":
        kept = [item for item in items if item.get_closest_marker("posix") is None]
        config.hook.pytest_deselected(items=[item for item in items if item not in kept])
        items[:] = kept


@pytest.fixture(scope="session")
def root() -> Path:
    """The project's folder."""
    return ROOT


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The unpacked real data: areas as folders. Skips, or fails under CI, where it is not there."""
    named = os.environ.get("SEKIMORI_TEST_DATA", "")
    for folder in (ROOT / "build/data", *([Path(named)] if named else [])):
        if (folder / "mail").is_dir():
            return folder
    reason = "real data is not there: set SEKIMORI_TEST_DATA to its folder (packed or unpacked) and run `make test`"
    if os.environ.get("CI") == "true":
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)
