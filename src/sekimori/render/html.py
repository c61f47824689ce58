"""A case as one HTML page that stands alone: no scripts, no outside assets, no links but to itself.

The page holds what attackers wrote, so nothing of the evidence reaches it but through the filters here: escaped,
cleaned, cut, defanged, and isolated in its reading direction. The Content Security Policy allows the page's own
style sheet, by its hash, and nothing else.
"""

import re
from base64 import b64encode
from dataclasses import replace
from functools import cache
from hashlib import sha256
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape
from rich.cells import cell_len

from sekimori.model.kinds import AREAS
from sekimori.model.match import Answer, Answered
from sekimori.model.report import CaseReport, IndicatorRow, Sentence, SightingRow, TimelinePoint
from sekimori.render.answer import answer_lines, coverage_of
from sekimori.render.messages import Phrase, Translator, translator
from sekimori.render.safe import CUT, clean_lines, defang_all, pieces, shown
from sekimori.render.timeline import picture
from sekimori.render.words import SYMBOLS, word, word_of_area, word_of_logon
from sekimori.values.types import ObservableType

__all__ = ["ROWS", "case_page"]

ROWS = 500
"""Rows of a table at most; the page says how many more there are, and the JSON has them."""

_PHRASE_CHARACTERS = 1000
_EXCERPT = 1500
_WHOLE = 20
_TIME = re.compile(r"\b\d{4}-\d\d-\d\d(?: \d\d:\d\d(?::\d\d)?)?")
_PLACEHOLDER = re.compile(r"\{(\w+)\}")


def case_page(report: CaseReport, lang: str) -> str:
    """The report as an HTML page in `lang` ("ja" or "en"), times in the report's zone.

    Raises `UnknownLanguage`, or `zoneinfo.ZoneInfoNotFoundError`.
    """
    words = translator(lang, report.time_zone)
    style = _style()
    points = _points(report)
    return (
        _environment(words)
        .get_template("case.html")
        .render(
            report=report,
            style=Markup(style),  # noqa: S704 - our own file
            style_hash=b64encode(sha256(style.encode()).digest()).decode(),
            lines=answer_lines(report, words),
            picture=picture(points, words),
            points=points,
            sighting_anchors={row.id: f"sighting-{number}" for number, row in enumerate(report.sightings[:ROWS], 1)},
            indicators={row.id: row for row in report.indicators},
            hunted=[row for row in report.indicators if row.answers],
            left_out=[row for row in report.indicators if not row.answers],
        )
    )


def _points(report: CaseReport) -> list[TimelinePoint]:
    """The points in the order of their time, sighted values in their labels defanged."""
    sightings = {row.id: row for row in report.sightings}
    points = []
    for point in sorted(report.timeline, key=lambda point: point.time):
        seen = sightings.get(point.sighting)
        label = _defanged(point.label, seen.type, seen.value) if seen else point.label
        points.append(replace(point, label=label))
    return points


@cache
def _style() -> str:
    """The style sheet, with the line breaks that a parser will see whatever the file has."""
    return (files(__package__) / "templates" / "case.css").read_text("utf-8").replace("\r\n", "\n")


