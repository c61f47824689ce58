"""The tables of the desk database: catalogue of the store, indicators, sightings, cases, audit log.

Times are UTC. `organisation` stands in every table that holds anything of one.
"""

from datetime import UTC, datetime

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    TypeDecorator,
    UniqueConstraint,
)
from sqlalchemy.engine import Dialect

__all__ = [
    "METADATA",
    "Utc",
    "audit",
    "batch",
    "case_indicator",
    "cases",
    "evidence",
    "evidence_kind",
    "evidence_unread",
    "fetch_state",
    "indicator",
    "indicator_source",
    "organisation",
    "place",
    "segment",
    "segment_file",
    "sighting",
    "sighting_seen",
    "staged",
    "triage_overruling",
]


class Utc(TypeDecorator[datetime]):
    """A time that is always aware and UTC in Python, whatever the database keeps."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        """Drop the zone after turning to UTC. Raises `ValueError` for a time without a zone: it would not say when."""
        if value is None:
            return None
        if value.utcoffset() is None:
            raise ValueError(f"the time {value.isoformat()} has no zone")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        """Put the zone back."""
        return None if value is None else value.replace(tzinfo=UTC)


METADATA = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# SQLite gives a rowid alias, and so automatic ids, only to INTEGER.
_ID = BigInteger().with_variant(Integer, "sqlite")


def _organisation(*, primary: bool = False) -> Column[int]:
    return Column("organisation", Integer, ForeignKey("organisation.id"), nullable=False, primary_key=primary)


organisation = Table(
    "organisation",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("name", String, nullable=False, unique=True),
    Column("profile", JSON, nullable=False),
    Column("created", Utc, nullable=False),
)

batch = Table(
    "batch",
    METADATA,
    Column("id", String, primary_key=True),
    Column("started", Utc, nullable=False),
)
"""One run of adding. Its lock file tells whether it is still alive."""

segment = Table(
    "segment",
    METADATA,
    Column("id", _ID, primary_key=True),
    _organisation(),
    Column("name", String, nullable=False, unique=True),
    Column("month", String, nullable=False),
    Column("created", Utc, nullable=False),
    Column("bytes", BigInteger, nullable=False),
    Column("hunted_to", BigInteger, nullable=False),
    Column("superseded", Utc),
    sqlite_autoincrement=True,
)
"""`superseded` is when another segment took the place of this one; readers that began before may still be using it."""

segment_file = Table(
    "segment_file",
    METADATA,
    Column("segment", _ID, ForeignKey("segment.id", ondelete="CASCADE"), primary_key=True),
    Column("name", String, primary_key=True),
    Column("kind", String, nullable=False),
    Column("rows", BigInteger, nullable=False),
    Column("bytes", BigInteger, nullable=False),
    Column("schema_version", Integer, nullable=False),
)
"""A table file or pack. `kind` is a kind of record, `names`, `suffixes`, `observed` or `pack`."""

staged = Table(
    "staged",
    METADATA,
    Column("segment", _ID, ForeignKey("segment.id", ondelete="CASCADE"), primary_key=True),
    Column("name", String, primary_key=True),
    Column("payload", LargeBinary, nullable=False),
)
"""Files of a segment that is too small to have any: the same tables as Arrow streams, the pack as it is."""

evidence = Table(
    "evidence",
    METADATA,
    Column("id", _ID, primary_key=True),
    _organisation(),
    Column("sha256", String(64), nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("name", String, nullable=False),
    Column("dataset", String),
    Column("arrived", Utc, nullable=False),
    Column("batch", String, ForeignKey("batch.id")),  # set while it is being added, empty once it is kept
    Column("parent", _ID, ForeignKey("evidence.id")),  # for slices: the evidence whose bytes these are
    Column("offset", BigInteger),
    Column("segment", _ID, ForeignKey("segment.id")),  # whose pack holds the bytes
    Column("packed", JSON),  # start, index, index length
    Column("statements", JSON, nullable=False),
    UniqueConstraint("organisation", "sha256"),
    Index(None, "batch"),
    Index(None, "segment"),
    Index(None, "parent"),
    # An id names one piece of evidence for ever: in the audit log, in reports, in a hunt that is still running.
    sqlite_autoincrement=True,
)

evidence_kind = Table(
    "evidence_kind",
    METADATA,
    Column("evidence", _ID, ForeignKey("evidence.id", ondelete="CASCADE"), primary_key=True),
    Column("kind", String, primary_key=True),
    Column("records", BigInteger, nullable=False),
    Column("first", Utc),
    Column("last", Utc),
    Column("encrypted", BigInteger, nullable=False),
)

evidence_unread = Table(
    "evidence_unread",
    METADATA,
    Column("evidence", _ID, ForeignKey("evidence.id", ondelete="CASCADE"), primary_key=True),
    Column("reason", String, primary_key=True),
    Column("count", BigInteger, nullable=False),
)

place = Table(
    "place",
    METADATA,
    Column("id", _ID, primary_key=True),
    _organisation(),
    Column("evidence", _ID, ForeignKey("evidence.id", ondelete="CASCADE"), nullable=False),
    Column("path", String, nullable=False),
    Column("mailbox", String),
    Column("container", _ID, ForeignKey("evidence.id")),
    Column("at", Utc, nullable=False),
    Column("by", String, nullable=False),
    Index(None, "evidence", "path"),
    Index(None, "container"),
)
"""Where evidence was found: path, mailbox, container. The same bytes at a new place are one more row here."""

fetch_state = Table(
    "fetch_state",
    METADATA,
    _organisation(primary=True),
    Column("folder", String, primary_key=True),
    Column("state", JSON, nullable=False),
    Column("at", Utc, nullable=False),
)
"""How far the mail of a folder on a server was fetched; advanced only after its mails are committed."""

indicator = Table(
    "indicator",
    METADATA,
    _organisation(primary=True),
    Column("id", String, primary_key=True),
    Column("type", String, nullable=False),
    Column("mode", String, nullable=False),
    Column("pattern", String, nullable=False),
    Column("sequence", BigInteger, nullable=False),
    Index(None, "organisation", "sequence"),
)

indicator_source = Table(
    "indicator_source",
    METADATA,
    _organisation(primary=True),
    Column("indicator", String, primary_key=True),
    Column("source", String, primary_key=True),
    Column("origin", String, nullable=False),
    Column("description", String, nullable=False),
    Column("confidence", Integer, nullable=False),
    Column("marking", String, nullable=False),
    Column("valid_from", Utc),
    Column("valid_until", Utc),
    Column("labels", JSON, nullable=False),
    Column("added", Utc, nullable=False),
)
"""Who said so: every source of an indicator keeps its own marking, confidence and words."""

sighting = Table(
    "sighting",
    METADATA,
    _organisation(primary=True),
    Column("id", String, primary_key=True),
    Column("indicator", String, nullable=False),
    Column("mode", String, nullable=False),
    Column("pattern", String, nullable=False),
    Column("type", String, nullable=False),
    Column("value", String, nullable=False),
    Column("value_id", BigInteger, nullable=False),
    Column("clause", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("field", String, nullable=False),
    Index(None, "organisation", "indicator"),
)

sighting_seen = Table(
    "sighting_seen",
    METADATA,
    _organisation(primary=True),
    Column("sighting", String, primary_key=True),
    Column("evidence", _ID, ForeignKey("evidence.id", ondelete="CASCADE"), primary_key=True),
    Column("first", Utc),
    Column("last", Utc),
    Column("count", BigInteger, nullable=False),
    Index(None, "evidence"),
)

cases = Table(
    "cases",
    METADATA,
    Column("id", _ID, primary_key=True),
    _organisation(),
    Column("number", Integer, nullable=False),
    Column("title", String, nullable=False),
    Column("opened", Utc, nullable=False),
    Column("by", String, nullable=False),
    Column("evidence", _ID, ForeignKey("evidence.id")),
    UniqueConstraint("organisation", "number"),
)

case_indicator = Table(
    "case_indicator",
    METADATA,
    Column("case", _ID, ForeignKey("cases.id", ondelete="CASCADE"), primary_key=True),
    Column("indicator", String, primary_key=True),
    Column("proposal", String, nullable=False),
    Column("reason", String, nullable=False),
    Column("row", JSON, nullable=False),
)
"""What was extracted for a case: `row` holds the indicator as extracted, `proposal` what became of it."""

triage_overruling = Table(
    "triage_overruling",
    METADATA,
    Column("id", _ID, primary_key=True),
    _organisation(),
    Column("sha256", String(64), nullable=False),
    Column("was", String, nullable=False),
    Column("verdict", String, nullable=False),
    Column("why", String, nullable=False),
    Column("by", String, nullable=False),
    Column("at", Utc, nullable=False),
    Index(None, "organisation", "sha256"),
)
"""A person's verdict on the mail of a hash, in place of the program's (`was`). The newest counts, all are kept."""

audit = Table(
    "audit",
    METADATA,
    Column("id", _ID, primary_key=True),
    Column("at", Utc, nullable=False),
    Column("by", String, nullable=False),
    Column("organisation", Integer),
    Column("action", String, nullable=False),
    Column("subject", String, nullable=False),
    Column("detail", JSON, nullable=False),
)
"""Every change with time and actor. Append-only: the database refuses changes and deletions."""
