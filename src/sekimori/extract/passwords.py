"""Passwords that a mail tells: candidates for opening what another mail (or the same) carries encrypted.

In Japan an encrypted attachment and its password come in two mails (PPAP). Read are labels and phrases in Japanese and
English (`解凍パスワード：…`, `パスワードは「…」です`, `PW: …`, `the password is …`), the lines after them, lines that
stand alone, and hints at the date or the last digits of a telephone number. Full-width letters are tried as plain ones
first, brackets and dots around a word are left out first.

    先程お送りした議事録のパスワードをお知らせいたします。

        Kaiyo1234
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sekimori.model.report import N_

__all__ = ["CANDIDATES", "Candidate", "candidates", "speaks_of_password"]

CANDIDATES = 60
"""So many candidates of one mail are given."""

_LINES = 2_000
_LINE_CHARACTERS = 1_000
_LONGEST = 64
_SHORTEST = 3
_NEXT_LINES = 6

# All patterns look at lines in NFKC: full-width letters are plain there, half-width kana full.
_LABEL = re.compile(
    r"(?:パス[ ・]?ワード|パス[ ・]?フレーズ|パスコード|解凍キー|復号キー|開封キー|暗証番号|暗号キー"
    r"|\bpass[ -]?(?:word|phrase|code)s?|\bpasswd|\bpswd|\bpwd|\bpw\b|\bpass\b|\bkennwort|密码|密碼|口令|비밀번호)",
    re.IGNORECASE,
)
_AFTER = re.compile(
    r"(?:[ (\[【<]?(?:解凍用?|zip|pdf|excel|word|file|ファイル|添付)?[)\]】>]?)[ ]*"
    r"(?:は[、,]?|が|:|=|->|→|⇒|》|\)|】|\]|\bis\b|\bwill be\b|\bhas been set to\b|として|-+|\|)+[ :=]*",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"[「『“\"'`‘【\[<《(\u2039\u00ab]([^「」『』“”\"'`’【】\[\]<>《》()\u203a\u00bb]{1,64})"
                     r"[」』”\"'`’】\]>》)\u203a\u00bb]")  # fmt: skip
_WORD = re.compile(r"[!-~]{3,64}")
_DECORATION = " \t.,:;・…‥*=_~●○■□◆◇▼▽★☆※→⇒>|-–—―─━。、"
_BRACKETS = "「」『』“”\"'`‘’【】[]<>《》()"
_POLITE = re.compile(r"(?:です|となります|になります|でございます|と致します|といたします)[。.!]*\s*$")
_DATE_HINT = re.compile(
    r"(?:本日|今日|送信日|当日|メール.{0,8}日|日付|年月日|西暦)|today|date of|yyyymmdd", re.IGNORECASE
)
_DIGITS_HINT = re.compile(r"(?:下|末尾|最後の?)[ ]?[4四][ ]?(?:桁|けた)|last (?:four|4) digits", re.IGNORECASE)
_TELEPHONE = re.compile(r"\+?\d[\d()-]{7,16}\d")
_DATES = ("%Y%m%d", "%y%m%d", "%m%d", "%Y%m", "%d%m%Y", "%m%d%Y", "%Y-%m-%d", "%Y/%m/%d")

_LABELLED = N_("stands behind “{label}”")
_IN_QUOTES = N_("stands in quotation marks on the line with “{label}”")
_BELOW = N_("stands below “{label}”")
_ALONE = N_("stands alone on its line")
_LIKE_ONE = N_("letters and digits together")
_DATE = N_("the text hints at a date")
_TELEPHONE_END = N_("the text hints at the last digits of a telephone number")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A word that may be the password, the line of the text where it stands (0: nowhere, it is made), and why."""

    password: str
    line: int
    reason: str


@dataclass(frozen=True, slots=True)
class _Found:
    weight: int
    candidate: Candidate


def speaks_of_password(text: str) -> bool:
    """Whether a subject or text mentions a password."""
    return _LABEL.search(unicodedata.normalize("NFKC", text[: _LINES * 100])) is not None


def candidates(text: str, when: datetime | None = None) -> list[Candidate]:
    """The candidates in a mail's text, most likely first, each password once; `when` is the time of the mail.

    Without any mention of a password there are none but words of letters and digits. Never raises.
    """
    written = [line[:_LINE_CHARACTERS] for line in text.split("\n", _LINES)[:_LINES]]
    lines = [_normal(line) for line in written]
    found = [*_labelled(lines), *_hinted(lines, when)]
    found += _standing_alone(lines, mentioned=bool(found) or any(_LABEL.search(line) for line in lines))
    best: dict[str, Candidate] = {}
    plain: dict[str, str] = {}
    for one in sorted(found, key=lambda one: -one.weight):
        told = one.candidate
        best.setdefault(told.password, told)
        if one.weight >= 50 and told.line and (other := _as_written(told.password, written[told.line - 1], plain)):
            best.setdefault(other, Candidate(other, told.line, told.reason))
        if len(best) >= CANDIDATES:
            break
    return list(best.values())[:CANDIDATES]


