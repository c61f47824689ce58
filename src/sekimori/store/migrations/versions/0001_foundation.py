"""The first schema: catalogue, indicators, sightings, cases, audit log."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """To this revision."""
    _tables()
    for change in ("update", "delete"):
        # The audit log is append-only, whoever asks.
        op.execute(
            f"create trigger audit_no_{change} before {change} on audit "
            "begin select raise(abort, 'the audit log is append-only'); end"
        )


def _tables() -> None:
    op.create_table(
        "audit",
        sa.Column("id", _ID, nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("organisation", sa.Integer(), nullable=True),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
    )
    op.create_table(
        "batch",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("started", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batch")),
    )
    op.create_table(
        "organisation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("profile", sa.JSON(), nullable=False),
        sa.Column("created", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation")),
        sa.UniqueConstraint("name", name=op.f("uq_organisation_name")),
    )
    op.create_table(
        "indicator",
        sa.Column("organisation", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("mode", sa.String(), nullable=False),
        sa.Column("pattern", sa.String(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["organisation"], ["organisation.id"], name=op.f("fk_indicator_organisation")),
        sa.PrimaryKeyConstraint("organisation", "id", name=op.f("pk_indicator")),
    )
    with op.batch_alter_table("indicator", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_indicator_organisation_sequence"), ["organisation", "sequence"], unique=False
        )

    op.create_table(
        "indicator_source",
        sa.Column("organisation", sa.Integer(), nullable=False),
        sa.Column("indicator", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("origin", sa.String(), nullable=False),
        sa.Column("description", sa.String(), nullable=False),
        sa.Column("confidence", sa.Integer(), nullable=False),
        sa.Column("marking", sa.String(), nullable=False),
        sa.Column("valid_from", sa.DateTime(), nullable=True),
        sa.Column("valid_until", sa.DateTime(), nullable=True),
        sa.Column("labels", sa.JSON(), nullable=False),
        sa.Column("added", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["organisation"], ["organisation.id"], name=op.f("fk_indicator_source_organisation")),
        sa.PrimaryKeyConstraint("organisation", "indicator", "source", name=op.f("pk_indicator_source")),
    )
    op.create_table(
        "segment",
        sa.Column("id", _ID, nullable=False),
        sa.Column("organisation", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("month", sa.String(), nullable=False),
        sa.Column("created", sa.DateTime(), nullable=False),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.Column("hunted_to", sa.BigInteger(), nullable=False),
        sa.Column("superseded", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["organisation"], ["organisation.id"], name=op.f("fk_segment_organisation")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_segment")),
        sa.UniqueConstraint("name", name=op.f("uq_segment_name")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "sighting",
        sa.Column("organisation", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("indicator", sa.String(), nullable=False),
        sa.Column("mode", sa.String(), nullable=False),
        sa.Column("pattern", sa.String(), nullable=False),
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.Column("value_id", sa.BigInteger(), nullable=False),
        sa.Column("clause", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("field", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["organisation"], ["organisation.id"], name=op.f("fk_sighting_organisation")),
        sa.PrimaryKeyConstraint("organisation", "id", name=op.f("pk_sighting")),
    )
    with op.batch_alter_table("sighting", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_sighting_organisation_indicator"), ["organisation", "indicator"], unique=False
        )

    op.create_table(
        "evidence",
        sa.Column("id", _ID, nullable=False),
        sa.Column("organisation", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("dataset", sa.String(), nullable=True),
        sa.Column("arrived", sa.DateTime(), nullable=False),
        sa.Column("batch", sa.String(), nullable=True),
        sa.Column("parent", _ID, nullable=True),
        sa.Column("offset", sa.BigInteger(), nullable=True),
        sa.Column("segment", _ID, nullable=True),
        sa.Column("packed", sa.JSON(), nullable=True),
        sa.Column("statements", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["batch"], ["batch.id"], name=op.f("fk_evidence_batch")),
        sa.ForeignKeyConstraint(["organisation"], ["organisation.id"], name=op.f("fk_evidence_organisation")),
        sa.ForeignKeyConstraint(["parent"], ["evidence.id"], name=op.f("fk_evidence_parent")),
        sa.ForeignKeyConstraint(["segment"], ["segment.id"], name=op.f("fk_evidence_segment")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence")),
        sa.UniqueConstraint("organisation", "sha256", name=op.f("uq_evidence_organisation_sha256")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("evidence", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_evidence_batch"), ["batch"], unique=False)
        batch_op.create_index(batch_op.f("ix_evidence_parent"), ["parent"], unique=False)
        batch_op.create_index(batch_op.f("ix_evidence_segment"), ["segment"], unique=False)

    op.create_table(
        "segment_file",
        sa.Column("segment", _ID, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("rows", sa.BigInteger(), nullable=False),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.Column("schema_version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["segment"], ["segment.id"], name=op.f("fk_segment_file_segment"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("segment", "name", name=op.f("pk_segment_file")),
    )
    op.create_table(
        "staged",
        sa.Column("segment", _ID, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("payload", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["segment"], ["segment.id"], name=op.f("fk_staged_segment"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("segment", "name", name=op.f("pk_staged")),
    )
    op.create_table(
        "cases",
        sa.Column("id", _ID, nullable=False),
        sa.Column("organisation", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("opened", sa.DateTime(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("evidence", _ID, nullable=True),
        sa.ForeignKeyConstraint(["evidence"], ["evidence.id"], name=op.f("fk_cases_evidence")),
        sa.ForeignKeyConstraint(["organisation"], ["organisation.id"], name=op.f("fk_cases_organisation")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cases")),
        sa.UniqueConstraint("organisation", "number", name=op.f("uq_cases_organisation_number")),
    )
    op.create_table(
        "evidence_kind",
        sa.Column("evidence", _ID, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("records", sa.BigInteger(), nullable=False),
        sa.Column("first", sa.DateTime(), nullable=True),
        sa.Column("last", sa.DateTime(), nullable=True),
        sa.Column("encrypted", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["evidence"], ["evidence.id"], name=op.f("fk_evidence_kind_evidence"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("evidence", "kind", name=op.f("pk_evidence_kind")),
    )
    op.create_table(
        "evidence_unread",
        sa.Column("evidence", _ID, nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["evidence"], ["evidence.id"], name=op.f("fk_evidence_unread_evidence"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("evidence", "reason", name=op.f("pk_evidence_unread")),
    )
    op.create_table(
        "place",
        sa.Column("id", _ID, nullable=False),
        sa.Column("organisation", sa.Integer(), nullable=False),
        sa.Column("evidence", _ID, nullable=False),
        sa.Column("path", sa.String(), nullable=False),
        sa.Column("mailbox", sa.String(), nullable=True),
        sa.Column("container", _ID, nullable=True),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["container"], ["evidence.id"], name=op.f("fk_place_container")),
        sa.ForeignKeyConstraint(["evidence"], ["evidence.id"], name=op.f("fk_place_evidence"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["organisation"], ["organisation.id"], name=op.f("fk_place_organisation")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_place")),
    )
    with op.batch_alter_table("place", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_place_evidence_path"), ["evidence", "path"], unique=False)
        batch_op.create_index(batch_op.f("ix_place_container"), ["container"], unique=False)

    op.create_table(
        "sighting_seen",
        sa.Column("organisation", sa.Integer(), nullable=False),
        sa.Column("sighting", sa.String(), nullable=False),
        sa.Column("evidence", _ID, nullable=False),
        sa.Column("first", sa.DateTime(), nullable=True),
        sa.Column("last", sa.DateTime(), nullable=True),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["evidence"], ["evidence.id"], name=op.f("fk_sighting_seen_evidence"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["organisation"], ["organisation.id"], name=op.f("fk_sighting_seen_organisation")),
        sa.PrimaryKeyConstraint("organisation", "sighting", "evidence", name=op.f("pk_sighting_seen")),
    )
    with op.batch_alter_table("sighting_seen", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sighting_seen_evidence"), ["evidence"], unique=False)

    op.create_table(
        "case_indicator",
        sa.Column("case", _ID, nullable=False),
        sa.Column("indicator", sa.String(), nullable=False),
        sa.Column("proposal", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("row", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["case"], ["cases.id"], name=op.f("fk_case_indicator_case"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("case", "indicator", name=op.f("pk_case_indicator")),
    )
