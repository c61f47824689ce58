"""Events of Sysmon, with the fields of its schema (learn.microsoft.com, Sysinternals Sysmon)."""

from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256

from sekimori.scenario.events import Channel, Event
from sekimori.scenario.people import Computer
from sekimori.scenario.truth import Mark

__all__ = ["Sysmon"]


@dataclass(frozen=True, slots=True)
class Sysmon:
    """Writes the Sysmon events of one computer, under the account of the person who uses it."""

    computer: Computer
    login: str

    def created(
        self, when: datetime, image: str, command: str, *, hash_: str = "", parent: str = "", mark: Mark | None = None
    ) -> Event:
        """1: a process was created. Without `hash_` the program gets one by its name."""
        data = (
            ("CommandLine", command),
            ("CurrentDirectory", f"C:\\Users\\{self.login}\\"),
            ("User", self._user),
            ("LogonId", "0x2f31a"),
            ("IntegrityLevel", "Medium"),
            ("Hashes", f"SHA256={(hash_ or sha256(image.encode()).hexdigest()).upper()}"),
            ("ParentImage", parent or r"C:\Windows\explorer.exe"),
        )
        return self._event(when, 1, image, data, mark)

    def connection(self, when: datetime, image: str, target: Computer, port: int, *, mark: Mark | None = None) -> Event:
        """3: a connection was opened; the target's name is its host name."""
        data = (
            ("User", self._user),
            ("Protocol", "tcp"),
            ("Initiated", "true"),
            ("SourceIp", self.computer.address),
            ("SourceHostname", self.computer.name),
            ("SourcePort", str(49152 + int(when.timestamp()) % 16000)),
            ("DestinationIp", target.address),
            ("DestinationHostname", target.name),
            ("DestinationPort", str(port)),
        )
        return self._event(when, 3, image, data, mark)

    def file(self, when: datetime, image: str, path: str, *, mark: Mark | None = None) -> Event:
        """11: a file was created."""
        created = when.astimezone(UTC).isoformat(sep=" ", timespec="milliseconds")[:23]
        data = (("TargetFilename", path), ("CreationUtcTime", created), ("User", self._user))
        return self._event(when, 11, image, data, mark)

    def registry(self, when: datetime, image: str, key: str, value: str, *, mark: Mark | None = None) -> Event:
        """13: a registry value was set."""
        data = (("EventType", "SetValue"), ("TargetObject", key), ("Details", value), ("User", self._user))
        return self._event(when, 13, image, data, mark)

    def query(self, when: datetime, image: str, name: str, answer: str, *, mark: Mark | None = None) -> Event:
        """22: a name was asked for."""
        data = (("QueryName", name), ("QueryStatus", "0"), ("QueryResults", f"::ffff:{answer};"), ("User", self._user))
        return self._event(when, 22, image, data, mark)

    @property
    def _user(self) -> str:
        return f"ASAGIRI\\{self.login}"

    def _event(
        self, when: datetime, code: int, image: str, data: tuple[tuple[str, str], ...], mark: Mark | None
    ) -> Event:
        moment = when.astimezone(UTC).isoformat(sep=" ", timespec="milliseconds")[:23]
        number = 1000 + sum(image.encode()) % 9000
        head = (
            ("RuleName", "-"),
            ("UtcTime", moment),
            ("ProcessGuid", f"{{5c1e8f20-0000-{number:04x}-0000-{int(when.timestamp()):012x}}}"),
            ("ProcessId", str(number)),
            ("Image", image),
        )
        return Event(
            when=when, computer=self.computer, channel=Channel.SYSMON, code=code, data=(*head, *data), mark=mark
        )
