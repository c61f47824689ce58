import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekimori.formats.document_text import Budget, document_text
from sekimori.formats.html_text import TAGS, Link, charset_of, read
from sekimori.formats.mail import parse


def test_text_links_forms_and_sources() -> None:
    page = """<html><head><title>議事録</title><style>p {color: red}</style></head><body background=http://a.example/b>
    <p>Read <a
      href="http://evil.example/?a=1&amp;b=2">www.<b>ministry</b>.example</a> now</p><script>if (a<b) c()</script>
    <form action='http://form.example/x'><input formaction=http://form.example/y></form>
    <img src="cid:1"><img src="data:image/png;base64,AAAA"><IMG SRC=http://track.example/p.gif alt="a > b">
    <table><tr><td>1</td><td>2</td></tr></table>a &lt; b &#12354;</body>"""

    found = read(page)

    assert found.text.split("\n") == ["議事録", "Read www.ministry.example now", "1 2", "a < b あ"]
    assert found.links == (Link("http://evil.example/?a=1&b=2", "www.ministry.example"),)
    assert found.forms == ("http://form.example/x", "http://form.example/y")
    assert found.sources == ("http://a.example/b", "http://track.example/p.gif")


@pytest.mark.parametrize(
    ("page", "text"),
    [
        ("a<!-- hidden -->b", "ab"),
        ("a<!-- open b", "a open b"),
        ("1 < 2 <3", "1 < 2 <3"),
        ("<a href='http://x.example/>y", "y"),
        ("a<b", "a<b"),
        ("<p title=it's>a</p><p>b's</p>", "a\nb's"),
        ("<script>never ended", "never ended"),
        ("<textarea><b>raw</b></textarea>", "<b>raw</b>"),
        ("<!DOCTYPE html><?xml version='1'?>a", "a"),
        ("a &#" + "9" * 5000 + "; http&#58;//x", "a \ufffd http://x"),
        ("  a \r\n b<br>c  ", "a b\nc"),
        ("<a href=x>http://a.example/</a>and<a href=x>こちら</a>へ", "http://a.example/ andこちらへ"),
        ("", ""),
    ],
)
def test_visible_text(page: str, text: str) -> None:
    assert read(page).text == text


@pytest.mark.parametrize(
    ("page", "links"),
    [
        ("<a href=http://a.example/it's>x</a>", [Link("http://a.example/it's", "x")]),
        ("<a href=a>x<a href=b>y", [Link("a", "x"), Link("b", "y")]),
        ("<a href='http://a.exam\nple/'>x</a>", [Link("http://a.example/", "x")]),
        ("<area href=a><base href=b>", [Link("a", ""), Link("b", "")]),
        ("<meta http-equiv=Refresh content='0; url=http://a.example/'>", [Link("http://a.example/", "")]),
        ("<a name=x>y</a>", []),
        ("<a href='http://a.example/>x", [Link("http://a.example/", "x")]),
    ],
)
def test_links(page: str, links: list[Link]) -> None:
    assert list(read(page).links) == links


def test_of_very_many_tags_the_later_ones_still_give_text_and_targets() -> None:
    later = "<p title=x>議事録<a class=y href='http://evil.example/?a=1&amp;b=2'>here</a> <b<img src=cid:1>"

    found = read("<b>" * TAGS + later + "<form action=/x>" * 200_000 + "<meta content='0; URL=http://evil.example/c'>")

    assert found.is_long
    assert found.text == "議事録\nhere\n<b"
    assert found.links[0] == Link("http://evil.example/?a=1&b=2", "")
    assert found.links[-1] == Link("http://evil.example/c", "")
    assert not read("<b>" * TAGS).is_long


@pytest.mark.parametrize("mark", ["<", "<a ", "<a href", "<a href=", "<a href =  ", "<a b c d e f", " href =", "&"])
def test_the_later_part_of_a_long_page_takes_no_quadratic_time(mark: str) -> None:
    assert read("<b>" * TAGS + "<a" + mark * 300_000).is_long


def test_declared_charset() -> None:
    assert charset_of(b'<meta http-equiv="Content-Type" content="text/html; charset=Shift_JIS">') == "Shift_JIS"
    assert charset_of(b"<meta charset='utf-8'>") == "utf-8"
    assert charset_of(b"charset=utf-8") == ""


@given(st.text() | st.text(alphabet="<>/a=\"'!-& \n;#script"))
def test_no_text_raises(page: str) -> None:
    read(page)


@pytest.mark.parametrize(
    "mark", ['<a "', "<a ='", '<a ="', "<", "<!", "<!--", "<script>", "<?", "&#9", "<a " + "b" * 99, "</"]
)
def test_long_broken_pages_end(mark: str) -> None:
    assert len(read(mark * 20_000).links) <= 20_000


def test_a_mail_and_a_file_tell_that_not_all_tags_were_walked_over() -> None:
    page = b"<html>" + b"<b>" * TAGS + b"x"
    mail = parse(b"From: a@example.jp\nContent-Type: text/html\n\n" + page)

    assert [f"first {TAGS}" in problem.reason for problem in mail.problems] == [True]
    assert f"first {TAGS}" in document_text(page, Budget()).unsearched


@pytest.mark.parametrize(
    ("page", "text"),
    [
        ('安<span style="font-size:0">xx</span>全', "安全\nxx"),
        ("安<SPAN STYLE='color:red; font-size: 0px'>x<span>y</span></SPAN>全<b>保障</b>", "安全保障\nxy"),
        ('安<font style="display:none">x</font>全<i style="visibility : hidden">y</i>', "安全\nx\ny"),
        ('安<span style="font-size:0.9em">x</span>全', "安x全"),
        ('安<span style="font-size:0">x', "安x"),
        ('<p>a</p><div style="display:none">b</div><p>c</p>', "a\nb\nc"),
        ("安\0全", "安全"),
    ],
)
def test_what_a_style_hides_parts_no_word(page: str, text: str) -> None:
    assert read(page).text == text


def test_link_around_and_within_what_is_hidden() -> None:
    around = read('<a href="http://a.example/">sec<span style="font-size:0">x</span>ure</a>')
    within = read('<span style="font-size:0"><a href="http://a.example/">x</span>y</a>')
    assert [link.text for link in around.links] == ["secure"]
    assert [link.text for link in within.links] == ["x"]
