"""Processes of our own run no code that lies where the evidence lies, and take no more memory than they get."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from sekimori.formats.pdf_codes import codes_of_pdf
from sekimori.formats.pst import messages
from tests.formats import pictures
from tests.formats.pst_file import Folder, Message, pst_of

_OF_EVIDENCE = "open('was_run', 'w').close()\n"
_HUNGRY = "from sekimori.formats.own_process import bound_memory\nbound_memory(1 << 30)\nbytearray(2 << 30)\n"


def _pdf() -> bool:
    return codes_of_pdf(pictures.page("https://evil.example/a")) is not None


def _pst() -> bool:
    Path("a.pst").write_bytes(pst_of(Folder("Top", [Message({0x0037: "x"})])))
    return all(name for name, _ in messages(Path("a.pst"), seconds=30))


@pytest.mark.parametrize("read", [_pdf, _pst])
def test_code_in_the_current_folder_is_not_run(
    read: Callable[[], bool], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("json", "struct", "resource", "pypff", "pypdfium2", "sekimori"):
        (tmp_path / f"{name}.py").write_text(_OF_EVIDENCE)
    monkeypatch.chdir(tmp_path)

    assert read()
    assert not (tmp_path / "was_run").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limit")
def test_more_memory_than_allowed_is_refused() -> None:
    done = subprocess.run([sys.executable, "-c", _HUNGRY], capture_output=True, check=False)

    assert b"MemoryError" in done.stderr
