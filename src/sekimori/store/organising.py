"""Changes to the organisations of a workspace."""

from datetime import UTC, datetime

from sqlalchemy import insert, update
from sqlalchemy.exc import IntegrityError

from sekimori.model.organisation import Organisation, Profile
from sekimori.store import tables
from sekimori.store.audit import record
from sekimori.store.database import Database
from sekimori.store.errors import OrganisationExists
from sekimori.store.profiles import profile_to_json

__all__ = ["insert_organisation", "update_profile"]


def insert_organisation(database: Database, name: str, profile: Profile, by: str) -> Organisation:
    """Add an organisation; raises `OrganisationExists`."""
    values = {"name": name, "profile": profile_to_json(profile), "created": datetime.now(UTC)}
    try:
        with database.writing() as connection:
            key = connection.execute(insert(tables.organisation).values(**values)).inserted_primary_key
            assert key is not None
            id_ = int(key[0])
            record(connection, by=by, organisation=id_, action="organisation.add", subject=name, detail={})
    except IntegrityError as error:
        raise OrganisationExists(name) from error
    return Organisation(id=id_, name=name, profile=profile)


def update_profile(database: Database, organisation: Organisation, profile: Profile, by: str) -> None:
    """Replace an organisation's profile."""
    table = tables.organisation
    content = profile_to_json(profile)
    with database.writing() as connection:
        connection.execute(update(table).where(table.c.id == organisation.id).values(profile=content))
        record(
            connection,
            by=by,
            organisation=organisation.id,
            action="organisation.profile",
            subject=organisation.name,
            detail={"before": profile_to_json(organisation.profile), "after": content},
        )
