"""One alternative of a STIX pattern as something to look for: which object's property is which observable."""

import re
from collections.abc import Callable, Iterable

from sekimori.model.indicator import MatchMode
from sekimori.model.report import N_
from sekimori.sharing.stix_pattern import Comparison, Term
from sekimori.sharing.taking import NotTaken, Taken, shown, take
from sekimori.values import file_path
from sekimori.values.errors import InvalidValue
from sekimori.values.text import fold
from sekimori.values.types import ObservableType as T

__all__ = ["taken_of"]

_HOST = "host"
_FOLDER = "folder"
_PATHS: dict[str, T | str] = {
    "domain-name:value": T.DOMAIN,
    "ipv4-addr:value": T.ADDRESS,
    "ipv6-addr:value": T.ADDRESS,
    "url:value": T.URL,
    "email-addr:value": T.MAIL_ADDRESS,
    "email-addr:display_name": T.DISPLAY_NAME,
    "email-message:from_ref.value": T.MAIL_ADDRESS,
    "email-message:sender_ref.value": T.MAIL_ADDRESS,
    "email-message:from_ref.display_name": T.DISPLAY_NAME,
    "email-message:subject": T.SUBJECT,
    "email-message:message_id": T.MESSAGE_ID,
    "email-message:additional_header_fields.X-Mailer": T.MAILER,
    "email-message:body_multipart[*].body_raw_ref.name": T.FILE_NAME,
    "file:name": T.FILE_NAME,
    "file:parent_directory_ref.path": _FOLDER,
    "directory:path": T.FILE_PATH,
    "windows-registry-key:key": T.REGISTRY_KEY,
    "network-traffic:dst_ref.value": _HOST,
    "network-traffic:src_ref.value": _HOST,
    "network-traffic:extensions.http-request-ext.request_header.User-Agent": T.USER_AGENT,
    "user-account:user_id": T.USER,
    "user-account:account_login": T.USER,
    "process:name": T.FILE_NAME,
    "process:image_ref.name": T.FILE_NAME,
    "process:binary_ref.name": T.FILE_NAME,
    "process:extensions.windows-service-ext.service_name": T.SERVICE,
}
_HASH = re.compile(
    r"(?:file|artifact|x509-certificate|process:(?:image|binary)_ref)[:.]hashes\.(?:md5|sha-?1|sha-?256|sha-?512)",
    re.IGNORECASE,
)
_HASH_OF_FILE = re.compile(r"file:hashes\.")
_REFINEMENTS = {
    "network-traffic:dst_ref.value": re.compile(
        r"network-traffic:(?:dst_port|src_port|protocols.*|(?:dst|src)_ref\.type)"
    ),
    "domain-name:value": re.compile(r"domain-name:resolves_to_refs.*"),
    "email-addr:value": re.compile(r"email-addr:display_name"),
}
"""What says more about the same observation without making the value itself less telling."""
_TYPE_ALONE = re.compile(r".*_ref\.type")
_BLOCKS = re.compile(r"((?:[0-9]{1,3}\.){1,3})%")


def taken_of(term: Term) -> list[Taken]:
    """What to look for. Raises `InvalidValue` or `NotTaken`.

    A conjunction never becomes alternatives: it is taken only where one of its values alone already means it. The
    hashes of a file do, each of them, and so does its whole path; what else the term says is kept as a note. An address
    with a port, and a name with what it resolves to, are taken without that, and said to be widened.
    """
    if len(term) == 1:
        return [_single(term[0])]
    return _by_hash(term) or _by_path(term) or _by_refined(term) or _refuse(term)


def _by_hash(term: Term) -> list[Taken]:
    known = [c for c in term if c.operator == "=" and _HASH_OF_FILE.match(c.path) and _HASH.fullmatch(c.path)]
    if not all(c.path.startswith("file:") for c in term):
        return []
    return [_single(c)._replace(note=_note(o for o in term if o is not c)) for c in known]


