"""The judgement on a mail as text: every address that a reason names is defanged."""

from dataclasses import replace
from datetime import date

import pytest

from sekimori.model.report import CaseReport
from sekimori.render.html import case_page
from sekimori.render.messages import translator
from sekimori.render.triage import triage_lines
from sekimori.triage.judging import judge
from tests.triage.mails import case_facts

FORGED = {
    "from": "外務省 <info@mofa-go-jp.example>",
    "body": "資料 http://evil.example/a.zip\n外務省\nE-mail: info@institute.example\n",
    "headers": {"Reply-To": "a@freemail.example", "Message-ID": "<1@mail.other.example>"},
}


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_no_reason_shows_what_can_be_followed(lang: str) -> None:
    triage = judge(case_facts(FORGED), today=date(2014, 10, 7))
    text = "\n".join(line for line in triage_lines(triage, translator(lang)) if line.startswith("- "))
    assert "mofa-go-jp[.]example" in text
    assert "a@freemail[.]example" in text
    assert ".example" not in text


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_the_page_shows_no_address_that_can_be_followed(report: CaseReport, lang: str) -> None:
    triage = judge(case_facts(FORGED), today=date(2014, 10, 7))
    page = case_page(replace(report, triage=triage), lang)
    assert "mofa-go-jp[.]example" in page
    assert not [name for name in ("mofa-go-jp.example", "a@freemail.example", "institute.example") if name in page]
