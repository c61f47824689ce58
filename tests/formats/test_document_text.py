import base64
import io
from collections.abc import Callable

import pypdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sekimori.formats import document_text as module
from sekimori.formats.document_text import NOTHING, TEXT_CHARACTERS, Budget, document_text, pdf
from sekimori.formats.document_text.limits import TooSlow, readable, time_limit
from tests.formats import documents
from tests.formats.xls_file import xls


def text_of(data: bytes) -> str:
    found = document_text(data, Budget())
    assert (found.unsearched, found.locked) == ("", False)
    return found.text


def reason_of(data: bytes) -> str:
    return document_text(data, Budget()).unsearched


def test_word_reads_all_that_holds_text_once() -> None:
    body = (
        "<w:p><w:r><w:t>議事</w:t></w:r><w:r><w:t>録</w:t><w:tab/><w:t>案</w:t></w:r></w:p>"
        "<w:p><w:r><w:ruby><w:rt><w:r><w:t>かん</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>関</w:t></w:r></w:rubyBase>"
        "</w:ruby></w:r><w:r><w:t>守</w:t><w:br/><w:delText>旧案</w:delText></w:r></w:p>"
        '<mc:AlternateContent xmlns:mc="m"><mc:Choice><w:txbxContent><w:p><w:r><w:t>枠内</w:t></w:r></w:p>'
        "</w:txbxContent></mc:Choice><mc:Fallback><w:p><w:r><w:t>枠内</w:t></w:r></w:p></mc:Fallback></mc:AlternateContent>"
    )
    part = '<w:x xmlns:w="w"><w:p><w:r><w:t>{}</w:t></w:r></w:p></w:x>'
    data = documents.word(
        body, word_header1=part.format("頭書"), word_footnotes=part.format("脚注"), word_comments=part.format("所見")
    )

    text = text_of(data)

    assert "議事録\t案\n" in text
    assert "関守\n旧案" in text
    assert text.count("枠内") == 1
    assert {"頭書", "脚注", "所見"} <= set(text.split("\n"))


def test_word_tells_where_links_and_templates_lead() -> None:
    target = "http://evil.example/template.dotm"
    rels = f'<R><Relationship TargetMode="External" Target="{target}"/><Relationship Target="a.xml"/></R>'
    data = documents.zipped(
        {"[Content_Types].xml": "<Types/>", "word/document.xml": "<d/>", "word/_rels/settings.xml.rels": rels}
    )

    assert target in text_of(data)


def test_excel_reads_shared_strings_cells_and_names_of_sheets() -> None:
    data = documents.zipped(
        {
            "[Content_Types].xml": "<Types/>",
            "xl/workbook.xml": '<workbook><sheets><sheet name="名簿"/></sheets></workbook>',
            "xl/sharedStrings.xml": "<sst><si><t>山</t><t>田</t><rPh><t>ヤマ</t></rPh></si><si><t>佐藤</t></si></sst>",
            "xl/worksheets/sheet1.xml": '<worksheet><row><c t="s"><v>0</v></c><c><v>4649</v></c>'
            '<c t="inlineStr"><is><t>直書き</t></is></c></row></worksheet>',
        }
    )

    lines = text_of(data).split("\n")

    assert {"名簿", "山田", "佐藤"} <= set(lines)
    assert "4649\t直書き" in text_of(data)


def test_powerpoint_reads_slides_in_order_and_notes_but_no_masters() -> None:
    slide = '<p:sld xmlns:p="p" xmlns:a="a"><a:p><a:r><a:t>{}</a:t></a:r></a:p></p:sld>'
    names = {2: "二枚目", 10: "十枚目", 1: "一枚目"}
    data = documents.zipped(
        {
            "[Content_Types].xml": "<Types/>",
            **{f"ppt/slides/slide{number}.xml": slide.format(text) for number, text in names.items()},
            "ppt/notesSlides/notesSlide1.xml": slide.format("ノート"),
            "ppt/slideMasters/slideMaster1.xml": slide.format("マスター"),
        }
    )

    text = text_of(data)

    assert text.index("一枚目") < text.index("二枚目") < text.index("十枚目")
    assert "ノート" in text
    assert "マスター" not in text


def test_objects_of_open_document_are_read() -> None:
    inner = '<math:text xmlns:math="m">中の式</math:text>'
    parts = {
        "mimetype": "application/vnd.oasis.opendocument.text",
        "content.xml": "<d/>",
        "Object 1/content.xml": inner,
    }

    assert "中の式" in text_of(documents.zipped(parts))


