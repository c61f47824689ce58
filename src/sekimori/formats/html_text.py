"""What a reader sees of an HTML page, and where it leads: text, links with their texts, forms, sources.

An own walk over the tags: the standard library's parser is slow for thousands of mails and takes quadratic time on
crafted input. This one looks at every character a bounded number of times and never raises. Nothing is fetched, no
script is run, no style applied: text that a style hides counts as text, and stands behind all other where it hides
within a line, so that it parts no word. Reference: the WHATWG HTML Living Standard,
section 13.2 (parsing), as far as it matters here.

    <p>議事録は<a href="http://evil.example/a">www.example.jp</a>へ</p>
"""

import html
import re
from dataclasses import dataclass, field

__all__ = ["TAGS", "HtmlText", "Link", "charset_of", "read"]

TAGS = 100_000
"""So many tags of a page are walked over; what follows them is only searched for text and targets."""


@dataclass(frozen=True, slots=True)
class Link:
    """Where a link leads, and the text that it shows."""

    target: str
    text: str


@dataclass(frozen=True, slots=True)
class HtmlText:
    """Visible text, links in their order, targets of forms, and sources of what is loaded (images, frames).

    `is_long` says that there are more than `TAGS` tags: what the later ones lead to stands among the links, without
    their texts, and what scripts and styles hold stands in the text.
    """

    text: str
    links: tuple[Link, ...] = ()
    forms: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    is_long: bool = False


_META = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_:.-]{2,40})", re.IGNORECASE)
_NAME = re.compile(r"</?[A-Za-z]")
# With possessive repetition nothing is tried twice; a quote only counts after an equals sign.
_TAG = re.compile(r"""<(/?)([A-Za-z][^\s/>]*+)((?:[^>=]++|=\s*+(?:"[^"]*+"|'[^']*+')?+)*+)>""")
_BARE_TAG = re.compile(r"<(/?)([A-Za-z][^\s/>]*+)([^>]*+)>")
_ATTRIBUTE = re.compile(r"""([^\s"'>/=]++)(?:\s*+=\s*+(?:"([^"]*+)"|'([^']*+)'|([^\s>]*+)))?+""")
_LATER_TAG = re.compile(r"<[/!?A-Za-z][^<>]*+>")
_LATER_TARGET = re.compile(
    r"""<[a-z][^<>]*?\b(?:href|src|(?:form)?action|background|data|poster|url)\s*+=\s*+["']?+([^"'\s<>]++)""",
    re.IGNORECASE,
)
_SPACE = re.compile(r"[ \t\r\n\f]{2,}+|[\t\r\n\f]")
_LINE = "\0"  # stands for a line break among the pieces until white space, which means nothing, is collapsed
_HUGE_NUMBER = re.compile(r"&#[0-9]{8,}+;?")
_REFRESH = re.compile(r"url\s*=\s*['\"]?([^'\"\s>]+)", re.IGNORECASE)
_RAW_END = {
    name: re.compile(rf"</{name}(?=[\s/>])", re.IGNORECASE)
    for name in ("script", "style", "title", "textarea", "noframes", "xmp")
}
_UNSEEN = frozenset({"script", "style", "noframes"})
_BLOCK_NAMES = (
    "address article aside blockquote body br center dd div dl dt fieldset footer form h1 h2 h3 h4 h5 h6 head "
    "header hr html li main nav ol p pre section table title tr ul"
)
_BLOCKS = frozenset(_BLOCK_NAMES.split())
_CELLS = frozenset({"td", "th"})
_SOURCES = {
    "img": ("src",),
    "image": ("src", "href", "xlink:href"),
    "v:imagedata": ("src",),
    "v:fill": ("src",),
    "iframe": ("src",),
    "frame": ("src",),
    "embed": ("src",),
    "object": ("data",),
    "script": ("src",),
    "link": ("href",),
    "input": ("src",),
    "video": ("src", "poster"),
    "audio": ("src",),
    "source": ("src",),
    "body": ("background",),
    "table": ("background",),
    "td": ("background",),
}
_INLINE = frozenset({"span", "font", "b", "i", "u", "em", "strong", "small", "big", "sub", "sup", "del", "ins", "s"})
_HIDES = re.compile(r"(?:font-size|font|display|visibility)\s*:\s*(?:0(?![.\d]*[1-9])|none|hidden)", re.IGNORECASE)
_LINKS = frozenset({"a", "area", "base", "v:shape", "v:rect", "v:roundrect"})
_READ = _LINKS | _SOURCES.keys() | {"form", "button", "meta"}


