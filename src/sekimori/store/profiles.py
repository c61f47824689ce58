"""Organisations' profiles as JSON, the form in which the desk database keeps them."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from sekimori.model.organisation import Partner, Person, Profile

__all__ = ["profile_from_json", "profile_to_json"]


def profile_to_json(profile: Profile) -> dict[str, Any]:
    """Plain JSON of a profile."""
    return asdict(profile)


def profile_from_json(content: Mapping[str, Any]) -> Profile:
    """The profile of what `profile_to_json` wrote."""
    values = dict(content)
    values["domains"] = tuple(values.get("domains", ()))
    values["networks"] = tuple(values.get("networks", ()))
    values["partners"] = tuple(Partner(**_tuples(one)) for one in values.get("partners", ()))
    values["people"] = tuple(Person(**_tuples(one)) for one in values.get("people", ()))
    return Profile(**values)


def _tuples(content: Mapping[str, Any]) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in content.items()}
