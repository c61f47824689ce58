"""A small built-in incident, written once for all tests."""

import json

import pytest

from sekimori.scenario import write
from tests.scenario.incidents import Incident


@pytest.fixture(scope="session")
def incident(tmp_path_factory: pytest.TempPathFactory) -> Incident:
    folder = tmp_path_factory.mktemp("incident")
    truth = write(folder, scale=0.05)
    told = json.loads((folder / "truth.json").read_text("utf-8"))
    assert told == truth.as_json()
    return Incident(folder, told)
