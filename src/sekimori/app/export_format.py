"""What the mails that a search found can be written as."""

from enum import StrEnum

__all__ = ["Format"]


class Format(StrEnum):
    """Each mail as it came, all in one mailbox file, or a table of them."""

    EML = "eml"
    MBOX = "mbox"
    CSV = "csv"
