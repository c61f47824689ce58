"""Fields of the less common logs of Zeek that must reach columns; both forms share their mapping."""

import json
from typing import Any

import pytest

from sekimori.readers.network.zeek_json import ZeekJson
from tests.readers.network.reading import read

_SHA256 = "ab" * 32


def _records(*objects: dict[str, object]) -> list[dict[str, Any]]:
    result = read(ZeekJson(), b"\n".join(json.dumps({"ts": 1770076800} | one).encode() for one in objects))
    assert result.unread == {}
    return list(result.records.values())


@pytest.mark.parametrize(
    ("log", "expected"),
    [
        (
            {"_path": "ssl", "server_name": "a.example", "ja3": "0" * 32, "ja4": "t13d", "cert_chain_fps": [_SHA256],
             "subject": "CN=a.example", "issuer": "CN=CA"},
            {"url_domain": "a.example", "tls_client_ja3": "0" * 32, "tls_client_ja4": "t13d", "hash_value": None,
             "tls_server_hash": [_SHA256], "tls_server_subject": "CN=a.example", "tls_server_issuer": "CN=CA"},
        ),
        (
            {"_path": "x509", "fingerprint": _SHA256, "certificate.serial": "01", "certificate.subject": "CN=a.example",
             "certificate.issuer": "CN=CA", "san.dns": ["a.example", "*.b.example"], "san.ip": ["192.0.2.1"]},
            {"tls_server_hash": [_SHA256], "tls_server_subject": "CN=a.example", "tls_server_issuer": "CN=CA",
             "tls_server_name": ["a.example", "b.example", "192.0.2.1"], "hash_value": None},
        ),
        (
            {"_path": "x509", "fingerprint": _SHA256, "certificate.subject": "CN=pc15", "client_cert": True},
            {"tls_server_hash": None, "tls_server_subject": None},
        ),
        (
            {"_path": "dhcp", "assigned_addr": "192.0.2.15", "requested_addr": "192.0.2.99", "host_name": "pc15"},
            {"source_ip": "192.0.2.15", "source_domain": "pc15"},
        ),
        ({"_path": "kerberos", "client": "sato/A.JP", "request_type": "AS"}, {"source_user_name": "sato/A.JP"}),
        ({"_path": "ntlm", "username": "sato", "hostname": "P"}, {"source_user_name": "sato", "source_domain": "P"}),
        ({"_path": "rdp", "cookie": "sato", "client_name": "P"}, {"source_user_name": "sato", "source_domain": "P"}),
        ({"_path": "ssh", "client": "SSH-2.0-x", "auth_attempts": 1}, {"user_agent_original": "SSH-2.0-x"}),
        ({"_path": "smb_files", "action": "SMB::FILE_OPEN", "name": "a\\b.exe"}, {"file_name": "b.exe"}),
        (
            {"_path": "signatures", "note": "Signatures::Sensitive", "src_addr": "192.0.2.15", "dst_port": 80},
            {"source_ip": "192.0.2.15", "destination_port": 80, "event_action": "Signatures::Sensitive"},
        ),
        (
            {"_path": "known_certs", "host": "192.0.2.1", "subject": "CN=a", "issuer_subject": "CN=CA"},
            {"destination_ip": "192.0.2.1", "tls_server_subject": "CN=a", "tls_server_issuer": "CN=CA"},
        ),
    ],
)  # fmt: skip
def test_fields_reach_columns(log: dict[str, object], expected: dict[str, object]) -> None:
    [record] = _records(log)

    assert {name: record.get(name) for name in expected} == expected


def test_a_certificate_of_a_client_stays_in_the_message() -> None:
    server, client = _records(
        {"_path": "x509", "fingerprint": _SHA256, "certificate.subject": "CN=a.example", "client_cert": False},
        {"_path": "x509", "fingerprint": "cd" * 32, "certificate.subject": "CN=pc15", "client_cert": True},
    )

    assert server["tls_server_hash"] == [_SHA256]
    assert "tls_server_hash" not in client
    assert json.loads(client["message"])["certificate.subject"] == "CN=pc15"


@pytest.mark.parametrize(
    ("kind", "seen", "column", "value"),
    [
        ("DOMAIN", "bad.example", "url_domain", "bad.example"),
        ("FILE_HASH", _SHA256, "hash_value", [_SHA256]),
        ("CERT_HASH", _SHA256, "tls_server_hash", [_SHA256]),
        ("EMAIL", "a@a.example", "email_address", ["a@a.example"]),
        ("URL", "bad.example/a", "url_original", "bad.example/a"),
        ("ADDR", "192.0.2.1", "url_domain", None),
    ],
)
def test_what_intel_saw(kind: str, seen: str, column: str, value: object) -> None:
    other: dict[str, object] = {
        "_path": "intel",
        "seen.indicator": "x",
        "seen.indicator_type": "Intel::SUBNET",
        "seen.where": "Conn::IN_ORIG",
    }
    log = other | {"seen.indicator": seen, "seen.indicator_type": f"Intel::{kind}"}

    record, unlike = _records(log, other)

    assert record.get(column) == value
    assert column not in unlike
    assert record["event_action"] == "Conn::IN_ORIG"
    assert json.loads(record["message"])["seen.indicator"] == seen
