"""What `search` answers, as text in the language asked for and as JSON. All text of mails is made harmless."""

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sekimori.app.searching import Answer, Every, Hit
from sekimori.cli.session import Session
from sekimori.model.query import Query
from sekimori.render.question_words import FIELDS
from sekimori.render.safe import clean, shown, unfolded
from sekimori.search.agreeing import Excerpt
from sekimori.search.printing import printed
from sekimori.store.mail_search import Unsearched
from sekimori.values import times
from sekimori.values.types import ObservableType
from sekimori.values.wording import N_

if TYPE_CHECKING:
    from sekimori.app.deliveries import Delivery
    from sekimori.app.recalling import Recall
    from sekimori.search.translation import Translated
    from sekimori.store.logged_mail import Told

__all__ = [
    "answer_json",
    "answer_text",
    "count_text",
    "export_json",
    "export_text",
    "mailboxes_json",
    "mailboxes_text",
    "recall_json",
    "recall_text",
    "translated_json",
    "translated_text",
]

_LISTED = 5
"""How many unsearched parts are named; JSON has them all."""

_NAMES = 6
"""How many mailboxes or recipients are named with one mail."""


def answer_text(session: Session, answer: Answer, skip: int) -> str:
    """A page of hits, newest first."""
    if answer.total is not None:
        head = session.say(N_("{count} mails agree."), count=answer.total)
    elif answer.more:
        head = session.say(N_("More than {count} mails agree; the newest are shown."), count=skip + len(answer.hits))
    else:
        head = session.say(N_("No further mails agree."))
    lines = [head, *(line for hit in answer.hits for line in _hit(session, hit))]
    lines += _logged(session, answer)
    return "\n".join([*lines, *_unsearched(session, answer.unsearched)])


def count_text(session: Session, answer: Answer) -> str:
    """How many hits there are."""
    lines = [session.say(N_("{count} mails agree."), count=answer.total), *_logged(session, answer)]
    return "\n".join([*lines, *_unsearched(session, answer.unsearched)])


def mailboxes_text(session: Session, found: "Sequence[Delivery]", every: Every) -> str:
    """The deliveries, by mailbox."""
    messages = {one.message for one in found}
    mailboxes = {one.mailbox for one in found if one.mailbox}
    head = N_("{messages} messages, delivered {count} times to {mailboxes} mailboxes.")
    if found and not mailboxes:
        head = N_("{messages} messages, delivered {count} times; no mailbox is known.")
    lines = [session.say(head, messages=len(messages), count=len(found), mailboxes=len(mailboxes))]
    for mailbox, each in groupby(found, key=lambda one: one.mailbox):
        lines.append(clean(mailbox) if mailbox else session.words.gettext(N_("(mailbox not known)")))
        lines += [_delivery(session, one) for one in each]
    return "\n".join([*lines, *_unsearched(session, every.unsearched)])


def export_text(session: Session, count: int, to: Path, every: Every) -> str:
    """What was exported."""
    lines = [session.say(N_("Wrote {count} mails to {path}."), count=count, path=to)]
    if every.logged:
        lines.append(
            session.say(N_("{count} more are known from logs alone, and not written."), count=len(every.logged))
        )
    return "\n".join([*lines, *_unsearched(session, every.unsearched)])


def recall_text(session: Session, done: "Recall", every: Every) -> str:
    """Who is to be told, and the files that were written."""
    head = N_("{count} deliveries; {recipients} recipients to be told:")
    lines = [session.say(head, count=len(done.deliveries), recipients=len(done.recipients))]
    lines += [f"  {clean(shown(ObservableType.MAIL_ADDRESS, one))}" for one in done.recipients]
    if done.unknown:
        lines.append(
            session.say(
                N_("Of {count} deliveries no recipient of one's own is known: see {path}."),
                count=done.unknown,
                path="quarantine.csv",
            )
        )
    if done.differing:
        apart = N_(
            "{count} more have the same Message-ID but another sender or subject, and are to be looked at: {path}."
        )
        lines.append(session.say(apart, count=len(done.differing), path="differing.csv"))
    lines += [session.say(N_("Written: {path}"), path=path) for path in done.files]
    return "\n".join([*lines, *_unsearched(session, every.unsearched)])


