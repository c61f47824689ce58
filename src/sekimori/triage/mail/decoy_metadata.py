"""What an attached document says of itself does not suit the mail that carries it."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from sekimori.formats.document_properties import DocumentProperties
from sekimori.model.triage import Bilingual, Facet
from sekimori.triage.facts import MailFacts
from sekimori.triage.history import name_key
from sekimori.triage.rule import Found, Rule, cut, points
from sekimori.triage.words import listed
from sekimori.values.text import fold

__all__ = ["DecoyMetadata"]

_NEAR = timedelta(minutes=10)
_CODEPAGES = {936: "中国語(簡体)", 950: "中国語(繁体)", 949: "韓国語", 1251: "キリル文字", 54936: "中国語(簡体)"}
_LANGUAGES = ("zh", "ko", "ru", "vi", "fa")
_ZONE = re.compile(r"[+-]\d{4}")
_MOST, _MOST_BULK, _MOST_TRACES = 15, 10, 5


class _Note(NamedTuple):
    """Something that does not suit; `is_trace` where it only shows the environment of whoever wrote it."""

    ja: str
    en: str
    weight: int
    is_trace: bool = False


class DecoyMetadata(Rule):
    """Author, company, language, times of an attached document."""

    name = "file.decoy_metadata"
    title = Bilingual("おとり文書の作成情報", "What the document says of its making")
    why = Bilingual(
        "おとりの文書は攻撃者の環境で作られ、作成者・会社・言語・時刻が差出人と合わないことが多い。"
        "中国語環境の痕跡だけでは標的型とはしない。",
        "A decoy is made where the attacker works: author, company, language or times do not suit the sender. Traces "
        "of a Chinese environment alone never mean espionage.",
    )
    reference = "IPA J-CRAT 活動報告(おとり文書); ISO/IEC 29500-1 15.2.12; [MS-OLEPS]; ISO 32000-1 14.3"
    facet = Facet.FILE
    weights = points(targeted=_MOST, bulk=_MOST_BULK)

    def check(self, facts: MailFacts) -> Iterator[Found]:
        """A reason for each document, the weightiest first."""
        found: list[tuple[int, Found]] = []
        for file, told in facts.contents.documents:
            notes = [*_people(facts, told), *_times(facts, told), *_traces(facts, told)]
            if not notes:
                continue
            traces = min(_MOST_TRACES, sum(note.weight for note in notes if note.is_trace))
            others = sum(note.weight for note in notes if not note.is_trace)
            weight = min(_MOST, traces + others)
            ja = f"「{cut(file.name)}」: {'、'.join(note.ja for note in notes)}"
            en = f"“{cut(file.name)}”: {'; '.join(note.en for note in notes)}"
            weights = points(targeted=weight, bulk=min(weight, _MOST_BULK))
            found.append((weight, self.found(facts.file(file), ja=ja, en=en, weights=weights)))
        yield from (one for _, one in sorted(found, key=lambda pair: -pair[0]))


def _people(facts: MailFacts, told: DocumentProperties) -> Iterator[_Note]:
    """Who wrote it, against who sends it."""
    for name in dict.fromkeys(one for one in (told.author, told.last_author) if one):
        if fold(name) in listed("decoys", "generic_authors"):
            is_trace = fold(name) in listed("decoys", "chinese_authors")
            yield _Note(f"作成者が「{cut(name)}」", f"the author is “{cut(name)}”", 4, is_trace)
            return
    if told.author and not _is_like(told.author, facts):
        yield _Note(
            f"作成者「{cut(told.author)}」が差出人「{cut(facts.sender.name)}」と違う",
            f"the author “{cut(told.author)}” is not the sender “{cut(facts.sender.name)}”",
            3,
        )


def _is_like(author: str, facts: MailFacts) -> bool:
    """Whether an author may be the sender, is named in the mail, or cannot be compared: letters against kanji."""
    one, other = name_key(author), name_key(facts.sender.name)
    if not one or not other or one.isascii() != other.isascii():
        return True
    words = [fold(word) for word in author.split() if len(word) > 1]
    named = any(word in fold(facts.sender.name) or word in facts.sender_address for word in words)
    return named or one in other or other in one or fold(author) in facts.folded


def _times(facts: MailFacts, told: DocumentProperties) -> Iterator[_Note]:
    """When it was made, against when the mail was sent."""
    sent = facts.mail.date
    made = told.created.time or told.modified.time
    if sent is None or sent.time is None or made is None:
        return
    yield from _apart(made, sent.time)
    offset = told.created.offset or told.modified.offset
    if _is_zone(offset) and _is_zone(sent.offset) and offset != sent.offset:
        ja = f"文書の時差 {offset} がメールの {sent.offset} と違う"
        yield _Note(ja, f"its time zone {offset} is not the mail's {sent.offset}", 3, is_trace=True)


def _is_zone(offset: str) -> bool:
    """Whether an offset tells a place: a number, and not that of UTC, which servers write."""
    return _ZONE.fullmatch(offset) is not None and not offset.endswith("0000")


def _apart(made: datetime, sent: datetime) -> Iterator[_Note]:
    minutes = round(abs(sent - made).total_seconds() / 60)
    if made > sent + _NEAR:
        yield _Note(f"送信の {minutes} 分後に作成", f"made {minutes} minutes after the mail was sent", 8)
    elif made >= sent - _NEAR:
        yield _Note(f"作成と送信の差が {minutes} 分", f"made within {minutes} minutes of sending", 4)


def _traces(facts: MailFacts, told: DocumentProperties) -> Iterator[_Note]:
    """The environment that it was made in, in a mail of Japanese text."""
    if facts.is_japanese:
        foreign = [tag for tag in told.languages if tag.lower().startswith(_LANGUAGES)]
        if foreign:
            yield _Note(f"言語が {foreign[0]}", f"its language is {foreign[0]}", 4, is_trace=True)
        if page := _CODEPAGES.get(told.codepage):
            yield _Note(
                f"コードページが {told.codepage}({page})", f"its code page is {told.codepage}", 4, is_trace=True
            )
    if fold(told.company) in listed("decoys", "unchosen_companies"):
        yield _Note(f"会社名が「{cut(told.company)}」", f"the company is “{cut(told.company)}”", 4, is_trace=True)
