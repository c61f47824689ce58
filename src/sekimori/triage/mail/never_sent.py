"""Files that no business sends, whoever the sender is: programs, shortcuts, disk images, disguised names, exploits."""

from sekimori.triage.facts import MailFacts
from sekimori.triage.mail.disk_image import DiskImage
from sekimori.triage.mail.double_extension import DoubleExtension
from sekimori.triage.mail.executable import Executable
from sekimori.triage.mail.remote_template import RemoteTemplate
from sekimori.triage.mail.right_to_left import RightToLeft
from sekimori.triage.mail.rtf_exploit import RtfExploit
from sekimori.triage.mail.shortcut import Shortcut

__all__ = ["carries_never_sent"]

_RULES = (Executable, Shortcut, DiskImage, DoubleExtension, RightToLeft, RemoteTemplate, RtfExploit)


def carries_never_sent(facts: MailFacts) -> bool:
    """Whether the mail carries such a file. What clears a sender does not clear it."""
    return bool(facts.files) and any(rule().findings(facts) for rule in _RULES)
