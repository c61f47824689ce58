"""Migrations of the desk database, by Alembic."""
