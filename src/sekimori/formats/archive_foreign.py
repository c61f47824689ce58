"""Archives that a process of its own opens (`sekimori.formats.archive_child`): 7z, RAR, cabinets, LHA, images of discs.

7z: py7zr; the others: libarchive, where its library is installed. References: 7-zip.org/sdk.html (7zFormat.txt),
rarlab.com/technote.htm, [MS-CAB], ECMA-119 (ISO 9660), the headers of LHA as libarchive's manual page
archive_read_format(3) names them.

    37 7a bc af 27 1c    7z        52 61 72 21 1a 07    RAR
    4d 53 43 46 00 …     cabinet   .. .. 2d 6c 68 .. 2d    LHA
"""

import json
import struct
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import BinaryIO, Self

from sekimori.formats import archive_child
from sekimori.formats.archive_child import ENCRYPTED, FRAME, MISSING
from sekimori.formats.archive_marks import is_sound
from sekimori.formats.archive_stream import BrokenMember, Entry, label
from sekimori.model.report import N_

__all__ = ["LockedNames", "Tried", "foreign_entries", "seven_zip_with"]

_PIECE = 1 << 18
_HEAD = 9 << 12
_REASONS = {
    MISSING: N_("archives of this format are read where the library libarchive is installed"),
    ENCRYPTED: N_("a password is needed even for the names in it"),
}
_BROKEN = N_("the archive is cut short or corrupt ({error})")
_ENDED = N_("opening it took too long or ended early")


class LockedNames(BrokenMember):
    """A password is needed even for the names of the members."""


@dataclass(frozen=True, slots=True)
class Tried:
    """Which of the passwords fits (its place), None for none, and the entries, to be taken in their order.

    `tried` is how many were tried, `problem` why no more.
    """

    nth: int | None
    entries: Iterator[Entry]
    tried: int
    problem: str = ""


def foreign_entries(raw: BinaryIO, name: str, *, seconds: float) -> Iterator[Entry]:
    """The files of an archive of the format `name`, in its order; `raw` stands at its beginning.

    The bytes of an entry are there until the next is asked for. Raises `BrokenMember` where the rest cannot be read,
    `LockedNames` where that needs a password.
    """
    packed = _checked(raw, name)
    with _Process(raw, name, (), seconds) as process:
        yield from _entries(process, packed)


def seven_zip_with(raw: BinaryIO, passwords: Sequence[str], *, seconds: float) -> Iterator[Tried]:
    """One answer: which password opens the 7z archive, and what it opens. Raises `BrokenMember` where it is none."""
    packed = _checked(raw, "7z")
    tried = 0
    with _Process(raw, "7z", passwords, seconds) as process:
        try:
            while (frame := process.frame())[0] == b"T":
                tried = frame[2]
        except BrokenMember as broken:
            yield Tried(None, iter(()), tried, broken.reason)
            return
        if frame[0] == b"P":
            yield Tried(frame[2], _entries(process, packed), tried)
        else:
            yield Tried(None, iter(()), tried)


def _checked(raw: BinaryIO, name: str) -> int:
    """The size of the archive, at whose beginning `raw` then stands. Raises `BrokenMember` where that is broken."""
    size = raw.seek(0, 2)
    raw.seek(0)
    sound = is_sound(raw.read(_HEAD), size, name)
    raw.seek(0)
    if not sound:
        raise BrokenMember(N_("the archive is cut short or corrupt"))
    return size


def _entries(process: "_Process", packed: int) -> Iterator[Entry]:
    while True:
        kind, data, number = process.frame()
        if kind == b"Z":
            return
        if kind == b"S":
            text = data.decode("utf-8", "replace")
            reason = _REASONS.get(text) or _BROKEN.format(error=text)
            raise LockedNames(reason) if text == ENCRYPTED else BrokenMember(reason)
        name = label(data)
        if kind == b"L":
            yield Entry(name=name, size=number, packed=packed, encrypted=True)
        elif kind == b"E":
            member = process.member()
            yield Entry(name=name, size=number, packed=packed, pieces=lambda member=member: member)  # type: ignore[misc]
            with suppress(BrokenMember):
                for _ in member:  # what nobody wanted
                    pass


class _Process:
    """The process, and its frames."""

    def __init__(self, raw: BinaryIO, name: str, passwords: Sequence[str], seconds: float) -> None:
        # As a file of its own, without the modules around it, it starts in half the time.
        command = [sys.executable, "-P", archive_child.__file__, name]
        self._child = subprocess.Popen(  # noqa: S603 - ourselves
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        self._timer = threading.Timer(seconds, self._child.kill)
        self._feeder = threading.Thread(target=self._feed, args=(raw, passwords), daemon=True)

    def __enter__(self) -> Self:
        self._timer.start()
        self._feeder.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()
        self._child.kill()
        self._feeder.join()
        with self._child:
            pass

    def _feed(self, raw: BinaryIO, passwords: Sequence[str]) -> None:
        given = json.dumps(list(passwords)).encode("ascii")
        assert self._child.stdin is not None
        # It may be killed, or have seen enough; an archive that is a member of another may break off.
        with suppress(OSError), self._child.stdin as into:
            into.write(struct.pack(">I", len(given)) + given)
            while piece := raw.read(_PIECE):
                into.write(piece)

    def frame(self) -> tuple[bytes, bytes, int]:
        """The next frame: what it is, its bytes, its number. Raises `BrokenMember` where there is none."""
        assert self._child.stdout is not None
        head = self._child.stdout.read(FRAME.size)
        if len(head) == FRAME.size:
            kind, length, number = FRAME.unpack(head)
            data = self._child.stdout.read(length)
            if len(data) == length:
                return kind, data, number
        raise BrokenMember(_ENDED)

    def member(self) -> Iterator[bytes]:
        """The bytes of the member that has begun. Raises `BrokenMember` where it is broken."""
        while True:
            kind, data, _ = self.frame()
            if kind == b"F":
                return
            if kind == b"B":
                raise BrokenMember(_BROKEN.format(error=data.decode("utf-8", "replace")))
            yield data
