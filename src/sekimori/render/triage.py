"""The judgement on a mail as lines of text."""

from collections.abc import Iterator

from sekimori.model.report import N_, fill
from sekimori.model.triage import Reason, Triage
from sekimori.render.messages import Translator
from sekimori.render.safe import clean, defang_all
from sekimori.render.words import word

__all__ = ["triage_lines", "verdict_line"]


def verdict_line(triage: Triage, words: Translator) -> str:
    """The verdict, how sure, and the sender's; a person's verdict comes first."""
    values = {"verdict": words.gettext(word(triage.verdict)), "confidence": str(triage.confidence)}
    line = fill(words.gettext(N_("Verdict: {verdict} (confidence {confidence})")), values)
    if triage.sender is not None:
        line += " · " + fill(words.gettext(N_("Sender: {verdict}")), {"verdict": words.gettext(word(triage.sender))})
    if triage.overruled is None:
        return line
    own = {
        "verdict": words.gettext(word(triage.overruled.verdict)),
        "by": clean(triage.overruled.by),
        "why": clean(triage.overruled.why),
    }
    return fill(words.gettext(N_("Overruled by {by}: {verdict} ({why})")), own) + " · " + line


def triage_lines(triage: Triage, words: Translator) -> Iterator[str]:
    """The verdict, the points, what it hung on, every reason with its place and reference, what could not be asked."""
    yield verdict_line(triage, words)
    sums = ", ".join(f"{words.gettext(word(verdict))} {points}" for verdict, points in triage.points.items())
    yield fill(words.gettext(N_("Points: {points}")), {"points": sums})
    if triage.border is not None:
        yield triage.border.said(words.lang)
    for reason in triage.reasons:
        yield from _reason(reason, words)
    if triage.unasked:
        yield words.gettext(N_("Could not be asked:"))
    for one in triage.unasked:
        yield f"  - {one.question.said(words.lang)}: {one.why.said(words.lang)}"


def _reason(reason: Reason, words: Translator) -> Iterator[str]:
    points = " ".join(f"{verdict.value} {number:+d}" for verdict, number in reason.points.items())
    yield f"- {reason.title.said(words.lang)}: {clean(defang_all(reason.text.said(words.lang)), 300)}"
    place = {
        "where": clean(reason.where, 120),
        "first": str(reason.place.offset),
        "last": str(reason.place.offset + reason.place.length),
    }
    where = fill(words.gettext(N_("{where}, bytes {first} to {last}")), place)
    yield f"    {where} · {reason.rule}" + (f" · {points}" if points else "")
    yield f"    {reason.why.said(words.lang)} [{clean(reason.reference)}]"
