"""What a text holds: URLs, domain names, addresses and mail addresses, wherever they are glued to.

Japanese stands beside them without blanks, sentences end behind them, brackets close around them. Every step is
linear in the text: what looks backward or tries again looks at a bounded stretch. Defanged text is for
`sekimori.extract.scan_defanged`; only `hxxp` is understood here.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from sekimori.values import address, domain, mail_address, url
from sekimori.values.errors import InvalidValue

__all__ = ["Found", "Scanned", "scan", "scan_urls"]


@dataclass(frozen=True, slots=True)
class Found:
    """One observable in a text: `value` in normal form, `text` as it stands at `offset` (characters)."""

    value: str
    text: str
    offset: int
    length: int


@dataclass(frozen=True, slots=True)
class Scanned:
    """What a text holds, each in the text's order and as often as it stands there.

    What is part of a URL or mail address is not listed again as a domain name or address.
    """

    urls: tuple[Found, ...] = ()
    domains: tuple[Found, ...] = ()
    addresses: tuple[Found, ...] = ()
    mail_addresses: tuple[Found, ...] = ()


_NOTHING = Scanned()

_SCHEME = re.compile(r"(?:https?|ftp|hxxps?|fxp)\Z", re.IGNORECASE)
_LABEL = r"(?:[\w-]{1,63}(?=\.\w)|[A-Za-z0-9_%-]{1,63})"  # a label that is not ASCII must have another behind it
_AUTHORITY = re.compile(
    rf"(?:[A-Za-z0-9._~!$&*+,;=:%-]{{0,200}}+@)?(?:\[[0-9A-Fa-f:.]{{2,45}}\]|{_LABEL}(?:\.{_LABEL}){{0,12}})(?::[0-9]{{1,5}})?"
)
_AFTER_HOST = frozenset("/?#\\")
_RUN = re.compile(r"(?:[A-Za-z0-9._~:/?#@!$&*+=%\\-]|[,;](?!h(?:tt|xx)ps?://))++", re.IGNORECASE)
_CLOSING = {"(": ")", "[": "]"}
_TRAILING = ".,;:!?*([~\\"

_LOCAL_LENGTH = 256
_LOCAL_REVERSED = re.compile(r"[A-Za-z0-9._+'-]++")
_MAIL_DOMAIN = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_-]|\.(?=[A-Za-z0-9])){1,252}+", re.ASCII)

# Not behind a path separator, unless two of them begin a network path; possessive, hence linear.
_DOTTED = re.compile(r"(?<![A-Za-z0-9_.-])(?:(?<![\\/])|(?<=//)|(?<=\\\\))[A-Za-z0-9_-]++(?:\.[A-Za-z0-9_-]++)++")
_WIDE_DOTTED = re.compile(
    r"(?:^|(?<=[\s\"'<(\[「『（【]))[\w-]{1,63}+(?:\.[\w-]{1,63}+){1,10}+(?=$|[\s\"'>)\]」』）】])",
    re.MULTILINE,
)
_GLUED = re.compile(r"[A-Za-z0-9][\u3000-\uffff]|[\u3000-\uffff][A-Za-z0-9]")  # Japanese with a name behind it
_ESCAPE = re.compile(r"%[0-9A-Fa-f]{2}")
_IPV4 = re.compile(r"[0-9]{1,3}(?:\.[0-9]{1,3}){3}")
_IPV4_RANGE = re.compile(rf"{_IPV4.pattern}(?:-{_IPV4.pattern})?")
_NO_DOMAIN_BEFORE = frozenset("(=@")  # a call or assignment in a program; an account's name
_IPV6 = re.compile(
    r"(?<![\w:.-])[0-9A-Fa-f]{0,4}(?::[0-9A-Fa-f]{0,4}){2,8}(?:(?<=:)[0-9]{1,3}(?:\.[0-9]{1,3}){3})?(?![\w:-]|\.\w)",
    re.ASCII,
)
_VERSION_BEFORE = re.compile(
    r"(?:(?<![A-Za-z])(?:ver(?:sion)?|v|rev(?:ision)?|release|build)|(?:バージョン|版)[はが]?)[\s.:：=]{0,3}\Z",
    re.IGNORECASE,
)
_PRODUCT_BEFORE = re.compile(r"[A-Za-z]/\Z")

_FILE_TOPS = frozenset(["cab", "inc", "md", "mk", "mov", "pl", "pm", "ps", "py", "rs", "sh", "so", "zip"])
"""Top labels that more often end a file's name than a domain's in running text."""


def scan(text: str) -> Scanned:
    """Everything in the text."""
    if "." not in text and ":" not in text:
        return _NOTHING
    urls = scan_urls(text)
    rest = _without(text, urls)
    mails = tuple(_mails(rest)) if "@" in rest else ()
    rest = _without(rest, mails)
    addresses = list(_ipv6(rest)) if rest.count(":") > 1 else []
    rest = _without(rest, addresses)
    domains = [] if rest.isascii() else list(_wide_domains(rest))
    rest = _without(rest, domains)
    for found in _DOTTED.finditer(rest):
        _sort_out(found, domains, addresses)
    if not (urls or domains or addresses or mails):
        return _NOTHING
    return Scanned(urls, _in_order(domains), _in_order(addresses), mails)


def scan_urls(text: str) -> tuple[Found, ...]:
    """Only the URLs: http, https, ftp and hxxp."""
    if "://" not in text:
        return ()
    return tuple(_urls(text))


def _urls(text: str) -> Iterator[Found]:
    after = 0
    at = text.find("://")
    while at >= 0:
        scheme = _SCHEME.search(text, max(after, at - 5), at)
        after = at + 3
        authority = _AUTHORITY.match(text, after) if scheme else None
        if scheme and authority:
            host = f"{_plain_scheme(scheme.group())}://{authority.group()}"
            if url.host_of(host):
                written = scheme.group() + "://" + authority.group() + _path(text, authority.end())
                after = scheme.start() + len(written)
                written = written.rstrip(_TRAILING)
                yield from _valid(url.normal, written, scheme.start(), _plain_scheme(written))
        at = text.find("://", after)


def _plain_scheme(text: str) -> str:
    lower = text[:5].lower()
    if lower.startswith("hxxp"):
        return "http" + text[4:]
    return "ftp" + text[3:] if lower.startswith("fxp") else text


def _path(text: str, start: int) -> str:
    """Path, query and fragment: up to a character that no URL has, or a bracket that closes what it did not open."""
    if text[start : start + 1] not in _AFTER_HOST:
        return ""
    opened: list[str] = []
    at = start
    while True:
        run = _RUN.match(text, at)
        at = run.end() if run else at
        bracket = text[at : at + 1]
        if bracket in _CLOSING:
            opened.append(_CLOSING[bracket])
        elif not bracket or not opened or opened.pop() != bracket:
            return text[start:at]
        at += 1


def _valid(normal: Callable[[str], str], text: str, offset: int, plain: str | None = None) -> Iterator[Found]:
    try:
        yield Found(normal(text if plain is None else plain), text, offset, len(text))
    except InvalidValue:
        return


def _without(text: str, found: Iterable[Found]) -> str:
    """The text with blanks in place of what was found."""
    parts: list[str] = []
    at = 0
    for one in found:
        parts += (text[at : one.offset], " " * one.length)
        at = one.offset + one.length
    return "".join((*parts, text[at:])) if at else text


def _mails(text: str) -> Iterator[Found]:
    after = 0
    at = text.find("@")
    while at >= 0:
        local = _LOCAL_REVERSED.match(text[max(after, at - _LOCAL_LENGTH) : at][::-1])
        host = _MAIL_DOMAIN.match(text, at + 1) if local else None
        after = at + 1
        if local and host:
            name = local.group()[::-1].lstrip(".'-")
            known = _domain_of(host.group().rstrip("-"), files=True)
            if name and known:
                after = at + 1 + len(host.group())
                yield from _valid(mail_address.normal, f"{name}@{host.group().rstrip('-')}", at - len(name))
        at = text.find("@", after)


def _ipv6(text: str) -> Iterator[Found]:
    for found in _IPV6.finditer(text):
        written = found.group()
        groups = [group for group in written.split(":") if group]
        # `10:20:30`, `a::b` and the like are times and names in programs, not addresses.
        if any(len(group) > 2 for group in groups) and any(c.isdigit() for c in written):
            yield from _valid(address.normal, written, found.start())


def _sort_out(found: re.Match[str], domains: list[Found], addresses: list[Found]) -> None:
    text, offset, source = found.group(), found.start(), found.string
    if text[-1].isdigit():
        for part in _IPV4.finditer(text) if _IPV4_RANGE.fullmatch(text) else ():
            if not _is_version(source, offset):
                addresses.extend(_valid(address.normal, part.group(), offset + part.start()))
        return
    if source[offset - 1 : offset] == "%" and _ESCAPE.match(source, offset - 1):
        text, offset = text[2:], offset + 2
    offset += len(text) - len(text.lstrip("-"))
    text = text.strip("-")
    if source[found.end() : found.end() + 1] in _NO_DOMAIN_BEFORE or _in_local_path(source, offset):
        return
    if name := _domain_of(text):
        domains.append(Found(name, text, offset, len(text)))


def _is_version(text: str, start: int) -> bool:
    before = text[max(0, start - 16) : start]
    return bool(_VERSION_BEFORE.search(before) or _PRODUCT_BEFORE.search(before))


def _in_local_path(text: str, start: int) -> bool:
    r"""Whether the two separators before it stand inside a path (`C:\\x`, `a//b.com`) and begin no network path."""
    return text[start - 1 : start] in ("/", "\\") and start > 2 and text[start - 3] not in " \t\r\n\"'=(:,;<>"


def _domain_of(text: str, *, files: bool = False) -> str | None:
    """The normal form of a domain name of the internet, None for what is none; `files` takes names like files' too."""
    top = text.rpartition(".")[2]
    lower = top.lower()
    if top != lower and not text.isupper():  # System.IO
        return None
    if lower in _FILE_TOPS and not files and not text.lower().startswith("www."):
        return None
    if len(text) > 253 or lower == "test" or not domain.has_known_top(lower):  # unit.test is a program's name
        return None
    try:
        name = domain.normal(text)
    except InvalidValue:
        return None
    return name if "." in name else None


def _in_order(found: list[Found]) -> tuple[Found, ...]:
    return tuple(sorted(found, key=lambda one: one.offset)) if len(found) > 1 else tuple(found)


def _wide_domains(text: str) -> Iterator[Found]:
    """Names in other scripts, where blanks, quotes or brackets stand around them: in running text nobody can tell."""
    for found in _WIDE_DOTTED.finditer(text):
        name = None if found.group().isascii() or _GLUED.search(found.group()) else _domain_of(found.group())
        if name:
            yield Found(name, found.group(), found.start(), len(found.group()))
