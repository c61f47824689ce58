"""Every real sample is read without an exception, and every mail gives one row."""

from collections.abc import Iterator
from pathlib import Path

from sekimori.app.golden import MemorySource
from sekimori.extract.mail import extract
from sekimori.formats.mail import parse
from sekimori.model.organisation import Profile
from sekimori.readers.mail.eml import Eml
from sekimori.readers.mail.mbox import Mbox
from sekimori.readers.protocol import Member, ReadingContext, Records

PROFILE = Profile(domains=("example.jp",))
CONTEXT = ReadingContext()
OTHER_BYTES = 100_000
"""Files of other kinds are handed to the reader too, up to this size."""


def sources_of(path: Path) -> Iterator[MemorySource]:
    source = MemorySource(path.name, path.read_bytes())
    if Mbox().recognises(source.head):
        for item in Mbox().read(source, CONTEXT):
            assert isinstance(item, Member)
            yield MemorySource(item.name, item.stream.read())
    else:
        yield source


def test_every_file(real_data: Path) -> None:
    mails = 0
    for path in sorted((real_data / "mail").rglob("*")):
        for source in sources_of(path) if path.is_file() else ():
            is_mail = Eml().recognises(source.head)
            if not is_mail and source.size > OTHER_BYTES:
                continue
            mails += is_mail
            batches = [item for item in Eml().read(source, CONTEXT) if isinstance(item, Records)]

            assert [item.batch.num_rows for item in batches if item.kind.name == "message"] == [1], path

    assert mails > 3_000


def test_every_mail_is_extracted(real_data: Path) -> None:
    for area in ("japanese-bulk", "suites/mime4j", "suites/mimekit"):
        for path in sorted((real_data / "mail" / area).rglob("*")):
            data = path.read_bytes() if path.is_file() else b""
            for found in extract(parse(data), data, PROFILE):
                place = found.indicator.place
                assert place is not None
                assert place.offset + place.length <= len(data)
                assert found.indicator.origin
                assert found.reason
