"""Processes of our own for what hostile files may crash, stop or fill: how they start, and how much memory they get.

python -P -m sekimori.formats.pst archive.pst
"""

import sys
from contextlib import suppress

__all__ = ["bound_memory", "command"]


def command(module: str, *arguments: str) -> list[str]:
    """The command that runs a module of ours.

    Never from the current folder, where evidence may lie beside a `json.py` (`-P`).
    """
    return [sys.executable, "-P", "-m", module, *arguments]


def bound_memory(most: int) -> None:
    """No more bytes of memory than this for this process, and no core file; Windows has no such limit."""
    if sys.platform != "win32":
        import resource  # noqa: PLC0415 - not on Windows

        for limit, value in ((resource.RLIMIT_AS, most), (resource.RLIMIT_CORE, 0)):
            with suppress(OSError, ValueError):  # a lower one is set, or the system does not know it
                resource.setrlimit(limit, (value, value))
