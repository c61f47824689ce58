"""A capture through dpkt, as far as the payloads of TCP and UDP: PYTHON benchmarks/peers/dpkt_packets.py FILE.

Nothing is put together, told apart or kept. Prints packets and CPU-seconds as JSON; in its own environment.
"""

import json
import sys
import time
from pathlib import Path

import dpkt  # type: ignore[import-not-found]  # it is in the peer's environment only


def main(path: str) -> None:
    """Decodes every packet."""
    start, packets, payload = time.process_time(), 0, 0
    with Path(path).open("rb") as stream:
        for _, data in dpkt.pcap.Reader(stream):
            packets += 1
            ip = dpkt.ethernet.Ethernet(data).data
            if isinstance(ip, dpkt.ip.IP) and isinstance(ip.data, dpkt.tcp.TCP | dpkt.udp.UDP):
                payload += len(ip.data.data)
    sys.stdout.write(json.dumps({"packets": packets, "cpu": time.process_time() - start}) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
