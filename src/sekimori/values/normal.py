"""The normal form of any observable: two values of a type are the same when their normal forms are equal."""

import re
from collections.abc import Callable

from sekimori.values import (
    address,
    client_fingerprint,
    domain,
    file_name,
    file_path,
    hashes,
    mail_address,
    registry_key,
    url,
)
from sekimori.values.errors import InvalidValue, present
from sekimori.values.text import fold, subject
from sekimori.values.types import ObservableType as T

__all__ = ["host_or_address", "machine_or_address", "normal"]

_HOST_OR_ADDRESS = "host or address"
_NUMBERS = re.compile(r"[\d.．。｡]+")
_BRACKETED = re.compile(r"(\[[^\]]*\])(?::[0-9]{1,5})?")
_WITH_PORT = re.compile(r"([^:]+):[0-9]{1,5}")


def normal(type_: T, text: str) -> str:
    """The normal form of a value of that type. Raises `InvalidValue`; so do empty texts, `-` and any NUL."""
    return _FORMS[type_](text)


def _host(text: str) -> str:
    r"""A computer by its short or full name, without the `$` of its account and the `\\` before it."""
    return present(T.HOST, fold(text).lstrip("\\ ").rstrip("$. "), text)


def _user(text: str) -> str:
    r"""An account without its domain: `DOMAIN\user` and `user@domain` are `user`; a computer keeps its `$`."""
    name = fold(text).rpartition("\\")[2]
    return present(T.USER, name.partition("@")[0], text)


def _message_id(text: str) -> str:
    """A Message-ID without its brackets. Its case matters, blanks in it come from folded header lines."""
    return present(T.MESSAGE_ID, "".join(text.split()).strip("<>"), text)


def _folded(type_: T) -> Callable[[str], str]:
    return lambda text: present(type_, fold(text), text)


def _collapsed(type_: T) -> Callable[[str], str]:
    return lambda text: " ".join(present(type_, text).split())


_FORMS: dict[T, Callable[[str], str]] = {
    T.DOMAIN: domain.normal,
    T.ADDRESS: address.normal,
    T.URL: url.normal,
    T.MAIL_ADDRESS: mail_address.normal,
    T.DISPLAY_NAME: mail_address.display_name,
    T.SUBJECT: subject,
    T.MESSAGE_ID: _message_id,
    T.FILE_NAME: file_name.normal,
    T.FILE_PATH: file_path.normal,
    T.REGISTRY_KEY: registry_key.normal,
    T.HASH: hashes.normal,
    T.USER_AGENT: _collapsed(T.USER_AGENT),
    T.JA3: client_fingerprint.ja3,
    T.JA4: client_fingerprint.ja4,
    T.MAILER: _collapsed(T.MAILER),
    T.USER: _user,
    T.HOST: _host,
    T.SERVICE: _folded(T.SERVICE),
    T.TASK: _folded(T.TASK),
}


def host_or_address(text: str) -> tuple[T, str]:
    """What the host part of a URL or log field is: a domain name or an address, in normal form.

    Brackets and a port are dropped. Raises `InvalidValue`.
    """
    plain = _without_port(present(_HOST_OR_ADDRESS, text))
    if plain.endswith("]") or ":" in plain or _NUMBERS.fullmatch(plain):
        return T.ADDRESS, address.normal(plain)
    return T.DOMAIN, domain.normal(plain)


def machine_or_address(text: str) -> tuple[T, str]:
    """What people call a computer by: its address, else its name; in normal form.

    Brackets and a port are dropped. Raises `InvalidValue`.
    """
    name = _host(_without_port(present(_HOST_OR_ADDRESS, text)))
    try:
        return T.ADDRESS, address.normal(name)
    except InvalidValue:
        return T.HOST, name


def _without_port(text: str) -> str:
    found = _BRACKETED.fullmatch(text) or _WITH_PORT.fullmatch(text)
    return found.group(1) if found else text
