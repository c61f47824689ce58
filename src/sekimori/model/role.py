"""In what way something holds an observable."""

from enum import StrEnum

__all__ = ["Role"]


class Role(StrEnum):
    """In what way a record holds an observable."""

    SENDER = "sender"
    RECIPIENT = "recipient"
    HOP = "hop"  # a relay in the Received lines
    CONTENT = "content"  # stands in a subject or body
    ATTACHMENT = "attachment"
    SOURCE = "source"  # who asked, connected or acted
    DESTINATION = "destination"  # what was asked for, connected to or acted on
    ANSWER = "answer"  # what a name was resolved to
    MENTION = "mention"  # merely mentioned: a referrer, a query string; no proof of contact
    TRACE = "trace"  # a file, key, process or service on a machine
