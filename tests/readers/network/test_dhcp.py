import json
from datetime import UTC, datetime

import pytest

from sekimori.readers.network.isc_dhcp import IscDhcp
from sekimori.readers.network.kea import Kea
from sekimori.readers.network.windows_dhcp import WindowsDhcp
from sekimori.readers.protocol import Head, Reader
from tests.readers.network.reading import Result, read

_HEADER = "ID,Date,Time,Description,IP Address,Host Name,MAC Address,User Name, TransactionID, QResult"


def _windows(*lines: str) -> Result:
    return read(WindowsDhcp(), "\r\n".join([_HEADER, *lines]).encode())


def test_a_lease_of_windows() -> None:
    record = _windows('10,02/03/26,09:00:00,Assign,192.0.2.15,"pc,15.example",00005E005315,sato,7,0').records[2]

    assert record["timestamp"] == datetime(2026, 2, 3, tzinfo=UTC)
    assert (record["source_ip"], record["source_domain"]) == ("192.0.2.15", "pc,15.example")
    assert record["source_user_name"] == "sato"
    assert json.loads(record["message"]) == {"event": "10", "mac": "00005E005315", "transaction": "7", "result": "0"}


def test_a_lease_of_windows_for_ipv6() -> None:
    record = _windows("11000,02/03/26,09:00:00,DHCPV6 Solicit,2001:db8::15,pc15.example,,14,0001000100AA,,,,,").records[
        2
    ]

    assert record["source_ip"] == "2001:db8::15"
    assert json.loads(record["message"]) == {"event": "11000", "duid_length": "14", "duid": "0001000100AA"}


def test_other_lines_of_windows() -> None:
    result = _windows(
        "00,02/03/26,00:00:00,Started,,,,,0,6",
        "10,02/03/2",
        "10,13/03/26,09:00:00,Assign,192.0.2.15,pc15,00005E005315,,7,0",
        '10,02/03/26,09:00:00,Assign,192.0.2.15,"pc15,00005E005315,,7,0',
        "10,02/03/26,09:00:00,Assign,192.0.2.15",
        "10\tA new IP address was leased to a client.",
        "10,02/03/26,09:00:00,Assign,pc15,192.0.2.15,00005E005315,,7,0",
    )

    assert result.records == {}
    assert result.unread == {3: "not a line of this log", 4: "the time of the line cannot be read"}


@pytest.mark.parametrize(
    ("said", "address", "host"),
    [
        ("DHCPACK on 192.0.2.15 to 00:00:5e:00:53:15 (pc15) via eth0", "192.0.2.15", "pc15"),
        ("DHCPACK on 192.0.2.15 to 00:00:5e:00:53:15 via eth0 relay 192.0.2.1 lease-duration 600", "192.0.2.15", None),
        ("DHCPACK to 192.0.2.15 (00:00:5e:00:53:15) via eth0", "192.0.2.15", "00:00:5e:00:53:15"),
        ("DHCPREQUEST for 192.0.2.15 (192.0.2.1) from 00:00:5e:00:53:15 via eth0: unknown lease", "192.0.2.15", None),
        ("DHCPNAK on 192.0.2.15 to 00:00:5e:00:53:15 via eth0", "192.0.2.15", None),
        ("DHCPDISCOVER from 00:00:5e:00:53:15 (pc15) via eth0", None, None),
        ("uid lease 192.0.2.15 for client 00:00:5e:00:53:15 is duplicate on 192.0.2.0/24", None, None),
    ],
)
def test_messages_of_isc(said: str, address: str | None, host: str | None) -> None:
    result = read(IscDhcp(), f"Feb  3 2026 09:00:00 gw1 dhcpd[11]: {said}".encode())

    assert result.unread == {}
    assert [(r["source_ip"], r.get("source_domain")) for r in result.records.values()] == (
        [(address, host)] if address else []
    )


def test_other_lines_of_isc() -> None:
    lines = [
        "Feb  3 2026 09:00:00 gw1 cron[1]: text",
        "broken",
        "Feb 31 2026 09:00:00 gw1 dhcpd[11]: DHCPACK on 192.0.2.15 to 00:00:5e:00:53:15 via eth0",
    ]

    assert read(IscDhcp(), "\n".join(lines).encode()).unread == {
        2: "not a line of this log",
        3: "the time of the line cannot be read",
    }


@pytest.mark.parametrize(
    ("said", "address"),
    [
        (
            "DHCP4_LEASE_ALLOC [hwtype=1 00:00:5e:00:53:15], cid=[x], tid=0x1: lease 192.0.2.15 has been allocated",
            "192.0.2.15",
        ),
        (
            "DHCP6_LEASE_ALLOC duid=[00:01], tid=0x1: lease for address 2001:db8::15 and iaid=1 has been allocated",
            "2001:db8::15",
        ),
        ("DHCP4_STARTED Kea DHCPv4 server version 2.4.1 started", None),
    ],
)
def test_messages_of_kea(said: str, address: str | None) -> None:
    result = read(Kea(), f"2026-02-03 09:00:00.5 INFO  [kea-dhcp4.leases/1.2] {said}\nbroken".encode())

    assert [record["source_ip"] for record in result.records.values()] == ([address] if address else [])
    assert result.unread == {2: "not a line of this log"}


def test_the_file_of_leases_of_kea() -> None:
    header = "address,hwaddr,client_id,valid_lifetime,expire,subnet_id,fqdn_fwd,fqdn_rev,hostname,state"
    lines = [
        "192.0.2.15,00:00:5e:00:53:15,,3600,1770080400,1,0,0,pc15.example.,0",
        "192.0.2.16,,,99,7,1,0,0,,0",
        "192.0.2.17,,",
        "x,,,1,1770080400,1,0,0,,0",
    ]

    result = read(Kea(), "\n".join([header, *lines]).encode())

    assert result.records[2]["timestamp"] == datetime(2026, 2, 3, tzinfo=UTC)
    assert result.records[2]["source_domain"] == "pc15.example"
    assert list(result.unread) == [3, 4, 5]


@pytest.mark.parametrize(
    ("reader", "text"),
    [
        (WindowsDhcp(), _HEADER),
        (WindowsDhcp(), "10,02/03/26,09:00:00,Assign,192.0.2.15,pc15,00005E005315,,7,0"),
        (IscDhcp(), "Feb  3 09:00:00 gw1 dhcpd: DHCPACK on 192.0.2.15 to 00:00:5e:00:53:15 via eth0"),
        (Kea(), "address,hwaddr,client_id,valid_lifetime,expire,subnet_id"),
        (
            Kea(),
            "2026-02-03 09:00:00.5 INFO  [kea-dhcp4.leases/1.2] DHCP4_LEASE_ALLOC x: lease 192.0.2.15 has expired",
        ),
    ],
)
def test_exactly_one_recognises(reader: Reader, text: str) -> None:
    readers = (WindowsDhcp(), IscDhcp(), Kea())

    assert [one.name for one in readers if one.recognises(Head("x", text.encode()))] == [reader.name]


@pytest.mark.parametrize(
    "text", ["", "ID,Name\n1,a", "2026-02-03 09:00:00.5 INFO  [main] text", "a,b,c,d,192.0.2.1,e,f"]
)
def test_nobody_recognises(text: str) -> None:
    assert not any(reader().recognises(Head("x", text.encode())) for reader in (WindowsDhcp, IscDhcp, Kea))
