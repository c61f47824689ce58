"""Whether search finds all and nothing else: every answer beside that of reading all real mails through.

The real mails are added to a workspace of their own. The texts that are read through are the values of the evidence
tables, each folded by itself; they share the decoding and the folding with the index, but neither its words nor its
texts. (Whether decoding is right is another row: the mails that were written by hand with what they say.)

Questions are one to six characters cut by chance out of the texts, asked as they stand, in upper case or in full
width: from the Japanese mails within words, and across blanks, punctuation and signs; from all mails within words,
out of addresses, host names and URLs, and anywhere, with signs alone among them.
"""

import random
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.harness import BUILD, Row, accuracy
from sekimori.app.ingest import add
from sekimori.formats.mail import parse
from sekimori.model.organisation import Organisation
from sekimori.model.query import Contains, Field
from sekimori.readers.protocol import ReadingContext
from sekimori.store.mail_index.feeding import catch_up
from sekimori.store.mail_index.folding import folded, folded_question
from sekimori.store.mail_index.state import mail_evidence
from sekimori.store.mail_search import MailSearch
from sekimori.store.reading import Reading
from sekimori.store.workspace import Workspace
from tests.formats.odd_mime import cases, faults

__all__ = ["fidelity", "recall"]

MAIL = BUILD / "data/mail"
_SEED = 20261125
_PAGE = 20
_END = "\x01"
"""Between values: part of none, so no question spans two."""
_ADDRESSES = (
    *("email_from_address", "email_more_from_address", "email_sender_address", "email_return_path"),
    *("email_reply_to_address", "email_to_address", "email_delivered_to", "email_cc_address", "url_original"),
    *("email_sender_domain", "email_recipient_domain", "email_hop_domain", "url_domain", "body_domain"),
)
_MESSAGE = (
    *_ADDRESSES,
    *("email_from_name", "email_more_from_name", "email_subject", "email_body_text", "email_message_id"),
    *("email_hop_address", "body_address"),
)
_ATTACHMENT = ("file_name", "file_text")
_SIGNS = (".", " ", "@", "-", "--", ". ", "://", "、", "。", "「", "・", "　", "ー", "@", "()")


@dataclass(frozen=True, slots=True)
class _Mail:
    """What a mail says, folded, and the part of it that is addresses and hosts."""

    evidence: int
    text: str
    addresses: str


Cut = Callable[[str], bool]


def recall(count: int = 500) -> Iterator[Row]:
    """Rows with 95 % intervals, where the real mails are; of `count` questions of each kind."""
    if not MAIL.is_dir():
        return
    with tempfile.TemporaryDirectory() as folder, Workspace.create(Path(folder) / "w", by="eval") as workspace:
        organisation = workspace.organisation()
        japanese = _added(workspace, organisation, MAIL / "japanese-bulk")
        others = [path for path in sorted(MAIL.iterdir()) if path.is_dir() and path.name != "japanese-bulk"]
        _added(workspace, organisation, *others)
        catch_up(workspace, organisation)
        every = _mails(workspace, organisation)
        own = [mail for mail in every if mail.evidence in japanese]
        with MailSearch(workspace, organisation) as search:
            yield from _asked(search, every, "Japanese", list(_japanese(own, count)))
            yield from _asked(search, every, "Latin and other", list(_others(every, count)))


def fidelity() -> Row:
    """How many of the odd mails that were written by hand are read as it is written beside them."""
    found = [not faults(parse(case.mail), case.expected) for case in cases()]
    return accuracy("odd mails read as their writers say", sum(found), len(found), bar=">= 1")