def charset_of(data: bytes) -> str:
    """The character encoding that the page declares in its first 4 KiB, or an empty text."""
    found = _META.search(data[:4096])
    return found[1].decode("ascii") if found else ""


@dataclass(slots=True)
class _Page:
    """The page being read.

    `hiding` is the element whose text a style hides, and where its text begins; `hidden` the text of such elements.
    `quoted`, `comments`, `brackets` and `unended` remember that a closing quote, comment mark, bracket or tag was
    once searched to the end of the page in vain, so that it is never searched again: time stays linear.
    """

    page: str
    pieces: list[str] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    forms: list[str] = field(default_factory=list)
    sources: list[str] = field(default_factory=list)
    open_link: tuple[str, int] | None = None
    quoted: bool = True
    comments: bool = True
    brackets: bool = True
    hiding: tuple[str, int] | None = None
    nested: int = 0
    hidden: list[str] = field(default_factory=list)
    unended: set[str] = field(default_factory=set)

    def close_link(self) -> None:
        """The link that is open ends here."""
        if self.open_link is not None:
            target, start = self.open_link
            text = _unescaped("".join(self.pieces[start:])).replace(_LINE, " ")
            self.links.append(Link(target, " ".join(text.split())))
            self.open_link = None
            if "://" in text:
                self.pieces.append(" ")  # or the URL that the link shows would go on in the text after it

    def inline(self, name: str, attributes: str, *, closing: bool) -> None:
        """An element within a line begins or ends: what a style hides there is put aside."""
        if self.hiding is None:
            if not closing and "style" in attributes.lower() and _HIDES.search(attributes):
                self.hiding, self.nested = (name, len(self.pieces)), 0
        elif name == self.hiding[0] and not closing:
            self.nested += 1
        elif name == self.hiding[0] and self.nested:
            self.nested -= 1
        elif name == self.hiding[0]:
            start, self.hiding = self.hiding[1], None
            if self.open_link is not None and self.open_link[1] >= start:
                self.close_link()
            self.hidden += [_LINE, *self.pieces[start:]]
            del self.pieces[start:]

    def bracket(self, position: int) -> int:
        """The position after the next closing bracket; 0 where there is none."""
        found = self.page.find(">", position) if self.brackets else -1
        self.brackets = found >= 0
        return found + 1

    def tag(self, position: int) -> re.Match[str] | None:
        """The tag at a position, None where it is never closed; brackets in quoted values do not close it."""
        if self.quoted:
            if found := _TAG.match(self.page, position):
                return found
            self.quoted = False
        return _BARE_TAG.match(self.page, position) if self.bracket(position) else None


def read(page: str) -> HtmlText:
    """The text and the targets of a page."""
    reading = _Page(page.replace(_LINE, "") if _LINE in page else page)  # nobody sees a NUL
    page = reading.page
    pieces = reading.pieces
    position = tags = 0
    while (start := page.find("<", position)) >= 0 and tags < TAGS:
        tags += 1
        if start > position:
            pieces.append(page[position:start])
        position = _tag(reading, start) if _NAME.match(page, start) else _markup(reading, start)
    if is_long := start >= 0:
        _without_walking(reading, page[position:])
    else:
        pieces.append(page[position:])
        reading.close_link()
    found = (tuple(reading.links), tuple(reading.forms), tuple(reading.sources))
    return HtmlText(_lines("".join([*pieces, *reading.hidden])), *found, is_long=is_long)


