"""The fields of Suricata's events, and the columns of `network` records that they go into.

Every function takes what it puts into columns out of the event, so that what is left is the message.
"""

from collections.abc import Callable, Iterable
from urllib.parse import urlsplit

from sekimori.readers.network.server_lines import plain_name
from sekimori.readers.network.text_rows import Row
from sekimori.values.address import is_address

__all__ = ["columns_of"]

_Fields = dict[str, object]
_LARGEST = 2**63 - 1
_SERVED = 1024
_ENDS = (("src_ip", "source_ip"), ("dest_ip", "destination_ip"))
_PORTS = (("src_port", "source_port"), ("dest_port", "destination_port"))
_TURNED_KINDS = {"alert", "dns", "fileinfo", "drop", "anomaly"}
_MOST_VALUES = 1_000


def columns_of(event: _Fields) -> Row:
    """The columns of an event; they are taken out of it, with what they are empty of left in."""
    row = _ends(event)
    row["network_transport"] = _lower(_text(event, "proto"))
    row["network_protocol"] = _lower(_text(event, "app_proto"))
    for name, columns in _PARTS.items():
        part = event.get(name)
        if isinstance(part, dict):
            row = _filled(row, columns(part))
            if not part:
                del event[name]
    if row.get("network_protocol") is None and (kind := _word(event, "event_type")) in _PROTOCOLS:
        row["network_protocol"] = kind
    return row


def _filled(row: Row, more: Row) -> Row:
    """The row, with what the other has where it has nothing, and both where it is a list."""
    added = {name: value for name, value in more.items() if value is not None}
    for name, value in added.items():
        known = row.get(name)
        if isinstance(known, list) and isinstance(value, list):
            row = {**row, name: list(dict.fromkeys([*known, *value]))}
        elif known is None:
            row = {**row, name: value}
    return row


def _ends(event: _Fields) -> Row:
    """Who asked, and who was asked."""
    row: Row = {column: _text(event, name) for name, column in _ENDS}
    row |= {column: _number(event, name) for name, column in _PORTS}
    if not _is_turned(event, row):
        return row
    return {
        "source_ip": row["destination_ip"],
        "destination_ip": row["source_ip"],
        "source_port": row["destination_port"],
        "destination_port": row["source_port"],
    }


def _is_turned(event: _Fields, row: Row) -> bool:
    if (direction := _word(event, "direction")) in {"to_client", "to_server"}:
        return direction == "to_client"
    source, destination = row["source_port"], row["destination_port"]
    if not isinstance(source, int) or not isinstance(destination, int):
        return False
    if _word(event, "event_type") not in _TURNED_KINDS:
        return False
    return 0 < source < _SERVED <= destination


def _dns(part: _Fields) -> Row:
    """A question, an answer with its records (version 2 and 3), or one record of an answer (version 1)."""
    row = _question(part)
    addresses: list[str] = []
    names: list[str] = []
    rdata = part.get("rdata")
    records = [{"rdata": rdata, "rrtype": row["dns_question_type"]}] if rdata is not None else []
    grouped = part.get("grouped")
    if isinstance(grouped, dict):
        records += [{"rdata": one, "rrtype": kind} for kind, values in grouped.items() for one in _list(values)]
    for record in [*records, *_list(part.get("answers"))]:
        if not isinstance(record, dict) or not isinstance(record.get("rdata"), str):
            continue
        data, kind = record["rdata"], _word(record, "rrtype")
        if kind in {"A", "AAAA"} and is_address(data):
            addresses.append(data)
        elif kind in {"CNAME", "NS", "PTR", "MX", "DNAME"} and data:
            names.append(plain_name(data.rpartition(" ")[2]))
    row["dns_resolved_ip"] = list(dict.fromkeys(addresses)) or None
    row["dns_resolved_name"] = list(dict.fromkeys(names)) or None
    return row | {"event_action": _text(part, "type"), "dns_response_code": _text(part, "rcode")}


def _question(part: _Fields) -> Row:
    """The name is in the part itself, or in the first of its queries; further queries stay in the message."""
    asked = part.get("queries") or part.get("query")
    if isinstance(asked, list) and asked and isinstance(asked[0], dict) and "rrname" not in part:
        inner = asked[0]
        name, kind = _text(inner, "rrname"), _text(inner, "rrtype")
    else:
        name, kind = _text(part, "rrname"), _text(part, "rrtype")
    return {"dns_question_name": plain_name(name) if name else None, "dns_question_type": kind}


def _http(part: _Fields) -> Row:
    host, path = _text(part, "hostname"), _text(part, "url")
    method, port = _text(part, "http_method"), _number(part, "http_port")
    return {
        "url_original": _url(host, path, method, port),
        "http_request_method": method,
        "http_response_status_code": _number(part, "status"),
        "http_request_referrer": _text(part, "http_refer"),
        "user_agent_original": _text(part, "http_user_agent"),
        "mime_type": _text(part, "http_content_type"),
        "destination_bytes": _number(part, "length"),
    }


def _url(host: str | None, path: str | None, method: str | None, port: int | None) -> str | None:
    """A request to a proxy names its URL whole, one to a server the path alone."""
    if path and (method == "CONNECT" or "://" in path[:12]):
        return path
    if not host:
        return path
    shown = f":{port}" if port not in {None, 80} and ":" not in host else ""
    return f"http://{host}{shown}{path or ''}"


