"""What the commands answer as text, in the language asked for."""

import json
import shutil
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sekimori.app.case_answer import Answer as CaseAnswer
from sekimori.app.hunting import Hunted
from sekimori.app.ingest import Added
from sekimori.app.prevalence import Prevalence
from sekimori.app.purging import Purged
from sekimori.app.showing import Shown
from sekimori.app.timeline import Timeline
from sekimori.app.triage_mail import Judged
from sekimori.cli.session import Session
from sekimori.hunt.answers import Total, best_of_each_area
from sekimori.model.indicator import RefusedRow
from sekimori.model.match import Answer
from sekimori.model.organisation import Organisation, Profile
from sekimori.model.report import N_
from sekimori.render.fields import word_of_field, word_of_kind
from sekimori.render.safe import clean, shown, visible
from sekimori.render.terminal import case_text
from sekimori.render.triage import triage_lines
from sekimori.render.words import SYMBOLS, word, word_of_area
from sekimori.store.audit import Change
from sekimori.store.cases import Case
from sekimori.store.catalogue import Evidence

__all__ = [
    "added_text",
    "audit_text",
    "case_answer_text",
    "cases_text",
    "hunted_text",
    "organisations_text",
    "prevalence_text",
    "profile_text",
    "purged_text",
    "refused_text",
    "shown_text",
    "status_text",
    "timeline_text",
    "triage_text",
]

_ROWS = 20
"""How many rows of a long list are shown."""

_RAW = 8192
_BY, _DETAIL, _TOLD = 40, 300, 200
_NO_LINE = N_("  offset {offset}, {length} bytes")


def added_text(session: Session, added: Added, new_sightings: int) -> str:
    """What an `add` did."""
    say = session.say
    lines = [
        say(
            N_("Added {new} pieces of evidence ({size} MB); {known} were known already."),
            new=added.new,
            size=f"{added.bytes / 1e6:.1f}",
            known=added.known,
        )
    ]
    lines += [
        say(N_("  {count} records of the kind {kind}"), count=count, kind=session.words.gettext(word_of_kind(kind)))
        for kind, count in added.records.most_common()
    ]
    if added.unread or added.unreadable or added.unread_evidence:
        count = sum(added.unread.values()) + len(added.unreadable)
        lines.append(
            say(N_("Not read: {count} stretches. They are listed in every answer, never taken for clean."), count=count)
        )
        lines += [f"  {count} × {_reason(session, reason)}" for reason, count in added.unread.most_common(_ROWS)]
        rows = [*added.unreadable, *added.unread_evidence]
        lines += [
            say(N_("  {path}: {reason}"), path=path, reason=_reason(session, reason)) for path, reason in rows[:_ROWS]
        ]
        lines += _more(session, len(rows))
    lines += [
        say(
            N_("  stated: {about}: {value} ({count} pieces of evidence)"),
            about=_reason(session, about),
            value=_reason(session, value),
            count=count,
        )
        for (about, value), count in added.statements.most_common(_ROWS)
    ]
    lines.append(say(N_("New sightings of known indicators: {count}."), count=new_sightings))
    return "\n".join(lines)


def hunted_text(session: Session, hunted: Hunted) -> str:
    """What a hunt came to: what was seen first, then how much was not, then what cannot be told."""
    say = session.say
    seen = hunted.sightings
    lines = [
        say(N_("{count} indicators hunted; {seen} sightings."), count=len(hunted.indicators), seen=len(seen)),
        *(_sighting_line(session, one) for one in sorted(seen, key=lambda one: -one.count)[:_ROWS]),
        *_more(session, len(seen)),
    ]
    for answer in Answer:
        lines += _totals_of(session, answer, [one for one in hunted.totals if one.answer is answer])
    return "\n".join([*lines, _zone(session)])


def refused_text(session: Session, refused: Sequence[RefusedRow]) -> str:
    """The rows of indicator files that were not taken."""
    head = session.say(N_("{count} rows were not taken as indicators, or not wholly:"), count=len(refused))
    rows = [
        session.say(
            N_("  {origin}: {reason}: {text}"),
            origin=_reason(session, row.origin),
            reason=_reason(session, row.reason),
            text=clean(row.text, 80),
        )
        for row in refused[:_ROWS]
    ]
    return "\n".join([head, *rows, *_more(session, len(refused))])


def shown_text(session: Session, found: Shown) -> str:
    """A sighting with its records and their raw source, or the beginning of a piece of evidence."""
    lines = []
    if found.sighting:
        lines.append(_sighting_line(session, found.sighting))
        lines.append("  " + _reason(session, found.sighting.match.clause))
    if found.evidence:
        lines += [*_evidence_lines(session, found.evidence), "", *_indented(found.beginning)]
    for record in found.records:
        place = record.place
        lines += ["", *_evidence_lines(session, record.evidence)]
        where = N_("  line {line}, offset {offset}, {length} bytes") if place.line else _NO_LINE
        lines.append(session.say(where, line=place.line, offset=place.offset, length=place.length))
        if not record.is_text:
            lines += [
                f"    {session.words.gettext(word_of_field(name))}: {_value(session, value)}"
                for name, value in record.columns.items()
            ]
        lines += _indented(record.source)
    return "\n".join(lines)


