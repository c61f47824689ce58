"""The mark of texts that people read."""

__all__ = ["N_"]


def N_(message: str) -> str:  # noqa: N802 - the name gettext's tools and readers know
    """Mark an English text for the catalogue of translations; it is translated when it is rendered."""
    return message
