"""From one suspicious mail to its indicators, each with its place and a proposal.

Only what the mail itself tells is taken; what to hunt is proposed (`sekimori.extract.mail_proposal`) and decided by
people.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from sekimori.extract import well_known
from sekimori.extract.mail_content import Said, SeenUrl, said
from sekimori.extract.mail_proposal import (
    EMPTY_FILE,
    Judged,
    is_own_mail_address,
    judge_address,
    judge_domain,
    judge_file_name,
    judge_mail_address,
    judge_subject,
    judge_url,
    weak,
    without_prefixes,
)
from sekimori.extract.scan_defanged import scan_defanged
from sekimori.formats.mail import Mail, Part, parse
from sekimori.formats.mail_addresses import addresses
from sekimori.formats.mail_attachment import Attached, attached
from sekimori.formats.mail_header import Field
from sekimori.formats.opened_files import as_carried, carrier_of
from sekimori.formats.qr_codes import Code, PictureBudget, codes_in_part
from sekimori.model.indicator import Indicator, MatchMode
from sekimori.model.organisation import Profile
from sekimori.model.place import Place, Statement
from sekimori.model.proposal import Extracted, Proposal
from sekimori.model.report import N_
from sekimori.values import url
from sekimori.values.errors import InvalidValue
from sekimori.values.normal import host_or_address, normal
from sekimori.values.types import ObservableType as T

__all__ = ["Subject", "extract", "extract_opened", "subject_of"]

_SENDERS = {"from": "From", "sender": "Sender", "return-path": "Return-Path", "reply-to": "Reply-To"}
_ORIGINATING = {
    "x-originating-ip": "X-Originating-IP",
    "x-sender-ip": "X-Sender-IP",
    "x-yahoo-client-ip": "X-Yahoo-Client-IP",
}
_HEADER = N_("header {name}")
_MAILERS = {"x-mailer": "X-Mailer", "user-agent": "User-Agent"}
_STRENGTH = (Proposal.OWN, Proposal.WELL_KNOWN, Proposal.WEAK, Proposal.HUNT)
_SEARCHED_BYTES = 64 << 20
_PART = N_("MIME part {number}")
_USES = {
    "text": _PART,
    "link": N_("MIME part {number}, link"),
    "form": N_("MIME part {number}, form"),
    "source": N_("MIME part {number}, loaded from there"),
}


@dataclass(frozen=True, slots=True)
class Subject:
    """The mail that indicators are taken from, and why, where it is not the one at hand."""

    mail: Mail
    statement: Statement | None = None


def subject_of(mail: Mail, profile: Profile) -> Subject:
    """The suspicious mail itself: the one that a person of the organisation handed on as an attachment.

    Where the sender is not of the organisation, or there is not exactly one mail inside, it is the mail at hand.
    """
    inside = [(part, part.mail) for part in mail.parts if part.mail is not None]
    if len(inside) != 1 or not _is_from_own(mail, profile):
        return Subject(mail)
    [(part, forwarded)] = inside
    why = N_("the mail in MIME part {number}, forwarded by a sender of the organisation").format(number=part.number)
    return Subject(forwarded, Statement(N_("subject of the extraction"), why))


def _is_from_own(mail: Mail, profile: Profile) -> bool:
    senders = [value for one in mail.addresses("from") if (value := _normal(T.MAIL_ADDRESS, one.address))]
    return bool(senders) and all(is_own_mail_address(value, profile) for value in senders)


def extract(mail: Mail, data: bytes, profile: Profile) -> list[Extracted]:
    """The indicators of a mail, parsed from `data`: of the one forwarded in it where `subject_of` says so.

    Every pattern stands once, with the strongest proposal that any of its places gives.
    """
    subject = subject_of(mail, profile).mail
    gathering = _Gathering(profile, data)
    _header(gathering, subject)
    parts = list(said(subject))
    shown = frozenset(value for part in parts for value in _shown(part))
    for part in parts:
        _content(gathering, part, shown)
    pictures = PictureBudget()
    for text in (part for part in subject.walk() if not part.is_attachment):
        for code in codes_in_part(text, pictures):
            _code(gathering, code, _PART.format(number=text.number), text)
    for file in attached(subject, [], pictures=pictures):
        _file(gathering, file)
    return list(gathering.found.values())


def extract_opened(data: bytes, profile: Profile, place: Place) -> list[Extracted]:
    """The indicators of files that a password has opened; `place` is that of the attachment in its mail.

    `data` is the evidence that holds them (`sekimori.formats.opened_files`).
    """
    mail = parse(data)
    carrier = carrier_of(mail)
    gathering = _Gathering(profile, data)
    for file in attached(mail, [], pictures=PictureBudget()):
        part = replace(file.part, place=place)
        _file(gathering, replace(as_carried(file, carrier), part=part))
    return list(gathering.found.values())


def _normal(type_: T, text: str) -> str:
    try:
        return normal(type_, text) if text else ""
    except InvalidValue:
        return ""


@dataclass(slots=True)
class _Gathering:
    """What was found so far, and how many bytes of the mail may still be searched for exact places."""

    profile: Profile
    data: bytes
    found: dict[tuple[T, MatchMode, str], Extracted] = field(default_factory=dict)
    searched: int = 0

    def add(self, indicator: Indicator, judged: Judged) -> None:
        """Take an indicator, or strengthen the proposal for it."""
        key = (indicator.type, indicator.mode, indicator.pattern)
        known = self.found.get(key)
        if known is None or _STRENGTH.index(judged[0]) > _STRENGTH.index(known.proposal):
            self.found[key] = Extracted(indicator=indicator, proposal=judged[0], reason=judged[1])

    def equal(self, type_: T, value: str, what: str, where: tuple[str, Place], judged: Judged) -> None:
        """Take a value (normal form) that is looked for as it is; `where` is its origin and place."""
        self.add(_indicator(type_, MatchMode.EQUAL, value, what, where), judged)

    def place(self, text: str, part: Part) -> Place:
        """Where a text stands in the bytes of a part as it is; the whole part where its coding hides it."""
        place = part.place
        self.searched += place.length
        if self.searched > _SEARCHED_BYTES:
            return place
        raw = text.encode("utf-8", "replace")
        offset = self.data.find(raw, place.offset, place.offset + place.length)
        return place if offset < 0 else Place(offset=offset, length=len(raw))


def _indicator(type_: T, mode: MatchMode, pattern: str, what: str, where: tuple[str, Place]) -> Indicator:
    return Indicator(type=type_, mode=mode, pattern=pattern, description=what, origin=where[0], place=where[1])


def _header(gathering: _Gathering, mail: Mail) -> None:
    for found in mail.all(*_SENDERS):
        _sender(gathering, found)
    for found in mail.all(*_ORIGINATING):
        judged = (Proposal.HUNT, N_("the provider says that the mail was handed in from there"))
        _address(gathering, found.text.strip("[]"), "originating address", _of(found, _ORIGINATING), judged)
    for hop in mail.hops:
        judged = weak(N_("a relay on the way, which carries other mail too"))
        _address(gathering, hop.from_address, "address of a hop", (_HEADER.format(name="Received"), hop.place), judged)
    if subject := mail.first("subject"):
        _subject(gathering, mail, subject)
    for found in mail.all(*_MAILERS):
        if value := _normal(T.MAILER, found.text):
            where = _of(found, _MAILERS)
            gathering.equal(T.MAILER, value, "mail program", where, weak(N_("many people use the same program")))


def _of(found: Field, names: dict[str, str]) -> tuple[str, Place]:
    return _HEADER.format(name=names[found.name]), found.place


def _sender(gathering: _Gathering, found: Field) -> None:
    where = _of(found, _SENDERS)
    for one in addresses(found.raw):
        if value := _normal(T.MAIL_ADDRESS, one.address):
            judged = judge_mail_address(value, gathering.profile)
            gathering.equal(T.MAIL_ADDRESS, value, "sender address", where, judged)
        if name := _normal(T.DISPLAY_NAME, one.name):
            judged = weak(N_("a display name alone: anybody may write it, and its true bearer does"))
            gathering.equal(T.DISPLAY_NAME, name, "display name", where, judged)


def _subject(gathering: _Gathering, mail: Mail, found: Field) -> None:
    value = _normal(T.SUBJECT, found.text)
    if value and _is_from_own(mail, gathering.profile):
        # Forwarded in the text: the mark before the subject is the forwarder's.
        value = without_prefixes(value) or value
    if value:
        gathering.equal(
            T.SUBJECT, value, "subject", (_HEADER.format(name="Subject"), found.place), judge_subject(value)
        )


def _address(gathering: _Gathering, text: str, what: str, where: tuple[str, Place], judged: Judged) -> None:
    if value := _normal(T.ADDRESS, text):
        gathering.equal(T.ADDRESS, value, what, where, judge_address(value, gathering.profile, judged))


def _content(gathering: _Gathering, part: Said, shown: frozenset[str]) -> None:
    origin = _PART.format(number=part.part.number)
    for seen in part.urls:
        _url(gathering, part.part, seen, shown)
    for found in part.scanned.addresses:
        where = (origin, gathering.place(found.text, part.part))
        _address(gathering, found.value, "address in the text", where, (Proposal.HUNT, N_("the mail names it")))
    for found in part.scanned.domains:
        judged = weak(N_("only named in the text, without a URL"))
        where = (origin, gathering.place(found.text, part.part))
        _domain(gathering, found.value, "domain name in the text", where, judged)
    named = [(found.value, found.text) for found in part.scanned.mail_addresses]
    named.extend((target, target) for target in part.mail_targets)
    for value, text in named:
        judged = weak(N_("only named in the text: it may be that of a person whose name is abused"))
        where = (origin, gathering.place(text, part.part))
        judged = judge_mail_address(value, gathering.profile, judged)
        gathering.equal(T.MAIL_ADDRESS, value, "mail address in the text", where, judged)


def _shown(part: Said) -> Iterator[str]:
    """URLs that the texts of links show while the links lead to other hosts."""
    for link in part.part.html.links if part.part.html else ():
        target = url.host_of(link.target)
        yield from (one.value for one in scan_defanged(link.text)[0].urls if url.host_of(one.value) != target)


def _url(gathering: _Gathering, part: Part, seen: SeenUrl, shown: frozenset[str]) -> None:
    judged: Judged = (Proposal.HUNT, N_("the mail leads there"))
    origin = _USES[seen.use].format(number=part.number)
    if seen.use == "source":
        judged = weak(N_("only loaded from there, as a picture is: it may be of an organisation that is imitated"))
    elif seen.use == "text" and seen.value in shown:
        judged = weak(N_("a link shows it but leads elsewhere: it may be of an organisation that is imitated"))
    _target(gathering, seen.value, (origin, gathering.place(seen.text, part)), judged)


def _target(gathering: _Gathering, value: str, where: tuple[str, Place], judged: Judged) -> None:
    """A URL (normal form), and its host."""
    host = url.host_of(value)
    if host is None:
        return
    indicator = _indicator(T.URL, MatchMode.URL_PREFIX, value, "URL", where)
    gathering.add(indicator, judge_url(value, gathering.profile, judged))
    type_, value = host_or_address(host)
    if type_ is T.ADDRESS:
        _address(gathering, value, "address in a URL", where, judged)
    else:
        _domain(gathering, value, "domain of a URL", where, judged)


def _code(gathering: _Gathering, code: Code, origin: str, part: Part) -> None:
    """Where a QR code leads; the place is the picture's part."""
    what = N_("{where}, QR code ({inside})") if code.inside else N_("{where}, QR code")
    where = (what.format(where=origin, inside=code.inside), part.place)
    for found in scan_defanged(code.text)[0].urls:
        _target(gathering, found.value, where, (Proposal.HUNT, N_("a QR code in the mail leads there")))


