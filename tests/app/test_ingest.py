"""Adding: what is known adds nothing, places are kept, what cannot be read is told."""

import gzip
import io
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, ClassVar, cast

import pytest
import yaml

from sekimori.app import ingest, recognising
from sekimori.app.purging import purge_evidence
from sekimori.app.recognising import DEEPEST
from sekimori.model.kinds import NETWORK
from sekimori.model.organisation import Organisation
from sekimori.model.place import Statement
from sekimori.readers.containers.stream import BrokenMember
from sekimori.readers.protocol import Head, Item, Member, Reader, ReadingContext, Records, Source, unread
from sekimori.store.catalogue import Catalogue
from sekimori.store.errors import StandsWithin
from sekimori.store.upkeep import compact, upkeep_lock
from sekimori.store.workspace import Workspace
from tests.app.ingesting import BY, added, mail, mailbox, squid, written, zipped
from tests.store.world import batch_of, rows_of, state_of, visit


def _places(workspace: Workspace, organisation: Organisation) -> dict[str, tuple[str, ...]]:
    """Names of evidence with where it was found, below the folder it came from."""
    found = Catalogue(workspace, organisation).all_evidence()
    return {one.name: tuple(place.rpartition("/e/")[2] for place in one.places) for one in found}


@pytest.mark.parametrize("compacted", [False, True], ids=["staged", "compacted"])
def test_the_same_evidence_twice_is_nothing(
    workspace: Workspace, organisation: Organisation, tmp_path: Path, compacted: bool
) -> None:
    folder = written(
        tmp_path / "e",
        [
            ("a.eml", mail(1)),
            ("b.mbox", mailbox([mail(2), mail(3)])),
            ("c.log", squid(40)),
            ("d.zip", zipped([("x.eml", mail(4)), ("y.log", squid(10, host="y.example"))])),
            ("empty.txt", b""),
            ("noise.bin", bytes(range(256)) * 9),
        ],
    )
    first = added(workspace, organisation, folder)
    assert (first.new, first.known, len(first.evidence)) == (10, 0, 6)
    if compacted:
        compact(workspace, organisation, by=BY, everything=True)
    before = state_of(workspace, organisation)
    segments = [(one.id, one.bytes) for one in Catalogue(workspace, organisation).segments()]
    second = added(workspace, organisation, folder)
    # What is within a known piece is not looked at again.
    assert (second.new, second.known, second.evidence) == (0, 6, first.evidence)
    assert state_of(workspace, organisation) == before
    assert [(one.id, one.bytes) for one in Catalogue(workspace, organisation).segments()] == segments


def test_the_same_bytes_elsewhere_are_one_more_place(
    workspace: Workspace, organisation: Organisation, tmp_path: Path
) -> None:
    folder = written(
        tmp_path / "e", [("a.log", squid(9)), ("again.log", squid(9)), ("in.zip", zipped([("z.log", squid(9))]))]
    )
    result = added(workspace, organisation, folder)
    assert (result.new, result.known) == (2, 2)
    assert result.evidence[0] == result.evidence[1]
    assert _places(workspace, organisation)["a.log"] == ("a.log", "again.log", "in.zip!z.log")
    later = written(tmp_path / "later", [("taro.mbox", squid(9))])
    assert added(workspace, organisation, later).known == 1
    (log,) = Catalogue(workspace, organisation).evidence([result.evidence[0]]).values()
    assert [place.rpartition("/")[2] for place in log.places] == ["a.log", "again.log", "in.zip!z.log", "taro.mbox"]
    assert log.mailboxes == ("taro",)
    assert len(rows_of(workspace, organisation)["network"]) == 9


@pytest.mark.parametrize("first", ["eml", "mbox"])
def test_a_mail_alone_and_in_a_mailbox_is_one(
    workspace: Workspace, organisation: Organisation, tmp_path: Path, first: str
) -> None:
    one = mail(1).replace(b"\r\n", b"\n").rstrip(b"\n") + b"\n"
    files = {"eml": ("a.eml", one), "mbox": ("sato.mbox", mailbox([mail(2), one]))}
    for name in (first, *({"eml", "mbox"} - {first})):
        added(workspace, organisation, written(tmp_path / name, [files[name]]))
    assert len(rows_of(workspace, organisation)["message"]) == 2
    (found,) = [row for row in Catalogue(workspace, organisation).all_evidence() if len(row.places) == 2]
    assert {place.rpartition("/")[2] for place in found.places} == {"a.eml", "sato.mbox!2.eml"}
    catalogue = Catalogue(workspace, organisation)
    assert catalogue.read(found, 0, 10_000) == one
    assert (found.parent is None) == (first == "eml")


