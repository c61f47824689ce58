"""Access logs of Apache, nginx and others: `common`, `combined`, `vhost_combined`.

    192.0.2.15 - sato [03/Feb/2026:09:00:00 +0900] "GET /a.html HTTP/1.1" 200 512 "http://x.example/" "Mozilla/5.0"
    www.example.jp:443 198.51.100.7 - - [03/Feb/2026:09:00:01 +0900] "POST /b HTTP/1.1" 404 12 "-" "curl/8.4.0"

Client, identity, user, time, request, status, bytes, referrer, user agent: httpd.apache.org/docs/2.4/logs.html and
nginx.org/en/docs/http/ngx_http_log_module.html. What follows (X-Forwarded-For in nginx's `main`, durations) stands in
`message`. The server is the organisation's own, the client is the source. Without a virtual host a URL is its path;
a request for a whole URL, or CONNECT, was made to a proxy, and names its host itself.
"""

from collections.abc import Iterator
from typing import ClassVar

from sekimori.formats.encoding import TextLine
from sekimori.model.report import N_
from sekimori.readers.network.access_line import AccessLine, access_line
from sekimori.readers.network.squid_custom import is_of_squid
from sekimori.readers.network.text_rows import Row, integer, mostly, read_lines
from sekimori.readers.network.web_fields import asker, client, url_of
from sekimori.readers.protocol import Head, Item, Reader, ReadingContext, Source

__all__ = ["AccessLog"]

_NO_LINE = N_("not a line of a web server's access log")
_NO_TIME = N_("the time of the line cannot be read")


class AccessLog(Reader):
    """Access logs of web servers."""

    name: ClassVar[str] = "web.access"
    title: ClassVar[str] = "Web server access log (Apache, nginx)"

    def recognises(self, head: Head) -> bool:
        """Most of the first lines fit, and Squid did not write them."""
        return mostly(head, _fits) and not mostly(head, is_of_squid)

    def read(self, source: Source, context: ReadingContext) -> Iterator[Item]:
        """One record a line."""
        return read_lines(source, lambda line: _row(line, context))


def _fits(text: str) -> bool:
    return access_line(text) is not None and not is_of_squid(text)


def _row(line: TextLine, context: ReadingContext) -> Row | str:
    found = access_line(line.text)
    if found is None:
        return _NO_LINE
    row = found.row(context.zone)
    if row is None:
        return _NO_TIME
    source, left = asker(client(found.parts["client"]), found.forwarded)
    port = integer(found.parts["port"])
    row |= {
        "event_dataset": AccessLog.name,
        "url_original": _url(found, port),
        "destination_port": port,
        "message": found.message(forwarded=left, host=None if found.target else found.host),
    }
    return row | source


def _url(line: AccessLine, port: int | None) -> str | None:
    return url_of(line.host, line.target, port=None if port in {80, 443} else port) if line.target else None
