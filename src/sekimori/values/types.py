"""The types of observables: what a value is, before anyone judges it.

The names follow the objects of STIX 2.1 (section 6) and the fields of the Elastic
Common Schema where these have one.
"""

from enum import StrEnum

__all__ = ["ObservableType"]


class ObservableType(StrEnum):
    """What a value is. Every type has one normal form, made by `sekimori.values.normal`."""

    DOMAIN = "domain"
    ADDRESS = "address"  # IPv4 or IPv6
    URL = "url"
    MAIL_ADDRESS = "mail_address"
    DISPLAY_NAME = "display_name"
    SUBJECT = "subject"
    MESSAGE_ID = "message_id"
    FILE_NAME = "file_name"
    FILE_PATH = "file_path"
    REGISTRY_KEY = "registry_key"
    HASH = "hash"  # MD5, SHA-1, SHA-256, SHA-512, told apart by length
    USER_AGENT = "user_agent"
    JA3 = "ja3"  # MD5 of what a TLS client offers (github.com/salesforce/ja3)
    JA4 = "ja4"  # the same, sorted and readable (github.com/FoxIO-LLC/ja4)
    MAILER = "mailer"  # X-Mailer or User-Agent of a mail
    USER = "user"
    HOST = "host"  # a computer of the organisation, by name
    SERVICE = "service"
    TASK = "task"
