"""The kinds of records: the tables of the store.

One table serves all formats of an area (a proxy's line and a Zeek connection are both `network`), so that one
question goes over all of them; columns that a format lacks are empty and cost nothing.
"""

import pyarrow as pa

from sekimori.model.role import Role
from sekimori.model.schema import HOST_OR_ADDRESS, MACHINE_OR_ADDRESS, Field, Kind
from sekimori.values.types import ObservableType as T

__all__ = ["AREAS", "ATTACHMENT", "EVENT", "KINDS", "MESSAGE", "NETWORK", "UNREAD", "WORK"]

_TEXT = pa.string()
_TEXTS = pa.list_(pa.string())
_INT = pa.int64()


def _f(
    name: str, type_: pa.DataType, meaning: str, observable: T | str | None = None, role: Role | None = None
) -> Field:
    return Field(name=name, type=type_, meaning=meaning, observable=observable, role=role)


MESSAGE = Kind(
    name="message",
    area="mail",
    key="email_from_address",
    fields=(
        _f("event_dataset", _TEXT, "name of the reader's format, such as `mail.eml`"),
        _f("email_message_id", _TEXT, "Message-ID without brackets", T.MESSAGE_ID, Role.CONTENT),
        _f("email_from_address", _TEXT, "address in From", T.MAIL_ADDRESS, Role.SENDER),
        _f("email_from_name", _TEXT, "display name in From", T.DISPLAY_NAME, Role.SENDER),
        _f("email_sender_address", _TEXT, "address in Sender", T.MAIL_ADDRESS, Role.SENDER),
        _f("email_return_path", _TEXT, "envelope sender, from Return-Path", T.MAIL_ADDRESS, Role.SENDER),
        _f("email_reply_to_address", _TEXTS, "addresses in Reply-To", T.MAIL_ADDRESS, Role.SENDER),
        _f("email_sender_domain", _TEXTS, "domains of all senders' addresses", T.DOMAIN, Role.SENDER),
        _f("email_to_address", _TEXTS, "addresses in To", T.MAIL_ADDRESS, Role.RECIPIENT),
        _f("email_cc_address", _TEXTS, "addresses in Cc", T.MAIL_ADDRESS, Role.RECIPIENT),
        _f("email_delivered_to", _TEXTS, "Delivered-To, X-Original-To, Bcc", T.MAIL_ADDRESS, Role.RECIPIENT),
        _f("email_recipient_domain", _TEXTS, "domains of all recipients' addresses", T.DOMAIN, Role.RECIPIENT),
        _f("email_subject", _TEXT, "subject, decoded", T.SUBJECT, Role.CONTENT),
        _f("email_x_mailer", _TEXT, "X-Mailer or User-Agent", T.MAILER, Role.SENDER),
        _f("email_in_reply_to", _TEXTS, "message ids in In-Reply-To and References"),
        _f("email_hop_address", _TEXTS, "addresses in Received lines, nearest first", T.ADDRESS, Role.HOP),
        _f("email_hop_domain", _TEXTS, "host names in Received lines, nearest first", T.DOMAIN, Role.HOP),
        _f("email_utc_offset", _TEXT, "offset of the Date header as written, such as +0900"),
        _f("email_body_text", _TEXT, "text of the body: plain parts, and HTML parts as text"),
        _f("url_original", _TEXTS, "URLs in the body: text, HTML and link texts", role=Role.CONTENT),
        _f("url_domain", _TEXTS, "hosts of these URLs", HOST_OR_ADDRESS, Role.CONTENT),
        _f("body_domain", _TEXTS, "domain names that stand in the body outside URLs", T.DOMAIN, Role.CONTENT),
        _f("body_address", _TEXTS, "IP addresses that stand in the body", T.ADDRESS, Role.CONTENT),
        _f("body_mail_address", _TEXTS, "mail addresses that stand in the body", T.MAIL_ADDRESS, Role.CONTENT),
        _f("hash_sha256", _TEXT, "SHA-256 of the whole message", T.HASH, Role.CONTENT),
    ),
)

ATTACHMENT = Kind(
    name="attachment",
    area="mail",
    key="file_name",
    fields=(
        _f("mime_part", _TEXT, "number of the MIME part (1.2), followed by !NAME for each archive level"),
        _f("file_name", _TEXT, "name of the attachment or archive member", T.FILE_NAME, Role.ATTACHMENT),
        _f("file_mime_type", _TEXT, "declared media type"),
        _f("file_size", _INT, "bytes, decoded"),
        _f("hash_md5", _TEXT, "MD5", T.HASH, Role.ATTACHMENT),
        _f("hash_sha1", _TEXT, "SHA-1", T.HASH, Role.ATTACHMENT),
        _f("hash_sha256", _TEXT, "SHA-256", T.HASH, Role.ATTACHMENT),
        _f("encrypted", pa.bool_(), "whether it, or something in it, needs a password"),
        _f("file_text", _TEXT, "text inside, as far as it can be read: Office, PDF, HTML, plain text"),
        _f("file_unsearched", _TEXT, "why its text could not be read, or not wholly"),
        _f("email_message_id", _TEXT, "Message-ID of the mail"),
        _f("email_from_address", _TEXT, "sender of the mail"),
    ),
)

