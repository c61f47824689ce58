"""From a value as lists write it to what is looked for: type, way to match and pattern."""

import re
from collections.abc import Callable
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from sekimori.extract.refang import refang
from sekimori.model.indicator import MatchMode
from sekimori.model.report import N_
from sekimori.values import (
    address,
    client_fingerprint,
    domain,
    file_name,
    file_path,
    hashes,
    mail_address,
    normal,
    registry_key,
    url,
)
from sekimori.values.errors import InvalidValue
from sekimori.values.text import fold
from sekimori.values.types import ObservableType as T

__all__ = ["NotTaken", "Taken", "examine", "guess", "shown", "take"]


class NotTaken(ValueError):
    """A value that cannot become an indicator; the message says why."""


class Taken(NamedTuple):
    """What is looked for; `note` is what the value said beyond that.

    `widened` where that is more than the source asked for: what is said beyond it is a condition that is not looked at.
    """

    type: T
    mode: MatchMode
    pattern: str
    note: str = ""
    widened: bool = False


_DEFANGED_SIGNS = re.compile(r"[\[({<（［｛【\\*。．＠：]")
_DEFANGED_SCHEMES = frozenset({"hxxp", "meow", "fxp:", "fxps"})
_HEX = re.compile(r"[0-9A-Fa-f]+")
_HASH_LENGTHS = frozenset({32, 40, 64, 128})
_ADDRESS = re.compile(r"([0-9]{1,3}(?:\.[0-9]{1,3}){3})(?:(/[0-9]{1,2})|:([0-9]{1,5}))?")
_IPV6 = re.compile(r"\[?([0-9A-Fa-f:]*:[0-9A-Fa-f:]*:[0-9A-Fa-f:.]*)\]?(?:(/[0-9]{1,3})|(?<=\]):([0-9]{1,5}))?")
_HOST = re.compile(r"(?:\*?\.)?([^\s/:@\\|,;\"'<>()*]+\.[^\s/:@\\|,;\"'<>()*]+?)\.?(?::([0-9]{1,5}))?")
_REGISTRY = re.compile(r"(?:HKEY_[A-Z_]+|HK(?:LM|CU|CR|U|CC)|\\REGISTRY)(?:\\|:\\|\Z)", re.IGNORECASE)
_WINDOWS_PATH = re.compile(r"(?:[A-Za-z]:|%[A-Za-z_() 0-9]+%|\\\\[^\\]+)\\", re.IGNORECASE)
_POSIX_PATH = re.compile(
    r"/(?:bin|data|dev|etc|home|lib|library|opt|root|sbin|system|tmp|users|usr|var)/", re.IGNORECASE
)
_URL_PATH = re.compile(r"/(?!/)\S{7,}")
_FILE_NAME = re.compile(
    r"[^\\/:*?\"<>|\s]{1,200}\.(?:7z|apk|bat|bin|cmd|dat|dll|docm?|docx|eml|exe|gz|hta|html?|img|iso|jar|js|jse|lnk|msi|"
    r"pdf|pptx?|ps1|rar|rtf|scr|sys|tar|tmp|txt|vbe|vbs|vhdx?|wsf|xlam|xlls?|xlsb|xlsm?|xlsx)",
    re.IGNORECASE,
)
_AMBIGUOUS_TOPS = frozenset({"cab", "inc", "mov", "zip"})
_LONGEST = 8192
_DECORATION = " \t\u3000\"'`,;"

_DEFAULT_MODES = {T.DOMAIN: MatchMode.BELOW, T.URL: MatchMode.URL_PREFIX}
_MODES_OF_ALL = frozenset({MatchMode.EQUAL, MatchMode.CONTAINS, MatchMode.REGEX})
_MODES = {
    T.DOMAIN: _MODES_OF_ALL | {MatchMode.BELOW},
    T.ADDRESS: _MODES_OF_ALL | {MatchMode.CIDR},
    T.URL: _MODES_OF_ALL | {MatchMode.URL_PREFIX},
}
_NORMAL: dict[T, Callable[[str], str]] = {
    T.DOMAIN: domain.normal,
    T.ADDRESS: address.normal,
    T.URL: url.normal,
    T.MAIL_ADDRESS: mail_address.normal,
    T.HASH: hashes.normal,
    T.JA3: client_fingerprint.ja3,
    T.JA4: client_fingerprint.ja4,
    T.FILE_NAME: file_name.normal,
    T.FILE_PATH: file_path.normal,
    T.REGISTRY_KEY: registry_key.normal,
}


def guess(text: str) -> Taken | None:
    """What a value is by its looks, None where it looks like nothing that is hunted. Never raises."""
    try:
        return examine(text)
    except (InvalidValue, NotTaken):
        return None


