"""A case as a screenful of text: the same five lines as the page, the indicators' answers, what to do next."""

from collections.abc import Iterator
from dataclasses import dataclass

from rich.cells import cell_len, set_cell_size
from rich.text import Text

from sekimori.model.kinds import AREAS
from sekimori.model.match import Answer
from sekimori.model.report import N_, CaseReport, IndicatorRow, fill
from sekimori.render.answer import answer_lines
from sekimori.render.messages import Phrase, Translator, translator
from sekimori.render.safe import clean, safe_for, shown
from sekimori.render.triage import verdict_line
from sekimori.render.words import SYMBOLS, word, word_of_area

__all__ = ["case_text", "wrap"]

_ROWS = 12
"""Indicators that a screenful shows."""

_CELL = 13
_RESERVED = "*"
"""Stands with a "not seen" that something weakens: unread stretches, encrypted attachments, days without records."""
_STYLES = {Answer.SEEN: "bold red", Answer.NOT_SEEN: "green", Answer.CANNOT_TELL: "yellow"}
# Signs that must not begin a line (JIS X 4051): they hang on the line before.
_HANGING = "、。，．・）」』】〕：；？！,.)]:;?!…"


@dataclass(frozen=True, slots=True)
class _Screen:
    """What a screenful is made for."""

    words: Translator
    width: int
    encoding: str

    def safe(self, text: str) -> str:
        """The text as this console can write it. Comes before all measuring, as replacements change widths."""
        return safe_for(self.encoding, text)

    def said(self, phrase: Phrase) -> str:
        """A sentence, its values cleaned."""
        return self.safe(fill(phrase.template, {name: clean(value, 600) for name, value in phrase.values.items()}))

    def message(self, message: str) -> str:
        """A message in the language."""
        return self.safe(self.words.gettext(message))


def case_text(report: CaseReport, lang: str, width: int, encoding: str = "utf-8") -> Text:
    """The answer in `lang` ("ja" or "en") for a terminal `width` cells wide, which writes `encoding`.

    The text holds no control characters but line feeds and nothing that `encoding` lacks. `Text.plain` is the same
    without styles. Raises `UnknownLanguage`, or `zoneinfo.ZoneInfoNotFoundError`.
    """
    screen = _Screen(translator(lang, report.time_zone), max(width, 40), encoding)
    text = Text()
    for part in (_head, _answers, _grid, _steps):
        for line, style in part(report, screen):
            text.append(line + "\n", style)
    return text


def _head(report: CaseReport, screen: _Screen) -> Iterator[tuple[str, str]]:
    title = screen.safe(f"{clean(report.case)}  {clean(report.title, 120)}")
    yield from ((line, "bold") for line in wrap(title, screen.width))
    made = Phrase(
        screen.words.gettext("{organisation}; made {time} by {by}; times: {zone}"),
        {
            "organisation": report.organisation,
            "time": screen.words.when(report.made_at),
            "by": report.by,
            "zone": screen.words.zone_name(report.made_at),
        },
    )
    yield from ((line, "dim") for line in wrap(screen.said(made), screen.width))
    if report.triage is not None:
        verdict = screen.safe(verdict_line(report.triage, screen.words))
        yield from ((line, "bold") for line in wrap(verdict, screen.width, 2))
    yield "", ""


def _answers(report: CaseReport, screen: _Screen) -> Iterator[tuple[str, str]]:
    for line in answer_lines(report, screen.words):
        if line.answer is None:
            yield screen.safe(line.question), "bold"
            for phrase in line.phrases:
                yield from ((part, "") for part in wrap(f"  - {screen.said(phrase)}", screen.width, 4))
            continue
        asked = {"question": line.question, "answer": screen.words.gettext(word(line.answer))}
        head = fill(screen.words.gettext("{question} {answer}"), asked)
        yield from (
            (part, _STYLES[line.answer])
            for part in wrap(screen.safe(f"{SYMBOLS[line.answer]} {head}"), screen.width, 2)
        )
        said = screen.words.space.join(screen.said(phrase) for phrase in line.phrases)
        yield from ((part, "") for part in wrap(f"  {said}", screen.width, 2))


