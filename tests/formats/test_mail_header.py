from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekimori.formats.mail_header import HEADER_BYTES, Region, date, hop, parameters, read_fields, split_names
from sekimori.model.place import Place


def fields_of(data: bytes) -> tuple[dict[str, str], bytes]:
    fields, body, _ = read_fields(Region(data, 0, len(data)))
    return {field.name: field.text for field in fields}, data[body:]


@pytest.mark.parametrize(
    ("data", "fields", "body"),
    [
        (b"From: a\nTo: b\n\nbody", {"from": "a", "to": "b"}, b"body"),
        (b"From: a\r\n b\r\n\tc\r\n\r\nbody", {"from": "a b\tc"}, b"body"),
        (b"From x Mon Oct  6 09:00:00 2014\nFrom: a\n\n", {"from": "a"}, b""),
        (b">From x\nFrom: a\n\n", {"from": "a"}, b""),
        (b"From  : a\n\nbody", {"from": "a"}, b"body"),
        (b"From: a\nno field\nbody", {"from": "a"}, b"no field\nbody"),
        (b"Subject: cut\nin two\nDate: x\n\n", {"subject": "cut in two", "date": "x"}, b""),
        (b"\nbody", {}, b"body"),
        (b"body", {}, b"body"),
        (b"Empty:\n\n", {"empty": ""}, b""),
        (b"", {}, b""),
    ],
)
def test_fields_and_body(data: bytes, fields: dict[str, str], body: bytes) -> None:
    assert fields_of(data) == (fields, body)


def test_place_is_that_of_the_whole_field() -> None:
    data = b"From: a\nSubject: b\n c\n\n"
    fields, _, _ = read_fields(Region(data, 0, len(data)))

    assert data[fields[1].place.offset :][: fields[1].place.length] == b"Subject: b\n c"


def test_place_in_decoded_bytes_is_that_of_the_coded_ones() -> None:
    anchor = Place(offset=70, length=9)

    assert Region(b"abc", 0, 3, anchor).part(1, 2).place(1, 2) == anchor


