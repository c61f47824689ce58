import json
from dataclasses import fields
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekimori.model.indicator import Marking, MatchMode
from sekimori.model.match import Answer, Answered, Coverage
from sekimori.model.place import Place
from sekimori.model.proposal import Proposal
from sekimori.model.report import (
    AffectedPerson,
    CaseReport,
    IndicatorRow,
    Involvement,
    Lane,
    OnwardLogon,
    Origin,
    TimelinePoint,
    fill,
    sentence,
    to_json,
)
from sekimori.values.types import ObservableType

MADE = datetime(2026, 10, 1, 9, 30, tzinfo=timezone(timedelta(hours=9)))


def build(title: str = "title", made_at: datetime = MADE) -> CaseReport:
    answered = Answered(
        indicator="i-1",
        area="mail",
        answer=Answer.CANNOT_TELL,
        count=0,
        records=0,
        first=None,
        last=None,
        reasons=("r",),
    )
    row = IndicatorRow(
        id="i-1",
        type=ObservableType.DOMAIN,
        mode=MatchMode.BELOW,
        pattern="evil.example",
        proposal=Proposal.HUNT,
        reason="",
        origin="URL",
        confidence=50,
        marking=Marking.GREEN,
        answers=(answered,),
    )
    origin = Origin(evidence="a.log", sha256="00", place=Place(offset=10, length=5, line=2), excerpt="x")
    return CaseReport(
        case="C-1",
        title=title,
        organisation="org",
        made_at=made_at,
        time_zone="Asia/Tokyo",
        by="me",
        program_version="1",
        indicators=(row,),
        coverage=(Coverage(area="mail", records=1, sources=1, first=None, last=None, unread={"why": 2}),),
        people=(AffectedPerson(address="a@example.jp", what=(Involvement.RECEIVED,), first=None, last=None),),
        timeline=(TimelinePoint(time=MADE, lane=Lane.MAIL, label="l"),),
        logons=(
            OnwardLogon(
                time=MADE, from_host="a", from_address="", to_host="b", account="c", logon_type=None, origin=origin
            ),
        ),
        next_steps=(sentence("Ask {person} at {time}.", person="a", time=MADE, count=1),),
    )


def test_the_document_is_json_by_its_schema() -> None:
    document = to_json(build())
    assert json.loads(json.dumps(document, ensure_ascii=False).encode()) == document
    assert document["schema"] == "sekimori.case-report/1"
    assert list(document) == ["schema", *(field.name for field in fields(CaseReport))]


def test_values_stand_as_json_has_them() -> None:
    document = to_json(build())
    assert document["made_at"] == "2026-10-01T00:30:00Z"
    assert document["marking"] == "TLP:AMBER"
    assert document["mail"] is None
    assert document["coverage"] == [
        {
            "area": "mail",
            "records": 1,
            "sources": 1,
            "first": None,
            "last": None,
            "unread": {"why": 2},
            "encrypted": 0,
            "gaps": [],
        }
    ]
    assert document["logons"] == [
        {
            "time": "2026-10-01T00:30:00Z",
            "from_host": "a",
            "from_address": "",
            "to_host": "b",
            "account": "c",
            "logon_type": None,
            "origin": {
                "evidence": "a.log",
                "sha256": "00",
                "place": {"offset": 10, "length": 5, "line": 2},
                "excerpt": "x",
            },
            "work": None,
        }
    ]


def test_enumerations_are_plain_strings() -> None:
    (row,) = build().indicators
    document = to_json(build())["indicators"]
    assert isinstance(document, list)
    assert {type(document[0][key]) for key in ("type", "mode", "proposal", "marking")} == {str}
    assert document[0]["answers"][0]["answer"] == "cannot_tell"
    assert document[0]["pattern"] == row.pattern


def test_a_sentence_carries_its_key_its_values_and_its_english() -> None:
    assert to_json(build())["next_steps"] == [
        {
            "message": "Ask {person} at {time}.",
            "values": {"person": "a", "time": "2026-10-01T00:30:00Z", "count": 1},
            "text": "Ask a at 2026-10-01T00:30:00Z.",
        }
    ]


def test_a_lone_surrogate_is_written_out() -> None:
    assert to_json(build(title="a\udc80b"))["title"] == "a\\udc80b"


@given(st.text(st.characters(codec=None)))
def test_any_text_can_be_sent(title: str) -> None:
    assert json.dumps(to_json(build(title=title)), ensure_ascii=False).encode()


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="2026-10-01T09:30:00 has no zone"):
        to_json(build(made_at=MADE.replace(tzinfo=None)))


def test_microseconds_are_kept() -> None:
    made = datetime(2026, 10, 1, 0, 0, 0, 250, tzinfo=UTC)
    assert to_json(build(made_at=made))["made_at"] == "2026-10-01T00:00:00.000250Z"


def test_filling_never_raises() -> None:
    assert fill("{a} {b} {} {0} {a!r} {", {"a": "{b}"}) == "{b} {b} {} {0} {a!r} {"
