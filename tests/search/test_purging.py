"""The script for the mail administrator: one line a command, whatever a subject holds; no purge runs at once."""

import re
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from sekimori.search.purging import Message, purge_commands

TIME = datetime(2026, 10, 8, 23, 30, tzinfo=UTC)


@given(st.text(max_size=30), st.text(max_size=30), st.text(max_size=20))
def test_no_text_of_a_mail_becomes_a_command(sender: str, subject: str, message_id: str) -> None:
    script = purge_commands([Message(sender, f"x{subject}", TIME, TIME, (message_id,))])

    lines = script.split("\r\n")
    assert len(lines) == 8
    for line, start in zip(lines[3:], ("# Get-", "New-ComplianceSearch ", "Start-", "# New-", ""), strict=True):
        assert line.startswith(start)
        assert_plain(line)


@given(st.text(max_size=30), st.sampled_from(["", '"', " \n"]))
def test_a_message_without_subject_is_not_searched_for(sender: str, subject: str) -> None:
    """By sender and day alone the search would find every mail of an abused partner."""
    script = purge_commands([Message(sender, subject, TIME, TIME, ("1@evil.example",))])

    trace, reason, end = script.split("\r\n")[3:]
    assert trace == "# Get-MessageTraceV2 -MessageId '<1@evil.example>'"
    assert reason.startswith("# From '")
    assert end == ""


def test_messages_without_time_or_sender_are_found_by_what_they_have() -> None:
    script = purge_commands([Message("", "Meeting", None, None, ())])

    assert "-ContentMatchQuery 'kind:email AND subject:\"Meeting\"'" in script
    assert "Get-MessageTraceV2" not in script


def assert_plain(line: str) -> None:
    """Outside its strings a line holds plain words alone."""
    outside = re.sub("['‘’‚‛](?:[^'‘’‚‛]|['‘’‚‛]{2})*['‘’‚‛]", "", line)
    assert re.fullmatch(r"[#A-Za-z0-9 -]*", outside)
