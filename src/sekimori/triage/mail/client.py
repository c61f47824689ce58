"""The mail was written with a tool or a client that does not suit its sender."""

import re
from collections.abc import Iterator

from sekimori.model.triage import Bilingual, Facet
from sekimori.triage.facts import MailFacts
from sekimori.triage.rule import Found, Rule, cut, points

__all__ = ["Client"]

_SCRIPT = re.compile(
    r"(?i)\b(?:phpmailer|sendemail|swaks|python|perl|mime::lite|nodemailer|cdo|mailkit|smtplib|indy)\b|\bphp\b"
)
_ELSEWHERE = re.compile(
    r"(?i)foxmail|coremail|qqmail|dreammail|netease|winwebmail|eyou|hanmail|daum|naver|mail\.ru|yandex|the bat"
)


class Client(Rule):
    """Script libraries, and clients of other countries' makers on Japanese mail."""

    name = "sender.client"
    title = Bilingual("差出人に合わない送信ソフト", "A client that does not suit the sender")
    why = Bilingual(
        "人が書く仕事のメールは、スクリプトや、日本で使われない海外のメールソフトからは普通届かない。ばらまき型にも多い。",
        "On business nobody writes with scripts or with clients that are rare in Japan. Bulk mail does so too.",
    )
    reference = "RFC 5322 3.6.8; MITRE ATT&CK T1566"
    facet = Facet.SENDER
    weights = points(targeted=8, bulk=8, bec=5)

    def check(self, facts: MailFacts) -> Iterator[Found]:
        """X-Mailer, User-Agent or PHP's own fields; senders who wrote so before, or are authenticated, do not count."""
        if facts.is_authenticated or facts.is_known or facts.mail.first("list-id"):
            return
        for name in ("x-mailer", "user-agent", "x-php-originating-script", "x-php-script"):
            text = facts.mail.text(name)
            if not text:
                continue
            script = name.startswith("x-php") or _SCRIPT.search(text)
            if script or (facts.is_japanese and _ELSEWHERE.search(text)):
                yield self.found(facts.header(name), ja=f"送信ソフト: {cut(text)}", en=f"the client: {cut(text)}")
                return
