"""Made-up mails in the store, and what a plain reading of their values says to a question."""

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address, ip_network
from typing import Any

from sekimori.model.kinds import ATTACHMENT, MESSAGE
from sekimori.model.organisation import Organisation
from sekimori.model.query import And, Between, Contains, Field, HasEncrypted, Not, Or, Query
from sekimori.store.adding import Adding
from sekimori.store.mail_index.folding import folded, folded_question
from sekimori.store.workspace import Workspace
from tests.store.world import BY, batch_of, claimed

FROM = (
    "email_from_address",
    "email_more_from_address",
    "email_sender_address",
    "email_return_path",
    "email_reply_to_address",
)
TO = ("email_to_address", "email_cc_address", "email_delivered_to")
DOMAINS = ("email_sender_domain", "email_recipient_domain", "email_hop_domain", "url_domain", "body_domain")
COLUMNS: dict[Field, tuple[str, ...]] = {
    Field.FROM: (*FROM, "email_from_name", "email_more_from_name"),
    Field.TO: TO,
    Field.CC: ("email_cc_address",),
    Field.NAME: ("email_from_name", "email_more_from_name"),
    Field.SUBJECT: ("email_subject",),
    Field.BODY: ("email_body_text",),
    Field.URL: ("url_original",),
    Field.IP: ("email_hop_address", "body_address"),
    Field.MESSAGE_ID: ("email_message_id",),
    Field.DOMAIN: DOMAINS,
}
ATTACHED: dict[Field, str] = {Field.ATTACHMENT: "file_name", Field.CONTENT: "file_text"}


@dataclass(frozen=True, slots=True)
class Made:
    """A mail of the tests: its row, the rows of its attachments, its mailbox."""

    row: Mapping[str, Any]
    attachments: Sequence[Mapping[str, Any]] = ()
    mailbox: str = "taro"


@dataclass(slots=True)
class Oracle:
    """The mails of a store by their evidence, and the answer to any question by reading them all."""

    mails: dict[int, Made] = field(default_factory=dict)

    def answer(self, query: Query) -> list[int]:
        """The evidence of all that answer, newest first."""
        return sorted((one for one, made in self.mails.items() if holds(made, query)), key=self._order, reverse=True)

    def _order(self, evidence: int) -> tuple[bool, datetime, int]:
        time = self.mails[evidence].row.get("timestamp")
        return time is not None, time or datetime(1, 1, 1, tzinfo=UTC), evidence


def holds(made: Made, query: Query) -> bool:
    """Whether a mail answers a question."""
    times = [time for name in ("timestamp", "email_received") if (time := made.row.get(name))]
    match query:
        case And(parts):
            return all(holds(made, part) for part in parts)
        case Or(parts):
            return any(holds(made, part) for part in parts)
        case Not(part):
            return not holds(made, part)
        case HasEncrypted():
            return any(one.get("encrypted") for one in made.attachments)
        case Between(after, before):
            return any((not after or after <= time) and (not before or time < before) for time in times)
        case Contains():
            return _contains(made, query)


def _contains(made: Made, query: Contains) -> bool:
    match query:
        case Contains(Field.MAILBOX, parts):
            return _in_turn(folded(made.mailbox), parts)
        case Contains(Field.HASH, parts):
            hashes = [made.row.get("hash_sha256"), *(one.get("hash_md5") for one in made.attachments)]
            return parts[0].lower() in hashes
        case Contains(Field.DOMAIN, (name,)):
            return any(f".{value}".endswith(f".{name.lower()}") for value in values(made, Field.DOMAIN))
        case Contains(Field.IP, (network,)) if _is_network(network):
            held = (ip_address(value) for value in values(made, Field.IP))
            return any(one in ip_network(network) for one in held)
        case Contains(Field.ANY, parts):
            everywhere = (value for one in (*COLUMNS, *ATTACHED) for value in values(made, one))
            return any(_in_turn(folded(value), parts) for value in everywhere)
        case Contains(where, parts):
            return any(_in_turn(folded(value), parts) for value in values(made, where))


