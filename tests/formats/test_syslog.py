"""The heads of syslog lines in all the forms that files have."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekimori.formats.syslog import Wrapped, unwrapped

WORDS = "a word, and another"
FORMS = {
    f"<134>Oct  6 09:00:01 gw1 named[7]: {WORDS}": Wrapped(WORDS, "Oct  6 09:00:01", "gw1", "named", "7"),
    f"Oct 16 09:00:01 192.0.2.1 {WORDS}": Wrapped(WORDS, "Oct 16 09:00:01", "192.0.2.1"),
    f"Oct  6 2026 09:00:01 fw1 : %ASA-6-302013: {WORDS}": Wrapped(
        f"%ASA-6-302013: {WORDS}", "Oct  6 2026 09:00:01", "fw1"
    ),
    f"<134>Oct 06 2026 09:00:01: %ASA-6-302013: {WORDS}": Wrapped(f"%ASA-6-302013: {WORDS}", "Oct 06 2026 09:00:01"),
    f"2026-10-06T09:00:01.123+09:00 gw1 unbound: {WORDS}": Wrapped(
        WORDS, "2026-10-06T09:00:01.123+09:00", "gw1", "unbound"
    ),
    f'<134>1 2026-10-06T00:00:01Z gw1 app 11 ID7 [sd@1 x="a]\\"b"] {WORDS}': Wrapped(
        WORDS, "2026-10-06T00:00:01Z", "gw1", "app", "11"
    ),
    f"<134>1 2026-10-06T00:00:01Z gw1 - - - - \ufeff{WORDS}": Wrapped(WORDS, "2026-10-06T00:00:01Z", "gw1"),
    f"2026-10-06 09:00:01\tLocal7.Info\t192.0.2.1\t{WORDS}": Wrapped(WORDS, "2026-10-06 09:00:01", "192.0.2.1"),
    f"<134>{WORDS}": Wrapped(WORDS),
    WORDS: Wrapped(WORDS),
}


@pytest.mark.parametrize("line", FORMS)
def test_the_head_is_taken_off(line: str) -> None:
    assert unwrapped(line) == FORMS[line]


@given(st.text(st.sampled_from('<>1 Oct06:29-[]"\\a%T\t.'), max_size=200))
def test_any_line_has_a_message(line: str) -> None:
    assert line.endswith(unwrapped(line).message)
