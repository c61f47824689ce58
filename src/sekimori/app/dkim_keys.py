"""Keys of DKIM signatures from files: `SELECTOR._domainkey.DOMAIN.txt`, each with the text of the TXT record.

    key1._domainkey.partner.example.txt    "v=DKIM1; k=rsa; " "p=MIGfMA0…"

Whoever judges a mail without a network writes down what `dig` or a passive-DNS service says elsewhere.
"""

from collections.abc import Mapping
from pathlib import Path

from sekimori.formats.dkim_signature import KEY_BYTES, key_text
from sekimori.model.report import N_
from sekimori.store.errors import Refused

__all__ = ["UnusableKey", "dkim_keys"]

_MARK = "._domainkey."
_ENDING = ".txt"


class UnusableKey(Refused):
    """A file that holds no key of a DKIM signature."""

    def __init__(self, path: Path, reason: str) -> None:
        self.path, self.reason = path, reason
        super().__init__(N_("{path}: {reason}").format(path=path, reason=reason))


def dkim_keys(path: Path) -> Mapping[str, str]:
    """The texts of keys by the names under which they stand in the DNS: of one file, or of all `.txt` in a folder.

    A folder that is not there holds none. Raises `UnusableKey`, `OSError`.
    """
    files = [path] if path.is_file() else sorted(path.glob(f"*{_ENDING}"))
    return dict(_key(one) for one in files)


def _key(path: Path) -> tuple[str, str]:
    name = path.name.lower()
    if _MARK not in name or not name.endswith(_ENDING):
        raise UnusableKey(path, N_("the name of a key is SELECTOR._domainkey.DOMAIN.txt"))
    with path.open("rb") as stream:
        data = stream.read(KEY_BYTES + 1)
    text = key_text(data.decode("utf-8", "replace").removeprefix("\ufeff"))
    if len(data) > KEY_BYTES or "p=" not in text.replace(" ", ""):
        raise UnusableKey(path, N_("it holds no key: the text of a TXT record with p= is expected"))
    return name.removesuffix(_ENDING), text
