import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sekimori.values import file_path
from sekimori.values.errors import InvalidValue

PARTS = st.sampled_from(
    ["\\", "\\\\", "/", "?", "??", ".", "..", "C:", "UNC", "GLOBALROOT", "Device", "HarddiskVolume2", "Mup", "A b", "é",
     "%SystemRoot%", "SystemRoot", "System32", "Volume{0a-1}", '"', " ", "x.EXE"]
)  # fmt: skip
PATHS = st.lists(PARTS, min_size=1, max_size=10).map("".join)


@pytest.mark.parametrize(
    ("written", "normal"),
    [
        ("C:\\Windows\\System32\\CMD.exe", "c:\\windows\\system32\\cmd.exe"),
        ("C:/Windows//System32/", "c:\\windows\\system32"),
        ('"C:\\Program Files\\x.exe"', "c:\\program files\\x.exe"),
        ("\\??\\C:\\x", "c:\\x"),
        ("\\\\?\\C:\\x", "c:\\x"),
        ("\\\\.\\C:\\x", "c:\\x"),
        ("\\\\?\\UNC\\Srv\\C$\\x", "\\\\srv\\c$\\x"),
        ("\\??\\UNC\\srv\\c$\\x", "\\\\srv\\c$\\x"),
        ("\\\\Srv\\Share\\x", "\\\\srv\\share\\x"),
        ("\\Device\\HarddiskVolume3\\Windows\\x", "c:\\windows\\x"),
        ("\\Device\\HarddiskVolume3", "c:\\"),
        ("\\\\?\\GLOBALROOT\\Device\\HarddiskVolume3\\x", "c:\\x"),
        ("\\Device\\HarddiskVolumeShadowCopy1\\x", "\\device\\harddiskvolumeshadowcopy1\\x"),
        ("\\Device\\Mup\\srv\\c$\\x", "\\\\srv\\c$\\x"),
        ("\\Device\\Mup\\;LanmanRedirector\\;Z:000a\\srv\\c$\\x", "\\\\srv\\c$\\x"),
        ("\\\\?\\Volume{01d0-ab}\\x", "c:\\x"),
        ("\\VOLUME{01d0ab-1}\\WINDOWS\\X.EXE", "c:\\windows\\x.exe"),
        ("%SystemRoot%\\x", "c:\\windows\\x"),
        ("%windir%/x", "c:\\windows\\x"),
        ("\\SystemRoot\\x", "c:\\windows\\x"),
        ("System32\\drivers\\x.sys", "c:\\windows\\system32\\drivers\\x.sys"),
        ("%SystemDrive%\\x", "c:\\x"),
        ("%ProgramFiles(x86)%\\x", "c:\\program files (x86)\\x"),
        ("%ProgramData%\\x", "c:\\programdata\\x"),
        ("%APPDATA%\\x", "%appdata%\\x"),
        ("C:\\PROGRA~1\\x", "c:\\progra~1\\x"),
        ("D:\\x", "d:\\x"),
        ("C:", "c:\\"),
        ("C:\\a\\.\\b\\..\\c", "c:\\a\\c"),
        ("C:\\..\\x", "c:\\x"),
        ("..\\x", "..\\x"),
        ("\\\\.\\pipe\\Name", "\\\\.\\pipe\\name"),
        ("C:\\x.txt:evil.exe", "c:\\x.txt:evil.exe"),
        ("X.EXE", "x.exe"),
        ("/usr//Bin/./X/", "/usr/Bin/X"),
        ("~/X", "~/X"),
        ("/", "/"),
        ("var/Log", "var/Log"),
    ],
)
def test_normal(written: str, normal: str) -> None:
    assert file_path.normal(written) == normal


@pytest.mark.parametrize("written", ["", "-", '""', "C:\\\0"])
def test_normal_refuses(written: str) -> None:
    with pytest.raises(InvalidValue) as caught:
        file_path.normal(written)
    assert (caught.value.type, caught.value.text) == ("file_path", written)


@settings(derandomize=True, max_examples=200, deadline=None)
@given(PATHS)
def test_normal_form_is_stable(text: str) -> None:
    try:
        normal = file_path.normal(text)
    except InvalidValue:
        return
    assert file_path.normal(normal) == normal
    assert file_path.is_below(normal, normal)


@pytest.mark.parametrize(
    ("path", "name"),
    [("c:\\a\\b.exe", "b.exe"), ("C:\\a/b", "b"), ("/a/b c/", "b c"), ("b", "b"), ("c:\\", ""), ("/", ""), ("", "")],
)
def test_name(path: str, name: str) -> None:
    assert file_path.name(path) == name


def test_is_below() -> None:
    assert file_path.is_below("c:\\users\\public\\x.exe", "c:\\users\\public")
    assert file_path.is_below("c:\\x.exe", "c:\\")
    assert not file_path.is_below("c:\\users\\public2\\x.exe", "c:\\users\\public")
    assert not file_path.is_below("c:\\users", "c:\\users\\public")
    assert file_path.is_below("/var/tmp/x", "/var/tmp")
    assert file_path.is_below("/var/tmp/x", "/")
    assert not file_path.is_below("/var/tmpx", "/var/tmp")
