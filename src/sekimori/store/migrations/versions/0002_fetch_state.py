"""How far the mail of each folder of a server was fetched."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """To this revision."""
    op.create_table(
        "fetch_state",
        sa.Column("organisation", sa.Integer(), nullable=False),
        sa.Column("folder", sa.String(), nullable=False),
        sa.Column("state", sa.JSON(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["organisation"], ["organisation.id"], name=op.f("fk_fetch_state_organisation")),
        sa.PrimaryKeyConstraint("organisation", "folder", name=op.f("pk_fetch_state")),
    )
