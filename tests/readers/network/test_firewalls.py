"""What is easily read wrong in the logs of firewalls and in what a SIEM is sent."""

import pytest

from sekimori.readers.network.aws_load_balancer import AwsLoadBalancer
from sekimori.readers.network.aws_vpc_flow import AwsVpcFlow
from sekimori.readers.network.cef import Cef
from sekimori.readers.network.check_point import CheckPoint
from sekimori.readers.network.cisco_asa import CiscoAsa
from sekimori.readers.network.fortigate import FortiGate
from sekimori.readers.network.leef import Leef
from sekimori.readers.network.m365_audit import M365Audit
from sekimori.readers.network.palo_alto import PaloAlto
from sekimori.readers.network.windows_firewall import WindowsFirewall
from sekimori.readers.protocol import Head, Reader
from tests.readers.network.reading import SAMPLES, read

ASA = "Oct  6 2026 09:00:01 fw1 : %ASA-6-"
FORTI = 'date=2026-10-06 time=09:00:01 logid="0000000013" type="traffic" subtype="forward" '
FIELDS = "#Fields: date time action protocol src-ip dst-ip src-port dst-port size\n"
WRAPPERS = (
    "{}",
    "<134>{}",
    "Oct  6 09:00:01 gw1 {}",
    "<134>1 2026-10-06T00:00:01Z gw1 app 11 ID - {}",
    "2026-10-06 09:00:01\tLocal7.Info\t192.0.2.1\t{}",
)
MESSAGES: tuple[tuple[Reader, str], ...] = (
    (FortiGate(), FORTI + "srcip=192.0.2.15 dstip=198.51.100.7"),
    (CiscoAsa(), "%ASA-2-106001: Inbound TCP connection denied from 192.0.2.15/1 to 198.51.100.7/2 flags SYN"),
    (Cef(), "CEF:0|a|b|c|d|e|1|src=192.0.2.15 dst=198.51.100.7"),
    (Leef(), "LEEF:2.0|a|b|c|d|^|src=192.0.2.15^dst=198.51.100.7"),
    (CheckPoint(), "time=1791244801|product=Firewall|src=192.0.2.15|dst=198.51.100.7"),
    (CheckPoint(), '[action:"Drop"; product:"Firewall"; src:"192.0.2.15"; dst:"198.51.100.7"]'),
)


def first(reader: Reader, text: str) -> dict[str, object]:
    result = read(reader, text.encode())
    assert result.unread == {}
    return next(iter(result.records.values()))


@pytest.mark.parametrize("wrapper", WRAPPERS)
@pytest.mark.parametrize(("reader", "message"), MESSAGES, ids=lambda value: getattr(value, "name", ""))
def test_any_syslog_head_may_stand_before(reader: Reader, message: str, wrapper: str) -> None:
    text = wrapper.format(message)

    row = first(reader, text)

    assert reader.recognises(Head("a.log", text.encode()))
    assert (row["source_ip"], row["destination_ip"]) == ("192.0.2.15", "198.51.100.7")


@pytest.mark.parametrize("stamp", ["1791244801", "1791244801000", "1791244801000000", "1791244801000000000"])
def test_fortigate_event_time_in_any_unit(stamp: str) -> None:
    assert (
        str(first(FortiGate(), f"{FORTI}eventtime={stamp} srcip=192.0.2.1")["timestamp"]) == "2026-10-06 00:00:01+00:00"
    )


def test_fortigate_date_has_its_own_zone() -> None:
    row = first(FortiGate(), FORTI + 'tz="+0200" srcip=192.0.2.1')

    assert str(row["timestamp"]) == "2026-10-06 07:00:01+00:00"


def test_a_quoted_value_cannot_forge_another_field() -> None:
    row = first(FortiGate(), FORTI + r'srcip=192.0.2.15 agent="x srcip=203.0.113.1 \" dstip=203.0.113.2"')

    assert (row["source_ip"], row.get("destination_ip")) == ("192.0.2.15", None)


@pytest.mark.parametrize(
    ("way", "source", "destination"),
    [("outbound", "192.0.2.15", "198.51.100.7"), ("inbound", "198.51.100.7", "192.0.2.15")],
)
def test_asa_teardown_goes_the_way_it_was_built(way: str, source: str, destination: str) -> None:
    ends = "for outside:198.51.100.7/5000 {}to inside:192.0.2.15/6000 {}"
    built = f"{ASA}302013: Built {way} TCP connection 7 " + ends.format("(198.51.100.7/5000) ", "(203.0.113.1/6000)")
    torn = f"{ASA}302014: Teardown TCP connection 7 " + ends.format("", "duration 0:00:02 bytes 9 TCP FINs")

    result = read(CiscoAsa(), f"{built}\n{torn}\n".encode())

    for line in (1, 2):
        row = result.records[line]
        assert (row["source_ip"], row["destination_ip"]) == (source, destination)


def test_asa_translation_is_no_contact() -> None:
    text = f"{ASA}305011: Built dynamic TCP translation from inside:192.0.2.19/5 to outside:203.0.113.1/5"

    assert "destination_ip" not in first(CiscoAsa(), text)


