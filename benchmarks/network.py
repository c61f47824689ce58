"""Area `network`: reading what a network's devices and lines give."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path

from benchmarks.harness import BUILD, ROOT, Row, environment, measure, row
from benchmarks.sweep import sweeping

__all__ = ["bench"]

FOLDER = BUILD / "bench/work"
CAPTURE = FOLDER / "office.pcap"
PACKETS = 600_000
_PEERS = {"dpkt": "dpkt, headers only", "scapy": "Scapy, the first 20,000 packets"}


def bench() -> Iterator[Row]:
    """All rows."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    yield from _captures()
    yield from sweeping()


def _captures() -> Iterator[Row]:
    if not CAPTURE.exists():
        measure([sys.executable, "-m", "benchmarks.packet_capture", CAPTURE, str(PACKETS)])
    peers = {}
    for name, shown in _PEERS.items():
        if python := environment(name):
            peers[shown] = _rate([python, ROOT / f"benchmarks/peers/{name}_packets.py", CAPTURE])
    rate = _rate([sys.executable, "-m", "benchmarks.packet_reading", CAPTURE])
    name = f"read a capture of {PACKETS:,} packets into records"
    yield row(name, rate, "packets per CPU-second", peers, ">= 500000")


def _rate(command: list[str | Path]) -> float:
    """Packets per CPU-second of the reading alone, the best of three."""
    figures = [json.loads(measure(command).output) for _ in range(3)]
    return max(float(one["packets"]) / float(one["cpu"]) for one in figures)
