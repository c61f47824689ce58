"""Readers of Windows' own logs."""
