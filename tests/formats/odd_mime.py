"""Odd mails that were written by hand with what they say, in `tests/data/odd_mime`.

A mail is a text of ASCII; `{{STEP,STEP|TEXT}}` stands for bytes. The first step makes bytes of the text: an encoding
of Python, `hex`, `times=N` (the text N times, with `\\r\\n` for a line end), `nest=N` (N multiparts in one another),
`tnef` (a wrapping with a file of that name). Then `b64`, `q` (a word of RFC 2047), `pct` (RFC 2231) or `uu` code them.
"""

import base64
import binascii
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from sekimori.formats.mail_structure import Mail
from tests.formats.tnef_file import tnef

__all__ = ["FOLDER", "Case", "cases", "faults"]

FOLDER = Path(__file__).resolve().parent.parent / "data/odd_mime"

_PIECE = re.compile(r"\{\{([\w=,-]+)\|(.*?)\}\}", re.DOTALL)
_LINE_ENDS = {"crlf": b"\r\n", "lf": b"\n", "cr": b"\r", "crcrlf": b"\r\r\n"}
_KEYS = frozenset({"from", "to", "subject", "text", "attachments", "problems", "nested", "parts"})


@dataclass(frozen=True, slots=True)
class Case:
    """One mail, and what it says."""

    name: str
    mail: bytes
    expected: Mapping[str, Any]


def cases(folder: Path = FOLDER) -> Iterator[Case]:
    """Every case of the folder."""
    for path in sorted(folder.glob("*.yaml")):
        for entry in yaml.safe_load(path.read_text("utf-8")):
            expected = {key: value for key, value in entry.items() if key in _KEYS}
            assert set(entry) - _KEYS <= {"case", "mail", "newline", "note"}, entry["case"]
            mail = _bytes(entry["mail"], _LINE_ENDS[entry.get("newline", "crlf")])
            yield Case(f"{path.stem}: {entry['case']}", mail, expected)


def _bytes(text: str, line_end: bytes) -> bytes:
    out, at = [], 0
    for piece in _PIECE.finditer(text):
        out.append(text[at : piece.start()].encode("ascii").replace(b"\n", line_end))
        out.append(_coded(piece[1].split(","), piece[2]))
        at = piece.end()
    return b"".join([*out, text[at:].encode("ascii").replace(b"\n", line_end)])


def _coded(steps: list[str], text: str) -> bytes:
    data = _first(steps[0], text)
    for step in steps[1:]:
        if step == "b64":
            data = base64.b64encode(data)
        elif step in {"q", "pct"}:
            data = "".join(f"{'=' if step == 'q' else '%'}{byte:02X}" for byte in data).encode("ascii")
        else:
            raise ValueError(step)
    return data


def _first(step: str, text: str) -> bytes:
    name, _, number = step.partition("=")
    if name == "hex":
        return bytes.fromhex(text)
    if name == "times":
        return text.replace("\\r\\n", "\r\n").encode("ascii") * int(number)
    if name == "nest":
        return "\r\n".join(f"{text}{level}\r\n\r\n--b{level}" for level in range(int(number))).encode("ascii")
    if name == "tnef":
        return tnef("", text, b"hello")
    if name == "uu":
        return binascii.b2a_uu(text.encode("ascii")).rstrip(b"\n")
    return text.encode(name)


def faults(mail: Mail, expected: Mapping[str, Any]) -> list[str]:
    """What of the expectations does not hold; problems that are not expected are faults too."""
    parts = list(mail.walk())
    found: dict[str, object] = {
        "from": [[one.name, one.address] for one in mail.addresses("from")],
        "to": [[one.name, one.address] for one in mail.addresses("to")],
        "subject": mail.text("subject"),
        "text": [part.text.strip("\n") for part in parts if part.is_text],
        "nested": [part.mail.text("subject") for part in parts if part.mail],
        "parts": len(parts),
    }
    wrong = [
        f"{key}: {found[key]!r}, not {expected[key]!r}"
        for key in found
        if key in expected and found[key] != expected[key]
    ]
    files = [
        [part.name, None if part.mail else part.data.decode("utf-8", "replace")] for part in parts if part.is_attachment
    ]
    listed = expected.get("attachments", [] if "parts" not in expected else files)
    wanted = [list(pair) for pair in (listed.items() if isinstance(listed, dict) else listed)]
    if files != wanted:
        wrong.append(f"attachments: {files!r}, not {wanted!r}")
    problems = [problem.reason for problem in mail.problems]
    hoped = expected.get("problems", [])
    unsaid = [text for text in hoped if not any(text in problem for problem in problems)]
    unhoped = [problem for problem in problems if not any(text in problem for text in hoped)]
    return [*wrong, *(f"not told: {text}" for text in unsaid), *(f"told: {text}" for text in unhoped)]
