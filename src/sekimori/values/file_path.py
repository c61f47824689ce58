r"""Paths of files: one form for all ways in which Windows writes the same place.

The kernel, the shell, services and triage tools write `\??\C:\Windows`, `\SystemRoot`, `%windir%` and
`\Device\HarddiskVolume3\Windows` for `c:\windows`. A volume whose letter is not told is taken for `c:`: that is
nearly always so, and what a record says is shown beside every match.
"""

import re
import unicodedata

from sekimori.values.errors import present
from sekimori.values.fixed_point import settled

__all__ = ["is_below", "name", "normal"]

_TYPE = "file_path"
_POSIX = re.compile(r"[^\\/:%]*/[^\\]*\Z")
_DRIVE = re.compile(r"[A-Za-z]:")

_PREFIXES = tuple(
    (re.compile(pattern + r"(?=\\|\Z)"), meaning)
    for pattern, meaning in (
        (r"\\(?:\\[?.]|\?\?)\\unc", r"\\"),
        (r"\\(?:\\[?.]|\?\?)\\globalroot", ""),
        (r"\\(?:\\[?.]\\|\?\?\\)?([a-z]:)", r"\1"),
        (r"\\(?:\\[?.]\\|\?\?\\)?volume\{[0-9a-f-]+\}", "c:"),  # so in prefetch files
        (r"\\device\\harddiskvolume\d+", "c:"),
        (r"\\device\\(?:mup|lanmanredirector)(?:\\;[^\\]*)*", r"\\"),
        (r"(?:\\systemroot|%systemroot%|%windir%)", r"c:\\windows"),
        (r"system32", r"c:\\windows\\system32"),  # image paths of drivers start in the system's folder
        (r"%(?:systemdrive|homedrive)%", "c:"),
        (r"%(?:programdata|allusersprofile)%", r"c:\\programdata"),
        (r"%(?:programfiles|programw6432)%", r"c:\\program files"),
        (r"%programfiles\(x86\)%", r"c:\\program files (x86)"),
        (r"%public%", r"c:\\users\\public"),
    )
)
"""What whole parts at the start of a path mean; several may follow each other."""


def normal(text: str) -> str:
    r"""The normal form of a path: on Windows lower-case with backslashes, NT prefixes and system variables resolved.

    A path is POSIX, and keeps its case, when it has slashes and neither a backslash nor a drive. Dot segments,
    repeated and trailing separators and quotes around the path go; UNC paths, 8.3 names and variables of a user
    (`%APPDATA%`) stay. Raises `InvalidValue`.
    """
    return settled(_step, text)


def _step(text: str) -> str:
    path = unicodedata.normalize("NFC", present(_TYPE, present(_TYPE, text).strip('"'), text))
    if _POSIX.match(path):
        return _tidy(path, "/")
    path = _tidy(unicodedata.normalize("NFC", path.lower()).replace("/", "\\"), "\\")
    for prefix, meaning in _PREFIXES:
        if found := prefix.match(path):
            return found.expand(meaning) + path[found.end() :]
    return path


def _tidy(path: str, separator: str) -> str:
    """The path without empty and dot segments, and without the separator at its end."""
    root, rest = _root(path)
    parts: list[str] = []
    for part in rest.split(separator):
        if part == ".." and parts and parts[-1] != "..":
            parts.pop()
        elif part not in {"", "."} and not (part == ".." and root):
            parts.append(part)
    return root + separator.join(parts)


def _root(path: str) -> tuple[str, str]:
    """What a path starts from (root, drive, server), and the rest."""
    if path.startswith("/"):
        return "/", path.lstrip("/")
    if path.startswith("\\\\"):
        device, rest = path.lstrip("\\")[:2], path.lstrip("\\")
        return ("\\\\" + device, rest[2:]) if device in {"?\\", ".\\"} else ("\\\\", rest)
    if path.startswith("\\"):
        return "\\", path[1:]
    if found := re.match(r"([a-z]:)(?:\\+|\Z)", path):
        return found.group(1) + "\\", path[found.end() :]
    return "", path


def name(path: str) -> str:
    """The last part of a path in whatever form; empty for a root."""
    last = re.split("/" if _POSIX.match(path) else r"[\\/]", path.rstrip("\\/"))[-1]
    return "" if _DRIVE.fullmatch(last) else last


def is_below(path: str, folder: str) -> bool:
    """Whether a path is `folder` or lies in it, at any depth; both in normal form."""
    separator = "/" if _POSIX.match(path) else "\\"
    return path == folder or path.startswith(folder.rstrip(separator) + separator)
