"""The rules notice what they are there for: held against small readers that break them."""

import io
import sys
from collections.abc import Callable, Iterator
from types import ModuleType

import pyarrow as pa
import pytest

from sekimori.app.golden import MemorySource
from sekimori.model.indicator import Indicator, MatchMode, RefusedRow
from sekimori.model.kinds import NETWORK, WORK
from sekimori.model.place import Statement
from sekimori.readers.protocol import Head, Item, Member, Reader, ReadingContext, Records, Source, unread
from sekimori.sharing.protocol import IndicatorFormat
from sekimori.values.types import ObservableType
from tests.house import rules

SOURCE = MemorySource("sample.log", b"one\ntwo\n")
CONTEXT = ReadingContext()


class Lines(Reader):
    """Yields what it is told to."""

    name = "made.lines"
    title = "Lines"

    def __init__(self, *items: Item) -> None:
        self._items = items

    def recognises(self, head: Head) -> bool:
        return head.data.startswith(b"one")

    def read(self, source: Source, context: ReadingContext) -> Iterator[Item]:
        yield from self._items


class Rows(IndicatorFormat):
    """Yields what it is told to."""

    name = "made.rows"
    title = "Rows"

    def __init__(self, *items: Indicator | RefusedRow) -> None:
        self._items = items

    def recognises(self, name: str, data: bytes) -> bool:
        return True

    def read(self, name: str, data: bytes) -> Iterator[Indicator | RefusedRow]:
        yield from self._items


def network(offset: int, length: int) -> Records:
    row = {"offset": offset, "length": length, "line": 1}
    return Records(NETWORK, pa.RecordBatch.from_pylist([row], schema=NETWORK.schema))


@pytest.mark.parametrize(
    "item",
    [
        network(0, 8),
        unread("cut short", offset=4, length=4),
        Member(name="a", stream=io.BytesIO(b"one"), offset=0, length=3),
        Member(name="a", stream=io.BytesIO(b"unpacked: of any length")),
        Statement("encoding", "UTF-8"),
    ],
)
def test_sound_items_pass(item: Item) -> None:
    assert rules.reading_faults(Lines(item), SOURCE, CONTEXT) == []


@pytest.mark.parametrize(
    ("item", "fault"),
    [
        (network(4, 5), "lies outside the 8 bytes of sample.log"),
        (Records(NETWORK, pa.RecordBatch.from_pylist([], schema=WORK.schema)), "a batch of network has"),
        (unread("late", offset=9), "lies outside"),
        (unread("early", offset=-1), "lies outside"),
        (unread(" "), "without a reason"),
        (Member(name="a", stream=io.BytesIO(), offset=8, length=1), "lies outside"),
        (Member(name="", stream=io.BytesIO(), offset=8, length=0), "without a name"),
        (Statement("encoding", ""), "an empty statement"),
    ],
)
def test_faults_of_reading_are_noticed(item: Item, fault: str) -> None:
    (found,) = rules.reading_faults(Lines(item), SOURCE, CONTEXT)

    assert fault in found


def test_members_are_consumed_before_the_next_item() -> None:
    stream = io.BytesIO(b"one")

    list(rules.read_all(Lines(Member(name="a", stream=stream)), SOURCE, CONTEXT))

    assert stream.tell() == 3


def test_exactly_one_reader_recognises_a_sample() -> None:
    head = SOURCE.head

    assert rules.recognition_faults(head, [Lines()], __name__) == []
    assert "['made.lines', 'made.lines']" in rules.recognition_faults(head, [Lines(), Lines()], __name__)[0]
    assert "nobody" in rules.recognition_faults(Head("x", b"two"), [Lines()], __name__)[0]
    assert rules.recognition_faults(head, [Lines()], "another.module") != []
    assert rules.recognition_faults(head, [Lines()], __name__, generic=True) != []
    assert rules.recognition_faults(Head("x", b"two"), [Lines()], __name__, generic=True) == []


def test_names_and_titles_are_told_apart() -> None:
    class Other(Lines):
        name = "Made Lines"
        title = "Lines"

    assert rules.name_faults([Lines, Rows]) == []
    assert len(rules.name_faults([Lines, Other])) == 2


@pytest.fixture
def documented(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], str]:
    def module_with(docstring: str) -> str:
        monkeypatch.setitem(sys.modules, "made_up", ModuleType("made_up", docstring))
        return "made_up"

    return module_with


def test_docstring_needs_reference_and_sample(documented: Callable[[str], str]) -> None:
    assert rules.docstring_faults(documented("A log (RFC 9110).\n\nSample:\n\n    one two\n")) == []
    assert rules.docstring_faults(documented("A log.\n\nReference: the vendor's handbook.\n\n    one two\n")) == []
    assert len(rules.docstring_faults(documented("A log (squid-cache.org/Doc).\n\nNo sample."))) == 1
    assert len(rules.docstring_faults(documented("A log."))) == 2


def test_indicators_and_refused_rows_are_whole() -> None:
    def indicator(pattern: str, origin: str, confidence: int) -> Indicator:
        kind, mode = ObservableType.DOMAIN, MatchMode.EQUAL
        return Indicator(type=kind, mode=mode, pattern=pattern, origin=origin, confidence=confidence)

    sound = Rows(indicator("evil.example", "a.csv, line 1", 50), RefusedRow(origin="line 2", text="", reason="empty"))
    broken = Rows(
        indicator("", "a.csv, line 1", 50),
        indicator("evil.example", "", 50),
        indicator("evil.example", "a.csv, line 1", 101),
        RefusedRow(origin="", text="x", reason="empty"),
        RefusedRow(origin="line 2", text="x", reason=""),
    )

    assert rules.sharing_faults(sound, "a.csv", b"") == []
    assert len(rules.sharing_faults(broken, "a.csv", b"")) == 5
