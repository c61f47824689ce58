"""A disk image."""

from collections.abc import Iterator

from sekimori.model.triage import Bilingual, Facet
from sekimori.triage.facts import MailFacts
from sekimori.triage.rule import Found, Rule, cut, points

__all__ = ["DiskImage"]

from sekimori.triage.words import listed


class DiskImage(Rule):
    """ISO, IMG, VHD."""

    name = "file.disk_image"
    title = Bilingual("ディスクイメージの添付", "A disk image attached")
    why = Bilingual(
        "イメージの中のファイルには「インターネットから取得」の印が付かず、警告なしに開く。",
        "Files in an image lose the mark of the web, and open without a warning.",
    )
    reference = "MITRE ATT&CK T1553.005 (Mark-of-the-Web Bypass)"
    facet = Facet.FILE
    weights = points(targeted=25, bulk=20)

    def check(self, facts: MailFacts) -> Iterator[Found]:
        """By extension, or the marks of ISO 9660, UDF and VHD."""
        for file in facts.files:
            data = file.data or b""
            marked = data[0x8001:0x8006] == b"CD001" or data.startswith((b"vhdxfile", b"conectix"))
            if file.extension in listed("file_types", "disk") or marked:
                ja, en = f"「{cut(file.name)}」はディスクイメージ", f"“{cut(file.name)}” is a disk image"
                yield self.found(facts.file(file), ja=ja, en=en)
