"""Originals are kept behind a key, and what is purged is gone: looked for in every file of the workspace."""

import base64
import hashlib
import zipfile
from pathlib import Path

import pytest

from sekimori.app.cases import NewCase, open_case
from sekimori.app.purging import purge_evidence
from sekimori.model.organisation import Organisation
from sekimori.store import segments
from sekimori.store.catalogue import Catalogue
from sekimori.store.upkeep import compact
from sekimori.store.workspace import Workspace
from tests.app.ingesting import BY, added, mail, mailbox, squid, written, zipped
from tests.store.world import content_hits, raw_hits, rows_of, state_of

MARKER = b"X5O!-sekimori-made-up-test-marker-4f2d9a"
_PLAIN = MARKER * 3 + bytes(range(256)) * 4


def _page(text: bytes) -> bytes:
    return b"<html><body><script>" + text + b"</script><p>" + text + b"</p></body></html>"


def _seven_bit(body: bytes, attached: bytes) -> bytes:
    """A mail with a body and a text attachment, neither of them encoded."""
    part = b"\r\n--b\r\nContent-Type: text/plain\r\n%sContent-Transfer-Encoding: 7bit\r\n\r\n%s\r\n"
    named = b"Content-Disposition: attachment; filename=a.txt\r\n"
    header = b"From: a@evil.example\r\nSubject: a\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n"
    return header + part % (b"", body) + part % (named, attached) + b"--b--\r\n"


def _planted(folder: Path) -> Path:
    """The marker in every way in which an attachment may come, also where nothing compresses it."""
    noise = bytes((n * n + n // 7) % 256 for n in range(5000))
    return written(
        folder,
        [
            ("loose.bin", _PLAIN),
            ("noisy.bin", noise + MARKER + noise[::-1]),
            ("plain.eml", mail(1, attachments=[("a.bin", _PLAIN)])),
            ("script.eml", mail(5, attachments=[("a.js", b"// " + MARKER + b"\n"), ("b.html", _page(MARKER))])),
            ("text.eml", _seven_bit(b"see attached", MARKER)),
            ("body.eml", _seven_bit(MARKER, b"nothing")),
            ("zipped.eml", mail(2, attachments=[("a.zip", zipped([("in/side.exe", _PLAIN)], zipfile.ZIP_STORED))])),
            ("box.mbox", mailbox([mail(3, attachments=[("b.bin", _PLAIN + b"3")]), mail(4)])),
            ("stored.zip", zipped([("side.exe", _PLAIN + b"4"), ("x/deep.bin", _PLAIN + b"5")], zipfile.ZIP_STORED)),
            ("nested.zip", zipped([("in.zip", zipped([("side.exe", _PLAIN + b"6")], zipfile.ZIP_STORED))])),
            ("proxy.log", squid(50)),
        ],
    )


@pytest.mark.parametrize("large", [False, True], ids=["staged", "as files"])
def test_no_file_holds_an_attachment_as_it_is(
    workspace: Workspace, organisation: Organisation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, large: bool
) -> None:
    if large:
        monkeypatch.setattr(segments, "_STAGE_BYTES", 0)
    folder = _planted(tmp_path / "evidence")
    assert len(raw_hits(folder, MARKER)) >= 3
    result = added(workspace, organisation, folder)
    assert result.new >= 15
    assert not result.unreadable
    for name in ("text.eml", "script.eml"):
        open_case(workspace, organisation, folder / name, wanted=NewCase(), by=BY, lang="ja")
    root = workspace.layout.root
    forms = (
        MARKER,
        base64.b64encode(MARKER)[:-4],
        base64.b64encode(MARKER[1:])[:-4],
        base64.b64encode(MARKER[2:])[:-4],
    )
    assert [raw_hits(root, form) for form in forms] == [[]] * 4
    compact(workspace, organisation, by=BY, everything=True)
    assert [raw_hits(root, form) for form in forms] == [[]] * 4
    workspace.close()
    assert raw_hits(root, MARKER) == []
    catalogue = Catalogue(workspace, organisation)
    kept = b"".join(catalogue.read(one, 0, one.size) for one in catalogue.all_evidence())
    assert kept.count(MARKER) >= 12


def test_a_text_of_a_record_is_found_where_it_is_looked_for(
    workspace: Workspace, organisation: Organisation, tmp_path: Path
) -> None:
    """The search that the next test relies on sees what it should."""
    folder = written(tmp_path / "evidence", [("a.eml", mail(1, subject="Quarterlyplans"))])
    added(workspace, organisation, folder)
    assert content_hits(workspace.layout.root, "Quarterlyplans")
    compact(workspace, organisation, by=BY, everything=True)
    assert set(content_hits(workspace.layout.root, "quarterlyplans")) == {"names.parquet", "staged"}


@pytest.mark.parametrize("form", ["staged", "as files", "compacted"])
def test_nothing_of_purged_evidence_stands_anywhere(
    workspace: Workspace, organisation: Organisation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    if form == "as files":
        monkeypatch.setattr(segments, "_STAGE_BYTES", 0)
    keep = written(tmp_path / "keep", [("k.eml", mail(50)), ("k.log", squid(20))])
    added(workspace, organisation, keep)
    before = state_of(workspace, organisation)
    secret = [mail(n, subject=f"Quarterlyplans {n}", attachments=[("Zanzibar.xlsx", b"z" * n)]) for n in range(1, 4)]
    inner = zipped([("one.eml", secret[1]), ("log.txt", squid(30, host="zanzibar.example"))])
    folder = written(
        tmp_path / "Quarterlyplans",
        [("Zanzibar.eml", secret[0]), ("box/Zanzibar.mbox", mailbox(secret)), ("Zanzibar.zip", inner)],
    )
    result = added(workspace, organisation, folder)
    hashes = [hashlib.sha256(one).hexdigest() for one in (*secret, inner)]
    if form == "compacted":
        compact(workspace, organisation, by=BY, everything=True)
    root = workspace.layout.root
    assert all(content_hits(root, text) for text in ("Quarterlyplans", "Zanzibar", "zanzibar.example", hashes[0]))
    count = purge_evidence(
        workspace, organisation, [f"e-{id_}" for id_ in result.evidence], by=BY, why="by mistake"
    ).count
    assert count == result.new
    assert state_of(workspace, organisation) == before
    gone = ("Quarterlyplans", "quarterlyplans", "Zanzibar", "zanzibar", "host1.evil", *hashes)
    assert content_hits(root, *gone) == []
    for text in gone:
        assert raw_hits(root, text.encode()) == [], text
    assert raw_hits(root, b"by mistake") != []  # the audit log says why
    again = added(workspace, organisation, folder)
    assert (again.new, again.known) == (result.new, result.known)


def test_ids_are_never_given_twice(workspace: Workspace, organisation: Organisation, tmp_path: Path) -> None:
    folder = written(tmp_path / "evidence", [("a.log", squid(3)), ("b.log", squid(4))])
    first = added(workspace, organisation, folder)
    purge_evidence(workspace, organisation, [str(first.evidence[1])], by=BY, why="test")
    second = added(workspace, organisation, folder)
    assert second.evidence[0] == first.evidence[0]
    assert second.evidence[1] > first.evidence[1]
    assert {row["source"] for row in rows_of(workspace, organisation)["network"]} == set(second.evidence)
