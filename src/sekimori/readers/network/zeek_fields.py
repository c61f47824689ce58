"""Which field of which Zeek log goes into which column of `network` records.

Field names are those of docs.zeek.org/en/master/script-reference/log-files.html. What a log has beyond the fields
named here stays in `message`, as does every log that is not named at all, apart from the fields in `COMMON`.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

__all__ = ["COMMON", "Log", "is_known", "log_named", "path_of"]

COMMON: Mapping[str, str] = {
    "ts": "timestamp",
    "id.orig_h": "source_ip",
    "id.orig_p": "source_port",
    "id.resp_h": "destination_ip",
    "id.resp_p": "destination_port",
    "proto": "network_transport",
}
"""Fields that mean the same in every log."""

_HELLO: Mapping[str, str] = {"server_name": "url_domain", "ja3": "tls_client_ja3", "ja4": "tls_client_ja4"}
"""The fingerprints are there with the packages `ja3` and `ja4`."""
_CERTIFICATE: Mapping[str, str] = {"subject": "tls_server_subject", "issuer": "tls_server_issuer"}
_HASHES: Mapping[str, str] = {"md5": "hash_value", "sha1": "hash_value", "sha256": "hash_value"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Log:
    """One log: field -> column, where the column says it all (`columns`) or the field also stays in the message.

    Several fields of one column: the first that is not empty, or all where the column is a list. `protocol` is what
    the log is about. `marks` are fields by which the log is known where a file does not name it.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    kept: Mapping[str, str] = field(default_factory=dict)
    protocol: str | None = None
    marks: frozenset[str] = frozenset()


def _log(columns: Mapping[str, str], protocol: str | None = None, marks: str = "", **kept: str) -> Log:
    return Log(columns=columns, protocol=protocol, marks=frozenset(marks.split()), kept=kept)


