r"""Rich text of Outlook: decompressed ([MS-OXRTFCP]), and as the HTML or text inside it ([MS-OXRTFEX]).

    {\rtf1\ansi\ansicpg932\fromhtml1 {\*\htmltag64 <p>}\htmlrtf \par\htmlrtf0 caf\'e9}

Nothing raises.
"""

import struct

from sekimori.formats import rtf_text

__all__ = ["RTF_BYTES", "decompressed", "text_of_rtf"]

RTF_BYTES = 2 << 20
"""Rich text is read up to this length, decompressed, of a whole mail."""

_PRELOAD = (
    rb"{\rtf1\ansi\mac\deff0\deftab720{\fonttbl;}{\f0\fnil \froman \fswiss \fmodern \fscript \fdecor "
    rb"MS Sans SerifSymbolArialTimes New RomanCourier{\colortbl\red0\green0\blue0"
    b"\r\n"
    rb"\par \pard\plain\f0\fs20\b\i\u\tab\tx"
)
_PACKED, _PLAIN = 0x75465A4C, 0x414C454D


def decompressed(data: bytes, most: int = RTF_BYTES) -> tuple[bytes, bool]:
    """The first `most` bytes of the rich text in a compressed stream, and whether there are more of them.

    Of a broken stream what comes before the fault; nothing of anything else.
    """
    if len(data) < 16:
        return b"", False
    _, size, kind, _ = struct.unpack_from("<4I", data)
    taken = min(size, most)
    if kind not in {_PACKED, _PLAIN}:
        return b"", False
    found = data[16 : 16 + taken] if kind == _PLAIN else _unpacked(data[16:], taken)
    return found, taken < size and len(found) == taken


def _unpacked(data: bytes, size: int) -> bytes:
    window = bytearray(4096)
    window[: len(_PRELOAD)] = _PRELOAD
    write, at = len(_PRELOAD), 0
    out = bytearray()
    while at < len(data) and len(out) < size:
        control = data[at]
        at += 1
        for bit in range(8):
            if control >> bit & 1:
                reference = int.from_bytes(data[at : at + 2], "big")
                at += 2
                start, length = reference >> 4, (reference & 15) + 2
                if start == write or at > len(data):
                    return bytes(out[:size])
            else:
                start, length = -1, 1
            for step in range(length):
                if start < 0 and at >= len(data):
                    return bytes(out[:size])
                octet = window[(start + step) & 4095] if start >= 0 else data[at]
                window[write] = octet
                out.append(octet)
                write = (write + 1) & 4095
            at += start < 0
    return bytes(out[:size])


def text_of_rtf(data: bytes) -> tuple[str, bool]:
    """The HTML that the rich text was made from, and True; or its plain text, and False."""
    is_html = rb"\fromhtml" in data[:4096]
    joined = "".join(rtf_text.pieces(data[:RTF_BYTES], is_mail=True, is_html=is_html))
    return joined.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace"), is_html