def test_a_file_that_is_twice_in_an_archive(workspace: Workspace, organisation: Organisation, tmp_path: Path) -> None:
    archive = zipped([("a.log", squid(5)), ("b/a.log", squid(5)), ("c.log", squid(6))])
    result = added(workspace, organisation, written(tmp_path / "e", [("a.zip", archive)]))
    assert (result.new, result.known) == (3, 1)
    assert _places(workspace, organisation)["a.log"] == ("a.zip!a.log", "a.zip!b/a.log")


def test_the_inputs_are_answered_in_their_order(
    workspace: Workspace, organisation: Organisation, tmp_path: Path
) -> None:
    folder = written(tmp_path / "e", [("a.log", squid(3)), ("b.log", squid(4))])
    streams = [("stdin", io.BytesIO(squid(5))), ("again", io.BytesIO(squid(3)))]
    result = added(workspace, organisation, folder / "b.log", streams[0], folder / "gone.log", folder, streams[1])
    names = [Catalogue(workspace, organisation).evidence([id_])[id_].name for id_ in result.evidence]
    assert names == ["b.log", "stdin", "a.log", "b.log", "a.log"]
    assert [Path(path).name for path, _ in result.unreadable] == ["gone.log"]


# --- what is purged, and what stays -----------------------------------------------------------------------------------


def _ids(workspace: Workspace, organisation: Organisation) -> dict[str, int]:
    return {one.name: one.id for one in Catalogue(workspace, organisation).all_evidence()}


def test_what_also_stands_elsewhere_stays(workspace: Workspace, organisation: Organisation, tmp_path: Path) -> None:
    both = squid(8)
    folder = written(tmp_path / "e", [("a.zip", zipped([("both.log", both), ("only.log", squid(9))])), ("z.log", both)])
    added(workspace, organisation, folder)
    ids = _ids(workspace, organisation)
    assert purge_evidence(workspace, organisation, [str(ids["a.zip"])], by=BY, why="test").count == 2
    assert _places(workspace, organisation) == {"both.log": ("z.log",)}
    assert len(rows_of(workspace, organisation)["network"]) == 8
    catalogue = Catalogue(workspace, organisation)
    (left,) = catalogue.all_evidence()
    assert catalogue.read(left, 0, left.size) == both


@pytest.mark.parametrize("together", [True, False], ids=["one segment", "two segments"])
def test_a_slice_that_also_stands_elsewhere_keeps_its_bytes(
    workspace: Workspace, organisation: Organisation, tmp_path: Path, together: bool
) -> None:
    shared = mail(7)
    folder = written(tmp_path / "e", [("a.mbox", mailbox([mail(1), shared])), ("b.mbox", mailbox([shared, mail(2)]))])
    for files in [[folder]] if together else [[folder / "a.mbox"], [folder / "b.mbox"]]:
        added(workspace, organisation, *files)
    ids = _ids(workspace, organisation)
    before = Catalogue(workspace, organisation).evidence([ids["2.eml"]])
    assert purge_evidence(workspace, organisation, [str(ids["a.mbox"])], by=BY, why="test").count == 2
    catalogue = Catalogue(workspace, organisation)
    left = {one.places[0].rpartition("/")[2]: one for one in catalogue.all_evidence()}
    assert set(left) == {"b.mbox", "b.mbox!1.eml", "b.mbox!2.eml"}
    one = left["b.mbox!1.eml"]
    assert (one.parent, one.offset) == (None, None)
    assert catalogue.read(one, 0, one.size).startswith(b"From: Yamada <yamada7@")
    assert len(rows_of(workspace, organisation)["message"]) == 2
    assert before  # it was there, as a slice of the mailbox that went


def test_what_stands_within_something_that_stays_is_not_purged(
    workspace: Workspace, organisation: Organisation, tmp_path: Path
) -> None:
    folder = written(tmp_path / "e", [("a.zip", zipped([("in.log", squid(4))])), ("in.log", squid(4))])
    added(workspace, organisation, folder)
    before, ids = state_of(workspace, organisation), _ids(workspace, organisation)
    with pytest.raises(StandsWithin, match=rf"e-{ids['in.log']} also stand within e-{ids['a.zip']} \(a\.zip\)"):
        purge_evidence(workspace, organisation, [str(ids["in.log"])], by=BY, why="test")
    assert state_of(workspace, organisation) == before
    assert purge_evidence(workspace, organisation, [str(id_) for id_ in ids.values()], by=BY, why="test").count == 2
    assert Catalogue(workspace, organisation).segments() == []


