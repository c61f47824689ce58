"""The whole journey on the built-in incident: the answer is all and only what was planted."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson
import pytest

from sekimori.app.demo import run_demo
from sekimori.app.hunting import Hunted, hunt_for, load_indicators
from sekimori.app.locating import records_of
from sekimori.model.match import Answer, Sighting
from sekimori.model.organisation import Organisation
from sekimori.model.report import CaseReport, Involvement, Lane, OnwardLogon, to_json
from sekimori.model.role import Role
from sekimori.store.catalogue import Catalogue
from sekimori.store.reading import Reading
from sekimori.store.sightings import Sightings
from sekimori.store.workspace import Workspace
from sekimori.values.normal import normal
from sekimori.values.types import ObservableType

Line = tuple[str, int]
"""A file of the incident and a line, row or record number in it."""


@dataclass(frozen=True)
class Demo:
    """What the demonstration made, and the truth about it."""

    root: Path
    report: CaseReport
    files: dict[str, Path]
    truth: dict[str, Any]
    workspace: Workspace
    organisation: Organisation

    @property
    def sightings(self) -> list[Sighting]:
        """The case's sightings, mere mentions left out."""
        ids = {row.id for row in self.report.sightings}
        kept = [one for one in Sightings(self.workspace, self.organisation).of() if one.identity in ids]
        return [one for one in kept if one.role is not Role.MENTION]

    def lines(self, sightings: Iterable[Sighting], kind: str, column: str) -> set[Line]:
        """File and `column` of every record of some kind behind the sightings."""
        found: set[Line] = set()
        with Reading(self.workspace, self.organisation) as reading:
            for sighting in sightings:
                if sighting.kind == kind:
                    rows = records_of(reading, sighting, ["source", column]).to_pylist()
                    files = self.files_of({row["source"] for row in rows})
                    found |= {(file, row[column]) for row in rows for file in files[row["source"]]}
        return found

    def files_of(self, evidence: Collection[int]) -> dict[int, list[str]]:
        """Where evidence was found, as the truth names files."""
        found = Catalogue(self.workspace, self.organisation).evidence(list(evidence))
        return {id_: [self.named(path) for path in one.places] for id_, one in found.items()}

    def named(self, path: str) -> str:
        """A place as the truth names files: below the incident, without the way into a container."""
        return Path(path.partition("!")[0]).relative_to(self.root / "incident").as_posix()

    def planted(self, name: str, reachable: str, column: str) -> set[Line]:
        """Lines or events of the truth that the indicators of a file lead to."""
        rows = (row for row in self.truth[name] if row["reachable"] == reachable)
        return {(row["place"]["file"], row["place"][column]) for row in rows}


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    root = tmp_path_factory.mktemp("demo")
    answer = run_demo(root, scale=0.05, by="tester", lang="en")
    truth = orjson.loads((root / "incident/truth.json").read_bytes())
    with Workspace(root / "work") as workspace:
        yield Demo(root, answer.report, answer.files, truth, workspace, workspace.organisation())


def test_the_mails_of_the_campaign_and_no_other(demo: Demo) -> None:
    mails = [one for one in demo.sightings if one.kind == "message"]
    evidence = {seen.evidence for one in mails for seen in one.seen}
    files = {file for places in demo.files_of(evidence).values() for file in places}
    assert files == {mail["file"] for mail in demo.truth["mails"]} | {demo.truth["suspicious"]["file"]}
    ids = {id_ for _, id_ in demo.lines(mails, "message", "email_message_id")}
    assert ids == {mail["message_id"] for mail in demo.truth["mails"]}


def test_attachments_lead_to_no_further_mail(demo: Demo) -> None:
    attached = {id_ for _, id_ in demo.lines(demo.sightings, "attachment", "email_message_id")}
    lures = {mail["message_id"] for mail in demo.truth["mails"] if "attachment sha256" in mail["why"]}
    assert attached == lures


def test_the_people_who_received_and_who_answered(demo: Demo) -> None:
    told = {what: {one.address for one in demo.report.people if what in one.what} for what in Involvement}
    assert told[Involvement.RECEIVED] == set(demo.truth["received"])
    assert told[Involvement.REPLIED] == set(demo.truth["answered"])
    assert {one.address for one in demo.report.people} == set(demo.truth["received"]) | set(demo.truth["answered"])
    assert all(one.name and one.department for one in demo.report.people)