def prevalence_text(session: Session, found: Prevalence) -> str:
    """How common a value is."""
    say = session.say
    types = {one.match.value: one.match.type for one in found.hunted.sightings}
    value = shown(next(iter(types.values()), found.hunted.indicators[0].type), found.text)
    if not found.count:
        lines = [
            say(N_("{value}: no record holds it ({mentions} mere mentions)."), value=value, mentions=found.mentions)
        ]
        return "\n".join(
            [
                *lines,
                *(_area_line(session, found.hunted, one) for one in best_of_each_area(found.hunted.totals)),
                _zone(session),
            ]
        )
    lines = [
        say(
            N_("{value}: {count} records, {first} to {last}; {hosts} hosts, {users} users; {mentions} mere mentions."),
            value=value,
            count=found.count,
            first=_time(session, found.first),
            last=_time(session, found.last),
            hosts=len(found.hosts),
            users=len(found.users),
            mentions=found.mentions,
        )
    ]
    values = {shown(types[one], one): count for one, count in found.values.items()}
    for head, counts in ((N_("Values"), values), (N_("Hosts"), found.hosts), (N_("Users"), found.users)):
        lines += _counted(session, head, counts)
    lines += _counted(
        session, N_("Days (UTC)"), {day.isoformat(): n for day, n in sorted(found.days.items())}, in_order=True
    )
    if found.undated:
        lines.append(say(N_("Without a time: {count}"), count=found.undated))
    return "\n".join([*lines, _zone(session)])


def timeline_text(session: Session, found: Timeline) -> str:
    """What a machine or person did."""
    say = session.say
    names = ", ".join(visible(name) for name in found.names)
    if not found.moments:
        nothing = (
            N_("{value}: no record of that time tells of it.")
            if found.is_part
            else N_("{value}: no record tells of it.")
        )
        areas = (_area_line(session, found.hunted, one) for one in best_of_each_area(found.hunted.totals))
        return "\n".join([say(nothing, value=names), *areas, _zone(session)])
    lines = [say(N_("{value}: {count} records"), value=names, count=len(found.moments))]
    for one in found.moments:
        what = " ".join(visible(text)[:_TOLD] for text in one.told.values())
        place = f"e-{one.evidence}" + (f":{one.place.line}" if one.place.line else "")
        kind = session.words.gettext(word_of_kind(one.kind))
        lines.append(f"  {_time(session, one.time)}  {kind}  {what}  [{one.dataset} {place}]")
    if found.is_cut:
        lines.append(say(N_("There are more: --since, --until or --limit show others.")))
    return "\n".join([*lines, _zone(session)])


def _area_line(session: Session, hunted: Hunted, one: Total) -> str:
    covered = hunted.coverage[one.area]
    why = session.words.reason("; ".join(one.reasons))
    answer = f"{SYMBOLS[one.answer]} {session.words.gettext(word(one.answer))}"
    searched = session.say(N_("{count} records"), count=session.words.number(covered.records))
    span = session.words.span(covered.first, covered.last)
    area = session.words.gettext(word_of_area(one.area))
    grounds = session.words.gettext("; ").join(part for part in (searched, span, why) if part)
    return session.say(N_("  {area}: {answer} ({reasons})"), area=area, answer=answer, reasons=grounds)


def purged_text(session: Session, purged: Purged) -> str:
    """What a `purge` deleted, and what stays."""
    lines = [session.say(N_("Deleted {count} pieces of evidence."), count=purged.count)]
    stays = N_(
        "The indicators that were taken from the mail of case {number} stay, with what they name: sender, subject, "
        "addresses, names of files."
    )
    return "\n".join([*lines, *(session.say(stays, number=number) for number in purged.cases)])


def status_text(session: Session, found: Mapping[str, Any]) -> str:
    """What a workspace holds."""
    say = session.say
    lines = [
        say(
            N_("{organisation}: {cases} cases, {segments} segments, {size} MB; {behind} segments wait for a hunt."),
            organisation=found["organisation"],
            cases=found["cases"],
            segments=found["segments"],
            size=f"{found['bytes'] / 1e6:.1f}",
            behind=found["behind"],
        )
    ]
    lines += [
        say(
            N_("  {area}: {records} records from {sources} pieces of evidence, {first} to {last}; not read: {unread}"),
            area=session.words.gettext(word_of_area(one["area"])),
            records=one["records"],
            sources=one["sources"],
            first=_time(session, one["first"]),
            last=_time(session, one["last"]),
            unread=sum(one["unread"].values()),
        )
        for one in found["coverage"]
    ]
    lines += _unread_lines(session, found)
    if overruled := sum(one["count"] for one in found["overruled"]):
        lines.append(say(N_("Verdicts on mails that a person overruled: {count}."), count=overruled))
    return "\n".join([*lines, _zone(session)])


