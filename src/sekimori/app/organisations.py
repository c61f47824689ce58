"""`org`: organisations and their profiles."""

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import yaml

from sekimori.model.organisation import Organisation, Partner, Person, Profile
from sekimori.model.report import N_
from sekimori.store.workspace import Workspace
from sekimori.values import address, domain, mail_address
from sekimori.values.errors import InvalidValue

__all__ = ["ProfileError", "import_profile", "read_profile"]

_PROFILE_KEYS = {"domains", "networks", "time_zone", "partners", "people", "hosts"}
_PERSON_KEYS = {"name", "addresses", "accounts", "hosts", "department", "role", "vip"}
_PARTNER_KEYS = {"name", "domains", "networks"}


class ProfileError(ValueError):
    """A profile file that cannot be used; the message names every fault in it."""

    def __init__(self, path: Path, faults: Iterable[str]) -> None:
        self.path, self.faults = path, list(faults)
        super().__init__(N_("{path} is no profile: {reason}").format(path=path, reason="; ".join(self.faults)))


def import_profile(workspace: Workspace, organisation: Organisation, path: Path, *, by: str) -> Profile:
    """Replace an organisation's profile by that of a YAML file."""
    profile = read_profile(path)
    workspace.set_profile(organisation, profile, by=by)
    return profile


def read_profile(path: Path) -> Profile:
    """The profile of a YAML file, its values in normal form; raises `ProfileError` naming all that is wrong."""
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ProfileError(path, [str(error)]) from error
    if not isinstance(content, dict):
        raise ProfileError(path, [N_("it holds no keys")])
    reading = _Reading()
    profile = reading.profile(content)
    if reading.faults:
        raise ProfileError(path, reading.faults)
    return profile


class _Reading:
    """Reads a profile and gathers what is wrong with it."""

    def __init__(self) -> None:
        self.faults: list[str] = []

    def profile(self, content: Mapping[str, object]) -> Profile:
        self._known(N_("the profile"), content, _PROFILE_KEYS)
        hosts = content.get("hosts") or {}
        if not isinstance(hosts, dict):
            self.faults.append(N_("hosts: expected addresses with a host name each"))
            hosts = {}
        return Profile(
            domains=self._values("domains", content, domain.normal),
            networks=self._values("networks", content, address.network),
            time_zone=self._time_zone(str(content.get("time_zone", "Asia/Tokyo"))),
            partners=tuple(self._partner(one) for one in self._rows("partners", content)),
            people=tuple(self._person(one) for one in self._rows("people", content)),
            hosts={self._normal("hosts", str(ip), address.normal): str(name).lower() for ip, name in hosts.items()},
        )

    def _time_zone(self, name: str) -> str:
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            self.faults.append(N_("time_zone: {name} is no time zone, such as Asia/Tokyo").format(name=name))
        return name

    def _partner(self, content: Mapping[str, object]) -> Partner:
        self._known(N_("a partner"), content, _PARTNER_KEYS)
        return Partner(
            name=str(content.get("name", "")),
            domains=self._values("domains", content, domain.normal),
            networks=self._values("networks", content, address.network),
        )

    def _person(self, content: Mapping[str, object]) -> Person:
        self._known(N_("a person"), content, _PERSON_KEYS)
        return Person(
            name=str(content.get("name", "")),
            addresses=self._values("addresses", content, mail_address.normal),
            accounts=self._values("accounts", content, str.lower),
            hosts=self._values("hosts", content, str.lower),
            department=str(content.get("department") or ""),
            role=str(content.get("role") or ""),
            vip=bool(content.get("vip", False)),
        )

    def _known(self, what: str, content: Mapping[str, object], keys: set[str]) -> None:
        unknown = sorted(str(key) for key in content if key not in keys)
        if unknown:
            fault = N_("{what} has unknown keys: {names}")
            self.faults.append(fault.format(what=what, names=", ".join(unknown)))

    def _rows(self, name: str, content: Mapping[str, object]) -> list[Mapping[str, object]]:
        rows = content.get(name) or []
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            self.faults.append(N_("{name}: expected a list of entries with keys").format(name=name))
            return []
        return rows

    def _values(self, name: str, content: Mapping[str, object], normal: Callable[[str], str]) -> tuple[str, ...]:
        values = content.get(name) or []
        if not isinstance(values, list):
            self.faults.append(N_("{name}: expected a list").format(name=name))
            return ()
        return tuple(self._normal(name, str(value), normal) for value in values)

    def _normal(self, name: str, text: str, normal: Callable[[str], str]) -> str:
        try:
            return normal(text)
        except InvalidValue as error:
            self.faults.append(N_("{path}: {reason}").format(path=name, reason=error))
            return text
