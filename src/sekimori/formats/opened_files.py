"""Files that a password has opened, as one piece of evidence that tells all about itself.

Sekimori writes it when an attachment has been opened: a header that says which mail and part they come from, which
password opened them and where it stood, then the files as MIME parts (RFC 2045, RFC 2231 for the names). So opened
files are kept, read, hunted and shown like any other evidence, and opening them again gives the same bytes.

    Sekimori-Opened: 1
    Carrier: 3f8a…
    Carrier-Part: 2
    Password: =?utf-8?b?S2FpeW8xMjM0?=
    Content-Type: multipart/mixed; boundary="sekimori"
"""

import base64
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from hashlib import sha256
from urllib.parse import quote

from sekimori.formats.mail_attachment import Attached
from sekimori.formats.mail_structure import Mail
from sekimori.formats.unlocking import OpenedFile

__all__ = ["MARK", "OpenedFiles", "as_carried", "carrier_of", "write"]

MARK = b"Sekimori-Opened: 1\n"
"""How such evidence begins."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedFiles:
    """Where opened files come from.

    `carrier` is the SHA-256 of the mail, `part` the path of the attachment in it; `password_from` says in which mail
    (SHA-256) the password stood, empty where it was given by hand.
    """

    carrier: str
    part: str
    password: str
    message_id: str = ""
    sender: str = ""
    time: datetime | None = None
    password_from: str = ""
    files: Sequence[OpenedFile] = field(default=())


_FIELDS = {
    "carrier": "Carrier",
    "part": "Carrier-Part",
    "message_id": "Carrier-Message",
    "sender": "Carrier-Sender",
    "password": "Password",
    "password_from": "Password-Mail",
}
_TIME = "Carrier-Time"


def write(opened: OpenedFiles) -> bytes:
    """The evidence; the same for the same content."""
    boundary = f"sekimori-{sha256(b''.join(one.data for one in opened.files)).hexdigest()[:32]}"
    lines = [MARK.decode("ascii").rstrip("\n")]
    lines += [f"{name}: {_word(getattr(opened, key))}" for key, name in _FIELDS.items() if getattr(opened, key)]
    if opened.time is not None:
        lines.append(f"{_TIME}: {opened.time.astimezone(UTC).isoformat()}")
    lines += [f'Content-Type: multipart/mixed; boundary="{boundary}"', ""]
    for one in opened.files:
        name = quote(one.name.encode("utf-8", "replace"), safe="")
        lines += [f"--{boundary}", "Content-Type: application/octet-stream", "Content-Transfer-Encoding: base64"]
        lines += [f"Content-Disposition: attachment; filename*=utf-8''{name}", ""]
        lines.append(base64.encodebytes(one.data).decode("ascii"))
    lines += [f"--{boundary}--", ""]
    return "\n".join(lines).encode("ascii")


def _word(text: str) -> str:
    """An encoded word of RFC 2047, so that any password stands on one line as it is."""
    return f"=?utf-8?b?{base64.b64encode(text.encode('utf-8', 'replace')).decode('ascii')}?="


def carrier_of(mail: Mail) -> OpenedFiles:
    """What the header says, of evidence parsed as a mail; what is missing is empty."""
    told = {key: mail.text(name.lower()) for key, name in _FIELDS.items()}
    try:
        time = datetime.fromisoformat(mail.text(_TIME.lower()))
    except ValueError:
        time = None
    if time is not None and time.tzinfo is None:
        time = time.replace(tzinfo=UTC)
    return OpenedFiles(
        carrier=told["carrier"],
        part=told["part"],
        password=told["password"],
        message_id=told["message_id"],
        sender=told["sender"],
        password_from=told["password_from"],
        time=time,
    )


def as_carried(file: Attached, carrier: OpenedFiles) -> Attached:
    """The file with its path in the mail that carried it: the part, the name in the archive, the way inside that."""
    _, mark, below = file.path.partition("!")
    base = file.name.replace("\\", "/").rpartition("/")[2]
    top = f"{carrier.part}!{file.part.name}"
    return replace(file, path=f"{top}{mark}{below}", name=file.name if mark else base, mime_type="")
