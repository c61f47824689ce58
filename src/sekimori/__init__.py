"""Sekimori (関守): a counter-cyber-espionage workbench."""
