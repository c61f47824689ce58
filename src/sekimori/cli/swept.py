"""What a sweep answers, as text and as JSON."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sekimori.app.sweep import Sweep
from sekimori.cli.agreements import agreement
from sekimori.cli.session import Session
from sekimori.hunt.tally import MOST_PLACES, Swept
from sekimori.model.report import N_
from sekimori.render.fields import word_of_field, word_of_kind
from sekimori.render.safe import clean, shown
from sekimori.render.words import word
from sekimori.values import times

__all__ = ["sweep_json", "sweep_text"]

_ROWS = 20
_PLACES = 3
_WHO = 5


def sweep_text(session: Session, found: Sweep, *, mentions: bool) -> str:
    """What was seen, where, and by whom; what was merely mentioned; what could not be read."""
    say = session.say
    seen, mentioned = found.seen, found.mentions
    lines = [
        say(
            N_("{count} indicators swept over {files} files ({size} MB): {seen} seen, in {records} records."),
            count=found.indicators,
            files=sum(found.files.read.values()) + len(found.files.as_text),
            size=f"{found.files.bytes / 1e6:.1f}",
            seen=len({one.match.indicator for one in seen}),
            records=sum(one.count for one in seen),
        ),
        *_found_lines(session, seen),
    ]
    if mentioned:
        count = sum(one.count for one in mentioned)
        lines.append(say(N_("Merely mentioned, which is no proof of contact: {count} times."), count=count))
        lines += _found_lines(session, mentioned) if mentions else []
    lines += _limits(session, found)
    return "\n".join([*lines, say(N_("Times are {zone}."), zone=session.words.zone_name(datetime.now(UTC)))])


def _found_lines(session: Session, found: Sequence[Swept]) -> list[str]:
    lines = [line for one in found[:_ROWS] for line in _one(session, one)]
    return [*lines, *_more(session, len(found) - _ROWS)]


def _one(session: Session, one: Swept) -> list[str]:
    say, words = session.say, session.words
    lines = [
        say(
            N_("  {value}  {count} × {kind}: {field} ({role}), {first} to {last}"),
            value=shown(one.match.type, one.match.value),
            count=one.count,
            kind=words.gettext(word_of_kind(one.kind)),
            field=words.gettext(word_of_field(one.field)),
            role=words.gettext(word(one.role)),
            first=words.when(one.first) if one.first else "?",
            last=words.when(one.last) if one.last else "?",
        ),
        "    " + clean(words.reason(one.match.clause)),
    ]
    for head, counts in ((N_("Files"), one.files), (N_("Hosts"), one.hosts), (N_("Users"), one.users)):
        if counts:
            lines.append("    " + say(N_("{head}:"), head=words.gettext(head)) + " " + _top(session, counts))
    for place in one.places[:_PLACES]:
        at = f":{place.place.line}" if place.place.line else ""
        lines.append(f"    {clean(place.path)}{at}")
    return lines


def _top(session: Session, counts: Counter[str]) -> str:
    top = ", ".join(f"{clean(name)} ({count})" for name, count in counts.most_common(_WHO))
    rest = len(counts) - _WHO
    return top + (session.say(N_("  … and {count} more"), count=rest) if rest > 0 else "")


def _limits(session: Session, found: Sweep) -> list[str]:
    say, files = session.say, found.files
    lines = []
    if files.as_text:
        head = N_(
            "Of unknown format, searched as text; in what way something stands there cannot be told: {count} files."
        )
        lines.append(say(head, count=len(files.as_text)))
        lines += [f"  {clean(path)}" for path in files.as_text[:_ROWS]]
        lines += _more(session, len(files.as_text) - _ROWS)
    if files.unread:
        count = sum(files.unread.values())
        lines.append(say(N_("Not read: {count} stretches, which may hold what was sought."), count=count))
        lines += [
            f"  {count} × {clean(session.words.reason(reason))}" for reason, count in files.unread.most_common(_ROWS)
        ]
        for one in files.places[:_ROWS]:
            at = f":{one.place.line}" if one.place.line else f" @{one.place.offset}"
            lines.append(f"  {clean(one.path)}{at}")
        lines += _more(session, count - _ROWS)
    return lines


def _more(session: Session, count: int) -> list[str]:
    return [session.say(N_("  … and {count} more"), count=count)] if count > 0 else []


def sweep_json(found: Sweep, *, mentions: bool) -> dict[str, Any]:
    """Everything, with every place up to a stated number for each value, field and file."""
    files = found.files
    shown_ = [*found.seen, *(found.mentions if mentions else ())]
    return {
        "indicators": found.indicators,
        "refused": [{"origin": row.origin, "text": row.text, "reason": row.reason} for row in found.refused],
        "count": sum(one.count for one in found.seen),
        "mentions": sum(one.count for one in found.mentions),
        "most_places": MOST_PLACES,
        "found": [_found(one) for one in shown_],
        "patterns": {
            identity: {
                "pattern": one.pattern,
                "description": one.description,
                "source": one.source,
                "origin": one.origin,
            }
            for identity, one in found.named.items()
        },
        "bytes": files.bytes,
        "datasets": dict(files.read),
        "as_text": files.as_text,
        "unread": dict(files.unread),
        "not_read": [
            {
                "path": one.path,
                "offset": one.place.offset,
                "length": one.place.length,
                "line": one.place.line,
                "reason": one.reason,
            }
            for one in files.places
        ],
        "statements": [
            {"about": about, "value": value, "files": count} for (about, value), count in files.statements.items()
        ],
    }


def _found(one: Swept) -> dict[str, Any]:
    return {
        **agreement(one),
        "files": dict(one.files),
        "hosts": dict(one.hosts.most_common(100)),
        "users": dict(one.users.most_common(100)),
        "places": [
            {
                "path": at.path,
                "line": at.place.line,
                "offset": at.place.offset,
                "length": at.place.length,
                "time": times.written(at.time) if at.time else None,
            }
            for at in one.places
        ],
        "places_left_out": one.count - len(one.places),
    }
