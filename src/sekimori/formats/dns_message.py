"""A message of the domain name system, from its bytes: the question, the answers, the response code.

RFC 1035, section 4; SVCB and HTTPS as in RFC 9460. A pointer in a name may only go back, before where the name began:
so a loop cannot be, and 255 bytes bound every name (sections 4.1.4 and 3.1). Names are as written, without the dot at
the end; a byte that is no plain character stands as `\\DDD`, a dot inside a label as `\\.` (section 5.1).
"""

import re
import socket
import struct
from dataclasses import dataclass

__all__ = ["Message", "message", "type_name"]

_TYPES = {
    1: "A", 2: "NS", 5: "CNAME", 6: "SOA", 12: "PTR", 13: "HINFO", 15: "MX", 16: "TXT", 28: "AAAA", 29: "LOC",
    33: "SRV", 35: "NAPTR", 39: "DNAME", 41: "OPT", 43: "DS", 44: "SSHFP", 46: "RRSIG", 47: "NSEC", 48: "DNSKEY",
    50: "NSEC3", 52: "TLSA", 64: "SVCB", 65: "HTTPS", 99: "SPF", 249: "TKEY", 250: "TSIG", 251: "IXFR", 252: "AXFR",
    255: "ANY", 256: "URI", 257: "CAA",
}  # fmt: skip
_CODES = ("NOERROR", "FORMERR", "SERVFAIL", "NXDOMAIN", "NOTIMP", "REFUSED", "YXDOMAIN", "YXRRSET", "NXRRSET",
          "NOTAUTH", "NOTZONE")  # fmt: skip
_HEAD = struct.Struct(">6H")
_RECORD = struct.Struct(">HHIH")
_NAME_AT = {2: 0, 5: 0, 12: 0, 39: 0, 15: 2, 33: 6, 64: 2, 65: 2}
"""Where the name stands in the data of a record, by its type."""
_BINDINGS = (64, 65)
_HINTS = {4: (socket.AF_INET, 4), 6: (socket.AF_INET6, 16)}
_PLAIN = re.compile(rb"[!-\[\]-~]*")
_LONGEST_NAME = 255
_MOST_QUESTIONS = 64
_MOST_ANSWERS = 1_000


@dataclass(frozen=True, slots=True)
class Message:
    """What a message asks and answers.

    `name` and `type` are the first question's; where there is none (mDNS), the first answer's. `addresses` and
    `names` are those in the answers, each once. `whole` is False where the answers broke off or were cut.
    """

    id: int
    is_response: bool
    name: str
    type: str
    code: str
    addresses: tuple[str, ...]
    names: tuple[str, ...]
    whole: bool


def type_name(number: int) -> str:
    """The name of a record type; `TYPE` and the number for one that is not known (RFC 3597, section 5)."""
    return _TYPES.get(number) or f"TYPE{number}"


def message(data: bytes) -> Message | None:
    """The message; None where head or question cannot be read. Answers that break off leave those before them."""
    try:
        number, flags, questions, answers, _, _ = _HEAD.unpack_from(data)
        if questions > _MOST_QUESTIONS:
            return None
        at, name, kind = _HEAD.size, "", 0
        for index in range(questions):
            asked, at = _name(data, at)
            if index == 0:
                name, kind = asked, int.from_bytes(data[at : at + 2], "big")
            at += 4
        if at > len(data) or not (questions or answers):
            return None
    except (struct.error, IndexError, ValueError):
        return None
    found = _Answers(name, kind)
    whole = found.read(data, at, min(answers, _MOST_ANSWERS)) and answers <= _MOST_ANSWERS
    code = flags & 15
    return Message(
        id=number,
        is_response=flags >> 15 == 1,
        name=found.name,
        type=type_name(found.kind),
        code=_CODES[code] if code < len(_CODES) else f"RCODE{code}",
        addresses=tuple(dict.fromkeys(found.addresses)),
        names=tuple(dict.fromkeys(found.names)),
        whole=whole,
    )


class _Answers:
    """What the answers of a message hold."""

    def __init__(self, name: str, kind: int) -> None:
        self.name, self.kind = name, kind
        self.addresses: list[str] = []
        self.names: list[str] = []

    def read(self, data: bytes, at: int, count: int) -> bool:
        """So many records from there; whether all could be read."""
        try:
            for _ in range(count):
                owner, at = _name(data, at)
                kind, _, _, length = _RECORD.unpack_from(data, at)
                at += _RECORD.size
                if at + length > len(data):
                    return False
                if not self.name:
                    self.name, self.kind = owner, kind
                self._take(data, at, length, kind)
                at += length
        except (struct.error, IndexError, ValueError):
            return False
        return True

    def _take(self, data: bytes, at: int, length: int, kind: int) -> None:
        if kind == 1 and length == 4:
            self.addresses.append(socket.inet_ntop(socket.AF_INET, data[at : at + 4]))
        elif kind == 28 and length == 16:
            self.addresses.append(socket.inet_ntop(socket.AF_INET6, data[at : at + 16]))
        elif kind in _NAME_AT:
            name, behind = _name(data, at + _NAME_AT[kind])
            if name != ".":
                self.names.append(name)
            if kind in _BINDINGS:
                self._hints(data, behind, at + length)

    def _hints(self, data: bytes, at: int, end: int) -> None:
        """The addresses that a service binding names, so that no further question is needed."""
        while at + 4 <= end:
            key, length = struct.unpack_from(">HH", data, at)
            at += 4
            family, width = _HINTS.get(key, (0, 0))
            if width:
                for start in range(at, min(at + length, end) - width + 1, width):
                    self.addresses.append(socket.inet_ntop(family, data[start : start + width]))
            at += length


def _name(data: bytes, at: int) -> tuple[str, int]:
    """A name and what stands behind it. Raises `IndexError` or `ValueError` for one that is none."""
    labels: list[bytes] = []
    behind, first, size = -1, at, 1
    while length := data[at]:
        if length >= 0xC0:
            target = (length & 0x3F) << 8 | data[at + 1]
            if behind < 0:
                behind = at + 2
            if target >= first:
                raise ValueError("a pointer does not go back")
            at = first = target
            continue
        size += length + 1
        if length > 63 or size > _LONGEST_NAME:
            raise ValueError("a name is too long")
        at += length + 1
        if at > len(data):
            raise IndexError
        labels.append(data[at - length : at])
    text = b".".join(labels) or b"."
    if (labels and text.count(b".") >= len(labels)) or not _PLAIN.fullmatch(text):
        return ".".join(map(_escaped, labels)), behind if behind >= 0 else at + 1
    return text.decode("ascii"), behind if behind >= 0 else at + 1


def _escaped(label: bytes) -> str:
    return "".join(_character(byte) for byte in label)


def _character(byte: int) -> str:
    if byte in b".\\":
        return "\\" + chr(byte)
    return chr(byte) if 0x21 <= byte <= 0x7E else f"\\{byte:03d}"
