"""Heads of HTTP/1."""

import pytest

from sekimori.formats.http_head import Request, Response, head_end, request, response


def _request(data: bytes) -> Request | None:
    return request(data, head_end(data))


def test_a_request() -> None:
    fields = b"Host: www.example.jp\r\nuser-agent:  A/1 \r\nReferer: http://r.example/\r\nContent-Length: 3\r\n"
    data = b"POST /a?b HTTP/1.1\r\n" + fields + b"\r\nabc"

    assert _request(data) == Request("POST", "/a?b", "www.example.jp", "A/1", "http://r.example/", 3)
    assert data[head_end(data) :] == b"abc"


def test_what_stands_in_the_body_is_no_field() -> None:
    assert _request(b"GET / HTTP/1.1\n\nHost: evil.example\n") == Request("GET", "/")


@pytest.mark.parametrize("data", [b"", b"GET", b"GET / FTP/1.1\r\n", b"GOT / HTTP/1.1\r\n", b"GET  HTTP/1.1\r\n"])
def test_no_request(data: bytes) -> None:
    assert _request(data) is None


@pytest.mark.parametrize(
    ("one", "port", "url"),
    [
        (Request("GET", "/a", "www.example.jp"), 80, "http://www.example.jp/a"),
        (Request("GET", "/a", "www.example.jp"), 8080, "http://www.example.jp:8080/a"),
        (Request("GET", "/a", "www.example.jp:8000"), 8080, "http://www.example.jp:8000/a"),
        (Request("GET", "/a"), 80, "http://192.0.2.1/a"),
        (Request("OPTIONS", "*", "www.example.jp"), 80, "http://www.example.jp/*"),
        (Request("GET", "http://other.example/x", "www.example.jp"), 3128, "http://other.example/x"),
        (Request("CONNECT", "www.example.jp:443", "www.example.jp"), 3128, "www.example.jp:443"),
    ],
)
def test_the_url(one: Request, port: int, url: str) -> None:
    assert one.url("192.0.2.1", port) == url


def test_an_ipv6_address_stands_in_brackets() -> None:
    assert Request("GET", "/").url("2001:db8::1", 81) == "http://[2001:db8::1]:81/"


def test_a_response() -> None:
    data = b"HTTP/1.1 404 Not Found\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: x\r\n\r\n"

    assert response(data, head_end(data)) == Response(404, "text/html", 0)
    assert response(b"HTTP/2 200\r\n", -1) is None
