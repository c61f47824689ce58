"""TNEF, Outlook's own wrapping of a mail's body and files (`winmail.dat`, [MS-OXTNEF]), rendered as a mail."""

import logging
from typing import Any

from sekimori.formats.mapi import DEPTH, MapiAttachment, MapiMessage, Properties, rendered

__all__ = ["MAGIC", "tnef_mail"]

MAGIC = bytes.fromhex("789f3e22")
_LONGEST = 64 << 20
_WIDE, _BINARY, _INTEGER = 0x001F, 0x0102, 0x0003
_BODY, _HTML, _RICH = 0x1000, 0x1013, 0x1009


def tnef_mail(data: bytes) -> bytes | None:
    """The mail that the wrapping holds; None for bytes that are none or cannot be read."""
    if not data.startswith(MAGIC) or len(data) > _LONGEST:
        return None
    logging.getLogger("tnefparse").setLevel(logging.CRITICAL)
    from tnefparse import TNEF  # noqa: PLC0415 - only where such a file is met

    try:
        return rendered(_message(TNEF(data, do_checksum=False), 0))
    except Exception:  # noqa: BLE001 - the library lets through whatever broken lengths and code pages lead to
        return None


def _message(tnef: Any, depth: int) -> MapiMessage:
    page = getattr(tnef.codepage, "cp", 0) or 0
    page = page if isinstance(page, int) else 0
    values = {one.name: _value(one.data) for one in tnef.mapiprops if isinstance(one.name, int)}
    for number, content in ((_BODY, tnef.body), (_HTML, tnef.htmlbody), (_RICH, tnef._rtfbody)):  # noqa: SLF001 - its public form loses the code page
        if content:
            values[number] = _value(content)
    if _BODY in values and values[_BODY][0] == _BINARY:
        values[_BODY] = (0x001E, values[_BODY][1])
    files = tuple(_file(one, page, depth) for one in tnef.attachments)
    if not values and not files:
        raise ValueError("nothing is inside")  # so much was lost that an empty mail would hide it
    return MapiMessage(Properties(values, page), (), files)


def _value(data: object) -> tuple[int, bytes]:
    """A decoded value, as a property again."""
    if isinstance(data, list) and data:
        data = data[0]
    if isinstance(data, str):
        return _WIDE, data.encode("utf-16-le", "replace")
    if isinstance(data, int):
        return _INTEGER, (data & 0xFFFFFFFF).to_bytes(4, "little")
    return _BINARY, data if isinstance(data, bytes) else b""


def _file(one: Any, page: int, depth: int) -> MapiAttachment:
    values = {prop.name: _value(prop.data) for prop in one.mapi_attrs if isinstance(prop.name, int)}
    name = one._name  # noqa: SLF001 - its public form takes every name for UTF-8
    if name:
        values[0x3704] = (0x001E, name) if isinstance(name, bytes) else _value(name)
    inner = getattr(one, "embed", None)
    message = _message(inner, depth + 1) if inner is not None and depth < DEPTH else None
    data = one.data[0] if isinstance(one.data, list) and one.data else one.data
    return MapiAttachment(Properties(values, page), data if isinstance(data, bytes) else b"", message)
