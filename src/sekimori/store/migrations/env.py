"""Alembic's environment: run by Alembic, never imported."""

from alembic import context

from sekimori.store.tables import METADATA

engine = context.config.attributes["engine"]
with engine.connect() as plain:
    connection = plain.execution_options(begin="IMMEDIATE")
    context.configure(connection=connection, target_metadata=METADATA, render_as_batch=True)
    with context.begin_transaction():
        context.run_migrations()
