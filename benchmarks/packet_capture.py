"""A capture as an office's line gives it: python -m benchmarks.packet_capture FILE [PACKETS].

Of the connections 45 % are questions of DNS, 30 % TLS (half of it TLS 1.2 with a certificate), 15 % HTTP with two
requests, the rest other TCP and UDP: some 23 packets a connection, of some 450 bytes, in both ways, 300 connections at
a time. That is the density of bigFlows.pcap (tcpreplay.appneta.com/wiki/captures.html: 791,615 packets of 449 bytes,
40,686 flows). The same arguments give the same file.
"""

import random
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.formats.capture_file import (
    ACK,
    PSH,
    SYN,
    Packet,
    certificate_der,
    client_hello,
    dns,
    ethernet,
    extension,
    ipv4,
    pcap,
    server_flight,
    tcp,
    udp,
)

__all__ = ["main"]

_AT_ONCE = 300
_SEGMENT = 1400
_CIPHERS = (
    0x1301,
    0x1302,
    0x1303,
    0xC02B,
    0xC02F,
    0xC02C,
    0xC030,
    0xCCA9,
    0xCCA8,
    0xC013,
    0xC014,
    0x9C,
    0x9D,
    0x2F,
    0x35,
)
_AGENT = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36"
)


class _Office:
    def __init__(self) -> None:
        self._dice = random.Random(7)
        self._names = [f"www{number}.site{number % 700}.example" for number in range(3000)]
        self._certificates = [
            certificate_der(name, [name, f"*.{name}"], padding=900 + self._dice.randrange(600))
            for name in self._names[:600]
        ]
        self._noise = self._dice.randbytes(1 << 16)

    def connection(self) -> Iterator[bytes]:
        """The frames of one connection, in order."""
        dice = self._dice
        client, port = f"192.0.2.{dice.randrange(1, 250)}", dice.randrange(32768, 61000)
        server = f"198.51.{dice.randrange(96, 100)}.{dice.randrange(256)}"
        kind = dice.random()
        if kind < 0.45:
            return self._dns(client, port)
        if kind < 0.75:
            return self._stream(client, port, server, 443, self._tls())
        if kind < 0.90:
            return self._stream(client, port, server, 80, self._http())
        if kind < 0.95:
            return self._stream(client, port, server, 445, self._other())
        return self._datagrams(client, port, server)

    def _dns(self, client: str, port: int) -> Iterator[bytes]:
        name, number = self._dice.choice(self._names), self._dice.randrange(65536)
        yield ethernet(ipv4(client, "192.0.2.253", 17, udp(port, 53, dns(number, name))))
        answers = [(1, self._dice.randbytes(4)) for _ in range(self._dice.randrange(1, 4))]
        yield ethernet(ipv4("192.0.2.253", client, 17, udp(53, port, dns(number, name, answers=answers))))

    def _tls(self) -> list[tuple[bool, bytes]]:
        dice = self._dice
        grease = 0x0A0A + 0x1010 * dice.randrange(16)
        more = b"".join(extension(kind) for kind in (23, 35, 18, 27)) + extension(51, dice.randbytes(40))
        old = dice.random() < 0.5
        which = dice.randrange(len(self._certificates))
        hello = client_hello(
            self._names[which],
            ciphers=(grease, *_CIPHERS[: 15 - dice.randrange(3)]),
            more=extension(grease) + more,
            random=dice.randbytes(32),
        )
        return [
            (True, hello),
            (False, server_flight(self._certificates[which] if old else None)),
            (True, self._bytes(400)),
            *self._exchange(12),
        ]

    def _http(self) -> list[tuple[bool, bytes]]:
        said = []
        for _ in range(2):
            name, size = self._dice.choice(self._names), self._dice.randrange(2000, 12000)
            head = (
                f"GET /a/{self._dice.randrange(9**9)}.html?x=1 HTTP/1.1\r\nHost: {name}\r\nUser-Agent: {_AGENT}\r\n"
                f"Accept: text/html,*/*\r\nReferer: http://{name}/\r\nAccept-Language: ja\r\n"
                "Connection: keep-alive\r\n\r\n"
            )
            fields = f"Server: nginx\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {size}\r\n"
            answer = f"HTTP/1.1 200 OK\r\n{fields}\r\n"
            said += [(True, head.encode()), (False, answer.encode() + self._bytes(size))]
        return said

    def _other(self) -> list[tuple[bool, bytes]]:
        return self._exchange(30)

    def _exchange(self, times: int) -> list[tuple[bool, bytes]]:
        return [(turn % 3 == 0, self._bytes(self._dice.randrange(60, 1400))) for turn in range(times)]

    def _stream(self, client: str, port: int, server: str, at: int, said: list[tuple[bool, bytes]]) -> Iterator[bytes]:
        mine, theirs = self._dice.randrange(1 << 32), self._dice.randrange(1 << 32)

        def out(data: bytes, flags: int) -> bytes:
            return ethernet(ipv4(client, server, 6, tcp(port, at, mine, data, flags)))

        def back(data: bytes, flags: int) -> bytes:
            return ethernet(ipv4(server, client, 6, tcp(at, port, theirs, data, flags)))

        yield out(b"", SYN)
        yield back(b"", SYN | ACK)
        mine, theirs = mine + 1, theirs + 1
        yield out(b"", ACK)
        for is_mine, data in said:
            for start in range(0, len(data), _SEGMENT):
                piece = data[start : start + _SEGMENT]
                if is_mine:
                    yield out(piece, ACK | PSH)
                    mine += len(piece)
                else:
                    yield back(piece, ACK | PSH)
                    theirs += len(piece)
            yield back(b"", ACK) if is_mine else out(b"", ACK)
        yield out(b"", ACK | 1)
        yield back(b"", ACK | 1)

    def _datagrams(self, client: str, port: int, server: str) -> Iterator[bytes]:
        for turn in range(60):
            payload = b"\x40" + self._bytes(self._dice.randrange(40, 1200))
            if turn % 3:
                yield ethernet(ipv4(server, client, 17, udp(443, port, payload)))
            else:
                yield ethernet(ipv4(client, server, 17, udp(port, 443, payload)))

    def _bytes(self, count: int) -> bytes:
        start = self._dice.randrange(len(self._noise) - 20000)
        return b"\x17" + self._noise[start : start + count - 1]

    def packets(self, count: int) -> Iterator[Packet]:
        """So many packets, interleaved."""
        open_ = [self.connection() for _ in range(_AT_ONCE)]
        micros, told = 1_770_000_000_000_000, 0
        while told < count:
            which = self._dice.randrange(_AT_ONCE)
            frame = next(open_[which], None)
            if frame is None:
                open_[which] = self.connection()
                continue
            micros, told = micros + self._dice.randrange(200), told + 1
            yield micros, frame


def main(path: str, packets: str = "600000") -> None:
    """Writes the capture."""
    Path(path).write_bytes(pcap(_Office().packets(int(packets))))


if __name__ == "__main__":
    main(*sys.argv[1:])
