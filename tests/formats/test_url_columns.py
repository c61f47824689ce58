import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekimori.formats.url_columns import hosts_and_ports


@pytest.mark.parametrize(
    ("url", "host", "port"),
    [
        ("http://www.example.jp/a", "www.example.jp", None),
        ("https://user@www.example.jp:8443/a?b", "www.example.jp", 8443),
        ("http://user:pa@ss@files.example.jp:80", "files.example.jp", 80),
        ("HTTP://WWW.Example.JP", "WWW.Example.JP", None),
        ("http://日本.example/", "日本.example", None),
        ("www.example.jp:443", "www.example.jp", 443),
        ("localhost:443", "localhost", 443),
        ("www.example.jp", "www.example.jp", None),
        ("www.example.jp/a:b", "www.example.jp", None),
        ("http://[2001:db8::1]/", "2001:db8::1", None),
        ("[2001:db8::1]:443", "2001:db8::1", 443),
        ("http://[2001:db8::1", "2001:db8::1", None),
        ("http://a.example?x=http://b.example/", "a.example", None),
        ("http://a.example#@b.example/", "a.example", None),
        ("http://a.example\\@b.example/", "a.example", None),
        ("http://a.example/p@b.example", "a.example", None),
        ("http://a.example:", "a.example", None),
        ("http://a.example:x/", "a.example", None),
        ("http://localhost/", "localhost", None),
        ("/r?u=http://b.example/", None, None),
        ("error:invalid-request", None, None),
        ("http:///path", None, None),
        ("http://", None, None),
        ("http:/", None, None),
        ("://", None, None),
        ("name", None, None),
        ("-", None, None),
        ("", None, None),
        (None, None, None),
    ],
)
def test_hosts_and_ports(url: str | None, host: str | None, port: int | None) -> None:
    for urls in ([url], ["http://x.example:1/", url, "http://y.example/@:["]):
        hosts, ports = hosts_and_ports(pa.array(urls, pa.string()))
        row = len(urls) // 2
        assert (hosts[row].as_py(), ports[row].as_py()) == (host, port)


def test_of_no_urls() -> None:
    hosts, ports = hosts_and_ports(pa.array([], pa.string()))

    assert (len(hosts), len(ports)) == (0, 0)


@given(st.lists(st.text("a1.:/@[]?#\\é", max_size=12) | st.none(), max_size=6))
def test_rows_do_not_touch_each_other(urls: list[str | None]) -> None:
    together = hosts_and_ports(pa.array(urls, pa.string()))
    alone = [hosts_and_ports(pa.array([url], pa.string())) for url in urls]

    for column, part in zip(together, (0, 1), strict=True):
        column.validate(full=True)
        assert column.to_pylist() == [one[part][0].as_py() for one in alone]