def test_asa_unknown_form_with_addresses_is_told_and_other_messages_are_not() -> None:
    result = read(CiscoAsa(), f"{ASA}999999: new form 192.0.2.1\n{ASA}111008: User 'a' executed 'b'\n".encode())

    assert (list(result.unread), result.records) == ([1], {})


def test_palo_alto_quoted_commas_do_not_shift_fields() -> None:
    lines = (SAMPLES / "palo_alto/pan.log").read_bytes().splitlines()

    row = next(iter(read(PaloAlto(), lines[1]).records.values()))

    assert (row["url_original"], row["source_user_name"]) == (
        'http://www.example.jp/a,b?q="x"',
        r"example\suzuki, hanako",
    )


def test_cef_label_cannot_replace_a_known_field() -> None:
    row = first(Cef(), "CEF:0|a|b|c|d|e|1|src=192.0.2.15 cs1Label=src cs1=203.0.113.1 cs2Label=dst cs2=x y")

    assert row["source_ip"] == "192.0.2.15"


def test_cef_escapes_in_head_and_extension() -> None:
    row = first(Cef(), r"CEF:0|a\|b|c\\|d|e|f|1|fname=a b\=c.exe act=blocked here src=192.0.2.15")

    assert (row["file_name"], row["event_action"]) == ("a b=c.exe", "blocked here")
    assert r'"device_vendor":"a|b"' in str(row["message"])


@pytest.mark.parametrize(("written", "delimiter"), [("^", "^"), ("x5E", "^"), ("0x5E", "^"), ("x09", "\t"), ("", "\t")])
def test_leef_delimiter_of_the_head(written: str, delimiter: str) -> None:
    attributes = delimiter.join(("src=192.0.2.15", "url=http://www.example.jp/?a=b", "msg=x y"))

    row = first(Leef(), f"LEEF:2.0|a|b|c|d|{written}|{attributes}")

    assert (row["source_ip"], row["url_original"]) == ("192.0.2.15", "http://www.example.jp/?a=b")


@pytest.mark.parametrize(("said", "hour"), [("Local", "00"), ("UTC", "09")])
def test_windows_firewall_time_is_local_unless_stated(said: str, hour: str) -> None:
    text = f"#Time Format: {said}\n{FIELDS}2026-10-06 09:00:01 DROP TCP 192.0.2.15 198.51.100.7 1 2 -\n"

    assert str(first(WindowsFirewall(), text)["timestamp"]) == f"2026-10-06 {hour}:00:01+00:00"


def test_windows_firewall_leaves_web_servers_logs_alone() -> None:
    text = b"#Software: Microsoft Internet Information Services 10.0\n#Fields: date time s-ip cs-method c-ip\n"

    assert not WindowsFirewall().recognises(Head("u_ex.log", text))


def test_vpc_flow_lost_flows_are_told_and_no_data_is_nothing() -> None:
    line = "2 123456789012 eni-0a1b2c3d - - - - - - - 1791244803 1791244863 - {}\n"

    result = read(AwsVpcFlow(), (line.format("NODATA") + line.format("SKIPDATA")).encode())

    assert (list(result.unread), result.records) == ([2], {})


def test_load_balancer_without_a_target_names_no_destination() -> None:
    lines = (SAMPLES / "aws_load_balancer/elb.log").read_bytes().splitlines()

    row = next(iter(read(AwsLoadBalancer(), lines[1]).records.values()))

    assert (row["source_ip"], row.get("destination_ip")) == ("2001:db8::9", None)


@pytest.mark.parametrize(
    "written", ["198.51.100.7", "198.51.100.7:443", "2001:db8::7", "[2001:db8::7]:443", "[2001:db8::7]"]
)
def test_m365_address_with_and_without_port(written: str) -> None:
    text = f'{{"CreationTime":"2026-10-06T00:00:01","Operation":"a","RecordType":1,"ClientIP":"{written}"}}'

    assert first(M365Audit(), text)["source_ip"] in {"198.51.100.7", "2001:db8::7"}


@pytest.mark.parametrize("reader", [kind for kind, _ in MESSAGES[:5]], ids=lambda reader: reader.name)
def test_a_hostile_line_costs_only_itself(reader: Reader) -> None:
    good = next(message for kind, message in MESSAGES if kind.name == reader.name)
    hostile = ["=" * 20_000, 'a="' * 5_000, "\\" * 20_000, good[:12]]

    result = read(reader, "\n".join([good, *hostile, good]).encode())

    assert {1, 6} <= set(result.records)
    assert set(result.unread) == {2, 3, 4, 5}


@pytest.mark.parametrize(("reader", "text"), [(Cef(), "CEF:0|a|b|c|d|e|1|"), (CiscoAsa(), "%FTD-6-430003: nothing")])
def test_a_message_without_any_field_is_no_error(reader: Reader, text: str) -> None:
    assert read(reader, text.encode()).unread == {}
