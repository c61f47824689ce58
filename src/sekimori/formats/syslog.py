"""The head that syslog puts before a message, in the forms that files have, taken off.

    <134>Oct  6 09:00:01 gw1 sshd[11]: text          RFC 3164, with or without the number in front
    Oct  6 2026 09:00:01 gw1 : %ASA-6-302013: text   the same with a year, or a zone, as Cisco writes it
    2026-10-06T09:00:01.123+09:00 gw1 named[7]: text ISO times (rsyslog, syslog-ng)
    <134>1 2026-10-06T00:00:01Z gw1 app 11 ID [sd x="y"] text    RFC 5424
    2026-10-06 09:00:01<TAB>Local7.Info<TAB>192.0.2.1<TAB>text    Kiwi, and others like it

A line without such a head is its own message.
"""

import re
from dataclasses import dataclass

__all__ = ["Wrapped", "unwrapped"]

_OLD_TIME = r"[A-Z][a-z]{2} [ 0-3]?\d (?:\d{4} )?\d\d:\d\d:\d\d(?:\.\d{1,9})?(?: [A-Z]{3,4}(?=[ :]))?"
_ISO_TIME = r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:Z|[+-]\d\d:?\d\d)?"
_OLD = re.compile(
    rf"(?:<\d{{1,3}}>)?(?:\d+: )?(?P<time>{_OLD_TIME}|{_ISO_TIME}):? (?:(?P<host>\w[\w.:%-]{{0,253}}\w?) )?:? ?"
    r"(?:(?P<program>[\w./-]{1,48})(?:\[(?P<pid>\d{1,10})\])?: )?"
)
_NEW = re.compile(
    rf"<\d{{1,3}}>1 (?P<time>{_ISO_TIME}|-) (?P<host>\S{{1,255}}) (?P<program>\S{{1,48}}) (?P<pid>\S{{1,128}}) "
    r'\S{1,32} (?:-|(?:\[(?:[^\]"\\]|"(?:[^"\\]|\\.)*+")*+\])+)(?: |$)'
)
_KIWI = re.compile(
    rf"(?P<time>{_ISO_TIME})\t(?P<level>[A-Za-z]\w{{1,15}}\.[A-Z][a-z]{{1,12}})\t(?P<host>[\w.:-]{{1,255}})\t"
)
_NUMBER = re.compile(r"<\d{1,3}>")


@dataclass(frozen=True, slots=True)
class Wrapped:
    """A message and what stood before it; empty where nothing did. `time` is as written."""

    message: str
    time: str = ""
    host: str = ""
    program: str = ""
    pid: str = ""


def unwrapped(line: str) -> Wrapped:
    """The message of a line, without syslog's head."""
    for form in (_NEW, _KIWI, _OLD):
        if found := form.match(line):
            parts = {name: "" if value in (None, "-") else value for name, value in found.groupdict().items()}
            parts.pop("level", None)
            return Wrapped(message=line[found.end() :].removeprefix("\ufeff"), **parts)
    return Wrapped(message=_NUMBER.sub("", line, count=1) if line.startswith("<") else line)
