"""The life of the mail index: it follows the tables, whatever happens to it or to those who write it."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sekimori.app.opening import open_workspace
from sekimori.model.organisation import Organisation
from sekimori.model.query import Contains, Field
from sekimori.store.errors import WorkspaceBusy
from sekimori.store.mail_index import feeding, generation
from sekimori.store.mail_index.feeding import catch_up, rebuild
from sekimori.store.mail_index.generation import current, drop, index_lock
from sekimori.store.mail_index.index import MailIndex
from sekimori.store.mail_index.standing import standing
from sekimori.store.mail_search import MailSearch
from sekimori.store.purging import purge
from sekimori.store.workspace import Workspace
from tests.app.dying import CONTEXT, killed, moments, seconds_of
from tests.store.mail_world import Made, Oracle, add_mails, some_mails
from tests.store.world import BY, raw_hits

ALL = Contains(Field.ANY, ("example",))
ASKED = [Contains(Field.ANY, (text,)) for text in ("example", "録", "etc", ". ", "eetin")]


def counted(workspace: Workspace, organisation: Organisation) -> int:
    """How many mails the index holds that counts."""
    folder = current(workspace, organisation)
    assert folder is not None
    with MailIndex(workspace, folder) as opened:
        return opened.count


def check(workspace: Workspace, organisation: Organisation, oracle: Oracle) -> None:
    """Searches answer what they should."""
    with MailSearch(workspace, organisation) as search:
        for query in ASKED:
            assert search.all(query) == oracle.answer(query)


def test_fed_piece_by_piece(workspace: Workspace, organisation: Organisation) -> None:
    oracle = Oracle()
    for seed in range(4):
        oracle.mails |= add_mails(workspace, organisation, some_mails(5, seed=seed)).mails
        assert catch_up(workspace, organisation) == 5
        assert catch_up(workspace, organisation) == 0
        check(workspace, organisation, oracle)
    assert counted(workspace, organisation) == 20


def test_many_commits_and_a_dictionary(
    workspace: Workspace, organisation: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, number in (("_AT_ONCE", 7), ("_COMMIT_MAILS", 20), ("_DICTIONARY_AT", 50), ("_OUTGROWN_AT", 90)):
        monkeypatch.setattr(feeding, name, number)
    oracle = add_mails(workspace, organisation, some_mails(45))
    assert catch_up(workspace, organisation) == 45
    folder = current(workspace, organisation)
    assert folder is not None
    assert not (folder / "dictionary").exists()
    check(workspace, organisation, oracle)
    oracle.mails |= add_mails(workspace, organisation, some_mails(60, seed=2)).mails
    monkeypatch.setattr(feeding, "_FEW", 10)
    assert catch_up(workspace, organisation) == 105
    folder = current(workspace, organisation)
    assert folder is not None
    assert (folder / "dictionary").stat().st_size > 100
    check(workspace, organisation, oracle)


def test_what_the_index_does_not_have_is_found(workspace: Workspace, organisation: Organisation) -> None:
    oracle = add_mails(workspace, organisation, some_mails(6))
    with workspace.lock(index_lock(organisation)):
        check(workspace, organisation, oracle)
        with pytest.raises(WorkspaceBusy):
            catch_up(workspace, organisation, wait=0)
    assert current(workspace, organisation) is None
    check(workspace, organisation, oracle)
    assert counted(workspace, organisation) == 6


def _truncated(name: str) -> Callable[[Path], object]:
    def damage(folder: Path) -> None:
        path = folder / name
        path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])

    return damage


def _scribbled(folder: Path) -> None:
    data = bytearray((folder / "texts").read_bytes())
    data[len(data) // 3 :] = bytes(len(data) - len(data) // 3)
    (folder / "texts").write_bytes(data)


def _other_version(folder: Path) -> None:
    state = json.loads((folder / "state.json").read_bytes())
    (folder / "state.json").write_text(json.dumps({**state, "folding": "0"}))


DAMAGES: dict[str, Callable[[Path], object]] = {
    "gone": shutil.rmtree,
    "no candidates": lambda folder: shutil.rmtree(folder / "index"),
    "a broken list of candidates": lambda folder: (folder / "index/meta.json").write_text("{"),
    "empty candidates": lambda folder: [path.write_bytes(b"") for path in (folder / "index").glob("*.*")],
    "half the texts": _truncated("texts"),
    "other texts": _scribbled,
    "half the mails": _truncated("mails"),
    "half the state": _truncated("state.json"),
    "half the words": _truncated("terms"),
    "another version": _other_version,
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_damage(workspace: Workspace, organisation: Organisation, damage: Callable[[Path], object]) -> None:
    oracle = add_mails(workspace, organisation, some_mails(30))
    catch_up(workspace, organisation)
    folder = current(workspace, organisation)
    assert folder is not None
    damage(folder)
    check(workspace, organisation, oracle)
    oracle.mails |= add_mails(workspace, organisation, some_mails(5, seed=2)).mails
    catch_up(workspace, organisation)
    check(workspace, organisation, oracle)
    assert counted(workspace, organisation) == 35


def test_what_was_noted_of_the_catalogue_holds_until_something_is_added(
    workspace: Workspace, organisation: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    oracle = add_mails(workspace, organisation, some_mails(6))
    catch_up(workspace, organisation)
    folder = current(workspace, organisation)
    assert folder is not None
    with monkeypatch.context() as patch:
        patch.setattr("sekimori.store.mail_index.standing._asked", None)  # would fail if it were asked
        assert standing(workspace, organisation, folder).mails == 6
        check(workspace, organisation, oracle)
    oracle.mails |= add_mails(workspace, organisation, some_mails(2, seed=2)).mails
    assert standing(workspace, organisation, folder).mails == 8
    check(workspace, organisation, oracle)
    for content in ("", "{}", "[1]", '{"mark": null}'):
        (folder / "standing").write_text(content)
        assert standing(workspace, organisation, folder).mails == 8


def test_rebuilt_while_it_is_used(workspace: Workspace, organisation: Organisation) -> None:
    oracle = add_mails(workspace, organisation, some_mails(30))
    catch_up(workspace, organisation)
    with MailSearch(workspace, organisation) as search:
        assert rebuild(workspace, organisation) == 30
        assert search.all(ALL) == oracle.answer(ALL)
    check(workspace, organisation, oracle)
    assert len(list((workspace.layout.mail_index / str(organisation.id)).iterdir())) == 1


def test_purged_mail_is_gone(workspace: Workspace, organisation: Organisation) -> None:
    mails = [*some_mails(5), Made({"email_subject": "quarterlyplans", "email_body_text": "極秘文書"})]
    oracle = add_mails(workspace, organisation, mails)
    catch_up(workspace, organisation)
    gone = list(oracle.mails)[-1]
    purge(workspace, organisation, [gone], by=BY, why="test")
    assert current(workspace, organisation) is None
    assert not (workspace.layout.mail_index / str(organisation.id)).exists()
    del oracle.mails[gone]
    check(workspace, organisation, oracle)
    with MailSearch(workspace, organisation) as search:
        assert search.all(Contains(Field.ANY, ("極秘",))) == []
    assert counted(workspace, organisation) == 5


def test_a_purge_that_dies_before_the_index_is_removed(
    workspace: Workspace, organisation: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    oracle = add_mails(workspace, organisation, some_mails(6))
    catch_up(workspace, organisation)
    monkeypatch.setattr("sekimori.store.purging.drop", lambda *_: None)
    purge(workspace, organisation, [gone := list(oracle.mails)[2]], by=BY, why="test")
    del oracle.mails[gone]
    assert current(workspace, organisation) is None  # nobody reads it any more
    home = workspace.layout.mail_index / str(organisation.id)
    assert list(home.iterdir()) != []
    with open_workspace(workspace.layout.root) as again:
        assert list(home.iterdir()) == []
        check(again, organisation, oracle)


def test_a_purge_while_it_is_fed(
    workspace: Workspace, organisation: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was read before the purge is not committed after it."""
    oracle = add_mails(workspace, organisation, some_mails(6))
    gone = next(iter(oracle.mails))
    commit = feeding._Feeder.add

    def purged_meanwhile(feeder: Any, mails: Any) -> None:
        commit(feeder, mails)
        monkeypatch.setattr("sekimori.store.purging.drop", lambda *_: None)  # it would wait for this one
        if gone in oracle.mails:
            purge(workspace, organisation, [gone], by=BY, why="test")
            del oracle.mails[gone]

    monkeypatch.setattr(feeding._Feeder, "add", purged_meanwhile)
    assert catch_up(workspace, organisation) == 0
    check(workspace, organisation, oracle)
    assert counted(workspace, organisation) == 5


