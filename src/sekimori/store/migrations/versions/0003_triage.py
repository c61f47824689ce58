"""Verdicts on mails that a person overruled."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """To this revision."""
    op.create_table(
        "triage_overruling",
        sa.Column("id", _ID, nullable=False),
        sa.Column("organisation", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("was", sa.String(), nullable=False),
        sa.Column("verdict", sa.String(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["organisation"], ["organisation.id"], name=op.f("fk_triage_overruling_organisation")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_triage_overruling")),
    )
    with op.batch_alter_table("triage_overruling", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_triage_overruling_organisation_sha256"), ["organisation", "sha256"], unique=False
        )
