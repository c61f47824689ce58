"""Odd mails say what a person reads in them."""

import pytest

from sekimori.formats.mail import parse
from tests.formats.odd_mime import Case, cases, faults

CASES = list(cases())


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_odd_mail(case: Case) -> None:
    assert faults(parse(case.mail), case.expected) == []


def test_a_wrong_expectation_is_noticed() -> None:
    mail = parse(b"Subject: x\r\nContent-Type: multipart/mixed\r\n\r\ny")
    expected = {"subject": "z", "text": ["q"], "attachments": {"a": "b"}, "problems": ["never told"]}

    assert len(faults(mail, expected)) == 5