def test_entities_are_refused() -> None:
    bomb = '<!DOCTYPE d [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><d><t>&b;</t></d>'
    data = documents.zipped({"[Content_Types].xml": "<Types/>", "word/document.xml": bomb})

    found = document_text(data, Budget())

    assert "document type declaration" in found.unsearched
    assert "aaaa" not in found.text


def test_what_stands_before_a_fault_is_kept() -> None:
    data = documents.word("<w:p><w:r><w:t>前半</w:t></w:r></w:p><w:p><broken")

    found = document_text(data, Budget())

    assert found.text == "前半"
    assert "word/document.xml" in found.unsearched


def test_open_document_text_and_password() -> None:
    body = '<text:p>議事<text:span>録</text:span><text:s/>案<text:tab/>一</text:p><text:p>次<text:a xlink:href="http://a.example/">へ</text:a></text:p>'

    text = text_of(documents.open_document(body))
    locked = document_text(documents.open_document(body, "<m><encryption-data/></m>"), Budget())

    assert text.startswith("議事録 案\t一\n次へ")
    assert "http://a.example/" in text
    assert locked.locked


def test_old_word_follows_the_piece_table() -> None:
    assert text_of(documents.doc([("Caf\xe9 \r", True), ("議事録\x07欄\r", False)])) == "Café\n議事録\t欄"
    assert document_text(documents.doc([("x", True)], flags=0x0100), Budget()).locked
    assert text_of(documents.doc([("plain of Word 95", True)], version=0x68)) == "plain of Word 95"


def test_old_powerpoint() -> None:
    assert text_of(documents.ppt(["Agenda\rFirst", "深海資源"])) == "Agenda\nFirst\n深海資源"
    assert document_text(documents.ppt(["x"], token=0xF3D1C4DF), Budget()).locked


def test_old_excel() -> None:
    assert text_of(xls("名簿", [["山田", 4649.0], ["佐藤", 0.5]])) == "名簿\n山田\t4649\n佐藤\t0.5"


def test_encrypted_office() -> None:
    found = document_text(documents.compound({"EncryptedPackage": b"x", "EncryptionInfo": b"y"}), Budget())

    assert found.locked
    assert found.unsearched


def test_pdf_pages_and_what_they_do_not_hold() -> None:
    assert text_of(documents.pdf("The minutes", "of October")) == "The minutes\nof October"
    assert "no text" in reason_of(documents.pdf("", ""))


def test_pdf_with_a_password() -> None:
    for password, locked in (("secret", True), ("", False)):
        writer = pypdf.PdfWriter(clone_from=io.BytesIO(documents.pdf("The minutes")))
        writer.encrypt(password, owner_password="owner", algorithm="RC4-128")
        out = io.BytesIO()
        writer.write(out)

        found = document_text(out.getvalue(), Budget())

        assert found.locked == locked
        assert ("The minutes" in found.text) != locked


def test_rich_text_in_code_pages_and_unicode() -> None:
    data = (
        rb"{\rtf1\ansi\ansicpg1252\uc1{\fonttbl{\f0\fcharset128 Mincho;}{\f1\fcharset0 Arial;}}{\colortbl;\red0;}"
        rb"\f0 \'8b\'63\'8e\'96\'98\'5e\par \u-28552?\u25163\'3f {\*\unknown hidden}{\pict 00ff00}\f1 caf\'e9\line "
        rb"\bin3 \}{x}{\field{\*\fldinst HYPERLINK http://evil.example/}{\fldrslt here}}}"
    )

    lines = text_of(data).split("\n")

    assert lines[0] == "議事録"
    assert lines[1] == "選手 café"
    assert "http://evil.example/" in lines[2]
    assert "here" in lines[2]
    assert "hidden" not in lines[1] + lines[2]
    assert "00ff" not in lines[1]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932", "euc_jp", "iso2022_jp", "utf-16"])
def test_plain_text_in_any_encoding(encoding: str) -> None:
    said = "会議名,日時,出席者\n深海資源の有識者会合について,十月八日,山田さん\n" * 4

    assert text_of(said.encode(encoding)) == said.strip()


def test_pages_show_text_and_targets() -> None:
    page = '<html><head><meta charset="shift_jis"></head><p>議事<b>録</b><script>no()</script><a href="http://a.example/">x</a>'

    text = text_of(page.encode("cp932"))

    assert "議事録" in text
    assert "http://a.example/" in text
    assert "no()" not in text


