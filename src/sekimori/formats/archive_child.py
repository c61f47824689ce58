"""The process that opens archives of formats with large libraries: 7z by py7zr, the others by libarchive.

A broken archive may crash, stop or fill only this process. It reads from its standard input the passwords (a length
of 4 bytes, then JSON) and the archive, and writes frames: what it is, how many bytes follow, a number.

    python -P archive_child.py 7z < 00 00 00 02 [ ] 37 7a bc af …
    E: a member begins (its name; its size)   D: bytes of it   F: it ends   B: it is broken (why)   L: it is locked
    T: so many passwords were tried           P: this password fits (its place)
    S: the rest cannot be read (why)          Z: all is said
"""

import io
import json
import struct
import sys
import tempfile
from collections.abc import Iterator, Sequence
from typing import Any, BinaryIO

from sekimori.formats.own_process import bound_memory

__all__ = ["ENCRYPTED", "FRAME", "MISSING"]

FRAME = struct.Struct("<cQq")
"""A frame's head."""

ENCRYPTED = "encrypted"
"""The reason where even the names are under a password."""

MISSING = "missing"
"""The reason where the library is not installed."""

_IN_MEMORY = 64 << 20
_ADDRESS_SPACE = 2 << 30
_PIECE = 1 << 18
_FORMATS = {"RAR": ("rar", "rar5"), "cabinet": ("cab",), "LHA": ("lha",), "ISO": ("iso9660",)}
_EOF, _FATAL = 1, -30
_FILE_TYPE, _UNKNOWN, _REGULAR = 0o170000, 0, 0o100000


