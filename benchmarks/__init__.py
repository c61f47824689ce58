"""Measurements of speed, size and accuracy, beside peers that do the same work in the same run."""
