"""What the honest mails say: subjects and bodies put together from sentences, in Japanese and English."""

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from random import Random
from typing import Any

from sekimori.scenario.texts import texts

__all__ = ["Letter", "as_page", "charset", "letter", "private_letter", "reply", "signed"]


@dataclass(frozen=True, slots=True)
class Letter:
    """A subject and a text."""

    subject: str
    text: str


def letter(dice: Random, language: str, greeting: str, signature: str) -> Letter:
    """A letter about one of the topics of the language."""
    words = _words(language)
    topic = dice.choice(words["topics"])
    subject = dice.choice(words["subjects"]).format(topic=topic)
    sentences = [one.format(topic=topic) for one in dice.sample(words["sentences"], dice.randint(2, 5))]
    body = [greeting, dice.choice(words["openings"]), "", *sentences, "", dice.choice(words["closings"]), signature]
    return Letter(subject, "\n".join(line for line in body if line is not None))


def private_letter(dice: Random, language: str, signature: str) -> Letter:
    """A letter of somebody who writes from a private address."""
    words = _words(language)
    body = [dice.choice(words["private"]), "", dice.choice(words["closings"]), signature]
    return Letter(dice.choice(words["private_subjects"]), "\n".join(body))


def reply(dice: Random, language: str, to: Letter, signature: str) -> Letter:
    """An answer with the first letter quoted below."""
    subject = to.subject if to.subject.startswith("Re: ") else "Re: " + to.subject
    quoted = "\n".join("> " + line for line in to.text.splitlines()[:12])
    return Letter(subject, f"{dice.choice(_words(language)['replies'])}\n\n{signature}\n\n{quoted}\n")


def signed(name: str, *lines: str) -> str:
    """A signature."""
    return "\n".join(("--", name, *(line for line in lines if line)))


def as_page(text: str, link: str = "") -> str:
    """The same text as HTML, with one link where there is one."""
    shown = escape(text).replace("\n", "<br>\n")
    anchor = f'<p><a href="{escape(link)}">{escape(link)}</a></p>' if link else ""
    return f'<html><head><meta http-equiv="Content-Type" content="text/html"></head><body>{shown}{anchor}</body></html>'


def charset(dice: Random, language: str) -> str:
    """A charset as often as mail programs of that language use it."""
    if language == "en":
        return dice.choice(("us-ascii", "utf-8", "utf-8", "iso-8859-1"))
    return dice.choice(("utf-8", "utf-8", "utf-8", "iso-2022-jp", "iso-2022-jp", "shift_jis"))


def _words(language: str) -> Mapping[str, Any]:
    words: Mapping[str, Any] = texts("mails")[language]
    return words