def _tls(part: _Fields) -> Row:
    return {
        "url_domain": _text(part, "sni"),
        "tls_client_ja3": _inner(part, "ja3", "hash"),
        "tls_client_ja4": _text(part, "ja4"),
        "tls_server_subject": _text(part, "subject"),
        "tls_server_issuer": _text(part, "issuerdn"),
        "tls_server_hash": _hashes([_text(part, "fingerprint")]),
        "tls_server_name": [name.removeprefix("*.") for name in _texts(part, "subjectaltname")] or None,
    }


def _hashes(values: Iterable[str | None]) -> list[str] | None:
    return [value.replace(":", "").lower() for value in values if value] or None


def _quic(part: _Fields) -> Row:
    return {
        "url_domain": _text(part, "sni"),
        "user_agent_original": _text(part, "ua"),
        "tls_client_ja3": _inner(part, "ja3", "hash"),
        "tls_client_ja4": _text(part, "ja4"),
    }


def _file(part: _Fields) -> Row:
    """The name is that of the header or the path of the URL: its last part is the file's."""
    name = _text(part, "filename")
    last = (urlsplit(name).path if name.startswith("/") and "//" not in name else name) if name else ""
    return {
        "event_action": _text(part, "state"),
        "file_name": last.replace("\\", "/").rpartition("/")[2] or None,
        "hash_value": _hashes(_text(part, kind) for kind in ("md5", "sha1", "sha256")),
        "destination_bytes": _number(part, "size"),
        "mime_type": _text(part, "mimetype"),
    }


def _flow(part: _Fields) -> Row:
    age = _number(part, "age")
    return {
        "event_action": _text(part, "state"),
        "source_bytes": _number(part, "bytes_toserver"),
        "destination_bytes": _number(part, "bytes_toclient"),
        "event_duration": age * 1000 if age is not None and age < _LARGEST // 1000 else None,
    }


def _raised(part: _Fields) -> Row:
    return {"event_action": _text(part, "action")}


def _smtp(part: _Fields) -> Row:
    senders = [_text(part, "mail_from"), *_texts(part, "rcpt_to")]
    return {"source_domain": _text(part, "helo"), "email_address": _addresses(senders)}


def _email(part: _Fields) -> Row:
    people = [_text(part, "from"), *_texts(part, "to"), *_texts(part, "cc")]
    names = _texts(part, "attachment")
    if len(names) > 1:
        part["attachment"] = names[1:]
    return {"email_address": _addresses(people), "file_name": names[0] if names else None}


def _addresses(texts: Iterable[str | None]) -> list[str] | None:
    """Mail addresses, out of `Name <address>`."""
    bare = (text.rpartition("<")[2].rstrip("> ") for text in texts if text)
    return list(dict.fromkeys(one for one in bare if "@" in one)) or None


def _ssh(part: _Fields) -> Row:
    client = part.get("client")
    return {"user_agent_original": _text(client, "software_version") if isinstance(client, dict) else None}


def _dhcp(part: _Fields) -> Row:
    """The lease ties an address to a machine; packets themselves come from 0.0.0.0."""
    return {"event_action": _text(part, "dhcp_type"), "source_domain": _text(part, "hostname")}


def _user(name: str) -> Callable[[_Fields], Row]:
    return lambda part: {"source_user_name": _text(part, name)}


def _smb(part: _Fields) -> Row:
    name = _text(part, "filename") or ""
    return {
        "event_action": _text(part, "command"),
        "source_user_name": _inner(part, "ntlmssp", "user"),
        "source_domain": _inner(part, "ntlmssp", "host"),
        "file_name": name.replace("\\", "/").rpartition("/")[2] or None,
    }


_PARTS: dict[str, Callable[[_Fields], Row]] = {
    "alert": _raised,
    "dns": _dns,
    "http": _http,
    "tls": _tls,
    "quic": _quic,
    "fileinfo": _file,
    "smtp": _smtp,
    "email": _email,
    "ssh": _ssh,
    "smb": _smb,
    "krb5": _user("cname"),
    "rdp": _user("cookie"),
    "ftp": lambda part: {"event_action": _text(part, "command")},
    "dhcp": _dhcp,
    "flow": _flow,
    "netflow": lambda part: {"event_duration": _flow(part)["event_duration"]},
}
_PROTOCOLS = {"dns", "http", "tls", "quic", "smtp", "ssh", "smb", "krb5", "rdp", "ftp", "dhcp"}


def _text(part: _Fields, name: str) -> str | None:
    """The text of a field, taken out; what is no text stays."""
    if not isinstance(part.get(name), str):
        return None
    return str(part.pop(name)).strip() or None


def _word(part: _Fields, name: str) -> str:
    """The text of a field, left where it is; empty for what is no text."""
    value = part.get(name)
    return value if isinstance(value, str) else ""


def _number(part: _Fields, name: str) -> int | None:
    value = part.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= _LARGEST:
        return None
    del part[name]
    return value


def _texts(part: _Fields, name: str) -> list[str]:
    """The texts of a list, or the one text; taken out where all are such."""
    values = _list(part.get(name)) or [part.get(name)]
    if not all(isinstance(value, str) for value in values):
        return []
    del part[name]
    return [str(value) for value in values if value]


def _list(value: object) -> list[object]:
    return value[:_MOST_VALUES] if isinstance(value, list) else []


def _inner(part: _Fields, name: str, inner: str) -> str | None:
    value = part.get(name)
    return _text(value, inner) if isinstance(value, dict) else None


def _lower(text: str | None) -> str | None:
    return text.lower() if text else None