def _grid(report: CaseReport, screen: _Screen) -> Iterator[tuple[str, str]]:
    hunted = [row for row in report.indicators if row.answers]
    if not hunted:
        return
    first = screen.width - _CELL * len(AREAS)
    heads = (set_cell_size(screen.message(word_of_area(area)), _CELL) for area in AREAS)
    yield "", ""
    yield (set_cell_size(screen.message(N_("Indicator")), first) + "".join(heads)).rstrip(), "bold"
    for row in sorted(hunted, key=_seen_first)[:_ROWS]:
        value = _cut(screen.safe(clean(shown(row.type, row.pattern), 200)), first - 2, screen.safe("…"))
        cells = (set_cell_size(screen.safe(_cell(row, area, screen.words)), _CELL) for area in AREAS)
        yield (f"{value}  " + "".join(cells)).rstrip(), ""
    legend = " · ".join(f"{SYMBOLS[answer]} {screen.words.gettext(word(answer))}" for answer in Answer)
    template = screen.words.gettext("{legend} (● in so many records, ○ of so many, * with reservations)")
    yield from ((line, "dim") for line in wrap(screen.safe(fill(template, {"legend": legend})), screen.width))
    if len(hunted) > _ROWS:
        template = screen.words.gettext("… and {count} more")
        yield screen.said(Phrase(template, {"count": screen.words.number(len(hunted) - _ROWS)})), "dim"


def _seen_first(row: IndicatorRow) -> int:
    order = list(Answer)
    return min(order.index(answered.answer) for answered in row.answers)


def _cell(row: IndicatorRow, area: str, words: Translator) -> str:
    for answered in row.answers:
        if answered.area == area:
            count = answered.count if answered.answer is Answer.SEEN else answered.records
            number = "" if answered.answer is Answer.CANNOT_TELL else f" {words.number(count)}"
            mark = _RESERVED if answered.answer is Answer.NOT_SEEN and answered.reasons else ""
            return SYMBOLS[answered.answer] + number + mark
    return "-"


def _steps(report: CaseReport, screen: _Screen) -> Iterator[tuple[str, str]]:
    if not report.next_steps:
        return
    yield "", ""
    yield screen.message(N_("What to do next")), "bold"
    for number, step in enumerate(report.next_steps, 1):
        said = screen.said(screen.words.phrase(step))
        yield from ((part, "") for part in wrap(f"{number:>2}. {said}", screen.width, 4))


def _cut(text: str, width: int, mark: str) -> str:
    if cell_len(text) > width:
        text = set_cell_size(text, width - cell_len(mark)).rstrip() + mark
    return set_cell_size(text, width)


def wrap(text: str, width: int, indent: int = 0) -> list[str]:
    """The text in lines of at most `width` cells, broken at spaces or beside wide characters.

    Later lines are indented. A sign that must not begin a line hangs one cell or two over.
    """
    lines = [""]
    for token in _tokens(text):
        room = width - cell_len(lines[-1])
        if cell_len(token.rstrip()) > room and token not in _HANGING and lines[-1].strip():
            lines[-1] = lines[-1].rstrip()
            lines.append(" " * indent + token.lstrip())
        else:
            lines[-1] += token
        while cell_len(lines[-1]) > width + (2 if token in _HANGING else 0):
            head = _beginning(lines[-1], width)
            lines.append(" " * indent + lines[-1][len(head) :])
            lines[-2] = head
    lines[-1] = lines[-1].rstrip()
    return lines


def _tokens(text: str) -> Iterator[str]:
    """Words with the space after them, and wide characters one by one."""
    token = ""
    for char in text:
        if cell_len(char) > 1:
            if token:
                yield token
            yield char
            token = ""
            continue
        token += char
        if char == " " and token.strip():
            yield token
            token = ""
    if token:
        yield token


def _beginning(text: str, width: int) -> str:
    """As many characters as fit into `width` cells, at least one."""
    used = 0
    for index, char in enumerate(text):
        used += cell_len(char)
        if used > width and index:
            return text[:index]
    return text
