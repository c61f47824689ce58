"""The answer of a case in plain sentences: five questions, each answered in one of three ways.

Who got it, who talked to its servers, which machines carry its traces, which logons nobody ordered, what cannot be
told. All renderings begin with these lines.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from sekimori.model.kinds import AREAS
from sekimori.model.match import Answer, Coverage
from sekimori.model.report import AffectedHost, AffectedPerson, CaseReport, Involvement, OnwardLogon
from sekimori.render.messages import Phrase, Translator
from sekimori.render.words import word_of_area

__all__ = ["AnswerLine", "answer_lines", "answer_of", "coverage_of", "host_name", "person_name"]


@dataclass(frozen=True, slots=True)
class AnswerLine:
    """One question and its answer; the last question (what cannot be told) has none of the three answers."""

    question: str
    answer: Answer | None
    phrases: tuple[Phrase, ...]


def answer_lines(report: CaseReport, words: Translator) -> tuple[AnswerLine, ...]:
    """The five lines, in the order that people ask."""
    return (
        _who_got_it(report, words),
        _on_machines(report, words, "network"),
        _on_machines(report, words, "endpoint"),
        _which_logons(report, words),
        AnswerLine(words.gettext("What cannot be told?"), None, tuple(_what_cannot_be_told(report, words))),
    )


def answer_of(report: CaseReport, area: str) -> Answer:
    """The answer of all indicators in one area: seen if any was seen, not seen only if that can be told of all."""
    answers = {answered.answer for row in report.indicators for answered in row.answers if answered.area == area}
    if Answer.SEEN in answers:
        return Answer.SEEN
    return Answer.NOT_SEEN if answers == {Answer.NOT_SEEN} else Answer.CANNOT_TELL


def coverage_of(report: CaseReport, area: str) -> Coverage | None:
    """What could be searched in the area; None where there is no record of that kind."""
    return next((part for part in report.coverage if part.area == area and part.records), None)


def person_name(person: AffectedPerson) -> str:
    """The name, or the address where the profile does not know it."""
    return person.name or person.address


def host_name(host: AffectedHost) -> str:
    """Name and address, as far as they are known, with the user in brackets."""
    named = " ".join(part for part in (host.name, host.address) if part)
    return f"{named} ({host.user})" if host.user else named


def _said(template: str, **values: str) -> Phrase:
    return Phrase(template, values)


def _who_got_it(report: CaseReport, words: Translator) -> AnswerLine:
    question = words.gettext("Who got it?")
    got = [person for person in report.people if Involvement.RECEIVED in person.what]
    if not got:
        return _nothing_seen(report, words, question, "mail")
    text = words.ngettext("{count} person got it: {names}.", "{count} people got it: {names}.", len(got))
    phrases = [_said(text, count=words.number(len(got)), names=_names(words, got))]
    if vips := [person for person in got if person.vip]:
        phrases.append(_said(words.gettext("Especially exposed (VIP): {names}."), names=_names(words, vips)))
    replied = [person for person in report.people if Involvement.REPLIED in person.what]
    if replied:
        phrases.append(_said(words.gettext("Replied: {names}."), names=_names(words, replied)))
    else:
        phrases.append(_said(words.gettext("No reply was seen.")))
    return AnswerLine(question, Answer.SEEN, tuple(phrases))


def _on_machines(report: CaseReport, words: Translator, area: str) -> AnswerLine:
    contacted = area == "network"
    question = (
        words.gettext("Who talked to its servers?") if contacted else words.gettext("Which machines carry its traces?")
    )
    involvement = Involvement.CONTACTED if contacted else Involvement.TRACE
    hosts = [host for host in report.hosts if involvement in host.what]
    if not hosts:
        return _nothing_seen(report, words, question, area)
    text = words.ngettext("{count} machine: {names}.", "{count} machines: {names}.", len(hosts))
    named = _said(text, count=words.number(len(hosts)), names=words.listed(map(host_name, hosts), 4))
    first = min((host.first for host in hosts if host.first), default=None)
    last = max((host.last for host in hosts if host.last), default=None)
    return AnswerLine(
        question, Answer.SEEN, (named, _said(words.gettext("Time: {span}."), span=words.span(first, last)))
    )


def _names(words: Translator, people: list[AffectedPerson]) -> str:
    return words.listed(map(person_name, people), 6)


def _which_logons(report: CaseReport, words: Translator) -> AnswerLine:
    question = words.gettext("Which logons did nobody order?")
    if not report.logons:
        return AnswerLine(question, *_no_logons(report, words))
    count = words.number(len(report.logons))
    if coverage_of(report, "administration") is None:
        text = words.gettext("Logons from affected machines: {count}, but no work records to compare them with.")
        return AnswerLine(question, Answer.CANNOT_TELL, (_said(text, count=count),))
    unordered = [logon for logon in report.logons if logon.work is None]
    if not unordered:
        text = words.gettext("None: work records cover all logons from affected machines ({count}).")
        return AnswerLine(question, Answer.NOT_SEEN, (_said(text, count=count),))
    return AnswerLine(question, Answer.SEEN, _unordered(words, unordered, count))


def _unordered(words: Translator, unordered: list[OnwardLogon], every: str) -> tuple[Phrase, ...]:
    text = words.ngettext(
        "{count} of {all} logons from affected machines: {names}.",
        "{count} of {all} logons from affected machines: {names}.",
        len(unordered),
    )
    ways = dict.fromkeys(
        f"{logon.from_host or logon.from_address} → {logon.to_host} ({logon.account})" for logon in unordered
    )
    times = sorted(logon.time for logon in unordered)
    return (
        _said(text, count=words.number(len(unordered)), all=every, names=words.listed(ways, 3)),
        _said(words.gettext("Time: {span}."), span=words.span(times[0], times[-1])),
    )


def _no_logons(report: CaseReport, words: Translator) -> tuple[Answer, tuple[Phrase, ...]]:
    coverage = coverage_of(report, "endpoint")
    if coverage is None:
        return Answer.CANNOT_TELL, (_no_evidence(words, "endpoint"),)
    if not report.hosts and Answer.CANNOT_TELL in {answer_of(report, area) for area in ("network", "endpoint")}:
        text = words.gettext("As it cannot be told which machines are affected, nor can what went on from them.")
        return Answer.CANNOT_TELL, (_said(text),)
    text = words.gettext("None: no logon from an affected machine stands in {records} records ({span}).")
    return Answer.NOT_SEEN, (_in_records(words, text, coverage),)


def _nothing_seen(report: CaseReport, words: Translator, question: str, area: str) -> AnswerLine:
    """The line for an area in which nobody was found to be affected."""
    coverage = coverage_of(report, area)
    if coverage is None:
        return AnswerLine(question, Answer.CANNOT_TELL, (_no_evidence(words, area),))
    answer = answer_of(report, area)
    text = {
        Answer.SEEN: words.gettext("Seen in {records} records ({span}), but not on whom: see the sightings."),
        Answer.NOT_SEEN: words.gettext("None: nothing was seen in {records} records ({span})."),
        Answer.CANNOT_TELL: words.gettext("Nothing was seen in {records} records ({span}), but they do not tell all."),
    }[answer]
    return AnswerLine(question, answer, (_in_records(words, text, coverage),))


def _in_records(words: Translator, text: str, coverage: Coverage) -> Phrase:
    span = words.span(coverage.first, coverage.last)
    return _said(text, records=words.number(coverage.records), span=span)


def _no_evidence(words: Translator, area: str) -> Phrase:
    return _said(words.gettext("{area}: no evidence was handed in."), area=words.gettext(word_of_area(area)))


def _what_cannot_be_told(report: CaseReport, words: Translator) -> Iterator[Phrase]:
    told_all = True
    for area in AREAS:
        coverage = coverage_of(report, area)
        limits = _limits(report, words, coverage) if coverage else (_no_evidence(words, area),)
        for phrase in limits:
            told_all = False
            yield phrase
    if report.unsearchable:
        count = words.number(sum(part.count for part in report.unsearchable))
        yield _said(words.gettext("Pieces of evidence that could not be searched: {count}."), count=count)
    elif told_all:
        yield _said(words.gettext("All evidence that was handed in could be searched."))


def _limits(report: CaseReport, words: Translator, coverage: Coverage) -> Iterator[Phrase]:
    area = words.gettext(word_of_area(coverage.area))
    answers = (answered for row in report.indicators for answered in row.answers if answered.area == coverage.area)
    if open_ := [answered for answered in answers if answered.answer is Answer.CANNOT_TELL]:
        text = words.gettext("{area}: indicators without an answer: {count} ({reasons}).")
        reasons = dict.fromkeys(words.reason(reason) for answered in open_ for reason in answered.reasons)
        yield _said(text, area=area, count=words.number(len(open_)), reasons=words.listed(reasons, 3) or "–")
    if unread := sum(coverage.unread.values()):
        yield _said(words.gettext("{area}: unreadable stretches: {count}."), area=area, count=words.number(unread))
    if coverage.encrypted:
        text = words.gettext("{area}: encrypted, not looked into: {count}.")
        yield _said(text, area=area, count=words.number(coverage.encrypted))
    if coverage.gaps:
        text = words.gettext("{area}: days without a record: {days}.")
        yield _said(text, area=area, days=words.listed(coverage.gaps, 3))
