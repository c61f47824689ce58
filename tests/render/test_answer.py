from dataclasses import replace

import pytest

from sekimori.model.match import Answer, Answered
from sekimori.model.report import CaseReport, Involvement, fill
from sekimori.render.answer import answer_lines, answer_of
from sekimori.render.messages import translator

WORDS = translator("en", "Asia/Tokyo")


def said(report: CaseReport) -> list[tuple[Answer | None, str]]:
    return [
        (line.answer, " ".join(fill(phrase.template, phrase.values) for phrase in line.phrases))
        for line in answer_lines(report, WORDS)
    ]


def answered(report: CaseReport, answer: Answer) -> CaseReport:
    """The report with nothing found, and this answer of every indicator in every area."""
    rows = tuple(
        replace(row, answers=tuple(replace(part, answer=answer, count=0) for part in row.answers))
        for row in report.indicators
    )
    return replace(report, indicators=rows, people=(), hosts=(), logons=(), sightings=())


def test_the_five_questions_are_answered(report: CaseReport) -> None:
    answers = said(report)
    assert [answer for answer, _ in answers] == [Answer.SEEN] * 4 + [None]
    assert answers[0][1] == (
        "4 people got it: 田中 弘, 佐藤 美咲, 鈴木 一郎, kenkyu@example.jp."
        " Especially exposed (VIP): 田中 弘. Replied: 田中 弘."
    )
    assert answers[1][1].startswith("2 machines: PC-014 10.20.1.14 (tanaka), 10.20.1.22.")
    assert answers[3][1].startswith("2 of 3 logons from affected machines: PC-014 → FS-01 (EXAMPLE\\svc-backup), ")


def test_nothing_seen_is_said_with_what_was_searched(report: CaseReport) -> None:
    answers = said(answered(report, Answer.NOT_SEEN))
    assert [answer for answer, _ in answers] == [Answer.NOT_SEEN] * 4 + [None]
    assert answers[0][1] == "None: nothing was seen in 4,321 records (2026-09-01 00:02 – 2026-09-30 18:51)."
    assert "61,220 records" in answers[3][1]


def test_what_cannot_be_told_is_never_clean(report: CaseReport) -> None:
    answers = said(answered(report, Answer.CANNOT_TELL))
    assert [answer for answer, _ in answers] == [Answer.CANNOT_TELL] * 4 + [None]
    assert answers[4][1].startswith("Mail: indicators without an answer: 8 (")


def test_no_evidence_is_no_all_clear(report: CaseReport) -> None:
    answers = said(replace(answered(report, Answer.NOT_SEEN), coverage=(), unsearchable=()))
    assert [answer for answer, _ in answers] == [Answer.CANNOT_TELL] * 4 + [None]
    assert answers[1][1] == "Network: no evidence was handed in."
    assert answers[4][1].count("no evidence was handed in") == 4


def test_an_area_with_no_record_is_no_evidence(report: CaseReport) -> None:
    coverage = tuple(replace(part, records=0) for part in report.coverage)
    assert said(replace(answered(report, Answer.NOT_SEEN), coverage=coverage))[0][0] is Answer.CANNOT_TELL


def test_seen_without_a_name_is_still_seen(report: CaseReport) -> None:
    answers = said(replace(report, people=(), hosts=()))
    assert [answer for answer, _ in answers][:3] == [Answer.SEEN] * 3
    assert "but not on whom" in answers[0][1]


def test_logons_without_work_records_cannot_be_judged(report: CaseReport) -> None:
    coverage = tuple(part for part in report.coverage if part.area != "administration")
    answer, text = said(replace(report, coverage=coverage))[3]
    assert (answer, text) == (
        Answer.CANNOT_TELL,
        "Logons from affected machines: 3, but no work records to compare them with.",
    )


def test_ordered_logons_are_no_finding(report: CaseReport) -> None:
    answer, text = said(replace(report, logons=report.logons[:1]))[3]
    assert (answer, text) == (Answer.NOT_SEEN, "None: work records cover all logons from affected machines (1).")


def test_all_searched_is_said_only_when_it_is_so(report: CaseReport) -> None:
    whole = tuple(replace(part, unread={}, encrypted=0, gaps=()) for part in report.coverage)
    clean = replace(answered(report, Answer.NOT_SEEN), coverage=whole, unsearchable=())
    assert said(clean)[4][1] == "All evidence that was handed in could be searched."
    assert said(replace(clean, unsearchable=report.unsearchable))[4][1] == (
        "Pieces of evidence that could not be searched: 2."
    )


def test_a_reply_is_looked_for_among_all_people(report: CaseReport) -> None:
    people = tuple(replace(person, what=(Involvement.RECEIVED,)) for person in report.people)
    assert "No reply was seen." in said(replace(report, people=people))[0][1]


@pytest.mark.parametrize(
    ("answers", "together"),
    [
        ((), Answer.CANNOT_TELL),
        ((Answer.NOT_SEEN, Answer.NOT_SEEN), Answer.NOT_SEEN),
        ((Answer.NOT_SEEN, Answer.CANNOT_TELL), Answer.CANNOT_TELL),
        ((Answer.SEEN, Answer.CANNOT_TELL), Answer.SEEN),
    ],
)
def test_answers_of_an_area_are_summed_up_cautiously(
    report: CaseReport, answers: tuple[Answer, ...], together: Answer
) -> None:
    parts = tuple(
        Answered(indicator="i-1", area="mail", answer=answer, count=0, records=1, first=None, last=None)
        for answer in answers
    )
    rows = (replace(report.indicators[0], answers=parts),)
    assert answer_of(replace(report, indicators=rows), "mail") is together
