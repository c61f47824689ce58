"""The built-in incident as a whole: writes the month's evidence, the suspicious mail, the warning and the truth."""

import csv
import io
import json
from pathlib import Path

import yaml

from sekimori.scenario.bulk import bulk_mail
from sekimori.scenario.campaign import Campaign, plan
from sekimori.scenario.consoles import Consoles
from sekimori.scenario.decoys import decoy_events, decoy_mails, decoy_traffic
from sekimori.scenario.dns import DnsLog, resolve
from sekimori.scenario.events import Channel, EventLog, Planted
from sekimori.scenario.indicators import known_indicators
from sekimori.scenario.lures import Lures
from sekimori.scenario.mailboxes import Post
from sekimori.scenario.mails import HonestMail
from sekimori.scenario.month import stream
from sekimori.scenario.people import Cast, gather
from sekimori.scenario.proxy import ProxyLog, browse
from sekimori.scenario.routine import desk_month, server_month
from sekimori.scenario.security import logon_ids
from sekimori.scenario.sessions import Session, onward_sessions, ordered_sessions, session_events
from sekimori.scenario.traces import campaign_events, campaign_traffic
from sekimori.scenario.truth import AdministratorLogon, Sort, Truth
from sekimori.scenario.work import write_work_records

__all__ = ["FolderNotEmpty", "write"]

_MAILS = 4000
_PROXY_LINES = 250_000
_DNS_LINES = 100_000
_SESSIONS = 60


class FolderNotEmpty(FileExistsError):
    """The folder to write into already holds something; `folder` is that folder."""

    def __init__(self, folder: Path) -> None:
        super().__init__(str(folder))
        self.folder = folder

    def __str__(self) -> str:
        return f"{self.folder} is not empty; the incident is written into a new or empty folder only"


def write(folder: Path, *, seed: int = 20261001, scale: float = 1.0) -> Truth:
    """Writes the incident into a new or empty folder and returns its truth.

    The same seed and scale give the same bytes. `scale` multiplies the noise (1.0: about 4,000 mails, 250,000 proxy
    lines, 100,000 DNS queries); people, machines and the campaign stay the same. Raises `FolderNotEmpty`.
    """
    if folder.exists() and any(folder.iterdir()):
        raise FolderNotEmpty(folder)
    (folder / "evidence").mkdir(parents=True)
    cast = gather(seed)
    campaign = plan(cast, seed)
    truth = Truth(seed=seed, scale=scale, organisation=cast.name)
    profile = yaml.safe_dump(cast.profile(), allow_unicode=True, sort_keys=False)
    (folder / "profile.yaml").write_text(profile, "utf-8", newline="\n")
    _write_mail(folder, cast, campaign, truth)
    _write_traffic(folder, cast, campaign, truth)
    _write_machines(folder, cast, campaign, truth)
    _write_warning(folder, campaign, truth)
    truth.campaign = _facts(campaign)
    truth.indicators = known_indicators(cast, campaign)
    told = json.dumps(truth.as_json(), ensure_ascii=False, indent=1)
    (folder / "truth.json").write_text(told + "\n", "utf-8", newline="\n")
    return truth


