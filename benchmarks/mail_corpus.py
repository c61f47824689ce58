"""Writes the mails that the benchmarks read: python -m benchmarks.mail_corpus FOLDER [MAILS].

A Maildir, always the same bytes, shaped like a public development list: 9.4 kB a mail on average, half of it header,
quotations of earlier mails, changes to source text, addresses, hexadecimal numbers; every twentieth mail is Japanese,
in ISO-2022-JP or UTF-8, some with an attachment. New words keep coming as in real mail, where the words grow with the
0.7th power of the mails: about 385,000 in 100,000 mails; old words come back the more often the older they are.
"""

import base64
import random
import shutil
import sys
from collections.abc import Iterator
from email.utils import formatdate
from pathlib import Path

__all__ = ["MAILS", "WORDS", "mail", "write"]

MAILS = 100_000
WORDS = 385_000
_GROWTH = 0.7
_START = 1_735_689_600  # 2025-01-01T00:00:00Z
_PIECES = (
    "con de re in ter pre com un ex sub per pro dis mis ad en al ma ne to ra ve lo ki nu sa ti or ed ly er al st ing"
)
_SYLLABLES = _PIECES.split()
_MARKS = (", ", ". ", "\n", "\n", "(", ") ", "_", "->", " = ", ";\n\t", "\n> ", "\n+\t", "/", ".", ": ")
_SIGNS = (" ",) * 14 + _MARKS
_KANJI = "輸出管理会議資料請求書確認送付先担当部長日程調整技術研究開発契約見積報告案内発表経済安全保障政策国際関係"
_KANA = "のはをにがでともよりますですしたいあるおこそれかなどへまでらるれんさつくけきみ"


def _word(number: int) -> str:
    """A word of a number: short ones for the frequent, identifiers and hexadecimal numbers among the rare."""
    if number % 7 == 3 and number > 2_000:
        return f"{number * 2_654_435_761 % 2**40:010x}"
    parts, rest = [], number + 1
    while rest:
        rest, digit = divmod(rest, len(_SYLLABLES))
        parts.append(_SYLLABLES[digit])
    return "".join(parts) + (str(number % 100) if number % 11 == 5 else "")


class _Words:
    """The words known so far (`draw` brings old ones back, the early ones more often), and the lines last written."""

    def __init__(self) -> None:
        self._known = [_word(number) for number in range(300)]
        self.lines: list[str] = []

    def grow(self, mail: int) -> list[str]:
        """The words that are new in a mail."""
        wanted = max(300, int(WORDS * ((mail + 1) / MAILS) ** _GROWTH))
        fresh = [_word(number) for number in range(len(self._known), wanted)]
        self._known += fresh
        return fresh

    def draw(self, chance: random.Random, count: int) -> list[str]:
        """Some words: their ranks are log-uniform, so that the n-th word comes about 1/n as often as the first."""
        known, most = self._known, len(self._known)
        return [known[int(most ** chance.random()) - 1] for _ in range(count)]


def mail(number: int, words: _Words) -> bytes:
    """The mail of a number; to be asked for in turn."""
    chance = random.Random(number)
    author = f"{_word(int(4_000 ** chance.random()))}@{_word(number % 61)}.example"
    head = (
        f"From: {_word(number % 997).title()} {_word(number % 613).title()} <{author}>\n"
        f"To: list@dev.example\nCc: {_word(number % 311)}@kernel.example, {_word(number % 89)}@mail.example.jp\n"
        f"Message-ID: <{number}.{chance.getrandbits(40):x}@{author.partition('@')[2]}>\n"
        f"{_way(number, chance)}"
        f"Date: {_date(number)}\nMIME-Version: 1.0\n"
    )
    if number % 20 == 7:
        return head.encode() + _japanese(number, chance)
    subject = " ".join(words.draw(chance, 7))
    body = _body(words.grow(number), words, chance)
    return f"{head}Subject: [PATCH v{number % 5}] {subject}\n\n{body}\n".encode("ascii")