NETWORK = Kind(
    name="network",
    area="network",
    key="url_domain",
    fields=(
        _f("event_dataset", _TEXT, "format, such as `squid.access`, `zeek.dns`"),
        _f("event_action", _TEXT, "what the device did: TCP_MISS, allowed, blocked"),
        _f("source_ip", _TEXT, "who asked", T.ADDRESS, Role.SOURCE),
        _f("source_port", _INT, "port of the asker"),
        _f("source_user_name", _TEXT, "user, where the device knows it", T.USER, Role.SOURCE),
        _f("source_domain", _TEXT, "host name of the asker, where the device knows it", T.HOST, Role.SOURCE),
        _f("destination_ip", _TEXT, "address connected to", T.ADDRESS, Role.DESTINATION),
        _f("destination_port", _INT, "port connected to"),
        _f("network_transport", _TEXT, "tcp, udp, icmp"),
        _f("network_protocol", _TEXT, "dns, http, tls, smtp …"),
        _f("http_request_method", _TEXT, "GET, CONNECT …"),
        _f("url_original", _TEXT, "URL as logged", role=Role.DESTINATION),
        _f("url_domain", _TEXT, "host of the URL, or the TLS server name", HOST_OR_ADDRESS, Role.DESTINATION),
        _f("http_response_status_code", _INT, "HTTP status"),
        _f("http_request_referrer", _TEXT, "referrer as logged"),
        _f("referrer_domain", _TEXT, "host of the referrer", HOST_OR_ADDRESS, Role.MENTION),
        _f("user_agent_original", _TEXT, "user agent", T.USER_AGENT, Role.SOURCE),
        _f("mime_type", _TEXT, "media type of the answer"),
        _f("dns_question_name", _TEXT, "name asked for", T.DOMAIN, Role.DESTINATION),
        _f("dns_question_type", _TEXT, "A, AAAA, MX …"),
        _f("dns_response_code", _TEXT, "NOERROR, NXDOMAIN …"),
        _f("dns_resolved_ip", _TEXTS, "addresses in the answer", T.ADDRESS, Role.ANSWER),
        _f("dns_resolved_name", _TEXTS, "names in the answer", T.DOMAIN, Role.ANSWER),
        _f("tls_client_ja3", _TEXT, "JA3 of the client's hello", T.JA3, Role.SOURCE),
        _f("tls_client_ja4", _TEXT, "JA4 of the client's hello", T.JA4, Role.SOURCE),
        _f("tls_server_subject", _TEXT, "subject of the server's certificate, as in `CN=www.example.jp, O=Example`"),
        _f("tls_server_issuer", _TEXT, "issuer of the server's certificate, written in the same way"),
        _f("tls_server_hash", _TEXTS, "hashes of the server's certificate as DER", T.HASH, Role.DESTINATION),
        _f("tls_server_name", _TEXTS, "names and addresses it is for, without `*.`", HOST_OR_ADDRESS, Role.MENTION),
        _f("file_name", _TEXT, "name of a file seen in transfer", T.FILE_NAME, Role.DESTINATION),
        _f("hash_value", _TEXTS, "hashes of a file seen in transfer", T.HASH, Role.DESTINATION),
        _f("email_address", _TEXTS, "mail addresses in an SMTP log", T.MAIL_ADDRESS, Role.SENDER),
        _f("event_duration", _INT, "milliseconds"),
        _f("source_bytes", _INT, "bytes sent by the asker"),
        _f("destination_bytes", _INT, "bytes sent to the asker"),
        _f("message", _TEXT, "whatever the format holds beyond these columns, as JSON"),
    ),
)

