"""What the text of a Cisco ASA's message says, as named fields."""

import re
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

from sekimori.readers.network.device_fields import address

__all__ = ["Connections", "fields_of"]

_REMEMBERED = 100_000
_END = r"[^\s(),;]{2,120}"
_BUILT = re.compile(
    rf"(?P<what>Built|Teardown)(?: (?P<way>inbound|outbound))? (?P<protocol>\S{{2,10}}) "
    rf"connection (?P<number>\d{{1,20}}) for (?P<a>{_END})(?: ?\((?P<mapped_a>{_END})\))?"
    rf"(?: ?\((?P<user_a>[^()]{{1,120}})\))? "
    rf"to (?P<b>{_END})(?: ?\((?P<mapped_b>{_END})\))?(?: ?\((?P<user_b>[^()]{{1,120}})\))?"
    r"(?: duration (?P<duration>[\d:]{5,12}) bytes (?P<bytes>\d{1,20})(?: (?P<reason>.{1,200}))?)?"
)
_ICMP = re.compile(
    rf"(?P<what>Built|Teardown)(?: (?P<way>inbound|outbound))? (?P<protocol>ICMP(?:v6)?) connection "
    rf"for faddr (?P<a>{_END})(?: ?\([^()]*\))? gaddr (?P<mapped>{_END})(?: ?\([^()]*\))? laddr (?P<b>{_END})"
)
_TRANSLATED = re.compile(
    rf"(?P<what>Built|Teardown) (?:dynamic|static) (?P<protocol>\w{{2,10}}) translation from (?P<source>{_END})"
    rf"(?: ?\([^()]*\))? to (?P<translated>{_END})"
)
_ACL = re.compile(
    r"access-list (?P<rule>\S{1,100}) (?P<action>[\w-]{2,20}) (?P<protocol>\S{1,10}) "
    r"(?P<source>[\w.-]+/[\da-fA-F.:]{2,45})\((?P<source_port>\d{1,5})\)(?: ?\([^()]*\))? ?-> ?"
    r"(?P<destination>[\w.-]+/[\da-fA-F.:]{2,45})\((?P<destination_port>\d{1,5})\)"
)
_URL = re.compile(
    rf"(?:(?P<user>[^\s@]{{1,100}})@)?(?P<source>{_END}) Accessed (?:JAVA )?URL (?P<destination>[^\s]{{2,45}}?):"
    r"(?P<url>(?:[a-z]{2,5}://|/).{0,4000})"
)
_URL_DENIED = re.compile(
    rf"Access denied URL (?P<url>\S{{1,4000}}) SRC (?P<source>{_END}) "
    rf"DEST (?P<destination>[\da-fA-F.:]{{2,45}}?)(?:[: ]|$)"
)
_FILTERED = re.compile(
    rf"Dynamic Filter (?P<action>\w{{2,20}}) (?P<list>\w{{2,20}}) (?P<protocol>\w{{2,10}}) traffic "
    rf"from (?P<source>{_END})(?: ?\([^()]*\))? to (?P<destination>{_END})(?: ?\([^()]*\))?, "
    r"(?P<bad>source|destination) \S+ resolved from "
    r"\w+ list: (?P<listed>[^\s,]{1,255})"
    r"(?:, threat-level: (?P<threat_level>[\w-]+), category: (?P<category>.{1,100}))?"
)
_VPN = re.compile(
    r"Group[ =]+<?(?P<group>[^,<>]{0,100}?)>?,? (?:User|Username)[ =]+<?(?P<user>[^,<>]{0,200}?)>?,? IP[ =]+<?"
    r"(?P<source>[\da-fA-F.:]{2,45})>?(?P<more>.{0,2000})"
)
_VPN_MORE = re.compile(r"Bytes xmt: (?P<received>\d{1,19}), Bytes rcv: (?P<sent>\d{1,19})")
_VPN_GIVEN = re.compile(r"IPv4 Address <(?P<assigned>[\d.]{7,15})>")
_FROM_TO = re.compile(
    rf"\bfrom (?:laddr )?(?P<source>{_END})(?: ?\([^()]*\))?(?: on interface \S+)? to (?P<destination>{_END})"
)
_FOR_TO = re.compile(rf"\bfor (?P<source>{_END})(?: ?\([^()]*\))? to (?P<destination>{_END})")
_SRC_DST = re.compile(rf"\bsrc(?: =)? ?(?P<source>{_END})(?: ?\([^()]*\))?,? dst(?: =| =)? ?(?P<destination>{_END})")
_SRC_DEST = re.compile(rf"\bsrc = (?P<source>{_END}), dest = (?P<destination>{_END})")
_LOCAL = re.compile(rf"(?P<action>Built|Teardown) local-host (?P<source>{_END})")
_PROTOCOL = re.compile(r"\b(tcp|udp|icmp)\b", re.IGNORECASE)
_REFUSED = re.compile(r"\b(den(?:y|ied)|dropped|drop|discard|blocked|permitted|refused|monitored)\b", re.IGNORECASE)
_FTD_FIELD = re.compile(r"(?:^|, )([A-Z][A-Za-z0-9_]{1,40}): ")
_CLOCK = re.compile(r"(\d{1,6}):(\d\d):(\d\d)")

