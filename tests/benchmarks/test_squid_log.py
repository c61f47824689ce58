import re
from pathlib import Path

from benchmarks import squid_log

LINE = re.compile(
    r"\d{10}\.\d{3} [ \d]{6} 10\.0\.\d+\.\d+ TCP_\w+/\d{3} \d+ "
    r"(GET http://[\w./?=-]+|CONNECT [\w.-]+:443) (u\d{4}|-) HIER_DIRECT/240(\.\d+){3} (text/html|image/png|-)\n"
)


def test_lines_are_squids_and_always_the_same() -> None:
    lines = list(squid_log.lines(2_000))

    assert [line for line in lines if not LINE.fullmatch(line)] == []
    assert lines == list(squid_log.lines(2_000))
    assert 0.7 < sum("CONNECT" in line for line in lines) / len(lines) < 0.8


def test_lines_are_in_order_and_cover_the_days() -> None:
    times = [float(line.split()[0]) for line in squid_log.lines(490)]

    assert times == sorted(times)
    assert len({int(time) // 86_400 for time in times}) == squid_log.DAYS


def test_hosts_are_told_apart() -> None:
    assert len({squid_log.host(number) for number in range(0, squid_log.HOSTS, 7)}) == len(range(0, squid_log.HOSTS, 7))


def test_indicators_are_told_apart_and_some_are_hosts() -> None:
    names = list(squid_log.indicators(1_000))
    hosts = {squid_log.host(number) for number in range(squid_log.HOSTS)}

    assert len(set(names)) == 1_000
    assert [number for number, name in enumerate(names) if name in hosts] == [0, 397, 794]


def test_log_is_there_only_when_whole(tmp_path: Path) -> None:
    log = tmp_path / "work/squid.log"

    squid_log.write(log, 100)

    assert log.read_text(encoding="ascii") == "".join(squid_log.lines(100))
    assert [path.name for path in log.parent.iterdir()] == ["squid.log"]