def test_nothing_stands_in_plain(workspace: Workspace, organisation: Organisation) -> None:
    """Words of attachments are written so that no antivirus finds in the index what it would find in them."""
    markers = ["x5opap4pzx54p7cc", "eicarstandardantivirus"]
    row = {"mime_part": "2", "file_name": "a.txt", "file_text": " ".join(markers)}
    for n in range(3):
        add_mails(workspace, organisation, [Made({"email_subject": f"s{n}"}, [row])])
        catch_up(workspace, organisation)
    for marker in markers:
        hits = raw_hits(workspace.layout.mail_index, marker.encode())
        assert hits == []
        with MailSearch(workspace, organisation) as search:
            assert len(search.all(Contains(Field.CONTENT, (marker[2:-2],)))) == 3


def feed_in(root: Path) -> None:
    """Feed the index of a workspace, with many commits."""
    feeding._AT_ONCE, feeding._COMMIT_MAILS, feeding._FEW = 5, 15, 40
    with open_workspace(root) as workspace:
        catch_up(workspace, workspace.organisation())


@pytest.mark.posix  # children are forked from a server
def test_killed_while_it_is_fed(workspace: Workspace, organisation: Organisation, tmp_path: Path) -> None:
    oracle = add_mails(workspace, organisation, some_mails(200))
    measured = Path(shutil.copytree(workspace.layout.root, tmp_path / "measured"))
    seconds_of(feed_in, measured)
    with Workspace(measured) as other:
        drop(other, organisation)
    for moment in moments(seconds_of(feed_in, measured)):
        killed(moment, feed_in, workspace.layout.root)
        with MailSearch(workspace, organisation) as search:
            assert search.all(ALL) == oracle.answer(ALL)
        drop(workspace, organisation)
        killed(moment, feed_in, workspace.layout.root)
        oracle.mails |= add_mails(workspace, organisation, some_mails(3, seed=len(oracle.mails))).mails
        catch_up(workspace, organisation)
        check(workspace, organisation, oracle)
        assert counted(workspace, organisation) == len(oracle.mails)


@pytest.mark.posix  # children are forked from a server
def test_two_processes(workspace: Workspace, organisation: Organisation) -> None:
    oracle = add_mails(workspace, organisation, some_mails(100))
    children = [CONTEXT.Process(target=feed_in, args=(workspace.layout.root,)) for _ in range(2)]
    for child in children:
        child.start()
    while any(child.is_alive() for child in children):
        folder = generation.current(workspace, organisation)
        if folder is not None:
            with MailSearch(workspace, organisation) as search:
                assert search.all(ALL) == oracle.answer(ALL)
    for child in children:
        child.join()
        assert child.exitcode == 0
    assert counted(workspace, organisation) == 100
