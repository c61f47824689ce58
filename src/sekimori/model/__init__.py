"""Ground: the nouns."""
