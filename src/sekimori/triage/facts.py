"""The facts that rules ask of one mail, each worked out once: people, texts, links, files, the way it came.

All is taken from the bytes; nothing raises on any of them. Where an own person handed the mail on as an attachment,
the facts are those of the mail inside.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import Any, NamedTuple, TypeVar
from urllib.parse import unquote

from sekimori.extract.mail import subject_of
from sekimori.extract.mail_proposal import is_own_mail_address
from sekimori.formats.dkim_signature import DkimSignature, Outcome
from sekimori.formats.html_text import Link
from sekimori.formats.mail import Mail, Part, parse
from sekimori.formats.mail_addresses import MailAddress
from sekimori.model.organisation import Person, Profile
from sekimori.model.place import Place
from sekimori.triage.bulk_lists import BulkLists
from sekimori.triage.contents import BODY_CHARACTERS, Contents
from sekimori.triage.files import Carried, Opened
from sekimori.triage.history import History, Trace, name_key, same_name, sketch
from sekimori.triage.recorded_results import RecordedResults, recorded_results
from sekimori.values import domain, mail_address, url
from sekimori.values.errors import InvalidValue
from sekimori.values.text import fold

__all__ = [
    "OPENING_CHARACTERS",
    "MailFacts",
    "SeenLink",
    "Where",
    "address_of",
    "domain_in",
    "facts_of",
    "mailer_of",
    "registered",
    "says_password",
]

OPENING_CHARACTERS = 3_000
"""A theme is looked for so far into the body."""

_KANA = re.compile("[ぁ-ゖァ-ヺ]")
_SIGNATURE_LINES = 15
_SIGNATURE_CHARACTERS = 4_000
_PASSWORD = re.compile(
    r"パスワード|ﾊﾟｽﾜｰﾄﾞ|解凍キー|解凍用|開封キー|暗証|\bpassword\b|\bpasscode\b|\bpasswd\b|\bPW\b", re.IGNORECASE
)
_FORWARDED = re.compile(r"(?m)^(?:>|-{3,} ?(?:Original|Forwarded|元の|転送)|On .{5,80} wrote:|\d{4}年.{5,60}:$)")

T = TypeVar("T")


class Where(NamedTuple):
    """A place in the mail: what it is called, and its bytes."""

    name: str
    place: Place


class SeenLink(NamedTuple):
    """A link: its target as written, the host in normal form, the text it shows (empty for a bare URL), its part."""

    target: str
    host: str
    text: str
    part: Part


def address_of(one: MailAddress) -> str:
    """An address in normal form; empty where it is none."""
    try:
        return mail_address.normal(one.address)
    except InvalidValue:
        return ""


def domain_in(address: str) -> str:
    """The domain of an address in normal form; empty where it has none."""
    name = mail_address.domain_of(address)
    return "" if name.startswith("[") else name


def registered(name: str) -> str:
    """What one party holds of a domain name: `mail.example.co.jp` is `example.co.jp`. Empty for no name."""
    return (domain.registrable(name) or name) if name else ""


@dataclass(frozen=True)
class MailFacts:
    """One mail, what it carries, and what is known around it."""

    contents: Contents
    profile: Profile = field(default_factory=Profile)
    history: History = field(default_factory=History)
    lists: BulkLists = field(default_factory=BulkLists)
    _worked_out: dict[object, Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    def once(self, key: object, work: Callable[[], T]) -> T:
        """What `work` gives, worked out once for these facts, whoever asks for the `key`."""
        if key not in self._worked_out:
            self._worked_out[key] = work()
        found: T = self._worked_out[key]
        return found

    @property
    def mail(self) -> Mail:
        """The mail."""
        return self.contents.mail

    # Places

    def header(self, name: str) -> Where:
        """The place of the first field of that lower-case name; the whole mail where there is none."""
        found = self.mail.first(name)
        return Where(f"header {name.title()}", found.place if found else self.mail.place)

    def part(self, part: Part) -> Where:
        """The place of a part."""
        return Where(f"part {part.number}", part.place)

    def file(self, file: Carried) -> Where:
        """The place of a file: its part's, with the archive and the member where it lies deeper."""
        return Where(file.where, file.part.place)

    @property
    def body_where(self) -> Where:
        """The place of the first text."""
        part = next((one for one in self.mail.parts if one.is_text), None)
        return self.part(part) if part else Where("body", self.mail.place)

    def where_says(self, text: str) -> Where:
        """The place where a text stands, however it is written: the subject, or the part of the body that has it."""
        if not (sought := fold(text)):
            return self.body_where
        if sought in fold(self.subject):
            return self.header("subject")
        found = (self.part(part) for part, says in self.contents.folded_parts if sought in says)
        return next(found, self.body_where)

    # People

    @cached_property
    def sender(self) -> MailAddress:
        """The first of From; empty where there is none."""
        found = self.mail.addresses("from")
        return next((one for one in found if one.address), found[0] if found else MailAddress("", ""))

    @cached_property
    def sender_address(self) -> str:
        """The address in From, normal form."""
        return address_of(self.sender)

    @cached_property
    def sender_domain(self) -> str:
        """Its domain."""
        return domain_in(self.sender_address)

    @cached_property
    def sender_party(self) -> str:
        """What one party holds of it."""
        return registered(self.sender_domain)

    def addresses(self, *names: str) -> list[str]:
        """The addresses in header fields, normal form, each once."""
        read = self.mail.addresses
        found = (one for name in names for one in self.once(("addresses", name), partial(read, name)))
        return list(dict.fromkeys(value for one in found if (value := address_of(one))))

    @cached_property
    def recipients(self) -> list[str]:
        """The addresses in To, Cc and the delivery fields."""
        return self.addresses("to", "cc", "delivered-to", "x-original-to")

    @cached_property
    def recipient_people(self) -> list[Person]:
        """Those of the organisation's people who got it, as far as the mail says."""
        recipients = frozenset(self.recipients)
        return [one for one in self.profile.people if not recipients.isdisjoint(one.addresses)]

    @cached_property
    def is_from_own(self) -> bool:
        """Whether From claims an address of the organisation."""
        return bool(self.sender_address) and is_own_mail_address(self.sender_address, self.profile)

    @cached_property
    def person_named(self) -> Person | None:
        """The person of the organisation whose name stands in From."""
        key = name_key(self.sender.name)
        return next((one for one in self.profile.people if len(key) >= 2 and same_name(name_key(one.name), key)), None)

    @cached_property
    def is_known(self) -> bool:
        """Whether the address wrote before."""
        return bool(self.history.by_address)

    # Texts

    @cached_property
    def subject(self) -> str:
        """The subject."""
        return self.mail.text("subject")

    @property
    def body(self) -> str:
        """The text of the body."""
        return self.contents.body

    @cached_property
    def own_body(self) -> str:
        """The body without what it quotes of an earlier mail."""
        found = _FORWARDED.search(self.body)
        return self.body[: found.start()] if found and found.start() > 20 else self.body

    @cached_property
    def text(self) -> str:
        """Subject and body."""
        return f"{self.subject}\n{self.body}"

    @cached_property
    def folded(self) -> str:
        """Subject and body, folded for looking up words."""
        return fold(self.text)

    @cached_property
    def opening(self) -> str:
        """What the sender wrote first, folded: a lure says what it is about at once, a newsletter names everything."""
        return fold(f"{self.subject}\n{self.own_body[:OPENING_CHARACTERS]}")

    @cached_property
    def is_japanese(self) -> bool:
        """Whether kana stand in it."""
        return len(_KANA.findall(self.text[:20_000])) >= 5

    @cached_property
    def signature(self) -> str:
        """The last lines of what the sender wrote, where a signature stands."""
        lines = [line for line in self.own_body.splitlines() if line.strip()]
        return "\n".join(lines[-_SIGNATURE_LINES:])[-_SIGNATURE_CHARACTERS:]

    @cached_property
    def says_password(self) -> bool:
        """Whether the body speaks of a password."""
        return says_password(self.own_body)

    # Links and files

    @cached_property
    def links(self) -> tuple[SeenLink, ...]:
        """Every link to the web: of the texts, of HTML, and of QR codes."""
        found = list(self.written_links)
        for code in self.contents.codes:
            hosted = ((value, url.host_of(value)) for value in code.urls)
            found += [SeenLink(value, host, "", code.part) for value, host in hosted if host]
        return tuple(found)

    @cached_property
    def written_links(self) -> tuple[SeenLink, ...]:
        """The links of the texts and of HTML."""
        found: list[SeenLink] = []
        for one in self.contents.said:
            shown: Iterable[Link] = one.part.html.links if one.part.html is not None else ()
            texts = {link.target: link.text for link in shown}
            hosts = ((seen, url.host_of(seen.value)) for seen in one.urls if seen.use != "source")
            found += [SeenLink(seen.text, host, texts.get(seen.text, ""), one.part) for seen, host in hosts if host]
        return tuple(found)

    @property
    def has_form(self) -> bool:
        """Whether a page in it has a form of its own."""
        return any(part.html is not None and part.html.forms for part in self.mail.walk())

    @cached_property
    def link_parties(self) -> frozenset[str]:
        """What parties hold the hosts of the links."""
        return frozenset(registered(one.host) for one in self.links)

    @property
    def files(self) -> tuple[Carried, ...]:
        """Every file it carries, those inside others and those that a password opened included."""
        return self.contents.files

    @cached_property
    def decoded_targets(self) -> tuple[tuple[str, SeenLink], ...]:
        """The links' targets with escapes resolved, in lower case."""
        return tuple((unquote(one.target).lower(), one) for one in self.links)

    # The way it came

    @cached_property
    def recorded(self) -> RecordedResults:
        """What the receiving organisation's servers recorded of the sender's domain; nothing that a sender can add."""
        return recorded_results(self.mail, self.profile.domains, self.recipients)

    @cached_property
    def authentication(self) -> dict[str, str]:
        """Method and result as recorded; empty where nothing is, or nothing that can be believed."""
        return self.recorded.by_method()

    @property
    def authentication_where(self) -> Where:
        """The place of the field that records it."""
        field = self.recorded.field
        return Where(f"header {field.name.title()}", field.place) if field else self.header("authentication-results")

    @property
    def signatures(self) -> tuple[DkimSignature, ...]:
        """The DKIM signatures, verified with the keys that are given."""
        return self.contents.signatures

    @cached_property
    def is_authenticated(self) -> bool:
        """Whether DMARC, or a DKIM signature of the sender's own domain, passed."""
        if any(
            one.outcome is Outcome.VERIFIED and registered(one.domain) == self.sender_party for one in self.signatures
        ):
            return True
        signers = {registered(_tag_d(one.text)) for one in self.mail.all("dkim-signature")}
        return self.recorded.authenticates(self.sender_party, signers)

    @cached_property
    def origin(self) -> str:
        """The party, or first three numbers of the address, by which it entered the way: the farthest hop known."""
        for hop in reversed(self.mail.hops):
            for name in (hop.from_seen, hop.by):
                if "." in name and (party := registered(_normal_domain(name))):
                    return party
            if hop.from_address:
                return hop.from_address.rpartition(".")[0] or hop.from_address
        return ""

    def trace(self, identity: str, *, mailboxes: Iterable[str] = ()) -> Trace:
        """What is remembered of this mail."""
        date = self.mail.date
        return Trace(
            identity=identity,
            time=date.time if date else None,
            address=self.sender_address,
            name=self.sender.name,
            mailer=self.mailer,
            offset=date.offset if date else "",
            origin=self.origin,
            subject=fold(self.subject),
            sketch=sketch(self.body),
            mailboxes=frozenset(mailboxes) or frozenset(self.recipients),
            files=frozenset(file.sha256 for file in self.files if file.sha256 and not file.is_image),
            encrypted=any(file.encrypted for file in self.files),
            says_password=self.says_password,
        )

    @cached_property
    def mailer(self) -> str:
        """The client, without its version."""
        return mailer_of(self.mail.text("x-mailer") or self.mail.text("user-agent"))


