"""Readers of network logs."""
