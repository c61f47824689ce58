"""Lines in the Common Log Format and what has grown from it: web servers' and Squid's.

    CLIENT IDENT USER [TIME] "REQUEST" STATUS SIZE "REFERRER" "USER AGENT" whatever more

Before it may stand the virtual host with its port, or the addresses of X-Forwarded-For, or syslog's head. The last
quotes may be missing, as where a line was cut; what stands before is whole all the same.
"""

import re
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from sekimori.readers.network.text_rows import Row, integer, rest, shown
from sekimori.readers.network.web_fields import agent, bare, request, time_of, unescaped

__all__ = ["AccessLine", "access_line"]

_ADDRESSES = r"[0-9a-fA-F.:]{3,45}(?:, ?[0-9a-fA-F.:]{3,45})*"
_HEAD = (
    rf"(?:(?P<before>-|unknown|{_ADDRESSES}) (?=[0-9a-fA-F.:]{{3,45}} \S+ \S+ \[))?"
    r"(?:(?P<host>[^\s:]{1,255}):(?P<port>\d{1,5}) (?=[^\s-]\S* \S+ [^\[]{1,256} \[)"
    r"|(?P<name>[\w-]+(?:\.[\w-]+)+) (?=[0-9a-fA-F.:]{3,45} \S+ \S+ \[))?"
    r"(?P<client>\S{1,255}) (?P<ident>\S{1,255}) (?P<user>[^\[]{1,256}) "
    r"\[(?P<time>\d{1,2}/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d:\d\d)(?:\.\d{1,9})?(?P<zone> [+-]\d{4})?\] "
)
_REST = (
    r'" (?P<status>\d{3}|-) (?P<size>\d{1,19}|-)'
    r'(?: "(?P<referrer>(?:[^"\\]|\\.)*+)" "(?P<agent>(?:[^"\\]|\\.)*+)(?:"|\\?$))?'
    r"(?P<more>(?: .*)?)"
)
_LINE = re.compile(rf'{_HEAD}"(?P<request>(?:[^"\\]|\\.)*+){_REST}', re.DOTALL)
_LOOSE = re.compile(
    rf'{_HEAD}"(?P<request>.*?){_REST}', re.DOTALL
)  # some servers leave quotes in a request as they are
_FORWARDED = re.compile(rf'(?:^|\s)"({_ADDRESSES})"')


@dataclass(frozen=True, slots=True)
class AccessLine:
    """The parts of a line as written; `more` is what stands behind the parts that all have.

    Without method and target it is no request: a closed connection, TLS spoken to a plain port.
    """

    parts: dict[str, str]
    more: str
    method: str | None
    target: str | None

    def row(self, zone: ZoneInfo) -> Row | None:
        """The columns but those of the URL and the message; None where the time cannot be read."""
        time = time_of(self.parts["time"] + self.parts["zone"], zone)
        if time is None:
            return None
        return {
            "timestamp": time,
            "source_user_name": shown(unescaped(self.parts["user"])),
            "http_request_method": self.method,
            "http_response_status_code": integer(self.parts["status"]),
            "http_request_referrer": shown(unescaped(self.parts["referrer"])),
            "user_agent_original": agent(unescaped(self.parts["agent"]), quoted=True),
            "destination_bytes": integer(self.parts["size"]),
        }

    @property
    def host(self) -> str | None:
        """The virtual host, where the line names it."""
        return shown(self.parts["host"] or self.parts["name"])

    @property
    def forwarded(self) -> str | None:
        """The addresses of X-Forwarded-For, where the line has them before or behind."""
        found = _FORWARDED.search(self.more)
        before = shown(self.parts["before"])
        return found[1] if found else None if before == "unknown" else before

    def message(self, **others: object) -> str | None:
        """What went into no column."""
        raw = None if self.method else shown(self.parts["request"])
        return rest({"ident": self.parts["ident"], "request": raw, "more": self.more, **others})


def access_line(text: str) -> AccessLine | None:
    """The parts of a line, also behind syslog's head; None for a line of another form."""
    message = bare(text)
    found = _LINE.fullmatch(message) or _LOOSE.fullmatch(message)
    if found is None:
        return None
    parts = {name: value or "" for name, value in found.groupdict().items()}
    method, target = request(unescaped(parts["request"])) or (None, None)
    return AccessLine(parts, parts.pop("more").strip(), method, target)
