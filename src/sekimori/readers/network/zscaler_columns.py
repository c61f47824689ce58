"""Which field of Zscaler's feeds is which column, whatever a feed calls it."""

import re
from base64 import b64decode
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sekimori.readers.network.text_rows import Row, integer, rest, shown
from sekimori.readers.network.web_fields import agent, spelled_out, time_of
from sekimori.values import address

__all__ = ["FEEDS", "Feed", "Record", "feed_of", "named_fields", "row_of_record"]

Record = Mapping[str, str]
"""The fields of a line by their names in lower case."""

_TIMES = ("time", "datetime", "epochtime")
_USERS = ("login", "user")
_CLIENTS = ("cip", "cltip", "clientip", "cintip", "cltintip", "clientpublicip", "cltpubip")
_HOSTS = ("devicehostname", "devicename")
_NOTHING = frozenset({"None", "NA"})
_UNROUTED = frozenset({"0.0.0.0", "::"})  # noqa: S104 - what Zscaler writes where there is no address
_SCHEMES = {"HTTP": "http", "HTTPS": "https", "FTP": "ftp", "FTPOVERHTTP": "ftp"}
_SEPARATORS = re.compile(r"[,;|\s]+")
_OWN = frozenset(
    {
        "vendor",
        "eurl",
        "b64url",
        "cltip",
        "cltintip",
        "urlsupercat",
        "urlcat",
        "appclass",
        "riskscore",
        "dlpeng",
        "dlpengine",
        "ereferer",
        "urlclass",
    }
    | {"urlsupercategory", "refererurl", "clientpublicip", "pagerisk", "threatclass", "csip", "cdip", "ssip", "sdip"}
    | {"tsip", "nwsvc", "nwapp", "dns_req", "dns_reqtype", "dns_resp", "clt_sip", "srv_dip", "reqaction", "resaction"}
)
_FEWEST_OWN = 3
_FIRST = {"web": ("eurl", "url", "b64url"), "firewall": ("csip", "cdip"), "dns": ("dns_req",)}


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed without names: the fields in their order, and those that show whether a line is of it."""

    columns: tuple[str, ...]
    addresses: tuple[str, ...]
    actions: tuple[str, ...]

    def fits(self, cells: Sequence[str]) -> bool:
        """Whether there are as many cells as fields, with addresses, actions and a time where they should be."""
        if len(cells) != len(self.columns):
            return False
        record = dict(zip(self.columns, cells, strict=True))
        return (
            all(address.is_address(record[name]) for name in self.addresses)
            and all(record[name].upper().startswith(_ACTIONS) for name in self.actions)
            and time_of(cells[0], _zone("GMT")) is not None
        )


_ACTIONS = ("ALLOW", "BLOCK", "DROP", "REQ_", "RES_", "CAUTION")


def _feed(columns: str, addresses: str, actions: str) -> Feed:
    return Feed(tuple(columns.split()), tuple(addresses.split()), tuple(actions.split()))


FEEDS = {
    "web": _feed(
        "time login proto eurl action appname appclass reqsize respsize stime ctime urlclass urlsupercat urlcat "
        "malwarecat threatname riskscore dlpeng dlpdict location dept cip sip reqmethod respcode ua ereferer ruletype "
        "rulelabel contenttype unscannabletype deviceowner devicehostname",
        "cip sip",
        "action",
    ),
    "firewall": _feed(
        "datetime user department locationname cdport csport sdport ssport csip cdip ssip sdip tsip tunsport tuntype "
        "action dnat stateful aggregate nwsvc nwapp proto ipcat destcountry avgduration rulelabel inbytes outbytes "
        "duration durationms numsessions ipsrulelabel threatcat threatname deviceowner devicehostname",
        "csip cdip",
        "action",
    ),
    "dns": _feed(
        "datetime user department location reqaction resaction reqrulelabel resrulelabel dns_reqtype dns_req dns_resp "
        "srv_dport durationms clt_sip srv_dip category respipcategory deviceowner devicehostname",
        "clt_sip srv_dip",
        "reqaction",
    ),
}
"""The feeds by the last part of their records' dataset."""


def feed_of(record: Record) -> str | None:
    """Which feed a line is of by the fields that only this one has; None for a line of another device."""
    if not any(name in record for name in _TIMES) or len(_OWN.intersection(record)) < _FEWEST_OWN:
        return None
    return next((feed for feed, names in _FIRST.items() if any(name in record for name in names)), None)


def named_fields(cells: Sequence[str]) -> list[str] | None:
    """The fields, where the cells of a line are the names of one."""
    names = [cell.lower().strip("\ufeff") for cell in cells]
    return names if names and names[0] in _TIMES and feed_of(dict.fromkeys(names, "")) else None


