"""What only a key opens: files and texts that were encrypted with S/MIME or PGP.

    -----BEGIN PGP MESSAGE-----

    hQEMA…
    -----END PGP MESSAGE-----

Reference: RFC 9580 (OpenPGP, sections 4.2, 5.1 and 6), RFC 3156 (PGP in mail), `sekimori.formats.cms`.
"""

import re

from sekimori.formats import cms
from sekimori.formats.mail_structure import Part
from sekimori.model.report import N_

__all__ = ["blocks", "sealed"]

_ARMOUR = re.compile(rb"^[ \t>]{0,20}-----BEGIN PGP MESSAGE(?:, PART [0-9/]{1,20})?-----[ \t]*\r?$", re.MULTILINE)
_ARMOUR_END = re.compile(rb"^[ \t>]{0,20}-----END PGP MESSAGE-----[ \t]*\r?$", re.MULTILINE)
# A session key under a public key (version 3) or a passphrase (version 4), in the old and the new form of packets.
_PACKET = re.compile(rb"(?:\x84.|\x85..|\xc1[\x00-\xbf]|\xc1[\xc0-\xdf].)[\3\6]|(?:\x8c.|\xc3.)[\4-\6]", re.DOTALL)
_NAMES = (".pgp", ".gpg")
_BLOCKS = 100


def sealed(data: bytes, name: str, *, is_enveloped: bool = False) -> str:
    """Why a file cannot be read; empty where neither S/MIME (as it may declare) nor PGP encrypted it."""
    if is_enveloped or cms.is_encrypted(data):
        return N_("it is encrypted with S/MIME")
    is_armoured = _ARMOUR.match(data.lstrip()[:200].split(b"\n")[0]) is not None
    if is_armoured or (name.lower().endswith(_NAMES) and _PACKET.match(data)):
        return N_("it is encrypted with PGP")
    return ""


def blocks(part: Part) -> list[bytes]:
    """The blocks in a text that PGP encrypted, a hundred at most."""
    if not part.is_text or b"-----BEGIN PGP MESSAGE" not in part.data:
        return []
    found: list[bytes] = []
    at = 0
    while len(found) < _BLOCKS and (begin := _ARMOUR.search(part.data, at)):
        end = _ARMOUR_END.search(part.data, begin.end())
        at = end.end() if end else len(part.data)
        found.append(part.data[begin.start() : at])
    return found