def _normal(line: str) -> str:
    return unicodedata.normalize("NFKC", line).replace("\u3000", " ")


def _as_written(password: str, line: str, plain: dict[str, str]) -> str:
    """The password as it was written, empty where that is as in NFKC; `plain` keeps what lines are letter by letter."""
    if password in line:
        return ""
    if line not in plain:
        letters = [unicodedata.normalize("NFKC", letter) for letter in line]
        plain[line] = "".join(letters) if all(len(one) == 1 for one in letters) else ""
    at = plain[line].find(password)
    return line[at : at + len(password)] if at >= 0 else ""


def _labelled(lines: list[str]) -> Iterator[_Found]:
    """What stands behind a label, on its line or on the lines after it."""
    for number, line in enumerate(lines, start=1):
        for label in list(_LABEL.finditer(line))[:4]:
            rest = line[label.end() :]
            name = label.group()
            yield from _behind(rest, number, name)
            if not _has_word(rest):
                yield from _below(lines, number, name)


def _behind(rest: str, number: int, label: str) -> Iterator[_Found]:
    separated = _AFTER.match(rest)
    tail = rest[separated.end() :] if separated else rest
    reason = _IN_QUOTES.format(label=label)
    for position, quoted in enumerate(_QUOTED.findall(rest)[:4]):
        yield from _forms(quoted, number, reason, 96 - position)
    reason = _LABELLED.format(label=label)
    weight = 100 if separated else 60
    for position, word in enumerate(_WORD.findall(tail)[:4]):
        yield from _forms(word, number, reason, weight - 2 * position)
    yield from _forms(_POLITE.sub("", tail), number, reason, weight - 12)


def _has_word(rest: str) -> bool:
    separated = _AFTER.match(rest)
    return separated is not None and _WORD.search(rest[separated.end() :]) is not None


def _below(lines: list[str], number: int, label: str) -> Iterator[_Found]:
    """The first lines below a label that hold anything."""
    seen = 0
    reason = _BELOW.format(label=label)
    for below, line in enumerate(lines[number : number + _NEXT_LINES], start=number + 1):
        if not line.strip(_DECORATION):
            continue
        words = [word for word in _WORD.findall(line) if not _is_link(word)]
        weight = 90 - 4 * seen - (20 if len(words) > 3 else 0)
        for position, word in enumerate(words[:3]):
            yield from _forms(word, below, reason, weight - position)
        yield from _forms(_POLITE.sub("", line), below, reason, weight - 10)
        seen += 1
        if seen == 3:
            return


def _forms(text: str, number: int, reason: str, weight: int) -> Iterator[_Found]:
    """A text without what stands around it, then as it is, then without blanks between single letters."""
    whole = text.strip()
    bare = whole.strip(_DECORATION).strip(_BRACKETS).strip(_DECORATION)
    half_bare = whole.rstrip(".,;:。、")
    spread = whole.replace(" ", "") if re.fullmatch(r"(?:\S ){2,63}\S", whole) else ""
    for less, form in enumerate(dict.fromkeys((bare, half_bare, whole, spread))):
        if _SHORTEST <= len(form) <= _LONGEST:
            yield _Found(weight - 5 * less, Candidate(form, number, reason))


def _standing_alone(lines: list[str], *, mentioned: bool) -> Iterator[_Found]:
    """Words that are a line of their own, and words that look like passwords."""
    for number, line in enumerate(lines, start=1):
        bare = line.strip(_DECORATION)
        words = _WORD.findall(line)
        if len(words) == 1 and words[0].strip(_DECORATION) == bare and not _is_link(bare):
            yield from _forms(words[0], number, _ALONE, 70 if mentioned else 30)
        for word in words[:20]:
            kinds = sum(bool(re.search(kind, word)) for kind in ("[A-Za-z]", r"\d", "[^A-Za-z0-9]"))
            if kinds >= 2 and len(word) <= 32 and re.search(r"\d", word) and not _is_link(word):
                yield from _forms(word, number, _LIKE_ONE, 45 if mentioned else 20)


def _is_link(word: str) -> bool:
    return "://" in word or "@" in word or word.count("/") > 1


def _hinted(lines: list[str], when: datetime | None) -> Iterator[_Found]:
    """What a hint makes: the date of the mail, the end of a telephone number."""
    hints = [line for line in lines if _LABEL.search(line) or "桁" in line or "digit" in line.lower()]
    around = "\n".join(hints)
    if when is not None and _DATE_HINT.search(around):
        for days in (0, -1, 1):
            day = when + timedelta(days=days) if 1 < when.year < 9999 else when
            for position, shape in enumerate(_DATES):
                weight = 98 - 30 * abs(days) - position
                yield _Found(weight, Candidate(day.strftime(shape), 0, _DATE))
    if _DIGITS_HINT.search(around):
        for number, line in enumerate(lines, start=1):
            for telephone in _TELEPHONE.findall(line)[:4]:
                digits = re.sub(r"\D", "", telephone)[-4:]
                yield _Found(97, Candidate(digits, 0 if digits not in line else number, _TELEPHONE_END))
