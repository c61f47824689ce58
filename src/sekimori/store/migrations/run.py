"""Runs the migrations without any configuration file."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine

__all__ = ["configuration", "upgrade"]


def configuration(engine: Engine) -> Config:
    """Alembic's configuration for an engine."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.attributes["engine"] = engine
    return config


def upgrade(engine: Engine) -> None:
    """Bring the database to the latest schema, in one transaction."""
    command.upgrade(configuration(engine), "head")
