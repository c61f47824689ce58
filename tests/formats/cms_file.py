"""S/MIME wrappings for tests, made element by element."""

__all__ = ["element", "open_ended", "wrapping"]

_CONTENT_TYPES = {
    "data": "2a864886f70d010701",
    "signed": "2a864886f70d010702",
    "enveloped": "2a864886f70d010703",
    "encrypted": "2a864886f70d010706",
    "authenticated": "2a864886f70d0109100117",
    "compressed": "2a864886f70d0109100109",
}


def element(tag: int, content: bytes) -> bytes:
    """An element with its length."""
    if len(content) < 0x80:
        return bytes((tag, len(content))) + content
    length = len(content).to_bytes((len(content).bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(length))) + length + content


def open_ended(tag: int, content: bytes) -> bytes:
    """An element with an end mark."""
    return bytes((tag, 0x80)) + content + b"\0\0"


def wrapping(kind: str, content: bytes | None, *, piece: int = 0) -> bytes:
    """A wrapping around a part; with `piece`, as mailers write it: of no stated length, the content in pieces."""
    made = open_ended if piece else element
    inside = b""
    if content is not None:
        pieces = [content[at : at + piece] for at in range(0, len(content), piece)] if piece else []
        octets = open_ended(0x24, b"".join(element(4, one) for one in pieces)) if piece else element(4, content)
        inside = made(0xA0, octets)
    algorithms = made(0x31, element(0x30, element(6, bytes.fromhex("608648016503040201"))))
    wrapped = made(0x30, element(6, bytes.fromhex(_CONTENT_TYPES["data"])) + inside)
    signers = element(0x31, b"")
    whole = made(0x30, element(2, b"\1") + algorithms + wrapped + signers)
    return made(0x30, element(6, bytes.fromhex(_CONTENT_TYPES[kind])) + made(0xA0, whole))