Fields = dict[str, str]


@dataclass(slots=True)
class Connections:
    """Which way the connections were built that are still remembered, by their protocol and number."""

    ways: OrderedDict[tuple[str, str], str] = field(default_factory=OrderedDict)

    def way(self, protocol: str, number: str, told: str | None) -> str | None:
        """`inbound` or `outbound` as this line or the one that built the connection told."""
        key = (protocol, number)
        if told is None:
            return self.ways.pop(key, None)
        self.ways[key] = told
        if len(self.ways) > _REMEMBERED:
            self.ways.popitem(last=False)
        return told


def fields_of(code: str, text: str, connections: Connections) -> Fields | None:
    """What a message says, or None where it tells of no addresses in a known form."""
    if code.startswith("43000"):
        return _ftd(text)
    if found := _BUILT.match(text):
        return _connection(found, connections)
    if found := _ICMP.match(text):
        return _icmp(found)
    for form, fields in _FORMS:
        if found := form.search(text):
            return fields(_present(found), text)
    return None


def _present(found: re.Match[str]) -> Fields:
    return {name: value for name, value in found.groupdict().items() if value}


def _end(name: str, token: str) -> Fields:
    """The address, port and interface of `inside:192.0.2.15/443`, `inside/192.0.2.15` and the like."""
    if address(token):
        return {name: token}
    token = token.rstrip(":")
    ahead, _, behind = token.rpartition("/")
    if ahead and not address(behind):
        token, port = ahead, {f"{name}_port": behind}
    else:
        port = {}
    if address(token):
        return {name: token, **port}
    interface, host = re.fullmatch(r"(?:([\w.-]+)[:/])?(.*)", token, re.DOTALL).groups()  # type: ignore[union-attr]
    return {name: host, **port, **({f"{name}_interface": interface} if interface else {})}


def _ends(fields: Fields, text: str) -> Fields:
    ends = {**_end("source", fields.pop("source")), **_end("destination", fields.pop("destination"))}
    said: Fields = {"text": text}
    if found := _PROTOCOL.search(text):
        said["protocol"] = found.group(1)
    if found := _REFUSED.search(text):
        said["action"] = "denied" if found.group(1).lower() in {"deny", "denied"} else found.group(1).lower()
    return {**said, **ends, **fields}


