"""A sweep finds what adding and hunting find, however values are written, and says where and in what way."""

import gzip
import random
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from sekimori.app import sweep_file
from sekimori.app.adding import context_of
from sekimori.app.hunting import hunt_once
from sekimori.app.indicator_set import IndicatorSet, load_set, set_of
from sekimori.app.ingest import add
from sekimori.app.sweep import Sweep, sweep
from sekimori.hunt.lines_sought import LinesSought, compiled, literals_of
from sekimori.model.indicator import Indicator, MatchMode
from sekimori.model.organisation import Organisation
from sekimori.model.role import Role
from sekimori.readers.protocol import ReadingContext
from sekimori.store.workspace import Workspace
from sekimori.values.types import ObservableType as T

CONTEXT = ReadingContext(zone=ZoneInfo("UTC"), arrived=datetime(2026, 6, 1, tzinfo=UTC))
_BELOW = [
    Indicator(type=T.DOMAIN, mode=MatchMode.BELOW, pattern=name)
    for name in ("evil.example", "deep.bad.example.jp", "xn--r8jz45g.example", "x.example")
]
_SIMPLE = [
    *_BELOW,
    Indicator(type=T.DOMAIN, mode=MatchMode.EQUAL, pattern="only.example.net"),
    Indicator(type=T.ADDRESS, mode=MatchMode.EQUAL, pattern="203.0.113.9"),
    Indicator(type=T.URL, mode=MatchMode.URL_PREFIX, pattern="http://path.example/gate"),
    Indicator(type=T.URL, mode=MatchMode.EQUAL, pattern="http://path.example/a%20b"),
]
_OTHERS = [
    Indicator(type=T.ADDRESS, mode=MatchMode.EQUAL, pattern="2001:db8::9"),
    Indicator(type=T.ADDRESS, mode=MatchMode.CIDR, pattern="198.51.100.0/24"),
    Indicator(type=T.ADDRESS, mode=MatchMode.CIDR, pattern="2001:db8:1::/48"),
    Indicator(type=T.DOMAIN, mode=MatchMode.CONTAINS, pattern="frag"),
    Indicator(type=T.DOMAIN, mode=MatchMode.REGEX, pattern=r"^c2-\d+\."),
    Indicator(type=T.URL, mode=MatchMode.CONTAINS, pattern="/panel/"),
    Indicator(type=T.USER, mode=MatchMode.EQUAL, pattern="yamada"),
]
_HOSTS = (
    *("evil.example", "www.evil.example", "notevil.example", "evil.example.net", "EVIL.Example", "evil.example."),
    *("deep.bad.example.jp", "bad.example.jp", "a.deep.bad.example.jp", "x.example", "ax.example", "only.example.net"),
    *("sub.only.example.net", "xn--r8jz45g.example", "XN--R8JZ45G.example", "例え.example", "ｅｖｉｌ.example"),
    *("203.0.113.9", "1203.0.113.9", "[::ffff:203.0.113.9]", "[::ffff:cb00:7109]", "[0:0:0:0:0:FFFF:CB00:7109]"),
    *("[2001:db8::9]", "[2001:DB8:0:0::9]", "198.51.100.77", "[2001:db8:1::5]", "[2001:db8:2::5]", "203.0.113.90"),
    *("a.fragment.example", "c2-17.example.org", "c2-x.example.org", "path.example", "PATH.example", "www.example.jp"),
)
_PATHS = ("/", "/gate", "/gate/x?y=1", "/GATE", "/a%20b", "/a b", "/panel/in", "/%67ate", "/?ref=http://evil.example/")


def lines(count: int, seed: int) -> bytes:
    """Lines of Squid with what is sought, what looks like it, and what is no line."""
    draw = random.Random(seed)
    found = []
    for number in range(count):
        host, path = draw.choice(_HOSTS), draw.choice(_PATHS)
        port = draw.choice(("", ":8080"))
        is_tunnel = draw.random() < 0.3
        url = f"{host}:443" if is_tunnel else f"{draw.choice(('http', 'HTTP'))}://{host}{port}{path}"
        peer = draw.choice(("198.51.100.7", "192.0.2.7", "2001:db8::9"))
        user = draw.choice(("yamada", "-", "sato", "evil.example"))
        method = "CONNECT" if is_tunnel else "GET"
        head = f"17186{number:05}.123    921 192.0.2.15 TCP_MISS/200 5120 {method}"
        line = f"{head} {url} {user} HIER_DIRECT/{peer} text/html"
        found.append("broken evil.example" if draw.random() < 0.02 else line)
        if draw.random() < 0.05:
            found.append("")
    end = draw.choice(("\n", "\r\n"))
    return draw.choice((b"", b"\xef\xbb\xbf")) + end.join(found).encode() + draw.choice((b"", b"\n"))


