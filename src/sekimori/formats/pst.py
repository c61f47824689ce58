"""Outlook's data files ([MS-PST]) by libpff, in a process of its own: a broken file may crash or stop only that.

The process writes one frame a message: the lengths of its name and of its mail (8 bytes each), and these two; a frame
whose name is empty holds the reason why something could not be read.
"""

import struct
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

from sekimori.formats.mapi import MapiAttachment, MapiMessage, Properties, rendered
from sekimori.formats.own_process import bound_memory, command
from sekimori.formats.pst_attached import attached_message
from sekimori.formats.pst_nodes import BrokenPst, Nodes
from sekimori.model.report import N_

__all__ = ["SECONDS", "messages"]

SECONDS = 3600.0
"""So long may one file take."""

_FRAME = struct.Struct("<QQ")
_FOLDERS = 100_000
_FILE = 256 << 20
_MEMORY = 4 << 30
# PidTagAttachMethod ([MS-OXCMSG] 2.2.2.9): the file itself, a message, an object of OLE.
_METHOD, _BY_VALUE, _MESSAGE, _OBJECT = 0x3705, 1, 5, 6
_MESSAGE_FLAGS, _READ = 0x0E07, 0x1
_NOT_DONE = "the reading process ended early"


def messages(path: Path, seconds: float = SECONDS) -> Iterator[tuple[str, bytes]]:
    """The name and the mail of every message, or a reason under an empty name. Never raises.

    A name is the folders and a number, with flags behind it as in a Maildir: `Inbox/1.eml:2,S` was read.
    """
    with subprocess.Popen(  # noqa: S603 - ourselves
        command("sekimori.formats.pst", str(path)), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as child:
        timer = threading.Timer(seconds, child.kill)
        timer.start()
        try:
            assert child.stdout is not None
            yield from _frames(child.stdout)
        finally:
            timer.cancel()
            child.kill()


def _frames(stream: Any) -> Iterator[tuple[str, bytes]]:
    while len(head := stream.read(_FRAME.size)) == _FRAME.size:
        name_size, size = _FRAME.unpack(head)
        if name_size == size == 0:
            return
        name, data = stream.read(name_size), stream.read(size)
        if len(data) < size:
            break
        yield name.decode("utf-8", "replace"), data
    yield "", _NOT_DONE.encode()


def _write(out: BinaryIO, name: str, data: bytes) -> None:
    raw = name.encode("utf-8", "replace")
    out.write(_FRAME.pack(len(raw), len(data)) + raw + data)


def _read(path: str, own: BinaryIO, out: BinaryIO) -> None:
    import pypff  # noqa: PLC0415 - heavy, and in this process alone

    file = pypff.file()
    try:
        file.open(path)
        waiting = [(file.root_folder, "")]
    except OSError as error:
        _write(out, "", str(error).encode("utf-8", "replace"))
        waiting = []
    nodes = _nodes(own)
    for seen, (folder, above) in enumerate(waiting):  # the list grows while it is gone through
        try:
            for number in range(folder.number_of_sub_messages):
                _one(folder, number, above, nodes, out)
            if seen < _FOLDERS:
                for inner in folder.sub_folders:
                    name = (inner.name or "-").replace("/", "_")
                    waiting.append((inner, f"{above}{name}/"))
        except (OSError, RuntimeError, ValueError) as error:
            _write(out, "", f"{above}: {error}".encode("utf-8", "replace"))
    out.write(_FRAME.pack(0, 0))


def _one(folder: Any, number: int, above: str, nodes: Nodes | None, out: BinaryIO) -> None:
    name = f"{above}{number + 1}"
    problems: list[str] = []
    try:
        message = _message(folder.get_sub_message(number), nodes, problems)
        mail = rendered(message)
    except Exception as error:  # noqa: BLE001 - whatever the library meets in a broken message, the others are read
        problems.append(str(error))
    else:
        _write(out, f"{name}.eml{_flags(message.properties)}", mail)
    for problem in problems:
        _write(out, "", f"{name}: {problem}".encode("utf-8", "replace"))


def _flags(of: Properties) -> str:
    """Whether the message was read (PidTagMessageFlags, [MS-OXCMSG] 2.2.1.6), as the name of a Maildir's file says."""
    if _MESSAGE_FLAGS not in of.values:
        return ""
    return ":2,S" if of.number(_MESSAGE_FLAGS) & _READ else ":2,"


def _properties(sets: Any, page: int = 0) -> Properties:
    values = {}
    for entries in sets:
        for entry in entries.entries:
            if entry.entry_type is not None and entry.value_type is not None and entry.entry_type not in values:
                values[entry.entry_type] = (entry.value_type, entry.data or b"")
    return Properties(values, page)


def _message(item: Any, nodes: Nodes | None, problems: list[str]) -> MapiMessage:
    of = _properties(item.record_sets)
    subject = of.text(0x0037)
    if subject[:1] == "\x01":
        # The first two characters tell how long the prefix ("Re: ") is ([MS-PST] 2.5.3.1.1.1).
        of = Properties({**of.values, 0x0037: (0x1F, subject[2:].encode("utf-16-le", "replace"))})
    page = of.number(0x3FFD) or of.number(0x3FDE)
    people = getattr(item, "recipients", None)
    recipients = tuple(_properties([one], page) for one in people.record_sets) if people is not None else ()
    files = tuple(_file(one, page, (nodes, item.identifier), problems) for one in getattr(item, "attachments", ()))
    return MapiMessage(of, recipients, files)


def _file(one: Any, page: int, message: tuple[Nodes | None, int], problems: list[str]) -> MapiAttachment:
    of = _properties(one.record_sets, page)
    method, name = of.number(_METHOD), of.text(0x3707, 0x3704, 0x3001)
    nodes, number = message
    if method == _MESSAGE and nodes is not None:
        try:
            return MapiAttachment(of, b"", attached_message(nodes, number, one.identifier))
        except BrokenPst as error:
            problems.append(N_("the attached message {name} cannot be read: {error}").format(name=name, error=error))
    elif method in {_MESSAGE, _OBJECT}:
        problems.append(N_("the attached message or object {name} is not read").format(name=name))
    size = one.size if method == _BY_VALUE else 0
    if size > _FILE:
        problems.append(N_("{name}: only the first {count} bytes are read").format(name=name, count=_FILE))
    return MapiAttachment(of, one.read_buffer(min(size, _FILE)) if size else b"")


def _nodes(stream: BinaryIO) -> Nodes | None:
    """The file's nodes; None where they are in a form that only the library reads."""
    try:
        return Nodes(stream)
    except BrokenPst:
        return None


if __name__ == "__main__":
    bound_memory(_MEMORY)
    with Path(sys.argv[1]).open("rb") as opened:
        _read(sys.argv[1], opened, sys.stdout.buffer)
