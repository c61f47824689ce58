"""Real captures of many kinds: all are recognised and read, and what others found in them is found."""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sekimori.app.golden import MemorySource
from sekimori.model.place import Unread
from sekimori.readers.network.pcap import PacketCapture
from sekimori.readers.protocol import ReadingContext, Records


@pytest.fixture(scope="module")
def captures(real_data: Path) -> Path:
    folder = real_data / "network/pcap"
    if not folder.is_dir():
        pytest.skip("there are no captures among the real data")
    return folder


def _rows(path: Path) -> tuple[list[dict[str, Any]], list[Unread]]:
    source = MemorySource(path.name, path.read_bytes())
    rows, unread = [], []
    assert PacketCapture().recognises(source.head)
    for item in PacketCapture().read(source, ReadingContext()):
        if isinstance(item, Unread):
            unread.append(item)
        elif isinstance(item, Records):
            item.batch.validate(full=True)
            for row in item.batch.to_pylist():
                assert row["offset"] + row["length"] <= source.size
                rows.append({name: value for name, value in row.items() if value is not None})
    return rows, unread


def _of(path: Path, dataset: str) -> list[dict[str, Any]]:
    return [row for row in _rows(path)[0] if row.get("event_dataset") == f"pcap.{dataset}"]


def _every(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*")) if path.suffix in {".pcap", ".pcapng"})


def test_all_are_read(captures: Path) -> None:
    datasets: Counter[str] = Counter()
    unread: list[str] = []
    files = 0
    for path in _every(captures):
        rows, lost = _rows(path)
        files += 1
        datasets.update(row.get("event_dataset", row.get("reason", "")) for row in rows)
        unread += [f"{path.name}: {one.reason}" for one in lost]
    assert files >= 80
    assert datasets["pcap.connection"] > 100
    assert datasets["pcap.tls"] >= 33
    assert datasets["pcap.http"] >= 40
    assert datasets["pcap.dns"] >= 22
    assert datasets["pcap.smtp"] >= 7
    assert unread == []


@pytest.mark.parametrize(
    ("name", "server"),
    [
        ("certificate-with-sct", "www.lilawelt.net"),
        ("chrome-1250-tls-x25519-kyber", "lh3.google.com"),
        ("client-certificate", "certauth.idrix.fr"),
        ("ssl-to-http-server", "vk.com"),
        ("tls12-decryption", "heise.de"),
        ("tls13draft16-ff52.a01-aborted", "tls13.crypto.mozilla.org"),
    ],
)
def test_server_names(captures: Path, name: str, server: str) -> None:
    rows = _of(captures / f"tls/{name}.pcap", "tls")

    assert {row["url_domain"] for row in rows} == {server}


def test_fingerprints_of_chrome(captures: Path) -> None:
    """The first two parts are those that FoxIO's list of fingerprints names for Chromium."""
    (row,) = _of(captures / "tls/chrome-1250-tls-x25519-kyber.pcap", "tls")

    assert row["tls_client_ja4"].startswith("t13d1516h2_8daaf6152771_")
    assert json.loads(row["message"])["version"] == "TLS 1.3"


def test_certificates(captures: Path) -> None:
    found = {
        path.stem: [row.get("tls_server_subject", "") for row in _of(path, "tls")] for path in _every(captures / "tls")
    }

    assert "CN=www.lilawelt.net" in found["heartbleed"][0]
    assert found["cert-no-cn"] == ["O=TestCorp"]
    assert "CN=ml-dsa.example.com" in found["ml-dsa-44-cert"][0]
    assert all("CN=" in subject for subject in found["smtp-starttls"] + found["xmpp-starttls"] + found["telesec"])


def test_datagram_hellos(captures: Path) -> None:
    found = {name: _of(captures / f"tls/{name}.pcap", "tls") for name in ("dtls1_0", "dtls1_2", "dtls13-wolfssl")}

    assert [len(rows) for rows in found.values()] == [1, 1, 1]
    assert [rows[0]["tls_client_ja4"][:3] for rows in found.values()] == ["dd1", "dd2", "dd3"]


def test_questions(captures: Path) -> None:
    rows = _of(captures / "dns/long-connection.pcap", "dns")

    assert [row["dns_question_name"] for row in rows][:4] == [
        "google.com",
        "google.com",
        "104.9.192.66.in-addr.arpa",
        "www.netbsd.org",
    ]
    assert rows[3]["dns_resolved_ip"] == ["204.152.190.12"]
    assert rows[9]["dns_response_code"] == "NXDOMAIN"


def test_requests(captures: Path) -> None:
    (get,) = _of(captures / "http/get.pcap", "http")
    (control,) = _of(captures / "http/ctu-62604-80.pcap", "http")

    assert (get["url_original"], get["http_response_status_code"]) == (
        "http://bro.org/download/CHANGES.bro-aux.txt",
        200,
    )
    assert (control["http_request_method"], control["url_original"]) == ("POST", "http://45.9.74.78/c2sock")


def test_envelopes(captures: Path) -> None:
    (row,) = _of(captures / "smtp/smtp-bdat-gap.pcap", "smtp")

    assert row["email_address"] == ["sender@example.com", "recipient@example.com"]
