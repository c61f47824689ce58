import json
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sekimori.readers.network.zeek_tsv import ZeekTsv
from sekimori.readers.protocol import Head
from tests.readers.network.reading import SAMPLES, Result, read

HEADER = (
    "#separator \\x09\n#set_separator\t,\n#empty_field\t(empty)\n#unset_field\t-\n#path\t{}\n#fields\t{}\n#types\t{}\n"
)


def _log(path: str, fields: dict[str, tuple[str, str]]) -> bytes:
    """A log of one record: field -> type and value."""
    types, values = zip(*fields.values(), strict=True)
    return (HEADER.format(path, "\t".join(fields), "\t".join(types)) + "\t".join(values) + "\n").encode()


def _record(path: str, **fields: tuple[str, str]) -> dict[str, object]:
    result = read(ZeekTsv(), _log(path, {name.replace("__", "."): value for name, value in fields.items()}))
    assert result.unread == {}
    return result.records[8]


def _sample(name: str) -> Result:
    return read(ZeekTsv(), (SAMPLES / "zeek_tsv" / name).read_bytes(), name)


def test_dns() -> None:
    result = _sample("dns.log")

    first = result.records[9]
    assert first["timestamp"] == datetime(2026, 2, 3, 0, 0, 0, 250_000, UTC)
    assert first["event_dataset"] == "zeek.dns"
    assert first["dns_resolved_ip"] == ["198.51.100.7", "198.51.100.8"]
    assert first["dns_resolved_name"] == ["web.example.jp"]
    assert (first["source_port"], first["network_transport"], first["event_duration"]) == (51515, "udp", 12)
    assert json.loads(first["message"]) == {
        "uid": "CHhAvV1",
        "trans_id": 4711,
        "qclass": 1,
        "AA": False,
        "TTLs": [300.0, 60.0, 60.0],
        "rejected": False,
    }
    assert "dns_resolved_ip" not in result.records[10]
    assert json.loads(result.records[12]["message"])["answers"] == ["TXT 25 v=spf1 ip4:198.51.100.0,25 -all"]
    assert result.records[13]["dns_question_name"] == "日本.example"
    assert result.unread == {
        14: "the line has not as many fields as the #fields line names",
        15: "ts is no time",
        16: "id.orig_p is no number",
    }


def test_blocks_of_rotated_logs() -> None:
    result = _sample("conn.rotated.log")

    assert result.unread == {1: "no #fields line before it says what the columns are"}
    assert list(result.records) == [10, 11, 21, 22]
    assert result.records[10]["event_duration"] == 12346
    assert result.records[10]["network_protocol"] == "ssl"
    assert json.loads(result.records[11]["message"])["tunnel_parents"] == ["CaaaaA1", "CaaaaA0"]
    assert json.loads(result.records[21]["message"])["note"] == 'quote" back\\slash tab\t end\\x01'


@pytest.mark.parametrize(
    ("line", "url", "domain"),
    [
        (9, "http://www.example.jp/a/index.html?x=1", "www.example.jp"),
        (10, "http://203.0.113.66:8080/gate.php", "203.0.113.66"),
        (11, "mail.example.jp:443", "mail.example.jp"),
        (12, "http://back.evil.example/x", "back.evil.example"),
        (13, "/only-path", None),
    ],
)
def test_urls_of_http(line: int, url: str, domain: str | None) -> None:
    record = _sample("http.log").records[line]

    assert (record["url_original"], record.get("url_domain")) == (url, domain)


def test_http() -> None:
    records = _sample("http.log").records

    assert records[9]["referrer_domain"] == "portal.example.net"
    assert records[10]["file_name"] == "report.docx"
    assert records[12]["file_name"] == "a,b.bin"
    assert json.loads(records[12]["message"])["host"] == "front.example.com"
    assert "host" not in json.loads(records[9]["message"])


def test_smtp() -> None:
    records = _sample("smtp.log").records

    assert records[9]["email_address"] == [
        *("bounce@sender.example", "tanaka@example.jp", "sato@example.jp"),
        *("office@ministry.example", "reply@evil.example"),
    ]
    assert json.loads(records[9]["message"])["subject"] == "会議の件"
    assert "email_address" not in records[10]


def test_files_without_a_connection_know_who_sent() -> None:
    records = _sample("files.log").records

    for line in (9, 10):
        assert (records[line]["source_ip"], records[line]["destination_ip"]) == ("10.1.2.15", "203.0.113.66")
    assert records[9]["hash_value"] == ["0" * 31 + "1", "0" * 39 + "2"]
    assert records[9]["network_protocol"] == "http"


def test_addresses_of_a_notice_without_connection() -> None:
    record = _record("notice", id__orig_h=("addr", "-"), src=("addr", "192.0.2.1"), p=("port", "22"))

    assert (record["source_ip"], record["destination_port"]) == ("192.0.2.1", 22)
    assert record["message"] == '{"src":"192.0.2.1","p":22}'


