"""Real data files of Outlook: every message comes out, attached ones too, and nothing is lost without a word."""

from pathlib import Path

from sekimori.formats.mail import parse
from sekimori.formats.pst import messages


def test_every_data_file(real_data: Path) -> None:
    mails = attached = 0
    for path in sorted((real_data / "mail/outlook").glob("*.pst")):
        for name, data in messages(path, seconds=120):
            assert name.endswith((":2,", ":2,S")), (path.name, name, data[:200])
            mail = parse(data)
            mails += 1
            attached += sum(part.mail is not None and len(part.mail.fields) > 5 for part in mail.walk())

    assert (mails, attached) == (58, 9)
