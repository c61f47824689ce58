"""What documents say of themselves, format by format; no bytes raise."""

import struct
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sekimori.formats.document_properties import DocumentProperties, properties_of
from sekimori.formats.document_properties.properties import Stamp, stamp
from tests.formats.documents import compound, pdf, zipped

WHEN = datetime(2014, 10, 6, 0, 30, tzinfo=UTC)

WORD = zipped(
    {
        "[Content_Types].xml": "<Types/>",
        "docProps/core.xml": "<cp:coreProperties><dc:creator>user</dc:creator>"
        "<cp:lastModifiedBy>微软用户&amp;</cp:lastModifiedBy><dc:language>ja-JP</dc:language>"
        '<dcterms:created xsi:type="dcterms:W3CDTF">2014-10-06T00:30:00Z</dcterms:created>'
        "<dcterms:modified>2014-10-06T09:30:00+09:00</dcterms:modified></cp:coreProperties>",
        "docProps/app.xml": "<Properties><Template>Normal.dotm</Template>"
        "<Application>Microsoft Office Word</Application><Company>微软中国</Company></Properties>",
        "docProps/custom.xml": "<vt:lpwstr>2052-11.1.0.10000</vt:lpwstr>",
        "word/styles.xml": '<w:rPrDefault><w:rFonts w:ascii="Times New Roman" w:eastAsia="SimSun"/>'
        '<w:lang w:val="en-US" w:eastAsia="zh-TW" w:bidi="ar-SA"/></w:rPrDefault>',
        "word/fontTable.xml": '<w:font w:name="ＭＳ 明朝"/>',
    }
)
BOOK = zipped({"[Content_Types].xml": "<Types/>", "xl/styles.xml": '<font><name val="DengXian"/></font>'})
DECK = zipped(
    {
        "[Content_Types].xml": "<Types/>",
        "ppt/slides/slide1.xml": '<a:rPr lang="zh-CN" altLang="en-US"><a:ea typeface="宋体"/></a:rPr>',
    }
)


