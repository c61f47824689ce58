"""Reports to render, a realistic one and a hostile one, and kept texts to compare with."""

import os
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from sekimori.model.report import Attachment, CaseReport, Hop, Lane, TimelinePoint, Unsearchable, sentence
from tests.render.samples import build_report, origin_of

HOSTILE = "\x1b[2J\x1b]0;owned\x07</style></title><script>alert(1)</script>\u202efdp.exe javascript:alert(1) \ud800"


def build_hostile() -> CaseReport:
    """The same report with an attacker's text in every place that he can write to."""
    report = build_report()
    assert report.mail
    long_subject = "A" * 1_048_576
    mail = replace(
        report.mail,
        from_name=HOSTILE,
        from_address='"><img src=x onerror=alert(1)>@evil.example',
        reply_to=("javascript:alert(1)@evil.example",),
        to=(HOSTILE,),
        subject=HOSTILE + long_subject,
        date=datetime(1, 1, 1, tzinfo=UTC),
        hops=(Hop(name=HOSTILE, address="{{ 7*7 }}", time=datetime(9999, 12, 31, 23, 59, tzinfo=UTC)),),
        attachments=(Attachment(name="report.pdf" + " " * 90 + ".exe", size=-1, sha256=HOSTILE, encrypted=True),),
        body=HOSTILE
        + "\r\n<!-- \u2028 e\u0301\u0301\u0301\u0301\u0301 https://evil.example/a?b=http://other.example\n" * 4000,
        message_id=HOSTILE,
        evidence=HOSTILE,
    )
    forged = TimelinePoint(time=datetime(1, 1, 1, tzinfo=UTC), lane=Lane.MAIL, label=HOSTILE, count=10**12)
    indicators = tuple(
        replace(row, pattern=row.pattern + HOSTILE, reason=HOSTILE, origin=HOSTILE) for row in report.indicators
    )
    sightings = tuple(
        replace(
            row,
            value=HOSTILE,
            clause=HOSTILE,
            hosts=(HOSTILE,) * 50,
            users=(HOSTILE,) * 50,
            origins=(origin_of(HOSTILE, 1, HOSTILE * 500),),
        )
        for row in report.sightings
    )
    return replace(
        report,
        title=HOSTILE + long_subject,
        mail=mail,
        indicators=indicators,
        sightings=sightings,
        people=tuple(replace(person, name=HOSTILE, department="{host}{count}") for person in report.people),
        hosts=tuple(replace(host, name=HOSTILE, user="{names}") for host in report.hosts),
        timeline=(forged, *report.timeline),
        logons=tuple(replace(logon, account=HOSTILE) for logon in report.logons),
        unsearchable=(Unsearchable(area=HOSTILE, evidence=HOSTILE, reason=HOSTILE),),
        next_steps=(sentence("Take {host} off the network and keep its memory and disk.", host=HOSTILE),),
    )


@pytest.fixture(scope="session")
def report() -> CaseReport:
    return build_report()


@pytest.fixture(scope="session")
def hostile() -> CaseReport:
    return build_hostile()


@pytest.fixture
def snapshot() -> Callable[[str, str], None]:
    """Compare a text with the kept one of that name; `SEKIMORI_UPDATE_SNAPSHOTS=1` writes it anew."""

    def compare(name: str, text: str) -> None:
        path = Path(__file__).parent / "snapshots" / name
        kept = re.sub(r"[ \t]+$", "", text, flags=re.MULTILINE)
        if os.environ.get("SEKIMORI_UPDATE_SNAPSHOTS"):
            path.parent.mkdir(exist_ok=True)
            path.write_text(kept, "utf-8", newline="\n")
        assert kept == path.read_text("utf-8")

    return compare