def _is_network(text: str) -> bool:
    try:
        return bool(ip_network(text))
    except ValueError:
        return False


def values(made: Made, where: Field) -> list[str]:
    """The values of a field."""
    if where in ATTACHED:
        held = [one.get(ATTACHED[where]) for one in made.attachments]
    else:
        held = [made.row.get(name) for name in COLUMNS[where]]
    return [value for one in held if one for value in (one if isinstance(one, list) else [one])]


def _in_turn(value: str, parts: Sequence[str]) -> bool:
    rest = value
    for part in map(folded_question, parts):
        if part not in rest:
            return False
        rest = rest[rest.index(part) + len(part) :]
    return True


def add_mails(workspace: Workspace, organisation: Organisation, mails: Iterable[Made]) -> Oracle:
    """Add mails, as one commit; each is a piece of evidence of its own."""
    oracle = Oracle()
    with Adding(workspace, organisation, by=BY) as adding:
        for made in mails:
            content = repr(made).encode("utf-8", "replace")
            evidence, _ = claimed(adding, content, "some.eml", mailbox=made.mailbox)
            oracle.mails[evidence] = made
            adding.add_records(evidence, MESSAGE, batch_of(MESSAGE, [made.row]))
            if made.attachments:
                adding.add_records(evidence, ATTACHMENT, batch_of(ATTACHMENT, made.attachments))
            adding.describe(evidence, "mail.eml", [])
        adding.commit()
    return oracle


_SPOKEN = (
    "輸出管理 議事録 の ご案内 カード番号 ﾘﾝｸﾞ グリーン ＥＴＣ利用 Ａｍａｚｏｎ が、 を\nお願い 致し\r\nます 会議　資料 "
    "meeting xhci_hcd use-after-free r@gmail.example kernel. don't <tanaka@example.jp> 100% Straße naïve Москва "
    "ประชุม שלום 한국어 😀 a.b.c -- // e f g"
)
_WORDS = _SPOKEN.split(" ")


def some_mails(count: int, seed: int = 1) -> list[Made]:
    """Mails in several scripts, cut lines and odd signs among them; several of the same moment, some without time."""
    chance = random.Random(seed)
    start = datetime(2026, 10, 1, tzinfo=UTC)

    def text(most: int) -> str:
        return " ".join(chance.choice(_WORDS) for _ in range(chance.randint(1, most)))

    def one(number: int) -> Made:
        row: dict[str, Any] = {
            "timestamp": None if number % 11 == 0 else start + timedelta(minutes=number // 3),
            "email_from_address": f"sato{number % 7}@mail{number % 3}.example.jp",
            "email_received": start + timedelta(minutes=number // 5) if number % 13 and number % 11 else None,
            "email_from_name": text(2),
            "email_more_from_address": [f"abe{number}@more.example"] if number % 17 == 0 else None,
            "email_more_from_name": [text(1)] if number % 17 == 0 else None,
            "email_to_address": [f"to{number % 5}@example.org", "all@example.jp"],
            "email_cc_address": [f"cc{number % 4}@example.org"] if number % 2 else None,
            "email_subject": text(4),
            "email_body_text": text(40),
            "email_sender_domain": [f"mail{number % 3}.example.jp"],
            "email_hop_address": [f"192.0.2.{number % 19}", str(ip_address(f"2001:db8:0:{number % 3}::{number % 5}"))],
            "url_original": [f"http://h{number}.evil.example/a?b={number}"],
            "url_domain": [f"h{number}.evil.example"],
            "email_message_id": f"{number}.{seed}@example.jp",
            "hash_sha256": f"{number:064x}",
        }
        attached = {
            "mime_part": "2",
            "file_name": f"{text(1)}{number}.pdf",
            "file_text": text(9),
            "hash_md5": f"{number:032x}",
            "encrypted": number % 4 == 0,
        }
        return Made(row, [attached] if number % 3 == 0 else [], mailbox=f"Box{number % 6}")

    return [one(number) for number in range(count)]
