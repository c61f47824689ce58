from datetime import UTC, datetime

import pytest

from sekimori.app.golden import MemorySource
from sekimori.readers.containers.utf16 import Utf16
from sekimori.readers.network.windows_dns import WindowsDns, name_of
from sekimori.readers.protocol import Head, Member, ReadingContext
from tests.readers.network.reading import read

_REST = " 0E70 PACKET  00000000033397A0 UDP Rcv 192.0.2.15      5c1d   Q [0001   D   NOERROR] A      (1)a(7)example(0)"


def _in_utf8(data: bytes) -> bytes:
    """UTF-16 comes to the reader as UTF-8."""
    source = MemorySource("dns.log", data)
    if not Utf16().recognises(source.head):
        return data
    return next(item.stream.read() for item in Utf16().read(source, ReadingContext()) if isinstance(item, Member))


@pytest.mark.parametrize(
    ("written", "time"),
    [
        (["6/5/2013 10:00:32 AM"], datetime(2013, 6, 5, 1, 0, 32, tzinfo=UTC)),
        (["6/5/2013 10:00:32 PM"], datetime(2013, 6, 5, 13, 0, 32, tzinfo=UTC)),
        (["6/5/2013 12:00:32 AM"], datetime(2013, 6, 4, 15, 0, 32, tzinfo=UTC)),
        (["05/06/2013 10:00:32"], datetime(2013, 6, 5, 1, 0, 32, tzinfo=UTC)),
        (["5/6/2013 10:00:32", "5/13/2013 10:00:32"], datetime(2013, 5, 6, 1, 0, 32, tzinfo=UTC)),
        (["5/6/2013 10:00:32 AM", "13/6/2013 10:00:32 AM"], datetime(2013, 6, 5, 1, 0, 32, tzinfo=UTC)),
        (["05.06.2013 10:00:32"], datetime(2013, 6, 5, 1, 0, 32, tzinfo=UTC)),
        (["2013/06/05 10:00:32"], datetime(2013, 6, 5, 1, 0, 32, tzinfo=UTC)),
        (["2013/06/05 午前 10:00:32"], datetime(2013, 6, 5, 1, 0, 32, tzinfo=UTC)),
        (["2013-06-05 9:00:32"], datetime(2013, 6, 5, 0, 0, 32, tzinfo=UTC)),
    ],
)
@pytest.mark.parametrize("encoding", ["cp932", "utf-16"])
def test_dates_of_every_language(written: list[str], time: datetime, encoding: str) -> None:
    data = _in_utf8("\r\n".join(date + _REST for date in written).encode(encoding))

    result = read(WindowsDns(), data)

    assert result.unread == {}
    assert result.records[1]["timestamp"] == time
    assert WindowsDns().recognises(Head("dns.log", data))


@pytest.mark.parametrize(
    ("packet", "end", "action", "code"),
    [
        ("UDP Rcv 192.0.2.15 5c1d   Q [0001   D   NOERROR]", "source_ip", "Rcv query", None),
        ("UDP Snd 192.0.2.15 5c1d R Q [8385 A DR NXDOMAIN]", "source_ip", "Snd response", "NXDOMAIN"),
        ("TCP Snd 192.0.2.15 5c1d   Q [0000       NOERROR]", "destination_ip", "Snd query", None),
        ("UDP Rcv 192.0.2.15 5c1d R Q [8081   DR  NOERROR]", "destination_ip", "Rcv response", "NOERROR"),
    ],
)
def test_who_asked_and_who_was_asked(packet: str, end: str, action: str, code: str | None) -> None:
    line = f"2026/01/30 9:00:00 0E70 PACKET  00000000033397A0 {packet} A      (1)a(7)example(0)"

    record = read(WindowsDns(), line.encode()).records[1]

    assert {name for name in ("source_ip", "destination_ip") if name in record} == {end}
    assert (record["event_action"], record.get("dns_response_code")) == (action, code)


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("(3)www(7)example(2)jp(0)", "www.example.jp"),
        ("(0)", "."),
        ("(6)a(1)bc(7)example(0)", "a(1)bc.example"),
        ("(9)日本語(7)example(0)", "日本語.example"),
        ("(99)a(7)example(0)", "a.example"),
        ("(3)www(7)exam", "www.exam"),
        ("plain.example", "plain.example"),
    ],
)
def test_names(written: str, name: str) -> None:
    assert name_of(written) == name


def test_other_lines() -> None:
    lines = [
        "2026/01/30 9:00:00" + _REST,
        '  Name      "(1)a(7)example(0)"',
        "2026/01/30 9:00:00 0E70 EVENT   The DNS server has started.",
        "2026/01/30 9:00:00 0E70 PACKET  00000000033397A0 UDP Rcv 192.0",
        "2026/02/31 9:00:00" + _REST,
    ]

    result = read(WindowsDns(), "\r\n".join(lines).encode())

    assert list(result.records) == [1]
    assert result.unread == {4: "not a line of this log", 5: "the time of the line cannot be read"}


@pytest.mark.parametrize("text", ["", "DNS Server log file creation at", "6/5/2013 10:00:32 AM 0E70 EVENT   text"])
def test_what_it_does_not_recognise(text: str) -> None:
    assert not WindowsDns().recognises(Head("dns.log", text.encode()))
