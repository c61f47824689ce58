"""A workspace with one organisation, as the verbs are tried on, and a certificate of one's own."""

from pathlib import Path

import pytest

from tests.app.conftest import organisation, template, workspace
from tests.fetch.speaking import self_signed

__all__ = ["certificate", "organisation", "template", "workspace"]


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate of 127.0.0.1 that nobody vouches for, with its key."""
    return self_signed(tmp_path_factory.mktemp("tls") / "own.pem")
