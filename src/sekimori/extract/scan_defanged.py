"""What a text holds of which parts may be defanged: read as it was meant, placed as it was written."""

from sekimori.extract.refang import Refanged, may_be_defanged, refang_with_offsets
from sekimori.extract.scan import Found, Scanned, scan

__all__ = ["scan_defanged"]


def scan_defanged(text: str) -> tuple[Scanned, Scanned]:
    """What the refanged text holds; and the same findings with text and offset as they are written in the text.

    Both are one where nothing is defanged.
    """
    refanged = refang_with_offsets(text) if may_be_defanged(text) else None
    if refanged is None or refanged.text == text:
        scanned = scan(text)
        return scanned, scanned
    plain = scan(refanged.text)
    written = Scanned(
        urls=_written(plain.urls, text, refanged),
        domains=_written(plain.domains, text, refanged),
        addresses=_written(plain.addresses, text, refanged),
        mail_addresses=_written(plain.mail_addresses, text, refanged),
    )
    return plain, written


def _written(found: tuple[Found, ...], text: str, refanged: Refanged) -> tuple[Found, ...]:
    return tuple(_as_written(one, text, refanged) for one in found)


def _as_written(found: Found, text: str, refanged: Refanged) -> Found:
    start, end = refanged.original(found.offset), refanged.original(found.offset + found.length)
    return Found(found.value, text[start:end], start, end - start)
