"""Hellos of TLS, their fingerprints as published, certificates."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekimori.formats.certificate import certificate
from sekimori.formats.ja_fingerprints import ja3, ja3s, ja4
from sekimori.formats.tls_hello import CLIENT_HELLO, Offer, ServerHello, client_hello, flight
from tests.formats.capture_file import certificate_der, extension, server_flight, tls_record
from tests.formats.capture_file import client_hello as hello_of


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(int(one, 16) for one in text.split(","))


CHROME = Offer(
    version=0x0303,
    ciphers=_numbers("6a6a,1301,1302,1303,c02b,c02f,c02c,c030,cca9,cca8,c013,c014,009c,009d,002f,0035"),
    extensions=_numbers("dada,001b,0000,0033,0010,4469,0017,002d,000d,0005,0023,0012,002b,ff01,000b,000a,0015"),
    signatures=_numbers("0403,0804,0401,0503,0805,0501,0806,0601"),
    versions=_numbers("eaea,0304,0303"),
    alpn=b"h2",
)


@pytest.mark.parametrize(
    ("offer", "expected"),
    [
        # The two examples of github.com/salesforce/ja3
        (
            Offer(769, (47, 53, 5, 10, 49161, 49162, 49171, 49172, 50, 56, 19, 4), (0, 10, 11), (23, 24, 25), (0,)),
            "ada70206e40642a3e4461f35503241d5",
        ),
        (Offer(769, (4, 5, 10, 9, 100, 98, 3, 6, 19, 18, 99)), "de350869b8c85de67a350c8d186f11e6"),
    ],
)
def test_ja3_as_published(offer: Offer, expected: str) -> None:
    assert ja3(offer) == expected


def test_ja4_as_published() -> None:
    """The example of FoxIO's technical details, with values of GREASE among it and in another order."""
    assert ja4(CHROME) == "t13d1516h2_8daaf6152771_e5627efa2ab1"
    assert ja4(CHROME, "q").startswith("q13d")


@pytest.mark.parametrize(
    ("offer", "transport", "expected"),
    [
        (Offer(0x0303), "t", "t12i000000_000000000000_000000000000"),
        (Offer(0x0301, alpn=b"\xab"), "t", "t10i0000ab_000000000000_000000000000"),
        (Offer(0x0303, extensions=(0, 16), alpn=b"http/1.1"), "t", "t12d0002h1_000000000000_000000000000"),
        (Offer(0xFEFD, versions=(0xFEFC, 0xFEFD)), "d", "dd3i000000_000000000000_000000000000"),
        (Offer(0x7F17), "t", "t00i000000_000000000000_000000000000"),
    ],
)
def test_parts_of_ja4(offer: Offer, transport: str, expected: str) -> None:
    assert ja4(offer, transport) == expected


def test_ja3s() -> None:
    server = ServerHello(0x0304, 0x1301, (43, 51))

    assert ja3s(server) == hashlib.md5(b"771,4865,43-51", usedforsecurity=False).hexdigest()


def test_a_client_hello_is_read_as_it_was_made() -> None:
    said = flight(hello_of("mail.example.jp", ciphers=(0x0A0A, 0x1301), more=extension(0xFF01, b"\0")))
    body = said.message(CLIENT_HELLO)
    assert said.whole
    assert body is not None

    hello = client_hello(body)

    assert hello is not None
    assert hello.server_name == b"mail.example.jp"
    assert hello.offer == Offer(
        version=0x0303,
        ciphers=(0x0A0A, 0x1301),
        extensions=(0, 10, 11, 13, 16, 43, 0xFF01),
        groups=(0x001D, 0x0017),
        formats=(0,),
        signatures=(0x0403, 0x0804),
        versions=(0x0304, 0x0303),
        alpn=b"h2",
    )


def test_a_hello_may_be_cut_into_records_and_segments() -> None:
    whole = hello_of()
    pieces = tls_record(22, whole[5:60]) + tls_record(22, whole[60:])

    assert flight(pieces).messages == flight(whole).messages
    assert not flight(pieces[:100]).whole
    assert not flight(whole[:50]).whole


def test_a_servers_flight() -> None:
    der = certificate_der(padding=5000)

    said = flight(server_flight(der))

    assert (said.whole, said.certificate) == (True, der)
    assert said.server == ServerHello(0x0303, 0xC02F, (0xFF01,))


def test_a_server_of_tls_1_3_shows_no_certificate() -> None:
    said = flight(server_flight(None, cipher=0x1301))

    assert (said.whole, said.certificate) == (True, None)
    assert said.server == ServerHello(0x0304, 0x1301, (43,))


def test_a_certificate() -> None:
    der = certificate_der("www.example.jp", ["www.example.jp", "*.cdn.example"])

    shown = certificate(der)

    assert shown.sha1 == hashlib.sha1(der, usedforsecurity=False).hexdigest()
    assert shown.sha256 == hashlib.sha256(der).hexdigest()
    assert (shown.subject, shown.issuer) == ("CN=www.example.jp", "CN=Example Issuing CA, O=Example")
    assert shown.names == ("www.example.jp", "cdn.example", "192.0.2.80")


@given(st.data())
def test_nothing_raises_on_broken_bytes(data: st.DataObject) -> None:
    whole = data.draw(st.sampled_from([hello_of(), server_flight(certificate_der()), certificate_der()]))
    broken = bytearray(whole)
    for _ in range(data.draw(st.integers(1, 4))):
        broken[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    cut = bytes(broken[: data.draw(st.integers(0, len(whole)))])

    said = flight(cut)

    assert said.server is None or said.server.cipher >= 0
    client_hello(cut[9:], datagram=data.draw(st.booleans()))
    assert len(certificate(said.certificate or cut).sha256) == 64