def examine(text: str) -> Taken:
    """What a value is by its looks. Raises `InvalidValue` or `NotTaken`."""
    text = plain(text)
    if len(text) in _HASH_LENGTHS and _HEX.fullmatch(text):
        return Taken(T.HASH, MatchMode.EQUAL, text.lower())
    if client_fingerprint.is_ja4(text.lower()):
        return Taken(T.JA4, MatchMode.EQUAL, text.lower())
    found = _by_signs(text) if 0 < len(text) <= _LONGEST else None
    if found is None:
        raise NotTaken(N_("{text} looks like nothing that is hunted").format(text=repr(shown(text, 80))))
    return found


def plain(text: str) -> str:
    """A value without blanks and quotes around it, and not defanged."""
    text = text.strip(_DECORATION)
    defanged = _DEFANGED_SIGNS.search(text) or text[:4].lower() in _DEFANGED_SCHEMES or " dot " in text
    return refang(text).strip() if defanged else text


def shown(text: str, most: int = 200) -> str:
    """A text cut to what a list of refused rows can show."""
    return text if len(text) <= most else text[: most - 1] + "…"


def _by_signs(text: str) -> Taken | None:
    if "://" in text:
        return _url(text)
    if "\\" in text:
        return _windows(text)
    if text.startswith("/"):
        return _slash(text)
    if found := _address_in(text):
        return _address(found)
    if "@" in text and "/" not in text:
        return _mail(text)
    if found := _HOST.fullmatch(text):
        return _host(found) or _file(text)
    if "/" in text and " " not in text:
        return _url(text)
    return _file(text)


def _url(text: str) -> Taken | None:
    prefix = text.removesuffix("*")
    if "*" in prefix.partition("?")[0] or any(c in prefix for c in ' \t<>"'):
        return None
    return Taken(T.URL, MatchMode.URL_PREFIX, url.normal(prefix))


def _windows(text: str) -> Taken | None:
    if _REGISTRY.match(text):
        return Taken(T.REGISTRY_KEY, MatchMode.EQUAL, registry_key.normal(text))
    if _WINDOWS_PATH.match(text):
        return Taken(T.FILE_PATH, MatchMode.EQUAL, file_path.normal(text))
    return None


def _slash(text: str) -> Taken | None:
    if _POSIX_PATH.match(text):
        return Taken(T.FILE_PATH, MatchMode.EQUAL, file_path.normal(text))
    if len(text) <= 7:
        raise NotTaken(N_("the path of a URL is too short to tell anything"))
    if not _URL_PATH.fullmatch(text):
        return None
    # The path as it stands in a URL's normal form, whatever the host.
    path = url.normal("http://host.example" + text.removesuffix("*")).removeprefix("http://host.example")
    return Taken(T.URL, MatchMode.CONTAINS, fold(path), "any host")


def _address_in(text: str) -> re.Match[str] | None:
    if text[0].isdigit() and text[-1].isdigit():
        return _ADDRESS.fullmatch(text) or _IPV6.fullmatch(text)
    return _IPV6.fullmatch(text) if text.count(":") > 1 else None


def _address(found: re.Match[str]) -> Taken:
    start, width, port = found.groups()
    if width:
        return _network(start + width)
    return Taken(T.ADDRESS, MatchMode.EQUAL, address.normal(start), f"port {port}" if port else "")


def _network(text: str) -> Taken:
    network = address.network(text)
    start, _, width = network.partition("/")
    if int(width) == (128 if ":" in start else 32):
        return Taken(T.ADDRESS, MatchMode.EQUAL, start)
    if int(width) < 8:
        raise NotTaken(N_("{network} is too large a part of the internet to tell anything").format(network=network))
    return Taken(T.ADDRESS, MatchMode.CIDR, network)


def _mail(text: str) -> Taken | None:
    local, _, host = text.rpartition("@")
    host = host.removesuffix(">")
    if not _known(domain.normal(host)):
        return None
    if local in {"", "*"}:
        return Taken(T.MAIL_ADDRESS, MatchMode.CONTAINS, "@" + domain.normal(host))
    return (
        None if " " in local and "<" not in local else Taken(T.MAIL_ADDRESS, MatchMode.EQUAL, mail_address.normal(text))
    )


def _host(found: re.Match[str]) -> Taken | None:
    name = domain.normal(found.group(1))
    if not _known(name):
        return None
    if name.rpartition(".")[2] in _AMBIGUOUS_TOPS and not found.group().startswith(("*", ".", "www.")):
        raise NotTaken(N_("it may be a domain name or a file name; a type would tell"))
    port = found.group(2)
    return Taken(T.DOMAIN, MatchMode.BELOW, name, f"port {port}" if port else "")