def _asked(search: MailSearch, every: Sequence[_Mail], sort: str, texts: Sequence[str]) -> Iterator[Row]:
    counts: Counter[str] = Counter()
    chance = random.Random(_SEED)
    for text in texts:
        query = Contains(Field.ANY, (_varied(text, chance),))
        expected = [mail.evidence for mail in every if text in mail.text]
        found = search.all(query)
        right = len(set(found) & set(expected))
        counts += Counter(found=len(found), expected=len(expected), right=right)
        counts["page"] += search.page(query, limit=_PAGE) == expected[:_PAGE]
        counts["whole"] += found == expected
    n = len(texts)
    yield accuracy(f"search, {sort}: recall over {n} questions", counts["right"], counts["expected"], bar=">= 1")
    yield accuracy(f"search, {sort}: precision over {n} questions", counts["right"], counts["found"], bar=">= 1")
    yield accuracy(f"search, {sort}: whole answers in the right order", counts["whole"], n, bar=">= 1")
    yield accuracy(f"search, {sort}: first pages as they must be", counts["page"], n, bar=">= 1")


def _japanese(mails: Sequence[_Mail], count: int) -> Iterator[str]:
    """Within words, and with what stands between them."""
    texts, chance = [mail.text for mail in mails], random.Random(_SEED)
    yield from _cut(texts, chance, count // 2, lambda text: not text.isascii() and text.isalnum())
    yield from _cut(texts, chance, count - count // 2, lambda text: not text.isascii() and not text.isalnum())


def _others(mails: Sequence[_Mail], count: int) -> Iterator[str]:
    """Inside words, out of addresses, anywhere, signs alone."""
    texts, chance = [mail.text for mail in mails], random.Random(_SEED + 1)
    third = (count - len(_SIGNS)) // 3
    addresses = [mail.addresses for mail in mails if mail.addresses]
    yield from _cut(texts, chance, count - len(_SIGNS) - 2 * third, lambda text: text.isascii() and text.isalnum())
    yield from _cut(addresses, chance, third, lambda text: not text.isalnum())
    yield from _cut(texts, chance, third, lambda text: text.isascii() and not text.isalnum())
    yield from map(folded_question, _SIGNS)


def _cut(texts: Sequence[str], chance: random.Random, count: int, fits: Cut) -> Iterator[str]:
    while count:
        text = chance.choice(texts)
        begin = chance.randrange(len(text))
        found = text[begin : begin + chance.randint(1, 6)]
        if _END not in found and fits(found) and folded_question(found) == found:
            count -= 1
            yield found


def _varied(text: str, chance: random.Random) -> str:
    """A text in other case or width, if that asks for the same."""
    wide = "".join(chr(ord(char) + 0xFEE0) if "!" <= char <= "~" else char for char in text)
    other = chance.choice([text, text.upper(), wide])
    return other if folded_question(other) == text else text


def _added(workspace: Workspace, organisation: Organisation, *paths: Path) -> set[int]:
    """Add folders; the evidence of all mails that are there then."""
    add(workspace, organisation, paths, by="eval", context=ReadingContext())
    return set(mail_evidence(workspace, organisation))


def _mails(workspace: Workspace, organisation: Organisation) -> list[_Mail]:
    """All mails, newest first, those without a time last."""
    carried: dict[int, list[str]] = {}
    ids = mail_evidence(workspace, organisation)
    with Reading(workspace, organisation) as reading:
        for row in reading.records("attachment", columns=["source", *_ATTACHMENT], where={"source": ids}).to_pylist():
            carried.setdefault(row["source"], []).extend(_values(row, _ATTACHMENT))
        columns = ["source", "timestamp", *_MESSAGE]
        rows = reading.records("message", columns=columns, where={"source": ids}).to_pylist()
    rows.sort(key=lambda row: (row["timestamp"] is not None, row["timestamp"], row["source"]), reverse=True)
    return [
        _Mail(
            evidence=row["source"],
            text=_END.join(dict.fromkeys([*_values(row, _MESSAGE), *carried.get(row["source"], ())])),
            addresses=_END.join(_values(row, _ADDRESSES)),
        )
        for row in rows
    ]


def _values(row: Mapping[str, Any], names: Sequence[str]) -> list[str]:
    held = (row[name] for name in names if row[name])
    return [folded(value) for one in held for value in (one if isinstance(one, list) else [one])]