def _without_walking(reading: _Page, rest: str) -> None:
    """The text of the rest of a page, and the first target of each of its tags."""
    reading.close_link()
    reading.pieces.append(_LATER_TAG.sub(_LINE, rest))
    targets = (_clean(_unescaped(found[1])) for found in _LATER_TARGET.finditer(rest))
    reading.links.extend(Link(target, "") for target in targets if not target.startswith(("data:", "cid:")))


def _markup(reading: _Page, start: int) -> int:
    """A comment, a declaration, or a bracket that is only text; returns where to go on."""
    page = reading.page
    if page.startswith("<!--", start):
        end = page.find("-->", start + 2) if reading.comments else -1
        reading.comments = end >= 0
        return end + 3 if end >= 0 else start + 4
    if page.startswith(("<!", "<?", "</"), start) and (end := reading.bracket(start)):
        return end
    reading.pieces.append("<")
    return start + 1


def _tag(reading: _Page, start: int) -> int:
    """A tag; returns where to go on. One that is never closed is text."""
    found = reading.tag(start)
    if found is None:
        reading.pieces.append("<")
        return start + 1
    closing, name, attributes = found.groups()
    name = name.lower()
    if name in _BLOCKS:
        reading.pieces.append(_LINE)
    elif name in _CELLS:
        reading.pieces.append(" ")
    elif name == "a":
        reading.close_link()
    elif name in _INLINE:
        reading.inline(name, attributes, closing=bool(closing))
    if not closing and name in _READ:
        _target(reading, name, _attributes(attributes))
    return _raw_text(reading, name, found.end()) if not closing and name in _RAW_END else found.end()


def _raw_text(reading: _Page, name: str, position: int) -> int:
    """The content of an element without tags in it, such as a script; returns where it ends."""
    found = None if name in reading.unended else _RAW_END[name].search(reading.page, position)
    if found is None:
        reading.unended.add(name)
        return position
    if name not in _UNSEEN:
        reading.pieces.append(reading.page[position : found.start()] + _LINE)
    return found.start()


def _target(reading: _Page, name: str, attributes: dict[str, str]) -> None:
    """What a tag that leads somewhere tells."""
    if name in _LINKS and attributes.get("href"):
        reading.close_link()
        reading.open_link = (_clean(attributes["href"]), len(reading.pieces))
        if name != "a":
            reading.close_link()
    elif name == "form" and attributes.get("action"):
        reading.forms.append(_clean(attributes["action"]))
    elif name in {"button", "input"} and attributes.get("formaction"):
        reading.forms.append(_clean(attributes["formaction"]))
    elif name == "meta" and attributes.get("http-equiv", "").lower() == "refresh":
        reading.links.extend(Link(_clean(target), "") for target in _REFRESH.findall(attributes.get("content", ""))[:1])
    loaded = (attributes.get(key, "") for key in _SOURCES.get(name, ()))
    reading.sources.extend(_clean(source) for source in loaded if source and not source.startswith(("data:", "cid:")))


def _attributes(tag: str) -> dict[str, str]:
    attributes: dict[str, str] = {}
    for name, double, single, bare in _ATTRIBUTE.findall(tag):
        attributes.setdefault(name.lower(), _unescaped(double or single or bare))
    return attributes


def _clean(target: str) -> str:
    """A target without what a browser leaves out: line ends, tabs, space around it, a quote never closed."""
    return target.strip(" \t\r\n\f'\"").replace("\n", "").replace("\r", "").replace("\t", "")


def _unescaped(text: str) -> str:
    if "&" not in text:
        return text
    try:
        return html.unescape(text)
    except ValueError:  # Python turns no number of thousands of digits into an integer
        return html.unescape(_HUGE_NUMBER.sub("\ufffd", text))


def _lines(text: str) -> str:
    """The text on lines of its own, without empty ones; white space is collapsed as a browser does."""
    lines = _unescaped(_SPACE.sub(" ", text)).replace(_LINE, "\n").split("\n")
    return "\n".join(stripped for line in lines if (stripped := line.strip()))
