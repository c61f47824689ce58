"""The words for kinds of records and their fields: what people read instead of `network` and `url_domain`."""

from sekimori.model.report import N_

__all__ = ["word_of_field", "word_of_kind"]

_KINDS = {
    "message": N_("message"),
    "attachment": N_("attachment"),
    "network": N_("network"),
    "event": N_("event"),
    "work": N_("work"),
    "unread": N_("unread"),
    "text": N_("text of unknown format"),
}

_FIELDS = {
    "offset": N_("offset"),
    "length": N_("length"),
    "line": N_("line"),
    "timestamp": N_("time"),
    "event_dataset": N_("format"),
    # Mails and their attachments
    "email_message_id": N_("message ID"),
    "email_from_address": N_("address in From"),
    "email_from_name": N_("name in From"),
    "email_sender_address": N_("address in Sender"),
    "email_return_path": N_("Return-Path"),
    "email_reply_to_address": N_("address in Reply-To"),
    "email_sender_domain": N_("sender's domain"),
    "email_to_address": N_("address in To"),
    "email_cc_address": N_("address in Cc"),
    "email_delivered_to": N_("Delivered-To"),
    "email_recipient_domain": N_("recipient's domain"),
    "email_subject": N_("subject"),
    "email_x_mailer": N_("mail program"),
    "email_in_reply_to": N_("In-Reply-To"),
    "email_hop_address": N_("relay's address"),
    "email_hop_domain": N_("relay's name"),
    "email_utc_offset": N_("UTC offset"),
    "email_body_text": N_("body"),
    "body_domain": N_("domain name in the body"),
    "body_address": N_("address in the body"),
    "body_mail_address": N_("mail address in the body"),
    "mime_part": N_("MIME part"),
    "file_name": N_("file name"),
    "file_mime_type": N_("media type"),
    "file_size": N_("size"),
    "hash_md5": "MD5",
    "hash_sha1": "SHA-1",
    "hash_sha256": "SHA-256",
    "encrypted": N_("encrypted"),
    "file_text": N_("text inside the attachment"),
    "file_unsearched": N_("why the attachment's text was not searched"),
    # Network
    "event_action": N_("action"),
    "source_ip": N_("source address"),
    "source_port": N_("source port"),
    "source_user_name": N_("user"),
    "source_domain": N_("source host"),
    "destination_ip": N_("destination address"),
    "destination_port": N_("destination port"),
    "destination_domain": N_("destination host"),
    "network_transport": N_("transport"),
    "network_protocol": N_("protocol"),
    "http_request_method": N_("method"),
    "url_original": N_("URL"),
    "url_query": N_("query string of the URL"),
    "url_domain": N_("host of the URL"),
    "http_response_status_code": N_("HTTP status"),
    "http_request_referrer": N_("referrer"),
    "referrer_domain": N_("host of the referrer"),
    "user_agent_original": N_("user agent"),
    "mime_type": N_("media type"),
    "dns_question_name": N_("DNS name asked for"),
    "dns_question_type": N_("DNS type"),
    "dns_response_code": N_("DNS response"),
    "dns_resolved_ip": N_("address in the DNS answer"),
    "dns_resolved_name": N_("name in the DNS answer"),
    "hash_value": N_("hash"),
    "email_address": N_("mail address"),
    "event_duration": N_("duration (ms)"),
    "source_bytes": N_("bytes sent"),
    "destination_bytes": N_("bytes received"),
    "message": N_("further fields"),
    # Events of machines
    "host_name": N_("machine"),
    "winlog_channel": N_("channel"),
    "event_provider": N_("provider"),
    "event_code": N_("event ID"),
    "winlog_record_id": N_("record number"),
    "user_name": N_("account"),
    "user_domain": N_("account's domain"),
    "subject_user_name": N_("acting account"),
    "logon_id": N_("logon ID"),
    "subject_logon_id": N_("acting account's logon ID"),
    "logon_type": N_("logon type"),
    "process_executable": N_("program"),
    "process_parent_executable": N_("parent program"),
    "process_command_line": N_("command line"),
    "file_path": N_("file path"),
    "registry_key": N_("registry key"),
    "service_name": N_("service"),
    "task_name": N_("task"),
    "text_domain": N_("domain name in the text"),
    "text_address": N_("address in the text"),
    "event_data": N_("event data"),
    # Work records
    "sheet": N_("sheet"),
    "person": N_("person"),
    "event_end": N_("end"),
    "time_precision": N_("precision (s)"),
    "ticket": N_("ticket"),
    "work_text": N_("work done"),
    "row_text": N_("whole row"),
    "reason": N_("reason"),
}


def word_of_kind(kind: str) -> str:
    """The message for a kind of record; a name that is none stays as it is."""
    return _KINDS.get(kind, kind)


def word_of_field(name: str) -> str:
    """The message for a field of a kind, or for a place's; a name that is none stays as it is."""
    return _FIELDS.get(name, name)