def _write_mail(folder: Path, cast: Cast, campaign: Campaign, truth: Truth) -> None:
    post = Post(cast)
    honest = HonestMail(cast, post, stream(truth.seed, "mails"))
    Lures(cast, post, campaign, truth, stream(truth.seed, "lures")).send()
    decoy_mails(cast, post, campaign, honest, truth)
    wanted = int(_MAILS * truth.scale)
    bulk_mail(cast, post, stream(truth.seed, "bulk"), wanted // 8)
    honest.fill(wanted)
    post.write(folder)
    truth.counts["mails"] = post.count
    (folder / truth.suspicious["file"]).write_bytes(post.content(truth.suspicious["copy_of"]))


def _write_traffic(folder: Path, cast: Cast, campaign: Campaign, truth: Truth) -> None:
    proxy, dns = ProxyLog(), DnsLog(cast.servers["SRV-DC01"])
    campaign_traffic(campaign, cast, proxy, dns, stream(truth.seed, "traffic"))
    decoy_traffic(campaign, cast, proxy, dns)
    browse(proxy, cast, stream(truth.seed, "proxy"), int(_PROXY_LINES * truth.scale))
    resolve(dns, cast, stream(truth.seed, "dns"), int(_DNS_LINES * truth.scale))
    proxy.write(folder, truth)
    dns.write(folder, truth)
    truth.counts |= {"proxy lines": proxy.count, "dns queries": dns.count}


def _write_machines(folder: Path, cast: Cast, campaign: Campaign, truth: Truth) -> None:
    seed, scale = truth.seed, truth.scale
    desks = (campaign.opener, campaign.sleeper, campaign.reporter, cast.administrators[0], cast.employees[75])
    log = EventLog(cast.domain, _collected(cast, [who.computer.name for who in desks]))
    ids = logon_ids()
    consoles = Consoles(ids, never_left={campaign.opener.login, campaign.sleeper.login})
    ordered = ordered_sessions(cast, campaign, stream(seed, "sessions"), max(8, int(_SESSIONS * scale)))
    sessions = [*ordered, *onward_sessions(campaign)]
    for session in sessions:
        log.add(session_events(session, consoles))
    log.add(campaign_events(campaign, consoles))
    log.add(decoy_events(campaign))
    dice = stream(seed, "machines")
    for who in desks:
        log.add(desk_month(cast, who, dice, consoles, max(2, int(22 * scale))))
    for server in cast.servers.values():
        log.add(server_month(cast, server, dice, ids, max(3, int(60 * scale))))
    records = write_work_records(folder, cast, ordered)
    by_name = {session.name: session for session in sessions}
    for planted in log.write(folder):
        _note_event(truth, planted, by_name, records)
    truth.counts |= {"events": log.count, "sessions": len(sessions)}


def _collected(cast: Cast, desks: list[str]) -> dict[tuple[str, Channel], str]:
    """Which logs the investigators got, and in which form."""
    forms: dict[tuple[str, Channel], str] = {}
    for name in desks:
        forms[name, Channel.SECURITY] = "xml"
        forms[name, Channel.SYSMON] = "xml-root"
    for name, form in (
        ("DC01", "xml"),
        ("FILE01", "xml"),
        ("DATA02", "cp932"),
        ("WEB01", "utf-8-sig"),
        ("BKUP01", "cp932"),
    ):
        server = cast.servers[f"SRV-{name}"].name
        forms[server, Channel.SECURITY] = form
        forms[server, Channel.REMOTE] = "xml"
    forms["SRV-FILE01", Channel.SYSTEM] = "xml"
    return forms


def _note_event(truth: Truth, planted: Planted, sessions: dict[str, Session], records: dict[str, str]) -> None:
    event, mark, place = planted.event, planted.mark, planted.place
    if mark.sort is Sort.DECOY:
        truth.note_decoy(mark, place)
    elif mark.sort is Sort.MATCH:
        truth.note_event(mark, place, event.computer.name, event.code)
    else:
        session = sessions[mark.session]
        logon = AdministratorLogon(
            place=place,
            host=event.computer.name,
            event_code=event.code,
            session=session.name,
            account=session.operator.administrator,
            source_address=session.source.address,
            source_host=session.source.name,
            target_host=session.target.name,
            work_record=records.get(session.name, ""),
        )
        (truth.ordered_logons if mark.sort is Sort.ORDERED else truth.onward_logons).append(logon)


def _write_warning(folder: Path, campaign: Campaign, truth: Truth) -> None:
    """A partner's warning: two values that were seen here, two that were not."""
    rows = (
        ("sha256", campaign.dropped_hash, "program in the attached archive", True),
        ("domain", campaign.second_domain, "second command server", True),
        ("domain", "shio-kaze-update.example", "command server seen elsewhere", False),
        ("ip", "203.0.113.99", "command server seen elsewhere", False),
    )
    text = io.StringIO(newline="")
    table = csv.writer(text, lineterminator="\r\n")
    table.writerow(("type", "value", "description", "confidence", "tlp", "valid_from"))
    for type_, value, description, seen in rows:
        table.writerow((type_, value, description, 80, "TLP:AMBER", "2026-10-28T00:00:00Z"))
        truth.warning.append({"type": type_, "value": value, "seen": seen})
    (folder / "warning.csv").write_bytes(text.getvalue().encode())


def _facts(campaign: Campaign) -> dict[str, object]:
    return {
        "sender": campaign.sender.address,
        "sender_name": campaign.sender.name,
        "domain": campaign.domain,
        "landing": campaign.landing,
        "download": campaign.download,
        "beacons": list(campaign.beacons),
        "second_domain": campaign.second_domain,
        "addresses": [campaign.landing_address, campaign.beacon_address, campaign.second_address],
        "originating_addresses": list(campaign.origins),
        "subjects": list(campaign.subjects),
        "attachment": campaign.attachment.name,
        "attachment_sha256": campaign.attachment_hash,
        "member": campaign.member,
        "member_sha256": campaign.dropped_hash,
        "password": campaign.password,
        "reporter": campaign.reporter.address,
        "victim_hosts": [campaign.opener.computer.name, campaign.sleeper.computer.name],
        "administrator": campaign.administrator.administrator,
    }