def property_set(values: dict[int, bytes]) -> bytes:
    """A property set stream ([MS-OLEPS] 2.21) of one set."""
    table, content = b"", b""
    for number, value in values.items():
        table += struct.pack("<II", number, 8 + 8 * len(values) + len(content))
        content += value.ljust(-(-len(value) // 4) * 4, b"\0")
    body = struct.pack("<II", 8 + len(table) + len(content), len(values)) + table + content
    return struct.pack("<HHI16sI16sI", 0xFFFE, 0, 0, bytes(16), 1, bytes(16), 48) + body


def text(value: bytes) -> bytes:
    return struct.pack("<II", 30, len(value) + 1) + value + b"\0"


def time(value: datetime) -> bytes:
    return struct.pack("<IQ", 64, int((value - datetime(1601, 1, 1, tzinfo=UTC)).total_seconds()) * 10_000_000)


OLD = compound(
    {
        "WordDocument": struct.pack("<HHHH", 0xA5EC, 0xC1, 0, 0x0804),
        "\5SummaryInformation": property_set(
            {1: struct.pack("<IHH", 2, 936, 0), 4: text("王五".encode("gbk")), 8: text(b"admin"), 12: time(WHEN)}
        ),
        "\5DocumentSummaryInformation": property_set({1: struct.pack("<IHH", 2, 65001, 0), 15: text("会社".encode())}),
    }
)
RICH = (
    rb"{\rtf1\ansi\ansicpg936\deflang1033\deflangfe2052{\fonttbl{\f0\fnil\fcharset134 \'cb\'ce\'cc\'e5;}"
    rb"{\f1\froman\fcharset0 Times New Roman;}}{\*\generator Riched20 10.0;}"
    rb"{\info{\author \'cd\'f5\u20116?}{\operator user}{\company MS}}text}"
)
PDF = pdf("text").replace(
    b"/Root",
    b"/Info << /Author (user) /Creator (Writer) /Producer (P) /CreationDate (D:20141006083000+08'00') >> /Root",
)
XMP = (
    b'%PDF-1.4\n<x:xmpmeta><rdf:Description xmp:CreatorTool="Writer" xmp:CreateDate="2014-10-06T08:30:00+08:00">'
    b"<dc:creator><rdf:Seq><rdf:li>user</rdf:li></rdf:Seq></dc:creator>"
    b"<dc:language><rdf:Bag><rdf:li>zh-CN</rdf:li></rdf:Bag></dc:language></rdf:Description></x:xmpmeta>"
)


def told(data: bytes) -> DocumentProperties:
    found = properties_of(data)
    assert found is not None
    return found


def test_office() -> None:
    assert told(WORD) == DocumentProperties(
        author="user",
        last_author="微软用户&",
        company="微软中国",
        application="Microsoft Office Word",
        template="Normal.dotm",
        created=Stamp(WHEN, "Z"),
        modified=Stamp(WHEN, "+0900"),
        languages=("ja-JP", "zh-CN", "en-US", "zh-TW"),
        fonts=("Times New Roman", "SimSun", "ＭＳ 明朝"),
    )
    assert told(BOOK).fonts == ("DengXian",)
    assert (told(DECK).languages, told(DECK).fonts) == (("zh-CN", "en-US"), ("宋体",))


def test_office_97() -> None:
    assert told(OLD) == DocumentProperties(
        author="王五", last_author="admin", company="会社", created=Stamp(WHEN), languages=("zh-CN",), codepage=936
    )


def test_rich_text() -> None:
    assert told(RICH) == DocumentProperties(
        author="王五",
        last_author="user",
        company="MS",
        application="Riched20 10.0",
        languages=("en-US", "zh-CN"),
        codepage=936,
        fonts=("宋体", "Times New Roman"),
    )


def test_pdf() -> None:
    one = told(PDF)
    assert (one.author, one.application, one.created) == ("user", "Writer / P", Stamp(WHEN, "+0800"))
    packet = told(XMP)
    assert (packet.author, packet.application, packet.created) == ("user", "Writer", Stamp(WHEN, "+0800"))
    assert packet.languages == ("zh-CN",)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("D:20141006083000+08'00'", Stamp(WHEN, "+0800")),
        ("D:20141006003000Z", Stamp(WHEN, "Z")),
        ("2014-10-06T00:30:00.000Z", Stamp(WHEN, "Z")),
        ("2014-10-05T20:30:00-0400", Stamp(WHEN, "-0400")),
        ("D:20141006003000", Stamp()),
        ("2014-13-06T00:30:00Z", Stamp()),
        ("2014-10-06T00:30:00+99:99", Stamp()),
        ("yesterday", Stamp()),
        ("", Stamp()),
    ],
)
def test_times(written: str, meant: Stamp) -> None:
    assert stamp(written) == meant


def test_what_is_no_document_tells_nothing() -> None:
    assert [properties_of(data) for data in (b"", b"text", b"\x89PNG", zipped({"a.txt": "x"}))] == [None] * 4
    assert properties_of(WORD, seconds=0) is None


@given(st.sampled_from([WORD, BOOK, DECK, OLD, RICH, PDF, XMP]), st.data())
@settings(max_examples=150)
def test_broken_documents(sample: bytes, data: st.DataObject) -> None:
    broken = bytearray(sample)
    for _ in range(data.draw(st.integers(0, 6))):
        at = data.draw(st.integers(0, len(broken)))
        broken[at : at + data.draw(st.integers(0, 8))] = data.draw(st.binary(max_size=8))
    one = properties_of(bytes(broken[: data.draw(st.integers(0, len(broken)))]))
    assert one is None or all(text.isprintable() for text in (one.author, one.company, *one.fonts))


@given(st.sampled_from([b"%PDF-", b"{\\rtf1", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"]), st.binary(max_size=600))
def test_any_bytes(magic: bytes, data: bytes) -> None:
    assert properties_of(magic + data) is not None
