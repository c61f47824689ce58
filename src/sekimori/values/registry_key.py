r"""Keys of the Windows registry: one form for all names of a hive.

The user's hive is `hkcu` whether it is reached as HKCU or below its SID in HKU: an indicator names no SID. HKCR is
taken for the machine's classes, which it shows wherever the user has none of the same name. Sources:
learn.microsoft.com, "Predefined Keys", "HKEY_CLASSES_ROOT Key", "Registry Keys Affected by WOW64" and
"HKLM\SYSTEM\CurrentControlSet\Control Registry Tree".
"""

import re
import unicodedata

from sekimori.values.errors import present
from sekimori.values.fixed_point import settled

__all__ = ["is_below", "normal", "part"]

_TYPE = "registry_key"
_NOISE = re.compile(r"\A(?:(?:computer|my computer|コンピューター|コンピュータ)\\+|(?:[a-z.]+\\)?registry::)")
_SEPARATORS = re.compile(r"\\+")
_SID = r"s-1-[0-9]+(?:-[0-9]+)+"

_HIVES = tuple(
    (re.compile(pattern + r"(?=\\|\Z)"), meaning)
    for pattern, meaning in (
        (r"(?:hkey_local_machine|hklm:?|\\registry\\machine)", "hklm"),
        (rf"(?:hkey_users|hku:?|\\registry\\user)\\{_SID}_classes", r"hkcu\software\classes"),
        (rf"(?:hkey_users|hku:?|\\registry\\user)\\{_SID}", "hkcu"),
        (r"(?:hkey_current_user|hkcu:?)", "hkcu"),
        (r"(?:hkey_users|hku:?|\\registry\\user)", "hku"),
        (r"(?:hkey_classes_root|hkcr:?)", r"hklm\software\classes"),
        (r"(?:hkey_current_config|hkcc:?)", r"hklm\system\currentcontrolset\hardware profiles\current"),
    )
)
_CONTROL_SET = re.compile(r"\A(hklm\\system\\)controlset[0-9]{3}(?=\\|\Z)")
_ANY_CONTROL_SET = re.compile(r"(\A|\\)controlset[0-9]{3}(?=\\|\Z)")
_WOW64 = re.compile(r"\\wow6432node(?=\\|\Z)")


def normal(text: str) -> str:
    """The normal form of a key or of a value's full name: lower-case, `hklm` or `hkcu` or `hku` first.

    What 32-bit programs see (Wow6432Node) and what 64-bit programs see is the same, and so are all control sets.
    Text without a hive stays relative. Raises `InvalidValue`.
    """
    return settled(_step, text)


def _step(text: str) -> str:
    key = unicodedata.normalize("NFC", unicodedata.normalize("NFC", present(_TYPE, text)).lower())
    key = _SEPARATORS.sub(r"\\", key.strip('"')).removesuffix("\\")
    key = _NOISE.sub("", key)
    for hive, meaning in _HIVES:
        if found := hive.match(key):
            key = meaning + key[found.end() :]
            break
    key = _CONTROL_SET.sub(r"\1currentcontrolset", _WOW64.sub("", key))
    return present(_TYPE, key, text)


def part(text: str) -> str:
    """A part of keys, as normal forms hold it: hives and control sets by their one name, wherever it shows them.

    Raises `InvalidValue`.
    """
    return _ANY_CONTROL_SET.sub(r"\1currentcontrolset", normal(text))


def is_below(key: str, parent: str) -> bool:
    """Whether a key is `parent` or lies under it, by whole parts; both in normal form."""
    return key == parent or key.startswith(parent + "\\")
