"""Who is affected, by what was seen and who is who."""

from datetime import UTC, datetime, timedelta

from sekimori.desk.affected import MachineSeen, MailSeen, affected_hosts, affected_people, is_own, machine_key
from sekimori.model.organisation import Person, Profile
from sekimori.model.report import Involvement

START = datetime(2026, 10, 8, 23, 0, tzinfo=UTC)
SPY = "spy@freemail.example"
SATO = Person(
    name="佐藤 花子",
    addresses=("sato@example.jp", "hanako@example.jp"),
    hosts=("pc-015.example.jp",),
    department="企画部",
    role="部長",
    vip=True,
)
PROFILE = Profile(domains=("example.jp",), people=(SATO,), hosts={"10.1.2.15": "pc-015", "10.1.0.5": "srv-file01"})


def _mail(hour: int | None, *recipients: str, sender: str = SPY, answer: bool = False) -> MailSeen:
    time = None if hour is None else START + timedelta(hours=hour)
    return MailSeen(time=time, sender=sender, recipients=recipients, is_answer=answer)


def _machine(machine: str, hour: int = 0, *, user: str = "", what: Involvement = Involvement.CONTACTED) -> MachineSeen:
    time = START + timedelta(hours=hour)
    return MachineSeen(machine=machine, user=user, what=what, first=time, last=time + timedelta(minutes=5), count=2)


def test_own_recipients_are_affected_and_others_are_not() -> None:
    found = affected_people([_mail(1, "sato@example.jp", "x@sub.example.jp", "y@notexample.jp", SPY)], PROFILE)
    assert [one.address for one in found] == ["sato@example.jp", "x@sub.example.jp"]
    assert all(one.what == (Involvement.RECEIVED,) for one in found)


def test_whoever_answers_is_told_by_the_sender_of_the_answer() -> None:
    mails = [_mail(1, "sato@example.jp"), _mail(3, SPY, sender="sato@example.jp", answer=True)]
    (found,) = affected_people(mails, PROFILE)
    assert found.what == (Involvement.RECEIVED, Involvement.REPLIED)
    assert (found.first, found.last) == (START + timedelta(hours=1), START + timedelta(hours=3))
    assert affected_people([_mail(1, "other@example.jp", sender=SPY, answer=True)], PROFILE) == []


def test_a_mail_server_that_returns_a_mail_is_nobody() -> None:
    mails = [_mail(1, SPY, sender=f"{name}@mx.example.jp", answer=True) for name in ("mailer-daemon", "postmaster", "")]
    assert [one.address for one in affected_people(mails, PROFILE)] == ["@mx.example.jp"]


def test_the_profile_says_who_it_is() -> None:
    sato, other = affected_people([_mail(2, "new@example.jp"), _mail(1, "sato@example.jp")], PROFILE)
    assert (sato.name, sato.department, sato.role, sato.vip) == ("佐藤 花子", "企画部", "部長", True)
    assert sato.host == "pc-015.example.jp"
    assert (other.address, other.name, other.vip, other.host) == ("new@example.jp", "", False, "")


def test_a_person_with_two_addresses_is_one_person() -> None:
    (found,) = affected_people([_mail(2, "hanako@example.jp"), _mail(1, "sato@example.jp")], PROFILE)
    assert found.address == "sato@example.jp"
    assert (found.first, found.last) == (START + timedelta(hours=1), START + timedelta(hours=2))


def test_people_come_in_order_of_time_and_those_without_a_time_last() -> None:
    mails = [
        _mail(None, "a@example.jp"),
        _mail(None, "b@example.jp"),
        _mail(5, "c@example.jp"),
        _mail(2, "d@example.jp"),
    ]
    assert [one.address[0] for one in affected_people(mails, PROFILE)] == ["d", "c", "a", "b"]


def test_without_own_domains_all_are_own() -> None:
    assert is_own("x@anywhere.example", Profile())
    assert not is_own("x@anywhere.example", PROFILE)


def test_a_name_and_an_address_of_one_machine_are_one() -> None:
    seen = [
        _machine("10.1.2.15", 2, user="sato"),
        _machine("PC-015.example.jp", 1, what=Involvement.TRACE),
        _machine("10.9.9.9", 0),
    ]
    unknown, known = affected_hosts(seen, PROFILE)
    assert (known.name, known.address, known.user, known.count) == ("pc-015", "10.1.2.15", "sato", 4)
    assert set(known.what) == {Involvement.CONTACTED, Involvement.TRACE}
    assert (known.first, known.last) == (START + timedelta(hours=1), START + timedelta(hours=2, minutes=5))
    assert (unknown.name, unknown.address, unknown.user) == ("", "10.9.9.9", "")


def test_a_machine_known_by_name_has_the_profiles_address_and_owner() -> None:
    (found,) = affected_hosts([_machine("pc-015")], PROFILE)
    assert (found.address, found.user) == ("10.1.2.15", "佐藤 花子")


def test_machines_go_by_short_lower_case_names_or_by_their_address() -> None:
    names = {text: machine_key(text, PROFILE) for text in ("10.1.2.15", "PC-015.Example.JP", "2001:db8::1", "10.9.9.9")}
    assert list(names.values()) == ["pc-015", "pc-015", "2001:db8::1", "10.9.9.9"]
