"""What a purge takes with it, what it leaves, and what it says."""

import hashlib
import json

import pytest
from sqlalchemy import select

from sekimori.model.indicator import Indicator, MatchMode
from sekimori.model.kinds import NETWORK
from sekimori.model.organisation import Organisation
from sekimori.model.proposal import Extracted, Proposal
from sekimori.store import purging, tables
from sekimori.store.adding import Adding, Claimed, Found
from sekimori.store.cases import Cases
from sekimori.store.catalogue import Catalogue
from sekimori.store.errors import NoSuchThing
from sekimori.store.indicators import Indicators
from sekimori.store.purging import purge
from sekimori.store.workspace import Workspace
from sekimori.values.types import ObservableType
from tests.store.world import BY, add, batch_of, claimed, content_hits, rows_of, state_of, visit


def test_a_case_stays_without_what_was_extracted(workspace: Workspace, organisation: Organisation) -> None:
    source = add(workspace, organisation, b"1", (NETWORK, [visit(1)]))
    other = add(workspace, organisation, b"2", (NETWORK, [visit(2)]))
    one = Indicator(type=ObservableType.DOMAIN, mode=MatchMode.BELOW, pattern="evil.example")
    extracted = [Extracted(indicator=one, proposal=Proposal.HUNT, reason="in the body")]
    cases = Cases(workspace, organisation)
    first = cases.open("Quarterlyplans", evidence=source, extracted=extracted, by=BY)
    second = cases.open("Other", evidence=other, extracted=extracted, by=BY)
    Indicators(workspace, organisation).add([one], by=BY, source="case 1")
    reports = workspace.layout.reports / str(organisation.id)
    reports.mkdir()
    (reports / "case-1.html").write_text("Quarterlyplans")
    purge(workspace, organisation, [source], by=BY, why="test")
    found, untouched = cases.all()
    assert (found.number, found.title, found.evidence) == (first.number, "", None)
    assert (untouched.title, untouched.evidence) == ("Other", other)
    assert cases.extracted(found) == []
    assert cases.extracted(second) == extracted
    assert not reports.exists()
    assert [known.pattern for known in Indicators(workspace, organisation).all()] == ["evil.example"]
    assert content_hits(workspace.layout.root, "Quarterlyplans") == []


def test_the_audit_log_says_who_why_and_which_and_nothing_else(
    workspace: Workspace, organisation: Organisation
) -> None:
    source = add(workspace, organisation, b"1", (NETWORK, [visit(1, "secret.example")]), name="secret.log")
    assert purge(workspace, organisation, [source, source + 100], by="sato", why="by mistake") == 1
    with workspace.reading() as connection:
        rows = connection.execute(select(tables.audit).order_by(tables.audit.c.id)).fetchall()
    assert [(row.action, row.by) for row in rows[1:]] == [("evidence.add", BY), ("evidence.purge", "sato")]
    assert rows[-1].detail == {"why": "by mistake", "evidence": [source]}
    assert "secret" not in json.dumps([dict(row._mapping) for row in rows], default=str)


def test_nothing_to_purge(workspace: Workspace, organisation: Organisation) -> None:
    source = add(workspace, organisation, b"1", (NETWORK, [visit(1)]))
    before = state_of(workspace, organisation)
    assert purge(workspace, organisation, [], by=BY, why="test") == 0
    assert purge(workspace, organisation, [source + 1], by=BY, why="test") == 0
    assert state_of(workspace, organisation) == before


