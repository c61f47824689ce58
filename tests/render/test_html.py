import re
from base64 import b64encode
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from html.parser import HTMLParser

import pytest

from sekimori.model.report import CaseReport, TimelinePoint
from sekimori.model.triage import Triage, Verdict
from sekimori.render.html import ROWS, case_page
from sekimori.render.messages import LANGUAGES

VOID = {"meta", "br", "link", "img", "input", "hr"}
BLOCKS = {
    "tr",
    "p",
    "li",
    "h1",
    "h2",
    "h3",
    "dd",
    "dt",
    "figcaption",
    "pre",
    "section",
    "text",
    "title",
    "table",
    "div",
}


class Page(HTMLParser):
    """What a parser makes of a page: elements with their attributes, visible text in lines, faults in nesting."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.style = ""
        self.faults: list[str] = []
        self._open: list[str] = []
        self.feed(page)
        self.close()
        self.faults += [f"<{tag}> is never closed" for tag in self._open]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self._open.append(tag)
        if tag in BLOCKS or tag == "br":
            self.text += "\n"
        elif tag in {"td", "th"}:
            self.text += " | "

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        if not self._open or self._open.pop() != tag:
            self.faults.append(f"</{tag}> closes something else")

    def handle_data(self, data: str) -> None:
        if self._open and self._open[-1] == "style":
            self.style += data
        else:
            self.text += data

    @property
    def lines(self) -> str:
        """The visible text, a block a line."""
        lines = (re.sub(r"[ \t]+", " ", line).strip(" |") for line in self.text.split("\n"))
        return "\n".join(line for line in lines if line) + "\n"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_page_says_the_whole_answer(report: CaseReport, lang: str, snapshot: Callable[[str, str], None]) -> None:
    snapshot(f"case-{lang}.txt", Page(case_page(report, lang)).lines)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_hostile_content_is_shown_as_text(hostile: CaseReport, lang: str) -> None:
    lines = Page(case_page(hostile, lang)).lines
    shown = "\\x1b[2J\\x1b]0;owned\\x07</style></title><script>alert(1)</script>"
    shown += "\\u202efdp.exe javascript[:]alert(1) \\ud800"
    assert re.search(re.escape(shown + "A" * 100) + "A*…\\[\\+1048[0-9]{3}\\]", lines)
    assert "report.pdf[ ×90].exe" in lines
    assert "{{ 7*7 }}" in lines
    assert "{host}{count}" in lines
    assert "0001-01-01" in lines


@pytest.mark.parametrize("kind", ["report", "hostile"])
def test_the_page_stands_alone(kind: str, request: pytest.FixtureRequest) -> None:
    page = Page(case_page(request.getfixturevalue(kind), "ja"))
    assert page.faults == []
    allowed = {
        "html",
        "head",
        "meta",
        "title",
        "style",
        "body",
        "header",
        "main",
        "footer",
        "section",
        "article",
        "nav",
    }
    allowed |= {"h1", "h2", "h3", "p", "dl", "dt", "dd", "div", "span", "bdi", "strong", "br", "ul", "ol", "li", "a"}
    allowed |= {"table", "thead", "tbody", "tr", "th", "td", "code", "pre", "figure", "figcaption"}
    allowed |= {"svg", "desc", "rect", "text", "line", "g", "circle"}
    assert {tag for tag, _ in page.elements} <= allowed
    for tag, attributes in page.elements:
        assert not {name for name in attributes if name.startswith("on")} | (attributes.keys() & {"style", "src"}), tag
    links = [attributes["href"] or "" for tag, attributes in page.elements if tag == "a"]
    ids = {attributes["id"] for _, attributes in page.elements if "id" in attributes}
    assert links
    assert {link for link in links if link[:1] != "#" or link[1:] not in ids} == set()


def test_the_policy_allows_the_style_sheet_and_nothing_else(hostile: CaseReport) -> None:
    page = Page(case_page(hostile, "en"))
    digest = b64encode(sha256(page.style.encode()).digest()).decode()
    policy = [a["content"] for tag, a in page.elements if tag == "meta" and "http-equiv" in a]
    assert policy == [f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"]
    assert "url(" not in page.style
    assert "@import" not in page.style


def test_no_url_of_the_evidence_can_be_followed(report: CaseReport, hostile: CaseReport) -> None:
    assert re.findall(r"https?://|javascript:|update-energy\.example", case_page(report, "ja")) == []
    assert re.findall(r"https?://|javascript:", case_page(hostile, "ja")) == []


@pytest.mark.parametrize("char", ["\x1b", "\x07", "\u202e", "\u2028", "\ud800"])
def test_no_control_character_reaches_the_page(hostile: CaseReport, char: str) -> None:
    assert char not in case_page(hostile, "ja")


def test_the_hostile_page_stays_small(hostile: CaseReport) -> None:
    assert len(case_page(hostile, "ja")) < 400_000


def test_every_value_is_isolated_in_its_direction(report: CaseReport) -> None:
    arabic = "\u0645\u0631\u062d\u0628\u0627"
    assert re.search(rf"<h1><bdi[^>]*>{arabic}</bdi></h1>", case_page(replace(report, title=arabic), "en"))


def test_the_language_is_said(report: CaseReport) -> None:
    for lang in LANGUAGES:
        assert ("html", {"lang": lang}) in Page(case_page(report, lang)).elements


def test_long_tables_are_cut_and_counted(report: CaseReport) -> None:
    point = report.timeline[0]
    many = tuple(TimelinePoint(time=point.time, lane=point.lane, label=f"p{number}") for number in range(ROWS + 7))
    page = Page(case_page(replace(report, timeline=many), "en"))
    assert "7 more rows stand in the JSON document." in page.lines
    assert f"p{ROWS - 1}\n" in page.lines.replace(" |", "\n")
    assert f"p{ROWS}" not in page.lines


def test_an_empty_case_makes_a_page(report: CaseReport) -> None:
    empty = CaseReport(
        case="C-1",
        title="",
        organisation="",
        made_at=report.made_at,
        time_zone="UTC",
        by="",
        program_version="",
    )
    page = Page(case_page(empty, "en"))
    assert page.faults == []
    assert page.lines.count("no evidence was handed in") == 8
    assert "No indicator was hunted." in page.lines


def contrast(one: str, other: str) -> float:
    """WCAG 2.2: relative luminance and contrast ratio."""

    def luminance(colour: str) -> float:
        digits = colour.lstrip("#")
        whole = digits if len(digits) == 6 else "".join(2 * digit for digit in digits)
        parts = [int(whole[at : at + 2], 16) / 255 for at in (0, 2, 4)]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_colours_can_be_read_by_light_and_by_dark(report: CaseReport) -> None:
    style = Page(case_page(report, "en")).style
    themes = [dict(re.findall(r"--([\w-]+):\s*(#\w+)", block)) for block in re.findall(r":root \{([^}]*)\}", style)]
    assert len(themes) == 2
    pairs = [("seen", "seen-back"), ("clear", "clear-back"), ("open", "open-back"), ("seen", "page")]
    pairs += [(text, back) for text in ("text", "quiet", "link") for back in ("page", "shade")]
    pairs += [(lane, "page") for lane in ("mail", "network", "endpoint", "logon", "work")]
    weak = [(text, back) for theme in themes for text, back in pairs if contrast(theme[text], theme[back]) < 4.5]
    assert weak == []


def test_the_answer_comes_first_with_the_verdict_and_the_grounds_of_it_later(report: CaseReport) -> None:
    triage = Triage(verdict=Verdict.TARGETED, confidence=87, points={Verdict.TARGETED: 90})
    page = Page(case_page(replace(report, triage=triage), "en"))
    sections = [attrs["id"] for tag, attrs in page.elements if tag == "section"]
    assert sections[:3] == ["answer", "affected", "triage"]
    lines = page.lines.splitlines()
    said = lines.index("Verdict on the mail: targeted espionage suspected · confidence 87")
    assert said < lines.index("Who and what is affected")
    assert any(attrs.get("href") == "#triage" for tag, attrs in page.elements if tag == "a")


def test_a_sighting_may_be_printed_over_two_pages_but_no_excerpt_of_it(report: CaseReport) -> None:
    rules = dict(re.findall(r"(?m)^([\w. ]+) \{([^}]*)\}", Page(case_page(report, "en")).style))
    whole = {name for name, rule in rules.items() if "break-inside: avoid" in rule}
    assert "article" in rules
    assert "article" not in whole
    assert {"figure.origin", "tr", "pre"} <= whole
