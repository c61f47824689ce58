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


def sources_of(path: Path) -> Iterator[MemorySource]:
    source = MemorySource(path.name, path.read_bytes())
    if Mbox().recognises(source.head):
        for item in Mbox().read(source, CONTEXT):
            assert isinstance(item, Member)
            yield MemorySource(item.name, item.stream.read())
    else:
        yield source


def test_every_file(real_data: Path) -> None:
    mails = others = 0
    for path in sorted((real_data / "mail").rglob("*")):
        for source in sources_of(path) if path.is_file() else ():
            batches = [item for item in Eml().read(source, CONTEXT) if isinstance(item, Records)]
            messages = [item for item in batches if item.kind.name == "message"]
            mails += Eml().recognises(source.head)
            others += not Eml().recognises(source.head)

            assert [item.batch.num_rows for item in messages] == [1], path

    assert mails > 3_000
    assert others < 300


def test_every_mail_is_extracted(real_data: Path) -> None:
    for area in ("japanese-bulk", "phishing", "suites/mimekit"):
        for path in sorted((real_data / "mail" / area).rglob("*")):
            data = path.read_bytes() if path.is_file() else b""
            for found in extract(parse(data), data, PROFILE):
                place = found.indicator.place
                assert place is not None
                assert place.offset + place.length <= len(data)
                assert found.indicator.origin
                assert found.reason
