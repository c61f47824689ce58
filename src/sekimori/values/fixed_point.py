"""Rewriting that ends: what makes a normal form of a normal form itself."""

from collections.abc import Callable

__all__ = ["settled"]


def settled(step: Callable[[str], str], text: str) -> str:
    """The text that `step` no longer changes. `step` must come to an end on every text, or raise."""
    while (following := step(text)) != text:
        text = following
    return text