def swept(path: Path, indicators: IndicatorSet, context: ReadingContext = CONTEXT, *, mentions: bool = False) -> Sweep:
    return sweep([path], indicators, context=context, mentions=mentions)


@pytest.mark.parametrize("indicators", [_BELOW, _SIMPLE, [*_SIMPLE, *_OTHERS]], ids=["names", "simple", "all"])
@pytest.mark.parametrize("is_sought", [True, False])
@pytest.mark.parametrize("seed", [1, 2])
def test_it_finds_what_adding_and_hunting_find(
    *,
    workspace: Workspace,
    organisation: Organisation,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    indicators: list[Indicator],
    is_sought: bool,
    seed: int,
) -> None:
    path = tmp_path / "access.log"
    path.write_bytes(lines(1000, seed))
    monkeypatch.setattr(sweep_file, "BLOCK_BYTES", 20_000)
    monkeypatch.setattr(sweep_file, "_FEW", 0)
    wanted = set_of(indicators)
    if not is_sought:
        wanted = IndicatorSet(wanted.patterns, (), None, wanted.details)
    context = context_of(organisation)
    add(workspace, organisation, [path], by="sato", context=context)
    sightings = hunt_once(workspace, organisation, indicators).sightings
    hunted = Counter(
        {
            (one.indicator, one.match.value, one.match.clause, one.kind, one.field, one.role): one.count
            for one in sightings
        }
    )
    found = swept(path, wanted, context)
    assert hunted == Counter(
        {
            (one.match.indicator, one.match.value, one.match.clause, one.kind, one.field, one.role): one.count
            for one in found.files.tally.found
        }
    )
    times = {(one.indicator, one.match.value, one.field): (one.first, one.last) for one in sightings}
    assert times == {
        (one.match.indicator, one.match.value, one.field): (one.first, one.last) for one in found.files.tally.found
    }
    check_places(path, found)
    assert "not a line of Squid's native access log" in found.files.unread


def check_places(path: Path, found: Sweep) -> None:
    """Each place is a line of the file, with the number that it says."""
    data = path.read_bytes()
    numbered = data.split(b"\n")
    for one in found.files.tally.found:
        assert len(one.places) == one.count
        for at in one.places:
            text = data[at.place.offset : at.place.offset + at.place.length]
            assert text == numbered[at.place.line - 1].removeprefix(b"\xef\xbb\xbf").removesuffix(b"\r")
    for bad in found.files.places:
        assert data[bad.place.offset :].startswith(b"broken")
        assert numbered[bad.place.line - 1].removeprefix(b"\xef\xbb\xbf").startswith(b"broken")


def test_a_query_string_is_a_mention_and_counts_only_apart(tmp_path: Path) -> None:
    path = tmp_path / "access.log"
    url = "http://www.example.jp/?u=http%3A%2F%2Fevil.example%2Fx"
    path.write_text(f"1718600000.123 921 192.0.2.15 TCP_MISS/200 5 GET {url} - HIER_NONE/- -\n")
    assert not swept(path, set_of(_SIMPLE)).files.tally.found
    [one] = swept(path, set_of(_SIMPLE), mentions=True).mentions
    assert (one.field, one.role, one.count) == ("url_query", Role.MENTION, 1)
    assert not swept(path, set_of(_SIMPLE), mentions=True).seen


def test_packed_files_and_those_within_others_are_opened(tmp_path: Path) -> None:
    data = lines(300, 4)
    (tmp_path / "a.log").write_bytes(data)
    (tmp_path / "a.log.gz").write_bytes(gzip.compress(data + b"\n"))
    plain = swept(tmp_path / "a.log", set_of(_SIMPLE))
    packed = swept(tmp_path / "a.log.gz", set_of(_SIMPLE))
    assert [one.count for one in plain.seen] == [one.count for one in packed.seen] != []
    assert {at.path for one in packed.seen for at in one.places} == {f"{tmp_path / 'a.log.gz'}!a.log"}


