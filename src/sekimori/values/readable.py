"""How people read and write a value where its normal form looks otherwise: who seeks a part of it types what he reads.

domain        xn--wgv71a.example                  日本.example
url           http://xn--wgv71a.example/%E5%9B%B3  http://日本.example/図
registry key  hklm\\software\\x                     hkey_local_machine\\software\\x
"""

import re
from urllib.parse import unquote

from sekimori.values import domain
from sekimori.values.types import ObservableType as T

__all__ = ["READ_OTHERWISE", "as_read"]

READ_OTHERWISE = {
    T.DOMAIN: "xn--",
    T.MAIL_ADDRESS: "xn--",
    T.URL: "xn--|%",
    T.REGISTRY_KEY: r"^hk(lm|cu|u)(\\|$)",
}
"""By what (RE2) it is seen that a value may be read in another way than its normal form; types without are not."""

_AUTHORITY = re.compile(r"\A([a-z][a-z0-9+.-]*://(?:[^/?#]*@)?)([^/?#:]+)")
_HIVE = re.compile(r"\A[a-z]+")
_HIVES = {"hklm": "hkey_local_machine", "hkcu": "hkey_current_user", "hku": "hkey_users"}


def as_read(type_: T, value: str) -> str:
    """A value, given in normal form, as people read it; mostly the same."""
    match type_:
        case T.DOMAIN:
            return domain.shown(value)
        case T.MAIL_ADDRESS:
            local, at, host = value.rpartition("@")
            return local + at + domain.shown(host)
        case T.URL if "%" in value or "xn--" in value:
            return unquote(_AUTHORITY.sub(lambda found: found[1] + domain.shown(found[2]), value))
        case T.REGISTRY_KEY:
            return _HIVE.sub(lambda found: _HIVES.get(found[0], found[0]), value)
        case _:
            return value