def test_the_network_lines_and_no_other(demo: Demo) -> None:
    assert demo.lines(demo.sightings, "network", "line") == demo.planted("network", "suspicious.eml", "line")


def test_mentions_are_not_counted_as_seen(demo: Demo) -> None:
    mentioned = demo.planted("mentions", "suspicious.eml", "line")
    assert mentioned
    assert demo.lines(demo.sightings, "network", "line").isdisjoint(mentioned)


def test_the_events_and_no_other(demo: Demo) -> None:
    events = demo.lines(demo.sightings, "event", "winlog_record_id")
    assert events == demo.planted("events", "suspicious.eml", "record")


def test_the_machines(demo: Demo) -> None:
    told = {what: {one.name.upper() for one in demo.report.hosts if what in one.what} for what in Involvement}
    truth = demo.truth
    contacted = {row["host_name"] for row in truth["network"] if row["reachable"] == "suspicious.eml"}
    assert told[Involvement.CONTACTED] == contacted
    assert told[Involvement.TRACE] == {row["host"] for row in truth["events"] if row["reachable"] == "suspicious.eml"}
    assert len({one.name for one in demo.report.hosts}) == len(demo.report.hosts)


def _session(demo: Demo, logon: OnwardLogon) -> str:
    """The session that a reported logon belongs to; one that is not in the truth has none."""
    file = demo.named(logon.origin.evidence)
    for row in (*demo.truth["onward_logons"], *demo.truth["ordered_logons"]):
        time = datetime.fromisoformat(row["place"]["time"])
        if row["place"]["file"] == file and abs((logon.time - time).total_seconds()) < 1:
            assert (logon.account, logon.to_host) == (row["account"], row["target_host"].lower())
            return str(row["session"])
    return ""


def test_logons_that_nobody_ordered(demo: Demo) -> None:
    unordered = [_session(demo, one) for one in demo.report.logons if one.work is None]
    assert sorted(unordered) == sorted({row["session"] for row in demo.truth["onward_logons"]})


def test_ordered_logons_name_their_work_record(demo: Demo) -> None:
    ordered = {_session(demo, one): one for one in demo.report.logons if one.work is not None}
    rows = {row["session"]: row for row in demo.truth["ordered_logons"]}
    assert "ordered-from-victim" in ordered
    assert set(ordered) <= set(rows)
    for session, logon in ordered.items():
        file, *_, row = rows[session]["work_record"].split("#")
        assert logon.work is not None
        assert demo.named(logon.work.origin.evidence) == file
        assert logon.work.origin.place.line == int(row)


def test_no_decoy_anywhere(demo: Demo) -> None:
    decoys = demo.truth["decoys"]
    places = {(one["file"], one["line"] or one["record"]) for one in decoys if one["file"]}
    assert demo.lines(demo.sightings, "network", "line").isdisjoint(places)
    assert demo.lines(demo.sightings, "event", "winlog_record_id").isdisjoint(places)
    values = {one["value"] for one in decoys if one["sort"] != "shared address"}
    assert values.isdisjoint(row.value for row in demo.report.sightings)
    mails = {id_ for _, id_ in demo.lines(demo.sightings, "message", "email_message_id")}
    assert values.isdisjoint(mails)
    with Reading(demo.workspace, demo.organisation) as reading:
        for one in demo.sightings:
            if one.kind == "message":
                assert values.isdisjoint(records_of(reading, one, ["email_from_address"]).column(0).to_pylist())


def test_the_proposals(demo: Demo) -> None:
    told = {(one.type.value, one.pattern): one.proposal.value for one in demo.report.indicators}
    right = {
        (row["type"], normal(ObservableType(row["type"]), row["value"])): row["proposals"]
        for row in demo.truth["indicators"]
    }
    hunted = {key for key, proposal in told.items() if proposal == "hunt"}
    assert hunted == {key for key, proposals in right.items() if proposals == ["hunt"]}
    assert all(told[key] in right[key] for key in told.keys() & right.keys())


