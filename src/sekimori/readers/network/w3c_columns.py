"""Which field of an extended log file is which column."""

from collections.abc import Mapping
from urllib.parse import unquote_plus

from sekimori.readers.network.text_rows import Row, integer, rest, shown
from sekimori.readers.network.web_fields import agent, asker, client, host_and_port, url_of

__all__ = ["TIME_FIELDS", "row_of_fields"]

TIME_FIELDS = frozenset(
    {"time", "localtime", "gmttime", "timestamp", "x-timestamp-unix", "x-timestamp-unix-utc", "time-local"}
)
"""Names of fields that hold the time; each log has one of them."""

_PROXY_FIELDS = frozenset(
    {"r-ip", "r-host", "s-action", "sc-filter-result", "x-exception-id", "cs-categories", "s-supplier-name"}
    | {"s-supplier-ip", "s-hierarchy", "cs-auth-group", "s-object-source", "cs-category"}
)
_DATES = ("date", "date-local")
_CLOCKS = ("time", "time-local", "localtime", "gmttime", "timestamp", "x-timestamp-unix", "x-timestamp-unix-utc")
_CLIENTS = ("c-ip", "cs-ip", "x-client-ip", "c-host", "c-dns", "x-client-address")
_USERS = ("cs-username", "cs-user", "cs-userdn", "x-cs-username-or-ip")
_HOSTS = ("x-host-header", "cs-host", "cs(host)", "x-cs-http-host", "r-host", "r-dns", "s-host")
_WHOLE = ("cs-uri", "c-uri", "x-cs-uri", "sr-uri", "s-uri")
_PATHS = ("cs-uri-stem", "cs-uri-path", "c-uri-stem", "c-uri-path")
_QUERIES = ("cs-uri-query", "c-uri-query")
_AGENTS = ("cs(user-agent)", "c-agent", "x-cs-user-agent")
_REFERRERS = ("cs(referer)", "cs-referred", "cs(referrer)")
_TYPES = ("rs(content-type)", "cs-mime-type", "sc(content-type)", "sc-content-type", "rs-content-type")
_ACTIONS = ("x-edge-result-type", "s-action", "sc-filter-result", "action", "s-object-source")

Cells = Mapping[str, tuple[str, bool]]


class _Fields:
    """The fields of a line by name, noting which went into a column."""

    def __init__(self, cells: Cells) -> None:
        self._cells = cells
        self.taken: set[str] = set()

    def value(self, name: str) -> str | None:
        """What stands there; None for nothing."""
        return shown(self._cells[name][0]) if name in self._cells else None

    def take(self, *names: str) -> str | None:
        """The first of these fields in which something stands."""
        for name in names:
            if (value := self.value(name)) is not None:
                self.taken.add(name)
                return value
        return None

    def is_quoted(self, *names: str) -> bool:
        """Whether the first of these fields in which something stands was quoted."""
        return next((self._cells[name][1] for name in names if self.value(name) is not None), False)

    def message(self, **others: object) -> str | None:
        """All other fields, and what else is to be told."""
        return rest({name: cell for name, (cell, _) in self._cells.items()} | others, *self.taken)


def row_of_fields(cells: Cells) -> Row:
    """The columns of a line by the names of its fields; `date` and `time` as written, for the reader to join."""
    fields = _Fields(cells)
    is_proxy = not _PROXY_FIELDS.isdisjoint(cells)
    row: Row = {"date": fields.take(*_DATES), "time": fields.take(*_CLOCKS)}
    forwarded = (fields.value("x-forwarded-for") or fields.value("cs(x-forwarded-for)") or "").replace("+", " ")
    source, left = asker(client(fields.take(*_CLIENTS)), None if is_proxy else forwarded)
    row |= source
    row["source_port"] = integer(fields.take("c-port", "cs-port")) or row.get("source_port")
    row["source_user_name"] = _user(fields)
    row |= _contacted(fields, is_proxy=is_proxy)
    quoted = fields.is_quoted(*_AGENTS)
    row["user_agent_original"] = agent(fields.take(*_AGENTS), quoted=quoted)
    row["http_request_referrer"] = fields.take(*_REFERRERS)
    row["http_response_status_code"] = integer(fields.take("sc-status"))
    row["mime_type"] = _type(fields.take(*_TYPES))
    row["event_action"] = _action(fields)
    row["event_duration"] = _milliseconds(fields.take("time-taken"))
    row["source_bytes"] = integer(fields.take("cs-bytes"))
    row["destination_bytes"] = integer(fields.take("sc-bytes"))
    row["message"] = fields.message(peer=left if source and left != forwarded else None)
    return row


def _user(fields: _Fields) -> str | None:
    """ISA writes `anonymous` where nobody has logged on."""
    name = fields.take(*_USERS)
    return None if name and name.lower() == "anonymous" else name


def _contacted(fields: _Fields, *, is_proxy: bool) -> Row:
    """Where the request went. Of a proxy, `s-ip` and `s-port` are its own."""
    method = fields.take("cs-method", "s-operation")
    scheme = fields.take("cs-uri-scheme")
    host, host_port = host_and_port(fields.take(*_HOSTS))
    url_port = integer(fields.take("cs-uri-port")) or host_port
    port = url_port if is_proxy else integer(fields.take("s-port"))
    url = _url(fields, method, host, scheme or _web_protocol(fields), url_port)
    return {
        "http_request_method": method,
        "url_original": url,
        "destination_ip": fields.take("r-ip") if is_proxy else fields.take("s-ip"),
        "destination_port": integer(fields.take("r-port")) or port or url_port,
        "network_protocol": (fields.take("cs-protocol") or "").lower() or None,
    }


def _url(fields: _Fields, method: str | None, host: str | None, scheme: str | None, port: int | None) -> str | None:
    whole = fields.take(*_WHOLE)
    if whole and not whole.startswith("/"):
        return whole
    path, query = whole or fields.take(*_PATHS), fields.take(*_QUERIES)
    if method == "CONNECT" and host:
        return f"{host}:{port or 443}"
    if path is None and query is None and not host:
        return None
    target = path or "/"
    if query:
        target += query if query.startswith("?") else f"?{query}"
    return url_of(host, target, scheme=scheme, port=port if scheme or port not in {80, 443} else None)


def _web_protocol(fields: _Fields) -> str | None:
    found = (fields.value("cs-protocol") or "").lower()
    return found if found in {"http", "https"} else None


def _type(text: str | None) -> str | None:
    """The media type without its parameters."""
    return unquote_plus(text).partition(";")[0].strip() or None if text else None


def _action(fields: _Fields) -> str | None:
    """What the device did; a request that its policy refused is told by the policy's own word."""
    if fields.value("sc-filter-result") == "DENIED":
        return fields.take("sc-filter-result")
    return fields.take(*_ACTIONS)


def _milliseconds(text: str | None) -> int | None:
    """Most log milliseconds; with a fraction they are seconds, as the format has it."""
    whole, point, fraction = (text or "").partition(".")
    if not point:
        return integer(whole)
    seconds = integer(whole)
    return None if seconds is None or not fraction.isdecimal() else seconds * 1000 + int(fraction[:3].ljust(3, "0"))
