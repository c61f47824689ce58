"""Real files of Event Viewer: as many events as the csv module finds rows, each in its place."""

import csv
import io
from pathlib import Path

import pytest

from sekimori.readers.protocol import Head
from sekimori.readers.windows.event_viewer_csv import EventViewerCsv
from tests.readers.windows.reading import read


@pytest.fixture(scope="module")
def files(real_data: Path) -> list[Path]:
    found = sorted((real_data / "admin/event-viewer-csv").rglob("*.csv"))
    if not found:
        pytest.skip("there are no files of Event Viewer among the real data")
    return found


def test_every_event_is_read(files: list[Path]) -> None:
    for path in files:
        data = path.read_bytes()
        rows = [row for row in csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")) if row][1:]

        result = read(EventViewerCsv(), data)

        assert EventViewerCsv().recognises(Head(path.name, data[:65_536]))
        assert result.unread == []
        assert [(row["event_provider"], str(row["event_code"])) for row in result.records] == [
            (row[2], row[3]) for row in rows
        ]
        for record, row in zip(result.records, rows, strict=True):
            place = data[record["offset"] : record["offset"] + record["length"]].decode()
            assert place.startswith(f"{row[0]},{row[1]},")


def test_most_messages_give_fields(files: list[Path]) -> None:
    columns = {"process_executable", "task_name", "user_name", "subject_user_name", "file_path"}
    understood = total = 0
    for path in files:
        if path.stem != "Powershell":
            records = read(EventViewerCsv(), path.read_bytes()).records
            understood += sum(bool(columns & row.keys()) for row in records)
            total += len(records)

    assert understood / total > 0.98