def _body(fresh: list[str], words: _Words, chance: random.Random) -> str:
    text = words.draw(chance, int(330 * chance.lognormvariate(-0.32, 0.8)) + 20)
    for one in fresh:
        text[chance.randrange(len(text))] = one
    signs = chance.choices(_SIGNS, k=len(text))
    own = "".join(piece for pair in zip(text, signs, strict=True) for piece in pair)
    quoted = chance.sample(words.lines, min(len(words.lines), chance.randrange(60)))
    words.lines = (words.lines + own.split("\n"))[-600:]
    return "\n".join([*(f"> {line}" for line in quoted), own, _FOOTER])


_FOOTER = """--
To unsubscribe from this list send the line "unsubscribe dev" to majordomo@dev.example
More majordomo info at http://dev.example/majordomo-info.html"""


def _way(number: int, chance: random.Random) -> str:
    """The fields that relays add: half of a mail."""
    hops = "".join(
        f"Received: from relay{(number + hop) % 23}.example (smtp{hop}.example [192.0.2.{number % 250}])\n"
        f"\tby mx{hop}.example (Postfix) with ESMTPS id {chance.getrandbits(48):012X}\n"
        f"\tfor <list@dev.example>; {_date(number)}\n"
        for hop in range(11)
    )
    signed = base64.b64encode(chance.randbytes(256)).decode()
    seal = base64.b64encode(chance.randbytes(1_900)).decode()
    spam = " ".join(f"RULE_{one:03d}" for one in chance.sample(range(300), 40))
    return f"{hops}DKIM-Signature: v=1; a=rsa-sha256; d=dev.example; b={signed}\nX-Gm-State: {seal}\nX-Spam: {spam}\n"


def _japanese(number: int, chance: random.Random) -> bytes:
    def text(length: int) -> str:
        runs = (
            "".join(chance.choices(_KANJI, k=chance.randint(1, 4)) + chance.choices(_KANA, k=chance.randint(1, 5)))
            for _ in range(length // 6)
        )
        return "".join(run + chance.choice(("", "", "、", "。\n", "\n")) for run in runs)

    charset = "iso-2022-jp" if number % 40 == 7 else "utf-8"
    subject = f"=?{charset}?B?{base64.b64encode(text(18).replace(chr(10), '').encode(charset)).decode()}?="
    body = text(int(1_500 * chance.lognormvariate(-0.3, 0.7))).encode(charset)
    head = f"Subject: {subject}\n"
    if number % 60 != 7:
        coding = "7bit" if charset == "iso-2022-jp" else "8bit"
        kind = f"Content-Type: text/plain; charset={charset}\nContent-Transfer-Encoding: {coding}\n\n"
        return f"{head}{kind}".encode() + body + b"\n"
    attached = base64.encodebytes(chance.randbytes(3_000))
    return (
        f"{head}Content-Type: multipart/mixed; boundary=cut\n\n--cut\n"
        f"Content-Type: text/plain; charset={charset}\n\n".encode()
        + body
        + f'\n--cut\nContent-Type: application/octet-stream; name="plan{number}.bin"\n'
        f'Content-Disposition: attachment; filename="plan{number}.bin"\nContent-Transfer-Encoding: base64\n\n'.encode()
        + attached
        + b"--cut--\n"
    )


def _date(number: int) -> str:
    return formatdate(_START + number * 97)


def write(folder: Path, count: int = MAILS) -> None:
    """Writes the Maildir; it is there only when it is whole."""
    partial = folder.with_name(folder.name + ".partial")
    shutil.rmtree(partial, ignore_errors=True)
    for name in ("cur", "new", "tmp"):
        (partial / name).mkdir(parents=True)
    for number, content in enumerate(_mails(count)):
        (partial / "cur" / f"{_START + number}.M{number}.host:2,S").write_bytes(content)
    partial.replace(folder)


def _mails(count: int) -> Iterator[bytes]:
    words = _Words()
    return (mail(number, words) for number in range(count))


if __name__ == "__main__":
    write(Path(sys.argv[1]), *map(int, sys.argv[2:]))