@cache
def _environment(words: Translator) -> Environment:
    environment = Environment(
        loader=PackageLoader("sekimori.render"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(
        _=words.gettext,
        words=words,
        lang=words.lang,
        areas=AREAS,
        symbols=SYMBOLS,
        rows=ROWS,
        answer_in=_answer_in,
        grounds=lambda report, answered: _grounds(report, answered, words),
        more=lambda count: _phrase(_more(words, count)),
    )
    environment.filters.update(
        text=_text,
        said=lambda text: _text(defang_all(text), _PHRASE_CHARACTERS),
        value=_value,
        block=_block,
        phrase=_phrase,
        sentence=lambda sentence: _sentence(words, sentence),
        reason=lambda reason: _text(words.reason(reason), _PHRASE_CHARACTERS),
        clause=lambda sighting, row: _text(_sighted(words.reason(sighting.clause), sighting, row), _PHRASE_CHARACTERS),
        excerpt=lambda text, sighting, row: _block(_sighted(text[:_EXCERPT], sighting, row)),
        times=_times,
        number=words.number,
        listed=lambda values: _times(_text(words.listed(values, 20), _PHRASE_CHARACTERS)),
        word=lambda value: words.gettext(word(value)),
        area=lambda area: _text(words.gettext(word_of_area(area))),
        logon=lambda logon_type: words.gettext(word_of_logon(logon_type)),
    )
    return environment


def _text(text: str, limit: int = CUT) -> Markup:
    """Any text of the evidence, on one line. Short ones stay whole, so that no column squeezes them."""
    parts = list(pieces(text, limit))
    marked = (
        Markup('<span class="escape">{}</span>').format(piece) if escaped else escape(piece) for piece, escaped in parts
    )
    whole = sum(cell_len(piece) for piece, _ in parts) <= _WHOLE
    frame = Markup('<bdi class="whole">{}</bdi>') if whole else Markup("<bdi>{}</bdi>")
    return frame.format(Markup("").join(marked))


def _value(value: str, type_: ObservableType | str) -> Markup:
    """A value of that type: defanged."""
    return _text(shown(ObservableType(type_), value))


def _block(text: str, limit: int = 4000) -> Markup:
    """Text of several lines, each isolated, for a `pre`."""
    return Markup("\n").join(Markup("<bdi>{}</bdi>").format(line) for line in clean_lines(text, limit))


def _phrase(phrase: Phrase) -> Markup:
    """A translated sentence with its values set off."""
    parts = _PLACEHOLDER.split(phrase.template)
    # Every other part is the name of a value.
    return Markup("").join(
        _times(_text(phrase.values.get(part, part), _PHRASE_CHARACTERS)) if odd % 2 else escape(part)
        for odd, part in enumerate(parts)
    )


def _times(text: str) -> Markup:
    """Text in which no line breaks within a time."""
    return Markup(_TIME.sub(r'<span class="whole">\g<0></span>', str(escape(text))))  # noqa: S704 - escaped before


def _sentence(words: Translator, sentence: Sentence) -> Markup:
    return _phrase(words.phrase(sentence))


def _sighted(text: str, sighting: SightingRow, indicator: IndicatorRow | None) -> str:
    """A text about a sighting, the value and the indicator's pattern in it defanged as elsewhere."""
    text = _defanged(text, sighting.type, sighting.value)
    return _defanged(text, indicator.type, indicator.pattern) if indicator else text


def _defanged(text: str, type_: ObservableType, value: str) -> str:
    return text.replace(value, shown(type_, value)) if value else text


def _answer_in(row: IndicatorRow, area: str) -> Answered | None:
    return next((answered for answered in row.answers if answered.area == area), None)


def _grounds(report: CaseReport, answered: Answered, words: Translator) -> Markup | str:
    """What an answer rests on: the records it was seen in, or those that were searched, with their times."""
    first, last = answered.first, answered.last
    if answered.answer is Answer.CANNOT_TELL:
        return ""
    if answered.answer is Answer.SEEN:
        template = words.ngettext("{count} record, {span}", "{count} records, {span}", answered.count)
        return _phrase(Phrase(template, {"count": words.number(answered.count), "span": words.span(first, last)}))
    searched = coverage_of(report, answered.area)
    if first is None and searched is not None:
        first, last = searched.first, searched.last
    template = words.ngettext("in {count} record, {span}", "in {count} records, {span}", answered.records)
    return _phrase(Phrase(template, {"count": words.number(answered.records), "span": words.span(first, last)}))


def _more(words: Translator, count: int) -> Phrase:
    template = words.ngettext(
        "{count} more row stands in the JSON document.", "{count} more rows stand in the JSON document.", count
    )
    return Phrase(template, {"count": words.number(count)})
