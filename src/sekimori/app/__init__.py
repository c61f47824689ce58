"""Verbs: one module each; they open the workspace and own clock, files, progress and transactions."""
