"""The timeline: each thing once, in order of time."""

from datetime import UTC, datetime, timedelta

from sekimori.desk.timeline import Point, timeline
from sekimori.model.place import Place
from sekimori.model.report import CoveringWork, Lane, OnwardLogon, Origin

START = datetime(2026, 10, 8, 23, 0, tzinfo=UTC)
ORIGIN = Origin(evidence="x", sha256="", place=Place())


def _point(minute: int, key: object, *, lane: Lane = Lane.MAIL, label: str = "x", sighting: str = "s-1") -> Point:
    return Point(time=START + timedelta(minutes=minute), lane=lane, label=label, count=1, sighting=sighting, key=key)


def _logon(minute: int, work: CoveringWork | None = None, from_host: str = "pc01") -> OnwardLogon:
    return OnwardLogon(
        time=START + timedelta(minutes=minute),
        from_host=from_host,
        from_address="10.1.2.15",
        to_host="srv01",
        account="adm",
        logon_type=10,
        origin=ORIGIN,
        work=work,
    )


def test_two_indicators_in_one_mail_are_one_point() -> None:
    found = timeline([_point(5, "mail-1"), _point(5, "mail-1", sighting="s-2"), _point(3, "mail-2")], [])
    assert [(one.time, one.sighting) for one in found] == [
        (START + timedelta(minutes=3), "s-1"),
        (START + timedelta(minutes=5), "s-1"),
    ]


def test_the_same_key_in_another_lane_is_another_thing() -> None:
    found = timeline([_point(5, 1), _point(5, 1, lane=Lane.NETWORK)], [])
    assert [one.lane for one in found] == [Lane.MAIL, Lane.NETWORK]


def test_logons_stand_with_the_work_that_covers_them() -> None:
    work = CoveringWork(person="牧野", start=START, end=None, text="", origin=ORIGIN)
    timeless = CoveringWork(person="天野", start=None, end=None, text="", origin=ORIGIN)
    found = timeline([], [_logon(7, work), _logon(9, from_host=""), _logon(11, timeless)])
    assert [(one.lane, one.label) for one in found] == [
        (Lane.WORK, "牧野"),
        (Lane.LOGON, "pc01 → srv01 (adm)"),
        (Lane.LOGON, "10.1.2.15 → srv01 (adm)"),
        (Lane.LOGON, "pc01 → srv01 (adm)"),
    ]
