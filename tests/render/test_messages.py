import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po
from hypothesis import given
from hypothesis import strategies as st

import sekimori
from sekimori.model.report import N_, sentence
from sekimori.render.messages import LANGUAGES, Translator, UnknownLanguage, default_language, translator

SOURCE = Path(sekimori.__file__).parent
CATALOGUE = SOURCE / "render" / "locale" / "ja" / "LC_MESSAGES" / "sekimori.po"
METHODS = [("**.py", "python"), ("render/templates/**.html", "jinja2.ext:babel_extract")]
KEYWORDS = {"N_": None, "_": None, "gettext": None, "ngettext": (1, 2)}

Id = str | tuple[str, ...]


@pytest.fixture(scope="module")
def marked() -> dict[Id, str]:
    """Every message that the source marks, with the place of its first use."""
    found: dict[Id, str] = {}
    options = {"render/templates/**.html": {"silent": "false", "trim_blocks": "true", "lstrip_blocks": "true"}}
    for file, line, message, _, _ in extract_from_dir(SOURCE, METHODS, options, KEYWORDS):
        key = message if isinstance(message, str) else tuple(map(str, message))
        found.setdefault(key, f"{file}:{line}")
    return found


@pytest.fixture(scope="module")
def catalogue() -> Catalog:
    with CATALOGUE.open("rb") as file:
        return read_po(file, locale="ja")


def ids(catalogue: Catalog) -> dict[Id, tuple[str, ...]]:
    """Every message of the catalogue with its translations."""
    known: dict[Id, tuple[str, ...]] = {}
    for message in catalogue:
        id_, strings = message.id, message.string
        if id_ and not message.fuzzy:
            known[id_ if isinstance(id_, str) else tuple(id_)] = (
                (strings,) if isinstance(strings, str) else tuple(strings or ())
            )
    return known


def placeholders(text: str) -> set[str]:
    return set(re.findall(r"\{(\w*)[^}]*\}", text))


def test_every_message_has_its_japanese(marked: dict[Id, str], catalogue: Catalog) -> None:
    known = ids(catalogue)
    missing = {message: place for message, place in marked.items() if not any(known.get(message, ()))}
    listed = "\n".join(f"{place}: {message!r}" for message, place in sorted(missing.items(), key=lambda row: row[1]))
    assert not missing, f"{len(missing)} messages without Japanese in {CATALOGUE.name}:\n{listed}"


def test_the_catalogue_holds_nothing_that_is_not_used(marked: dict[Id, str], catalogue: Catalog) -> None:
    assert sorted(map(str, ids(catalogue).keys() - marked.keys())) == []
    assert list(catalogue.obsolete) == []


def test_translations_keep_the_values(catalogue: Catalog) -> None:
    wrong = []
    for message, strings in ids(catalogue).items():
        wanted = placeholders("".join(message))
        wrong += [(message, string) for string in strings if string and placeholders(string) != wanted]
    assert wrong == []


def test_values_are_named(marked: dict[Id, str]) -> None:
    braces = ((place, name) for message, place in marked.items() for name in re.findall(r"\{([^}]*)", "".join(message)))
    unnamed = [(place, name) for place, name in braces if not name.isidentifier()]
    assert unnamed == []


def test_no_message_is_missed_by_being_computed() -> None:
    """A message that is put together at run time would be in no catalogue."""
    computed = re.compile(
        r"\b(?:N_|ngettext|gettext)\(\s*(?:f[\"']|[\"'][^\"']*[\"']\s*(?:%|\+))"
        r"|\bf\"[^\"\n]*\{[^}\"\n]*\b(?:N_|gettext)\('"  # inside an f-string Babel sees none
    )
    found = [f"{path}: {hit[0]}" for path in SOURCE.rglob("*.py") for hit in computed.finditer(path.read_text("utf-8"))]
    assert found == []


@pytest.fixture
def ja() -> Translator:
    return translator("ja", "Asia/Tokyo")


@pytest.fixture
def en() -> Translator:
    return translator("en", "Asia/Tokyo")