def test_the_password_of_the_second_mail_opened_the_attachment(demo: Demo) -> None:
    answer = demo.truth["campaign"]["member_sha256"]
    lures = {mail["message_id"] for mail in demo.truth["mails"] if "attachment sha256" in mail["why"]}
    with Reading(demo.workspace, demo.organisation) as reading:
        columns = ["mime_part", "email_message_id", "encrypted", "file_text"]
        rows = reading.records("attachment", columns=columns, where={"hash_sha256": [answer]}).to_pylist()
    assert {row["email_message_id"] for row in rows} == lures
    assert {row["mime_part"].partition("!")[2] for row in rows} == {demo.truth["campaign"]["member"]}
    assert all(not row["encrypted"] and "invented incident" in row["file_text"] for row in rows)
    [sighting] = [one for one in demo.sightings if one.kind == "attachment" and one.match.value == answer]
    opened = demo.files_of([seen.evidence for seen in sighting.seen])
    assert {mail["file"] for mail in demo.truth["mails"] if mail["message_id"] in lures} >= {
        file for files in opened.values() for file in files if file != demo.truth["suspicious"]["file"]
    }


def test_hunted_indicators_were_answered_in_every_area_and_others_in_none(demo: Demo) -> None:
    for row in demo.report.indicators:
        assert bool(row.answers) == (row.proposal.value == "hunt"), row
    areas = {one.area: one for one in demo.report.coverage}
    assert areas["mail"].records == demo.truth["counts"]["mails"] - _twice(demo)
    assert areas["network"].records == demo.truth["counts"]["proxy lines"] + demo.truth["counts"]["dns queries"]
    assert areas["endpoint"].records == demo.truth["counts"]["events"]


def _twice(demo: Demo) -> int:
    """Mails whose very bytes lie in several mailboxes: they are one piece of evidence with several places."""
    catalogue = Catalogue(demo.workspace, demo.organisation)
    mails = [one for one in catalogue.all_evidence() if one.dataset == "mail.eml"]
    inside = [[place for place in one.places if "/evidence/mail/" in place] for one in mails]
    return sum(len(places) - 1 for places in inside)


def test_the_timeline_has_every_lane_in_order_of_time(demo: Demo) -> None:
    points = demo.report.timeline
    assert {one.lane for one in points} == set(Lane)
    assert [one.time for one in points] == sorted(one.time for one in points)
    assert sum(one.lane is Lane.MAIL for one in points) == len({mail["message_id"] for mail in demo.truth["mails"]})
    assert sum(one.lane is Lane.LOGON for one in points) == len(demo.report.logons)


def test_both_files_of_the_report_are_written(demo: Demo) -> None:
    assert orjson.loads(demo.files["json"].read_bytes()) == orjson.loads(orjson.dumps(to_json(demo.report)))
    page = demo.files["html"].read_text("utf-8")
    assert "kaiyo-shiryo[.]example" in page
    assert "http://kaiyo-shiryo" not in page


@pytest.fixture(scope="module")
def warned(demo: Demo) -> Hunted:
    indicators, refused = load_indicators([demo.root / "incident/warning.csv"])
    assert not refused
    return hunt_for(demo.workspace, demo.organisation, indicators, by="tester")


def test_the_warning_finds_what_it_leads_to_and_no_more(demo: Demo, warned: Hunted) -> None:
    assert demo.lines(warned.sightings, "network", "line") == demo.planted("network", "warning.csv", "line")
    events = demo.lines(warned.sightings, "event", "winlog_record_id")
    assert events == demo.planted("events", "warning.csv", "record")


def test_what_the_warning_names_in_vain_is_not_seen(demo: Demo, warned: Hunted) -> None:
    seen = {row["value"]: row["seen"] for row in demo.truth["warning"]}
    answers = {
        one.pattern: {answer.area: answer for answer in warned.answers if answer.indicator == one.identity}
        for one in warned.indicators
    }
    assert set(answers) == set(seen)
    for pattern, by_area in answers.items():
        assert (Answer.SEEN in {one.answer for one in by_area.values()}) == seen[pattern]
    for pattern in (pattern for pattern, told in seen.items() if not told):
        network = answers[pattern]["network"]
        assert (network.answer, network.count) == (Answer.NOT_SEEN, 0)
        assert network.records == demo.truth["counts"]["proxy lines"] + demo.truth["counts"]["dns queries"]
        assert network.first is not None
        assert network.last is not None


def test_hunting_the_warning_again_hunts_nothing_and_finds_the_same(demo: Demo, warned: Hunted) -> None:
    again = hunt_for(demo.workspace, demo.organisation, list(warned.indicators), by="tester")
    assert {one.identity: one for one in again.sightings} == {one.identity: one for one in warned.sightings}
