"""What is found in packets, as records: each dataset has its columns, each record its packet."""

import socket
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import orjson
import pyarrow as pa

from sekimori.formats.columns import Column, constant
from sekimori.formats.packets import Transport
from sekimori.formats.pcap import NO_TIME, Frames
from sekimori.formats.url_columns import hosts_and_ports
from sekimori.model.kinds import NETWORK
from sekimori.readers.network.batches import record_batch
from sekimori.readers.protocol import Records

__all__ = ["COLUMNS", "Origin", "PacketRows", "as_json", "origins"]

_PLACE = ("offset", "length", "line", "timestamp")
_ENDS = ("source_ip", "source_port", "destination_ip", "destination_port")
COLUMNS = {
    "dns": (
        "network_transport",
        "network_protocol",
        "dns_question_name",
        "dns_question_type",
        "dns_response_code",
        "dns_resolved_ip",
        "dns_resolved_name",
        "event_duration",
        "message",
    ),
    "http": (
        "http_request_method",
        "url_original",
        "http_request_referrer",
        "user_agent_original",
        "http_response_status_code",
        "mime_type",
        "event_duration",
    ),
    "tls": (
        "network_transport",
        "network_protocol",
        "url_domain",
        "tls_client_ja3",
        "tls_client_ja4",
        "tls_server_subject",
        "tls_server_issuer",
        "tls_server_hash",
        "tls_server_name",
        "message",
    ),
    "smtp": ("source_domain", "email_address"),
}
"""Dataset (behind `pcap.`) -> what a record of it has beside its place and both ends."""

_BATCH_ROWS = 5_000


class Origin(NamedTuple):
    """The packet that something stands in, and who sent it to whom. Addresses are two numbers."""

    offset: int
    length: int
    line: int
    micros: int
    source_high: int
    source_low: int
    source_port: int
    target_high: int
    target_low: int
    target_port: int

    @property
    def turned(self) -> "Origin":
        """The same packet told from the other end."""
        ends = self[4:7], self[7:10]
        return Origin(*self[:4], *ends[1], *ends[0])

    @property
    def target(self) -> str:
        """The address that the packet was sent to."""
        return _address(self.target_high, self.target_low)


def origins(frames: Frames, packets: Transport, rows: "np.typing.NDArray[np.int64]") -> list[Origin]:
    """The origins of some payloads."""
    at = packets.packet[rows]
    columns = (
        frames.starts[at] + frames.offset,
        frames.lengths[at],
        at + frames.first,
        frames.micros[at],
        packets.source[rows, 0],
        packets.source[rows, 1],
        packets.source_port[rows],
        packets.target[rows, 0],
        packets.target[rows, 1],
        packets.target_port[rows],
    )
    return list(map(Origin._make, zip(*(column.tolist() for column in columns), strict=True)))


class PacketRows:
    """Records that are not yet handed on."""

    def __init__(self) -> None:
        self._rows: dict[str, list[tuple[object, ...]]] = {name: [] for name in COLUMNS}

    def add(self, dataset: str, origin: Origin, *values: object) -> None:
        """One record: whoever asked is the origin's source; values in the order of `COLUMNS`."""
        self._rows[dataset].append(
            (
                *origin[:3],
                None if origin.micros == NO_TIME else origin.micros,
                _address(origin.source_high, origin.source_low),
                origin.source_port,
                _address(origin.target_high, origin.target_low),
                origin.target_port,
                *values,
            )
        )

    def taken(self, *, everything: bool = False) -> Iterator[Records]:
        """Batches that are full, or all that there is."""
        for dataset, rows in self._rows.items():
            if len(rows) >= _BATCH_ROWS or (everything and rows):
                self._rows[dataset] = []
                yield _records(dataset, rows)


def _records(dataset: str, rows: list[tuple[object, ...]]) -> Records:
    names = (*_PLACE, *_ENDS, *COLUMNS[dataset])
    columns: dict[str, Column] = {
        name: pa.array(values, NETWORK.field(name).type)
        for name, values in zip(names, zip(*rows, strict=True), strict=True)
    }
    columns["event_dataset"] = constant(f"pcap.{dataset}", len(rows))
    if dataset in {"http", "smtp"}:
        columns["network_transport"] = constant("tcp", len(rows))
        columns["network_protocol"] = constant(dataset, len(rows))
    for host, url in (("url_domain", "url_original"), ("referrer_domain", "http_request_referrer")):
        if url in columns:
            columns[host] = hosts_and_ports(columns[url])[0]
    return Records(NETWORK, record_batch(NETWORK, columns, len(rows)))


def as_json(**fields: object) -> str | None:
    """What has no column, as the text of `message`; None for nothing."""
    left = {name: value for name, value in fields.items() if value not in (None, "", [], ())}
    return orjson.dumps(left).decode() if left else None


@lru_cache(maxsize=65_536)
def _address(high: int, low: int) -> str:
    if high == 0 and low >> 32 == 0xFFFF:
        return socket.inet_ntop(socket.AF_INET, (low & 0xFFFF_FFFF).to_bytes(4, "big"))
    return socket.inet_ntop(socket.AF_INET6, (high << 64 | low).to_bytes(16, "big"))
