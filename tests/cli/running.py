"""Runs the command line as a shell does, in this process: arguments and bytes in, a code and bytes out."""

import io
import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from sekimori import cli

PROFILE = """\
domains: [example.jp]
networks: [10.0.0.0/8]
people:
  - name: 佐藤 花子
    addresses: [sato@example.jp]
    accounts: [sato]
    hosts: [pc01]
    department: 企画部
    role: 部長
    vip: true
hosts: {10.1.2.15: pc15}
"""


@dataclass(frozen=True)
class Ran:
    """How a command ended and what it said."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """What it answered, as JSON."""
        return json.loads(self.out)


@dataclass(frozen=True)
class Shell:
    """A console of some encoding, with the workspace that commands are about."""

    workspace: Path
    encoding: str = "utf-8"

    def run(self, *arguments: str | Path, stdin: bytes = b"") -> Ran:
        """Run a command; anything but an exit gets through as it is, so nothing ends in a traceback unseen."""
        streams = {name: io.TextIOWrapper(io.BytesIO(), self.encoding) for name in ("stdout", "stderr")}
        streams["stdin"] = io.TextIOWrapper(io.BytesIO(stdin), self.encoding)
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(sys, "argv", ["sekimori", *map(str, arguments)])
            patched.setenv("SEKIMORI_WORKSPACE", str(self.workspace))
            for name, stream in streams.items():
                patched.setattr(sys, name, stream)
            with pytest.raises(SystemExit) as ended:
                cli.main()
        return Ran(int(ended.value.code or 0), _said(streams["stdout"]), _said(streams["stderr"]))

    def done(self, *arguments: str | Path, stdin: bytes = b"") -> Ran:
        """Run a command that must succeed."""
        ran = self.run(*arguments, stdin=stdin)
        assert (ran.code, ran.err) == (0, ""), ran
        return ran

    def told(self, *arguments: str | Path, stdin: bytes = b"") -> Any:
        """Run a command that must succeed, for its JSON."""
        return self.done(*arguments, "--json", stdin=stdin).json


def _said(stream: io.TextIOWrapper) -> str:
    stream.seek(0)
    return stream.read()


def new_workspace(folder: Path) -> Shell:
    """A workspace with a profile and nothing else."""
    shell = Shell(folder / "w")
    shell.done("init", shell.workspace)
    (folder / "profile.yaml").write_text(PROFILE, "utf-8")
    shell.done("org", "import", folder / "profile.yaml")
    return shell
