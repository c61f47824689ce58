"""What a report shows of a record's raw source: the stretch around what agreed, with … where something is left out.

Of a mail that is the header that holds it, as it stands there (RFC 5322, section 2.2), not the beginning, which only
the servers wrote.
"""

import re
from collections.abc import Sequence

__all__ = ["around", "of_header"]

LEFT_OUT = "…"

_CHARACTERS = 600
_FIELD_CHARACTERS = 300
_FIELDS = 3
_HEADER_END = re.compile(r"\r?\n\r?\n")
_NEXT_FIELD = re.compile(r"\r?\n(?![ \t])")

_SENDERS = ("from", "sender", "return-path", "reply-to")
_RECIPIENTS = ("to", "cc", "delivered-to", "x-original-to", "bcc")
_NAMES: dict[str, tuple[str, ...]] = {
    "email_message_id": ("message-id",),
    "email_from_address": ("from",),
    "email_from_name": ("from",),
    "email_more_from_address": ("from",),
    "email_more_from_name": ("from",),
    "email_sender_address": ("sender",),
    "email_return_path": ("return-path",),
    "email_reply_to_address": ("reply-to",),
    "email_sender_domain": _SENDERS,
    "email_to_address": ("to",),
    "email_cc_address": ("cc",),
    "email_delivered_to": ("delivered-to", "x-original-to", "bcc"),
    "email_recipient_domain": _RECIPIENTS,
    "email_subject": ("subject",),
    "email_x_mailer": ("x-mailer", "user-agent"),
    "email_hop_address": ("received",),
    "email_hop_domain": ("received",),
}
"""The headers that a field of a mail's record comes from."""

_IDENTIFYING = ("from", "to", "date", "subject")
"""The headers that tell which mail it is, for what agreed in its body."""


def around(text: str, value: str, limit: int = _CHARACTERS) -> str:
    """A text, or the stretch of it around a value; its beginning where the value does not stand there as it is."""
    if len(text) <= limit:
        return text
    at = max(text.lower().find(value.lower()), 0)
    begin = min(max(0, at - max(0, limit - len(value)) // 2), len(text) - limit)
    end = begin + limit
    return f"{LEFT_OUT if begin else ''}{text[begin:end]}{LEFT_OUT if end < len(text) else ''}"


def of_header(text: str, field: str, value: str) -> str:
    """The headers of a mail that a field of its record comes from: those with the value where it stands there as it is.

    `text` is the mail from its beginning. For what comes from the body, the headers that tell which mail it is.
    """
    fields = _NEXT_FIELD.split(_HEADER_END.split(text, maxsplit=1)[0])
    names = [one.partition(":")[0].strip().lower() for one in fields]
    chosen = _chosen(fields, names, field, value)
    lines: list[str] = []
    before = -1
    for index in chosen:
        lines += [LEFT_OUT] if index != before + 1 else []
        lines.append(around(fields[index], value, _FIELD_CHARACTERS))
        before = index
    return "\n".join([*lines, LEFT_OUT])  # the body at least is left out


def _chosen(fields: Sequence[str], names: Sequence[str], field: str, value: str) -> list[int]:
    """Which of a mail's headers are shown, in their order."""
    wanted = _NAMES.get(field, ())
    own = [index for index, name in enumerate(names) if name in wanted]
    if exact := [index for index in own if value.lower() in fields[index].lower()]:
        return exact[:_FIELDS]
    if own:  # encoded, or written otherwise
        return own[:_FIELDS]
    return [index for index, name in enumerate(names) if name in _IDENTIFYING][: len(_IDENTIFYING)]