def test_what_is_of_no_known_format_is_searched_as_text(tmp_path: Path) -> None:
    path = tmp_path / "odd.txt"
    text = """nothing here
gw: asked for (3)www(4)evil(7)example(0) by 192.0.2.1
x="http://path.example/gate/1" notevil.example
to:203.0.113.9:443
mail from a@evil.example;"""
    path.write_text(text)
    found = swept(path, set_of(_SIMPLE))
    assert found.files.as_text == [str(path)]
    lines_ = sorted((at.place.line, one.match.value) for one in found.seen for at in one.places)
    assert lines_ == [
        (2, "www.evil.example"),
        (3, "http://path.example/gate/1"),
        (4, "203.0.113.9"),
        (5, "evil.example"),
    ]


def test_what_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "e" / "deep").mkdir(parents=True)
    (tmp_path / "e" / "empty.log").write_bytes(b"")
    (tmp_path / "e" / "binary").write_bytes(b"\x7fELF" + bytes(4000))
    (tmp_path / "e" / "cut.gz").write_bytes(gzip.compress(lines(3000, 5))[:2000])
    found = swept(tmp_path / "e", set_of(_SIMPLE))
    assert {Path(one.path).name for one in found.files.places} == {"empty.log", "binary", "cut.gz!cut"}


def test_a_line_that_is_too_long_costs_itself_alone(tmp_path: Path) -> None:
    path = tmp_path / "access.log"
    data = lines(200, 6).removeprefix(b"\xef\xbb\xbf").rstrip(b"\r\n")
    path.write_bytes(data + b"\n" + b"a" * (9 << 20) + b"\n" + data + b"\n")
    found = swept(path, set_of(_BELOW))
    half = tmp_path / "half.log"
    half.write_bytes(data)
    assert [one.count for one in found.seen] == [one.count * 2 for one in swept(half, set_of(_BELOW)).seen]
    assert any("longer" in reason for reason in found.files.unread)


def test_several_processes_find_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(2):
        (tmp_path / f"{number}.log").write_bytes(lines(300, number))
    monkeypatch.setattr("sekimori.app.sweep.TOGETHER_BYTES", 1 << 40)
    alone = swept(tmp_path, set_of(_SIMPLE))
    monkeypatch.setattr("sekimori.app.sweep.TOGETHER_BYTES", 0)
    monkeypatch.setattr("sekimori.app.sweep._processors", lambda: 2)
    together = swept(tmp_path, set_of(_SIMPLE))
    assert [(one.match, one.count, one.first) for one in alone.seen] == [
        (one.match, one.count, one.first) for one in together.seen
    ]
    assert alone.files.unread == together.files.unread


def test_a_set_is_kept_and_foreign_files_are_not_taken(tmp_path: Path) -> None:
    listed = tmp_path / "list.txt"
    listed.write_text("evil.example\nnonsense nothing\n203.0.113.9\n")
    cache = tmp_path / "cache"
    cache.mkdir(mode=0o700)
    first = load_set([listed], cache)
    again = load_set([listed], cache)
    assert first.patterns == again.patterns
    assert first.refused == again.refused != []
    assert first.named(["x"]) == {}
    [kept] = cache.glob("*.parquet")
    lines_kept = kept.with_suffix(".lines")
    if lines_kept.exists():
        lines_kept.write_bytes(b"x" * 100)
    kept.write_bytes(b"PAR1 broken")
    assert load_set([listed], cache).patterns == first.patterns


def test_lines_are_sought_only_where_their_texts_are_sure() -> None:
    assert literals_of(set_of(_SIMPLE).patterns) is not None
    for one in _OTHERS:
        assert literals_of(set_of([*_SIMPLE, one]).patterns) is None


def test_candidates_are_whole_lines() -> None:
    dumped = compiled(["evil.example"])
    if dumped is None:
        pytest.skip("hyperscan is not installed")
    data = b"a\nx EVIL.example evil.example\nnothing\n\xe4\xbe\x8b\nevil.example"
    starts, stops = LinesSought(dumped).lines(data)
    assert [data[a:b] for a, b in zip(starts, stops, strict=True)] == [
        b"x EVIL.example evil.example\n",
        b"\xe4\xbe\x8b\n",
        b"evil.example",
    ]
    with pytest.raises(ValueError, match=r".*"):
        LinesSought(b"foreign")
