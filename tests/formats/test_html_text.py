import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekimori.formats.html_text import Link, charset_of, read


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
