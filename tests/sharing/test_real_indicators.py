"""Published lists and bundles as they are: nothing raises, and what should be found is found."""

from collections import Counter
from pathlib import Path

import pytest

from sekimori.model.indicator import Indicator, MatchMode
from sekimori.sharing.reading import UnknownIndicatorFormat, read_indicators
from sekimori.values.types import ObservableType


def read_below(folder: Path, pattern: str) -> tuple[list[Indicator], int, int]:
    """The indicators of all files, the number of refused rows, and of files in no known format."""
    indicators: list[Indicator] = []
    refused = unknown = 0
    for path in sorted(folder.rglob(pattern)):
        if not path.is_file():
            continue
        try:
            found, rows = read_indicators(path.name, path.read_bytes())
        except UnknownIndicatorFormat:
            unknown += 1
            continue
        indicators += found
        refused += len(rows)
    return indicators, refused, unknown


@pytest.mark.parametrize("pattern", ["*.md5", "*.sha1", "*.sha256"])
def test_lists_of_hashes(real_data: Path, pattern: str) -> None:
    indicators, refused, unknown = read_below(real_data / "indicators/eset", pattern)
    assert len(indicators) > 3_500
    assert {one.type for one in indicators} == {ObservableType.HASH}
    assert (refused, unknown) == (0, 0)


def test_trails(real_data: Path) -> None:
    indicators, refused, _ = read_below(real_data / "indicators/maltrail", "apt_[a-f]*.txt")
    counts = Counter(one.type for one in indicators)
    assert counts[ObservableType.DOMAIN] > 10_000
    assert counts[ObservableType.ADDRESS] > 500
    assert refused < 200


def test_phishing_urls(real_data: Path) -> None:
    indicators, refused, _ = read_below(real_data / "indicators/jpcert-phishurl/2024", "*.csv")
    assert len(indicators) > 15_000
    assert {one.mode for one in indicators} == {MatchMode.URL_PREFIX}
    assert all(one.valid_from for one in indicators)
    assert refused < 5


def test_reports_of_all_kinds(real_data: Path) -> None:
    indicators, _, _ = read_below(real_data / "indicators/unit42", "*.[ct][sx][vt]")
    counts = Counter(one.type for one in indicators)
    assert counts[ObservableType.HASH] > 10_000
    assert counts[ObservableType.DOMAIN] > 30_000
    assert counts[ObservableType.URL] > 4_000


def test_bundles(real_data: Path) -> None:
    indicators, refused, unknown = read_below(real_data / "indicators/unit42/stix2-reports", "*.json")
    assert len(indicators) > 2_500
    assert refused < 50
    assert unknown == 0


def test_examples_and_events(real_data: Path) -> None:
    indicators, _, unknown = read_below(real_data / "sharing", "*.json")
    assert len(indicators) > 60
    assert unknown > 40