def test_names_of_shared_files() -> None:
    record = _record("smb_files", action=("enum", "SMB::FILE_OPEN"), name=("string", "dir\\\\sub\\\\a.exe"))

    assert record["file_name"] == "a.exe"
    assert json.loads(str(record["message"])) == {"name": "dir\\sub\\a.exe"}


def test_url_of_a_transfer() -> None:
    record = _record("ftp", command=("string", "RETR"), arg=("string", "ftp://192.0.2.9/./a.zip"))

    assert (record["url_original"], record["url_domain"]) == ("ftp://192.0.2.9/./a.zip", "192.0.2.9")
    assert _record("ftp", arg=("string", "a.zip"))["message"] == '{"arg":"a.zip"}'


@pytest.mark.parametrize(
    ("type_", "text", "value"),
    [
        ("count", "42", 42),
        ("count", "18446744073709551615", 18446744073709551615),
        ("count", "0x1p", "0x1p"),
        ("double", "-1.500000", -1.5),
        ("double", "inf", "inf"),
        ("bool", "T", True),
        ("bool", "X", "X"),
        ("string", "(empty)", None),
        ("string", "-", None),
        ("string", "a\\x09b", "a\tb"),
        ("string", "\\xff", "\\xff"),
        ("set[string]", "(empty)", []),
        ("set[string]", "a\\x2cb,c,-", ["a,b", "c"]),
        ("vector[count]", "1,2,x", [1, 2, "x"]),
        ("vector[interval]", "1.5,-", [1.5]),
    ],
)
def test_values_in_the_message(type_: str, text: str, value: object) -> None:
    record = _record("acme", uid=("string", "C1"), value=(type_, text))

    assert json.loads(str(record["message"])) == {"uid": "C1"} | ({} if value is None else {"value": value})


def test_a_log_of_which_nothing_is_known() -> None:
    record = _record("acme", ts=("time", "1770076800.000000"), id__orig_h=("addr", "192.0.2.1"))

    assert record == {
        "timestamp": datetime(2026, 2, 3, tzinfo=UTC),
        "event_dataset": "zeek.acme",
        "source_ip": "192.0.2.1",
    }


def test_other_separators_and_words() -> None:
    data = (
        "#separator \\x7c\n#set_separator|;\n#empty_field|EMPTY\n#unset_field|NULL\n#path|dns\n"
        "#fields|ts|query|answers|rejected\n#types|time|string|vector[string]|bool\n"
        "1770076800.0|a.example|192.0.2.1;NULL;b.example|F\n1770076801.0|NULL|EMPTY|T\n"
    )

    records = read(ZeekTsv(), data.encode()).records

    assert records[8]["dns_resolved_ip"] == ["192.0.2.1"]
    assert records[8]["dns_resolved_name"] == ["b.example"]
    assert "dns_question_name" not in records[9]


@pytest.mark.parametrize(
    "header",
    [
        "#fields\t" + "\t".join(map(str, range(1001))),
        "#fields",
        "#path\tdns",
    ],
)
def test_lines_under_a_header_that_is_none(header: str) -> None:
    result = read(ZeekTsv(), f"{header}\n1\t2\n\n#close\n3".encode())

    assert result.unread == dict.fromkeys((2, 5), "no #fields line before it says what the columns are")


@pytest.mark.parametrize(
    ("data", "is_zeek"),
    [
        (_log("dns", {"ts": ("time", "1.0")}), True),
        (b"ken\tline\n" + _log("dns", {"ts": ("time", "1.0")}), True),
        (b"#separator \\x09\n#path\tdns\n", False),
        (b"#Fields: date time\n#separator x\n", False),
        (b"", False),
    ],
)
def test_recognition(data: bytes, is_zeek: bool) -> None:
    assert ZeekTsv().recognises(Head("dns.log", data)) is is_zeek


@settings(max_examples=50)
@given(st.data())
def test_every_line_has_its_place(data: st.DataObject) -> None:
    sample = data.draw(st.sampled_from(sorted((SAMPLES / "zeek_tsv").glob("*.log"))))
    lines = data.draw(st.permutations(sample.read_bytes().splitlines()[:14]))
    broken = b"\n".join(lines)
    at = data.draw(st.integers(0, len(broken)))
    broken = broken[:at] + data.draw(st.binary(max_size=3)) + broken[at:]

    result = read(ZeekTsv(), broken)

    raw = broken.removeprefix(b"\xef\xbb\xbf").split(b"\n")
    told = [n for n, line in enumerate(raw, 1) if line.removesuffix(b"\r") and not line.startswith(b"#")]
    assert sorted(result.places) == told
    for number, (offset, length) in result.places.items():
        assert broken[offset : offset + length].removesuffix(b"\r") == raw[number - 1].removesuffix(b"\r")
