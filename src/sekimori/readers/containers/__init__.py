"""Readers of what holds other evidence: compressed files, archives."""
