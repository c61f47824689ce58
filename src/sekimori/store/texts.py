"""Texts as tables and databases can hold them."""

__all__ = ["storable"]


def storable(text: str) -> str:
    r"""The text with every lone surrogate as an escape (`\udc83`): neither SQLite nor Arrow takes one.

    They stand in file names that are no UTF-8, and where JSON escapes half of a character.
    """
    return text.encode("utf-8", "backslashreplace").decode("utf-8")
