"""Administrators' sessions over remote desktop: the ordered ones of the month, and the events any session leaves."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from sekimori.scenario.campaign import Campaign
from sekimori.scenario.consoles import Consoles
from sekimori.scenario.events import Event
from sekimori.scenario.month import WORKING_DAYS, at
from sekimori.scenario.people import Cast, Computer, Employee
from sekimori.scenario.security import Logon, Machine, session_logon_id
from sekimori.scenario.sysmon import Sysmon
from sekimori.scenario.texts import texts
from sekimori.scenario.truth import Mark, Sort

__all__ = ["Session", "onward_sessions", "ordered_sessions", "session_events"]

_CLIENT = r"C:\Windows\System32\mstsc.exe"
_TARGETS = ("SRV-DC01", "SRV-FILE01", "SRV-DATA02", "SRV-WEB01", "SRV-BKUP01")


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """One session: `account` of `operator`, from the machine of `seated` (who is logged on there), to `target`."""

    name: str
    operator: Employee
    seated: Employee
    target: Computer
    begins: datetime
    ends: datetime
    task: str
    ordered: bool = True

    @property
    def source(self) -> Computer:
        """The machine the session comes from."""
        return self.seated.computer


def ordered_sessions(cast: Cast, campaign: Campaign, dice: Random, wanted: int) -> list[Session]:
    """`wanted` sessions of every day, and those that touch the victims' machines or fall into the evening."""
    words = texts("work")["tasks"]
    slots = [(day, half, who) for day in WORKING_DAYS for half in (9, 13) for who in cast.administrators]
    sessions = []
    for number, (day, half, who) in enumerate(dice.sample(slots, min(wanted, len(slots))), start=1):
        begins = at(day) + timedelta(hours=half, seconds=dice.randrange(600, 7000))
        sessions.append(
            Session(
                name=f"ordered-{number}",
                operator=who,
                seated=who,
                target=cast.servers[dice.choice(_TARGETS)],
                begins=begins,
                ends=begins + timedelta(seconds=dice.randrange(800, 4500)),
                task=dice.choice(words),
            )
        )
    return sorted([*sessions, *_special(cast, campaign)], key=lambda session: session.begins)


def _special(cast: Cast, campaign: Campaign) -> list[Session]:
    first, second, third, _ = cast.administrators
    victim = campaign.opener
    return [
        Session(
            name="ordered-from-victim",
            operator=third,
            seated=victim,
            target=cast.servers["SRV-FILE01"],
            begins=at(14, "15:12:20"),
            ends=at(14, "15:37:02"),
            task="利用者席での共有フォルダ不具合の調査",
        ),
        Session(
            name="ordered-to-victim",
            operator=first,
            seated=first,
            target=victim.computer,
            begins=at(21, "11:03:41"),
            ends=at(21, "11:24:15"),
            task="利用者端末の遠隔支援（印刷設定）",
        ),
        Session(
            name="ordered-evening",
            operator=second,
            seated=second,
            target=cast.servers["SRV-DATA02"],
            begins=at(22, "20:04:10"),
            ends=at(22, "22:36:48"),
            task="解析サーバの修正プログラム適用（時間外）",
        ),
    ]


def onward_sessions(campaign: Campaign) -> list[Session]:
    """The attacker's sessions, with the account of an administrator from the machine of a victim."""
    return [
        Session(
            name=one.session,
            operator=campaign.administrator,
            seated=campaign.opener,
            target=one.target,
            begins=one.begins,
            ends=one.ends,
            task="",
            ordered=False,
        )
        for one in campaign.onward
    ]


def session_events(session: Session, consoles: Consoles) -> Iterator[Event]:
    """What a session leaves on the machine it comes from and on the one it goes to."""
    mark = Mark(sort=Sort.ORDERED if session.ordered else Sort.ONWARD, session=session.name)
    source, target = Machine(session.source), Machine(session.target)
    account, begins = session.operator.administrator, session.begins
    seated = consoles.at(session.seated, begins.day)
    yield source.used_credentials(begins - timedelta(seconds=4), seated, account, session.target, mark)
    sysmon = Sysmon(session.source, session.seated.login)
    yield sysmon.created(begins - timedelta(seconds=15), _CLIENT, f'"{_CLIENT}" /v:{session.target.name}')
    yield sysmon.connection(begins - timedelta(seconds=3), _CLIENT, session.target, 3389)
    yield target.authenticated(begins - timedelta(seconds=2), account, session.source, mark)
    logon_id = session_logon_id(session.name)
    logon = Logon(account=account, kind=10, logon_id=logon_id, source=session.source, privileged=True)
    yield from target.logged_on(begins, logon, mark)
    for number, program in enumerate(("explorer.exe", r"System32\mmc.exe", r"System32\cmd.exe")):
        path = rf"C:\Windows\{program}"
        yield target.started(begins + timedelta(seconds=5 + 60 * number), logon, path, f'"{path}"')
    yield from target.logged_off(session.ends, logon, mark)
