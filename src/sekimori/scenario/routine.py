"""What the collected machines log on any day: people coming and going, programs, files, network logons."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random

from sekimori.scenario.consoles import Consoles
from sekimori.scenario.events import Event
from sekimori.scenario.month import DAYS, WORKING_DAYS, at, is_working, office_moment
from sekimori.scenario.people import Cast, Computer, Employee
from sekimori.scenario.security import Logon, Machine
from sekimori.scenario.sysmon import Sysmon

__all__ = ["desk_month", "server_month"]

_OFFICE = r"C:\Program Files\Microsoft Office\root\Office16"
_PROGRAMS = (
    rf"{_OFFICE}\WINWORD.EXE",
    rf"{_OFFICE}\EXCEL.EXE",
    rf"{_OFFICE}\OUTLOOK.EXE",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
    r"C:\Windows\System32\notepad.exe",
    r"C:\Windows\System32\taskhostw.exe",
    r"C:\Windows\System32\backgroundTaskHost.exe",
)
_RUN = r"HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Run\SecurityHealth"


def desk_month(cast: Cast, who: Employee, dice: Random, consoles: Consoles, per_day: int) -> Iterator[Event]:
    """A month at one desk: `per_day` programs on each working day."""
    machine, sysmon = Machine(who.computer), Sysmon(who.computer, who.login)
    for day in WORKING_DAYS:
        logon = consoles.at(who, day)
        begins = at(day, "08:20:00") + timedelta(seconds=dice.randrange(3600))
        if day == WORKING_DAYS[0] or not consoles.stays(who):
            yield from machine.logged_on(begins, logon)
        yield sysmon.registry(
            begins + timedelta(seconds=20), r"C:\Windows\explorer.exe", _RUN, "SecurityHealthSystray.exe"
        )
        for _ in range(per_day):
            when = office_moment(dice, day)
            program = dice.choice(_PROGRAMS)
            yield machine.started(when, logon, program, f'"{program}"')
            yield sysmon.created(when, program, f'"{program}"')
            yield _beside(cast, sysmon, when + timedelta(seconds=2), program, dice)
        leaves = at(day, "18:40:00") + timedelta(seconds=dice.randrange(3600))
        if not consoles.stays(who):
            yield from machine.logged_off(leaves, logon)


def _beside(cast: Cast, sysmon: Sysmon, when: datetime, program: str, dice: Random) -> Event:
    server = dice.choice(list(cast.servers.values()))
    odds = dice.random()
    if odds < 0.4:
        return sysmon.connection(when, program, cast.servers["SRV-PROXY01"], 8080)
    if odds < 0.7:
        return sysmon.query(when, program, f"{server.name.lower()}.{cast.domain}", server.address)
    return sysmon.file(when, program, rf"C:\Users\{sysmon.login}\Documents\資料_{dice.randrange(10_000)}.docx")


def server_month(cast: Cast, server: Computer, dice: Random, ids: Iterator[str], per_day: int) -> Iterator[Event]:
    """A month of a server: services and `per_day` network logons of people, a wrong password now and then."""
    machine = Machine(server)
    for day in DAYS:
        service = Logon(account="SYSTEM", kind=5, logon_id="0x3e7", privileged=True)
        yield from machine.logged_on(at(day, "00:05:00") + timedelta(seconds=dice.randrange(300)), service)
        yield machine.started(
            at(day, "03:00:00"), service, r"C:\Windows\System32\wbem\WmiPrvSE.exe", "wmiprvse.exe -secured"
        )
        for _ in range(per_day if is_working(day) else per_day // 10):
            who = dice.choice(cast.employees)
            when = office_moment(dice, day)
            logon = Logon(account=who.login, kind=3, logon_id=next(ids), source=who.computer)
            if dice.random() < 0.04:
                yield machine.refused(when - timedelta(seconds=6), logon)
            yield from machine.logged_on(when, logon)
            yield from machine.logged_off(when + timedelta(seconds=dice.randrange(20, 1500)), logon)
    updated = at(dice.choice(WORKING_DAYS), "12:10:00")
    yield machine.installed(updated, "監視エージェント", r"C:\Program Files\Monitor\agent.exe")
