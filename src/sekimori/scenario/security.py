"""Events of the Security, System and remote desktop channels, with the fields that Windows gives them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from xml.sax.saxutils import escape
from zlib import crc32

from sekimori.scenario.events import Channel, Event
from sekimori.scenario.people import Computer
from sekimori.scenario.truth import Mark

__all__ = ["Logon", "Machine", "logon_ids", "session_logon_id"]

_WINDOWS_DOMAIN = "ASAGIRI"
_SYSTEM = ("S-1-5-18", "SYSTEM", "NT AUTHORITY", "0x3e7")
_PRIVILEGES = "SeSecurityPrivilege\n\t\t\tSeBackupPrivilege\n\t\t\tSeRestorePrivilege\n\t\t\tSeDebugPrivilege"
_NULL_GUID = "{00000000-0000-0000-0000-000000000000}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Logon:
    """A logon: who, how, from where, under which id.

    `kind` is the LogonType: 2 console, 3 network, 5 service, 10 remote desktop.
    """

    account: str
    kind: int
    logon_id: str
    source: Computer | None = None
    privileged: bool = False

    @property
    def sid(self) -> str:
        """A security id of the account."""
        return f"S-1-5-21-1004336348-1177238915-682003330-{1000 + sum(self.account.encode()) % 4000}"


def logon_ids() -> Iterator[str]:
    """Logon ids, never the same twice."""
    return (f"0x{number:x}" for number in count(0x2F31A, 0x1D3))


def session_logon_id(session: str) -> str:
    """The logon id of a named session on its target, above all those of `logon_ids`."""
    return f"0x{0x1_0000_0000 | crc32(session.encode()):x}"


@dataclass(frozen=True, slots=True)
class Machine:
    """Writes the events of one computer."""

    computer: Computer

    def logged_on(self, when: datetime, who: Logon, mark: Mark | None = None) -> Iterator[Event]:
        """4624, and 4672 where the account is privileged."""
        source = who.source
        data = (
            *_subject(_SYSTEM if who.kind in {2, 5, 10} else ("S-1-0-0", "-", "-", "0x0")),
            *_target(who),
            ("LogonType", str(who.kind)),
            ("LogonProcessName", "User32 " if who.kind in {2, 10} else "Kerberos"),
            ("AuthenticationPackageName", "Negotiate" if who.kind in {2, 5, 10} else "Kerberos"),
            ("WorkstationName", self.computer.name if who.kind in {2, 10} else "-"),
            ("LogonGuid", _NULL_GUID),
            ("TransmittedServices", "-"),
            ("LmPackageName", "-"),
            ("KeyLength", "0"),
            ("ProcessId", "0x5a4" if who.kind in {2, 10} else "0x0"),
            ("ProcessName", r"C:\Windows\System32\svchost.exe" if who.kind in {2, 10} else "-"),
            ("IpAddress", source.address if source else "-"),
            ("IpPort", "0" if source else "-"),
        )
        yield self._security(when, 4624, data, mark)
        if who.privileged:
            subject = _subject((who.sid, who.account, _WINDOWS_DOMAIN, who.logon_id))
            yield self._security(
                when + timedelta(milliseconds=3), 4672, (*subject, ("PrivilegeList", _PRIVILEGES)), mark
            )

    def refused(self, when: datetime, who: Logon) -> Event:
        """4625: a wrong password."""
        data = (
            *_subject(("S-1-0-0", "-", "-", "0x0")),
            ("TargetUserSid", "S-1-0-0"),
            ("TargetUserName", who.account),
            ("TargetDomainName", _WINDOWS_DOMAIN),
            ("Status", "0xc000006d"),
            ("FailureReason", "%%2313"),
            ("SubStatus", "0xc000006a"),
            ("LogonType", str(who.kind)),
            ("LogonProcessName", "NtLmSsp "),
            ("AuthenticationPackageName", "NTLM"),
            ("WorkstationName", who.source.name if who.source else "-"),
            ("IpAddress", who.source.address if who.source else "-"),
            ("IpPort", "0"),
        )
        return self._security(when, 4625, data)

    def logged_off(self, when: datetime, who: Logon, mark: Mark | None = None) -> Iterator[Event]:
        """4647 where a person asked for it, then 4634."""
        if who.kind in {2, 10}:
            yield self._security(when, 4647, _target(who), mark)
        data = (*_target(who), ("LogonType", str(who.kind)))
        yield self._security(when + timedelta(milliseconds=40), 4634, data, mark)

    def used_credentials(
        self, when: datetime, who: Logon, account: str, target: Computer, mark: Mark | None = None
    ) -> Event:
        """4648: somebody logged on here used the credentials of another account for another machine."""
        data = (
            *_subject((who.sid, who.account, _WINDOWS_DOMAIN, who.logon_id)),
            ("LogonGuid", _NULL_GUID),
            ("TargetUserName", account),
            ("TargetDomainName", _WINDOWS_DOMAIN),
            ("TargetLogonGuid", _NULL_GUID),
            ("TargetServerName", target.name),
            ("TargetInfo", f"TERMSRV/{target.name}"),
            ("ProcessId", "0x2f4"),
            ("ProcessName", r"C:\Windows\System32\lsass.exe"),
            ("IpAddress", "-"),
            ("IpPort", "-"),
        )
        return self._security(when, 4648, data, mark)

    def started(
        self, when: datetime, who: Logon, program: str, command: str, *, parent: str = "", mark: Mark | None = None
    ) -> Event:
        """4688: a process with its command line."""
        data = (
            *_subject((who.sid, who.account, _WINDOWS_DOMAIN, who.logon_id)),
            ("NewProcessId", f"0x{0x400 + sum(command.encode()) % 0x3000:x}"),
            ("NewProcessName", program),
            ("TokenElevationType", "%%1938"),
            ("ProcessId", "0x1e8"),
            ("CommandLine", command),
            ("ParentProcessName", parent or r"C:\Windows\explorer.exe"),
        )
        return self._security(when, 4688, data, mark)

    def scheduled(self, when: datetime, who: Logon, task: str, command: tuple[str, str], mark: Mark | None) -> Event:
        """4698: a scheduled task with the program and arguments it runs every hour."""
        program, arguments = (escape(part) for part in command)
        content = (
            '<?xml version="1.0" encoding="UTF-16"?>\r\n'
            '<Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">'
            "<Triggers><TimeTrigger><Repetition><Interval>PT1H</Interval></Repetition></TimeTrigger></Triggers>"
            f"<Actions><Exec><Command>{program}</Command><Arguments>{arguments}</Arguments></Exec></Actions></Task>"
        )
        subject = _subject((who.sid, who.account, _WINDOWS_DOMAIN, who.logon_id))
        return self._security(when, 4698, (*subject, ("TaskName", task), ("TaskContent", content)), mark)

    def installed(self, when: datetime, service: str, image: str, mark: Mark | None = None) -> Event:
        """7045 of the System channel: a new service."""
        data = (
            ("ServiceName", service),
            ("ImagePath", image),
            ("ServiceType", "user mode service"),
            ("StartType", "auto start"),
            ("AccountName", "LocalSystem"),
        )
        return Event(when=when, computer=self.computer, channel=Channel.SYSTEM, code=7045, data=data, mark=mark)

    def authenticated(self, when: datetime, account: str, source: Computer, mark: Mark | None = None) -> Event:
        """1149 of the remote connection manager: somebody was let in to the logon screen."""
        data = (("Param1", account), ("Param2", _WINDOWS_DOMAIN), ("Param3", source.address))
        return Event(when=when, computer=self.computer, channel=Channel.REMOTE, code=1149, data=data, mark=mark)

    def _security(
        self, when: datetime, code: int, data: tuple[tuple[str, str], ...], mark: Mark | None = None
    ) -> Event:
        return Event(when=when, computer=self.computer, channel=Channel.SECURITY, code=code, data=data, mark=mark)


def _subject(values: tuple[str, str, str, str]) -> tuple[tuple[str, str], ...]:
    names = ("SubjectUserSid", "SubjectUserName", "SubjectDomainName", "SubjectLogonId")
    return tuple(zip(names, values, strict=True))


def _target(who: Logon) -> tuple[tuple[str, str], ...]:
    return (
        ("TargetUserSid", who.sid),
        ("TargetUserName", who.account),
        ("TargetDomainName", _WINDOWS_DOMAIN),
        ("TargetLogonId", who.logon_id),
    )