def translated_text(session: Session, found: "Translated") -> str:
    """The question for another system as it is to be pasted, and what is lost."""
    lines = [found.text, "", session.words.gettext(N_("What is not as here:"))]
    return "\n".join([*lines, *(f"  - {session.words.gettext(one)}" for one in found.lost)])


def answer_json(query: Query, answer: Answer) -> dict[str, Any]:
    """A page of hits, or their count."""
    return {
        "query": printed(query),
        "total": answer.total,
        "more": answer.more,
        "hits": [_hit_json(hit) for hit in answer.hits],
        "logged": {"count": answer.logged_total, "messages": [_told_json(one) for one in answer.logged]},
        "unsearched": _unsearched_json(answer.unsearched),
    }


def mailboxes_json(query: Query, found: "Sequence[Delivery]", every: Every) -> dict[str, Any]:
    """The deliveries, by mailbox."""
    return {
        "query": printed(query),
        "mailboxes": [
            {"mailbox": mailbox or None, "deliveries": [_delivery_json(one) for one in each]}
            for mailbox, each in groupby(found, key=lambda one: one.mailbox)
        ],
        "unsearched": _unsearched_json(every.unsearched),
    }


def export_json(query: Query, count: int, to: Path, every: Every) -> dict[str, Any]:
    """What was exported."""
    return {
        "query": printed(query),
        "exported": count,
        "to": str(to),
        "logged": {"count": len(every.logged)},
        "unsearched": _unsearched_json(every.unsearched),
    }


def recall_json(query: Query, done: "Recall", every: Every) -> dict[str, Any]:
    """Who is to be told, every delivery, and the files that were written."""
    return {
        "query": printed(query),
        "recipients": list(done.recipients),
        "unknown": done.unknown,
        "deliveries": [_delivery_json(one) for one in done.deliveries],
        "differing": [_delivery_json(one) for one in done.differing],
        "files": [str(path) for path in done.files],
        "unsearched": _unsearched_json(every.unsearched),
    }


def translated_json(found: "Translated") -> dict[str, Any]:
    """The question for another system."""
    return {"text": found.text, "lost": list(found.lost)}


def _hit(session: Session, hit: Hit) -> list[str]:
    words = session.words
    subject = unfolded(hit.subject) or words.gettext("(no subject)")
    lines = [f"{words.when(hit.time)}  {_sender(hit.name, hit.sender)}  e-{hit.evidence}", f"  {subject}"]
    if hit.mailboxes:
        lines.append(session.say(N_("  in: {names}"), names=words.listed(map(clean, hit.mailboxes), _NAMES)))
    if hit.agreed.excerpt is not None:
        lines.append("  " + _excerpt(hit.agreed.excerpt))
    if hit.agreed.fields:
        names = words.gettext(", ").join(words.gettext(FIELDS[field]) for field in hit.agreed.fields)
        lines.append(session.say(N_("  agreed: {names}"), names=names))
    return lines


def _logged(session: Session, answer: Answer) -> list[str]:
    """The messages that are known from logs alone."""
    if not answer.logged_total:
        return []
    head = N_("Known from logs alone, without a body: {count} messages.")
    lines = [session.say(head, count=answer.logged_total)]
    for one in answer.logged:
        subject = unfolded(one.subject) or session.words.gettext("(no subject)")
        lines += [f"{session.words.when(one.time)}  {_sender('', one.sender)}  e-{one.evidence}", f"  {subject}"]
        addresses = (clean(shown(ObservableType.MAIL_ADDRESS, address)) for address in one.recipients)
        lines.append(session.say(N_("  to: {names}"), names=session.words.listed(addresses, _NAMES)))
        lines.append(session.say(N_("  told by: {name}, line {line}"), name=clean(one.name), line=one.line))
    return lines


def _excerpt(excerpt: Excerpt) -> str:
    """The excerpt on one line, each hit in 【 】."""
    pieces, at = ["…" if excerpt.cut_before else ""], 0
    for first, end in excerpt.hits:
        pieces += [_piece(excerpt.text[at:first]), "【", _piece(excerpt.text[first:end]), "】"]
        at = end
    return "".join([*pieces, _piece(excerpt.text[at:]), "…" if excerpt.cut_after else ""])