def test_header_beyond_the_limit_is_cut() -> None:
    data = b"A: b\n" * (HEADER_BYTES // 5 + 10) + b"\nbody"

    fields, body, cut = read_fields(Region(data, 0, len(data)))

    assert cut
    assert len(fields) <= HEADER_BYTES // 5 + 1
    assert body <= HEADER_BYTES


@pytest.mark.parametrize(
    ("raw", "value", "found"),
    [
        (b'text/plain; charset="UTF-8"; format=flowed', "text/plain", {"charset": "UTF-8", "format": "flowed"}),
        (b'a/b; name="x \\"y\\" ; z.txt"', "a/b", {"name": 'x "y" ; z.txt'}),
        (b"a/b; name=two words.txt", "a/b", {"name": "two words.txt"}),
        (b'a/b; name="open', "a/b", {"name": '"open'}),
        (b"a/b ; ;; ;boundary=x", "a/b", {"boundary": "x"}),
        (b"a/b; name==?utf-8?B?5Lya6K2w?=.zip", "a/b", {"name": "会議.zip"}),
        (b'a/b; name="=?utf-8?B?5Lya6A==?=\r\n =?utf-8?B?rbA=?=.zip"', "a/b", {"name": "会議.zip"}),
        (b"x; filename*=utf-8''%E4%BC%9A%E8%AD%B0.zip", "x", {"filename": "会議.zip"}),
        (b"x; filename*1*=%AD%B0.zip; filename*0*=utf-8'ja'%E4%BC%9A%E8", "x", {"filename": "会議.zip"}),
        (b'x; filename*0="a"; filename*1=b.txt', "x", {"filename": "ab.txt"}),
        (b"x; filename=old.txt; filename*=''new.txt", "x", {"filename": "new.txt"}),
        (b'x; name="' + "表;ソ.zip".encode("cp932") + b'"', "x", {"name": "表;ソ.zip"}),
        (b'x; name="' + "総務部".encode("iso2022_jp") + b'.zip"', "x", {"name": "総務部.zip"}),
        (b"x; name=first; name=second", "x", {"name": "first"}),
        (b"x; filename*bad=1", "x", {}),
        (b"", "", {}),
    ],
)
def test_parameters(raw: bytes, value: str, found: dict[str, str]) -> None:
    assert parameters(raw) == (value, found)


def test_jis_name_continued_inside_the_shift() -> None:
    raw = "あいうえおかきくけこ".encode("iso2022_jp")
    coded = "".join(f"%{byte:02X}" for byte in raw)

    for cut in range(0, len(coded), 3):
        field = f"attachment; filename*0*=iso-2022-jp''{coded[:cut]}; filename*1*={coded[cut:]}.zip"
        assert parameters(field.encode())[1] == {"filename": "あいうえおかきくけこ.zip"}


@pytest.mark.parametrize(
    ("text", "time", "offset"),
    [
        ("Mon, 6 Oct 2014 09:00:00 +0900", datetime(2014, 10, 6, tzinfo=UTC), "+0900"),
        ("Mon, 06 Oct 2014 09:00 +0900 (JST)", datetime(2014, 10, 6, tzinfo=UTC), "+0900"),
        ("6 Oct 2014 00:00:00 GMT", datetime(2014, 10, 6, tzinfo=UTC), "GMT"),
        ("6 Oct 2014 00:00:00", datetime(2014, 10, 6, tzinfo=UTC), ""),
        ("Mon, 6 Oct 2014 09:00:60 +0900", datetime(2014, 10, 6, 0, 0, 59, tzinfo=UTC), "+0900"),
        ("Mon, 36 Oct 2014 09:00:00 +0900", None, "+0900"),
        ("1 Jan 0001 00:00:00 +0900", None, "+0900"),
        ("明日", None, ""),
        ("", None, ""),
    ],
)
def test_date(text: str, time: datetime | None, offset: str) -> None:
    found = date(text)
    assert (found.time, found.offset) == (time, offset)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (
            "from mx.a.example (mx1.a.example [192.0.2.7]) by mail.example.jp with ESMTP; Mon, 6 Oct 2014 09:00 +0900",
            ("mx.a.example", "mx1.a.example", "192.0.2.7", "mail.example.jp"),
        ),
        ("from [192.0.2.7] (helo=pc) by b.example; x", ("[192.0.2.7]", "", "192.0.2.7", "b.example")),
        ("from pc (HELO mx.a.example) (192.0.2.7) by b.example; x", ("pc", "mx.a.example", "192.0.2.7", "b.example")),
        ("from pc ([IPv6:2001:db8::1]) by b.example; x", ("pc", "", "2001:db8::1", "b.example")),
        ("from pc (user@192.0.2.7)\r\n by b.example; x", ("pc", "", "192.0.2.7", "b.example")),
        ("by b.example id 1; x", ("", "", "", "b.example")),
        ("(qmail 1 invoked by uid 2); x", ("", "", "", "uid")),
        ("", ("", "", "", "")),
    ],
)
def test_hop(raw: str, expected: tuple[str, str, str, str]) -> None:
    data = f"Received: {raw}\n".encode()
    [field] = read_fields(Region(data, 0, len(data)))[0]
    found = hop(field)

    assert (found.from_name, found.from_seen, found.from_address, found.by) == expected


def test_hop_keeps_its_time() -> None:
    data = b"Received: by b.example; Mon, 6 Oct 2014 09:00:00 +0900\n"
    [field] = read_fields(Region(data, 0, len(data)))[0]

    assert hop(field).date.time == datetime(2014, 10, 6, tzinfo=UTC)
    assert hop(field).place == Place(offset=0, length=len(data) - 1)


def test_message_ids() -> None:
    assert split_names("<a@b>,\n <c@d> <>") == ["a@b", "c@d"]


@given(st.binary())
def test_no_bytes_raise(data: bytes) -> None:
    fields, body, _ = read_fields(Region(data, 0, len(data)))
    parameters(data)
    date(data.decode("latin-1"))
    for field in fields:
        hop(field)
        assert field.place.offset + field.place.length <= len(data)

    assert 0 <= body <= len(data)
