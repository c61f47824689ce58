"""What a reader may assume where a format is silent."""

import pytest

from sekimori.readers.protocol import ReadingContext

CONTEXT = ReadingContext(hosts=frozenset({"srv-data", "srv-data02", "pc1"}))


@pytest.mark.parametrize(
    ("name", "host"),
    [
        ("SRV-DATA02-security.csv", "srv-data02"),
        ("security_SRV-DATA.csv", "srv-data"),
        ("security(PC1).csv", "pc1"),
        ("pc12-security.csv", ""),
        ("mypc1.csv", ""),
        ("security.csv", ""),
    ],
)
def test_a_file_is_named_after_a_known_machine(name: str, host: str) -> None:
    assert CONTEXT.host_in(name) == host
