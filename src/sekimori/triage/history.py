"""What the organisation's own mail tells about one mail: who wrote before, from where, and who got the like.

A `Trace` is what is remembered of one mail; `history_of` takes those that matter for the mail at hand. A sender
counts as known by mails of at least a day before, so that a wave does not vouch for itself.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache

from sekimori.values.text import fold

__all__ = ["EARLIER", "History", "Trace", "history_of", "name_key", "same_name", "similar", "sketch"]

EARLIER = timedelta(days=1)
_SIMILAR = 0.6
_SHINGLE = 4
_SKETCH_CHARACTERS = 4000
_NO_LETTER = re.compile(r"[\W\d_]+")
_NAME = re.compile("[一-龥々ぁ-んァ-ヶー]+(?<![部課室所会社学省庁局係院党店館科組団者長])")


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """What is remembered of one mail. `mailboxes` are who received it, `origin` the host it entered the way by.

    `evidence` is its number in the store, None where it is not from there.
    """

    identity: str
    evidence: int | None = None
    time: datetime | None = None
    address: str = ""
    name: str = ""
    mailer: str = ""
    offset: str = ""
    origin: str = ""
    subject: str = ""
    sketch: frozenset[str] = frozenset()
    mailboxes: frozenset[str] = frozenset()
    files: frozenset[str] = frozenset()
    encrypted: bool = False
    says_password: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """What is known around one mail. Without `is_there` nothing was to be asked.

    `by_address` are earlier mails of the same address, `by_name` earlier mails under the same name from another,
    `alike` near-duplicates at any time, `domains` how often a sender's domain was seen, `pair` is the identity of the
    mail that carries the password of this one, or that this one's password is for; `carrier` is the nearest of the
    latter, where it is stored.
    """

    is_there: bool = False
    by_address: tuple[Trace, ...] = ()
    by_name: tuple[Trace, ...] = ()
    alike: tuple[Trace, ...] = ()
    domains: Mapping[str, int] = field(default_factory=dict)
    pair: str = ""
    carrier: Trace | None = None


@lru_cache(maxsize=1 << 15)  # the people of the profile stand beside every mail
def name_key(name: str) -> str:
    """A display name for comparing: folded, without spaces, marks and what stands in brackets."""
    folded = fold(name)
    for opening, closing in ("()", "<>", "[]", "【】", "「」"):
        head, mark, rest = folded.partition(opening)
        if mark and closing in rest:
            folded = head + rest.partition(closing)[2]
    return "".join(one for one in folded if unicodedata.category(one)[0] in "LN").removesuffix("様")


def same_name(one: str, other: str) -> bool:
    """Whether two names (by `name_key`) are one person's: equal, or a Japanese name with its office beside it."""
    if one not in other and other not in one:
        return False  # said first, as it is so for nearly all
    if one == other:
        return bool(one)
    short, long = sorted((one, other), key=len)
    if not 3 <= len(short) <= 6 or not _NAME.fullmatch(short):
        return False
    return long.startswith(short) or long.endswith(short)


def sketch(text: str) -> frozenset[str]:
    """Shingles of a text for telling near-duplicates: letters only, as numbers are what templates change."""
    letters = _NO_LETTER.sub("", fold(text[:_SKETCH_CHARACTERS]))
    step = max(1, len(letters) // 400)
    return frozenset(letters[at : at + _SHINGLE] for at in range(0, max(1, len(letters) - _SHINGLE + 1), step))


def similar(one: frozenset[str], other: frozenset[str]) -> bool:
    """Whether two sketches are of near-duplicates. Sketches of very short texts are never."""
    smaller = min(len(one), len(other))
    if smaller < 20:
        return False
    return len(one & other) >= _SIMILAR * len(one | other)


def history_of(own: Trace, traces: Iterable[Trace], domains: Mapping[str, int] | None = None) -> History:
    """What `traces` tell about the mail `own` is the trace of; the mail itself among them is left out."""
    by_address: list[Trace] = []
    by_name: list[Trace] = []
    alike: list[Trace] = []
    pairs: list[Trace] = []
    key = name_key(own.name)
    for trace in traces:
        if trace.identity == own.identity:
            continue
        if _is_earlier(trace, own):
            if own.address and trace.address == own.address:
                by_address.append(trace)
            elif same_name(name_key(trace.name), key):
                by_name.append(trace)
        if _is_alike(trace, own):
            alike.append(trace)
        if _is_pair(trace, own):
            pairs.append(trace)
    return History(
        is_there=True,
        by_address=tuple(by_address),
        by_name=tuple(by_name),
        alike=tuple(alike),
        domains=dict(domains or {}),
        pair=pairs[0].identity if pairs else "",
        carrier=_carrier(own, pairs),
    )


def _carrier(own: Trace, pairs: Iterable[Trace]) -> Trace | None:
    """The mail whose password `own` tells: the last one before it, else the first one after it."""
    if own.encrypted or not own.says_password or own.time is None:
        return None
    at = own.time
    dated = ((one, at - one.time) for one in pairs if one.encrypted and one.evidence is not None and one.time)
    return min(dated, key=lambda one: (one[1] < timedelta(0), abs(one[1])), default=(None, None))[0]


def _is_earlier(trace: Trace, own: Trace) -> bool:
    if trace.time is None or own.time is None:
        return trace.time is not None or own.time is None
    return trace.time <= own.time - EARLIER


def _is_alike(trace: Trace, own: Trace) -> bool:
    if own.files & trace.files:
        return True
    return similar(own.sketch, trace.sketch)


def _is_pair(trace: Trace, own: Trace) -> bool:
    """Whether one carries an encrypted file and the other its password: same sender, within two days."""
    if not own.address or trace.address != own.address or trace.time is None or own.time is None:
        return False
    near = abs(trace.time - own.time) <= timedelta(days=2)
    return near and ((own.encrypted and trace.says_password) or (trace.encrypted and own.says_password))
