"""A question to all mail, as a tree: what `sekimori search` understands, the index answers and other systems are asked.

Texts are as the user wrote them; whoever compares folds them (`values.text`). A text is looked for as a substring of
a field's value. `*` stands for any characters within one value; its places are kept in `Contains.parts`.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

__all__ = ["And", "Between", "Contains", "Field", "HasEncrypted", "Not", "Or", "Query"]


class Field(StrEnum):
    """Where in a mail a text is looked for."""

    ANY = "any"  # all of the following but the mailbox and the hashes
    FROM = "from"  # address and display name of From, Sender, Return-Path, Reply-To
    TO = "to"  # To, Cc, Bcc, Delivered-To: addresses
    CC = "cc"
    NAME = "name"  # display names
    SUBJECT = "subject"
    BODY = "body"
    ATTACHMENT = "attachment"  # names of attachments, of members of archives too
    CONTENT = "content"  # texts inside attachments
    URL = "url"
    DOMAIN = "domain"  # of addresses, URLs, hops and body, this name or below it
    IP = "ip"
    HASH = "hash"  # of the message or an attachment, whole
    MESSAGE_ID = "message-id"
    MAILBOX = "mailbox"


@dataclass(frozen=True, slots=True)
class Contains:
    """The field holds the parts one after the other in one value; without `*` there is one part, never an empty one."""

    field: Field
    parts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Between:
    """The mail's time lies in this stretch: from `after` to before `before`, either may be open."""

    after: datetime | None = None
    before: datetime | None = None


@dataclass(frozen=True, slots=True)
class HasEncrypted:
    """The mail carries an attachment that needs a password."""


@dataclass(frozen=True, slots=True)
class And:
    """All hold."""

    parts: tuple["Query", ...]


@dataclass(frozen=True, slots=True)
class Or:
    """One holds at least."""

    parts: tuple["Query", ...]


@dataclass(frozen=True, slots=True)
class Not:
    """It does not hold."""

    part: "Query"


Query = Contains | Between | HasEncrypted | And | Or | Not