def test_a_container_at_the_same_path_with_other_content(
    workspace: Workspace, organisation: Organisation, tmp_path: Path
) -> None:
    """A member's place is its path and its container: of two containers at one path, either may go."""
    path = written(tmp_path / "e", [("a.zip", zipped([("in.log", squid(4))]))]) / "a.zip"
    first = added(workspace, organisation, path).evidence[0]
    path.write_bytes(zipped([("in.log", squid(4)), ("new.log", squid(5))]))
    second = added(workspace, organisation, path).evidence[0]
    purge_evidence(workspace, organisation, [str(first)], by=BY, why="test")
    assert set(_ids(workspace, organisation)) == {"a.zip", "in.log", "new.log"}
    purge_evidence(workspace, organisation, [str(second)], by=BY, why="test")
    assert _ids(workspace, organisation) == {}


# --- bad input --------------------------------------------------------------------------------------------------------


def test_a_bomb_ends_at_its_bound(
    workspace: Workspace, organisation: Organisation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ingest, "EXPANDED_BYTES", 1 << 20)
    monkeypatch.setattr(ingest, "EXPANDED_RATIO", 10)
    layer = [(f"{n}.zip", zipped([(f"{n}-{m}.bin", bytes([n, m]) * (1 << 20)) for m in range(3)])) for n in range(4)]
    folder = written(tmp_path / "e", [("bomb.zip", zipped(layer)), ("next.log", squid(5))])
    result = added(workspace, organisation, folder)
    assert "it expands too far; the rest was not read" in result.unread
    assert result.bytes < 4 << 20
    # What comes after it has its own bound.
    assert len(rows_of(workspace, organisation)["network"]) == 5


def test_a_bomb_of_members_ends_too(
    workspace: Workspace, organisation: Organisation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ingest, "EXPANDED_BYTES", 20 * recognising.LEAST_BYTES)
    monkeypatch.setattr(ingest, "EXPANDED_RATIO", 0)
    archive = zipped([(f"{n}.txt", b"%d" % n) for n in range(100)])
    result = added(workspace, organisation, written(tmp_path / "e", [("many.zip", archive)]))
    assert result.new == 21
    assert result.unread["it expands too far; the rest was not read"] == 1


def test_containers_too_deep(workspace: Workspace, organisation: Organisation, tmp_path: Path) -> None:
    content = squid(3)
    for depth in range(DEEPEST + 2):
        content = zipped([(f"{depth}.zip" if depth else "a.log", content)])
    result = added(workspace, organisation, written(tmp_path / "e", [("deep.zip", content)]))
    assert result.unread == {f"more than {DEEPEST} containers within each other": 1}
    assert result.new == DEEPEST + 2
    assert rows_of(workspace, organisation)["network"] == []