class _Out:
    """Writes the frames."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream

    def __call__(self, kind: bytes, data: bytes | str = b"", number: int = 0) -> None:
        raw = data.encode("utf-8", "replace") if isinstance(data, str) else bytes(data)
        self._stream.write(FRAME.pack(kind, len(raw), number) + raw)
        if kind == b"T":  # told at once: the time may be over before the next
            self._stream.flush()

    def close(self) -> None:
        """All is said."""
        self(b"Z")
        self._stream.flush()


def _main() -> None:
    bound_memory(_ADDRESS_SPACE)
    given = sys.stdin.buffer
    (length,) = struct.unpack(">I", given.read(4))
    passwords: list[str] = json.loads(given.read(length))
    out = _Out(sys.stdout.buffer)
    with tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY) as archive:
        while piece := given.read(_PIECE):
            archive.write(piece)
        archive.seek(0)
        try:
            if sys.argv[1] == "7z":
                _seven_zip(archive, passwords, out)
            else:
                _by_libarchive(archive, _FORMATS[sys.argv[1]], out)
        except Exception as error:  # noqa: BLE001 - whatever the libraries meet in broken archives
            out(b"S", _said(error))
    out.close()


def _said(error: Exception) -> str:
    if hasattr(error, "retcode"):  # libarchive's errors tell places in memory too
        return f"{getattr(error, 'msg', None) or error.retcode}"[:200]
    return f"{type(error).__name__}: {error}"[:200]


def _seven_zip(archive: Any, passwords: Sequence[str], out: _Out) -> None:
    import py7zr  # noqa: PLC0415 - heavy, and in this process alone
    from py7zr.exceptions import PasswordRequired  # noqa: PLC0415

    if passwords:
        _with_passwords(archive, passwords, out)
        return
    try:
        opened = py7zr.SevenZipFile(io.BufferedReader(archive))
    except PasswordRequired:
        out(b"S", ENCRYPTED)
        return
    _files(opened, out, locked=True)


def _with_passwords(archive: Any, passwords: Sequence[str], out: _Out) -> None:
    """The members with the first password that opens the smallest of them."""
    import py7zr  # noqa: PLC0415

    for nth, password in enumerate(passwords):
        archive.seek(0)
        quiet = _Out(io.BytesIO())
        try:
            opened = py7zr.SevenZipFile(io.BufferedReader(_Unclosed(archive)), password=password)
            fits = _files(opened, quiet, locked=False, only_smallest=True)
        except (AttributeError, NameError):
            # The library's own parts are not where they were: no password would ever open anything.
            raise
        except Exception:  # noqa: BLE001 - a wrong password is met as any kind of broken data
            fits = False
        out(b"T", number=nth + 1)
        if fits:
            out(b"P", number=nth)
            archive.seek(0)
            opened = py7zr.SevenZipFile(io.BufferedReader(_Unclosed(archive)), password=password)
            _files(opened, out, locked=False)
            return


class _Unclosed(io.RawIOBase):
    """The archive, which stays open whatever is closed above it."""

    def __init__(self, stream: Any) -> None:
        super().__init__()
        self._stream = stream

    def readable(self) -> bool:
        """Always."""
        return True

    def seekable(self) -> bool:
        """Always."""
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """As everywhere."""
        self._stream.seek(offset, whence)
        return int(self._stream.tell())

    def readinto(self, buffer: "memoryview | bytearray") -> int:  # type: ignore[override]  # what callers hand in
        """Fill the buffer."""
        data = self._stream.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)


def _files(opened: Any, out: _Out, *, locked: bool, only_smallest: bool = False) -> bool:
    """The files folder by folder; whether all that were asked for are whole. With `locked` there is no password."""
    from py7zr.compressor import SupportedMethods  # noqa: PLC0415

    streams = getattr(opened.header, "main_streams", None)
    folders = list(streams.unpackinfo.folders) if streams is not None else []
    empty = [file for file in opened.files if file.emptystream and not file.is_directory]
    if only_smallest:
        folders, empty = _smallest(folders, SupportedMethods), []
    for file in empty:
        out(b"E", file.filename)
        out(b"F")
    whole = bool(folders) or not only_smallest
    for place, folder in enumerate(streams.unpackinfo.folders if streams is not None else []):
        files = [file for file in folder.files or () if not file.is_directory]
        if not any(folder is one for one in folders):
            continue
        if locked and SupportedMethods.needs_password(folder.coders):
            for file in files:
                out(b"L", file.filename, file.uncompressed)
        else:
            whole = _folder(opened, place, files, out) and whole
    return whole


def _smallest(folders: Sequence[Any], methods: Any) -> list[Any]:
    encrypted = [one for one in folders if methods.needs_password(one.coders)] or list(folders)
    return sorted(encrypted, key=lambda one: sum(file.uncompressed for file in one.files or ()))[:1]


def _folder(opened: Any, place: int, files: Sequence[Any], out: _Out) -> bool:
    """The files that are packed together; whether all are whole."""
    from py7zr.io import MemIO, NullIOFactory  # noqa: PLC0415

    class Member(MemIO):
        """Takes the bytes of one file."""

        def __init__(self, file: Any) -> None:
            super().__init__(str(file.id), NullIOFactory())  # type: ignore[no-untyped-call]
            self.file, self.is_told = file, False

        def open(self, mode: str = "w") -> "Member":  # noqa: ARG002 - as it is called
            """The member begins."""
            self.is_told = True
            out(b"E", self.file.filename, self.file.uncompressed)
            return self

        def write(self, s: bytes | bytearray) -> int:
            """Bytes of it."""
            out(b"D", bytes(s))
            return len(s)

        def __exit__(self, kind: object, error: object, _trace: object) -> None:
            if kind is None:
                out(b"F")
            else:
                out(b"B", f"{getattr(kind, '__name__', kind)}: {error}"[:200])

    worker, packed = opened.worker, opened.header.main_streams.packinfo.packpositions
    members = [Member(file) for file in files]
    for member in members:
        worker.register_filelike(member.file.id, member)
    start = worker.src_start
    try:
        worker.extract_single(opened.fp, files, None, start + packed[place], start + packed[place + 1], None)
    except Exception as error:  # noqa: BLE001 - one folder that is broken or in an unknown method leaves the others
        for member in members:
            if not member.is_told:
                out(b"E", member.file.filename, member.file.uncompressed)
                out(b"B", _said(error))
        return False
    return True


def _by_libarchive(archive: Any, formats: Sequence[str], out: _Out) -> None:
    try:
        from libarchive import ffi  # noqa: PLC0415 - the shared library may not be there
    except Exception:  # noqa: BLE001 - the package meets its absence in many ways
        out(b"S", MISSING)
        return
    _speak_utf8()
    pointer = ffi.read_new()
    ffi.get_read_filter_function("none")(pointer)
    for name in formats:
        ffi.get_read_format_function(name)(pointer)
    is_lha = "lha" in formats
    if is_lha:
        # Its names have no encoding of their own; whatever they are, in this one they come through.
        set_option = ffi.libarchive.archive_read_set_format_option
        set_option.argtypes = [ffi.c_archive_p, *[ffi.c_char_p] * 3]
        set_option(pointer, b"lha", b"hdrcharset", b"CP932")
    data = archive.read()
    ffi.read_open_memory(pointer, data, len(data))
    entry = ffi.entry_new()
    is_encrypted = ffi.libarchive.archive_entry_is_encrypted
    is_encrypted.argtypes = [ffi.c_archive_entry_p]
    try:
        while ffi.read_next_header2(pointer, entry) != _EOF:
            member = _as_written(_name(ffi, entry)) if is_lha else _name(ffi, entry)
            if ffi.entry_filetype(entry) & _FILE_TYPE not in {_UNKNOWN, _REGULAR}:
                continue
            size = ffi.entry_size(entry) if ffi.entry_size_is_set(entry) else -1
            if is_encrypted(entry):
                out(b"L", member, size)
                continue
            out(b"E", member, size)
            _content(ffi, pointer, out)
    except ffi.ArchiveError as error:
        out(b"S", ENCRYPTED if "ncrypt" in _said(error) else _said(error))


def _speak_utf8() -> None:
    """Names come as UTF-8 in such a locale, and in the plain one they break the reading off."""
    import locale  # noqa: PLC0415 - with the library

    for name in ("C.UTF-8", ".UTF-8", "en_US.UTF-8", ""):
        try:
            locale.setlocale(locale.LC_ALL, name)
        except locale.Error:
            continue
        return


def _as_written(name: bytes) -> bytes:
    """The bytes of a name before they were taken for CP932."""
    try:
        return name.decode("utf-8").encode("cp932")
    except UnicodeError:
        return name


def _content(ffi: Any, pointer: Any, out: _Out) -> None:
    try:
        for data in _pieces(ffi, pointer):
            out(b"D", data)
    except ffi.ArchiveError as error:
        out(b"B", _said(error))
        if error.retcode == _FATAL:
            raise
    else:
        out(b"F")


def _pieces(ffi: Any, pointer: Any) -> Iterator[bytes]:
    from ctypes import create_string_buffer  # noqa: PLC0415 - with the library

    buffer = create_string_buffer(_PIECE)
    while count := ffi.read_data(pointer, buffer, _PIECE):
        yield buffer.raw[:count]


def _name(ffi: Any, entry: Any) -> bytes:
    """The name's bytes as the archive has them, or its Unicode as UTF-8."""
    raw: bytes | None = ffi.entry_pathname(entry)
    if raw is None:
        wide: str = ffi.entry_pathname_w(entry) or ""
        return wide.encode("utf-8", "replace")
    return raw


if __name__ == "__main__":
    _main()
