import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sekimori.values import registry_key
from sekimori.values.errors import InvalidValue

PARTS = st.sampled_from(
    ["HKLM", "HKU", "HKCR", "hkcu:", "\\REGISTRY", "MACHINE", "USER", "S-1-5-21-1-2_Classes", "S-1-5-18", "Computer",
     "é", "Registry::HKLM", "SYSTEM", "ControlSet001", "Wow6432Node", "", '"', "Software"]
)  # fmt: skip


@pytest.mark.parametrize(
    ("written", "normal"),
    [
        ("HKEY_LOCAL_MACHINE\\SOFTWARE\\X\\", "hklm\\software\\x"),
        ("HKLM\\Software\\\\X", "hklm\\software\\x"),
        ("HKLM:\\Software\\X", "hklm\\software\\x"),
        ("Registry::HKLM\\Software\\X", "hklm\\software\\x"),
        ("Microsoft.PowerShell.Core\\Registry::HKLM\\Software\\X", "hklm\\software\\x"),
        ("コンピューター\\HKEY_LOCAL_MACHINE\\Software\\X", "hklm\\software\\x"),
        ("\\REGISTRY\\MACHINE\\SOFTWARE\\X", "hklm\\software\\x"),
        ("HKLM\\SOFTWARE\\WOW6432Node\\X", "hklm\\software\\x"),
        ("\\REGISTRY\\MACHINE\\SYSTEM\\ControlSet001\\Services\\X", "hklm\\system\\currentcontrolset\\services\\x"),
        ("HKLM\\SYSTEM\\CurrentControlSet\\Services\\X", "hklm\\system\\currentcontrolset\\services\\x"),
        ("HKLM\\SOFTWARE\\ControlSet001", "hklm\\software\\controlset001"),
        ("HKCU\\Software\\X", "hkcu\\software\\x"),
        ("HKU\\S-1-5-21-1-2-3-1001\\Software\\X", "hkcu\\software\\x"),
        ("HKEY_USERS\\S-1-5-21-1-2-3-1001", "hkcu"),
        ("\\REGISTRY\\USER\\S-1-5-21-1-2-3-1001_Classes\\CLSID", "hkcu\\software\\classes\\clsid"),
        ("HKU\\.DEFAULT\\Software", "hku\\.default\\software"),
        ("HKCR\\.txt", "hklm\\software\\classes\\.txt"),
        ("HKLMX\\a", "hklmx\\a"),
        ("Software\\X", "software\\x"),
    ],
)
def test_normal(written: str, normal: str) -> None:
    assert registry_key.normal(written) == normal


@pytest.mark.parametrize("written", ["", "-", "\\", "HKLM\\\0"])
def test_normal_refuses(written: str) -> None:
    with pytest.raises(InvalidValue) as caught:
        registry_key.normal(written)
    assert (caught.value.type, caught.value.text) == ("registry_key", written)


@settings(derandomize=True, max_examples=200, deadline=None)
@given(st.lists(PARTS, min_size=1, max_size=6).map("\\".join))
def test_normal_form_is_stable(text: str) -> None:
    try:
        normal = registry_key.normal(text)
    except InvalidValue:
        return
    assert registry_key.normal(normal) == normal


def test_is_below() -> None:
    assert registry_key.is_below("hklm\\software\\x", "hklm\\software")
    assert registry_key.is_below("hklm\\software", "hklm\\software")
    assert not registry_key.is_below("hklm\\software2", "hklm\\software")
