"""Readers of administrators' work records."""