def test_an_archive_that_holds_itself_ends(
    workspace: Workspace, organisation: Organisation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A container whose member has its own bytes: known as soon as it is met."""

    class Quine(Reader):
        name: ClassVar[str] = "test.quine"
        title: ClassVar[str] = "An archive of itself"

        def recognises(self, head: Head) -> bool:
            return head.data.startswith(b"quine")

        def read(self, source: Source, context: ReadingContext) -> Iterator[Item]:
            with source.open() as stream:
                yield Member(name="itself", stream=stream)

    monkeypatch.setattr(recognising, "readers", lambda: [Quine()])
    result = added(workspace, organisation, written(tmp_path / "e", [("q", b"quine" * 9)]))
    assert (result.new, result.known) == (1, 1)


class _Faulty(Reader):
    """Yields two records, a statement and a member, then fails in the way that the evidence names."""

    name: ClassVar[str] = "test.faulty"
    title: ClassVar[str] = "Fails"

    def recognises(self, head: Head) -> bool:
        if head.data.startswith(b"faulty: head"):
            raise RuntimeError("made up")
        return head.data.startswith(b"faulty")

    def read(self, source: Source, context: ReadingContext) -> Iterator[Item]:
        with source.open() as stream:
            what = stream.read().decode().split()[1]
        yield Records(NETWORK, batch_of(NETWORK, [visit(1), visit(2)]))
        yield Statement("tone", "shrill \ud800")
        yield Member(name="in.txt", stream=io.BytesIO(what.encode()))
        match what:
            case "raises":
                raise KeyError("\udc83 made up")
            case "recurses":
                raise RecursionError("made up")
            case "breaks":
                raise BrokenMember("cut off")
            case "system":
                raise OSError(22, "Invalid argument")
            case "columns":
                yield Records(NETWORK, batch_of(NETWORK, [visit(3)]).select(["offset", "length"]))
            case "member":
                yield Member(name="bad.bin", stream=_breaking(b"some", ZeroDivisionError("made up")))
                yield Member(name="cut.bin", stream=_breaking(b"more", BrokenMember("the archive is cut off")))
                yield Member(name="again.bin", stream=_breaking(b"more", BrokenMember("its end is missing")))
                yield Member(name="none.bin", stream=_breaking(b"", BrokenMember("it needs a password")))
            case "unread":
                yield from (unread(f"reason {n}") for n in range(1500))
        yield Records(NETWORK, batch_of(NETWORK, [visit(4)]))


def _breaking(content: bytes, error: Exception) -> BinaryIO:
    return cast("BinaryIO", _Breaking(content, error))


class _Breaking(io.RawIOBase):
    """Some bytes, then an error."""

    def __init__(self, content: bytes, error: Exception) -> None:
        super().__init__()
        self._content, self._error = content, error

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "memoryview | bytearray") -> int:  # type: ignore[override]
        if not self._content:
            raise self._error
        buffer[: len(self._content)] = self._content
        size, self._content = len(self._content), b""
        return size


@pytest.mark.parametrize(
    ("what", "reasons", "lines"),
    [
        ("raises", {"the reader failed: KeyError: '\\udc83 made up'": 1}, [2, 3]),
        ("recurses", {"the reader failed: RecursionError: made up": 1}, [2, 3]),
        ("breaks", {"reading broke off: cut off": 1}, [2, 3]),
        ("system", {"reading broke off: Invalid argument": 1}, [2, 3]),
        ("columns", {"the reader failed: UnfitRecords: the columns are not those of network": 1}, [2, 3, 5]),
    ],
)
def test_a_readers_fault_is_an_unread_stretch_and_no_more(
    workspace: Workspace,
    organisation: Organisation,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    what: str,
    reasons: dict[str, int],
    lines: list[int],
) -> None:
    monkeypatch.setattr(recognising, "readers", lambda: [_Faulty()])
    folder = written(
        tmp_path / "e", [("a", f"faulty: {what} ".encode()), ("b", b"faulty: well "), ("c", b"faulty: head")]
    )
    added(workspace, organisation, folder)
    found = {
        one.name: one for one in Catalogue(workspace, organisation).all_evidence() if one.places[0][-2:] in "/a/b/c"
    }
    assert found["a"].unread == reasons
    assert found["a"].statements == (("tone", "shrill \\ud800"),)
    rows = rows_of(workspace, organisation)["network"]
    assert [row["line"] for row in rows if row["source"] == found["a"].id] == lines
    assert [row["line"] for row in rows if row["source"] == found["b"].id] == [2, 3, 5]
    assert found["c"].unread == {"no reader recognises it": 1}


def test_a_member_that_breaks_off_keeps_what_came_before(
    workspace: Workspace, organisation: Organisation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recognising, "readers", lambda: [_Faulty()])
    added(workspace, organisation, written(tmp_path / "e", [("a", b"faulty: member ")]))
    found = {one.name: one for one in Catalogue(workspace, organisation).all_evidence()}
    assert set(found) == {"a", "in.txt", "bad.bin", "cut.bin"}
    assert (found["bad.bin"].size, found["cut.bin"].size) == (4, 4)
    assert "the reader failed: ZeroDivisionError: made up" in found["bad.bin"].unread
    assert "the archive is cut off" in found["cut.bin"].unread
    # Bytes that are known already, or none, are no evidence of their own: the container tells of them.
    assert found["a"].unread == {"its end is missing": 1, "it needs a password": 1}


def test_endless_reasons_are_counted_together(
    workspace: Workspace, organisation: Organisation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recognising, "readers", lambda: [_Faulty()])
    added(workspace, organisation, written(tmp_path / "e", [("a", b"faulty: unread ")]))
    found = {one.name: one for one in Catalogue(workspace, organisation).all_evidence()}["a"]
    assert (len(found.unread), found.unread["other reasons"]) == (1001, 500)
    rows = rows_of(workspace, organisation)["unread"]
    assert len({row["reason"] for row in rows if row["source"] == found.id}) == 1500


def test_a_truncated_archive_keeps_what_came_before(
    workspace: Workspace, organisation: Organisation, tmp_path: Path
) -> None:
    packed = gzip.compress(squid(20_000))
    result = added(workspace, organisation, written(tmp_path / "e", [("a.log.gz", packed[: len(packed) // 2])]))
    rows = rows_of(workspace, organisation)["network"]
    assert 1000 < len(rows) < 20_000
    assert len(result.unread) > 0


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("empty.log", b"", "empty"),
        ("a.log", bytes(range(256)) * 500, "no reader recognises it"),
        ("a.txt", b"\xff\xfe" + "memo 会議".encode("utf-16-le"), "no reader recognises it"),
    ],
)
def test_what_no_reader_knows_is_kept_and_told(
    workspace: Workspace, organisation: Organisation, tmp_path: Path, name: str, content: bytes, reason: str
) -> None:
    path = written(tmp_path / "e", [(name, content)]) / name
    result = added(workspace, organisation, path)
    assert result.unread_evidence == [(str(path), reason)]
    catalogue = Catalogue(workspace, organisation)
    (found,) = catalogue.all_evidence()
    assert (found.dataset, found.unread) == (None, {reason: 1})
    assert catalogue.read(found, 0, found.size + 1) == content


def test_a_described_table_in_a_container(workspace: Workspace, organisation: Organisation, root: Path) -> None:
    sample = root / "tests/data/readers/network/generic_csv/proxy.csv"
    mapping = yaml.safe_load(sample.with_name("proxy.csv.mapping.yaml").read_text(encoding="utf-8"))
    archive = zipped([("proxy.csv", sample.read_bytes())], zipfile.ZIP_DEFLATED)
    result = added(workspace, organisation, ("a.zip", io.BytesIO(archive)), context=ReadingContext(mapping=mapping))
    assert result.records["network"] > 0
    assert set(result.datasets) == {"archive.zip", "generic.csv"}


def test_what_no_reader_knew_is_read_in_place_once_one_does(
    workspace: Workspace, organisation: Organisation, root: Path, tmp_path: Path
) -> None:
    sample = root / "tests/data/readers/network/generic_csv/proxy.csv"
    content = sample.read_bytes()
    mapping = yaml.safe_load(sample.with_name("proxy.csv.mapping.yaml").read_text(encoding="utf-8"))
    folder = written(tmp_path / "e", [("proxy.csv", content), ("copy.csv", content)])
    before = added(workspace, organisation, folder)
    assert (before.records, len(before.unread_evidence)) == ({}, 1)
    context = ReadingContext(mapping=mapping)
    known = added(workspace, organisation, folder, context=context)
    assert (known.new, known.known, known.unread_evidence) == (0, 2, [])
    (found,) = Catalogue(workspace, organisation).all_evidence()
    assert (found.id, found.dataset, found.unread) == (known.evidence[0], "generic.csv", dict(known.unread))
    rows = rows_of(workspace, organisation)["network"]
    assert len(rows) == known.records["network"] > 0
    again = added(workspace, organisation, folder, context=context)
    assert (again.records, again.known) == ({}, 2)
    compact(workspace, organisation, by=BY, everything=True)
    assert rows_of(workspace, organisation)["network"] == rows
    catalogue = Catalogue(workspace, organisation)
    assert catalogue.read(found, 0, found.size) == content
    assert purge_evidence(workspace, organisation, [str(folder / "copy.csv")], by=BY, why="test").count == 1
    assert rows_of(workspace, organisation)["network"] == []


def test_what_another_process_may_be_reading_again_is_put_off(
    workspace: Workspace, organisation: Organisation, root: Path
) -> None:
    sample = root / "tests/data/readers/network/generic_csv/proxy.csv"
    mapping = yaml.safe_load(sample.with_name("proxy.csv.mapping.yaml").read_text(encoding="utf-8"))
    added(workspace, organisation, sample)
    with workspace.lock(upkeep_lock(organisation)):
        told = added(workspace, organisation, sample, context=ReadingContext(mapping=mapping))
    assert [reason for _, reason in told.unread_evidence] == [ingest.LATER]
    assert told.records == {}
