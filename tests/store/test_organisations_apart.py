"""A rescue team keeps many victims in one workspace: nothing of one is told to another."""

import hashlib

import pyarrow as pa
import pytest

from sekimori.model.indicator import Indicator, MatchMode
from sekimori.model.kinds import EVENT, KINDS, MESSAGE, NETWORK
from sekimori.model.match import Match, Seen, Sighting
from sekimori.model.organisation import Organisation
from sekimori.model.proposal import Extracted, Proposal
from sekimori.model.role import Role
from sekimori.store import segments
from sekimori.store.cases import Cases
from sekimori.store.catalogue import Catalogue
from sekimori.store.errors import NoSuchThing, WorkspaceChanged
from sekimori.store.indicators import Indicators
from sekimori.store.purging import purge
from sekimori.store.reading import Reading
from sekimori.store.sightings import Sightings
from sekimori.store.upkeep import compact
from sekimori.store.workspace import Workspace
from sekimori.values.identity import value_id
from sekimori.values.types import ObservableType
from tests.store.test_reading import _QUESTIONS
from tests.store.world import BY, add, rows_of, state_of, visit

SHARED = b"the same bytes"


@pytest.fixture(params=["staged", "as files"])
def pair(
    request: pytest.FixtureRequest, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> tuple[Organisation, Organisation]:
    """Two organisations; the first has evidence of every kind, the second only what both have."""
    if request.param == "as files":
        monkeypatch.setattr(segments, "_STAGE_BYTES", 0)
    aoi, beni = workspace.add_organisation("Aoi", by=BY), workspace.add_organisation("Beni", by=BY)
    add(workspace, aoi, SHARED, (NETWORK, [visit(1)]), name="shared.log")
    rows = {"offset": 0, "host_name": "aoi-pc", "email_subject": "aoi", "email_from_address": "a@aoi.example"}
    add(
        workspace, aoi, b"aoi", (EVENT, [rows]), (MESSAGE, [rows]), (NETWORK, [visit(2, "aoi.example")]), name="aoi.log"
    )
    add(workspace, beni, SHARED, (NETWORK, [visit(1)]), name="shared.log")
    return aoi, beni


def test_the_same_bytes_are_kept_for_each(workspace: Workspace, pair: tuple[Organisation, Organisation]) -> None:
    aoi, beni = pair
    found = [Catalogue(workspace, one).evidence_named(hashlib.sha256(SHARED).hexdigest()) for one in pair]
    assert found[0].id != found[1].id
    before = state_of(workspace, beni)
    assert purge(workspace, aoi, [one.id for one in Catalogue(workspace, aoi).all_evidence()], by=BY, why="test") == 2
    assert Catalogue(workspace, aoi).all_evidence() == []
    assert state_of(workspace, beni) == before


def test_no_question_is_answered_from_another(workspace: Workspace, pair: tuple[Organisation, Organisation]) -> None:
    beni = pair[1]
    for _ in range(2):
        rows = rows_of(workspace, beni)
        assert {kind: len(found) for kind, found in rows.items() if found} == {"network": 1}
        assert rows["network"][0]["organisation"] == beni.id
        with Reading(workspace, beni) as reading:
            names = reading.names([type_.value for type_ in ObservableType]).column("value").to_pylist()
            assert "aoi" not in str(names)
            answers = [str(question(reading)) for question in _QUESTIONS]
        assert not any("aoi" in answer for answer in answers)
        catalogue = Catalogue(workspace, beni)
        assert [one.name for one in catalogue.all_evidence()] == ["shared.log"]
        assert [one.kind for one in catalogue.totals()] == ["network"]
        assert catalogue.unread() == []
        for organisation in pair:
            compact(workspace, organisation, by=BY, everything=True)


def test_ids_of_another_open_nothing(workspace: Workspace, pair: tuple[Organisation, Organisation]) -> None:
    aoi, beni = pair
    ids = [one.id for one in Catalogue(workspace, aoi).all_evidence()]
    catalogue = Catalogue(workspace, beni)
    assert catalogue.evidence(ids) == {}
    for id_ in ids:
        with pytest.raises(NoSuchThing):
            catalogue.open(id_)
        with pytest.raises(NoSuchThing):
            catalogue.evidence_named(f"e-{id_}")
    held = Catalogue(workspace, aoi).segments()
    assert catalogue.payloads("network", {one.id for one in held}) == []
    with pytest.raises(WorkspaceChanged):
        Reading(workspace, beni, held)
    before = state_of(workspace, aoi)
    assert purge(workspace, beni, ids, by=BY, why="test") == 0
    assert state_of(workspace, aoi) == before


def test_indicators_and_sightings_are_apart(workspace: Workspace, pair: tuple[Organisation, Organisation]) -> None:
    aoi, beni = pair
    one = Indicator(type=ObservableType.DOMAIN, mode=MatchMode.BELOW, pattern="evil.example")
    assert Indicators(workspace, aoi).add([one], by=BY, source="feed") == 1
    theirs = Indicators(workspace, beni)
    assert (theirs.all(), theirs.all([one.identity]), theirs.last_sequence(), len(theirs.patterns())) == ([], [], 0, 0)
    evidence = Catalogue(workspace, aoi).all_evidence()[0].id
    match = Match(
        indicator=one.identity,
        mode=one.mode,
        pattern=one.pattern,
        type=one.type,
        value=one.pattern,
        value_id=value_id(one.type, one.pattern),
        clause="equal",
    )
    seen = Seen(evidence=evidence, kind="network", field="url_domain", first=None, last=None, count=1)
    sighting = Sighting(
        indicator=one.identity, match=match, kind="network", field="url_domain", role=Role.DESTINATION, seen=(seen,)
    )
    held = [segment.id for segment in Catalogue(workspace, aoi).segments()]
    # Kept for the wrong organisation it is nothing: neither the sighting nor the watermark.
    assert Sightings(workspace, beni).keep([sighting], segments=held, hunted_to=1, by=BY) == 0
    assert {segment.hunted_to for segment in Catalogue(workspace, aoi).segments()} == {0}
    assert Sightings(workspace, aoi).keep([sighting], segments=held, hunted_to=1, by=BY) == 1
    assert Sightings(workspace, beni).of() == []
    with pytest.raises(NoSuchThing):
        Sightings(workspace, beni).named(sighting.identity)


def test_cases_are_apart(workspace: Workspace, pair: tuple[Organisation, Organisation]) -> None:
    aoi, beni = pair
    one = Indicator(type=ObservableType.DOMAIN, mode=MatchMode.BELOW, pattern="evil.example")
    extracted = [Extracted(indicator=one, proposal=Proposal.HUNT, reason="")]
    evidence = Catalogue(workspace, aoi).all_evidence()[0].id
    case = Cases(workspace, aoi).open("Quarterlyplans", evidence=evidence, extracted=extracted, by=BY)
    assert Cases(workspace, aoi).extracted(case) == extracted
    assert Cases(workspace, beni).all() == []
    assert Cases(workspace, beni).extracted(case) == []
    with pytest.raises(NoSuchThing):
        Cases(workspace, beni).named(case.number)
    with pytest.raises(NoSuchThing):
        Cases(workspace, beni).open("stolen", evidence=evidence, extracted=[], by=BY)
    assert Cases(workspace, beni).all() == []


def test_every_kind_has_the_organisation_in_its_rows(workspace: Workspace, organisation: Organisation) -> None:
    for number, kind in enumerate(KINDS.values()):
        add(workspace, organisation, b"%d" % number, (kind, [{"offset": 0, "reason": "r"}]))
    for rows in rows_of(workspace, organisation).values():
        assert [row["organisation"] for row in rows] == [organisation.id]
    with Reading(workspace, organisation) as reading:
        assert reading.observed(pa.array([], pa.int64())).to_pylist() == []
