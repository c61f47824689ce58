"""A link that stands only in a picture: a QR code."""

from collections.abc import Iterator, Mapping

from sekimori.extract import well_known
from sekimori.extract.well_known import Category
from sekimori.model.triage import Bilingual, Facet, Verdict
from sekimori.triage.facts import MailFacts, Where, registered
from sekimori.triage.rule import Found, Rule, cut, points
from sekimori.values import domain, url

__all__ = ["QrCode"]

_ANYBODYS = frozenset({Category.SHORTENER, Category.SHARING, Category.HOSTING, Category.DYNAMIC_DNS})


class QrCode(Rule):
    """A QR code that leads to the web."""

    name = "file.qr_code"
    title = Bilingual("画像の中のリンク(QR コード)", "A link in a picture (QR code)")
    why = Bilingual(
        "リンクの検査は文字しか見ない。QR コードは、検査も記録もない私物の携帯端末で開かせる。",
        "Checks of links look at text alone; a code is opened with a private telephone, past every check and log.",
    )
    reference = "MITRE ATT&CK T1566.002 (Spearphishing Link); ISO/IEC 18004"
    facet = Facet.FILE
    weights = points(targeted=12, bulk=15)

    def check(self, facts: MailFacts) -> Iterator[Found]:
        """Codes with a URL that no text has; most for a host that anybody rents, nothing for the sender's own."""
        written = {link.host for link in facts.written_links}
        found: list[tuple[int, Found]] = []
        for code in facts.contents.codes:
            for value in code.urls:
                host = url.host_of(value) or ""
                if host not in written:
                    ja, en, weights = self._kind(facts, host)
                    where = Where(code.where, code.part.place)
                    one = self.found(where, ja=f"{cut(value)}({ja})", en=f"{cut(value)} ({en})", weights=weights)
                    found.append((sum(weights.values()), one))
        yield from (one for _, one in sorted(found, key=lambda pair: -pair[0]))

    def _kind(self, facts: MailFacts, host: str) -> tuple[str, str, Mapping[Verdict, int]]:
        if registered(host) == facts.sender_party and host:
            return "差出人のドメイン", "the sender's domain", points()
        is_address = host[-1:].isdigit() or ":" in host
        if is_address or well_known.category(host) in _ANYBODYS or _is_tenant(host):
            return "だれでも使える場所", "a place that anybody can use", points(targeted=20, bulk=25)
        return "差出人と別のドメイン", "not the sender's domain", self.weights


def _is_tenant(host: str) -> bool:
    """Whether a host is a tenant's below a service of hosting or dynamic DNS."""
    above = domain.suffixes(host)[1:]
    return any(well_known.category(name) in {Category.HOSTING, Category.DYNAMIC_DNS} for name in above)
