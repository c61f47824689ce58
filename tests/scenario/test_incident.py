"""The truth agrees with the files, by plain reading: all that is planted is told, and nothing else is there."""

import io
import re
import zipfile
from hashlib import sha256
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
import yaml

from sekimori.model.organisation import Partner, Person, Profile
from sekimori.scenario import FolderNotEmpty, write
from tests.scenario.incidents import Incident

_RESERVED = [
    ip_network(text) for text in ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "10.0.0.0/8", "192.168.0.0/16")
]


def _by_labels(domain: str) -> re.Pattern[str]:
    """The domain or a name below it, by whole labels, in any text."""
    return re.compile(rf"(?<![\w.-])(?:[\w-]+\.)*{re.escape(domain)}(?![\w-]|\.\w)")


def _tree(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def _places(lines: list[dict[str, Any]]) -> set[tuple[str, int]]:
    return {(line["place"]["file"], line["place"]["line"]) for line in lines}


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(tmp_path: Path) -> None:
    folders = [tmp_path / name for name in ("first", "second", "third")]
    for folder, seed in zip(folders, (7, 7, 8), strict=True):
        write(folder, seed=seed, scale=0.01)
    first, second, third = map(_tree, folders)
    assert first == second
    assert first["truth.json"] != third["truth.json"]
    assert first["suspicious.eml"] != third["suspicious.eml"]


def test_no_file_holds_the_time_of_its_making(incident: Incident) -> None:
    for path in (incident.folder / "evidence/proxy").iterdir():
        assert path.read_bytes()[4:8] == b"\0\0\0\0"
    (book,) = (incident.folder / "evidence/work").glob("*.xlsx")
    with zipfile.ZipFile(book) as archive:
        assert {info.date_time for info in archive.infolist()} == {(2026, 11, 2, 9, 30, 0)}
        core = archive.read("docProps/core.xml").decode()
    assert set(re.findall(r"20\d\d-\d\d-\d\d", core)) == {"2026-11-02"}


def test_a_folder_that_holds_something_is_refused(tmp_path: Path) -> None:
    (tmp_path / "other.txt").write_text("x")
    with pytest.raises(FolderNotEmpty, match="not empty"):
        write(tmp_path, scale=0.01)


def test_scale_multiplies_the_noise_and_leaves_the_campaign(incident: Incident, tmp_path: Path) -> None:
    smaller = write(tmp_path, scale=0.01)
    assert incident.truth["counts"]["dns queries"] > 2 * smaller.counts["dns queries"]
    assert [mail.message_id for mail in smaller.mails] == [mail["message_id"] for mail in incident.truth["mails"]]
    assert len(smaller.network) == len(incident.truth["network"])


def test_the_profile_has_the_shape_of_the_model(incident: Incident) -> None:
    told = yaml.safe_load((incident.folder / "profile.yaml").read_text("utf-8"))
    partners = tuple(Partner(**partner) for partner in told.pop("partners"))
    people = tuple(Person(**person) for person in told.pop("people"))
    profile = Profile(**told, partners=partners, people=people)
    assert len(profile.people) == 120
    assert len({person.addresses[0] for person in people}) == len(profile.hosts) - 7 == 120
    assert {person.hosts[0] for person in people} < set(profile.hosts.values())
    assert all(any(ip_address(host) in ip_network(net) for net in profile.networks) for host in profile.hosts)


def test_few_people_of_two_departments_get_the_first_wave_and_one_is_a_vip(incident: Incident) -> None:
    told = yaml.safe_load((incident.folder / "profile.yaml").read_text("utf-8"))
    people = {person["addresses"][0]: person for person in told["people"]}
    first = [m["recipient"] for m in incident.truth["mails"] if m["kind"] == "lure" and m["wave"] == 1]
    assert len(first) == len(set(first)) == 6
    assert len({people[address]["department"] for address in first}) == 2
    assert sum(people[address]["vip"] for address in first) == 1
    assert any(mail["file"].endswith(".mbox") for mail in incident.truth["mails"])


def test_the_campaign_mails_are_those_that_hold_its_indicators(incident: Incident) -> None:
    plan = incident.truth["campaign"]
    domain = _by_labels(plan["domain"])
    found = set()
    for file, mail in incident.mails:
        texts = [part.get_content() for part in mail.walk() if part.get_content_maintype() == "text"]
        attached = [sha256(part.get_content()).hexdigest() for part in mail.iter_attachments()]
        names = [part.get_filename() for part in mail.iter_attachments()]
        headers = f"{mail['From']} {mail['To']} {mail['Received']} {mail['X-Originating-IP']}"
        if (
            plan["sender"] in headers
            or any(address in headers for address in plan["originating_addresses"])
            or plan["subjects"][0] in mail["Subject"]
            or plan["attachment"] in names
            or plan["attachment_sha256"] in attached
            or any(domain.search(text) for text in texts)
        ):
            found.add((file, mail["Message-ID"].strip("<>")))
    assert found == {(mail["file"], mail["message_id"]) for mail in incident.truth["mails"]}


def test_every_campaign_mail_is_reached_by_sender_or_recipient(incident: Incident) -> None:
    sender = incident.truth["campaign"]["sender"]
    assert all(sender in {mail["sender"], mail["recipient"]} for mail in incident.truth["mails"])
    kinds = [mail["kind"] for mail in incident.truth["mails"]]
    assert {kind: kinds.count(kind) for kind in kinds} == {"lure": 8, "password": 6, "reply": 1, "follow-up": 1}


def test_the_suspicious_mail_is_a_lure_as_received_and_holds_what_is_to_be_hunted(incident: Incident) -> None:
    suspicious = incident.truth["suspicious"]
    data = (incident.folder / "suspicious.eml").read_bytes()
    assert data == (incident.folder / suspicious["copy_of"]).read_bytes()
    (mail,) = [mail for file, mail in incident.mails if file == suspicious["copy_of"]]
    (attached,) = mail.iter_attachments()
    body = mail.get_body(("plain",))
    assert body is not None
    held = f"{mail} {mail['From']} {mail['Subject']} {body.get_content()} {attached.get_filename()}"
    campaign = incident.truth["campaign"]
    with zipfile.ZipFile(io.BytesIO(attached.get_content())) as archive:
        (member,) = archive.infolist()
        inside = archive.read(member, pwd=campaign["password"].encode())
    held += f" {sha256(attached.get_content()).hexdigest()} {campaign['member']} {sha256(inside).hexdigest()}"
    for indicator in incident.truth["indicators"]:
        assert indicator["value"] in held, indicator
    assert {proposal for one in incident.truth["indicators"] for proposal in one["proposals"]} == {
        "hunt", "own", "well_known", "weak",
    }  # fmt: skip


def test_lines_with_the_domain_are_told_and_apart(incident: Incident) -> None:
    truth = incident.truth
    traffic = {place: unquote(line) for place, line in incident.traffic.items()}
    domain = truth["campaign"]["domain"]
    held = {place for place, line in traffic.items() if domain in line}
    hit = {place for place in held if _by_labels(domain).search(traffic[place])}
    network = _places([line for line in truth["network"] if line["reachable"] == "suspicious.eml"])
    mentions = _places(truth["mentions"])
    decoys = {(one["file"], one["line"]) for one in truth["decoys"] if one["sort"] == "look-alike"} & set(traffic)
    assert hit == network | mentions
    assert held - hit == decoys
    assert len(network) + len(mentions) + len(decoys) == len(held)
    assert len(mentions) == 2
    assert {line["name"] for line in truth["network"]} == {
        domain, *truth["campaign"]["beacons"], truth["campaign"]["second_domain"],
    }  # fmt: skip


def test_lines_that_only_the_warning_leads_to_are_marked(incident: Incident) -> None:
    second = incident.truth["campaign"]["second_domain"]
    held = {place for place, line in incident.traffic.items() if second in line}
    assert held == _places([line for line in incident.truth["network"] if line["reachable"] == "warning.csv"])
    warning = (incident.folder / "warning.csv").read_text("utf-8")
    everything = "\n".join((*incident.traffic.values(), *incident.events.values())).lower()
    for row in incident.truth["warning"]:
        assert row["value"] in warning
        assert (row["value"] in everything) == row["seen"]


def test_network_lines_hold_the_machine_and_the_name(incident: Incident) -> None:
    hosts = yaml.safe_load((incident.folder / "profile.yaml").read_text("utf-8"))["hosts"]
    for line in (*incident.truth["network"], *incident.truth["mentions"]):
        text = unquote(incident.traffic[line["place"]["file"], line["place"]["line"]])
        assert line["host_address"] in re.split(r"[\s\"]+", text)
        assert _by_labels(line["name"]).search(text)
        assert hosts[line["host_address"]] == line["host_name"]


def test_beacons_go_on_by_night_and_weekend(incident: Incident) -> None:
    beacons = [line["place"]["time"] for line in incident.truth["network"] if "beacon" in line["why"]]
    assert len(beacons) > 1000
    assert {time[11:13] for time in beacons} == {f"{hour:02d}" for hour in range(24)}
    assert {time[:10] for time in beacons} >= {f"2026-10-{day:02d}" for day in range(9, 31)}


def test_events_with_an_indicator_are_told(incident: Incident) -> None:
    plan = incident.truth["campaign"]
    domain = _by_labels(plan["domain"])
    found = {
        place
        for place, text in incident.events.items()
        if domain.search(text)
        or plan["attachment"] in text
        or plan["member"] in text
        or plan["member_sha256"] in text.lower()
    }
    told = incident.truth["events"]
    assert found == {(event["place"]["file"], 0, event["place"]["record"]) for event in told}
    for event in told:
        text = incident.event_at(event["place"])
        assert event["value"] in text or event["value"] in text.lower()
        assert f"<EventID>{event['event_code']}<" in text
        assert f"<Computer>{event['host']}." in text
    assert {event["event_code"] for event in told} == {1, 3, 11, 13, 22, 4688, 4698, 7045}
    by_warning = {event["value"] for event in told if event["reachable"] == "warning.csv"}
    assert by_warning == {plan["member_sha256"]}


def test_decoys_are_there_and_never_in_the_truth(incident: Incident) -> None:
    truth = incident.truth
    ids = {mail["Message-ID"].strip("<>") for _, mail in incident.mails}
    senders = {address.addr_spec for _, mail in incident.mails for address in mail["From"].addresses}
    for decoy in truth["decoys"]:
        if decoy["record"]:
            assert decoy["value"] in incident.event_at(decoy)
        elif decoy["file"]:
            assert decoy["value"] in incident.traffic[decoy["file"], decoy["line"]]
        else:
            assert decoy["value"] in ids | senders
        assert decoy["reason"]
    assert {decoy["sort"] for decoy in truth["decoys"]} == {
        "professor", "free mail", "password mail", "look-alike", "shared address", "file name",
    }  # fmt: skip
    matched = {line["name"] for line in (*truth["network"], *truth["mentions"])}
    matched |= {event["value"] for event in truth["events"]} | {mail["message_id"] for mail in truth["mails"]}
    assert matched.isdisjoint(decoy["value"] for decoy in truth["decoys"])


def test_honest_mails_share_relay_and_name_with_the_attacker(incident: Incident) -> None:
    planted = {mail["message_id"] for mail in incident.truth["mails"]}
    honest = [mail for _, mail in incident.mails if mail["Message-ID"].strip("<>") not in planted]
    relayed = [mail for mail in honest if "198.51.100.25" in str(mail.get_all("Received"))]
    assert len({mail["From"] for mail in relayed}) >= 5
    assert any(incident.truth["campaign"]["sender_name"] in mail["From"] for mail in honest)


def test_all_names_and_addresses_are_reserved_or_inside(incident: Incident) -> None:
    names = {name for line in incident.traffic.values() for name in re.findall(r"//([^/:\s]+)", line)}
    assert all(re.fullmatch(r"[a-z0-9.-]+\.example(\.jp)?", name) for name in names)
    text = "\n".join((*incident.traffic.values(), *incident.events.values()))
    addresses = set(re.findall(r"(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d.])", text)) - {"0.0.0.0"}
    assert all(any(ip_address(address) in net for net in _RESERVED) for address in addresses)