def _known(name: str) -> bool:
    return "." in name and domain.has_known_top(name)


def _file(text: str) -> Taken | None:
    return Taken(T.FILE_NAME, MatchMode.EQUAL, file_name.normal(text)) if _FILE_NAME.fullmatch(text) else None


def take(type_: T, text: str, mode: MatchMode | None = None) -> Taken:
    """A value of a type that the list names. Raises `InvalidValue` or `NotTaken`."""
    if mode is not None and mode not in _MODES.get(type_, _MODES_OF_ALL):
        what = type_.replace("_", " ")
        raise NotTaken(N_("{mode} is no way to match a {what}").format(mode=mode, what=what))
    if mode is MatchMode.REGEX:
        return Taken(type_, mode, _expression(text.strip()))
    text = plain(text)
    if not text:
        raise NotTaken(N_("the value is empty"))
    if mode is MatchMode.CONTAINS:
        return Taken(type_, mode, _part(type_, text))
    if mode is MatchMode.CIDR:
        return _network(text)
    if "*" in text and mode is None and type_ is not T.USER_AGENT:
        return _with_star(type_, text)
    if type_ is T.DOMAIN or type_ is T.ADDRESS:
        return _host_or_address(type_, text, mode)
    return Taken(type_, mode or _DEFAULT_MODES.get(type_, MatchMode.EQUAL), _normal(type_, text))


def _with_star(type_: T, text: str) -> Taken:
    """A value with `*` for anything: at both ends, at the end of a URL, or for all below a domain."""
    inner = text.strip("*")
    starts, ends = text.startswith("*"), text.endswith("*")
    if type_ is T.URL and not starts and inner:  # within a URL it is a character like any other
        return Taken(type_, MatchMode.URL_PREFIX, url.normal(inner))
    if "*" in inner or not inner:
        raise NotTaken(N_("a * inside is not understood; name a way to match"))
    if starts and ends:
        return Taken(type_, MatchMode.CONTAINS, _part(type_, inner))
    if starts and inner.startswith(".") and type_ is T.DOMAIN:
        return _host_or_address(type_, inner, None)
    if starts and inner.startswith("@") and type_ is T.MAIL_ADDRESS:
        return Taken(type_, MatchMode.CONTAINS, "@" + domain.normal(inner[1:]))
    raise NotTaken(N_("a * at this place is not understood; name a way to match"))


def _host_or_address(type_: T, text: str, mode: MatchMode | None) -> Taken:
    found = _address_in(text)
    if found:
        return _address(found)
    if type_ is T.ADDRESS:
        return _network(text) if "/" in text else Taken(type_, MatchMode.EQUAL, address.normal(text))
    name, _, port = text.removeprefix(".").partition(":")
    if "/" in name:
        return Taken(T.URL, MatchMode.URL_PREFIX, url.normal(text))
    return Taken(type_, mode or MatchMode.BELOW, domain.normal(name), f"port {port}" if port.isdigit() else "")


def _normal(type_: T, text: str) -> str:
    known = _NORMAL.get(type_)
    return known(text) if known else normal.normal(type_, text)


def _part(type_: T, text: str) -> str:
    """A part of values, as it would stand in their normal forms."""
    part = fold(_as_held(type_, text))
    if len(part) < (3 if part.isascii() else 2):
        raise NotTaken(N_("a part as short as this is in everything"))
    return part


def _as_held(type_: T, text: str) -> str:
    """Without what no normal form holds: aliases of hives and folders, an account's domain, ideographic dots."""
    match type_:
        case T.REGISTRY_KEY:
            return _ended(registry_key.part(text), text)
        case T.FILE_PATH if _WINDOWS_PATH.match(text):
            return _ended(file_path.normal(text), text)
        case T.USER:
            return text.rpartition("\\")[2].partition("@")[0]
        case T.HOST:
            return text.lstrip("\\ ").rstrip("$ ")
        case T.DOMAIN | T.MAIL_ADDRESS | T.URL:
            return text.replace("。", ".")
        case _:
            return text


def _ended(form: str, text: str) -> str:
    """A normal form with the separator that the text has at its end: `run\\` is no part of `runonce`."""
    return form + "\\" if text.endswith(("\\", "/")) and not form.endswith("\\") else form


def _expression(text: str) -> str:
    """A regular expression that RE2 takes."""
    try:
        pc.match_substring_regex(pa.array([""]), pattern=text)
    except pa.ArrowInvalid as error:
        raise NotTaken(N_("the regular expression is not valid: {error}").format(error=error)) from error
    if not text:
        raise NotTaken(N_("the regular expression is empty"))
    return text