def _by_path(term: Term) -> list[Taken]:
    named = {c.path: c.value for c in term if c.operator == "="}
    folder, name = named.get("file:parent_directory_ref.path"), named.get("file:name")
    if len(term) != 2 or not folder or not name:
        return []
    separator = "/" if folder.startswith("/") else "\\"
    return [take(T.FILE_PATH, folder.rstrip("\\/") + separator + name)]


def _by_refined(term: Term) -> list[Taken]:
    for main in term:
        refinement = _REFINEMENTS.get(main.path)
        others = [c for c in term if c is not main]
        if refinement and all(refinement.fullmatch(c.path) for c in others):
            widened = not all(_TYPE_ALONE.fullmatch(c.path) for c in others)
            return [_single(main)._replace(note=_note(others), widened=widened)]
    return []


def _refuse(term: Term) -> list[Taken]:
    paths = " AND ".join(f"{c.path} {c.operator}" for c in term)
    raise NotTaken(N_("no single value stands for {paths}").format(paths=shown(paths)))


def _note(others: Iterable[Comparison]) -> str:
    return "; ".join(f"and {c.path} {c.operator} {shown(c.value, 100)}" for c in others)


def _single(comparison: Comparison) -> Taken:
    path = comparison.path
    type_ = T.HASH if _HASH.fullmatch(path) else _PATHS.get(path)
    if type_ is None:
        raise NotTaken(N_("{path} is not hunted").format(path=shown(path)))
    read = _READ.get(comparison.operator)
    if read is None:
        raise NotTaken(N_("{text} cannot be asked for").format(text=f"{shown(path)} {comparison.operator}"))
    return read(type_, comparison.value)


def _equal(type_: T | str, value: str) -> Taken:
    if type_ == _FOLDER:
        folder = file_path.normal(value)
        separator = "/" if folder.startswith("/") else "\\"
        return Taken(T.FILE_PATH, MatchMode.CONTAINS, fold(folder.rstrip("\\/") + separator), "any file below")
    if type_ == _HOST:
        try:
            return take(T.ADDRESS, value)
        except InvalidValue:
            return take(T.DOMAIN, value, MatchMode.EQUAL)
    type_ = T(type_)
    return take(type_, value, MatchMode.EQUAL if type_ is T.DOMAIN else None)


def _like(type_: T | str, value: str) -> Taken:
    inner = value.strip("%")
    if "_" in inner or "%" in inner or type_ == _FOLDER or not inner:
        raise NotTaken(N_("LIKE {text} cannot be asked for").format(text=repr(shown(value, 80))))
    starts, ends = value.endswith("%"), value.startswith("%")
    if not starts and not ends:
        return _equal(type_, value)
    if type_ in (T.ADDRESS, _HOST) and (found := _BLOCKS.fullmatch(value)):
        blocks = found.group(1).count(".")
        return take(T.ADDRESS, found.group(1) + ".".join("0" * (4 - blocks)) + f"/{8 * blocks}", MatchMode.CIDR)
    if type_ == _HOST:
        type_ = T.DOMAIN
    if starts and ends:
        return take(T(type_), inner, MatchMode.CONTAINS)
    if type_ is T.DOMAIN and ends and inner.startswith("."):
        return take(T.DOMAIN, inner, MatchMode.BELOW)._replace(note="and the name itself")
    if type_ is T.URL and starts and inner.count("/") > 2:
        return take(T.URL, inner, MatchMode.URL_PREFIX)
    raise NotTaken(N_("LIKE {text} cannot be asked for exactly").format(text=repr(shown(value, 80))))


def _matches(type_: T | str, value: str) -> Taken:
    if type_ in (_FOLDER, _HOST):
        raise NotTaken(N_("MATCHES cannot be asked for there"))
    return take(T(type_), value, MatchMode.REGEX)


def _subset(type_: T | str, value: str) -> Taken:
    if type_ not in (T.ADDRESS, _HOST):
        raise NotTaken(N_("ISSUBSET is for addresses only"))
    return take(T.ADDRESS, value, MatchMode.CIDR)


_READ: dict[str, Callable[[T | str, str], Taken]] = {
    "=": _equal,
    "LIKE": _like,
    "MATCHES": _matches,
    "ISSUBSET": _subset,
}
