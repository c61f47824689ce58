"""What to propose for a value found in a suspicious mail, and why. The human decides.

First what is the organisation's own, then what is well known, then what is too weak alone; the rest is to be hunted.
"""

import re
from hashlib import sha256

from sekimori.extract import well_known
from sekimori.extract.well_known import Category
from sekimori.model.organisation import Profile
from sekimori.model.proposal import Proposal
from sekimori.model.report import N_
from sekimori.values import address, domain, mail_address, url
from sekimori.values.text import fold

__all__ = [
    "EMPTY_FILE",
    "Judged",
    "is_own_mail_address",
    "judge_address",
    "judge_domain",
    "judge_file_name",
    "judge_mail_address",
    "judge_subject",
    "judge_url",
    "weak",
    "without_prefixes",
]

Judged = tuple[Proposal, str]

EMPTY_FILE = sha256(b"").hexdigest()
"""The hash of no bytes, which every empty file shares."""

_SUBJECT_LENGTH = 8
_PREFIX = re.compile(r"(?:(?:re|fw|fwd|aw|wg|sv|tr|返信|転送)\s*(?:\[\d+\]|\(\d+\))?\s*[::]\s*|\[[^\[\]]{1,40}\]\s*)+")
_GENERIC_NAME = re.compile(
    r"(?:image|img|photo|picture|pic|scan|logo|banner|icon|screenshot|invoice|document|doc|file|attachment|untitled"
    r"|noname|order|receipt|report|readme|details|att|データ|ファイル|画像|写真|資料|添付(?:資料|ファイル)?|請求書|見積書"
    r"|領収書|スクリーンショット)[\s_.-]*\(?\d*\)?\.[a-z0-9]{1,5}"
    r"|smime\.p7[sm]|signature\.asc|winmail\.dat|invite\.ics|mime-attachment|noname|thumbs\.db|desktop\.ini|\.ds_store"
    r"|\._.*"
)


def weak(reason: str) -> Judged:
    """Too weak to be hunted alone."""
    return Proposal.WEAK, reason


def is_own_mail_address(value: str, profile: Profile) -> bool:
    """Whether a mail address (normal form) is one of the organisation or of its people."""
    people = (one for person in profile.people for one in person.addresses)
    return value in people or _below(mail_address.domain_of(value), profile.domains) is not None


def _below(name: str, parents: tuple[str, ...]) -> str | None:
    return next((parent for parent in parents if domain.is_below(name, parent)), None)


def judge_mail_address(value: str, profile: Profile, judged: Judged | None = None) -> Judged:
    """A mail address in normal form; `judged` is the proposal if it is nobody's who is known."""
    if is_own_mail_address(value, profile):
        return Proposal.OWN, N_("an address of the organisation itself; a sender may have forged it")
    name = mail_address.domain_of(value)
    for partner in profile.partners:
        if _below(name, partner.domains):
            return Proposal.WELL_KNOWN, N_("an address at the partner {name}").format(name=partner.name)
    if judged is not None:
        return judged
    if well_known.category(name) is Category.FREE_MAIL:
        return Proposal.HUNT, N_("this very address; its provider {name} is shared by many").format(name=name)
    return Proposal.HUNT, N_("the mail was sent in its name")


def judge_domain(name: str, profile: Profile, judged: Judged) -> Judged:
    """A domain name in normal form; `judged` is the proposal if it is nobody's who is known."""
    if own := _below(name, profile.domains):
        return Proposal.OWN, N_("the organisation's own domain {name}").format(name=own)
    for partner in profile.partners:
        if _below(name, partner.domains):
            return Proposal.WELL_KNOWN, N_("a domain of the partner {name}").format(name=partner.name)
    if found := well_known.category(name):
        return Proposal.WELL_KNOWN, found.meaning.format(name=name)
    return judged


def judge_address(value: str, profile: Profile, judged: Judged) -> Judged:
    """An IP address in normal form; `judged` is the proposal if it is nobody's who is known."""
    if own := _inside(value, profile.networks):
        return Proposal.OWN, N_("in the organisation's own network {network}").format(network=own)
    for partner in profile.partners:
        if _inside(value, partner.networks):
            return Proposal.WELL_KNOWN, N_("in a network of the partner {name}").format(name=partner.name)
    if address.is_private(value):
        return weak(N_("a private address, which every organisation may use"))
    return judged


def _inside(value: str, networks: tuple[str, ...]) -> str | None:
    return next((network for network in networks if address.contains(network, value)), None)


def judge_url(value: str, profile: Profile, judged: Judged) -> Judged:
    """A URL in normal form: as its host, but what is shared by many is told apart by the path."""
    host = url.host_of(value) or ""
    if ":" in host or host.replace(".", "").isdecimal():
        return judge_address(host, profile, judged)
    proposal, reason = judge_domain(host, profile, judged)
    shared = well_known.category(host) in {Category.SHORTENER, Category.SHARING}
    if proposal is Proposal.WELL_KNOWN and shared and len(url.split(value).path) > 1:
        return judged[0], N_("{reason}, the path tells whose").format(reason=f"{judged[1]}; {reason}")
    return proposal, reason


def without_prefixes(subject: str) -> str:
    """A folded subject without reply and forward marks and list names before it."""
    return _PREFIX.sub("", subject, count=1)


def judge_subject(folded: str) -> Judged:
    """A subject in normal form."""
    rest = without_prefixes(folded).strip()
    if not rest:
        return weak(N_("the subject is nothing but a reply mark"))
    if len(rest) < _SUBJECT_LENGTH:
        return weak(N_("a subject of fewer than {count} characters stands in many mails").format(count=_SUBJECT_LENGTH))
    return Proposal.HUNT, N_("mails of one campaign often share the subject")


def judge_file_name(name: str) -> Judged:
    """The name of an attachment or archive member."""
    if _GENERIC_NAME.fullmatch(fold(name)):
        return weak(N_("many files are called so"))
    return Proposal.HUNT, N_("mails of one campaign often share the names of files")