def _unread_lines(session: Session, found: Mapping[str, Any]) -> list[str]:
    if not found["unread"]:
        return []
    return [
        session.say(N_("Not read, whole or in part:")),
        *(
            session.say(
                N_("  {evidence}  {path}: {count} × {reason}"),
                evidence=one["evidence"],
                path=one["path"],
                count=one["count"],
                reason=_reason(session, one["reason"]),
            )
            for one in found["unread_evidence"][:_ROWS]
        ),
        *_more(session, found["unread"]),
    ]


def case_answer_text(session: Session, answer: CaseAnswer) -> str:
    """The answer of a case in a screenful, and where the whole of it stands."""
    width = shutil.get_terminal_size((100, 40)).columns
    text = case_text(answer.report, session.lang, width, sys.stdout.encoding or "ascii").plain
    written = [session.say(N_("The whole answer: {path}"), path=path) for path in answer.files.values()]
    return "\n".join([text.rstrip(), *written])


def triage_text(session: Session, judged: Judged) -> str:
    """The verdict on a mail, with every reason."""
    return "\n".join(triage_lines(judged.triage, session.words))


def cases_text(session: Session, cases: Iterable[Case]) -> str:
    """All cases, a line each."""
    return "\n".join(
        f"{one.number}  {_time(session, one.opened)}  {clean(one.title)}  ({clean(one.by)})" for one in cases
    )


def audit_text(session: Session, count: int, found: Sequence[Change]) -> str:
    """Lines of the audit log; `count` with those that are not shown."""
    lines = [
        f"{session.words.when(one.at, seconds=True)}  {clean(one.by, _BY)}  {one.action}  "
        + clean(" ".join([one.subject, json.dumps(one.detail, ensure_ascii=False)]).strip(), _DETAIL)
        for one in found
    ]
    return "\n".join([*lines, *_more(session, count - len(found), 0), _zone(session)])


def organisations_text(organisations: Iterable[Organisation]) -> str:
    """All organisations, a line each."""
    return "\n".join(clean(one.name) for one in organisations)


def profile_text(session: Session, profile: Profile) -> str:
    """How much a profile holds."""
    return session.say(
        N_("Profile: {domains} domains, {networks} networks, {partners} partners, {people} people, {hosts} hosts."),
        domains=len(profile.domains),
        networks=len(profile.networks),
        partners=len(profile.partners),
        people=len(profile.people),
        hosts=len(profile.hosts),
    )


def _sighting_line(session: Session, one: Any) -> str:
    return session.say(
        N_("  {id}  {value}  {count} × {kind}: {field}, {first} to {last}"),
        id=one.identity,
        value=shown(one.match.type, one.match.value),
        count=one.count,
        kind=session.words.gettext(word_of_kind(one.kind)),
        field=session.words.gettext(word_of_field(one.field)),
        first=_time(session, one.first),
        last=_time(session, one.last),
    )


def _totals_of(session: Session, answer: Answer, some: Sequence[Total]) -> list[str]:
    if not some:
        return []
    said = f"{SYMBOLS[answer]} {session.words.gettext(word(answer))}"
    lines = [session.say(N_("{answer}: {count}"), answer=said, count=sum(one.count for one in some))]
    for one in some:
        template = N_("  {area}: {count} ({reasons})") if one.reasons else N_("  {area}: {count}")
        area = session.words.gettext(word_of_area(one.area))
        reasons = session.words.reason("; ".join(one.reasons))
        lines.append(session.say(template, area=area, count=one.count, reasons=reasons))
    return lines


def _evidence_lines(session: Session, one: Evidence) -> list[str]:
    lines = [f"e-{one.id}  {clean(place)}" for place in one.places[:3]] or [f"e-{one.id}  {clean(one.name)}"]
    dataset = one.dataset or session.say(N_("not recognised"))
    return [*lines, f"  SHA-256 {one.sha256}, {dataset}"]


def _counted(session: Session, head: str, counts: Mapping[str, int], *, in_order: bool = False) -> list[str]:
    rows = list(counts.items()) if in_order else sorted(counts.items(), key=lambda row: -row[1])
    if not rows:
        return []
    lines = [
        session.say(N_("{head}:"), head=session.words.gettext(head)),
        *(f"  {count:>8}  {clean(value)}" for value, count in rows[:_ROWS]),
    ]
    return [*lines, *_more(session, len(rows))]


def _more(session: Session, count: int, shown_: int = _ROWS) -> list[str]:
    return [session.say(N_("  … and {count} more"), count=count - shown_)] if count > shown_ else []


def _indented(text: str) -> list[str]:
    return [f"    {visible(line, _RAW)}" for line in text.splitlines()]


def _zone(session: Session) -> str:
    return session.say(N_("Times are {zone}."), zone=session.words.zone_name(datetime.now(UTC)))


def _reason(session: Session, text: str) -> str:
    return clean(session.words.reason(text))


def _value(session: Session, value: object) -> str:
    return _time(session, value) if isinstance(value, datetime) else clean(str(value))


def _time(session: Session, time: datetime | None) -> str:
    return session.words.when(time) if time else "?"
