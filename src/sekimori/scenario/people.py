"""The cast: the invented institute's people and computers, its partners, and who writes from free mail."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from ipaddress import ip_network
from random import Random
from typing import Any

from sekimori.scenario.month import stream
from sekimori.scenario.texts import texts

__all__ = ["Cast", "Computer", "Correspondent", "Employee", "Provider", "gather"]

_VIPS = ("役員室", "深海探査技術研究部")
_ADMINISTRATORS = 4


@dataclass(frozen=True, slots=True)
class Computer:
    """A machine with a fixed address."""

    name: str
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Employee:
    """A person of the institute; `administrator` is the second account with which servers are administered, if any."""

    name: str
    login: str
    address: str
    department: str
    role: str
    vip: bool
    computer: Computer
    administrator: str = ""

    @property
    def family(self) -> str:
        """Family name alone."""
        return self.name.split()[0]

    @property
    def roman(self) -> str:
        """The name as correspondents abroad write it."""
        family, given = self.login.split(".")
        return f"{given.capitalize()} {family.capitalize()}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """A mail domain of somebody else, with the host and address that its mails come from."""

    name: str
    domain: str
    network: str
    relay: Computer


@dataclass(frozen=True, slots=True, kw_only=True)
class Correspondent:
    """A person outside."""

    name: str
    address: str
    language: str
    title: str
    provider: Provider


@dataclass(frozen=True, kw_only=True)
class Cast:
    """Everybody and every machine that appears in the month."""

    name: str
    domain: str
    networks: tuple[str, ...]
    exchanger: Computer
    employees: tuple[Employee, ...]
    servers: Mapping[str, Computer]
    partners: tuple[Correspondent, ...]
    private: tuple[Correspondent, ...]
    free_mail: Provider

    @property
    def professor(self) -> Correspondent:
        """The partner whose name the attacker borrows."""
        return self.partners[0]

    @cached_property
    def administrators(self) -> tuple[Employee, ...]:
        """The people with an administrator's account."""
        return tuple(employee for employee in self.employees if employee.administrator)

    def department(self, name: str) -> tuple[Employee, ...]:
        """The people of one department, its head first."""
        return tuple(employee for employee in self.employees if employee.department == name)

    def profile(self) -> dict[str, Any]:
        """What the institute says of itself, in the shape of `sekimori.model.organisation.Profile`."""
        providers = {one.provider.domain: one.provider for one in self.partners}
        computers = [*self.servers.values(), *(employee.computer for employee in self.employees)]
        return {
            "domains": [self.domain],
            "networks": list(self.networks),
            "time_zone": "Asia/Tokyo",
            "partners": [
                {"name": one.name, "domains": [one.domain], "networks": [one.network]} for one in providers.values()
            ],
            "people": [_person(employee) for employee in self.employees],
            "hosts": {computer.address: computer.name for computer in computers},
        }


def gather(seed: int) -> Cast:
    """The cast of a seed: who has which name and desk differs, the institute stays."""
    words = texts("people")
    free = _provider(words["free_mail"])
    return Cast(
        name=words["name"],
        domain=words["domain"],
        networks=tuple(words["networks"]),
        exchanger=Computer(**words["exchanger"]),
        employees=tuple(_employees(words, stream(seed, "people"))),
        servers={one["name"]: Computer(**one) for one in words["servers"]},
        partners=tuple(who for partner in words["partners"] for who in _outside(partner, _provider(partner))),
        private=tuple(_outside(words["free_mail"], free)),
        free_mail=free,
    )


def _employees(words: Mapping[str, Any], dice: Random) -> Iterator[Employee]:
    names = _names(words, dice)
    number = 0
    for floor, department in enumerate(words["departments"], start=1):
        for index in range(department["people"]):
            number += 1
            family, given, login = next(names)
            yield Employee(
                name=f"{family} {given}",
                login=login,
                address=f"{login}@{words['domain']}",
                department=department["name"],
                role=department["others"][(index - 1) % len(department["others"])] if index else department["head"],
                vip=department["name"] in _VIPS and (index == 0 or department["code"] == "exec"),
                computer=Computer(f"AG-PC{number:03d}", f"10.20.{floor}.{10 + index}"),
                administrator=_account(login) if department["code"] == "it" and index in _desks() else "",
            )


def _desks() -> range:
    return range(1, 1 + _ADMINISTRATORS)


def _account(login: str) -> str:
    return "adm-" + login.partition(".")[0]


def _names(words: Mapping[str, Any], dice: Random) -> Iterator[tuple[str, str, str]]:
    """Names without end to the second round of family names: no two people share one."""
    families = dice.sample(words["families"], len(words["families"]))
    givens = dice.sample(words["givens"], len(words["givens"]))
    for index in range(2 * len(families)):
        family, family_login = families[index % len(families)]
        given, given_login = givens[(index + index // len(families)) % len(givens)]
        yield family, given, f"{family_login}.{given_login}"


def _provider(words: Mapping[str, Any]) -> Provider:
    relay = words.get("relay") or {
        "name": f"mail.{words['domain']}",
        "address": str(ip_network(words["network"])[2]),
    }
    return Provider(name=words["name"], domain=words["domain"], network=words["network"], relay=Computer(**relay))


def _outside(words: Mapping[str, Any], provider: Provider) -> Iterator[Correspondent]:
    for one in words["people"]:
        yield Correspondent(
            name=one["name"],
            address=f"{one['login']}@{provider.domain}",
            language=one["language"],
            title=one["title"],
            provider=provider,
        )


def _person(employee: Employee) -> dict[str, Any]:
    return {
        "name": employee.name,
        "addresses": [employee.address],
        "accounts": [account for account in (employee.login, employee.administrator) if account],
        "hosts": [employee.computer.name],
        "department": employee.department,
        "role": employee.role,
        "vip": employee.vip,
    }
