"""The host that handed the mail over is no mail server of an organisation."""

import re
from collections.abc import Iterator
from ipaddress import ip_address

from sekimori.model.triage import Bilingual, Facet
from sekimori.triage.facts import MailFacts, Where
from sekimori.triage.rule import Found, Rule, cut, points

__all__ = ["SendingHost"]

_LINE = re.compile(
    r"(?i)\d{1,3}[-.]\d{1,3}[-.]\d{1,3}[-.]\d{1,3}|dynamic|\bdyn\b|\bppp|\bpool\b|\bdhcp|\bv?dsl\b|\bvps\b"
)
_MACHINE = re.compile(r"(?i)^(?:localhost|user|admin|desktop|laptop|win|pc)\b|-pc$|^[a-z0-9-]+$")


class SendingHost(Rule):
    """A host without a name, with a machine's name, or of a dynamic line."""

    name = "sender.sending_host"
    title = Bilingual("メールサーバらしくない送信元", "The sending host is no mail server")
    why = Bilingual(
        "組織のメールは、名前のあるメールサーバから届く。逆引きできない、端末名を名乗る、回線の番号そのままの送信元は疑わしい。",
        "Organisations send from named mail servers; a host without a name, or named as a machine or line, is none.",
    )
    reference = "RFC 5321 4.1.1.1; RFC 1912 2.1"
    facet = Facet.SENDER
    weights = points(targeted=8, bulk=8, bec=5)

    def check(self, facts: MailFacts) -> Iterator[Found]:
        """The nearest host outside; authenticated and known senders do not count."""
        hop = next((one for one in facts.mail.hops if _is_outside(one.from_address)), None)
        if hop is None or facts.is_authenticated or facts.is_known:
            return
        nameless = not hop.from_seen or hop.from_seen.lower() == "unknown"
        greeting = _MACHINE.search(hop.from_name) if hop.from_name else None
        if _LINE.search(hop.from_seen) or (nameless and greeting):
            name = cut(f"{hop.from_name} ({hop.from_seen or 'unknown'} [{hop.from_address}])")
            where = Where("header Received", hop.place)
            yield self.found(where, ja=f"送信元: {name}", en=f"the sending host: {name}")


def _is_outside(text: str) -> bool:
    """Whether it is an address that is not of a private network."""
    try:
        return not (ip_address(text).is_loopback or ip_address(text).is_link_local or text.startswith(_PRIVATE))
    except ValueError:
        return False


_PRIVATE = ("10.", "192.168.", *(f"172.{number}." for number in range(16, 32)))
