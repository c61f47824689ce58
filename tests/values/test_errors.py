import pytest

from sekimori.values.errors import InvalidValue, present
from sekimori.values.types import ObservableType


def test_message_is_built_from_the_facts() -> None:
    error = InvalidValue(ObservableType.MAIL_ADDRESS, "a\tb", "it has no @")
    assert str(error) == "'a\\tb' is no mail address: it has no @"
    assert (error.type, error.text, error.reason) == ("mail_address", "a\tb", "it has no @")


def test_message_shows_long_texts_shortened() -> None:
    assert len(str(InvalidValue("domain", "x" * 5000, "it is long"))) < 130


def test_present() -> None:
    assert present("user", " a b\u3000") == "a b"


@pytest.mark.parametrize("text", ["", " \t", "-", " - ", "\0", "a\0"])
def test_present_refuses(text: str) -> None:
    with pytest.raises(InvalidValue) as caught:
        present("user", text)
    assert caught.value.text == text


def test_present_tells_what_was_given() -> None:
    with pytest.raises(InvalidValue) as caught:
        present("user", "-", "EXAMPLE\\-")
    assert caught.value.text == "EXAMPLE\\-"
