from pathlib import Path

import pytest

from scripts import check

SUITE = '<testsuites><testsuite tests="9" failures="1" errors="1" skipped="2"/></testsuites>'


@pytest.mark.parametrize(
    ("folder", "area"),
    [
        ("readers/mail", "mail"),
        ("readers/mail/deeper", "mail"),
        ("readers/containers", "core"),
        ("readers", "core"),
        ("house", "house"),
        (".", "core"),
    ],
)
def test_area_of_a_folder(folder: str, area: str) -> None:
    assert check.area_of(Path(folder)) == area


def test_report_is_counted(tmp_path: Path) -> None:
    report = tmp_path / "mail.xml"
    report.write_text(SUITE, encoding="utf-8")

    assert check.counted(report) == {"passed": 5, "failed": 2, "skipped": 2}


def test_missing_report_is_a_failure(tmp_path: Path) -> None:
    assert check.counted(tmp_path / "mail.xml") == {"failed": 1}


def test_table_names_what_took_too_long() -> None:
    outcomes = [
        check.Outcome(name="style", seconds=6, passed=1),
        check.Outcome(name="mail", seconds=300, allowance=4.0, passed=5, failed=1),
    ]

    assert check.table(outcomes).splitlines()[1:] == [
        "style                 0.10                  1       0        0",
        "mail                  5.00          4       5       1        0  over",
    ]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(check, "ROOT", tmp_path)
    monkeypatch.setattr(check, "STEPS", {})
    monkeypatch.setattr(check, "PARALLEL", ("-p", "no:hypothesispytest", "-p", "no:xdist"))
    (tmp_path / "tests/hunt").mkdir(parents=True)
    (tmp_path / "tests/hunt/test_one.py").write_text("def test_one():\n    assert True\n", encoding="utf-8")
    return tmp_path


SKIPPING = """\
import pytest

def test_one():
    assert True

def test_two():
    pytest.skip("no squid here")
"""


@pytest.mark.parametrize(
    ("ci", "code", "head"), [("true", 1, "skipped, though with CI=true nothing may be:"), ("", 0, "skipped:")]
)
def test_what_is_skipped_is_named_and_fails_where_nothing_may_be(
    project: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], ci: str, code: int, head: str
) -> None:
    monkeypatch.setenv("CI", ci)
    (project / "tests/hunt/test_one.py").write_text(SKIPPING, encoding="utf-8")
    assert check.main([]) == code
    lines = capfd.readouterr().out.splitlines()
    at = lines.index(head)
    assert "test_one::test_two" in lines[at + 1]
    assert lines[at + 1].endswith("no squid here")
    assert lines[-1] == "1 passed, 0 failed, 1 skipped"


def test_closing_line_counts_all(project: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert check.main([]) == 0
    assert capfd.readouterr().out.splitlines()[-1] == "1 passed, 0 failed, 0 skipped"


def test_failures_of_tests_and_steps_fail_the_whole(
    project: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(check, "STEPS", {"style": ("ruff", "check", "missing.py")})
    (project / "tests/hunt/test_two.py").write_text("def test_two():\n    assert False\n", encoding="utf-8")

    assert check.main(["--setup-seconds", "60"]) == 1

    lines = capfd.readouterr().out.splitlines()
    assert lines[-1] == "1 passed, 2 failed, 0 skipped"
    assert "set-up                1.00         10" in "\n".join(lines)
