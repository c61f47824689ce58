"""Doors: documents as HTML, JSON and terminal text, in Japanese and English."""