def mailer_of(text: str) -> str:
    """The name of a client without its version, from X-Mailer or User-Agent."""
    return re.split(r"[\d/(\[]", text, maxsplit=1)[0].strip()


def says_password(text: str) -> bool:
    """Whether a text speaks of a password."""
    return _PASSWORD.search(text[:BODY_CHARACTERS]) is not None


def _tag_d(text: str) -> str:
    found = re.search(r"\bd=([^;\s]+)", text)
    return _normal_domain(found[1]) if found else ""


def _normal_domain(text: str) -> str:
    try:
        return domain.normal(text.strip("();,."))
    except InvalidValue:
        return ""


def facts_of(
    data: bytes,
    profile: Profile | None = None,
    history: History | None = None,
    lists: BulkLists | None = None,
    opened: Mapping[str, Opened] | None = None,
    keys: Mapping[str, str] | None = None,
) -> MailFacts:
    """The facts of the mail that the bytes are.

    `opened` is what passwords opened of its files, by path; `keys` are keys of DKIM signatures by their DNS name.
    """
    given = profile or Profile()
    whole = parse(data)
    mail = subject_of(whole, given).mail
    own = data if mail is whole else next((part.data for part in whole.parts if part.mail is mail), b"")
    contents = Contents(mail, own, opened or {}, keys or {})
    return MailFacts(contents, given, history or History(), lists or BulkLists())
