"""Small mails for the rules, made from a few keys: what is not said is ordinary.

from: 山田 <yamada@partner.example>
subject: 打合せの件
body: …
files: [{name: a.zip, zip: {b.txt: text}, locked: true}]
opened: {"2": [{name: b.exe, text: …}]}
dkim: {domain: partner.example, altered: [from, to], key: false}
headers: {Reply-To: other@freemail.example}
profile: {domains: [example.jp], partners: [{name: 東和精機, domains: [partner.example]}, [other.example]]}
history: [{…, days: 10}]
where: header Subject    (the place that the rule must name)
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from email.header import Header
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Any

from sekimori.formats.unlocking import OpenedFile
from sekimori.model.organisation import Partner, Person, Profile
from sekimori.triage.bulk_lists import BulkList, BulkLists
from sekimori.triage.facts import MailFacts, facts_of, registered
from sekimori.triage.files import Opened
from sekimori.triage.history import History, history_of
from sekimori.triage.icons import drawn
from tests.formats import dkim_mail, pictures, programs
from tests.formats.documents import zipped

__all__ = ["AT", "case_facts", "mail_bytes", "profile_of"]

AT = datetime(2014, 10, 6, tzinfo=UTC)
_OWN = frozenset(
    {
        *("from", "to", "subject", "body", "html", "files", "headers", "profile", "history", "lists", "days", "date"),
        *("opened", "dkim", "where"),
    }
)


def mail_bytes(case: Mapping[str, Any]) -> bytes:
    """The mail that a case describes."""
    unknown = set(case) - _OWN
    assert not unknown, unknown
    message = EmailMessage(policy=SMTP.clone(max_line_length=200))
    message.set_content(case.get("body", "いつもお世話になっております。\nよろしくお願いいたします。"))
    if "html" in case:
        message.add_alternative(case["html"], subtype="html")
    for file in case.get("files", ()):
        message.add_attachment(_content(file), maintype="application", subtype="octet-stream", filename=file["name"])
    when = AT - timedelta(days=case.get("days", 0))
    lines = {
        "From": case.get("from", "鈴木 <suzuki@partner.example>"),
        "To": case.get("to", "sato@example.jp"),
        "Subject": case.get("subject", "来週の件"),
        "Date": case.get("date", format_datetime(when).replace("+0000", "+0900")),
        **case.get("headers", {}),
    }
    head = "".join(f"{name}: {_encoded(name, str(value))}\r\n" for name, value in lines.items() if value is not None)
    data = head.encode() + message.as_bytes()
    if "dkim" not in case:
        return data
    old, new = case["dkim"].get("altered", ("", ""))
    return dkim_mail.sign(data, case["dkim"]["domain"], length=case["dkim"].get("length", False)).replace(
        old.encode(), new.encode()
    )


def _encoded(name: str, value: str) -> str:
    if value.isascii():
        return value
    if name in {"From", "To", "Cc"} and "<" in value:
        text, _, address = value.rpartition("<")
        return f"{Header(text.strip(), 'utf-8', maxlinelen=500).encode()} <{address}"
    return Header(value, "utf-8", maxlinelen=500).encode()


def _content(file: Mapping[str, Any]) -> bytes:
    if "zip" in file:
        data = zipped(file["zip"])
        return _locked(data) if file.get("locked") else data
    if "qr" in file:
        return pictures.qr(file["qr"])
    if "icon" in file:
        return programs.program(drawn(file["icon"]) if file["icon"] else None)
    if "lnk" in file:
        return programs.lnk(**file["lnk"])
    if "hex" in file:
        return bytes.fromhex(file["hex"]) + bytes(file.get("padding", 0))
    return str(file.get("text", "text")).encode()


def _opened(files: Sequence[Mapping[str, Any]]) -> Opened:
    """What the password in another mail opened."""
    return Opened(
        files=tuple(OpenedFile(file["name"], _content(file)) for file in files), told_by="0a1b2c", is_separate=True
    )


def _locked(data: bytes) -> bytes:
    """The archive with the flag of encryption set on every member (APPNOTE.TXT 4.4.4, bit 0)."""
    changed = bytearray(data)
    for mark, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.find(mark)
        while at >= 0:
            changed[at + flags] |= 1
            at = data.find(mark, at + 4)
    return bytes(changed)


def profile_of(content: Mapping[str, Any]) -> Profile:
    """A profile."""
    people = tuple(
        Person(
            name=one["name"],
            addresses=tuple(one["addresses"]),
            department=one.get("department", ""),
            role=one.get("role", ""),
        )
        for one in content.get("people", ())
    )
    partners = tuple(
        Partner(name=one.get("name", ""), domains=tuple(one.get("domains", ())))
        for one in (given if isinstance(given, dict) else {"domains": given} for given in content.get("partners", ()))
    )
    return Profile(domains=tuple(content.get("domains", ("example.jp",))), people=people, partners=partners)


def case_facts(case: Mapping[str, Any]) -> MailFacts:
    """The facts of a case, its history and lists around it. `history: []` is a store without any like it."""
    profile = profile_of(case.get("profile", {}))
    lists = BulkLists(
        tuple(BulkList(name="一覧", source="", date=date(2014, 10, 1), **one) for one in case.get("lists", ()))
    )
    opened = {path: _opened(files) for path, files in case.get("opened", {}).items()}
    signed = case.get("dkim", {"key": False})
    keys = {f"key1._domainkey.{signed['domain']}": dkim_mail.record()} if signed.get("key", True) else {}
    facts = facts_of(mail_bytes(case), profile, lists=lists, opened=opened, keys=keys)
    if "history" not in case:
        return facts
    earlier = [facts_of(mail_bytes({"days": 10, **one}), profile) for one in case["history"]]
    traces = [one.trace(f"earlier {number}") for number, one in enumerate(earlier)]
    domains: dict[str, int] = {}
    for trace in traces:
        party = registered(trace.address.rpartition("@")[2])
        domains[party] = domains.get(party, 0) + 1
    history: History = history_of(facts.trace("own"), traces, domains)
    return replace(facts, history=history)
