"""The capture that is measured is always the same, and holds what it says."""

from collections import Counter
from pathlib import Path

from benchmarks.packet_capture import main
from sekimori.app.golden import MemorySource
from sekimori.readers.network.pcap import PacketCapture
from sekimori.readers.protocol import ReadingContext, Records


def test_the_capture_is_an_offices(tmp_path: Path) -> None:
    main(str(tmp_path / "a.pcap"), "6000")
    main(str(tmp_path / "b.pcap"), "6000")
    data = (tmp_path / "a.pcap").read_bytes()
    assert data == (tmp_path / "b.pcap").read_bytes()

    found: Counter[str] = Counter()
    for item in PacketCapture().read(MemorySource("a.pcap", data), ReadingContext()):
        assert not hasattr(item, "reason")
        if isinstance(item, Records):
            found.update(item.batch.column("event_dataset").to_pylist())

    assert 400 < len(data) / 6000 < 520
    assert {"pcap.connection", "pcap.dns", "pcap.http", "pcap.tls"} == set(found)
    assert 0.3 < found["pcap.dns"] / found["pcap.connection"] < 0.6