def test_a_mail_in_a_file() -> None:
    mail = "From: a@example.jp\nTo: b@example.jp\nSubject: =?utf-8?B?6K2w5LqL6Yyy?=\n\n本文です\n".encode()

    assert "議事録" in text_of(mail)
    assert "本文です" in text_of(mail)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 8,
        b"MZ\x90\0" + bytes(range(32)) * 64,
        b"\x7fELF" + b"\1\2" * 400,
    ],
)
def test_what_is_no_text_is_nothing(data: bytes) -> None:
    assert document_text(data, Budget()) == NOTHING


def test_a_declared_text_stands_in_for_a_guess() -> None:
    data = "議事録".encode("cp932")

    assert document_text(data, Budget(), declared="as declared").text == "as declared"
    assert document_text(documents.pdf("real"), Budget(), declared="%PDF-1.4").text == "real"


def test_limits_are_told() -> None:
    budget = Budget(bytes=1_000)
    assert document_text(b"a" * 999, budget).text == "a" * 999
    assert "more than is searched" in document_text(b"aa", budget).unsearched

    long = document_text(b"a" * (TEXT_CHARACTERS + 1), Budget())
    assert len(long.text) == TEXT_CHARACTERS
    assert "first" in long.unsearched

    large = documents.word(f"<w:p><w:r><w:t>{'a' * 100_000}</w:t></w:r></w:p>")
    assert "expands too far" in document_text(large, Budget(expanded=10_000)).unsearched


def test_no_time_left_ends_the_reading_and_keeps_what_was_read() -> None:
    found = document_text(documents.pdf("The minutes"), Budget(seconds=-1.0))

    assert "too long" in found.unsearched


def test_pages_that_cannot_be_read_take_of_the_time_too(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [0.0]

    def slow(_page: object) -> tuple[str, str]:
        clock[0] += 3
        raise ValueError

    monkeypatch.setattr(pdf, "_page", slow)
    monkeypatch.setattr(pdf, "monotonic", lambda: clock[0])

    assert "too long" in document_text(documents.pdf(*["x"] * 9), Budget(seconds=10)).unsearched
    assert clock == [12.0]


def test_blanks_without_end_take_no_quadratic_time() -> None:
    assert readable("a" + " " * 2_000_000 + "b \n \t c\xa0\n\n\nd") == "a" + " " * 2_000_000 + "b\nc\nd"


def test_the_time_limit_ends_a_loop_that_catches_everything_ordinary() -> None:
    def endless() -> None:
        while True:
            try:
                len("")
            except Exception:  # noqa: BLE001 - as libraries do
                continue

    with pytest.raises(TooSlow), time_limit(0.01):
        endless()


BUILT: dict[str, Callable[[], bytes]] = {
    "docx": lambda: documents.word("<w:p><w:r><w:t>議事録</w:t></w:r></w:p>"),
    "odt": lambda: documents.open_document("<text:p>議事録</text:p>"),
    "pdf": lambda: documents.pdf("The minutes"),
    "doc": lambda: documents.doc([("abc", True), ("議事録", False)]),
    "ppt": lambda: documents.ppt(["abc", "議事録"]),
    "xls": lambda: xls("a", [["b", 1.0]]),
    "rtf": lambda: rb"{\rtf1{\fonttbl{\f0\fcharset128 a;}}\f0\'8b\'63\u-28686?\bin9 x}",
    "eml": lambda: b"From: a@example.jp\nTo: b@example.jp\nSubject: x\n\n" + base64.b64encode(b"text"),
}


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(sorted(BUILT)), st.integers(0, 1 << 20), st.binary(max_size=12), st.booleans())
def test_damaged_documents_never_raise(name: str, place: int, piece: bytes, cut: bool) -> None:
    whole = BUILT[name]()
    place %= len(whole)
    damaged = whole[:place] + piece + (b"" if cut else whole[place + len(piece) :])

    found = document_text(damaged, Budget())

    assert found.text == readable(found.text)
    found.text.encode()


@settings(max_examples=100, deadline=None)
@given(
    st.binary(max_size=300),
    st.sampled_from([b"", b"{\\rtf1 ", b"%PDF-1.7\n", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"PK\3\4"]),
)
def test_any_bytes_never_raise(data: bytes, start: bytes) -> None:
    document_text(start + data, Budget()).text.encode()


def test_every_format_has_its_page() -> None:
    for format_ in module._FORMATS:
        assert format_.__doc__
        assert "    " in format_.__doc__
