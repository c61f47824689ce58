"""Ground: bytes to structure, nothing of the case."""