def _connection(found: re.Match[str], connections: Connections) -> Fields:
    fields = _present(found)
    number = fields["number"]
    way = connections.way(fields["protocol"], number, fields.pop("way", None))
    first, second = fields.pop("a"), fields.pop("b")
    users = fields.pop("user_a", ""), fields.pop("user_b", "")
    mapped = fields.pop("mapped_a", ""), fields.pop("mapped_b", "")
    if way == "inbound" or (way is None and _asks(_end("source", first), _end("source", second))):
        asks, asked = first, second
    else:
        asks, asked, users, mapped = second, first, users[::-1], mapped[::-1]
    fields |= {"action": fields.pop("what").lower(), "connection": fields.pop("number"), "way": way or ""}
    fields |= {"user": users[0], "source_mapped": mapped[0], "destination_mapped": mapped[1]}
    return {**_lasted(fields), **_end("source", asks), **_end("destination", asked)}


def _asks(first: Fields, second: Fields) -> bool:
    """Whether the first end must be the asker: only the second has a server's port."""
    ports = [ends.get("source_port", "") for ends in (first, second)]
    low = [port.isascii() and port.isdigit() and len(port) < 6 and int(port) < 1024 for port in ports]
    return low == [False, True]


def _lasted(fields: Fields) -> Fields:
    if found := _CLOCK.fullmatch(fields.pop("duration", "")):
        hours, minutes, seconds = map(int, found.groups())
        fields["milliseconds"] = str(((hours * 60 + minutes) * 60 + seconds) * 1_000)
    return fields


def _icmp(found: re.Match[str]) -> Fields:
    fields = _present(found)
    foreign, local = _end("source", fields.pop("a")), fields.pop("b")
    if fields.get("way") != "inbound":
        foreign, other = _end("destination", found.group("a")), _end("source", local)
    else:
        other = _end("destination", local)
    ends = {name: value for name, value in {**foreign, **other}.items() if not name.endswith("_port")}
    return {"action": fields.pop("what").lower(), **fields, **ends}


def _translated(fields: Fields, text: str) -> Fields:
    del text
    return {**fields, "action": f"{fields.pop('what').lower()} translation", **_end("source", fields["source"])}


def _local(fields: Fields, text: str) -> Fields:
    del text
    return {**fields, "action": f"{fields['action'].lower()} local-host", **_end("source", fields["source"])}


def _filtered(fields: Fields, text: str) -> Fields:
    listed, bad = fields["listed"], fields["bad"]
    row = _ends(fields, text)
    is_name = address(listed.partition("/")[0]) is None
    return {**row, "domain": listed} if is_name and bad == "destination" else row


def _url_denied(fields: Fields, text: str) -> Fields:
    return {**_ends(fields, text), "action": "denied"}


def _url(fields: Fields, text: str) -> Fields:
    row = {**_ends(fields, text), "action": "accessed"}
    row.pop("text")
    row.pop("protocol", None)
    if row["url"].startswith("/"):  # the host is known by its address alone
        host = row["destination"]
        row["url"] = f"http://[{host}]{row['url']}" if ":" in host else f"http://{host}{row['url']}"
    return row


def _vpn(fields: Fields, text: str) -> Fields:
    more = fields.pop("more", "")
    for form in (_VPN_MORE, _VPN_GIVEN):
        if found := form.search(more):
            fields |= _present(found)
    return {**fields, "text": text, "action": "disconnected" if "disconnected" in text else "vpn"}


def _ftd(text: str) -> Fields | None:
    """`Name: value, Name: value`: a comma within a value is one that no name follows."""
    found = list(_FTD_FIELD.finditer(text))
    ends = [*(name.start() for name in found[1:]), len(text)]
    fields = {name.group(1): text[name.end() : end] for name, end in zip(found, ends, strict=False)}
    return fields or None


_FORMS: tuple[tuple[re.Pattern[str], Callable[[Fields, str], Fields]], ...] = (
    (_ACL, _ends),
    (_URL, _url),
    (_URL_DENIED, _url_denied),
    (_FILTERED, _filtered),
    (_TRANSLATED, _translated),
    (_VPN, _vpn),
    (_LOCAL, _local),
    (_SRC_DEST, _ends),
    (_SRC_DST, _ends),
    (_FROM_TO, _ends),
    (_FOR_TO, _ends),
)