EVENT = Kind(
    name="event",
    area="endpoint",
    key="host_name",
    fields=(
        _f("event_dataset", _TEXT, "format, such as `windows.evtx`"),
        _f("host_name", _TEXT, "computer that wrote the event", T.HOST, Role.SOURCE),
        _f("winlog_channel", _TEXT, "channel, such as Security"),
        _f("event_provider", _TEXT, "provider name"),
        _f("event_code", _INT, "event id"),
        _f("winlog_record_id", _INT, "EventRecordID"),
        _f("user_name", _TEXT, "account acted on or logged on: TargetUserName, else User", T.USER, Role.TRACE),
        _f("user_domain", _TEXT, "its domain"),
        _f("subject_user_name", _TEXT, "account that acted: SubjectUserName", T.USER, Role.SOURCE),
        _f("logon_id", _TEXT, "TargetLogonId or LogonId, lower-case hexadecimal"),
        _f("subject_logon_id", _TEXT, "SubjectLogonId"),
        _f("logon_type", _INT, "LogonType: 2 console, 3 network, 10 remote desktop …"),
        _f("source_ip", _TEXT, "IpAddress, Address, ClientAddress, SourceIp", T.ADDRESS, Role.SOURCE),
        _f("source_domain", _TEXT, "WorkstationName, ClientName", T.HOST, Role.SOURCE),
        _f("destination_ip", _TEXT, "DestinationIp", T.ADDRESS, Role.DESTINATION),
        _f("destination_port", _INT, "DestinationPort"),
        _f("destination_domain", _TEXT, "DestinationHostname, QueryName", HOST_OR_ADDRESS, Role.DESTINATION),
        _f("process_executable", _TEXT, "Image, NewProcessName", T.FILE_PATH, Role.TRACE),
        _f("process_parent_executable", _TEXT, "ParentImage, ParentProcessName", T.FILE_PATH, Role.TRACE),
        _f("process_command_line", _TEXT, "CommandLine"),
        _f("file_path", _TEXTS, "files written, loaded, shared or named in the event", T.FILE_PATH, Role.TRACE),
        _f("file_name", _TEXTS, "last parts of all these paths", T.FILE_NAME, Role.TRACE),
        _f("hash_value", _TEXTS, "Hashes of Sysmon and others", T.HASH, Role.TRACE),
        _f("registry_key", _TEXT, "TargetObject, ObjectName of a key", T.REGISTRY_KEY, Role.TRACE),
        _f("service_name", _TEXT, "ServiceName", T.SERVICE, Role.TRACE),
        _f("task_name", _TEXT, "TaskName", T.TASK, Role.TRACE),
        _f("url_original", _TEXTS, "URLs in the event's texts (command lines, scripts)", role=Role.TRACE),
        _f("url_domain", _TEXTS, "hosts of these URLs", HOST_OR_ADDRESS, Role.TRACE),
        _f("text_domain", _TEXTS, "domain names in the event's texts outside URLs", T.DOMAIN, Role.TRACE),
        _f("text_address", _TEXTS, "addresses in the event's texts outside URLs", T.ADDRESS, Role.TRACE),
        _f("event_data", _TEXT, "EventData or UserData, as a JSON object"),
    ),
)

WORK = Kind(
    name="work",
    area="administration",
    key="person",
    fields=(
        _f("event_dataset", _TEXT, "format, such as `work.excel`"),
        _f("sheet", _TEXT, "sheet of the workbook"),
        _f("person", _TEXT, "who did the work"),
        _f("user_name", _TEXTS, "accounts used", T.USER, Role.SOURCE),
        _f("source_domain", _TEXTS, "hosts or addresses worked from", MACHINE_OR_ADDRESS, Role.SOURCE),
        _f("host_name", _TEXTS, "hosts or addresses worked on", MACHINE_OR_ADDRESS, Role.DESTINATION),
        _f("event_end", pa.timestamp("us", "UTC"), "end of the work"),
        _f("time_precision", _INT, "seconds by which start and end may be off, as written"),
        _f("ticket", _TEXT, "number of the request or ticket"),
        _f("work_text", _TEXT, "what was done, as written"),
        _f("row_text", _TEXT, "the whole row: header: value, one a line"),
        _f("url_original", _TEXTS, "URLs in the row", role=Role.CONTENT),
        _f("url_domain", _TEXTS, "hosts of these URLs", HOST_OR_ADDRESS, Role.CONTENT),
        _f("text_domain", _TEXTS, "domain names in the row outside URLs, hosts' too", T.DOMAIN, Role.CONTENT),
        _f("text_address", _TEXTS, "addresses in the row beside those worked from and on", T.ADDRESS, Role.CONTENT),
    ),
)

UNREAD = Kind(
    name="unread",
    area="",
    key="reason",
    fields=(_f("reason", _TEXT, "why this stretch of the evidence could not be read"),),
)

KINDS: dict[str, Kind] = {kind.name: kind for kind in (MESSAGE, ATTACHMENT, NETWORK, EVENT, WORK, UNREAD)}
"""All kinds by name."""

AREAS = tuple(dict.fromkeys(kind.area for kind in KINDS.values() if kind.area))
"""The areas in which an indicator can be sought, in the order in which they are shown."""