def _piece(text: str) -> str:
    """A piece of an excerpt, cleaned; its line breaks and runs of blanks are one blank."""
    joined = " ".join(text.split())
    before = " " if text[:1].isspace() and joined else ""
    return clean(before + joined + (" " if text[-1:].isspace() else ""))


def _sender(name: str, address: str) -> str:
    return clean(f"{name} <{shown(ObservableType.MAIL_ADDRESS, address)}>".strip())


def _delivery(session: Session, one: "Delivery") -> str:
    state = {True: N_("read"), False: N_("not read"), None: N_("read or not: not known")}[one.is_read]
    said = session.words.gettext(state)
    if one.is_deleted:
        said = session.say(N_("{state}, deleted"), state=said)
    if one.is_logged:
        known = N_("known from a log") if one.is_here else N_("known from a log, without a body")
        said = session.words.gettext(known)
    if one.differs:
        said = session.say(N_("{state}, another sender or subject than what was found"), state=said)
    parts = (session.words.when(one.time), said, _sender(one.name, one.sender))
    return f"  {'  '.join(parts)}  {unfolded(one.subject)}  e-{one.evidence}"


def _unsearched(session: Session, unsearched: Sequence[Unsearched]) -> list[str]:
    if not unsearched:
        return [session.words.gettext(N_("Nothing was left unsearched."))]
    lines = [session.say(N_("Not searched: {count} parts, which may hold what was asked for."), count=len(unsearched))]
    for one in unsearched[:_LISTED]:
        name = one.name or one.part
        reason = clean(session.words.reason(one.reason))
        lines.append(session.say(N_("  {path}: {reason}"), path=f"e-{one.evidence} {name}".strip(), reason=reason))
    if len(unsearched) > _LISTED:
        lines.append("  " + session.say(N_("… and {count} more"), count=len(unsearched) - _LISTED))
    return lines


def _hit_json(hit: Hit) -> dict[str, Any]:
    return {
        "evidence": hit.evidence,
        "sha256": hit.sha256,
        "time": _time(hit.time),
        "from": hit.sender,
        "name": hit.name,
        "to": list(hit.recipients),
        "cc": list(hit.copies),
        "subject": hit.subject,
        "message_id": hit.message_id,
        "attachments": list(hit.attachments),
        "mailboxes": list(hit.mailboxes),
        "fields": [field.value for field in hit.agreed.fields],
        "excerpt": _excerpt_json(hit.agreed.excerpt),
    }


def _told_json(one: "Told") -> dict[str, Any]:
    return {
        "evidence": one.evidence,
        "line": one.line,
        "log": one.name,
        "time": _time(one.time),
        "from": one.sender,
        "to": list(one.recipients),
        "subject": one.subject,
        "message_id": one.message_id,
    }


def _excerpt_json(excerpt: Excerpt | None) -> dict[str, Any] | None:
    if excerpt is None:
        return None
    return {
        "field": excerpt.field.value,
        "text": excerpt.text,
        "hits": [list(hit) for hit in excerpt.hits],
        "cut_before": excerpt.cut_before,
        "cut_after": excerpt.cut_after,
    }


def _delivery_json(one: "Delivery") -> dict[str, Any]:
    return {
        "mailbox": one.mailbox or None,
        "path": one.path,
        "evidence": one.evidence,
        "message_id": one.message_id,
        "time": _time(one.time),
        "from": one.sender,
        "name": one.name,
        "subject": one.subject,
        "recipients": list(one.recipients),
        "read": one.is_read,
        "deleted": one.is_deleted,
        "logged": one.is_logged,
        "body": one.is_here,
        "differs": one.differs,
    }


def _unsearched_json(unsearched: Sequence[Unsearched]) -> dict[str, Any]:
    return {
        "count": len(unsearched),
        "parts": [
            {"evidence": one.evidence, "part": one.part, "name": one.name, "reason": one.reason} for one in unsearched
        ],
    }


def _time(time: datetime | None) -> str | None:
    return times.written(time) if time else None
