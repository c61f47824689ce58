"""Decoys: what looks as if it belonged to the campaign and does not, each with the reason why."""

from collections.abc import Iterator
from datetime import timedelta

from sekimori.scenario.campaign import Campaign
from sekimori.scenario.dns import DnsLog
from sekimori.scenario.events import Event
from sekimori.scenario.letters import as_page
from sekimori.scenario.mailboxes import Journey, Post
from sekimori.scenario.mails import HonestMail, new_id, party
from sekimori.scenario.mime import Draft, Party
from sekimori.scenario.month import at, stream
from sekimori.scenario.people import Cast, Computer
from sekimori.scenario.proxy import ProxyLog
from sekimori.scenario.sysmon import Sysmon
from sekimori.scenario.truth import Decoy, Mark, Sort, Truth

__all__ = ["decoy_events", "decoy_mails", "decoy_traffic"]

_BROWSER = r"C:\Program Files\Google\Chrome\Application\chrome.exe"
_OTHER_ARCHIVE = "議事録_20261009.zip"
_LOOK_ALIKE_REASON = "another domain, whose name only ends with the same letters"
_BELOW_REASON = "the attacker's domain stands in the middle of this name: it belongs to cdn.example"


def decoy_mails(cast: Cast, post: Post, campaign: Campaign, honest: HonestMail, truth: Truth) -> None:
    """The professor's own mails, honest free mail over the same relay, an honest encrypted archive, a look-alike."""
    seed = truth.seed
    for _ in range(4):
        honest.from_partner(cast.professor)
    _decoy(truth, "professor", cast.professor.address, "his true address: only the display name is the attacker's too")
    for number, sender in enumerate(cast.private):
        to = campaign.first_wave[number % len(campaign.first_wave)]
        message = honest.from_private(sender, to, campaign.lured + timedelta(minutes=7 * number, hours=1))
        _decoy(truth, "free mail", message, "an honest sender of the same provider over the same relay")
    archived = honest.with_password(cast.partners[1], campaign.opener, _OTHER_ARCHIVE, at(9, "15:02:40"))
    _decoy(
        truth, "password mail", archived.message_id, f"a partner's encrypted archive; {_OTHER_ARCHIVE} is another name"
    )
    letter = _look_alike_letter(cast, campaign, seed)
    readers = (campaign.opener, campaign.reporter)
    post.deliver(
        letter, readers, Journey(origin="192.0.2.98", relay=Computer("mx.seafarer-news.example", "192.0.2.99"))
    )
    _decoy(truth, "look-alike", letter.message_id, "a newsletter that links to another domain with a similar name")


def _look_alike_letter(cast: Cast, campaign: Campaign, seed: int) -> Draft:
    link = f"http://www.not{campaign.domain}/vol12.html"
    text = f"海の資料便り 第12号をお届けします。\n\n{link}\n"
    return Draft(
        message_id=new_id(stream(seed, "look-alike"), "seafarer-news.example"),
        sender=Party("海の資料便り", "news@seafarer-news.example"),
        to=(party(cast.employees[0]),),
        when=at(7, "12:00:05"),
        subject="海の資料便り 第12号",
        text=text,
        html=as_page(text, link),
    )


def decoy_traffic(plan: Campaign, cast: Cast, proxy: ProxyLog, dns: DnsLog) -> None:
    """Look-alike hosts, a neighbour on the attacker's address, and requests that only mention the domain."""
    similar, middle = f"www.not{plan.domain}", f"{plan.domain}.cdn.example"
    for number, who in enumerate((plan.opener, plan.reporter, cast.employees[40])):
        when = at(7 + number, "12:31:07")
        for host, address, reason in (
            (similar, "192.0.2.97", _LOOK_ALIKE_REASON),
            (middle, "192.0.2.96", _BELOW_REASON),
        ):
            mark = Mark(sort=Sort.DECOY, decoy="look-alike", value=host, reason=reason)
            proxy.plant(when, who.computer, ("GET", f"http://{host}/", address), who.login, mark)
            dns.plant(when + timedelta(seconds=1), who.computer, host, address, mark)
        neighbour = Mark(
            sort=Sort.DECOY,
            decoy="shared address",
            value=plan.landing_address,
            reason="an innocent shop on the address that the landing page is hosted on",
        )
        request = ("GET", "http://hama-zakka.example/", plan.landing_address)
        proxy.plant(when + timedelta(minutes=5), who.computer, request, who.login, neighbour)
    _mentions(plan, proxy)


def _mentions(plan: Campaign, proxy: ProxyLog) -> None:
    who = plan.reporter
    for clock, url, address in (
        ("10:15:33", f"http://www.search.example/search?q={plan.domain}", "192.0.2.1"),
        ("10:17:02", f"http://urlcheck.example/report?u=http%3A%2F%2F{plan.domain}%2F", "192.0.2.95"),
    ):
        mark = Mark(
            sort=Sort.MENTION, value=plan.domain, reason="the recipient looked the domain up: no contact with it"
        )
        proxy.plant(at(9, clock), who.computer, ("GET", url, address), who.login, mark)


def decoy_events(plan: Campaign) -> Iterator[Event]:
    """The honest archive saved on a victim's machine, and the look-alike asked for there."""
    who = plan.opener
    sysmon = Sysmon(who.computer, who.login)
    path = rf"C:\Users\{who.login}\Downloads\{_OTHER_ARCHIVE}"
    saved = Mark(sort=Sort.DECOY, decoy="file name", value=_OTHER_ARCHIVE, reason="the honest partner's archive")
    yield sysmon.file(
        at(9, "15:06:12"), r"C:\Program Files\Microsoft Office\root\Office16\OUTLOOK.EXE", path, mark=saved
    )
    host = f"www.not{plan.domain}"
    asked = Mark(sort=Sort.DECOY, decoy="look-alike", value=host, reason=_LOOK_ALIKE_REASON)
    yield sysmon.query(at(7, "12:31:06"), _BROWSER, host, "192.0.2.97", mark=asked)


def _decoy(truth: Truth, sort: str, value: str, reason: str) -> None:
    truth.decoys.append(Decoy(sort=sort, file="", line=0, record=0, value=value, reason=reason))