def test_a_message_is_said_in_japanese_and_english(ja: Translator, en: Translator) -> None:
    assert (ja.gettext("Who got it?"), en.gettext("Who got it?")) == ("誰に届いたか", "Who got it?")


def test_the_empty_message_is_not_the_catalogues_head(ja: Translator) -> None:
    assert ja.gettext("") == ""


def test_forms_follow_the_number(ja: Translator, en: Translator) -> None:
    one, many = "{count} record, {span}", "{count} records, {span}"
    assert [en.ngettext(one, many, n) for n in (0, 1, 2)] == [many, one, many]
    assert {ja.ngettext(one, many, n) for n in (0, 1, 2)} == {"{count}件、{span}"}


def test_a_kept_reason_is_translated_with_its_values(ja: Translator, en: Translator) -> None:
    text = N_("{names} and {count} more").format(names="PC-014", count=3)
    assert ja.reason(text) == f"PC-014 ほか{3}"
    assert en.reason(text) == text


def test_a_reason_that_nobody_marked_stays_as_it_is(ja: Translator) -> None:
    assert ja.reason("Fehler {count} \x1b") == "Fehler {count} \x1b"


@given(st.text())
def test_no_reason_raises(text: str) -> None:
    assert isinstance(translator("ja").reason(text), str)


def test_a_sentence_writes_times_and_numbers_for_people(ja: Translator) -> None:
    phrase = ja.phrase(
        sentence("{host}: {count}, {time}", host="a", count=12345, time=datetime(2026, 9, 1, tzinfo=UTC))
    )
    assert phrase.values == {"host": "a", "count": "12,345", "time": "2026-09-01 09:00"}


def test_times_stand_in_the_organisations_zone(ja: Translator) -> None:
    time = datetime(2026, 9, 30, 15, 30, 5, tzinfo=UTC)
    assert (ja.when(time), ja.when(time, seconds=True)) == ("2026-10-01 00:30", "2026-10-01 00:30:05")
    assert translator("en", "America/New_York").when(time) == "2026-09-30 11:30"
    assert (ja.when(None), ja.zone_name(time)) == ("–", "JST, UTC+09:00")


def test_a_day_is_said_once_in_a_span(ja: Translator) -> None:
    first = datetime(2026, 9, 30, 1, tzinfo=UTC)
    assert ja.span(first, first) == "2026-09-30 10:00"
    assert ja.span(first, first.replace(hour=2)) == "2026-09-30 10:00 – 11:00"
    assert ja.span(first, first.replace(hour=20)) == "2026-09-30 10:00 – 2026-10-01 05:00"
    assert ja.span(None, first) == "– – 2026-09-30 10:00"


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("time", [datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)])
def test_the_ends_of_the_calendar_can_be_said(lang: str, time: datetime) -> None:
    for zone in ("Asia/Tokyo", "America/New_York"):
        assert str(time.year) in translator(lang, zone).when(time).lstrip("0")


def test_long_lists_are_counted(ja: Translator, en: Translator) -> None:
    assert en.listed("abcdefg", 5) == "a, b, c, d, e and 2 more"
    assert ja.listed("ab") == "a、b"


def test_a_language_that_is_not_spoken_is_refused() -> None:
    with pytest.raises(UnknownLanguage, match="'de' is none of the languages ja, en"):
        translator("de")


@pytest.mark.parametrize(
    ("environ", "lang"),
    [
        ({}, "en"),
        ({"LANG": "ja_JP.UTF-8"}, "ja"),
        ({"LANG": "ja"}, "ja"),
        ({"LANG": "C.UTF-8"}, "en"),
        ({"LC_ALL": "en_US.UTF-8", "LANG": "ja_JP.UTF-8"}, "en"),
        ({"LC_ALL": "", "LC_MESSAGES": "ja_JP.eucJP", "LANG": "de_DE"}, "ja"),
        ({"LANG": "jav_ID"}, "en"),
        ({"LANG": "Japanese_Japan"}, "ja"),
        ({"LANG": "English_Japan"}, "en"),
    ],
)
def test_the_locale_chooses_the_language(environ: dict[str, str], lang: str) -> None:
    assert default_language(environ) == lang