_LOGS: Mapping[str, Log] = {
    "conn": _log(
        {
            "service": "network_protocol",
            "duration": "event_duration",
            "orig_bytes": "source_bytes",
            "resp_bytes": "destination_bytes",
        },
        marks="conn_state",
    ),
    "dns": _log(
        {
            "query": "dns_question_name",
            "qtype_name": "dns_question_type",
            "rcode_name": "dns_response_code",
            "rtt": "event_duration",
        },
        "dns",
        "trans_id rejected",
    ),
    "http": _log(
        {
            "method": "http_request_method",
            "referrer": "http_request_referrer",
            "user_agent": "user_agent_original",
            "username": "source_user_name",
            "status_code": "http_response_status_code",
            "request_body_len": "source_bytes",
            "response_body_len": "destination_bytes",
        },
        "http",
        "trans_depth request_body_len",
        resp_mime_types="mime_type",
        resp_filenames="file_name",
        orig_filenames="file_name",
    ),
    "ssl": _log({**_HELLO, **_CERTIFICATE, "cert_chain_fps": "tls_server_hash"}, "tls", "resumed established"),
    "quic": _log(_HELLO, "quic", "client_initial_dcid"),
    "files": _log(
        {"mime_type": "mime_type", "filename": "file_name", "seen_bytes": "destination_bytes", **_HASHES},
        None,
        "fuid seen_bytes",
        source="network_protocol",
    ),
    "x509": _log(
        {
            "fingerprint": "tls_server_hash",
            "certificate.subject": "tls_server_subject",
            "certificate.issuer": "tls_server_issuer",
        },
        "tls",
        "certificate.serial",
        **{"san.dns": "tls_server_name", "san.ip": "tls_server_name"},
    ),
    "smtp": _log({"helo": "source_domain", "user_agent": "user_agent_original"}, "smtp", "trans_depth helo"),
    "ftp": _log(
        {
            "user": "source_user_name",
            "command": "event_action",
            "mime_type": "mime_type",
            "file_size": "destination_bytes",
        },
        "ftp",
        "user command password",
    ),
    "ssh": _log({"client": "user_agent_original"}, "ssh", "auth_attempts"),
    "rdp": _log(
        {"cookie": "source_user_name", "client_name": "source_domain", "result": "event_action"},
        "rdp",
        "result security_protocol",
    ),
    "kerberos": _log({"client": "source_user_name", "request_type": "event_action"}, "kerberos", "request_type"),
    "ntlm": _log({"username": "source_user_name", "hostname": "source_domain"}, "ntlm", "server_tree_name"),
    "smb_files": _log({"action": "event_action", "size": "destination_bytes"}, "smb", "action name size"),
    "smb_mapping": _log({}, "smb", "share_type"),
    "dce_rpc": _log({"operation": "event_action", "rtt": "event_duration"}, "dce_rpc", "named_pipe operation"),
    "dhcp": _log(
        {"client_addr": "source_ip", "server_addr": "destination_ip", "host_name": "source_domain"},
        "dhcp",
        "msg_types",
        assigned_addr="source_ip",
        requested_addr="source_ip",
    ),
    "weird": _log({"name": "event_action"}, None, "name peer notice"),
    "notice": _log(
        {"note": "event_action", "file_mime_type": "mime_type"},
        None,
        "note actions",
        src="source_ip",
        dst="destination_ip",
        p="destination_port",
    ),
    "software": _log({"host": "source_ip", "host_p": "source_port"}, None, "software_type"),
    "known_hosts": _log({"host": "source_ip"}),
    "known_services": _log(
        {"host": "destination_ip", "port_num": "destination_port", "port_proto": "network_transport"},
        None,
        "port_num port_proto",
        service="network_protocol",
    ),
    "known_certs": _log(
        {
            "host": "destination_ip",
            "port_num": "destination_port",
            "subject": "tls_server_subject",
            "issuer_subject": "tls_server_issuer",
        },
        "tls",
        "port_num issuer_subject",
    ),
    "intel": _log({"seen.where": "event_action", "file_mime_type": "mime_type"}, None, "seen.indicator seen.where"),
    "signatures": _log(
        {
            "note": "event_action",
            "src_addr": "source_ip",
            "src_port": "source_port",
            "dst_addr": "destination_ip",
            "dst_port": "destination_port",
        },
        None,
        "sig_id event_msg",
    ),
    "traceroute": _log({"src": "source_ip", "dst": "destination_ip"}),
    "postgresql": _log({"user": "source_user_name"}, "postgresql", "backend_arg frontend_arg"),
    "radius": _log({"username": "source_user_name", "result": "event_action"}, "radius", "framed_addr result"),
    "snmp": _log({"duration": "event_duration"}, "snmp", "community"),
    "sip": _log({"method": "event_action", "user_agent": "user_agent_original"}, "sip", "call_id seq"),
    "irc": _log({"user": "source_user_name", "command": "event_action", "dcc_file_name": "file_name"}, "irc", "nick"),
    "socks": _log({"user": "source_user_name", "request.host": "url_domain"}, "socks", "bound_p"),
    "tunnel": _log({"action": "event_action"}, None, "tunnel_type"),
    "modbus": _log({"func": "event_action"}, "modbus", "func pdu_type"),
    "mysql": _log({"cmd": "event_action"}, "mysql", "cmd arg"),
    "websocket": _log({"host": "url_domain", "user_agent": "user_agent_original"}, "websocket", "client_key"),
    "ldap": _log({}, "ldap", "message_id opcode"),
    "ldap_search": _log({}, "ldap", "message_id base_object"),
    "ntp": _log({}, "ntp", "stratum ref_id"),
    "rfb": _log({}, "rfb", "client_major_version"),
    "syslog": _log({}, "syslog", "facility severity"),
    "ocsp": _log({}, "ocsp", "certStatus"),
    "analyzer": _log({}, None, "analyzer_kind"),
    "dpd": _log({}, None, "analyzer failure_reason"),
    "pe": _log({}, None, "compile_ts machine"),
    "stats": _log({}, None, "mem pkts_proc"),
    "capture_loss": _log({}, None, "percent_lost gaps"),
}
_NOTHING = Log()
_FILE_NAME = re.compile(r"[a-z][a-z0-9]*(?:_[a-z][a-z0-9]*)*")


def log_named(path: str) -> Log:
    """The log of that path (`dns`, `http`); an empty one where it is not known."""
    return _LOGS.get(path, _NOTHING)


def is_known(path: str) -> bool:
    """Whether this module has a log of that path."""
    return path in _LOGS


def path_of(fields: Collection[str], file_name: str = "") -> str | None:
    """The path of a JSON record that does not name it: by the file's name (`dns.2026-01-31.log`), else its fields."""
    named = _FILE_NAME.match(file_name)
    if named and named.group() in _LOGS:
        return named.group()
    for path, log in _LOGS.items():
        if log.marks and log.marks <= set(fields):
            return path
    return None