def test_evidence_of_several_segments(
    workspace: Workspace, organisation: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sekimori.store.segments._STAGE_BYTES", 0)
    monkeypatch.setattr("sekimori.store.segments._BUFFER_ROWS", 2)
    monkeypatch.setattr("sekimori.store.segments._CUT_BYTES", 1)
    keep = add(workspace, organisation, b"keep", (NETWORK, [visit(1)]))
    gone = add(workspace, organisation, b"gone", *[(NETWORK, [visit(n), visit(n + 1)]) for n in range(3)])
    assert len(Catalogue(workspace, organisation).segments()) > 2
    assert purge(workspace, organisation, [gone], by=BY, why="test") == 1
    assert {row["source"] for row in rows_of(workspace, organisation)["network"]} == {keep}
    # Segments in which nothing is left are gone, not empty.
    assert len(Catalogue(workspace, organisation).segments()) == 1
    assert len(list(workspace.layout.segments.glob("*/*/*"))) == 1


def test_known_evidence_that_is_purged_while_it_is_being_added_again(
    workspace: Workspace, organisation: Organisation
) -> None:
    """Its new place is not kept: it is as if the purge had come after."""
    source = add(workspace, organisation, b"known", (NETWORK, [visit(1)]))
    with Adding(workspace, organisation, by=BY) as adding:
        assert claimed(adding, b"known", "again.log") == (source, Claimed.KNOWN)
        new, _ = claimed(adding, b"new", "new.log")
        assert purge(workspace, organisation, [source], by=BY, why="test") == 1
        adding.commit()
    assert [one.id for one in Catalogue(workspace, organisation).all_evidence()] == [new]


def test_what_is_being_added_cannot_be_purged(workspace: Workspace, organisation: Organisation) -> None:
    with Adding(workspace, organisation, by=BY) as adding:
        source, _ = claimed(adding, b"new", "new.log")
        assert purge(workspace, organisation, [source], by=BY, why="test") == 0
        with pytest.raises(NoSuchThing):
            Catalogue(workspace, organisation).evidence_named(f"e-{source}")
        adding.commit()
    assert Catalogue(workspace, organisation).evidence_named(f"e-{source}").name == "new.log"


def test_a_place_that_comes_while_it_is_purged_counts(
    workspace: Workspace, organisation: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between writing the new segments and putting them in place, a member is found elsewhere too: it stays."""
    container = add(workspace, organisation, b"container", name="a.zip")
    inner = add(workspace, organisation, b"inner", (NETWORK, [visit(1)]), name="in.log", container=container)
    draft = purging._draft
    done: list[int] = []

    def found_elsewhere(*args: object) -> object:
        if not done:
            done.append(add(workspace, organisation, b"inner", name="alone.log"))
        return draft(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(purging, "_draft", found_elsewhere)
    assert purge(workspace, organisation, [container], by=BY, why="test") == 1
    (left,) = Catalogue(workspace, organisation).all_evidence()
    assert (left.id, left.places) == (inner, ("alone.log",))
    assert len(rows_of(workspace, organisation)["network"]) == 1
    assert Catalogue(workspace, organisation).read(left, 0, 9) == b"inner"


def test_a_later_place_of_known_evidence_in_a_later_run(workspace: Workspace, organisation: Organisation) -> None:
    first = add(workspace, organisation, b"1", (NETWORK, [visit(1)]), name="a.log", path="first/a.log")
    for path in ("second/a.log", "second/a.log", "first/a.log"):
        assert add(workspace, organisation, b"1", name="a.log", path=path, mailbox="taro") == first
    (found,) = Catalogue(workspace, organisation).all_evidence()
    assert found.places == ("first/a.log", "second/a.log")
    assert found.mailboxes == ("taro",)
    with workspace.reading() as connection:
        assert len(connection.execute(select(tables.place)).fetchall()) == 2


def test_claims_that_are_not_kept_are_taken_back(workspace: Workspace, organisation: Organisation) -> None:
    found = Found(sha256="0" * 64, size=1, name="x", path="x")
    with Adding(workspace, organisation, by=BY) as adding:
        assert adding.claim(found).outcome is Claimed.NEW
        assert adding.claim(found).outcome is Claimed.KNOWN
        with Adding(workspace, organisation, by=BY) as other:
            assert other.claim(found).outcome is Claimed.CONTESTED
    with pytest.raises(KeyError), Adding(workspace, organisation, by=BY) as adding:
        adding.add_records(adding.claim(found).evidence, NETWORK, batch_of(NETWORK, []))  # it was not begun
    assert Catalogue(workspace, organisation).all_evidence() == []
    with workspace.reading() as connection:
        assert connection.execute(select(tables.evidence.c.id)).fetchall() == []


def test_a_number_that_is_gone_means_no_hash(workspace: Workspace, organisation: Organisation) -> None:
    hashes = {hashlib.sha256(content).hexdigest(): content for content in (str(n).encode() for n in range(1_000))}
    hash_ = next(one for one in hashes if one[:2].isdecimal() and not one[:12].isdecimal())
    with Adding(workspace, organisation, by=BY) as adding:
        claimed(adding, hashes[hash_], "a.log")
        adding.commit()
    catalogue = Catalogue(workspace, organisation)
    with pytest.raises(NoSuchThing):
        catalogue.evidence_named(hash_[:2])
    assert catalogue.evidence_named(hash_[:12]).sha256 == hash_
