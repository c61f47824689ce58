"""Sekimori (関守): a counter-cyber-espionage workbench."""

from importlib.metadata import version

__version__ = version("sekimori")