def _domain(gathering: _Gathering, host: str, what: str, where: tuple[str, Place], judged: Judged) -> None:
    # A well-known or own host is told as such; else the name that its holder registered.
    proposal = judge_domain(host, gathering.profile, judged)
    pattern = host if proposal[0] in {Proposal.OWN, Proposal.WELL_KNOWN} else well_known.holder(host)
    gathering.add(_indicator(T.DOMAIN, MatchMode.BELOW, pattern, what, where), proposal)


def _origin(number: str, members: list[str]) -> str:
    inside = ""
    for member in reversed(members):
        within = N_("member {name} > {what}") if inside else N_("member {name}")
        inside = within.format(name=member, what=inside)
    return (
        N_("MIME part {number} > {what}").format(number=number, what=inside) if inside else _PART.format(number=number)
    )


def _file(gathering: _Gathering, file: Attached) -> None:
    if file.part.mail is not None:
        return
    number, *members = file.path.split("!")
    where = (_origin(number, members), file.part.place)
    for code in file.codes:
        _code(gathering, code, where[0], file.part)
    picture = weak(N_("a picture in the text, such as a logo")) if file.part.is_inline_image else None
    if name := _normal(T.FILE_NAME, file.name):
        what = "archive member's name" if members else "attachment's name"
        gathering.equal(T.FILE_NAME, name, what, where, picture or judge_file_name(file.name))
    if file.sha256:
        judged = picture or (Proposal.HUNT, N_("the same bytes anywhere are the same file"))
        if file.sha256 == EMPTY_FILE:
            judged = weak(N_("the hash of an empty file"))
        gathering.equal(T.HASH, file.sha256, "archive member" if members else "attachment", where, judged)