class _Fields:
    """The fields of a line, noting which went into a column."""

    def __init__(self, record: Record) -> None:
        self._record = record
        self.taken: set[str] = set()

    def take(self, *names: str) -> str | None:
        """The first of these fields in which something stands."""
        for name in names:
            value = shown(self._record.get(name))
            if value is not None and value not in _NOTHING:
                self.taken.add(name)
                return value
        return None

    def value(self, name: str) -> str:
        """What stands there; empty where nothing does."""
        return self._record.get(name, "")

    def address(self, *names: str) -> str | None:
        """The first of these fields that holds an address."""
        for name in names:
            value = self.value(name).strip()
            if value not in _UNROUTED and address.is_address(value):
                self.taken.add(name)
                return value
        return None

    def decoded(self, name: str) -> str | None:
        """A field in Base64, as newer feeds write what clients sent; None, and not taken, where it is none."""
        try:
            text = b64decode(self.value(name), validate=True).decode("utf-8", "backslashreplace")
        except ValueError:
            return None
        if shown(text):
            self.taken.add(name)
        return shown(text)

    def client(self) -> str | None:
        """Who asked: of all addresses of the client the one inside the organisation, where one is logged."""
        found = [name for name in _CLIENTS if address.is_address(self.value(name).strip())]
        inside = [name for name in found if address.is_private(self.value(name).strip())]
        return self.address(*inside, *found)

    def number(self, *names: str) -> int | None:
        """The number in the first of these fields in which something stands."""
        return integer(self.take(*names))

    @property
    def message(self) -> str | None:
        """All other fields in which something stands."""
        return rest({name: value for name, value in self._record.items() if value not in _NOTHING}, *self.taken)


def row_of_record(feed: str, record: Record) -> Row | None:
    """The row of a line; None where its time cannot be read."""
    fields = _Fields(record)
    zone = _zone(fields.take("tz") or "GMT")
    times = (time_of(text, zone) for name in _TIMES if (text := fields.take(name)))
    time = next((found for found in times if found), None)
    if time is None:
        return None
    user = spelled_out(fields.take(*_USERS))
    row: Row = {
        "timestamp": time,
        "event_dataset": f"zscaler.{feed}",
        "source_user_name": None if user == "Unknown" else user,
        "source_domain": spelled_out(fields.take(*_HOSTS)),
        **_ROWS[feed](fields),
    }
    return {**row, "message": fields.message}


@lru_cache(maxsize=16)
def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("UTC")


def _web(fields: _Fields) -> Row:
    url = fields.take("eurl", "url") or fields.decoded("b64url")
    protocol = fields.take("proto", "protocol") or ""
    method = fields.take("reqmethod", "requestmethod")
    scheme = None if method == "CONNECT" else _SCHEMES.get(protocol.upper())
    if url and scheme and "://" not in url:
        url = f"{scheme}://{url}"
    user_agent = fields.take("ua", "useragent", "eua") or fields.decoded("b64ua")
    hashes = [found for name in ("bamd5", "md5", "sha256") if (found := fields.take(name))]
    return {
        "event_action": fields.take("action"),
        "source_ip": fields.client(),
        "source_port": fields.number("cltsourceport"),
        "destination_ip": fields.address("sip", "serverip"),
        "network_protocol": protocol.lower() or None,
        "http_request_method": method,
        "url_original": url,
        "url_domain": fields.take("ehost", "hostname", "host"),
        "http_response_status_code": fields.number("respcode", "status"),
        "http_request_referrer": fields.take("ereferer", "refererurl", "referer") or fields.decoded("b64referer"),
        "user_agent_original": agent(user_agent, quoted="%20" not in (user_agent or "")),
        "mime_type": fields.take("contenttype") if "/" in fields.value("contenttype") else None,
        "file_name": fields.take("filename", "upload_filename"),
        "hash_value": hashes or None,
        "event_duration": fields.number("ctime", "clienttranstime"),
        "source_bytes": fields.number("reqsize", "requestsize"),
        "destination_bytes": fields.number("respsize", "responsesize"),
    }


def _firewall(fields: _Fields) -> Row:
    destination = fields.address("cdip", "sdip")
    return {
        "event_action": fields.take("action"),
        "source_ip": fields.address("csip", "ssip"),
        "source_port": fields.number("csport"),
        "destination_ip": destination,
        "destination_port": fields.number("cdport", "sdport"),
        "network_transport": (fields.take("proto") or "").lower() or None,
        "network_protocol": (fields.take("nwapp", "nwsvc") or "").lower() or None,
        "url_domain": fields.take("cdfqdn", "sdfqdn", "dfqdn"),
        "event_duration": fields.number("durationms"),
        "source_bytes": fields.number("outbytes"),
        "destination_bytes": fields.number("inbytes"),
    }


def _dns(fields: _Fields) -> Row:
    asked, answered = fields.take("reqaction"), fields.take("resaction")
    answers = _SEPARATORS.split(fields.take("dns_resp") or "")
    addresses = [one for one in answers if address.is_address(one)]
    names = [one for one in answers if "." in one and one not in addresses]
    code = next((one for one in answers if one and "." not in one and one not in addresses), None)
    return {
        "event_action": asked if asked and "ALLOW" not in asked.upper() else answered or asked,
        "source_ip": fields.address("clt_sip"),
        "destination_ip": fields.address("srv_dip"),
        "destination_port": fields.number("srv_dport"),
        "network_protocol": "dns",
        "network_transport": (fields.take("protocol") or "").lower() or None,
        "dns_question_name": fields.take("dns_req"),
        "dns_question_type": (fields.take("dns_reqtype") or "").removesuffix(" record") or None,
        "dns_response_code": fields.take("error") or code,
        "dns_resolved_ip": addresses or None,
        "dns_resolved_name": names or None,
        "event_duration": fields.number("durationms"),
    }


_ROWS: dict[str, Callable[[_Fields], Row]] = {"web": _web, "firewall": _firewall, "dns": _dns}
