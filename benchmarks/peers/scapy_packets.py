"""The first packets of a capture through Scapy: PYTHON benchmarks/peers/scapy_packets.py FILE.

Prints packets and CPU-seconds as JSON; in its own environment. It is far too slow for all of a large capture.
"""

import json
import sys
import time

from scapy.layers.l2 import Ether  # type: ignore[import-not-found]  # it is in the peer's environment only
from scapy.utils import PcapReader  # type: ignore[import-not-found]

_PACKETS = 20_000


def main(path: str) -> None:
    """Decodes so many packets."""
    start, packets = time.process_time(), 0
    with PcapReader(path) as reader:
        for packet in reader:
            packets += isinstance(packet, Ether)
            if packets == _PACKETS:
                break
    sys.stdout.write(json.dumps({"packets": packets, "cpu": time.process_time() - start}) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
