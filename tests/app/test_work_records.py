"""Work records are hunted like any other evidence: their machines, accounts, and what their texts mention."""

from pathlib import Path

import pytest

from sekimori.app.adding import add_evidence
from sekimori.app.hunting import hunt_for
from sekimori.app.prevalence import prevalence
from sekimori.hunt.answers import best_of_each_area
from sekimori.model.indicator import Indicator, MatchMode
from sekimori.model.match import Answer
from sekimori.model.organisation import Organisation
from sekimori.store.workspace import Workspace
from sekimori.values.types import ObservableType as T

RECORDS = """\
作業日,作業者,開始,終了,接続元,接続先,アカウント,作業内容
2026/1/15,田中,10:00,11:00,PC-07,192.0.2.77,adm-tanaka,更新
2026/1/16,佐藤,10:00,11:00,198.51.100.9,srv01.example.jp,adm-sato,"203.0.113.5からhttp://evil.example/gateを取得、c2.example.orgを遮断"
"""


@pytest.fixture
def recorded(workspace: Workspace, organisation: Organisation, tmp_path: Path) -> Workspace:
    (tmp_path / "records.csv").write_text(RECORDS, "utf-8")
    add_evidence(workspace, organisation, [tmp_path / "records.csv"], by="tester")
    return workspace


@pytest.mark.parametrize(
    ("type_", "mode", "pattern", "field"),
    [
        (T.ADDRESS, MatchMode.EQUAL, "192.0.2.77", "host_name"),
        (T.ADDRESS, MatchMode.CIDR, "192.0.2.0/24", "host_name"),
        (T.ADDRESS, MatchMode.EQUAL, "198.51.100.9", "source_domain"),
        (T.ADDRESS, MatchMode.EQUAL, "203.0.113.5", "text_address"),
        (T.HOST, MatchMode.EQUAL, "pc-07", "source_domain"),
        (T.HOST, MatchMode.EQUAL, "srv01.example.jp", "host_name"),
        (T.DOMAIN, MatchMode.BELOW, "example.jp", "text_domain"),
        (T.DOMAIN, MatchMode.EQUAL, "c2.example.org", "text_domain"),
        (T.DOMAIN, MatchMode.EQUAL, "evil.example", "url_domain"),
        (T.URL, MatchMode.URL_PREFIX, "http://evil.example/", "url_original"),
        (T.URL, MatchMode.CONTAINS, "/gate", "url_original"),
        (T.USER, MatchMode.EQUAL, "adm-tanaka", "user_name"),
    ],
)
def test_a_work_record_is_seen(
    recorded: Workspace, organisation: Organisation, type_: T, mode: MatchMode, pattern: str, field: str
) -> None:
    hunted = hunt_for(recorded, organisation, [Indicator(type=type_, mode=mode, pattern=pattern)], by="tester")
    assert [(one.kind, one.field, one.count) for one in hunted.sightings] == [("work", field, 1)]
    answers = {one.area: (one.answer, one.count) for one in hunted.answers}
    assert answers["administration"] == (Answer.SEEN, 1)
    assert {answer for area, (answer, _) in answers.items() if area != "administration"} <= {Answer.CANNOT_TELL}


def test_what_no_work_record_holds_is_not_seen(recorded: Workspace, organisation: Organisation) -> None:
    one = Indicator(type=T.ADDRESS, mode=MatchMode.EQUAL, pattern="192.0.2.78")
    hunted = hunt_for(recorded, organisation, [one], by="tester")
    (answer,) = [found for found in hunted.answers if found.area == "administration"]
    assert (answer.answer, answer.records) == (Answer.NOT_SEEN, 2)


def test_prevalence_tells_whose_work_it_was(recorded: Workspace, organisation: Organisation) -> None:
    found = prevalence(recorded, organisation, "192.0.2.77")
    assert (found.count, set(found.users)) == (1, {"adm-tanaka"})
    assert {one.area: one.answer for one in best_of_each_area(found.hunted.totals)}["administration"] is Answer.SEEN
