from pathlib import Path

from sekimori.formats.pst import messages


def test_a_file_that_is_none_is_told_with_a_reason(tmp_path: Path) -> None:
    path = tmp_path / "broken.pst"
    path.write_bytes(b"!BDN\0\0\0\0SM" + bytes(4000))

    [(name, reason)] = list(messages(path))

    assert name == ""
    assert reason


def test_the_time_limit_ends_the_reading(tmp_path: Path) -> None:
    path = tmp_path / "broken.pst"
    path.write_bytes(b"!BDN")

    [(name, reason)] = list(messages(path, seconds=0))

    assert name == ""
    assert b"ended early" in reason
