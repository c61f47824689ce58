"""Samples of real devices' logs: each line is recognised, and those that tell of addresses become records."""

import re
from pathlib import Path

import pytest

from sekimori.readers.network.aws_load_balancer import AwsLoadBalancer
from sekimori.readers.network.cisco_asa import CiscoAsa
from sekimori.readers.network.palo_alto import PaloAlto
from sekimori.readers.protocol import HEAD_BYTES, Head
from tests.readers.network.reading import read


def _samples(folder: Path, name: str) -> bytes:
    path = folder / "network/wazuh-samples" / name
    if not path.is_file():
        pytest.skip(f"there is no {name} among the real data")
    return b"\n".join(re.findall(rb"(?m)^log \d+ pass = (.*)$", path.read_bytes()))


def test_asa_samples(real_data: Path) -> None:
    data = _samples(real_data, "cisco_asa.ini")

    result = read(CiscoAsa(), data)

    assert CiscoAsa().recognises(Head("asa.log", data[:HEAD_BYTES]))
    assert len(result.records) >= 20
    assert sum("source_ip" in row for row in result.records.values()) >= len(result.records) - 1  # one has a name
    assert sum("is not known" not in reason for reason in result.unread.values()) <= 1  # one is no such message


def test_palo_alto_samples(real_data: Path) -> None:
    data = _samples(real_data, "paloalto.ini")

    assert PaloAlto().recognises(Head("pan.log", data[:HEAD_BYTES]))
    result = read(PaloAlto(), data)
    assert result.unread == {}
    assert {row["event_dataset"] for row in result.records.values()} >= {"palo_alto.traffic"}


def test_load_balancer_samples(real_data: Path) -> None:
    path = real_data / "network/weblogs/aws_elb_access.log"
    if not path.is_file():
        pytest.skip("there is no load balancer's log among the real data")
    data = path.read_bytes()

    result = read(AwsLoadBalancer(), data)

    assert AwsLoadBalancer().recognises(Head("elb.log", data[:HEAD_BYTES]))
    assert result.unread == {}
    assert all(row["source_ip"] for row in result.records.values())
