"""Frame Streams: a file of frames, each behind its length, between two control frames that name the content.

    00000000 00000022 00000002 00000001 00000016 protobuf:dnstap.Dnstap   control: start, type of the content
    00000048 …                                                            a frame of 72 bytes

Reference: the header comments of `fstrm/control.h` (github.com/farsightsec/fstrm). Lengths are big-endian.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from sekimori.model.report import N_

__all__ = ["LARGEST_FRAME", "BrokenFrames", "Frame", "content_type", "frames"]

LARGEST_FRAME = 1 << 20
"""Bytes; a larger frame is passed over."""
_LARGEST_CONTROL = 512
_START, _STOP, _CONTENT_TYPE = 2, 3, 1
_TOO_LARGE = N_("the frame is larger than {count} bytes")
_CUT = N_("the frame is cut off")


@dataclass(frozen=True, slots=True)
class Frame:
    """A frame's content, where it stands, and its number from 1."""

    offset: int
    data: bytes
    number: int


@dataclass(frozen=True, slots=True)
class BrokenFrames:
    """A stretch without a readable frame, and why."""

    offset: int
    length: int
    number: int
    reason: str


def content_type(head: bytes) -> bytes:
    """The type of the content as the first control frame names it; empty where there is none."""
    if len(head) < 20 or head[:4] != b"\0\0\0\0" or int.from_bytes(head[8:12], "big") != _START:
        return b""
    length = int.from_bytes(head[4:8], "big")
    size = int.from_bytes(head[16:20], "big")
    if int.from_bytes(head[12:16], "big") != _CONTENT_TYPE or not 12 + size <= length <= _LARGEST_CONTROL:
        return b""
    return head[20 : 20 + size]


def frames(stream: BinaryIO, size: int) -> Iterator[Frame | BrokenFrames]:
    """The frames of a seekable stream of `size` bytes in order; control frames are passed over."""
    at, number = 0, 0
    while at < size:
        stream.seek(at)
        length = int.from_bytes(head, "big") if len(head := stream.read(4)) == 4 else size
        is_control = length == 0 and len(head) == 4
        if is_control:
            length = int.from_bytes(stream.read(4), "big")
            at += 4
        number += not is_control
        end = at + 4 + length
        if end > size or (is_control and length > _LARGEST_CONTROL):
            yield BrokenFrames(at, size - at, number, _CUT)
            return
        if is_control:
            pass
        elif length > LARGEST_FRAME:
            yield BrokenFrames(at + 4, length, number, _TOO_LARGE.format(count=f"{LARGEST_FRAME:,}"))
        else:
            yield Frame(at + 4, stream.read(length), number)
        at = end
