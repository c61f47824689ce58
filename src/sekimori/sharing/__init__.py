"""Doors: indicator formats. One module per format, found by itself."""
