"""URLs: one form for all ways to write them, after RFC 3986 section 6 and, where mails need it, the URL Standard.

Also read are what proxies log of a CONNECT (`evil.example:443`), a URL without path, and `evil.example/a` as lists of
indicators have it. What browsers forgive is forgiven: backslashes, too many or too few slashes after the scheme,
blanks around, line breaks inside, a host written as one number.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import unquote

from sekimori.values import address, domain
from sekimori.values.errors import InvalidValue, present
from sekimori.values.wording import N_

__all__ = ["Url", "host_of", "is_prefix", "normal", "split"]

_TYPE = "url"
_DEFAULT_PORTS = {"http": 80, "https": 443, "ftp": 21, "ws": 80, "wss": 443}
_WEB = frozenset({"http", "https"})

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):(?=[/\\])")
_CONNECT = re.compile(r"(\[[^\]/]+\]|[^:/?#@\[\]\\]+):([0-9]{1,5})")
_BARE = re.compile(r"(\[[^\]/]+\]|[^:/?#@\[\]\\]+)(:[0-9]{1,5})?[/?#]")
_PLAIN_HOST = re.compile(r"(?:https?|ftp)://([a-z0-9._-]+)(?::[0-9]{1,4})?(?:[/?#]|\Z)", re.IGNORECASE | re.ASCII)
_BREAKS = str.maketrans("", "", "\t\r\n")

# A valid escape, or one character that cannot stand as it is: everything but RFC 3986's unreserved, sub-delims, and
# : @ / ? (brackets too, which it allows in the host alone).
_ESCAPED = re.compile(r"%([0-9A-Fa-f]{2})|[^A-Za-z0-9._~!$&'()*+,;=:@/?-]")
_UNRESERVED = re.compile(r"[A-Za-z0-9._~-]")
_SLASHES = re.compile("//+")


@dataclass(frozen=True, slots=True)
class Url:
    """The parts of a URL: scheme and host in normal form, the others as written.

    `host` is a domain name or an address without brackets; `user` is all that stands before the `@`. What is not
    written is None, the path then empty.
    """

    scheme: str
    user: str | None
    host: str
    port: int | None
    path: str
    query: str | None
    fragment: str | None


def split(text: str) -> Url:
    """The parts of a URL. Raises `InvalidValue`, also for URLs without a host (`mailto:`, `file:///`)."""
    scheme, rest = _scheme(text, present(_TYPE, text).translate(_BREAKS))
    rest, sharp, fragment = rest.partition("#")
    rest, mark, query = rest.partition("?")
    authority, slash, path = rest.partition("/")
    user, at, place = authority.rpartition("@")
    host, port = _host_and_port(text, place)
    return Url(
        scheme=scheme,
        user=user if at else None,
        host=host,
        port=port,
        path=slash + path,
        query=query if mark else None,
        fragment=fragment if sharp else None,
    )


def _scheme(text: str, plain: str) -> tuple[str, str]:
    """The scheme, and what follows the slashes after it."""
    if found := _SCHEME.match(plain):
        scheme, rest = found.group(1).lower(), plain[found.end() :]
        if scheme in _DEFAULT_PORTS:
            head, mark, tail = _before_query(rest)
            return scheme, head.replace("\\", "/").lstrip("/") + mark + tail
        if rest.startswith("//"):
            return scheme, rest[2:]
    elif (found := _CONNECT.fullmatch(plain)) and _bare_host(found.group(1)):
        return "http" if int(found.group(2)) == 80 else "https", plain
    elif (found := _BARE.match(plain)) and _is_on_internet(_bare_host(found.group(1))):
        return "http", plain
    raise InvalidValue(_TYPE, text, N_("it has no host"))


def _before_query(text: str) -> tuple[str, str, str]:
    found = re.search("[?#]", text)
    return (text[: found.start()], found.group(), text[found.end() :]) if found else (text, "", "")


def _bare_host(text: str) -> str | None:
    """The host at the start of a text without scheme; numbers are taken for nothing but numbers there."""
    for normal_form in (address.normal, domain.normal):
        try:
            return normal_form(text)
        except InvalidValue:
            continue
    return None


def _is_on_internet(host: str | None) -> bool:
    """Whether it is a host beyond doubt, unlike the start of `text/html` or `report.docx/1`."""
    return host is not None and (":" in host or host[-1].isdigit() or ("." in host and domain.has_known_top(host)))


def _host_and_port(text: str, place: str) -> tuple[str, int | None]:
    host, colon, digits = place.rpartition(":")
    if not colon or "]" in digits:
        host, digits = place, ""
    if digits and not (re.fullmatch("[0-9]{1,5}", digits) and int(digits) <= 65_535):
        raise InvalidValue(_TYPE, text, N_("{text} is no port").format(text=repr(digits)))
    try:
        return _host(host), int(digits) if digits else None
    except InvalidValue as error:
        reason = N_("its host is no domain name and no address: {reason}").format(reason=error.reason)
        raise InvalidValue(_TYPE, text, reason) from error


def _host(text: str) -> str:
    name = unquote(text)
    return address.of_host(name) or domain.normal(name)


def normal(text: str) -> str:
    """The normal form of a URL: what RFC 3986 section 6.2.2 and 6.2.3 hold to be the same becomes the same.

    Scheme and host in normal form, the scheme's own port dropped, unreserved characters decoded, all others that
    cannot stand as they are encoded as UTF-8 with upper-case digits, dot segments removed, an empty path `/`. The
    fragment is dropped, as it never leaves the browser. Raises `InvalidValue`.
    """
    url = split(text)
    user = f"{_escaped(url.user)}@" if url.user else ""
    host = f"[{url.host}]" if ":" in url.host else url.host
    port = "" if _port(url) == _DEFAULT_PORTS.get(url.scheme) else f":{_port(url)}"
    path = _without_dots(_escaped(url.path))
    return f"{url.scheme}://{user}{host}{port}{path}{_query(url)}"


def _port(url: Url) -> int | None:
    return _DEFAULT_PORTS.get(url.scheme) if url.port is None else url.port


def _query(url: Url) -> str:
    return "" if url.query is None else "?" + _escaped(url.query)


def _escaped(text: str) -> str:
    return _ESCAPED.sub(_escape, text)


def _escape(found: re.Match[str]) -> str:
    if found.group(1):
        character = chr(int(found.group(1), 16))
        return character if _UNRESERVED.fullmatch(character) else found.group().upper()
    return "".join(f"%{byte:02X}" for byte in found.group().encode("utf-8", "surrogatepass"))


def _without_dots(path: str) -> str:
    """RFC 3986, section 5.2.4; an empty path becomes `/`."""
    kept: list[str] = []
    parts = path.split("/")[1:]
    for part in parts:
        if part == "..":
            del kept[-1:]
        elif part != ".":
            kept.append(part)
    if parts and parts[-1] in {".", ".."}:
        kept.append("")
    return "/" + "/".join(kept)


def host_of(text: str) -> str | None:
    """The host of a URL in normal form, a domain name or an address; None where there is none. Never raises."""
    found = _PLAIN_HOST.match(text)
    try:
        if found and "\0" not in text:
            return _host(found.group(1))
        return split(text).host
    except InvalidValue:
        return None


def is_prefix(prefix: str, url: str) -> bool:
    """Whether `url` begins with `prefix`: the same host and port, and path and query begin with the same characters.

    Characters, not path segments: `/a` is a prefix of `/a/b`, `/a?x` and `/ab`. Case matters in paths. Both sides
    are brought to normal form, and runs of slashes in a path count as one, as servers take them: `//gate.php` does
    not evade `/gate.php`. `http` and `https` are the same here, each at its own port or both at the same one; any
    other scheme must agree. What is no URL has no prefix; a `prefix` that is none raises `InvalidValue`.
    """
    wanted, wanted_rest = _comparable(prefix)
    try:
        found, rest = _parts(url)
    except InvalidValue:
        return False
    return found.host == wanted.host and rest.startswith(wanted_rest) and _same_door(wanted, found)


def _same_door(one: Url, other: Url) -> bool:
    if one.scheme != other.scheme and not {one.scheme, other.scheme} <= _WEB:
        return False
    ports = _port(one), _port(other)
    return ports[0] == ports[1] or ports == (_DEFAULT_PORTS.get(one.scheme), _DEFAULT_PORTS.get(other.scheme))


def _parts(text: str) -> tuple[Url, str]:
    """The parts of a URL, and its path and query in the form that prefixes are compared in."""
    url = split(text)
    return url, _without_dots(_SLASHES.sub("/", _escaped(url.path))) + _query(url)


_comparable = lru_cache(maxsize=65_536)(_parts)
"""The parts of prefixes: few, and each compared with many URLs."""
