"""The hidden campaign: who attacks whom, with what, when. Mails, traffic and events are made from this one plan.

It follows what is reported of mail-borne espionage against Japanese research bodies: a free-mail sender under a real
person's name, few recipients, an encrypted attachment whose password comes in a second mail, a conversation that goes
on, persistence on the machines of those who opened it, and remote desktop onward with an administrator's account.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from sekimori.scenario.documents import Document
from sekimori.scenario.mime import Party
from sekimori.scenario.month import at, stream
from sekimori.scenario.people import Cast, Computer, Employee
from sekimori.scenario.zipcrypto import ZipMember, write_zip

__all__ = ["Campaign", "Onward", "plan"]

_DOMAIN = "kaiyo-shiryo.example"
_SECOND_DOMAIN = "tide-sync.example"
_MEMBER = "議事録_20261008.scr"
_DROPPED = b"This file stands for the attacker's program in an invented incident. It does nothing.\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Onward:
    """A logon over remote desktop that nobody ordered."""

    session: str
    begins: datetime
    ends: datetime
    target: Computer


@dataclass(frozen=True, kw_only=True)
class Campaign:
    """All facts of the campaign. `sleeper` is the victim whose program goes past the proxy."""

    sender: Party
    domain: str
    landing: str
    download: str
    beacons: tuple[str, ...]
    second_domain: str
    landing_address: str
    beacon_address: str
    second_address: str
    origins: tuple[str, str]
    subjects: tuple[str, str]
    password: str
    attachment: Document
    member: str
    dropped: bytes
    first_wave: tuple[Employee, ...]
    second_wave: tuple[Employee, ...]
    reporter: Employee
    opener: Employee
    sleeper: Employee
    administrator: Employee
    lured: datetime
    lured_again: datetime
    opened: datetime
    slept: datetime
    discovered: datetime
    onward: tuple[Onward, ...]

    @property
    def dropped_hash(self) -> str:
        """SHA-256 of the program in the archive."""
        return sha256(self.dropped).hexdigest()

    @property
    def attachment_hash(self) -> str:
        """SHA-256 of the archive."""
        return sha256(self.attachment.data).hexdigest()


def plan(cast: Cast, seed: int) -> Campaign:
    """The campaign against this cast."""
    dice = stream(seed, "campaign")
    deep, abroad, resources = (cast.department(name) for name in ("深海探査技術研究部", "国際連携室", "海洋資源研究部"))
    password = f"Kaiyo{dice.randrange(1000, 9999)}"
    dropped = _DROPPED + dice.randbytes(2048).hex().encode()
    inside = ZipMember(name=_MEMBER, data=dropped, modified=at(8, "23:14:06"))
    archive = write_zip([inside], password=password, dice=dice)
    return Campaign(
        sender=Party(cast.professor.name, f"tanabe.kosuke.minato@{cast.free_mail.domain}"),
        domain=_DOMAIN,
        landing=f"http://{_DOMAIN}/minutes/20261008/",
        download=f"http://dl.{_DOMAIN}/minutes/20261008/index.html",
        beacons=(f"api.{_DOMAIN}", f"img.{_DOMAIN}", f"sync.{_DOMAIN}"),
        second_domain=_SECOND_DOMAIN,
        landing_address="203.0.113.71",
        beacon_address="203.0.113.80",
        second_address="203.0.113.86",
        origins=("203.0.113.66", "203.0.113.67"),
        subjects=("海洋政策懇談会（10月8日）議事録の送付", "深海資源に関する有識者会合のご案内"),
        password=password,
        attachment=Document("議事録_20261008.zip", "application/zip", archive),
        member=_MEMBER,
        dropped=dropped,
        # The head of the department is a VIP; the person at desk 5 keeps mail in an mbox.
        first_wave=(deep[0], deep[3], deep[5], abroad[0], abroad[2], abroad[4]),
        second_wave=(resources[0], resources[6]),
        reporter=abroad[2],
        opener=deep[3],
        sleeper=abroad[4],
        administrator=cast.administrators[1],
        lured=at(9, "08:52:11"),
        lured_again=at(13, "10:20:37"),
        opened=at(9, "09:41:08"),
        slept=at(9, "13:05:52"),
        discovered=at(30, "17:00:00"),
        onward=(
            _onward(cast, "onward-1", at(15, "01:42:18"), 38, "SRV-FILE01"),
            _onward(cast, "onward-2", at(20, "02:11:45"), 44, "SRV-DATA02"),
        ),
    )


def _onward(cast: Cast, session: str, begins: datetime, minutes: int, target: str) -> Onward:
    return Onward(
        session=session, begins=begins, ends=begins + timedelta(minutes=minutes, seconds=9), target=cast.servers[target]
    )
