"""Files that no business sends, whoever the sender is.

Programs, shortcuts, disk images, disguised names, exploits, OneNote, pages that make a file, pictures that run.
"""

from sekimori.triage.facts import MailFacts
from sekimori.triage.mail.disk_image import DiskImage
from sekimori.triage.mail.double_extension import DoubleExtension
from sekimori.triage.mail.executable import Executable
from sekimori.triage.mail.html_smuggling import runs_by_itself
from sekimori.triage.mail.onenote import OneNote
from sekimori.triage.mail.remote_template import RemoteTemplate
from sekimori.triage.mail.right_to_left import RightToLeft
from sekimori.triage.mail.rtf_exploit import RtfExploit
from sekimori.triage.mail.shortcut import Shortcut

__all__ = ["carries_never_sent"]

_RULES = (Executable, Shortcut, DiskImage, DoubleExtension, RightToLeft, RemoteTemplate, RtfExploit, OneNote)


def carries_never_sent(facts: MailFacts) -> bool:
    """Whether the mail carries such a file. What clears a sender does not clear it."""
    return bool(facts.files) and (any(rule().findings(facts) for rule in _RULES) or runs_by_itself(facts))
