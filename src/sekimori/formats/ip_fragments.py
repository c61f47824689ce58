"""Datagrams put together again from their fragments, within bounds (RFC 791, section 3.2; RFC 8200, section 4.5)."""

from dataclasses import dataclass, field

from sekimori.model.place import Place

__all__ = ["Fragments", "Key"]

Key = tuple[bytes, bytes, int, int]
"""Source, target, protocol, number of the datagram."""

_LONGEST = 65_535
_MOST_PARTS = 128
_MOST_BYTES = 32 << 20
_LIFE = 60_000_000  # microseconds; RFC 1122, section 3.3.2: 60 to 120 seconds


@dataclass(slots=True)
class _Datagram:
    place: Place
    micros: int
    parts: dict[int, bytes] = field(default_factory=dict)
    length: int = -1
    held: int = 0


class Fragments:
    """Datagrams of which only some fragments have come. `lost` are the places of those that will not be whole."""

    def __init__(self) -> None:
        self._open: dict[Key, _Datagram] = {}
        self._held = 0
        self.lost: list[Place] = []

    def add(self, key: Key, part: int, data: bytes, *, more: bool, place: Place, micros: int) -> bytes | None:
        """One more fragment; the whole payload where it was the last that was missing."""
        one = self._open.get(key)
        if one is None or micros - one.micros > _LIFE:
            if one is not None:
                self._drop(key)
            one = self._open[key] = _Datagram(place, micros)
        if part + len(data) > _LONGEST or len(one.parts) >= _MOST_PARTS:
            self._drop(key)
            return None
        if part not in one.parts:
            one.parts[part] = data
            one.held += len(data)
            self._held += len(data)
        if not more:
            one.length = part + len(data)
        if one.held >= one.length >= 0 and (whole := _joined(one)) is not None:
            del self._open[key]
            self._held -= one.held
            return whole
        while self._held > _MOST_BYTES:
            self._drop(next(iter(self._open)))
        return None

    def end(self) -> None:
        """Nothing more comes: what is not whole is lost."""
        for key in list(self._open):
            self._drop(key)

    def _drop(self, key: Key) -> None:
        one = self._open.pop(key)
        self._held -= one.held
        self.lost.append(one.place)


def _joined(one: _Datagram) -> bytes | None:
    """The parts in order, the first that has a byte telling it; None where one is missing."""
    data = bytearray()
    for part in sorted(one.parts):
        if part > len(data):
            return None
        data += one.parts[part][len(data) - part :]
    return bytes(data[: one.length]) if len(data) >= one.length else None
