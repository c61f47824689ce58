from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekimori.readers.protocol import Head
from sekimori.readers.work.work_csv import WorkCsv
from tests.readers.work.books import SAMPLES, read

SAMPLE = (SAMPLES / "work_csv/records.csv").read_bytes()
ENGLISH = "Worker;Date;Start;End;Target;Account;Description\nSato;2026-01-15;10:00;11:00;srv01;adm-sato;patch\n"


def test_columns() -> None:
    result = read(WorkCsv(), SAMPLE)

    first, second = result.records
    assert result.statements == {"encoding": "cp932", "time zone": "Asia/Tokyo (the file names none)"}
    assert first["timestamp"] == datetime(2026, 1, 15, 1, 0, tzinfo=UTC)
    assert (first["person"], first["host_name"], first["user_name"]) == ("田中", ["srv01"], ["adm-tanaka"])
    assert (first["work_text"], first["line"]) == ("更新の適用\n再起動", 3)
    assert SAMPLE[second["offset"] : second["offset"] + second["length"]].decode("cp932").startswith("2026/1/16,佐藤")


def test_what_a_row_mentions_is_told_beside_its_machines() -> None:
    data = (
        "作業日,作業者,開始,終了,接続元,接続先,アカウント,作業内容,備考\n"
        "2026/1/15,田中,10:00,11:00,192.0.2.15,192.0.2.77 files.example.jp,adm-tanaka,"
        "192.0.2.77から2001:db8::9への通信をhttp://evil.example/gateで確認,通報元 desk.example.jp\n"
        "2026/1/16,佐藤,10:00,11:00,pc01,srv01,adm-sato,更新,なし\n"
    ).encode()

    first, second = read(WorkCsv(), data).records

    assert (first["source_domain"], first["host_name"]) == (["192.0.2.15"], ["192.0.2.77", "files.example.jp"])
    assert (first["url_original"], first["url_domain"]) == (["http://evil.example/gate"], ["evil.example"])
    assert first["text_domain"] == ["files.example.jp", "desk.example.jp"]
    assert first["text_address"] == ["2001:db8::9"]
    assert not {"url_original", "url_domain", "text_domain", "text_address"} & second.keys()


@pytest.mark.parametrize("name", ["-$", "$", "\0", "\\\\"])
def test_a_machine_without_a_name_is_survived(name: str) -> None:
    data = f"作業日,作業者,開始,終了,接続先,作業内容\n2026/1/15,田中,10:00,11:00,{name},更新\n".encode()

    (row,) = read(WorkCsv(), data).records

    assert row["person"] == "田中"


def test_rows_without_a_time_are_told() -> None:
    (lost,) = read(WorkCsv(), SAMPLE).unread

    assert "the row has no date" in lost.reason
    assert (
        SAMPLE[lost.place.offset : lost.place.offset + lost.place.length].decode("cp932") == ",鈴木,,,srv03,,日付なし"
    )


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_english_and_other_encodings(encoding: str) -> None:
    data = ENGLISH.encode(encoding)

    (row,) = read(WorkCsv(), data).records

    assert WorkCsv().recognises(Head("a.csv", data))
    assert (row["person"], row["user_name"], row["work_text"]) == ("Sato", ["adm-sato"], "patch")


@pytest.mark.parametrize(
    "header",
    [
        "",
        "date,client,account,url",
        "Date and Time,Source,Event ID,Task Category,User",
        "日付,接続元,ユーザー,URL",
        "name,date,address",
        "time,user,host",
    ],
)
def test_others_are_not_recognised(header: str) -> None:
    assert not WorkCsv().recognises(Head("作業.csv", f"{header}\na,b,c,d,e\n".encode()))


@given(st.binary(max_size=300), st.integers(0, len(SAMPLE)))
def test_any_bytes_are_survived(data: bytes, at: int) -> None:
    read(WorkCsv(), SAMPLE[:at] + data + SAMPLE[at:])
    read(WorkCsv(), data)
