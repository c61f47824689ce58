"""Doors: evidence of one format in, record batches out. One module per format, found by itself."""
