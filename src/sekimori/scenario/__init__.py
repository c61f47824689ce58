"""Doors: a seeded generator of an invented incident, with its truth."""
