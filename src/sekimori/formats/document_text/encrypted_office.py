"""Office documents since 2007 under a password: a compound file with the encrypted document in one stream.

Reference: [MS-OFFCRYPTO] 2.3.4.4.

    d0 cf 11 e0 …    EncryptionInfo, EncryptedPackage
"""

from collections.abc import Iterator

from sekimori.formats.compound_file import MAGIC
from sekimori.formats.document_text.limits import Budget, Locked

__all__ = ["pieces", "recognises"]

_NAME = "EncryptedPackage".encode("utf-16-le")


def recognises(data: bytes) -> bool:
    """Whether the stream of an encrypted document is in its directory."""
    return data.startswith(MAGIC) and _NAME in data


def pieces(data: bytes, budget: Budget) -> Iterator[str]:  # noqa: ARG001 - nothing is read
    """None. Raises `Locked`."""
    yield ""
    raise Locked
