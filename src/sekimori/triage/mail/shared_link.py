"""A link to a file-sharing service, a shortener or a bare address."""

from collections.abc import Iterator

from sekimori.model.triage import Bilingual, Facet
from sekimori.triage.facts import MailFacts
from sekimori.triage.rule import Found, Rule, points

__all__ = ["SharedLink"]

from sekimori.extract import well_known
from sekimori.extract.well_known import Category

_KINDS = {
    Category.SHARING: ("ファイル共有サービス", "a file-sharing service", points(targeted=15, bulk=5)),
    Category.SHORTENER: ("短縮 URL", "a URL shortener", points(targeted=10, bulk=10)),
    Category.DYNAMIC_DNS: ("ダイナミック DNS", "a dynamic DNS name", points(targeted=15, bulk=15)),
}


class SharedLink(Rule):
    """Links behind which anybody can put a file."""

    name = "file.shared_link"
    title = Bilingual(
        "ファイル共有・短縮 URL・IP アドレスへのリンク", "A link to shared storage, a shortener or an address"
    )
    why = Bilingual(
        "添付の検査を避けて、だれでも置ける場所からファイルを取らせる。",
        "It makes one fetch the file from where anybody can put one, past the checks of attachments.",
    )
    reference = "MITRE ATT&CK T1566.002 (Spearphishing Link)"
    facet = Facet.FILE
    weights = points(targeted=15, bulk=10)

    def check(self, facts: MailFacts) -> Iterator[Found]:
        """The host's category, or that it is an address."""
        for link in facts.links:
            if link.host[-1:].isdigit() or ":" in link.host:
                ja, en = f"IP アドレス {link.host} へのリンク", f"a link to the address {link.host}"
                yield self.found(facts.part(link.part), ja=ja, en=en, weights=points(targeted=10, bulk=15))
                return
            kind = _KINDS.get(well_known.category(link.host))  # type: ignore[arg-type]
            if kind:
                ja, en, weights = kind
                yield self.found(
                    facts.part(link.part), ja=f"{ja} {link.host}", en=f"{en}: {link.host}", weights=weights
                )
                return
